"""Where each plan's filing stands on a day, and which version speaks for it: read from its events alone."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from tasks.models import PlanEvent, PlanVersion, WorkPlan
from tasks.rules.deadlines import Act
from tasks.rules.steps import State, Step, state_after

SUBMITTING = (Step.SUBMIT, Step.RELEASE)
ACCEPTING = (Step.ACCEPT, Step.RELEASE)


@dataclass(frozen=True)
class Filing:
    """One plan on one day. `revision` is the state of a 修订 under way beside the version in force."""

    plan: WorkPlan | None
    state: State
    revision: State | None = None
    act_dates: dict[Act, date | None] = field(default_factory=lambda: dict.fromkeys(Act))
    in_force_id: int | None = None
    submitted_id: int | None = None
    events: tuple[PlanEvent, ...] = ()
    opened: bool = False

    @property
    def round(self) -> int:
        return self.events[-1].round if self.events else 1

    @property
    def working_state(self) -> State:
        """The state of the round that steps are taken in."""
        return self.revision or self.state

    @property
    def is_in_force(self) -> bool:
        """Whether some version of the plan is in force."""
        return self.in_force_id is not None

    def is_version_in_force(self, version: int) -> bool:
        return version == self.in_force_id

    @property
    def speaking_id(self) -> int | None:
        """The version that speaks for the plan: the one in force, else the last submitted and not taken back by the
        day. None while there is a draft at most. Every page, table and figure takes this one."""
        return self.in_force_id or self.submitted_id

    @property
    def sent_ids(self) -> set[int]:
        """Every version that had been submitted by the day, those taken back included."""
        return {event.version_id for event in self.events if event.step in SUBMITTING}

    @property
    def first_in_force_id(self) -> int | None:
        return next((event.version_id for event in self.events if event.step in ACCEPTING), None)

    @property
    def in_force_since(self) -> date | None:
        accepting = self.last(*ACCEPTING)
        return accepting.day if accepting else None

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
    submitted = submissions(events)
    accepted = [event.version_id for event in events if event.step in ACCEPTING]
    return Filing(
        plan=plan,
        state=states[standing],
        revision=states[rounds[-1]] if rounds[-1] > standing else None,
        act_dates=_act_dates(events, submitted),
        in_force_id=accepted[-1] if accepted else None,
        submitted_id=submitted[-1].version_id if submitted else None,
        events=tuple(events),
        opened=_is_opened(events),
    )


def filings_on(plans: Iterable[WorkPlan], on: date) -> dict[int, Filing]:
    """Agency id → filing, for plans of one programme taken `with_events()`."""
    return {plan.agency_id: filing_on(plan, on) for plan in plans}


def _is_settled(state: State) -> bool:
    return state in (State.ACCEPTED, State.ISSUED, State.SENT, State.SUPPLEMENT, State.RECEIPTED)


def submissions(events: Iterable[PlanEvent]) -> list[PlanEvent]:
    """Of a plan's events, in their order, the submissions that were not taken back by the last of them."""
    standing: list[PlanEvent] = []
    for event in events:
        if event.step in SUBMITTING:
            standing.append(event)
        elif event.step == Step.TAKE_BACK:
            standing = [one for one in standing if one.version_id != event.version_id]
    return standing


def _act_dates(events: list[PlanEvent], submitted: list[PlanEvent]) -> dict[Act, date | None]:
    """The first submission counts, unless it was taken back before anybody opened it; a request for a
    supplement does not undo a filing (decisions.md, "Acts")."""
    return {
        Act.DRAFTED: min((event.day for event in submitted), default=None),
        Act.ISSUED: min((e.day for e in events if e.step == Step.ISSUE), default=None),
        Act.FILED: min((e.day for e in events if e.step == Step.SEND), default=None),
    }


def _is_opened(events: list[PlanEvent]) -> bool:
    """Whether the reviewer has begun to read the latest submission."""
    last = next((e.step for e in reversed(events) if e.step in (Step.OPEN, Step.SUBMIT)), None)
    return last == Step.OPEN


def moved_since(version: PlanVersion, on: date) -> list[PlanVersion]:
    """Of the counties' versions that a city's version froze: those whose county has another in force by the day."""
    included = {version.plan_id: version for version in version.includes.select_related("plan__agency")}
    plans = WorkPlan.objects.filter(pk__in=included).with_events()
    filings = {plan.pk: filing_on(plan, on) for plan in plans}
    return [
        version
        for plan, version in included.items()
        if filings[plan].in_force_id and filings[plan].in_force_id != version.pk
    ]
