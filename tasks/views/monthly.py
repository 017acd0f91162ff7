"""月报: the months of a bureau, one month of a branch, and the month as a workbook."""

from dataclasses import replace
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header

from agencies.models import Agency
from tasks.actions.monthly import side_of
from tasks.exports.monthly import month_workbook
from tasks.models import Programme
from tasks.month_words import STATES
from tasks.reports.month_files import month_files
from tasks.reports.month_list import first_month, own_months
from tasks.reports.monthly import month_to_open, overview
from tasks.rules.monthly import (
    MonthSide,
    MonthState,
    MonthStep,
    is_over,
    month_of,
    months_between,
    next_month,
    parse_month,
    previous_month,
    steps_open_to,
)
from tasks.views.progress_query import NAMES_SHOWN
from tasks.views.readers import programme_shown, reader_of
from tasks.views.task_lists import XLSX


def reported_programme(request) -> Programme:
    programme = programme_shown(request)
    if programme is None:
        raise Http404
    return programme


def month_shown(request, text: str):
    """The month of the address; 404 for what is none, and for one that has not begun on the day looked at."""
    month = parse_month(text)
    if month is None or month > month_of(request.as_of):
        raise Http404
    return month


def agency_shown(request, code: str) -> Agency:
    return get_object_or_404(Agency.objects.visible_to(request.user).filing(), code=code)


def sends_reports(request, agency: Agency) -> bool:
    """Whether the agency is one that draws up plans, and so reports: a functional zone counts inside its city."""
    return Agency.objects.visible_to(request.user).filing().filter(pk=agency.pk).exists()


def _head(request) -> Agency:
    """The bureau whose branch is looked at: the acting one, or one below it by ?agency=."""
    visible = Agency.objects.visible_to(request.user)
    if code := request.GET.get("agency"):
        return get_object_or_404(visible, code=code)
    return visible.get(pk=request.user.acting.agency_id)


def month_list(request):
    """A bureau's own months; for one with others below it, the month that is being collected.

    ?month= leads to that month, with ?code= to that bureau's report.
    """
    acting = reader_of(request)
    if month := parse_month(request.GET.get("month", "")):
        return _lead_to(request, month)
    if not sends_reports(request, acting.agency) and acting.agency.is_leaf():
        return _sends_none(request, acting.agency)
    if not acting.agency.is_leaf():
        programme = reported_programme(request)
        month = month_to_open(as_of=request.as_of, branch=acting.agency, programme=programme)
        return _overview(request, month, acting.agency)
    rows = own_months(agency=acting.agency, as_of=request.as_of, programme=reported_programme(request))
    context = {"rows": rows, "is_filer": _is_filer(request, acting.agency)}
    return render(request, "tasks/month_list.html", context)


def _sends_none(request, agency):
    """For a bureau that has neither reports of its own nor bureaus below it that have: who reports its mines."""
    context = {"agency": agency, "reported_by": agency.superior}
    return render(request, "tasks/month_none.html", context)


def _lead_to(request, month):
    text = f"{month:%Y-%m}"
    if code := request.GET.get("code"):
        agency = get_object_or_404(Agency.objects.visible_to(request.user), code=code)
        return redirect("tasks:month_detail", month=text, code=agency.code)
    url = reverse("tasks:month_overview", args=[text])
    agency = request.GET.get("agency")
    return redirect(f"{url}?{urlencode({'agency': agency})}" if agency else url)


def month_overview(request, month):
    """One month of a branch, who has not reported first; a county's own report."""
    reader_of(request)
    month, head = month_shown(request, month), _head(request)
    if head.is_leaf() and not sends_reports(request, head):
        return _sends_none(request, head)
    if head.is_leaf():
        return redirect("tasks:month_detail", month=f"{month:%Y-%m}", code=head.code)
    return _overview(request, month, head)


def _overview(request, month, head):
    agencies = Agency.objects.visible_to(request.user)
    programme = reported_programme(request)
    found = overview(agency=head, month=month, as_of=request.as_of, programme=programme)
    chosen = request.GET.get("show") if request.GET.get("show") in set(MonthState) else ""
    acting = request.user.acting
    steps = {row.agency.pk: open_steps(request, row) for row in found.rows}
    context = {
        "overview": found,
        "places": [] if chosen else found.places,
        "rows": found.in_state(MonthState(chosen)) if chosen else found.rows,
        "chosen": chosen,
        "entries": _entries(request, found, chosen),
        "has_below": any(place.below for place in found.places),
        "can_confirm": {pk for pk, open_ in steps.items() if MonthStep.CONFIRM in open_},
        "can_report": {pk for pk, open_ in steps.items() if MonthStep.SUBMIT in open_},
        "agency_query": f"?agency={head.code}" if head.pk != acting.agency_id else "",
        **chooser(request, month, agencies.below(head)),
    }
    return render(request, "tasks/month_overview.html", context)


def _entries(request, found, chosen: str) -> list[dict]:
    """The line of counts above the table; those that have not reported are named."""
    entries = []
    for state in MonthState:
        rows = found.in_state(state)
        names = "、".join(row.agency.name for row in rows[:NAMES_SHOWN])
        if len(rows) > NAMES_SHOWN:
            names += "…"
        query = {k: v for k, v in request.GET.items() if k == "agency"}
        if chosen != state:
            query["show"] = state
        url = reverse("tasks:month_overview", args=[f"{found.month:%Y-%m}"])
        entries.append(
            {
                # What nobody is in needs no colour.
                "mark": STATES[state] if rows else replace(STATES[state], tone="muted"),
                "count": len(rows),
                "detail": names if state in (MonthState.NONE, MonthState.RETURNED) else "",
                "url": f"{url}?{urlencode(query)}",
                "active": chosen == state,
            }
        )
    return entries


def chooser(request, month, agencies) -> dict:
    """The months around one, for _month_chooser.html."""
    this = month_of(request.as_of)
    first = min(first_month(agencies, request.as_of), month)
    return {
        "month": month,
        "previous": previous_month(month) if month > first else None,
        "next": next_month(month) if month < this else None,
        "months": list(months_between(first, this))[::-1],
    }


def open_steps(request, row) -> list[MonthStep]:
    if request.is_past_view or not row.is_owed:
        return []
    side = side_of(request.user.acting, row.agency)
    steps = steps_open_to(side, row.state)
    if not is_over(row.month, request.as_of):
        steps = [step for step in steps if step != MonthStep.CONFIRM]
    # Nobody answers what they filed under another hat: no button leads into that refusal.
    authors = {one.recorded_by_id for one in row.events if one.step == MonthStep.SUBMIT}
    return [] if side == MonthSide.REVIEWER and request.user.pk in authors else steps


def _is_filer(request, agency) -> bool:
    return side_of(request.user.acting, agency) == MonthSide.FILER and not request.is_past_view


def month_export(request, month):
    """The month of the branch as a workbook, complete whatever the table is narrowed to."""
    reader_of(request)
    month, head = month_shown(request, month), _head(request)
    programme = reported_programme(request)
    files = month_files(month=month, as_of=request.as_of, branch=head, programme=programme)
    content = month_workbook(head, month, request.as_of, files)
    header = content_disposition_header(True, f"{head.name}{month.year}年{month.month}月月报.xlsx")
    return HttpResponse(content, content_type=XLSX, headers={"Content-Disposition": header})
