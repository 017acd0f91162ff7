"""The deadlines on a line: a lane for each requirement, from its document's day to its last.

The months up to the end of the year looked at are drawn to scale; later days, such as the checkpoints of
a target, stand behind them at even distances, or the months before them would be too narrow to read.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from tasks.models import Requirement
from tasks.reports.deadline_days import SETTLED, Reading, readings
from tasks.rules.deadlines import Mark
from tasks.standing.obligations import Obligation

# Of the whole width, in per cent, when days lie beyond the scale.
SCALE_WIDTH = 78.0
ALL_MONTHS_UP_TO = 12


@dataclass(frozen=True)
class Tick:
    """A day at `x` per cent of the width, written for SVG."""

    day: date
    x: str
    reading: Reading | None = None


@dataclass(frozen=True)
class Lane:
    requirement: Requirement
    begins: Tick
    ends: Tick | None
    ticks: tuple[Tick, ...]
    obligations: tuple[Obligation, ...]

    @property
    def settled(self) -> int:
        return sum(o.mark in SETTLED for o in self.obligations)

    @property
    def overdue(self) -> int:
        return sum(o.mark == Mark.OVERDUE for o in self.obligations)


@dataclass(frozen=True)
class TimeLine:
    months: tuple[Tick, ...]
    later: tuple[Tick, ...]
    today: Tick
    lanes: tuple[Lane, ...]


def time_line(owed: list[Obligation], as_of: date) -> TimeLine | None:
    """None when nothing is owed. Whoever owes nothing is left out of a lane, not the lane itself."""
    by_requirement = defaultdict(list)
    for obligation in owed:
        if obligation.mark != Mark.NOT_APPLICABLE:
            by_requirement[obligation.requirement].append(obligation)
    if not by_requirement:
        return None
    scale = _Scale(by_requirement, as_of)
    lanes = [_lane(one, concerned, scale) for one, concerned in by_requirement.items()]
    lanes.sort(
        key=lambda lane: (lane.ends is None, lane.ends.day if lane.ends else date.max, lane.requirement.pk)
    )
    return TimeLine(scale.months(), scale.later_ticks(), scale.tick(as_of), tuple(lanes))


def _lane(requirement: Requirement, concerned: list[Obligation], scale: "_Scale") -> Lane:
    days = Counter((day, reading) for o in concerned for reading, day in readings(o).items())
    ticks = tuple(scale.tick(day, reading) for day, reading in sorted(days))
    begins = scale.tick(requirement.clause.document.dated_on)
    return Lane(requirement, begins, ticks[-1] if ticks else None, ticks, tuple(concerned))


class _Scale:
    """Where a day stands, in per cent of the width."""

    def __init__(self, by_requirement: dict[Requirement, list[Obligation]], as_of: date):
        first = min(one.clause.document.dated_on for one in by_requirement)
        days = {day for owed in by_requirement.values() for o in owed for day in readings(o).values()}
        self.start = first.replace(day=1)
        self.end = date(max(first.year, as_of.year), 12, 31)
        self.later = sorted(day for day in days if day > self.end)
        self.width = SCALE_WIDTH if self.later else 100.0

    def tick(self, day: date, reading: Reading | None = None) -> Tick:
        return Tick(day, f"{self._x(day):.2f}%", reading)

    def _x(self, day: date) -> float:
        if day in self.later:
            step = (100.0 - self.width) / len(self.later)
            return self.width + step * (self.later.index(day) + 0.5)
        whole = (self.end - self.start) / timedelta(days=1)
        return min(max((day - self.start) / timedelta(days=1) / whole, 0.0), 1.0) * self.width

    def months(self) -> tuple[Tick, ...]:
        """The first day of each month; of each quarter where the months would be too many."""
        count = (self.end.year - self.start.year) * 12 + self.end.month - self.start.month + 1
        firsts = [
            date(self.start.year + (self.start.month - 1 + n) // 12, (self.start.month - 1 + n) % 12 + 1, 1)
            for n in range(count)
        ]
        apart = 1 if count <= ALL_MONTHS_UP_TO else 3 if count <= 3 * ALL_MONTHS_UP_TO else 12
        return tuple(self.tick(day) for day in firsts if (day.month - 1) % apart == 0)

    def later_ticks(self) -> tuple[Tick, ...]:
        return tuple(self.tick(day) for day in self.later)
