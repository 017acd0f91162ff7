"""检查: the visits of a branch, those first whose findings wait to be mended."""

from datetime import date
from enum import IntEnum

from django.db.models import Case, F, IntegerField, Min, Q, QuerySet, Value, When

from tasks.models import Inspection


class Standing(IntEnum):
    """How a visit stands on a day, in the order in which visits are listed."""

    OVERDUE = 0  # the limit has passed and nothing is recorded as mended
    OPEN = 1
    MENDED = 2
    CLEAN = 3  # nothing was found


def visits(seen: QuerySet[Inspection], as_of: date) -> QuerySet[Inspection]:
    """Those of `seen` up to the day, each with `mended_on` (None while it is not) and `standing`.

    Open findings come first, the earliest limit before the later ones; then the visits, the latest first.
    """
    mended = Min("rectifications__happened_on", filter=Q(rectifications__happened_on__lte=as_of))
    found = seen.filter(happened_on__lte=as_of).annotate(mended_on=mended)
    waits = ~Q(findings="") & Q(mended_on=None)
    standing = Case(
        When(waits & Q(mend_by__lt=as_of), then=Value(Standing.OVERDUE)),
        When(waits, then=Value(Standing.OPEN)),
        When(~Q(findings=""), then=Value(Standing.MENDED)),
        default=Value(Standing.CLEAN),
        output_field=IntegerField(),
    )
    is_closed = Case(When(waits, then=Value(0)), default=Value(1), output_field=IntegerField())
    limit = Case(When(waits, then=F("mend_by")))
    found = found.annotate(standing=standing, is_closed=is_closed, limit=limit)
    return found.order_by("is_closed", F("limit").asc(nulls_last=True), "-happened_on", "-pk")


def open_findings(agencies, as_of: date) -> QuerySet[Inspection]:
    """Visits to the mines that the agencies (a queryset) manage whose findings are not mended on the day."""
    kept = Inspection.objects.filter(mine__managed_by__in=agencies)
    return visits(kept, as_of).filter(standing__in=[Standing.OVERDUE, Standing.OPEN])
