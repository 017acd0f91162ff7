"""What waits for the acting person, and nobody else: read from the desk, so that both always agree."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.models import Agency, Membership, MineFreeDeclaration, Role
from tasks.models import MonthlyReport, TargetChange
from tasks.reports.desk import Desk
from tasks.reports.monthly import place_on
from tasks.rules.monthly import MonthState, MonthStep, last_day, month_of, previous_month, state_after
from tasks.rules.steps import Route, State, Step


@dataclass(frozen=True)
class Waiting:
    text: str
    url: str
    detail: str = ""


def waiting_for(acting: Membership, desk: Desk) -> list[Waiting]:
    match acting.role:
        case Role.FILER:
            return _own(acting, desk) + _own_months(acting, desk)
        case Role.LEADER:
            return _own(acting, desk)
        case Role.REVIEWER:
            return _review(acting, desk) + _changes(acting, desk) + _months(acting, desk)
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


def _changes(acting: Membership, desk: Desk) -> list[Waiting]:
    """Removals and late entries that the bureau's own subordinates asked for, a merger counted once."""
    asked = TargetChange.objects.open().filter(
        task__agency__in=Agency.objects.reporting_to(acting.agency),
        linked_to=None,
        happened_on__lte=desk.as_of,
    )
    count = asked.count()
    if not count:
        return []
    text = ngettext(
        "Answer %d request for removal or entry", "Answer %d requests for removal or entry", count
    )
    return [Waiting(text % count, reverse("tasks:target_ledger"))]


def _months(acting: Membership, desk: Desk) -> list[Waiting]:
    """Months that subordinates reported and nobody confirmed yet, one line a month."""
    below = Agency.objects.reporting_to(acting.agency)
    counts = Counter(
        month for month, state in _open_months(below, desk.as_of) if state == MonthState.SUBMITTED
    )
    return [
        Waiting(
            ngettext("Confirm %(n)d report of %(month)s", "Confirm %(n)d reports of %(month)s", counts[month])
            % {"n": counts[month], "month": date_format(month, "YEAR_MONTH_FORMAT")},
            reverse("tasks:month_overview", args=[f"{month:%Y-%m}"]),
        )
        for month in sorted(counts)
    ]


def _own_months(acting: Membership, desk: Desk) -> list[Waiting]:
    """What came back, and the month that ended last while it was not reported."""
    own = Agency.objects.filter(pk=acting.agency_id)
    found = [
        _own_month(_("Mend the report of %s"), month, acting)
        for month, state in _open_months(own, desk.as_of)
        if state == MonthState.RETURNED
    ]
    before = previous_month(month_of(desk.as_of))
    if desk.own_filing.in_force_id and _is_unreported(acting.agency, before):
        found.append(_own_month(_("Report the month %s"), before, acting))
    return found


def _own_month(text: str, month: date, acting: Membership) -> Waiting:
    url = reverse("tasks:month_detail", args=[f"{month:%Y-%m}", acting.agency.code])
    return Waiting(text % date_format(month, "YEAR_MONTH_FORMAT"), url)


def _is_unreported(agency: Agency, month: date) -> bool:
    if MonthlyReport.objects.filter(agency=agency, month=month, events__isnull=False).exists():
        return False
    return bool(place_on(last_day(month), agency).tasks)


def _open_months(agencies, as_of: date):
    """(month, state) of the reports of the agencies that are not frozen, as they stood on the day."""
    reports = MonthlyReport.objects.filter(agency__in=agencies).with_events()
    for report in reports.exclude(events__step=MonthStep.CONFIRM, events__happened_on__lte=as_of):
        steps = [MonthStep(event.step) for event in report.events.all() if event.happened_on <= as_of]
        yield report.month, state_after(steps)
