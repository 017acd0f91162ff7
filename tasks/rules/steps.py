"""The course of a filing: which step is open in which state, who takes it, and what comes of it.

One table, read by the action that records a step, by the page that draws the buttons and by the
command that draws docs/workflow.md. States are those of decisions.md ("Who files"). A state is never
stored: it is what the recorded steps, read in the order in which they were recorded, lead to.

>>> state_after([Step.START, Step.SUBMIT, Step.RETURN])
<State.RETURNED: 'returned'>
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    NONE = "none"
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    RESUBMITTED = "resubmitted"
    ACCEPTED = "accepted"
    ISSUED = "issued"
    SENT = "sent"
    SUPPLEMENT = "supplement"
    RECEIPTED = "receipted"


class Step(StrEnum):
    START = "start"
    SIGN_OFF = "sign_off"
    SUBMIT = "submit"
    TAKE_BACK = "take_back"
    OPEN = "open"
    RETURN = "return"
    ACCEPT = "accept"
    RELEASE = "release"
    ISSUE = "issue"
    SEND = "send"
    ASK_SUPPLEMENT = "ask_supplement"
    RECEIPT = "receipt"


class Side(StrEnum):
    """Where a person stands towards a plan."""

    FILER = "filer"  # edits and submits for the agency that owes the plan
    LEADER = "leader"  # releases it, marks it issued and sent
    REVIEWER = "reviewer"  # the city, for a county's plan
    RECEIVER = "receiver"  # the province, which keeps the record (备案)


class Route(StrEnum):
    """A county's plan is reviewed by its city; who reports to the province releases its own."""

    REVIEWED = "reviewed"
    DIRECT = "direct"


@dataclass(frozen=True)
class Move:
    side: Side
    leads_to: State
    routes: frozenset[Route] = frozenset(Route)


_REVIEWED = frozenset({Route.REVIEWED})
_DIRECT = frozenset({Route.DIRECT})
_REVIEW = {
    (state, step): Move(Side.REVIEWER, leads_to or state, _REVIEWED)
    for state in (State.SUBMITTED, State.RESUBMITTED)
    for step, leads_to in ((Step.OPEN, None), (Step.RETURN, State.RETURNED), (Step.ACCEPT, State.ACCEPTED))
}
# Review is good practice, not law (decisions.md): a bureau may issue its paper before the city has
# accepted the plan, and the city may still accept it later, which no longer moves the filing.
_ISSUED_UNREVIEWED = {
    (state, Step.ISSUE): Move(Side.LEADER, State.ISSUED, _REVIEWED)
    for state in (State.SUBMITTED, State.RESUBMITTED)
}
_ACCEPTED_AFTER_ISSUE = {
    (state, Step.ACCEPT): Move(Side.REVIEWER, state, _REVIEWED)
    for state in (State.ISSUED, State.SENT, State.SUPPLEMENT, State.RECEIPTED)
}

STEPS: dict[tuple[State, Step], Move] = {
    (State.NONE, Step.START): Move(Side.FILER, State.DRAFT),
    (State.DRAFT, Step.SIGN_OFF): Move(Side.FILER, State.DRAFT, _REVIEWED),
    (State.RETURNED, Step.SIGN_OFF): Move(Side.FILER, State.RETURNED, _REVIEWED),
    (State.DRAFT, Step.SUBMIT): Move(Side.FILER, State.SUBMITTED, _REVIEWED),
    (State.RETURNED, Step.SUBMIT): Move(Side.FILER, State.RESUBMITTED, _REVIEWED),
    (State.SUBMITTED, Step.TAKE_BACK): Move(Side.FILER, State.DRAFT, _REVIEWED),
    (State.RESUBMITTED, Step.TAKE_BACK): Move(Side.FILER, State.RETURNED, _REVIEWED),
    **_REVIEW,
    (State.DRAFT, Step.RELEASE): Move(Side.LEADER, State.ACCEPTED, _DIRECT),
    (State.ACCEPTED, Step.ISSUE): Move(Side.LEADER, State.ISSUED),
    **_ISSUED_UNREVIEWED,
    (State.ISSUED, Step.SEND): Move(Side.LEADER, State.SENT),
    (State.SUPPLEMENT, Step.SEND): Move(Side.LEADER, State.SENT),
    (State.SENT, Step.ASK_SUPPLEMENT): Move(Side.RECEIVER, State.SUPPLEMENT),
    (State.SENT, Step.RECEIPT): Move(Side.RECEIVER, State.RECEIPTED),
    **_ACCEPTED_AFTER_ISSUE,
}


class StepRefused(Exception):
    """A step that is not open. `code` names the rule that refused, `detail` what it speaks of."""

    def __init__(self, code: str, **detail: object) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


def state_after(steps: Iterable[Step]) -> State:
    """Where the recorded steps of one round lead to, in the order in which they were recorded."""
    state = State.NONE
    for step in steps:
        move = STEPS.get((state, step))
        if move is None:
            # On a past day an earlier step may be out of sight, because it was entered with a later day:
            # what is left still tells where the filing stood.
            state = min((m.leads_to for (_, s), m in STEPS.items() if s == step), key=_order, default=state)
        else:
            state = move.leads_to
    return state


def _order(state: State) -> int:
    return list(State).index(state)


def open_steps(state: State, sides: frozenset[Side], *, route: Route, signs_off: bool = False) -> list[Step]:
    """The steps that somebody on these sides may take now, in the order of the table."""
    return [
        step
        for (at, step), move in STEPS.items()
        if at == state
        and route in move.routes
        and side_for(step, move, signs_off=signs_off) in sides
        and (step != Step.SIGN_OFF or signs_off)
    ]


def side_for(step: Step, move: Move, *, signs_off: bool) -> Side:
    """A county may have its leader sign before a submission (送局领导签发): then the leader submits."""
    return Side.LEADER if step == Step.SUBMIT and signs_off else move.side


def check_step(
    step: Step,
    *,
    state: State,
    sides: frozenset[Side],
    route: Route,
    signs_off: bool = False,
    opened: bool = False,
) -> State:
    """The state that the step leads to.

    Raises StepRefused: `not_open` (no such step in this state), `not_yours` (somebody else's step) or
    `already_opened` (a submission that the reviewer has begun to read cannot be taken back).
    """
    move = STEPS.get((state, step))
    if move is None or route not in move.routes or (step == Step.SIGN_OFF and not signs_off):
        raise StepRefused("not_open", step=step, state=state)
    if side_for(step, move, signs_off=signs_off) not in sides:
        raise StepRefused("not_yours", step=step, state=state)
    if step == Step.TAKE_BACK and opened:
        raise StepRefused("already_opened", step=step, state=state)
    return move.leads_to
