"""Submitted versions: read, compared, printed and taken away as a workbook."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header

from tasks.exports.breakdown import breakdown_workbook
from tasks.exports.plan_print import plan_pdf
from tasks.models import PlanLine, PlanVersion
from tasks.reports.comparison import compare as compare_versions
from tasks.reports.filings import filing_on
from tasks.views.work_plans import readable_version, visible_plan

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _version(request, pk, number) -> PlanVersion:
    versions = PlanVersion.objects.visible_to(request.user).frozen()
    return get_object_or_404(
        versions.select_related("plan__agency", "plan__programme"), plan=pk, number=number
    )


def detail(request, pk, number):
    version = _version(request, pk, number)
    return render(
        request,
        "tasks/version_detail.html",
        {
            "plan": version.plan,
            "version": version,
            "sections": version.sections.all(),
            "lines": PlanLine.objects.of_version(version).with_mines(),
            "attachments": version.attachments.all(),
            "includes": version.includes.select_related("plan__agency"),
        },
    )


def compare(request, pk):
    """?before=1&after=2; by default the last two versions that the person may read."""
    plan = visible_plan(request, pk)
    versions = list(
        PlanVersion.objects.visible_to(request.user).frozen().filter(plan=plan).order_by("number")
    )
    if len(versions) < 2:
        raise Http404
    by_number = {str(version.number): version for version in versions}
    before = by_number.get(request.GET.get("before"), versions[-2])
    after = by_number.get(request.GET.get("after"), versions[-1])
    context = {"plan": plan, "versions": versions, "comparison": compare_versions(before, after)}
    return render(request, "tasks/plan_compare.html", context)


def print_version(request, pk, number):
    version = _version(request, pk, number)
    return _file(
        plan_pdf(version), "application/pdf", f"{version.plan.agency}工作方案第{version.number}版.pdf"
    )


def export_version(request, pk, number):
    version = _version(request, pk, number)
    name = f"{version.plan.agency}任务分解表第{version.number}版.xlsx"
    return _file(breakdown_workbook(version, as_of=request.as_of), XLSX, name)


def print_draft(request, pk):
    """送审稿: the working copy as it stands, for the own bureau alone."""
    plan = visible_plan(request, pk)
    version = get_object_or_404(PlanVersion.objects.visible_to(request.user).working(), plan=plan)
    return _file(plan_pdf(version), "application/pdf", f"{plan.agency}工作方案送审稿.pdf")


def export_breakdown(request, pk):
    """The breakdown of the version that speaks for the plan."""
    plan = visible_plan(request, pk)
    version = readable_version(request, plan, filing_on(plan, request.as_of))
    if version is None:
        raise Http404
    return _file(breakdown_workbook(version, as_of=request.as_of), XLSX, f"{plan.agency}任务分解表.xlsx")


def _file(content: bytes, content_type: str, name: str) -> HttpResponse:
    return HttpResponse(
        content,
        headers={
            "Content-Type": content_type,
            "Content-Disposition": content_disposition_header(True, name),
            "X-Content-Type-Options": "nosniff",
        },
    )
