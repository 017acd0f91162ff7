"""检查: the periods in which superiors inspect, whom each concerns, and what was seen at a mine."""

from collections import Counter

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from agencies.models import Agency
from greenmine.clock import until_today
from greenmine.once import once
from tasks.actions import inspections
from tasks.forms.stages import InspectionForm, RectificationForm
from tasks.models import Inspection, InspectionWindow, Mine
from tasks.permissions import may_inspect, may_rectify
from tasks.reports.inspections import Standing, visits
from tasks.views.progress_query import ROWS_SHOWN
from tasks.words import VISITS


def window_list(request):
    branch = list(Agency.objects.visible_to(request.user).order_by("code"))
    windows = InspectionWindow.objects.select_related("clause__document", "clause__cites")
    rows = []
    for window in windows.prefetch_related("addressees__agency", "addressees__group__agencies"):
        concerned = [agency for agency in branch if window.binds(agency)]
        if concerned and window.clause.document.dated_on <= request.as_of:
            rows.append({"window": window, "agencies": concerned, "when": window.when(request.as_of)})
    context = {"rows": rows, **_visits(request)}
    return render(request, "tasks/inspection_window_list.html", context)


def _visits(request) -> dict:
    """What was seen at the mines of the branch, of which no visit lies after today."""
    seen = visits(Inspection.objects.visible_to(request.user), until_today(request.as_of))
    waiting = Counter(seen.filter(standing__lte=Standing.OPEN).values_list("standing", flat=True))
    page = Paginator(seen.select_related("mine__managed_by", "recorded_for"), ROWS_SHOWN).get_page(
        request.GET.get("page")
    )
    return {
        "page": page,
        "overdue": waiting[Standing.OVERDUE],
        "open": waiting.total(),
        "visits": [
            {
                "inspection": one,
                "word": VISITS[one.standing],
                "may_rectify": one.standing <= Standing.OPEN
                and not request.is_past_view
                and may_rectify(request.user.acting, one.mine),
            }
            for one in page
        ],
    }


@once
def record(request, pk):
    """One visit to a mine."""
    mine = get_object_or_404(Mine.objects.visible_to(request.user).select_related("managed_by"), pk=pk)
    if not may_inspect(request.user.acting, mine):
        raise PermissionDenied("inspection")
    form = InspectionForm(request.POST or None)
    if request.method == "POST" and _done(form, inspections.record_inspection, request, mine=mine):
        return redirect(mine)
    context = {"mine": mine, "form": form, "button": _("Record an inspection")}
    return render(request, "tasks/inspection_form.html", context, status=422 if form.is_bound else 200)


@once
def rectify(request, pk):
    """What was mended of the findings of a visit."""
    seen = Inspection.objects.visible_to(request.user).select_related("mine__managed_by")
    inspection = get_object_or_404(seen, pk=pk)
    if not may_rectify(request.user.acting, inspection.mine):
        raise PermissionDenied("inspection")
    form = RectificationForm(request.POST or None)
    if request.method == "POST" and _done(
        form, inspections.record_rectification, request, inspection=inspection
    ):
        return redirect(inspection.mine)
    context = {"mine": inspection.mine, "inspection": inspection, "form": form}
    context["button"] = _("Record what was mended")
    return render(request, "tasks/inspection_form.html", context, status=422 if form.is_bound else 200)


def _done(form, action, request, **subject) -> bool:
    """Whether the action was taken; a refusal stands in the form."""
    if not form.is_valid():
        return False
    given = {name: value for name, value in form.cleaned_data.items() if name != "form_token"}
    try:
        action(by=request.user.acting, **subject, **given)
    except ValidationError as refused:
        form.add_error(None, refused)
        return False
    messages.success(request, _("Recorded."))
    return True
