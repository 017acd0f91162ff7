"""One total for a branch and a day, and why it is not the sum of the rows that stand above it.

Desk, progress, task list, workbook and command show this total. Every term names its tasks, so that each can be
opened.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Literal

from agencies.models import Agency
from tasks.models import MineState
from tasks.standing.day import Day


class Term(StrEnum):
    """What stands between the sum of the rows and the total; the first is taken off, and so is the third."""

    TWICE = "twice"  # in the rows of two agencies, such as a pilot's and its city's
    BEYOND = "beyond"  # in the target of an agency that has no row here
    REPLACED = "replaced"  # in a superior's row still, and no longer in the target of the agency itself


@dataclass(frozen=True)
class Total:
    """`planned` counts each mine of the adjusted targets in force once; None while no plan is in force.

    `part` "first" makes it the total of the targets as first planned (原定). `drafted` are the mines of plans that are
    not in force yet (草拟), `withheld` those of drafts and of versions taken back since, whose content is not read here.
    Neither is part of `planned`.
    """

    day: Day
    agencies: tuple[Agency, ...]
    part: Literal["tasks", "first"] = "tasks"

    @property
    def planned(self) -> int | None:
        known = any(target.tasks is not None for target in self.day.targets.values())
        return len(self._counted) if known else None

    @property
    def _counted(self) -> dict[int, int]:
        return self.day.counted if self.part == "tasks" else self.day.counted_first

    def of_agency(self, agency: Agency) -> dict[int, date | None]:
        return getattr(self.day.target(agency), self.part) or {}

    @cached_property
    def drafted_tasks(self) -> set[int]:
        return {task for tasks in self.day.drafted.values() for task in tasks}

    @property
    def drafted(self) -> int:
        return len(self.drafted_tasks)

    @property
    def withheld(self) -> int:
        tasks = {task for tasks in self.day.withheld.values() for task in tasks}
        return len(tasks - self.drafted_tasks)

    @property
    def known(self) -> int:
        """How many of the rows have a target."""
        return sum(self.day.target(agency).tasks is not None for agency in self.agencies)

    @cached_property
    def _in_rows(self) -> Counter[int]:
        return Counter(task for agency in self.agencies for task in self.of_agency(agency))

    @property
    def of_rows(self) -> int:
        """The sum of the rows as they stand there."""
        return self._in_rows.total()

    @cached_property
    def terms(self) -> dict[Term, set[int]]:
        """Term → its tasks, empty ones left out: of_rows − twice + beyond − replaced = planned."""
        in_rows, counted = self._in_rows.keys(), self._counted.keys()
        terms = {
            Term.TWICE: {task for task, times in self._in_rows.items() if times > 1},
            Term.BEYOND: counted - in_rows,
            Term.REPLACED: in_rows - counted,
        }
        return {term: tasks for term, tasks in terms.items() if tasks}

    def mines(self, term: Term) -> list[tuple[int, str]]:
        """The mines of a term's tasks, each with its name on the day."""
        states = MineState.objects.in_force(self.day.until).filter(mine__tasks__in=self.terms.get(term, ()))
        return list(states.order_by("mine").values_list("mine", "name").distinct())

    def size(self, term: Term) -> int:
        """How many the term adds or takes off: a task in three rows is counted twice too often."""
        if term == Term.TWICE:
            return sum(times - 1 for times in self._in_rows.values())
        return len(self.terms.get(term, ()))


def total(
    day: Day, agencies: Iterable[Agency] | None = None, part: Literal["tasks", "first"] = "tasks"
) -> Total:
    """The total of the day's branch under the rows of these agencies (all that draw up plans, when None)."""
    return Total(day, tuple(day.planning_agencies if agencies is None else agencies), part)
