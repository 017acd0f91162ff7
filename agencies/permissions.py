"""Who administers people and agencies."""

from django.core.exceptions import PermissionDenied
from django.db.models import Q

from agencies.models import Agency, Membership, Role, User
from greenmine.clock import today


def may_administer(by: Membership | None, agency: Agency | None = None) -> bool:
    """Whether the membership administers people, and the agency lies in its branch."""
    if by is None or by.role != Role.ADMINISTRATOR:
        return False
    return agency is None or by.agency.is_above_or_same(agency)


def may_take_over(by: Membership | None, user: User) -> bool:
    """Whether the account acts in the branch alone: a county cannot reset a city reviewer's password
    because that person also helps out in the county."""
    if not may_administer(by) or user.pk == by.user_id or user.is_superuser:
        return False
    lasting = user.memberships.filter(Q(valid_to=None) | Q(valid_to__gte=today())).select_related("agency")
    return all(by.agency.is_above_or_same(membership.agency) for membership in lasting)


def require_administrator(request) -> None:
    """403 for everybody who does not administer people."""
    if not may_administer(request.user.acting):
        raise PermissionDenied("accounts")
