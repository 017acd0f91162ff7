"""进度: places side by side and on the map, the burn-up, and the mines behind every figure."""

from dataclasses import replace
from fractions import Fraction

from django.conf import settings
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy

from agencies.models import Agency, Level
from tasks.exports.progress import progress_workbook
from tasks.models import PolicyDocument, TargetChange
from tasks.reports.burn_up import BurnUp, burn_up
from tasks.reports.forecast import WINDOW, forecast_of
from tasks.standing.agency_tasks import place_list
from tasks.standing.day import Day
from tasks.standing.progress import Progress
from tasks.standing.target_list import target_list
from tasks.standing.totals import Total, total
from tasks.views.burn_up_drawing import curve_json, curve_labels, drawing
from tasks.views.map_drawing import Place, draw_map, place_of
from tasks.views.progress_query import NAMES_SHOWN, asked
from tasks.views.task_lists import XLSX
from tasks.words import BASES, CRITERIA

ORDERS = {
    "code": gettext_lazy("Administrative order"),
    "share": gettext_lazy("Lowest share first"),
}


def overview(request):
    found, points = asked(request)
    if found is None:
        return render(request, "tasks/progress_none.html")
    curve = _curve(found, points)
    expected = forecast_of(found) if curve else None
    order = _order(request)
    places = _places(found, request.user.acting.agency)
    below = found.below
    context = {
        "progress": found,
        "places": sorted(places, key=_by_share) if order == "share" else places,
        "below_first": below[:NAMES_SHOWN],
        "below_rest": below[NAMES_SHOWN:],
        "points": points,
        "criteria": CRITERIA.items(),
        "bases": BASES.items(),
        "orders": ORDERS.items(),
        "order": order,
        "drawing": drawing(curve, found, points, expected) if curve else None,
        "curve": curve,
        "forecast": expected,
        "forecast_window": WINDOW,
        "map": _map(request, places, found.day),
        "total": _total(found, places, "tasks"),
        "original": _total(found, places, "first"),
    }
    return render(request, "tasks/progress.html", context)


def _order(request) -> str:
    return request.GET.get("order") if request.GET.get("order") in ORDERS else "code"


def _places(found: Progress, head: Agency) -> list[Place]:
    """The head itself and those right below it, each with how it stands."""
    within = [row for row in found.rows if row.agency.path.startswith(head.path)]
    return [place_of(row, found) for row in within if row.agency.depth <= head.depth + 1]


def _total(found: Progress, places: list[Place], part: str) -> Total | None:
    """The whole under the rows right below the head; None for a bureau with nobody below."""
    head = found.day.branch
    below = [place.row.agency for place in places if place.row.agency.pk != head.pk]
    return total(found.day, below, part) if below else None


def _by_share(place: Place):
    """The whole before its parts; the lowest share first; without a base, or owing none, behind all others."""
    standing, depth = place.row.standing, place.row.agency.depth
    if not standing.base or place.state == "exempt":
        return depth, 1, 0
    return depth, 0, Fraction(standing.done, standing.base)


def _map(request, places: list[Place], day: Day):
    acting = request.user.acting.agency
    below = [place for place in places if place.row.agency.depth == acting.depth + 1]
    zones = [one for one in day.agencies if one.level == Level.ZONE and one.reports_to_path == acting.path]
    return draw_map(below, sorted(zones, key=lambda zone: zone.code), settings.OUTLINES_DIR)


def _curve(found, points) -> BurnUp | None:
    documents = PolicyDocument.objects.filter(is_cited_only=False, programme=found.day.programme)
    first = min(document.dated_on for document in documents)
    return burn_up(found, first=first, last=max(point.due_on for point in points))


def place(request, code):
    """The mines behind one place's figures, what moved its target, and the places right below it."""
    found, points = asked(request)
    agency = get_object_or_404(Agency.objects.visible_to(request.user).filing(), code=code)
    row = found.row(agency) if found else None
    context = {
        "agency": agency,
        "progress": found,
        "row": row,
        "word": place_of(row, found).word if row else None,
        "points": points,
        "places": _below(request, found, agency) if found else [],
        "changes": _changes(request, row) if row else [],
        "forecast": forecast_of(row) if row else None,
        "forecast_window": WINDOW,
        "tasks": place_list(row) if row else [],
    }
    return render(request, "tasks/progress_place.html", context)


def _below(request, found: Progress, agency: Agency) -> list[Place]:
    places = [place for place in _places(found, agency) if place.row.agency.pk != agency.pk]
    return sorted(places, key=_by_share) if _order(request) == "share" else places


def _changes(request, row):
    """The 调出 and 调入 that the place's target counts, with who approved them."""
    counted = [change.pk for change in row.target.changes]
    changes = TargetChange.objects.visible_to(request.user).filter(pk__in=counted)
    return changes.select_related("task__mine", "task__agency", "approved_by", "approved_for")


def curve_data(request):
    """The points of the burn-up for other programs, and for the chart on the page."""
    found, points = asked(request)
    curve = _curve(found, points) if found else None
    expected = forecast_of(found) if curve else None
    data = curve_json(curve, found, points, expected)
    return JsonResponse({"as_of": request.as_of, **data, "labels": curve_labels()})


def export(request):
    """The page as a workbook, the places further below and every task included."""
    found, points = asked(request)
    if found is None:
        raise Http404
    head = request.user.acting.agency
    rows = found.rows
    if _order(request) == "share":
        rows = tuple(sorted(rows, key=lambda row: _by_share(place_of(row, found))))
    content = progress_workbook(
        replace(found, rows=rows),
        head=head,
        curve=_curve(found, points),
        tasks=target_list(found),
    )
    header = content_disposition_header(True, f"{head.name}绿色矿山建设进度表.xlsx")
    return HttpResponse(content, content_type=XLSX, headers={"Content-Disposition": header})
