"""进度: places side by side and on the map, the burn-up, and the mines behind every figure."""

from dataclasses import replace
from fractions import Fraction

from django.conf import settings
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy

from agencies.models import Agency, Level, MineFreeDeclaration
from tasks.exports.progress import progress_workbook
from tasks.models import PolicyDocument, TargetChange
from tasks.reports.burn_up import BurnUp, burn_up
from tasks.reports.forecast import WINDOW, forecast_of
from tasks.reports.place_list import place_list
from tasks.reports.progress import PlaceProgress, Progress
from tasks.reports.target_list import target_list
from tasks.rules.progress import Criterion
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
    found, points, branch = asked(request)
    if found is None:
        return render(request, "tasks/progress_none.html")
    curve = _curve(found, points)
    expected = forecast_of(found) if curve else None
    order = _order(request)
    places = _places(request, found, request.user.acting.agency)
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
        "map": _map(request, places, branch),
    }
    return render(request, "tasks/progress.html", context)


def _order(request) -> str:
    return request.GET.get("order") if request.GET.get("order") in ORDERS else "code"


def _places(request, found: Progress, head: Agency) -> list[Place]:
    """The head itself and those right below it, each with how it stands."""
    mine_free = _mine_free(request)
    within = [row for row in found.rows if row.agency.path.startswith(head.path)]
    return [place_of(row, mine_free) for row in within if row.agency.depth <= head.depth + 1]


def _mine_free(request) -> set[int]:
    declared = MineFreeDeclaration.objects.visible_to(request.user).in_force(request.as_of)
    return set(declared.values_list("agency", flat=True))


def _by_share(place: Place):
    """The whole before its parts; the lowest share first; without a base, or owing none, behind all others."""
    standing, depth = place.row.standing, place.row.agency.depth
    if not standing.base or place.state == "exempt":
        return depth, 1, 0
    return depth, 0, Fraction(standing.done, standing.base)


def _map(request, places: list[Place], branch):
    acting = request.user.acting.agency
    below = [place for place in places if place.row.agency.depth == acting.depth + 1]
    zones = branch.reporting_to(acting).filter(level=Level.ZONE).order_by("code")
    return draw_map(below, list(zones), settings.OUTLINES_DIR)


def _curve(found, points) -> BurnUp | None:
    first = min(d.dated_on for d in PolicyDocument.objects.filter(is_cited_only=False))
    by_criterion = {criterion: found.under(criterion) for criterion in Criterion}
    return burn_up(by_criterion, first=first, last=max(point.due_on for point in points))


def place(request, code):
    """The mines behind one place's figures, what moved its target, and the places right below it."""
    found, points, branch = asked(request)
    agency = get_object_or_404(branch.filing(), code=code)
    row = next((one for one in found.rows if one.agency.pk == agency.pk), None) if found else None
    context = {
        "agency": agency,
        "progress": found,
        "row": row,
        "word": place_of(row, _mine_free(request)).word if row else None,
        "points": points,
        "places": _below(request, found, agency) if found else [],
        "changes": _changes(request, row) if row else [],
        "forecast": forecast_of(_alone(found, row)) if row else None,
        "forecast_window": WINDOW,
        "tasks": place_list(row) if row else [],
    }
    return render(request, "tasks/progress_place.html", context)


def _alone(found: Progress, row: PlaceProgress) -> Progress:
    """The progress of one place by itself."""
    return replace(found, rows=(row,), tasks=row.target.tasks or {}, first=row.target.first or {})


def _below(request, found: Progress, agency: Agency) -> list[Place]:
    places = [place for place in _places(request, found, agency) if place.row.agency.pk != agency.pk]
    return sorted(places, key=_by_share) if _order(request) == "share" else places


def _changes(request, row):
    """The 调出 and 调入 that the place's target counts, with who approved them."""
    counted = [change.pk for change in row.target.changes]
    changes = TargetChange.objects.visible_to(request.user).filter(pk__in=counted)
    return changes.select_related("task__mine", "task__agency", "approved_by", "approved_for")


def curve_data(request):
    """The points of the burn-up for other programs, and for the chart on the page."""
    found, points, _branch = asked(request)
    curve = _curve(found, points) if found else None
    expected = forecast_of(found) if curve else None
    data = curve_json(curve, found, points, expected)
    return JsonResponse({"as_of": request.as_of, **data, "labels": curve_labels()})


def export(request):
    """The page as a workbook, the places further below and every task included."""
    found, points, branch = asked(request)
    if found is None:
        raise Http404
    head = request.user.acting.agency
    rows = found.rows
    if _order(request) == "share":
        mine_free = _mine_free(request)
        rows = tuple(sorted(rows, key=lambda row: _by_share(place_of(row, mine_free))))
    content = progress_workbook(
        replace(found, rows=rows),
        head=head,
        curve=_curve(found, points),
        tasks=target_list(found, branch),
        mine_free=_mine_free(request),
    )
    header = content_disposition_header(True, f"{head.name}绿色矿山建设进度表.xlsx")
    return HttpResponse(content, content_type=XLSX, headers={"Content-Disposition": header})
