"""露天矿山: which must be done, and how many are, against both readings of the sentence (domain.md, trap 10).

What counts as existing or new, and which mines are done, is decided here alone: the obligations ask here too.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from tasks.models import Requirement
from tasks.rules.progress import Criterion
from tasks.rules.standing import Standing
from tasks.standing.day import Day
from tasks.standing.done import NOT_DONE
from tasks.standing.progress import Progress
from tasks.standing.register import RegisteredMine


class OpenPit(NamedTuple):
    """One open-pit mine of the day, and since when it is done."""

    path: str
    mine: int
    first_permitted_on: date | None
    done_since: date | None


@dataclass(frozen=True)
class Bound:
    """The mines that one requirement asks for; `unknown` may or may not be among them: nobody knows their age."""

    mines: tuple[OpenPit, ...]
    unknown: tuple[OpenPit, ...]

    @cached_property
    def done_days(self) -> list[date]:
        return sorted(pit.done_since for pit in self.mines if pit.done_since)

    @property
    def open_count(self) -> int:
        return len(self.mines) - len(self.done_days)

    @property
    def met_on(self) -> date | None:
        """The day on which the last of them was done. Those of unknown age must be done too: then it is met under any
        reading of their age, and not before."""
        days = [pit.done_since for pit in (*self.mines, *self.unknown)]
        return max(days) if self.mines and all(days) else None


def bound_by(requirement: Requirement, day: Day, paths: Iterable[str], criterion: Criterion) -> Bound:
    """Of the open-pit mines managed at or below the paths on the day. Existing means a first permit before the
    requirement's day, new one from then on; where either day is unknown nothing is guessed."""
    pits = [
        _pit(mine, day, criterion) for path in _tops(paths) for mine in day.register.open_pits.below(path)
    ]
    before = requirement.existing_before
    if before is None:
        return Bound((), tuple(pits))
    existing = requirement.mine_scope == Requirement.MineScope.EXISTING_OPEN_PIT
    known = [pit for pit in pits if pit.first_permitted_on]
    mines = tuple(pit for pit in known if (pit.first_permitted_on < before) == existing)
    return Bound(mines, tuple(pit for pit in pits if pit.first_permitted_on is None))


def _pit(mine: RegisteredMine, day: Day, criterion: Criterion) -> OpenPit:
    done = day.done_of_mines.get(mine.mine, NOT_DONE).under(criterion)
    return OpenPit(mine.path, mine.mine, mine.first_permitted_on, done)


def _tops(paths: Iterable[str]) -> list[str]:
    """The paths without those that lie below another of them."""
    tops: list[str] = []
    for path in sorted(paths):
        if not tops or not path.startswith(tops[-1]):
            tops.append(path)
    return tops


class Reading(NamedTuple):
    """One date of a requirement, and how many of its mines were done by then."""

    is_strict: bool
    standing: Standing


@dataclass(frozen=True)
class Condition:
    """One requirement on each such mine, and how the branch stands towards it."""

    requirement: Requirement
    bound: Bound
    on: date

    @property
    def readings(self) -> list[Reading]:
        """The strict date, then the lenient one; none where the sentence gives no date."""
        dates = [(True, self.requirement.warn_on), (False, self.requirement.due_on)]
        return [Reading(is_strict, self._by(day)) for is_strict, day in dates if day]

    def _by(self, day: date) -> Standing:
        done = sum(since <= day for since in self.bound.done_days)
        return Standing(done, len(self.bound.mines), 100, day, self.on)


def conditions(progress: Progress) -> list[Condition]:
    """Those in force on the day of the progress, under its criterion, for the agencies that they bind; those with a
    date first."""
    day = progress.day
    asked = [one for one in day.requirements if one.kind == Requirement.Kind.EACH_MINE]
    rows = []
    for requirement in asked:
        paths = [agency.path for agency in day.planning_agencies if requirement.binds(agency)]
        bound = bound_by(requirement, day, paths, progress.criterion)
        if bound.mines or bound.unknown:
            rows.append(Condition(requirement, bound, progress.on))
    return sorted(rows, key=lambda condition: not condition.readings)
