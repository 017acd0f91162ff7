"""Extensions, exemptions, internal dates and leaders' notes: dated facts beside a requirement."""

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import Agency, Channel, Membership, Role
from greenmine.clock import today
from tasks.models import Decision, Requirement


@transaction.atomic
def record_decision(
    *,
    kind: str,
    requirement: Requirement,
    agencies: list[Agency],
    by: Membership,
    on_date: date | None = None,
    day: date | None = None,
    document: str = "",
    reason: str = "",
    channel: Channel = Channel.SCREEN,
) -> Decision:
    """Record what the acting agency decided for agencies of its branch.

    An extension or exemption needs a document or a reason. Whether it governs is asked when it is read:
    a city cannot extend the province's date, but its decision is kept and shown.
    """
    if by.role != Role.REVIEWER or not all(by.agency.is_above_or_same(agency) for agency in agencies):
        raise PermissionDenied("decide")
    if not agencies:
        raise ValidationError(_("Choose for whom the decision is."))
    if (day or today()) > today():
        raise ValidationError(_("The day cannot lie in the future."))
    if kind in (Decision.Kind.EXTENSION, Decision.Kind.EXEMPTION) and not (document or reason).strip():
        raise ValidationError(_("Name the document or the reason."))
    decision = Decision(
        kind=kind,
        requirement=requirement,
        grantor=by.agency,
        happened_on=day or today(),
        on_date=on_date,
        document=document.strip(),
        reason=reason.strip(),
        channel=channel,
        **Decision.recorded(by),
    )
    decision.full_clean()
    decision.save()
    decision.agencies.set(agencies)
    return decision
