"""省下达任务数 of every place of the branch. What nobody entered is unknown, and says so."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.utils.translation import gettext as _

from agencies.models import Agency
from tasks.actions.quotas import may_set_quotas
from tasks.models import Programme, Quota
from tasks.permissions import may_read_plans


def quota_list(request):
    """All agencies that draw up plans, in order of the tree; a quota's earlier figures stand beside it."""
    acting = request.user.acting
    if not may_read_plans(acting):
        raise PermissionDenied(_("Plans are read by those who file, review or look after them."))
    agencies = Agency.objects.visible_to(request.user).filing()
    programme = Programme.objects.first()
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
