"""调出 and 调入: asked for by the bureau that owns the task, approved by the one above it."""

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import Channel, Membership, Role
from greenmine.clock import today
from tasks.models import MineTask, TargetChange


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
    channel: Channel = Channel.SCREEN,
) -> TargetChange:
    """Ask for a mine to leave or enter the target. It counts only when it is approved.

    Raises PermissionDenied for anybody but the owning bureau's filer or leader, ValidationError for a day
    after today, an empty reason, or a second open request about the same task.
    """
    if by.agency_id != task.agency_id or by.role not in (Role.FILER, Role.LEADER):
        raise PermissionDenied("ledger")
    if (day or today()) > today():
        raise ValidationError(_("The day cannot lie in the future."))
    if not reason.strip():
        raise ValidationError(_("Write the reason."))
    if task.target_changes.select_for_update().filter(approved_on=None, kind=kind).exists():
        raise ValidationError(_("Such a change of this task waits for approval already."))
    change = TargetChange(
        task=task,
        kind=kind,
        cause=cause,
        reason=reason.strip(),
        linked_to=linked_to,
        happened_on=day or today(),
        channel=channel,
        **TargetChange.recorded(by),
    )
    change.full_clean()
    change.save()
    return change


@transaction.atomic
def approve_change(*, change: TargetChange, by: Membership, day: date | None = None) -> TargetChange:
    """The superior's reviewer approves. From then on the adjusted target has changed, with both on record."""
    change = TargetChange.objects.select_for_update().select_related("task__agency").get(pk=change.pk)
    if by.role != Role.REVIEWER or by.agency.path != change.task.agency.reports_to_path:
        raise PermissionDenied("ledger")
    if by.person and by.user_id == change.recorded_by_id:
        raise PermissionDenied(_("Who asked cannot approve."))
    if change.approved_on:
        raise ValidationError(_("This change is approved already."))
    day = day or today()
    if not change.happened_on <= day <= today():
        raise ValidationError(_("Approve on a day between the change and today."))
    change.approved_on, change.approved_by, change.approved_for = day, by.person, by.agency
    change.save(update_fields=["approved_on", "approved_by", "approved_for"])
    return change
