"""How an obligation stands in time on a given day.

Two dates may stand in a sentence: 「六月中旬前」 can end before the period begins (strict: it warns) or
when it ends (lenient: it makes overdue); no authority settles it (domain.md section 2). A date's own day
is still in time. Weekends do not move a date: the source has no roll-over.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

DUE_SOON = timedelta(days=7)


class Act(StrEnum):
    """The three dated events a sentence can ask for; 编制, 印发 and 备案 are not one (trap 3)."""

    DRAFTED = "drafted"
    ISSUED = "issued"
    FILED = "filed"


class Mark(StrEnum):
    """In the order in which they are asked: the first that holds (decisions.md)."""

    NOT_APPLICABLE = "not_applicable"
    MET = "met"
    MET_LATE = "met_late"
    OVERDUE = "overdue"
    WARNING = "warning"
    DUE_SOON = "due_soon"
    UPCOMING = "upcoming"


@dataclass(frozen=True)
class Dates:
    """The dates that govern one obligation. All optional: an undated one is only met or upcoming.

    `extended_to` is given only when its grantor may extend; `internal_on` is a city's own earlier date
    for its counties, which warns and never makes overdue.
    """

    warn_on: date | None = None
    due_on: date | None = None
    extended_to: date | None = None
    internal_on: date | None = None

    @property
    def last_day(self) -> date | None:
        return self.extended_to or self.due_on

    @property
    def all(self) -> list[date]:
        return [day for day in (self.internal_on, self.warn_on, self.last_day) if day]


def met_on(required: Iterable[Act], act_dates: Mapping[Act, date | None]) -> date | None:
    """The day on which the last of the required acts happened; None while one is missing."""
    days = [act_dates.get(act) for act in required]
    if not days or None in days:
        return None
    return max(day for day in days if day)


def mark(dates: Dates, *, met: date | None, on: date, applicable: bool = True) -> Mark:
    """The time mark on the day `on`."""
    if not applicable:
        return Mark.NOT_APPLICABLE
    last_day = dates.last_day
    if met:
        return Mark.MET_LATE if last_day and met > last_day else Mark.MET
    if last_day and on > last_day:
        return Mark.OVERDUE
    if any(day and on > day for day in (dates.warn_on, dates.internal_on)):
        return Mark.WARNING
    to_come = [day for day in dates.all if day >= on]
    if to_come and min(to_come) - on <= DUE_SOON:
        return Mark.DUE_SOON
    return Mark.UPCOMING


def is_after_warning(dates: Dates, met: date | None) -> bool:
    """Met late under the strict reading, in time under the lenient one."""
    return bool(met and dates.warn_on and dates.due_on and dates.warn_on < met <= dates.due_on)


def required_count(share: int, base: int) -> int:
    """How many of `base` make `share` per cent: rounds up, 5 at 50 % need 3 (trap 8)."""
    return -(-share * base // 100)
