"""The register: mines are entered and mended here, permits added, and nothing is ever deleted."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from agencies.actions import mine_free
from agencies.models import Membership
from greenmine.clock import today
from tasks.models import Mine, MineTask, Permit
from tasks.permissions import may_change_mine
from tasks.reports.target_tasks import speaker_of, target_of


@transaction.atomic
def save_mine(*, mine: Mine, by: Membership, lock: int | None = None) -> Mine:
    """Keep a new or mended mine. Raises RecordModifiedError when it was changed since `lock`.

    The managing agency must lie in the acting branch. A mine that enters the register of a place ends
    its 不涉矿 (decisions.md, "Who is bound").
    """
    stored = Mine.objects.filter(pk=mine.pk).first()
    # Asked of the mine as it stands too: nobody takes one out of another bureau's register by naming their own.
    if not may_change_mine(by, mine) or (stored and not may_change_mine(by, stored)):
        raise PermissionDenied("register")
    handed_over = stored is not None and stored.managed_by_id != mine.managed_by_id
    if handed_over:
        _check_it_may_be_handed_over(mine)
    if lock is not None:
        mine.version = lock
    mine.full_clean(exclude=["version", "folded_name", "initials"])
    mine.save()
    if handed_over and mine.managed_by:
        # The task follows the mine (decisions.md, "Plan, version, task, mine").
        mine.tasks.update(agency=mine.managed_by)
    if mine.managed_by:
        mine_free.end(agency=mine.managed_by, reason=_("A mine entered the register: %s") % mine.name)
    return mine


@transaction.atomic
def add_permit(*, permit: Permit, predecessors: list[Permit], by: Membership) -> Permit:
    """Add a permit to its mine, and the permits it replaces."""
    if not may_change_mine(by, permit.mine):
        raise PermissionDenied("register")
    permit.full_clean()
    permit.save()
    permit.predecessors.set(predecessors)
    return permit


def _check_it_may_be_handed_over(mine: Mine) -> None:
    """A mine leaves a target by a recorded removal alone (domain.md, trap 13), not by another bureau's name."""
    for task in MineTask.objects.filter(mine=mine).select_related("agency", "programme"):
        speaker = speaker_of(task, today())
        stays = (
            mine.managed_by is not None and speaker is not None and speaker.is_above_or_same(mine.managed_by)
        )
        if speaker and not stays and task.pk in (target_of(speaker, task.programme, today()).tasks or ()):
            raise ValidationError(
                {
                    "managed_by": _(
                        "The mine is in the target of %s. Have its removal approved first, then hand it over."
                    )
                    % speaker
                }
            )
