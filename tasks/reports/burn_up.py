"""The burn-up of a branch: what the plans promise month by month, and what is done under each criterion.

One set of points for the drawing on the page, the table under it and other programs; the same days as the
progress that it belongs to.
"""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta

from tasks.reports.progress import Progress
from tasks.rules.progress import Criterion, done_since


@dataclass(frozen=True)
class Point:
    """The state at the end of a month. `done` is None after the day looked at: it has not happened."""

    day: date
    planned: int
    done: dict[Criterion, int | None]


@dataclass(frozen=True)
class BurnUp:
    points: tuple[Point, ...]
    target: int
    on: date


def burn_up(by_criterion: dict[Criterion, Progress], *, first: date, last: date) -> BurnUp | None:
    """From the same branch's progress under each criterion; None while no plan is in force."""
    some = next(iter(by_criterion.values()))
    if not some.known:
        return None
    planned = sorted(day for day in some.tasks.values() if day)
    done = {criterion: _Done(found) for criterion, found in by_criterion.items()}
    points = [
        Point(
            day=day,
            planned=bisect_right(planned, day),
            done={
                c: one.by(min(day, some.on)) if _has_begun(day, some.on) else None for c, one in done.items()
            },
        )
        for day in _month_ends(first, last)
    ]
    return BurnUp(tuple(points), len(some.tasks), some.on)


class _Done:
    """How many tasks of the target were done on a day. One that was delisted later still counts for the months in
    which it was listed."""

    def __init__(self, found: Progress):
        self.criterion = found.criterion
        winding = found.days.winding
        self.steady = sorted(day for task, day in found.done.items() if task not in winding)
        self.winding = [winding[task] for task in winding if task in found.tasks]

    def by(self, day: date) -> int:
        turned = sum(done_since(stages, self.criterion, on=day) is not None for stages in self.winding)
        return bisect_right(self.steady, day) + turned


def _has_begun(day: date, on: date) -> bool:
    """Whether the month that ends on `day` has begun on the day looked at."""
    return day.replace(day=1) <= on


def _month_ends(first: date, last: date) -> list[date]:
    ends, month = [], first.replace(day=1)
    while month <= last:
        following = (month + timedelta(days=31)).replace(day=1)
        ends.append(following - timedelta(days=1))
        month = following
    return ends
