"""省下达任务数: entered by the reviewer of a bureau above, dated, and never overwritten."""

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import Agency, Channel, Membership, Role
from greenmine.clock import today
from tasks.models import Programme, Quota

# More mines than any province has: beyond it a figure is a slip of the keyboard.
MOST = 10_000


def may_set_quotas(by: Membership | None, agency: Agency | None = None) -> bool:
    """A reviewer of a bureau that has others below it; for `agency`, of a bureau above it."""
    if by is None or by.role != Role.REVIEWER or by.agency.is_leaf():
        return False
    return agency is None or (by.agency.is_above_or_same(agency) and by.agency.pk != agency.pk)


@transaction.atomic
def record_quota(
    *,
    programme: Programme,
    agency: Agency,
    count: int,
    by: Membership,
    day: date | None = None,
    document: str = "",
    channel: Channel = Channel.SCREEN,
) -> Quota:
    """Record how many mines are asked of an agency from a day on; an earlier quota stays on record.

    Raises PermissionDenied for anybody but a reviewer above the agency, ValidationError for a day after
    today or a count that is none.
    """
    if not may_set_quotas(by, agency):
        raise PermissionDenied("quota")
    day = day or today()
    if day > today():
        raise ValidationError(_("The day lies in the future. A day up to today is accepted."))
    if not 0 <= count <= MOST:
        raise ValidationError(
            _("A quota is a whole number of mines from 0 to %(most)d."), params={"most": MOST}
        )
    return Quota.objects.create(
        programme=programme,
        agency=agency,
        count=count,
        happened_on=day,
        document=document.strip()[:80],
        channel=channel,
        **Quota.recorded(by),
    )
