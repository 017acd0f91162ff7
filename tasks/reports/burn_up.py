"""The burn-up of a branch: what the plans promise month by month, and what is done under each criterion.

One set of points for the drawing on the page, the table under it and other programs; the same days as the
progress that it belongs to.
"""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta

from tasks.reports.progress import Progress
from tasks.rules.progress import Criterion


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
    done = {criterion: sorted(found.done.values()) for criterion, found in by_criterion.items()}
    points = [
        Point(
            day=day,
            planned=bisect_right(planned, day),
            done={
                c: bisect_right(days, min(day, some.on)) if _has_begun(day, some.on) else None
                for c, days in done.items()
            },
        )
        for day in _month_ends(first, last)
    ]
    return BurnUp(tuple(points), len(some.tasks), some.on)


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
