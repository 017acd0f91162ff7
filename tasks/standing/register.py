"""The register of mines as it was at the end of a day.

What a mine was then, and who managed it then: a mine entered in 2020, or given another size since, changes no figure
of 2018 (decisions.md, "Facts and days").
"""

from collections.abc import Iterable
from datetime import date
from functools import cached_property
from typing import NamedTuple

from agencies.models import Agency
from tasks.models import Mine, MineState
from tasks.standing.by_path import ByPath

OPEN_PIT_METHODS = (Mine.Method.OPEN_PIT, Mine.Method.COMBINED)
LARGE_SIZES = (Mine.SizeClass.LARGE, Mine.SizeClass.MEDIUM)
_FIELDS = ("managed_by__path", "mine", "method", "size_class", "status", "first_permitted_on")


class RegisteredMine(NamedTuple):
    """One mine on the day: `path` is that of the agency that managed it, "" in a column means unknown."""

    path: str
    mine: int
    method: str
    size_class: str
    status: str
    first_permitted_on: date | None

    @property
    def is_open_pit(self) -> bool:
        return self.method in OPEN_PIT_METHODS

    @property
    def is_in_scope(self) -> bool:
        """As MineColumns.is_in_scope (domain.md, trap 11)."""
        return self.is_open_pit or self.size_class in LARGE_SIZES


class Register:
    """The mines that some agency managed on the day."""

    def __init__(self, mines: Iterable[RegisteredMine]) -> None:
        self.mines: ByPath[RegisteredMine] = ByPath((mine.path, mine) for mine in mines)

    @cached_property
    def in_scope(self) -> ByPath[RegisteredMine]:
        return ByPath((mine.path, mine) for mine in self.mines if mine.is_in_scope)

    @cached_property
    def open_pits(self) -> ByPath[RegisteredMine]:
        return ByPath((mine.path, mine) for mine in self.mines if mine.is_open_pit)

    @cached_property
    def paths(self) -> dict[int, str]:
        """Mine → path of the agency that managed it."""
        return {mine.mine: mine.path for mine in self.mines}


def register_on(on: date, branch: Agency | None = None) -> Register:
    """The register of the branch (everybody's: None) at the end of the day, in one query."""
    states = MineState.objects.in_force(on).exclude(managed_by=None).order_by("pk")
    if branch is not None:
        states = states.filter(managed_by__path__startswith=branch.path)
    return Register(RegisteredMine._make(row) for row in states.values_list(*_FIELDS))


def managed_on(on: date, agency: Agency):
    """The states (a queryset, with permits and agencies) of the mines that the agency, or one below it, managed on
    the day, in the order of the tree."""
    states = MineState.objects.in_force(on).filter(managed_by__path__startswith=agency.path)
    states = states.select_related("mine", "county", "managed_by", "mineral")
    return states.prefetch_related("mine__permits").order_by("managed_by__path", "mine")
