"""露天矿山: which must be done, and how many are, against both readings of the sentence (domain.md, trap 10).

What counts as existing or new, and which mines are done, is decided here alone: the obligations ask here too.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from django.db.models import Count, QuerySet

from tasks.models import Mine, Requirement
from tasks.reports.progress import Progress
from tasks.reports.stages import NOT_DONE, Done, done_days
from tasks.rules.standing import Standing

METHODS = [Mine.Method.OPEN_PIT, Mine.Method.COMBINED]
_FIELDS = ["pk", "managed_by__path", "first_permitted_on", "tasks", "tasks__agency"]


class OpenPit(NamedTuple):
    """One mine whose first permit is known. `path` is that of the agency that manages it."""

    mine: int
    path: str
    first_permitted_on: date
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
    def still_open(self) -> list[OpenPit]:
        return [pit for pit in self.mines if pit.done_since is None]

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
        mines = [p for p in known if (p.first_permitted_on < requirement.existing_before) == existing]
        return Bound(tuple(mines), unknown)

    def _under(self, paths: tuple[str, ...]) -> set[str]:
        return {path for path in self._paths if path.startswith(paths)}

    @cached_property
    def _paths(self) -> set[str]:
        return {pit.path for pit in self.known} | self.unknown.keys()


def open_pits(since: Callable[[int, int], date | None], mines: QuerySet) -> OpenPits:
    """Of the given mines (a queryset), in two queries. `since` says of a task and the agency that owns it
    (ids) from which day on it is done."""
    managed = mines.filter(method__in=METHODS).exclude(managed_by=None)
    found: dict[int, OpenPit] = {}
    rows = managed.exclude(first_permitted_on=None).order_by("managed_by__path", "pk").values_list(*_FIELDS)
    for mine, path, permitted, task, owner in rows:
        day = since(task, owner) if task else None
        # One mine may have a task in each programme: the first that is done counts.
        if mine not in found or (day and (found[mine].done_since or date.max) > day):
            found[mine] = OpenPit(mine, path, permitted, day)
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
    pits = open_pits(_Since(found, agencies), mines)
    rows = []
    for requirement in asked:
        paths = [row.agency.path for row in found.rows if requirement.binds(row.agency)]
        bound = pits.bound_by(requirement, paths)
        if bound.mines or bound.unknown:
            rows.append(Condition(requirement, bound, found.on))
    return sorted(rows, key=lambda one: not one.readings)


class _Since:
    """Since when a task is done, as the progress has it. A mine that changed hands keeps its task with the
    bureau that planned it; where that lies outside the branch, all bureaus' are asked, once."""

    def __init__(self, found: Progress, agencies: QuerySet):
        self.found = found
        self.branch = set(agencies.values_list("pk", flat=True))

    def __call__(self, task: int, owner: int) -> date | None:
        days = self.found.days if owner in self.branch else self._everywhere
        return days.get(task, NOT_DONE).under(self.found.criterion)

    @cached_property
    def _everywhere(self) -> dict[int, Done]:
        return done_days(self.found.on)
