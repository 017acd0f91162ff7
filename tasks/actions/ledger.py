"""调出 and 调入: asked for by the bureau that owns the task, approved or declined by the one above it."""

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agencies.models import Agency, Channel, Membership
from greenmine.clock import today
from tasks.models import Mine, MineTask, Programme, TargetChange
from tasks.permissions import may_answer_change, may_ask_change
from tasks.rules.planned_dates import PlannedDate
from tasks.standing.targets import speaker_of, target_of

Kind, Cause = TargetChange.Kind, TargetChange.Cause


@transaction.atomic
def ask_change(
    *,
    task: MineTask,
    kind: str,
    cause: str,
    reason: str,
    by: Membership,
    day: date | None = None,
    linked_to: TargetChange | None = None,
    tier: str = "",
    planned: PlannedDate | None = None,
    channel: Channel = Channel.SCREEN,
) -> TargetChange:
    """Ask for a mine to leave or enter the target. It counts only when it is approved.

    Raises PermissionDenied for anybody but the filer or leader of the bureau that keeps the task, or of the one
    whose plan speaks for it, ValidationError for a day
    after today, an empty reason, a second open request about the same task, or a task that is out of the
    target (for a removal) or in it (for an entry) already.
    """
    # Locked first: two people may ask for the same at once.
    task = (
        MineTask.objects.select_for_update(of=("self",)).select_related("agency", "programme").get(pk=task.pk)
    )
    speaker = speaker_of(task, today())
    if not may_ask_change(by, task, speaker):
        raise PermissionDenied("ledger")
    day = day or today()
    if day > today():
        raise ValidationError(_("The day cannot lie in the future."))
    if not reason.strip():
        raise ValidationError(_("Write the reason."))
    if task.target_changes.open().filter(kind=kind).exists():
        raise ValidationError(_("Such a change of this task waits for approval already."))
    _check_it_changes_something(task, kind, day, speaker)
    change = TargetChange(
        task=task,
        agency=speaker,
        kind=kind,
        cause=cause,
        reason=reason.strip(),
        linked_to=linked_to,
        tier=tier,
        planned_on=planned.last_day if planned else None,
        planned_precision=planned.precision if planned else "",
        happened_on=day,
        channel=channel,
        **TargetChange.recorded(by),
    )
    change.full_clean()
    change.save()
    return change


@transaction.atomic
def ask_entry(*, mine: Mine, programme: Programme, by: Membership, **change) -> TargetChange:
    """Ask for a mine of the own register to enter the target. `change` as for ask_change."""
    task = MineTask.objects.filter(programme=programme, mine=mine).first()
    if task is None:
        if mine.managed_by is None:
            raise ValidationError(_("Say first which bureau manages this mine."))
        task = MineTask(programme=programme, mine=mine, agency=mine.managed_by)
        if not may_ask_change(by, task, speaker_of(task, today())):
            raise PermissionDenied("ledger")
        task.save()
    return ask_change(task=task, kind=Kind.ENTRY, by=by, **change)


@transaction.atomic
def ask_merger(
    *, tasks: list[MineTask], into: Mine, reason: str, by: Membership, day: date | None = None, **entry
) -> TargetChange:
    """整合: several mines leave and the one they became enters, as one request (decisions.md, "Plan").

    Returns the entry, to which the removals are linked. `entry`: tier, planned.
    """
    if len(tasks) < 2:
        raise ValidationError(_("A merger takes at least two mines."))
    if into.pk in {task.mine_id for task in tasks}:
        raise ValidationError(_("The merged mine is one of its own register, beside those that it replaces."))
    shared = {"cause": Cause.MERGED, "reason": reason, "by": by, "day": day}
    root = ask_entry(mine=into, programme=tasks[0].programme, **shared, **entry)
    for task in tasks:
        ask_change(task=task, kind=Kind.REMOVAL, linked_to=root, **shared)
    return root


@transaction.atomic
def approve_change(*, change: TargetChange, by: Membership, day: date | None = None) -> TargetChange:
    """The superior's reviewer approves, a merger as a whole. From then on the adjusted target has changed,
    with both on record."""
    asked = _open_group(change, by)
    day = day or today()
    if not max(one.happened_on for one in asked) <= day <= today():
        raise ValidationError(_("Approve on a day between the change and today."))
    for one in asked:
        one.approved_on, one.approved_by, one.approved_for = day, by.person, by.agency
        one.answered_on = today()
        one.save(update_fields=["approved_on", "approved_by", "approved_for", "answered_on"])
    return next(one for one in asked if one.pk == change.pk)


@transaction.atomic
def decline_change(
    *, change: TargetChange, by: Membership, answer: str, day: date | None = None
) -> TargetChange:
    """The superior's reviewer does not agree, and says why. The request stays on record and counts nowhere."""
    asked = _open_group(change, by)
    if not answer.strip():
        raise ValidationError(_("Say why it is not agreed to."))
    for one in asked:
        one.declined_on, one.declined_by, one.answer = day or today(), by.person, answer.strip()
        one.answered_on = today()
        one.save(update_fields=["declined_on", "declined_by", "answer", "answered_on"])
    return next(one for one in asked if one.pk == change.pk)


def _open_group(change: TargetChange, by: Membership) -> list[TargetChange]:
    """The change with those linked to it, locked. Raises PermissionDenied and ValidationError."""
    change = TargetChange.objects.select_related("recorded_for").get(pk=change.pk)
    if not may_answer_change(by, change):
        raise PermissionDenied("ledger")
    root = change.linked_to_id or change.pk
    found = list(
        TargetChange.objects.select_for_update().filter(Q(pk=root) | Q(linked_to=root)).order_by("pk")
    )
    if by.person and by.user_id in {one.recorded_by_id for one in found}:
        raise PermissionDenied(_("Who asked cannot approve."))
    if any(one.approved_on or one.declined_on for one in found):
        raise ValidationError(_("This request was answered already."))
    return found


def _check_it_changes_something(task: MineTask, kind: str, day: date, speaker: Agency | None) -> None:
    if speaker is None:
        raise ValidationError(_("The bureau has no plan in force, so no target to change."))
    # As it stands now, not on the day of the change: what was approved since counts.
    target = target_of(speaker, task.programme, today())
    if kind == Kind.REMOVAL and task.pk not in target.tasks:
        raise ValidationError(_("“%s” is not in the target.") % task.mine)
    if kind == Kind.ENTRY and task.pk in target.tasks:
        raise ValidationError(_("“%s” is in the target already.") % task.mine)
    last = task.target_changes.in_force(today()).order_by("happened_on").last()
    if last and day < last.happened_on:
        raise ValidationError(
            _("The day lies before the last change of this mine, %s.") % date_format(last.happened_on)
        )
