"""When a task counts as done, under a named criterion (口径).

The source never says what "completed" means (domain.md, trap 14): three criteria stand side by side, and
the one used is always named beside the figure.
"""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from tasks.rules.deadlines import required_count


class Criterion(StrEnum):
    DECLARED = "declared"
    VERIFIED = "verified"
    LISTED = "listed"


STAGES = ["building", "declared", "assessed", "verified", "publicised", "listed"]
DELISTED = "delisted"


def counted_stages(criterion: Criterion) -> frozenset[str]:
    """The criterion's own stage and the later ones: a skipped stage is no obstacle."""
    return frozenset(STAGES[STAGES.index(criterion) :])


def done_since(stages: Iterable[tuple[str, date]], criterion: Criterion, *, on: date) -> date | None:
    """The day from which a task is done under the criterion, as seen on the day `on`; None if it is not.

    `stages` are (stage, day) pairs. A fact of the criterion's stage or a later one counts; a skipped
    stage is no obstacle. A delisting takes effect on its day, until a later fact.
    """
    counted = counted_stages(criterion)
    since: date | None = None
    for stage, day in sorted(stages, key=lambda fact: fact[1]):
        if day > on:
            break
        if stage == DELISTED:
            since = None
        elif stage in counted and since is None:
            since = day
    return since


def met_since(done_days: Iterable[date], *, share: int, base: int | None) -> date | None:
    """The day on which enough tasks were done for `share` per cent of `base`; None if never.

    An unknown base stays unknown, and nothing is met by an empty target.
    """
    if not base:
        return None
    needed = required_count(share, base)
    days = sorted(done_days)
    return days[needed - 1] if len(days) >= needed else None


class Reached(StrEnum):
    """How a stage stands in the life of a task."""

    REACHED = "reached"
    SKIPPED = "skipped"  # a later one is recorded: 未记载
    AHEAD = "ahead"


def life(stages: Iterable[tuple[str, date]], *, on: date) -> list[tuple[str, Reached, date | None]]:
    """(stage, how it stands, since when) for each stage in order, as seen on the day `on`.

    A delisting stands at the end while it is the last that happened. `stages` are (stage, day) pairs.
    """
    stages = list(stages)
    first: dict[str, date] = {}
    for stage, day in sorted(stages, key=lambda fact: fact[1]):
        if day <= on:
            first.setdefault(stage, day)
    furthest = max((STAGES.index(stage) for stage in first if stage in STAGES), default=-1)
    course = [
        (
            stage,
            Reached.REACHED if stage in first else Reached.SKIPPED if place < furthest else Reached.AHEAD,
            first.get(stage),
        )
        for place, stage in enumerate(STAGES)
    ]
    last = max(((day, stage == DELISTED) for stage, day in stages if day <= on), default=None)
    return course + ([(DELISTED, Reached.REACHED, last[0])] if last and last[1] else [])
