"""Submitted versions: read, compared, printed and taken away as a workbook."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header

from greenmine.clock import until_today
from tasks.exports.breakdown import agency_workbook, breakdown_workbook
from tasks.exports.plan_print import plan_pdf
from tasks.models import PlanLine, PlanVersion
from tasks.reports.comparison import compare as compare_versions
from tasks.standing.filings import filing_on
from tasks.views.readers import day_of
from tasks.views.work_plans import readable_version, versions_sent, visible_plan

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _sent(request, pk):
    """The plan with the versions that had been submitted by the day looked at and may be read."""
    plan = visible_plan(request, pk)
    versions = versions_sent(request, plan, filing_on(plan, until_today(request.as_of)))
    return plan, versions.select_related("plan__agency", "plan__programme")


def _version(request, pk, number) -> PlanVersion:
    _plan, versions = _sent(request, pk)
    return get_object_or_404(versions, number=number)


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
    plan, versions = _sent(request, pk)
    versions = list(versions.order_by("number"))
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
        plan_pdf(version, request.as_of),
        "application/pdf",
        f"{version.plan.agency}工作方案第{version.number}版.pdf",
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
    """The breakdown of the day: the version that speaks for the plan, with what left its target and entered it."""
    plan = visible_plan(request, pk)
    if readable_version(request, plan) is None:
        raise Http404
    day = day_of(request, plan.agency, plan.programme)
    return _file(agency_workbook(day, plan.agency), XLSX, f"{plan.agency}任务分解表.xlsx")


def _file(content: bytes, content_type: str, name: str) -> HttpResponse:
    return HttpResponse(
        content,
        headers={
            "Content-Type": content_type,
            "Content-Disposition": content_disposition_header(True, name),
            "X-Content-Type-Options": "nosniff",
        },
    )
