"""What waits for the acting person, and nobody else: read from the desk, so that both always agree."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.models import Membership, MineFreeDeclaration, Role
from tasks.reports.desk import Desk
from tasks.rules.steps import Route, State, Step


@dataclass(frozen=True)
class Waiting:
    text: str
    url: str
    detail: str = ""


def waiting_for(acting: Membership, desk: Desk) -> list[Waiting]:
    match acting.role:
        case Role.FILER | Role.LEADER:
            return _own(acting, desk)
        case Role.REVIEWER:
            return _review(acting, desk)
    return []


def _own(acting: Membership, desk: Desk) -> list[Waiting]:
    filing, plan = desk.own_filing, desk.own_plan
    if plan is None:
        return []
    url = reverse("tasks:work_plan_detail", args=[plan.pk])
    state = filing.working_state
    last = filing.events[-1] if filing.events else None
    by_role = {
        Role.FILER: {
            State.DRAFT: _("Go on with the draft"),
            State.RETURNED: _("Mend what was returned"),
        },
        Role.LEADER: {
            State.ACCEPTED: _("Issue the accepted plan"),
            State.ISSUED: _("Send the issued plan to the province"),
            State.SUPPLEMENT: _("Send the supplement"),
        },
    }
    if plan.route == Route.DIRECT:
        by_role[Role.LEADER][State.DRAFT] = _("Release the draft when it is ready")
    elif last and last.step == Step.SIGN_OFF:
        by_role[Role.LEADER][state] = _("Sign the plan and submit it")
    text = by_role[Role(acting.role)].get(state)
    return [Waiting(text, url, last.comment if last else "")] if text else []


def _review(acting: Membership, desk: Desk) -> list[Waiting]:
    found = []
    words = {
        State.SUBMITTED: _("Review the plan of %s"),
        State.RESUBMITTED: _("Review the mended plan of %s"),
    }
    if acting.agency.is_root():
        words = {State.SENT: _("Give %s the receipt")}
    for row in desk.rows:
        if text := words.get(row.filing.working_state):
            page = "tasks:plan_review" if State.SENT not in words else "tasks:work_plan_detail"
            found.append(Waiting(text % row.agency, reverse(page, args=[row.filing.plan.pk])))
    open_ones = MineFreeDeclaration.objects.filter(
        agency__path__startswith=acting.agency.path,
        agency__depth=acting.agency.depth + 1,
        confirmed_on=None,
        happened_on__lte=desk.as_of,
    )
    for declaration in open_ones.open().select_related("agency"):
        url = reverse("agencies:mine_free_confirm", args=[declaration.pk])
        found.append(Waiting(_("Confirm that %s has no mines") % declaration.agency, url))
    return found
