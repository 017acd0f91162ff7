"""进度: places side by side, the burn-up, and the mines behind every figure."""

from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from agencies.models import Agency
from tasks.models import Mine, PolicyDocument
from tasks.permissions import may_read_plans
from tasks.reports.burn_up import BurnUp, burn_up
from tasks.reports.progress import Base, checkpoints, progress
from tasks.rules.progress import Criterion
from tasks.views.burn_up_drawing import drawing
from tasks.words import BASES, CRITERIA


def _asked(request):
    """The branch's progress as the address asks for it: ?criterion=&base=&checkpoint=."""
    acting = request.user.acting
    if not may_read_plans(acting):
        raise PermissionDenied(_("Plans are read by those who file, review or look after them."))
    points = {point.code: point for point in checkpoints(request.as_of)}
    criterion = _one_of(Criterion, request.GET.get("criterion"), Criterion.VERIFIED)
    base = _one_of(Base, request.GET.get("base"), Base.PLAN)
    options = {"base": base, "checkpoint": points.get(request.GET.get("checkpoint"))}
    branch = Agency.objects.visible_to(request.user)
    found = progress(as_of=request.as_of, agencies=branch, criterion=criterion, **options)
    return found, list(points.values()), options, branch


def _one_of(words, text, default):
    return words(text) if text in set(words) else default


def overview(request):
    found, points, options, branch = _asked(request)
    if found is None:
        return render(request, "tasks/progress_none.html")
    curve = _curve(request, found, branch, options, points)
    rows = [row for row in found.rows if row.agency.depth <= request.user.acting.agency.depth + 1]
    context = {
        "progress": found,
        "rows": rows,
        "below_names": "、".join(row.agency.name for row in found.below[:8]),
        "points": points,
        "criteria": CRITERIA.items(),
        "bases": BASES.items(),
        "drawing": drawing(curve, points) if curve else None,
        "curve": curve,
    }
    return render(request, "tasks/progress.html", context)


def _curve(request, found, branch, options, points) -> BurnUp | None:
    by_criterion = {
        criterion: found
        if criterion == found.criterion
        else progress(as_of=request.as_of, agencies=branch, criterion=criterion, **options)
        for criterion in Criterion
    }
    first = min(d.dated_on for d in PolicyDocument.objects.filter(is_cited_only=False))
    return burn_up(by_criterion, first=first, last=max(point.due_on for point in points))


def place(request, code):
    """The mines behind one place's figures: done, still open, without a day, removed and entered."""
    found, points, _options, branch = _asked(request)
    agency = get_object_or_404(branch.filing(), code=code)
    row = next((one for one in found.rows if one.agency.pk == agency.pk), None) if found else None
    mines = Mine.objects.in_bulk([task.mine for task in row.tasks or ()]) if row else {}
    tasks = (
        sorted(row.tasks or (), key=lambda task: (task.planned_on is None, task.planned_on)) if row else []
    )
    critical = set(row.outlook.critical) if row and row.outlook else set()
    context = {
        "agency": agency,
        "row": row,
        "points": points,
        "tasks": [
            {"task": task, "mine": mines[task.mine], "critical": task.task in critical} for task in tasks
        ],
    }
    return render(request, "tasks/progress_place.html", context)


def curve_data(request):
    """The points of the burn-up for other programs."""
    found, points, options, branch = _asked(request)
    curve = _curve(request, found, branch, options, points) if found else None
    return JsonResponse(
        {
            "as_of": request.as_of,
            "target": curve.target if curve else None,
            "points": [
                {"day": point.day, "planned": point.planned, **{c.value: n for c, n in point.done.items()}}
                for point in (curve.points if curve else ())
            ],
        }
    )
