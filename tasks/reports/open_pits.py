"""露天矿山: which must be done, and how many are, against both readings of the sentence (domain.md, trap 10).

What counts as existing or new, and which mines are done, is decided here alone: the obligations ask here too.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from typing import NamedTuple

from django.db.models import CharField, Count, QuerySet
from django.db.models.functions import Cast

from agencies.models import Agency
from tasks.models import Mine, Requirement
from tasks.reports.progress import Progress
from tasks.reports.stages import NOT_DONE, Done, done_days
from tasks.rules.standing import Standing

METHODS = [Mine.Method.OPEN_PIT, Mine.Method.COMBINED]
_FIELDS = ["pk", "managed_by", "permitted", "tasks", "tasks__agency"]


class OpenPit(NamedTuple):
    """One mine whose first permit is known. `path` is that of the agency that manages it, `permitted` the day
    as ISO text: tens of thousands are compared, and none is shown."""

    path: str
    mine: int
    permitted: str
    done_since: date | None


@dataclass(frozen=True)
class Bound:
    """Those that one requirement asks for; `unknown` are as many more that may or may not be among them."""

    mines: tuple[OpenPit, ...]
    unknown: int

    @cached_property
    def done_days(self) -> list[date]:
        return sorted(pit.done_since for pit in self.mines if pit.done_since)

    @property
    def open_count(self) -> int:
        return len(self.mines) - len(self.done_days)

    @property
    def met_on(self) -> date | None:
        """The day on which the last of them was done. While some are not sorted yet nobody can say so."""
        all_done = self.mines and len(self.done_days) == len(self.mines) and not self.unknown
        return self.done_days[-1] if all_done else None


@dataclass(frozen=True)
class OpenPits:
    """The open-pit mines in charge of some agency: those of a known age, and path → how many others."""

    known: tuple[OpenPit, ...]
    unknown: Mapping[str, int]

    def bound_by(self, requirement: Requirement, paths: Iterable[str]) -> Bound:
        """Of the mines managed at or below the paths. Existing means a first permit before the
        requirement's day, new one from then on; where either day is unknown nothing is guessed."""
        under = self._under(tuple(paths))
        known = [pit for pit in self.known if pit.path in under]
        unknown = sum(count for path, count in self.unknown.items() if path in under)
        if requirement.existing_before is None:
            return Bound((), unknown + len(known))
        existing = requirement.mine_scope == Requirement.MineScope.EXISTING_OPEN_PIT
        before = requirement.existing_before.isoformat()
        mines = [pit for pit in known if (pit.permitted < before) == existing]
        return Bound(tuple(mines), unknown)

    def _under(self, paths: tuple[str, ...]) -> set[str]:
        return {path for path in self._paths if path.startswith(paths)}

    @cached_property
    def _paths(self) -> set[str]:
        return {pit.path for pit in self.known} | self.unknown.keys()


def open_pits(
    done: Mapping[int, date],
    mines: QuerySet,
    *,
    branch: Collection[int],
    elsewhere: Callable[[int], date | None],
) -> OpenPits:
    """Of the given mines (a queryset), in three queries.

    `done` says since when a task is done, for those of the agencies of the `branch` (ids). A mine that changed
    hands keeps its task with the bureau that planned it: of that one `elsewhere` says so.
    """
    managed = mines.filter(method__in=METHODS).exclude(managed_by=None)
    found: dict[int, OpenPit] = {}
    paths = dict(Agency.objects.values_list("pk", "path"))
    known = managed.exclude(first_permitted_on=None).order_by()
    known = known.annotate(permitted=Cast("first_permitted_on", CharField()))
    for mine, managed_by, permitted, task, owner in known.values_list(*_FIELDS):
        day = done.get(task) if owner is None or owner in branch else elsewhere(task)
        # One mine may have a task in each programme: the first that is done counts.
        if mine not in found or (day and (found[mine].done_since or date.max) > day):
            found[mine] = OpenPit(paths[managed_by], mine, permitted, day)
    unsorted = managed.filter(first_permitted_on=None).order_by().values("managed_by__path")
    counts = unsorted.annotate(n=Count("pk")).values_list("managed_by__path", "n")
    return OpenPits(tuple(found.values()), dict(counts))


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


def conditions(found: Progress, *, agencies: QuerySet, mines: QuerySet) -> list[Condition]:
    """Those in force on the day of the progress, under its criterion, for the agencies that they bind; those
    with a date first.

    `agencies` is the branch of the progress, `mines` those that it manages. The number of queries does not
    depend on how many they are.
    """
    asked = Requirement.objects.in_force(found.on).filter(kind=Requirement.Kind.EACH_MINE).with_sources()
    done = {task: day for task, days in found.days.items() if (day := days.under(found.criterion))}
    branch = set(agencies.values_list("pk", flat=True))
    pits = open_pits(done, mines, branch=branch, elsewhere=_elsewhere(found))
    rows = []
    for requirement in asked:
        paths = [row.agency.path for row in found.rows if requirement.binds(row.agency)]
        bound = pits.bound_by(requirement, paths)
        if bound.mines or bound.unknown:
            rows.append(Condition(requirement, bound, found.on))
    return sorted(rows, key=lambda one: not one.readings)


def _elsewhere(found: Progress) -> Callable[[int], date | None]:
    """Since when tasks of other branches are done; nothing is asked before the first of them."""

    @cache
    def days() -> dict[int, Done]:
        return done_days(found.on)

    return lambda task: days().get(task, NOT_DONE).under(found.criterion)
