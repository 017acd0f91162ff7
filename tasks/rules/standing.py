"""How a place stands towards a checkpoint: what is required, done, spare, and what still may happen.

Figures are never capped and never invented: an unknown base gives unknown answers.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from tasks.rules.deadlines import required_count


@dataclass(frozen=True)
class Standing:
    """n of N towards one checkpoint. `met` is None until its day has ended; `reached_on` is the day on which
    enough was done, where that is known. `done` is None where nothing can be said to be done."""

    done: int | None
    base: int | None
    share: int
    due_on: date
    on: date
    reached_on: date | None = None

    @property
    def required(self) -> int | None:
        return None if self.base is None else required_count(self.share, self.base)

    @property
    def slack(self) -> int | None:
        """How many more than required; negative: how many are missing."""
        return None if self.required is None or self.done is None else self.done - self.required

    @property
    def met(self) -> bool | None:
        if self.slack is None:
            return None
        return self.slack >= 0 if self.on > self.due_on else None

    @property
    def met_late(self) -> bool:
        """Reached, but only after the checkpoint's day."""
        return bool(self.met and self.reached_on and self.reached_on > self.due_on)


@dataclass(frozen=True)
class Outlook:
    """What the planned dates alone promise by a checkpoint.

    `promised` counts what is done or planned by its day; `critical` are the tasks whose slip breaks it,
    the latest first, empty while more may slip than are open; `last_safe_day` is the day by which the
    last needed task is planned.
    """

    promised: int
    spare: int
    critical: tuple[int, ...]
    last_safe_day: date | None


def outlook(
    planned: Iterable[tuple[int, date | None]], done: set[int], *, required: int, due_on: date
) -> Outlook:
    """`planned` are (task, planned completion), `done` the tasks that are done already."""
    open_by_day = sorted(
        (day, task) for task, day in planned if task not in done and day is not None and day <= due_on
    )
    promised = len(done) + len(open_by_day)
    spare = promised - required
    still_needed = max(required - len(done), 0)
    needed_days = [day for day, _task in open_by_day]
    last_safe = needed_days[still_needed - 1] if 0 < still_needed <= len(needed_days) else None
    critical = tuple(task for _day, task in reversed(open_by_day)) if spare == 0 and still_needed else ()
    return Outlook(promised, spare, critical, last_safe)


@dataclass(frozen=True)
class Forecast:
    """A forecast, to be shown as one: how many will be done by a day at the pace so far, and its range."""

    expected: int
    low: int
    high: int


def forecast(
    done_days: Iterable[date], *, on: date, by: date, base: int, window: int = 180
) -> Forecast | None:
    """From the pace of the last `window` days; None while fewer than three completions lie in it.

    The range is the pace more or less the square root of the completions seen, as for rare events.
    """
    days = sorted(done_days)
    recent = [day for day in days if on - timedelta(days=window) < day <= on]
    if len(recent) < 3 or by <= on:
        return None
    ahead = (by - on).days / window

    def reached(pace: float) -> int:
        return min(base, len(days) + round(max(pace, 0.0) * ahead))

    spread = len(recent) ** 0.5
    return Forecast(reached(len(recent)), reached(len(recent) - spread), reached(len(recent) + spread))
