"""The burn-up of a branch: what the plans promise month by month, and what is done under each criterion.

One set of points for the drawing on the page, the table under it and other programs; the same days as the
progress that it belongs to.
"""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta

from tasks.rules.progress import Criterion, done_since
from tasks.standing.done import NOT_DONE
from tasks.standing.progress import Progress


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


def burn_up(found: Progress, *, first: date, last: date) -> BurnUp | None:
    """Of the adjusted target of the progress's branch, under every criterion; None while no plan is in force."""
    if not found.known:
        return None
    planned = sorted(day for day in found.tasks.values() if day)
    done = {criterion: _Done(found, criterion) for criterion in Criterion}
    points = [
        Point(
            day=day,
            planned=bisect_right(planned, day),
            done={
                criterion: days.by(min(day, found.on)) if _has_begun(day, found.on) else None
                for criterion, days in done.items()
            },
        )
        for day in _month_ends(first, last)
    ]
    return BurnUp(tuple(points), len(found.tasks), found.on)


class _Done:
    """How many tasks of the target were done on a day. One that was delisted later still counts for the months in
    which it was listed."""

    def __init__(self, found: Progress, criterion: Criterion):
        self.criterion = criterion
        uneven = found.day.done.uneven
        self.steady = sorted(
            since
            for task in found.tasks
            if task not in uneven and (since := found.day.done.get(task, NOT_DONE).under(criterion))
        )
        self.uneven = [uneven[task] for task in uneven if task in found.tasks]

    def by(self, day: date) -> int:
        turned = sum(done_since(stages, self.criterion, on=day) is not None for stages in self.uneven)
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
