"""检查: the periods in which superiors inspect, and whom each concerns."""

from django.shortcuts import render

from agencies.models import Agency
from tasks.models import InspectionWindow


def window_list(request):
    branch = list(Agency.objects.visible_to(request.user).order_by("code"))
    windows = InspectionWindow.objects.select_related("clause__document", "clause__cites")
    rows = []
    for window in windows.prefetch_related("addressees__agency", "addressees__group__agencies"):
        concerned = [agency for agency in branch if window.binds(agency)]
        if concerned and window.clause.document.dated_on <= request.as_of:
            rows.append({"window": window, "agencies": concerned, "when": window.when(request.as_of)})
    return render(request, "tasks/inspection_window_list.html", {"rows": rows})
