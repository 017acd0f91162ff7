"""The tasks of a branch by name: whose each is on the day, and since when it is done under each criterion."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from agencies.models import Agency
from tasks.models import Mine, MineState
from tasks.standing.day import PLAN_LEVELS, Day
from tasks.standing.done import NOT_DONE, Done
from tasks.standing.progress import Progress


class NamedTask(NamedTuple):
    """A task with its mine and the agency that owned it on the day, without an object for each: they may be many."""

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
        return self.level in PLAN_LEVELS


def named_tasks(day: Day) -> dict[int, NamedTask]:
    """Task → whose it is, for those that the agencies of the day's branch owned and those of their targets that had
    changed hands before."""
    agencies = {agency.path: agency for agency in day.agencies}
    by_id = {agency.pk: agency for agency in day.agencies}
    names = _names(day)
    owners = {task: agencies[owned.path] for task, owned in day.owned.items()}
    mines = {task: owned.mine for task, owned in day.owned.items()}
    moved = {task: by_id[agency] for task, agency in day.counted.items() if task not in owners}
    if moved:
        known = Mine.objects.filter(tasks__in=moved)
        mines |= dict(known.values_list("tasks", "pk"))
        names = dict(known.values_list("pk", "name")) | names
        then = MineState.objects.in_force(day.until).filter(mine__tasks__in=moved)
        names |= dict(then.values_list("mine", "name"))
    return {task: _named(task, mines[task], names, agency) for task, agency in (owners | moved).items()}


def _names(day: Day) -> dict[int, str]:
    """Mine → its name on the day; today's where the register did not have it yet."""
    states = MineState.objects.in_force(day.until)
    mines = Mine.objects.all()
    if day.branch is not None:
        path = day.branch.path
        states = states.filter(managed_by__path__startswith=path)
        mines = mines.filter(tasks__agency__path__startswith=path)
    return dict(mines.values_list("pk", "name")) | dict(states.values_list("mine", "name"))


def _named(task: int, mine: int, names: dict[int, str], agency: Agency) -> NamedTask:
    return NamedTask(task, mine, names[mine], agency.name, agency.code, agency.path, agency.level)


@dataclass(frozen=True)
class TargetRow:
    """One task of a branch's target; `planned_on` is None while nobody has said."""

    task: NamedTask
    planned_on: date | None
    done: Done


def target_list(progress: Progress) -> list[TargetRow]:
    """Each task of the progress once, by agency in code order and then by the day that it is planned for."""
    named = named_tasks(progress.day)
    rows = [
        TargetRow(named[task], planned_on, progress.day.done.get(task, NOT_DONE))
        for task, planned_on in progress.tasks.items()
        if task in named
    ]
    return sorted(rows, key=lambda row: (row.task.code, row.planned_on or date.max, row.task.task))
