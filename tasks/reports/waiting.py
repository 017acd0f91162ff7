"""What waits for the acting person, and nobody else: read from the desk, so that both always agree."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.models import Agency, Membership, MineFreeDeclaration, Role
from tasks.models import MonthEvent, Programme, TargetChange
from tasks.reports.desk import Desk
from tasks.reports.inspections import open_findings
from tasks.reports.monthly import month_rows, place_on
from tasks.rules.deadlines import Act
from tasks.rules.monthly import (
    MonthState,
    MonthStep,
    is_over,
    last_day,
    month_of,
    previous_month,
    state_after,
)
from tasks.rules.steps import Route, State, Step
from tasks.standing.obligations import owes_act


@dataclass(frozen=True)
class Waiting:
    text: str
    url: str
    detail: str = ""


def waiting_for(acting: Membership, desk: Desk) -> list[Waiting]:
    match acting.role:
        case Role.FILER:
            return _own(acting, desk) + _own_months(acting, desk) + _findings(acting, desk)
        case Role.LEADER:
            return _own(acting, desk)
        case Role.REVIEWER:
            return (
                _review(acting, desk)
                + _changes(acting, desk)
                + _months(acting, desk)
                + _unreported(acting, desk)
            )
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
            State.SUPPLEMENT: _("Send the supplement"),
        },
    }
    if owes_act(desk.own, Act.FILED):
        by_role[Role.LEADER][State.ISSUED] = _("Send the issued plan to the province")
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
    asked = TargetChange.objects.filter(
        recorded_for__in=Agency.objects.reporting_to(acting.agency),
        linked_to=None,
    ).asked_by(desk.as_of)
    count = sum(1 for change in asked if change.answer_on(desk.as_of) == "asked")
    if not count:
        return []
    text = ngettext(
        "Answer %d request for removal or entry", "Answer %d requests for removal or entry", count
    )
    return [Waiting(text % count, reverse("tasks:target_ledger"))]


def _months(acting: Membership, desk: Desk) -> list[Waiting]:
    """Months that are over, that subordinates reported and nobody confirmed yet, one line a month."""
    below = Agency.objects.reporting_to(acting.agency)
    counts = Counter(
        month
        for month, state in _month_states(below, desk.as_of)
        if state == MonthState.SUBMITTED and is_over(month, desk.as_of)
    )
    return [
        Waiting(
            ngettext("Confirm %(n)d report of %(month)s", "Confirm %(n)d reports of %(month)s", counts[month])
            % {"n": counts[month], "month": date_format(month, "YEAR_MONTH_FORMAT")},
            reverse("tasks:month_overview", args=[f"{month:%Y-%m}"]),
        )
        for month in sorted(counts)
    ]


def _unreported(acting: Membership, desk: Desk) -> list[Waiting]:
    """Who has not reported the month that ended last. The province asks its cities on the page itself."""
    if acting.agency.is_root() or not any(row.filing.is_in_force for row in desk.rows):
        return []
    before = previous_month(month_of(desk.as_of))
    rows = month_rows(
        month=before,
        as_of=desk.as_of,
        branch=acting.agency,
        programme=desk.day.programme,
    )
    count = sum(1 for row in rows if row.state == MonthState.NONE)
    if not count:
        return []
    text = ngettext(
        "%(n)d bureau has not reported %(month)s", "%(n)d bureaus have not reported %(month)s", count
    ) % {"n": count, "month": date_format(before, "YEAR_MONTH_FORMAT")}
    return [Waiting(text, reverse("tasks:month_overview", args=[f"{before:%Y-%m}"]) + "?show=none")]


def _findings(acting: Membership, desk: Desk) -> list[Waiting]:
    """What inspections found at the bureau's own mines and nobody has recorded as mended."""
    count = open_findings(Agency.objects.filter(pk=acting.agency_id), desk.as_of).count()
    if not count:
        return []
    text = ngettext(
        "%d finding of an inspection is to be mended", "%d findings of inspections are to be mended", count
    )
    return [Waiting(text % count, reverse("tasks:inspection_window_list"))]


def _own_months(acting: Membership, desk: Desk) -> list[Waiting]:
    """What came back, and the month that ended last while it was not reported."""
    own = Agency.objects.filter(pk=acting.agency_id)
    states = dict(_month_states(own, desk.as_of))
    found = [
        _own_month(_("Mend the report of %s"), month, acting)
        for month, state in states.items()
        if state == MonthState.RETURNED
    ]
    before = previous_month(month_of(desk.as_of))
    if (
        before not in states
        and desk.own_filing.is_in_force
        and _is_owed(acting.agency, before, desk.day.programme)
    ):
        found.append(_own_month(_("Report the month %s"), before, acting))
    return found


def _own_month(text: str, month: date, acting: Membership) -> Waiting:
    url = reverse("tasks:month_detail", args=[f"{month:%Y-%m}", acting.agency.code])
    return Waiting(text % date_format(month, "YEAR_MONTH_FORMAT"), url)


def _is_owed(agency: Agency, month: date, programme: Programme) -> bool:
    return bool(place_on(last_day(month), agency, programme).tasks)


def _month_states(agencies, as_of: date) -> list[tuple[date, MonthState]]:
    """(month, state) of the reports that the agencies had sent by the day, as they stood on it, by month."""
    events = MonthEvent.objects.filter(report__agency__in=agencies, happened_on__lte=as_of).order_by("pk")
    steps = defaultdict(list)
    for report, month, step in events.values_list("report", "report__month", "step"):
        steps[month, report].append(MonthStep(step))
    return [(month, state_after(steps[month, report])) for month, report in sorted(steps)]
