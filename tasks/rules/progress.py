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


def done_since(stages: Iterable[tuple[str, date]], criterion: Criterion, *, on: date) -> date | None:
    """The day from which a task is done under the criterion, as seen on the day `on`; None if it is not.

    `stages` are (stage, day) pairs. A fact of the criterion's stage or a later one counts; a skipped
    stage is no obstacle. A delisting takes effect on its day, until a later fact.
    """
    counted = set(STAGES[STAGES.index(criterion) :])
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
