"""检查: what a superior saw at a mine, and what the mine's bureau reports as mended."""

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import Channel, Membership
from greenmine.clock import today
from tasks.models import Inspection, InspectionWindow, Mine, Rectification
from tasks.permissions import may_inspect, may_rectify


@transaction.atomic
def record_inspection(
    *,
    mine: Mine,
    kind: str,
    by: Membership,
    day: date | None = None,
    window: InspectionWindow | None = None,
    inspectors: str = "",
    findings: str = "",
    mend_by: date | None = None,
    channel: Channel = Channel.SCREEN,
) -> Inspection:
    """Record one visit. Raises PermissionDenied for all but reviewers above or at the mine's bureau,
    ValidationError for a day after today or a limit before the visit."""
    if not may_inspect(by, mine):
        raise PermissionDenied("inspection")
    day = day or today()
    _check_day(day)
    if mend_by and mend_by < day:
        raise ValidationError({"mend_by": _("The limit cannot lie before the visit.")})
    inspection = Inspection(
        mine=mine,
        kind=kind,
        window=window,
        inspectors=inspectors.strip(),
        findings=findings.strip(),
        mend_by=mend_by,
        happened_on=day,
        channel=channel,
        **Inspection.recorded(by),
    )
    inspection.full_clean()
    inspection.save()
    return inspection


@transaction.atomic
def record_rectification(
    *,
    inspection: Inspection,
    text: str,
    by: Membership,
    day: date | None = None,
    channel: Channel = Channel.SCREEN,
) -> Rectification:
    """Record that the findings were mended, by the mine's own bureau or whoever may inspect it."""
    if not may_rectify(by, inspection.mine):
        raise PermissionDenied("inspection")
    day = day or today()
    _check_day(day)
    if not inspection.findings:
        raise ValidationError(_("Nothing was found, so there is nothing to mend."))
    if day < inspection.happened_on:
        raise ValidationError({"day": _("The day cannot lie before the visit.")})
    if not text.strip():
        raise ValidationError({"text": _("Say what was done.")})
    return Rectification.objects.create(
        inspection=inspection,
        text=text.strip(),
        happened_on=day,
        channel=channel,
        **Rectification.recorded(by),
    )


def _check_day(day: date) -> None:
    if day > today():
        raise ValidationError({"day": _("The day lies in the future. A day up to today is accepted.")})
