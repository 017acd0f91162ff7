"""An extension, exemption, internal date or leader's note, recorded for bureaus of the branch.

First the requirement is chosen, then whom of those it binds the decision is for: without a script, the
second choice cannot follow the first on one page.
"""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.models import Agency, Role
from greenmine.once import once
from tasks.actions.decisions import record_decision
from tasks.forms.decisions import DecisionForm
from tasks.models import Decision, Requirement

MOVES = (Decision.Kind.EXTENSION, Decision.Kind.EXEMPTION)


@once
def create(request):
    """`?requirement=CODE` names the requirement; `kind` and `agency` (codes) may be named beforehand."""
    acting = request.user.acting
    if acting is None or acting.role != Role.REVIEWER:
        raise PermissionDenied(_("Decisions are recorded by reviewers, each for the own branch."))
    binding = _binding(request)
    requirement = next((one for one in binding if one.code == request.GET.get("requirement")), None)
    if requirement is None:
        return render(request, "tasks/decision_choose.html", {"binding": binding})
    issuer = requirement.clause.document.issuer
    governs = issuer is not None and acting.agency.is_above_or_same(issuer)
    form = _form(request, requirement)
    if request.method == "POST" and form.is_valid() and (decision := _recorded(form, requirement, acting)):
        _say(request, decision)
        return redirect(f"{reverse('tasks:obligation_list')}?requirement={requirement.code}")
    context = {"form": form, "requirement": requirement, "governs": governs}
    return render(request, "tasks/decision_form.html", context, status=422 if form.is_bound else 200)


def _binding(request) -> list[Requirement]:
    """The requirements that bind somebody of the branch on the day."""
    branch = list(Agency.objects.visible_to(request.user).filing())
    known = Requirement.objects.visible_to(request.user).in_force(request.as_of).with_sources()
    return [one for one in known if any(one.binds(agency) for agency in branch)]


def _form(request, requirement: Requirement) -> DecisionForm:
    branch = Agency.objects.visible_to(request.user).filing()
    bound = [agency.pk for agency in branch if requirement.binds(agency)]
    agencies = branch.filter(pk__in=bound).order_by("code")
    initial = {
        "kind": request.GET.get("kind"),
        "agencies": list(agencies.filter(code__in=request.GET.getlist("agency"))),
    }
    return DecisionForm(request.POST or None, requirement=requirement, agencies=agencies, initial=initial)


def _recorded(form: DecisionForm, requirement: Requirement, by) -> Decision | None:
    given = form.cleaned_data
    try:
        with transaction.atomic():
            return record_decision(
                kind=given["kind"],
                requirement=requirement,
                agencies=list(given["agencies"]),
                by=by,
                on_date=given["on_date"],
                day=given["day"],
                document=given["document"],
                reason=given["reason"],
            )
    except ValidationError as refused:
        form.add_error(None, refused)
        return None


def _say(request, decision: Decision) -> None:
    if decision.kind in MOVES and not decision.governs:
        messages.warning(request, _("Recorded. It is shown beside the date and does not move it."))
    else:
        messages.success(request, _("Recorded."))
