"""不涉矿: declared by the agency, confirmed by the one above it, ended when a mine enters its register."""

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import Agency, Membership, MineFreeDeclaration, Role
from greenmine.clock import today


@transaction.atomic
def declare(
    *, agency: Agency, by: Membership, statement: str = "", day: date | None = None
) -> MineFreeDeclaration:
    """The agency's filer or leader says that the place has no mines."""
    if by.agency_id != agency.pk or by.role not in (Role.FILER, Role.LEADER):
        raise PermissionDenied("declare")
    if (day or today()) > today():
        raise ValidationError(_("The day cannot lie in the future."))
    if MineFreeDeclaration.objects.select_for_update().filter(agency=agency).open().exists():
        raise ValidationError(_("A declaration is open already."))
    return MineFreeDeclaration.objects.create(
        agency=agency,
        happened_on=day or today(),
        statement=statement.strip(),
        **MineFreeDeclaration.recorded(by),
    )


@transaction.atomic
def confirm(
    *, declaration: MineFreeDeclaration, by: Membership, day: date | None = None
) -> MineFreeDeclaration:
    """The superior's reviewer confirms; from that day nothing is owed. Until then, what was owed is."""
    declaration = MineFreeDeclaration.objects.select_for_update().get(pk=declaration.pk)
    agency = declaration.agency
    if by.role != Role.REVIEWER or by.agency.path != agency.reports_to_path:
        raise PermissionDenied("confirm")
    if declaration.confirmed_on or declaration.ended_on:
        raise ValidationError(_("This declaration is settled already."))
    day = day or today()
    if not declaration.happened_on <= day <= today():
        raise ValidationError(_("Confirm on a day between the declaration and today."))
    declaration.confirmed_on = day
    declaration.confirmed_by = by.person
    declaration.save(update_fields=["confirmed_on", "confirmed_by"])
    return declaration


@transaction.atomic
def end(*, agency: Agency, reason: str, day: date | None = None) -> int:
    """End what is open, because a mine entered the register. Returns how many were ended."""
    open_ones = MineFreeDeclaration.objects.select_for_update().filter(agency=agency).open()
    for declaration in open_ones:
        declaration.ended_on = max(day or today(), declaration.happened_on)
        declaration.end_reason = reason
        declaration.save(update_fields=["ended_on", "end_reason"])
    return len(open_ones)
