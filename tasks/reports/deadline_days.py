"""The days on which something falls due or begins to warn: for the calendar and for the time line.

Each source keeps its own day; both readings of a sentence are days of their own (domain.md section 2).
"""

import calendar
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tasks.models import Requirement
from tasks.rules.deadlines import Mark
from tasks.rules.working_days import last_working_day_hint
from tasks.standing.obligations import Obligation

SETTLED = (Mark.MET, Mark.MET_LATE)


class Reading(StrEnum):
    """What a day is for a requirement: the order is that in which they stand on one day."""

    DUE = "due"
    EXTENDED = "extended"
    STRICT = "strict"
    INTERNAL = "internal"


@dataclass(frozen=True)
class DeadlineDay:
    """One requirement's day with all whom it concerns; whoever owes nothing is left out."""

    day: date
    reading: Reading
    requirement: Requirement
    obligations: tuple[Obligation, ...]

    @property
    def outstanding(self) -> list[Obligation]:
        return [o for o in self.obligations if o.mark not in SETTLED]

    @property
    def settled(self) -> int:
        return len(self.obligations) - len(self.outstanding)

    @property
    def is_late(self) -> bool:
        """Whether somebody is overdue by this very day; the strict reading makes nobody so."""
        governing = [o for o in self.obligations if o.dates.last_day == self.day]
        return any(o.mark == Mark.OVERDUE for o in governing)

    @property
    def working_day(self) -> date | None:
        return last_working_day_hint(self.day)


@dataclass(frozen=True)
class Cell:
    day: date
    in_month: bool
    entries: tuple[DeadlineDay, ...]


@dataclass(frozen=True)
class Month:
    """A month as weeks from Monday to Sunday, and the months on either side."""

    first: date
    weeks: tuple[tuple[Cell, ...], ...]
    entries: tuple[DeadlineDay, ...]
    previous: date | None
    next: date | None


def readings(obligation: Obligation) -> dict[Reading, date]:
    """The days of one obligation that are known."""
    dates = obligation.dates
    days = {
        Reading.DUE: dates.due_on,
        Reading.EXTENDED: dates.extended_to,
        Reading.STRICT: dates.warn_on,
        Reading.INTERNAL: dates.internal_on,
    }
    return {reading: day for reading, day in days.items() if day}


def deadline_days(owed: list[Obligation]) -> list[DeadlineDay]:
    """All days of the obligations in the order of the calendar."""
    found = defaultdict(list)
    for obligation in owed:
        if obligation.mark == Mark.NOT_APPLICABLE:
            continue
        for reading, day in readings(obligation).items():
            found[day, reading, obligation.requirement].append(obligation)
    order = list(Reading)
    keys = sorted(found, key=lambda key: (key[0], order.index(key[1]), key[2].pk))
    return [DeadlineDay(day, reading, one, tuple(found[day, reading, one])) for day, reading, one in keys]


def month(days: list[DeadlineDay], first: date) -> Month:
    """The month that begins on `first`, with the days that fall in it."""
    by_day = defaultdict(list)
    for one in days:
        by_day[one.day].append(one)
    weeks = tuple(
        tuple(Cell(day, day.month == first.month, tuple(by_day[day])) for day in week)
        for week in calendar.Calendar().monthdatescalendar(first.year, first.month)
    )
    inside = tuple(d for d in days if (d.day.year, d.day.month) == (first.year, first.month))
    return Month(first, weeks, inside, _months_away(first, -1), _months_away(first, 1))


def _months_away(first: date, away: int) -> date | None:
    """None beyond the years that can be written."""
    number = first.year * 12 + first.month - 1 + away
    year = number // 12
    return date(year, number % 12 + 1, 1) if 1900 <= year <= 2200 else None
