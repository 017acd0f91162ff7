"""The tasks of a branch by name: whose each is, and since when it is done under each criterion."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db.models import QuerySet

from agencies.models import Level
from tasks.models import MineTask
from tasks.reports.progress import Progress
from tasks.reports.stages import NOT_DONE, Done

_FIELDS = ["pk", "mine", "mine__name", "agency__name", "agency__code", "agency__path", "agency__level"]


class NamedTask(NamedTuple):
    """A task with its mine and the agency that owns it, without an object for each: they may be many."""

    task: int
    mine: int
    name: str
    place: str
    code: str
    path: str
    level: str

    @property
    def files(self) -> bool:
        """Whether its owner draws up a plan, and so has a page of its own."""
        return self.level in (Level.CITY, Level.COUNTY)


def named_tasks(agencies: QuerySet) -> dict[int, NamedTask]:
    """Task → whose it is, for the tasks that the agencies own."""
    rows = MineTask.objects.filter(agency__in=agencies).order_by().values_list(*_FIELDS)
    return {row[0]: NamedTask._make(row) for row in rows}


@dataclass(frozen=True)
class TargetRow:
    """One task of a branch's target; `planned_on` is None while nobody has said."""

    task: NamedTask
    planned_on: date | None
    done: Done


def target_list(found: Progress, agencies: QuerySet) -> list[TargetRow]:
    """Each task of the progress once, by place in code order and then by the day that it is planned for."""
    named = named_tasks(agencies)
    rows = [
        TargetRow(named[task], planned_on, found.days.get(task, NOT_DONE))
        for task, planned_on in found.tasks.items()
        if task in named
    ]
    return sorted(rows, key=lambda row: (row.task.code, row.planned_on or date.max, row.task.task))
