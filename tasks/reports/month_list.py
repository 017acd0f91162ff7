"""The months of one bureau, and the month with which those of a branch begin."""

from datetime import date

from agencies.models import Agency
from tasks.models import MonthlyReport, PlanEvent, Programme, Requirement, TargetChange
from tasks.reports.monthly import MonthRow, Place, place_on, reports_of, row_of
from tasks.rules.monthly import month_of, months_between, seen_on
from tasks.standing.filings import ACCEPTING


def first_month(agencies, as_of: date) -> date:
    """The month in which the first plan of the agencies came into force, or the first that they reported before;
    that of `as_of` before either."""
    accepted = PlanEvent.objects.filter(plan__agency__in=agencies, step__in=ACCEPTING)
    days = [event.day for event in accepted.prefetch_related("corrections")]
    # An acceptance may be corrected to a later day: what was reported until then stays in sight.
    reported = MonthlyReport.objects.filter(agency__in=agencies, events__happened_on__lte=as_of)
    days += reported.order_by("month").values_list("month", flat=True)[:1]
    return month_of(min((day for day in days if day <= as_of), default=as_of))


def own_months(*, agency: Agency, as_of: date, programme: Programme) -> list[MonthRow]:
    """Every month that the bureau owes or has reported, the latest first."""
    own = Agency.objects.filter(pk=agency.pk)
    reports = {one.month: one for one in reports_of(programme, own)}
    changes = _days_of_change(agency)
    asked: dict[int, tuple[int, ...]] = {}
    rows = []
    for month in months_between(first_month(own, as_of), month_of(as_of)):
        day = seen_on(month, as_of)
        # Between two changes the target stays the same, so it is asked for once.
        key = sum(change <= day for change in changes)
        if key not in asked:
            asked[key] = place_on(day, agency, programme).tasks
        rows.append(row_of(agency, month, as_of, Place(agency, asked[key], {}), reports.get(month)))
    return [row for row in reversed(rows) if row.is_owed]


def _days_of_change(agency: Agency) -> list[date]:
    """Days on which the agency's target may become another; before a checkpoint exists nobody has any."""
    accepted = PlanEvent.objects.filter(plan__agency=agency, step__in=ACCEPTING)
    days = [event.day for event in accepted.prefetch_related("corrections")]
    changes = TargetChange.objects.filter(agency__path__startswith=agency.path)
    days += [max(c.happened_on, c.approved_on) for c in changes.exclude(approved_on=None)]
    points = Requirement.objects.filter(kind=Requirement.Kind.SHARE).select_related("clause__document")
    documents = [point.clause.document for point in points]
    return days + [on for one in documents if (on := one.signed_on or one.printed_on)]
