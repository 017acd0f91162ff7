"""The register: mines are entered and mended here, permits added, and nothing is ever deleted."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from agencies.actions import mine_free
from agencies.models import Membership
from tasks.models import Mine, Permit
from tasks.permissions import may_change_mine


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
    if lock is not None:
        mine.version = lock
    mine.full_clean(exclude=["version", "folded_name", "initials"])
    mine.save()
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
