"""The audit log: who changed which record of the branch, from what to what. Nothing is written here."""

from django.utils.decorators import method_decorator
from django.views.decorators.vary import vary_on_headers
from django_filters.views import FilterView
from django_tables2 import SingleTableMixin

from agencies.filters import AuditFilter
from agencies.permissions import require_administrator
from agencies.reports.audit import entries_visible_to
from agencies.reports.history import history
from agencies.tables import AuditTable


@method_decorator(vary_on_headers("HX-Request"), name="dispatch")
class AuditList(SingleTableMixin, FilterView):
    table_class = AuditTable
    filterset_class = AuditFilter
    paginate_by = 50

    def dispatch(self, request, *args, **kwargs):
        require_administrator(request)
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self):
        entries = entries_visible_to(self.request.user).select_related("actor", "content_type")
        return entries.defer("serialized_data", "additional_data").order_by("-timestamp", "-pk")

    def get_table(self, **kwargs):
        table = super().get_table(**kwargs)
        # The page's rows alone, all at once: foreign keys are looked up together.
        page = getattr(table, "page", None)
        for row, entry in _with_entries(page.object_list if page else table.rows):
            row.record.in_words = entry.changes
        return table

    def get_template_names(self):
        return ["agencies/_audit_table.html" if self.request.htmx else "agencies/audit_list.html"]


def _with_entries(rows):
    rows = list(rows)
    return zip(rows, history(row.record for row in rows), strict=True)
