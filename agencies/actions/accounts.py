"""Accounts and their hats: opened, given, ended and closed here. Nothing is deleted.

An administrator acts within the own branch, and never on the own account: nobody gives themself a role,
and nobody takes over an account that also acts elsewhere.
"""

import secrets
from datetime import date

from auditlog.models import LogEntry
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from agencies.models import Agency, Membership, User
from agencies.permissions import may_administer, may_take_over
from greenmine.clock import today

# Read aloud or written on a slip: without the letters and digits that look alike.
ALPHABET = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
GROUPS, GROUP_LENGTH = 4, 4


def new_password() -> str:
    """Sixteen random characters in groups of four: some 92 bits."""
    groups = ("".join(secrets.choice(ALPHABET) for _i in range(GROUP_LENGTH)) for _j in range(GROUPS))
    return "-".join(groups)


@transaction.atomic
def create_user(
    *, username: str, name: str, agency: Agency, role: str, by: Membership, valid_from: date | None = None
) -> tuple[User, str]:
    """A new account with its first hat. Returns it and its initial password, which is kept nowhere."""
    if not may_administer(by, agency):
        raise PermissionDenied("accounts")
    password = new_password()
    user = User(username=username, name=name.strip())
    user.set_password(password)
    user.full_clean()
    user.save()
    _give(user, agency, role, valid_from or today(), None)
    return user, password


@transaction.atomic
def add_membership(
    *, user: User, agency: Agency, role: str, by: Membership, valid_from: date, valid_to: date | None = None
) -> Membership:
    """One more hat. Raises ValidationError when the person holds it already in these days."""
    if not may_administer(by, agency) or user.pk == by.user_id:
        raise PermissionDenied("accounts")
    same = Membership.objects.filter(user=user, agency=agency, role=role)
    same = same.filter(Q(valid_to=None) | Q(valid_to__gte=valid_from))
    if valid_to:
        same = same.filter(valid_from__lte=valid_to)
    if same.exists():
        raise ValidationError(_("The person holds this role there already in these days."))
    return _give(user, agency, role, valid_from, valid_to)


@transaction.atomic
def end_membership(*, membership: Membership, last_day: date, by: Membership) -> Membership:
    """Set the last day of a hat. What was done under it stays."""
    if not may_administer(by, membership.agency) or membership.user_id == by.user_id:
        raise PermissionDenied("accounts")
    membership.valid_to = last_day
    membership.full_clean()
    membership.save(update_fields=["valid_to"])
    return membership


@transaction.atomic
def reset_password(*, user: User, by: Membership) -> str:
    """A new one-time password, returned once. Everybody signed in under the account is signed out."""
    if not may_take_over(by, user):
        raise PermissionDenied("accounts")
    password = new_password()
    user.set_password(password)
    user.save(update_fields=["password"])
    # The password itself is in no log; that it was changed, and by whom, is.
    LogEntry.objects.log_create(
        user, action=LogEntry.Action.UPDATE, changes={"password": ["", "***"]}, actor=by.person
    )
    return password


@transaction.atomic
def set_active(*, user: User, active: bool, by: Membership) -> User:
    """Close an account, or open it again."""
    if not may_take_over(by, user):
        raise PermissionDenied("accounts")
    user.is_active = active
    user.save(update_fields=["is_active"])
    return user


@transaction.atomic
def set_signs_off(*, agency: Agency, signs_off: bool, by: Membership) -> Agency:
    """Whether the bureau's leader signs before a submission (送局领导签发)."""
    if not may_administer(by, agency):
        raise PermissionDenied("accounts")
    agency.signs_off = signs_off
    agency.save(update_fields=["signs_off"])
    return agency


def _give(user, agency, role, valid_from, valid_to) -> Membership:
    membership = Membership(user=user, agency=agency, role=role, valid_from=valid_from, valid_to=valid_to)
    membership.full_clean()
    membership.save()
    return membership
