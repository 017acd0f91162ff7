"""任务分解: every mine task of the branch on the day, and the same as a workbook."""

from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.utils.decorators import method_decorator
from django.utils.http import content_disposition_header
from django.views.decorators.vary import vary_on_headers
from django_filters.views import FilterView
from django_tables2 import SingleTableMixin

from tasks.exports.breakdown import agency_workbook
from tasks.exports.summary import city_workbook
from tasks.filters import TaskFilter
from tasks.models import MineState, Permit
from tasks.reports.desk import desk
from tasks.standing.breakdown import city_breakdown
from tasks.standing.task_rows import planned_years, task_rows
from tasks.standing.totals import Term, Total, total
from tasks.tables import TaskTable
from tasks.views.readers import ReadersOnlyMixin, day_of, reader_of
from tasks.words import TERMS

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@method_decorator(vary_on_headers("HX-Request"), name="dispatch")
class TaskList(ReadersOnlyMixin, SingleTableMixin, FilterView):
    """The tasks that the branch's total counts, and those that are only drafted. ?term= is one term of what stands
    between the desk's rows and their total."""

    table_class = TaskTable
    filterset_class = TaskFilter
    # The table pages itself: the view would count the rows a second time.
    table_pagination = {"per_page": 50}

    def get_queryset(self):
        self.day = day_of(self.request)
        if self.day.programme is None:
            raise Http404
        rows = task_rows(self.day)
        if term := self._term():
            rows = rows.filter(pk__in=self._total_of_rows().terms.get(term, ()))
        states = MineState.objects.in_force(self.day.until).select_related("managed_by", "mine")
        permits = Permit.objects.only("mine", "number", "valid_from")
        return rows.select_related("mine", "agency").prefetch_related(
            Prefetch("mine__states", states, to_attr="on_day"), Prefetch("mine__permits", permits)
        )

    def get_filterset_kwargs(self, filterset_class):
        return super().get_filterset_kwargs(filterset_class) | {"years": planned_years(self.day)}

    def _term(self) -> Term | None:
        asked = self.request.GET.get("term")
        return Term(asked) if asked in set(Term) else None

    def _total_of_rows(self) -> Total:
        """The total of the page that led here: its rows decide what stands between them and it."""
        head = self.day.branch
        if self.request.GET.get("rows") == "desk":
            return desk(self.day, head).total
        return total(
            self.day, [one for one in self.day.planning_agencies if one.reports_to_path == head.path]
        )

    def get_context_data(self, **kwargs):
        term = self._term()
        return super().get_context_data(total=total(self.day), term=TERMS[term] if term else None, **kwargs)

    def get_template_names(self):
        return ["tasks/_task_table.html" if self.request.htmx else "tasks/task_list.html"]


def export_summary(request):
    """The whole branch, whatever the list is narrowed to: a paper that leaves must be complete."""
    agency = reader_of(request).agency
    day = day_of(request)
    if day.programme is None:
        raise Http404
    if agency.is_leaf():
        content, name = agency_workbook(day, agency), f"{agency.name}任务分解表.xlsx"
    else:
        content, name = city_workbook(city_breakdown(day, agency)), f"{agency.name}任务分解汇总表.xlsx"
    header = content_disposition_header(True, name)
    return HttpResponse(content, content_type=XLSX, headers={"Content-Disposition": header})
