"""The steps of a filing. The only code that records one.

Each takes the plan's row lock, asks the table in rules/steps.py, and records a dated event; versions are
frozen and copied here, because a step and what it says must not come apart.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction

from agencies.models import Agency, Channel, Membership
from greenmine.clock import today
from tasks.actions import versions
from tasks.models import (
    Attachment,
    PlanEvent,
    PlanEventCorrection,
    PlanVersion,
    Programme,
    ReviewComment,
    WorkPlan,
)
from tasks.permissions import sides_of
from tasks.rules import document_numbers
from tasks.rules.steps import STEPS, Side, Step, StepRefused, check_step, side_for
from tasks.standing.filings import SUBMITTING, Filing, filing_on, submissions
from tasks.standing.targets import target_of

# The step on or after whose day each step must lie.
NOT_BEFORE = {
    Step.OPEN: (Step.SUBMIT,),
    Step.RETURN: (Step.SUBMIT,),
    Step.ACCEPT: (Step.SUBMIT,),
    Step.SEND: (Step.ISSUE, Step.ASK_SUPPLEMENT),
    Step.ASK_SUPPLEMENT: (Step.SEND,),
    Step.RECEIPT: (Step.SEND,),
}
# On screen these happen when the button is pressed; another day is only believed of a dated paper.
ALWAYS_TODAY = {Step.START, Step.SIGN_OFF, Step.SUBMIT, Step.TAKE_BACK, Step.OPEN}
NEEDS_REASON = {Step.RETURN, Step.ASK_SUPPLEMENT}


@dataclass(frozen=True)
class Details:
    """What a step is recorded with: the day (today by default), 文号 or receipt number, a comment, and
    for a paper the scan that shows it."""

    day: date | None = None
    number: str = ""
    comment: str = ""
    channel: Channel = Channel.SCREEN
    scan: Attachment | None = field(default=None)


@transaction.atomic
def start(
    *, programme: Programme, agency: Agency, by: Membership, details: Details | None = None
) -> WorkPlan:
    """Begin the agency's plan. Raises StepRefused when it is begun already or not theirs to begin."""
    plan, _created = WorkPlan.objects.get_or_create(programme=programme, agency=agency)
    take_step(plan=plan, step=Step.START, by=by, details=details)
    return plan


@transaction.atomic
def take_step(*, plan: WorkPlan, step: Step, by: Membership, details: Details | None = None) -> PlanEvent:
    """Record one step of the plan's current round, or raise StepRefused naming the rule that refused."""
    details = details or Details()
    plan = _locked(plan)
    filing = filing_on(plan, today())
    _check(plan, filing, step, by, details)
    event = _event(plan, step, by, details, round=filing.round)
    event.version = _version_after(plan, step, details, round=filing.round)
    event.save()
    _send_comments(event, step)
    return event


@transaction.atomic
def revise(*, plan: WorkPlan, by: Membership, reason: str) -> PlanEvent:
    """Begin a 修订 of the version in force, which stays in force meanwhile.

    Raises StepRefused: `no_reason`, `nothing_in_force`, `revision_open`, `not_yours`.
    """
    plan = _locked(plan)
    filing = filing_on(plan, today())
    if Side.FILER not in sides_of(by, plan):
        raise StepRefused("not_yours", step=Step.START, state=filing.state)
    if not reason.strip():
        raise StepRefused("no_reason", step=Step.START)
    if not filing.in_force_id:
        raise StepRefused("nothing_in_force", step=Step.START)
    if filing.revision or plan.versions.working().exists():
        raise StepRefused("revision_open", step=Step.START)
    number = filing.round + 1
    event = _event(plan, Step.START, by, Details(comment=reason), round=number)
    event.version = versions.copy(
        PlanVersion.objects.get(pk=filing.in_force_id), round=number, reason=reason.strip()
    )
    event.save()
    versions.follow_ledger(event.version, target_of(plan.agency, plan.programme, today()))
    return event


@transaction.atomic
def correct_day(*, event: PlanEvent, day: date, reason: str, by: Membership) -> PlanEventCorrection:
    """Mend a wrong date by a new fact; the old date stays visible beside it.

    Only the bureau that recorded the step mends it. Raises StepRefused: `not_yours`, `no_reason`,
    `in_future`, `only_today`, `too_early` (the step, or one that rests on it, would lie before what it rests on).
    """
    if by.agency_id != event.recorded_for_id or by.role != event.recorded_as:
        raise StepRefused("not_yours", step=event.step)
    if not reason.strip():
        raise StepRefused("no_reason", step=event.step)
    plan = _locked(event.plan)
    if event.channel == Channel.SCREEN and Step(event.step) in ALWAYS_TODAY:
        # The press of a button has no other day than its own: nothing late becomes on time by a correction.
        raise StepRefused("only_today", step=event.step, day=day)
    if day > today():
        raise StepRefused("in_future", step=event.step, day=day)
    _check_order(plan, event, day)
    return PlanEventCorrection.objects.create(
        event=event, happened_on=day, reason=reason.strip(), **PlanEventCorrection.recorded(by)
    )


