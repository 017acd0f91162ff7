"""省下达任务数 of every place of the branch. What nobody entered is unknown, and says so."""

from django.shortcuts import render

from agencies.models import Agency
from tasks.actions.quotas import may_set_quotas
from tasks.models import Quota
from tasks.views.readers import programme_shown, reader_of


def quota_list(request):
    """All agencies that draw up plans, in order of the tree; a quota's earlier figures stand beside it."""
    acting = reader_of(request)
    agencies = Agency.objects.visible_to(request.user).filing()
    programme = programme_shown(request)
    found: dict[int, list[Quota]] = {}
    for quota in Quota.objects.visible_to(request.user).filter(programme=programme).in_force(request.as_of):
        found.setdefault(quota.agency_id, []).append(quota)
    rows = [
        {"agency": one, "quota": known[-1] if known else None, "earlier": known[:-1]}
        for one in agencies
        for known in [found.get(one.pk, [])]
    ]
    context = {
        "rows": rows,
        "programme": programme,
        "known": sum(1 for row in rows if row["quota"]),
        "may_import": may_set_quotas(acting) and not request.is_past_view,
    }
    return render(request, "tasks/quota_list.html", context)
