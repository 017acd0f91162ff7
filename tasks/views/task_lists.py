"""任务分解: every mine task that the acting bureau may see, and the same as a workbook."""

from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.decorators import method_decorator
from django.utils.http import content_disposition_header
from django.views.decorators.vary import vary_on_headers
from django_filters.views import FilterView
from django_tables2 import SingleTableMixin

from agencies.models import Agency
from tasks.exports.breakdown import breakdown_workbook, template_workbook
from tasks.exports.summary import city_workbook
from tasks.filters import TaskFilter
from tasks.models import Permit, PlanVersion, Programme, WorkPlan
from tasks.reports.breakdown import city_breakdown
from tasks.reports.task_lines import speaking_versions, task_lines
from tasks.tables import TaskTable
from tasks.views.readers import ReadersOnlyMixin

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MINE = [
    f"task__mine__{name}"
    for name in [
        "name",
        "holder",
        "method",
        "output",
        "output_unit",
        "size_class",
        "mineral_name",
        "is_sample",
    ]
]
LINE = ["tier", "planned_on", "planned_precision", "responsible", "note"]
PLAN = ["task__agency__name", "task__agency__path", "version__number", "version__frozen_at", "version__plan"]


@method_decorator(vary_on_headers("HX-Request"), name="dispatch")
class TaskList(ReadersOnlyMixin, SingleTableMixin, FilterView):
    table_class = TaskTable
    filterset_class = TaskFilter
    paginate_by = 50

    def get_queryset(self):
        request = self.request
        lines = task_lines(request.user, as_of=request.as_of, with_draft=not request.is_past_view)
        permits = Permit.objects.only("mine", "number", "valid_from")
        return (
            lines.select_related("task__mine", "task__agency", "version")
            .only(*LINE, *MINE, *PLAN)
            .prefetch_related(Prefetch("task__mine__permits", permits))
        )

    def get_template_names(self):
        return ["tasks/_task_table.html" if self.request.htmx else "tasks/task_list.html"]


def export_summary(request):
    """The whole branch, whatever the list is narrowed to: a paper that leaves must be complete."""
    acting = request.user.acting
    agency = get_object_or_404(
        Agency.objects.visible_to(request.user), pk=acting.agency_id if acting else None
    )
    programme = Programme.objects.order_by("pk").first()
    if programme is None:
        raise Http404
    if agency.is_leaf():
        content, name = _own(request, agency, programme), f"{agency.name}任务分解表.xlsx"
    else:
        content, name = _branch(request, agency, programme), f"{agency.name}任务分解汇总表.xlsx"
    header = content_disposition_header(True, name)
    return HttpResponse(content, content_type=XLSX, headers={"Content-Disposition": header})


def _own(request, agency, programme) -> bytes:
    chosen = speaking_versions(request.user, as_of=request.as_of, with_draft=not request.is_past_view)
    versions = PlanVersion.objects.select_related("plan__agency", "plan__programme")
    version = versions.filter(pk__in=chosen, plan__agency=agency, plan__programme=programme).first()
    if version is None:
        return template_workbook(agency, programme, request.as_of)
    return breakdown_workbook(version, request.as_of)


def _branch(request, agency, programme) -> bytes:
    breakdown = city_breakdown(
        agency=agency,
        programme=programme,
        as_of=request.as_of,
        agencies=Agency.objects.visible_to(request.user),
        plans=WorkPlan.objects.visible_to(request.user),
    )
    return city_workbook(breakdown)