def _check_order(plan: WorkPlan, corrected: PlanEvent, day: date) -> None:
    """With the day in its place, the step and those that rest on it still lie on or after what they rest on."""
    events = list(plan.events.all())
    days = {event.pk: event.day for event in events} | {corrected.pk: day}
    for place, event in enumerate(events):
        step = Step(event.step)
        if event.pk != corrected.pk and Step(corrected.step) not in _rests_on(step):
            continue
        earliest = _earliest(step, events[:place], days)
        if earliest and days[event.pk] < earliest:
            raise StepRefused("too_early", step=step, day=days[event.pk], earliest=earliest)


def _rests_on(step: Step) -> tuple[Step, ...]:
    # A bureau may issue its paper before the city accepts the plan, never before it was drawn up.
    return SUBMITTING if step == Step.ISSUE else NOT_BEFORE.get(step, ())


def _earliest(step: Step, before: Sequence[PlanEvent], days: Mapping[int, date]) -> date | None:
    """The day before which the step cannot lie: that of the last step that it rests on, of the first submission for
    an issue. `days` says which day counts of each event."""
    if step == Step.ISSUE:
        return min((days[event.pk] for event in submissions(before)), default=None)
    return next((days[event.pk] for event in reversed(before) if event.step in _rests_on(step)), None)


def _locked(plan: WorkPlan) -> WorkPlan:
    # Two people may press different buttons at the same moment: the second sees what the first did.
    WorkPlan.objects.select_for_update().get(pk=plan.pk)
    return WorkPlan.objects.select_related("agency", "programme").with_events().get(pk=plan.pk)


def _check(plan: WorkPlan, filing: Filing, step: Step, by: Membership, details: Details) -> None:
    on_paper = _on_paper(details)
    state = filing.working_state
    sides = sides_of(by, plan, on_paper=on_paper)
    signs_off = plan.agency.signs_off
    check_step(step, state=state, sides=sides, route=plan.route, signs_off=signs_off, opened=filing.opened)
    side = side_for(step, STEPS[state, step], signs_off=signs_off)
    _check_not_own_work(filing, side, by)
    if on_paper and by.agency_id == plan.agency_id and by.person:
        # A bureau's own people file on screen: a day of their choosing would make a late filing timely.
        raise StepRefused("only_today", step=step)
    if on_paper and by.agency_id != plan.agency_id and step != Step.START and not details.scan:
        raise StepRefused("no_scan", step=step)
    if step in NEEDS_REASON and not details.comment.strip():
        raise StepRefused("no_reason", step=step)
    if step == Step.ISSUE and not document_numbers.is_well_formed(details.number):
        raise StepRefused("bad_number", step=step, number=details.number)
    _check_day(filing, step, details)


def _check_not_own_work(filing: Filing, side: Side, by: Membership) -> None:
    """Nobody reviews what they filed under another hat."""
    if side not in (Side.REVIEWER, Side.RECEIVER) or by.person is None:
        return
    own = [event for event in filing.events if event.recorded_by_id == by.user_id]
    if any(STEPS_OF_AUTHOR & {event.step} for event in own):
        raise StepRefused("own_work")


STEPS_OF_AUTHOR = {step for (_state, step), move in STEPS.items() if move.side in (Side.FILER, Side.LEADER)}


def _check_day(filing: Filing, step: Step, details: Details) -> None:
    day = details.day
    if day is None:
        return
    if day > today():
        raise StepRefused("in_future", step=step, day=day)
    if step in ALWAYS_TODAY and details.channel == Channel.SCREEN and day != today():
        raise StepRefused("only_today", step=step, day=day)
    earliest = _earliest(step, filing.events, {event.pk: event.day for event in filing.events})
    if earliest and day < earliest:
        raise StepRefused("too_early", step=step, day=day, earliest=earliest)


def _event(plan: WorkPlan, step: Step, by: Membership, details: Details, *, round: int) -> PlanEvent:
    number = document_numbers.normalise(details.number) if step == Step.ISSUE else details.number.strip()
    return PlanEvent(
        plan=plan,
        step=step,
        round=round,
        happened_on=details.day or today(),
        number=number,
        comment=details.comment.strip(),
        channel=details.channel,
        scan=details.scan,
        on_behalf_of=plan.agency if by.agency_id != plan.agency_id and _on_paper(details) else None,
        **PlanEvent.recorded(by),
    )


def _on_paper(details: Details) -> bool:
    return details.channel == Channel.PAPER


def _version_after(plan: WorkPlan, step: Step, details: Details, *, round: int) -> PlanVersion:
    match step:
        case Step.START:
            return versions.begin(plan, round=round)
        case Step.SUBMIT | Step.RELEASE:
            return versions.freeze(plan.versions.working().get(), on_paper=_on_paper(details))
        case Step.SIGN_OFF:
            return plan.versions.working().get()
    version = plan.versions.frozen().not_taken_back().filter(round=round).last()
    if step == Step.TAKE_BACK:
        # What was taken back was never received: no city's draft may freeze it.
        version.included_in.through.objects.filter(
            to_planversion=version, from_planversion__frozen_at=None
        ).delete()
    if step in (Step.RETURN, Step.TAKE_BACK):
        versions.copy(version, round=round, reason=version.reason)
    return version


def _send_comments(event: PlanEvent, step: Step) -> None:
    """The section comments that the reviewer wrote go out with the verdict."""
    if step in (Step.RETURN, Step.ACCEPT):
        drafts = ReviewComment.objects.filter(
            version=event.version, agency=event.recorded_for, sent_with=None
        )
        drafts.update(sent_with=event)
