"""Where each plan's filing stands on a day: read from its events, for one plan or for a whole province."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from tasks.models import PlanEvent, PlanVersion, WorkPlan
from tasks.rules.deadlines import Act
from tasks.rules.steps import State, Step, state_after


@dataclass(frozen=True)
class Filing:
    """One plan on one day. `revision` is the state of a 修订 under way beside the version in force."""

    plan: WorkPlan | None
    state: State
    revision: State | None = None
    act_dates: dict[Act, date | None] = field(default_factory=lambda: dict.fromkeys(Act))
    in_force_id: int | None = None
    events: tuple[PlanEvent, ...] = ()
    opened: bool = False

    @property
    def round(self) -> int:
        return self.events[-1].round if self.events else 1

    @property
    def working_state(self) -> State:
        """The state of the round that steps are taken in."""
        return self.revision or self.state

    def last(self, *steps: Step) -> PlanEvent | None:
        return next((event for event in reversed(self.events) if event.step in steps), None)


NO_FILING = Filing(plan=None, state=State.NONE)


def filing_on(plan: WorkPlan, on: date) -> Filing:
    """Folds the plan's events up to the day. Asks no query when events and corrections are prefetched."""
    events = [event for event in plan.events.all() if event.day <= on]
    if not events:
        return Filing(plan=plan, state=State.NONE)
    rounds = sorted({event.round for event in events})
    states = {n: state_after(Step(e.step) for e in events if e.round == n) for n in rounds}
    settled = [n for n in rounds if _is_settled(states[n])]
    standing = settled[-1] if settled else rounds[0]
    revision = states[rounds[-1]] if rounds[-1] > standing else None
    return Filing(
        plan=plan,
        state=states[standing],
        revision=revision,
        act_dates=_act_dates(events),
        in_force_id=_in_force(events),
        events=tuple(events),
        opened=_is_opened(events),
    )


def filings_on(plans: Iterable[WorkPlan], on: date) -> dict[int, Filing]:
    """Agency id → filing, for plans taken `with_events()`."""
    return {plan.agency_id: filing_on(plan, on) for plan in plans}


def _is_settled(state: State) -> bool:
    return state in (State.ACCEPTED, State.ISSUED, State.SENT, State.SUPPLEMENT, State.RECEIPTED)


def _act_dates(events: list[PlanEvent]) -> dict[Act, date | None]:
    """The first submission counts, unless it was taken back before anybody opened it; a request for a
    supplement does not undo a filing (decisions.md, "Acts")."""
    submissions: list[date] = []
    for event in events:
        if event.step in (Step.SUBMIT, Step.RELEASE):
            submissions.append(event.day)
        elif event.step == Step.TAKE_BACK:
            submissions.pop()
    return {
        Act.DRAFTED: min(submissions, default=None),
        Act.ISSUED: min((e.day for e in events if e.step == Step.ISSUE), default=None),
        Act.FILED: min((e.day for e in events if e.step == Step.SEND), default=None),
    }


def _in_force(events: list[PlanEvent]) -> int | None:
    accepted = [event.version_id for event in events if event.step in (Step.ACCEPT, Step.RELEASE)]
    return accepted[-1] if accepted else None


def _is_opened(events: list[PlanEvent]) -> bool:
    """Whether the reviewer has begun to read the latest submission."""
    last = next((e.step for e in reversed(events) if e.step in (Step.OPEN, Step.SUBMIT)), None)
    return last == Step.OPEN


def shown_version(plan: WorkPlan, filing: Filing) -> PlanVersion | None:
    """The version that speaks for the plan on the filing's day: in force, else the last submitted by then,
    else the working copy once it was begun."""
    versions = list(plan.versions.all())
    by_id = {version.pk: version for version in versions}
    by_then = {event.version_id for event in filing.events if event.step in (Step.SUBMIT, Step.RELEASE)}
    submitted = [v for v in versions if v.pk in by_then and not v.taken_back]
    drafts = [v for v in versions if not v.frozen_at] if filing.events else []
    return by_id.get(filing.in_force_id) or (submitted or drafts or [None])[-1]


def moved_since(version: PlanVersion, on: date) -> list[PlanVersion]:
    """Of the counties' versions that a city's version froze: those whose county has another in force by now."""
    included = {one.plan_id: one for one in version.includes.select_related("plan__agency")}
    plans = WorkPlan.objects.filter(pk__in=included).with_events()
    filings = {plan.pk: filing_on(plan, on) for plan in plans}
    return [
        one
        for plan, one in included.items()
        if filings[plan].in_force_id and filings[plan].in_force_id != one.pk
    ]
