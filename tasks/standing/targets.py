"""计划目标: which tasks an agency's target holds on a day, as planned first and as adjusted since.

The target is that of the version in force. Approved removals (调出) and late entries (调入) are applied in
the order of their days, and nothing else shifts it (domain.md, trap 13).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from agencies.models import Agency
from tasks.models import MineTask, Programme, TargetChange, WorkPlan
from tasks.standing.by_path import ByPath
from tasks.standing.filings import Filing, filings_on
from tasks.standing.promises import planned_days


@dataclass(frozen=True)
class Target:
    """Of one agency: `tasks` is the adjusted target and `first` the one of the first version accepted, each task with
    the day that it is planned for (None while nobody has said); None while no plan is in force.

    `empty_since` is the day from which nothing was left in it, None while something is.
    """

    tasks: dict[int, date | None] | None = None
    first: dict[int, date | None] | None = None
    changes: tuple[TargetChange, ...] = ()
    empty_since: date | None = None

    @property
    def original(self) -> int | None:
        return None if self.first is None else len(self.first)

    @property
    def removed(self) -> list[TargetChange]:
        return [change for change in self.changes if change.kind == TargetChange.Kind.REMOVAL]

    @property
    def entered(self) -> list[TargetChange]:
        return [change for change in self.changes if change.kind == TargetChange.Kind.ENTRY]


NO_TARGET = Target()


def targets_on(
    agencies: Iterable[Agency], filings: Mapping[int, Filing], changes: Iterable[TargetChange]
) -> dict[int, Target]:
    """Agency id → its target on the day, in a fixed number of queries. `filings` are those of its plans on that day,
    `changes` those in force on it, in their order."""
    in_force = {filing.in_force_id for filing in filings.values() if filing.in_force_id}
    first = {filing.first_in_force_id for filing in filings.values()} - {None}
    # The lines of a first version that another has replaced are only counted.
    lines = planned_days(in_force | first)
    by_path = ByPath((change.agency.path, (place, change)) for place, change in enumerate(changes))
    return {
        agency.pk: _target(
            filings.get(agency.pk),
            lines,
            # A city's target moves with those of its counties, so a change counts for every agency above it too.
            tuple(change for _place, change in sorted(by_path.below(agency.path), key=lambda one: one[0])),
        )
        for agency in agencies
    }


def changes_on(on: date, programme: int, branch: Agency | None = None) -> list[TargetChange]:
    """The changes of the branch that are in force on the day, in the order in which they are applied."""
    changes = TargetChange.objects.in_force(on).filter(task__programme=programme)
    if branch is not None:
        changes = changes.filter(agency__path__startswith=branch.path)
    changes = changes.select_related("agency", "task__mine", "task__agency", "approved_for")
    return list(changes.order_by("happened_on", "pk"))


def target_of(agency: Agency, programme: Programme, on: date) -> Target:
    """One agency's target on the day."""
    plans = WorkPlan.objects.filter(agency=agency, programme=programme).with_events()
    changes = changes_on(on, programme.pk, agency)
    return targets_on([agency], filings_on(plans, on), changes)[agency.pk]


def speaker_of(task: MineTask, on: date) -> Agency | None:
    """Whose plan speaks for the task on the day: that of its bureau, else of the nearest one above with a plan in
    force (a zone has no plan of its own, and a city may plan for a county that has none yet)."""
    agencies = list(Agency.objects.line_of(task.agency).filing())
    plans = WorkPlan.objects.filter(agency__in=agencies, programme=task.programme_id).with_events()
    filings = filings_on(plans, on)
    in_force = [agency for agency in agencies if agency.pk in filings and filings[agency.pk].in_force_id]
    return max(in_force, key=lambda agency: agency.depth, default=None)


def taken_in_again(changes: Iterable[TargetChange]) -> dict[int, TargetChange]:
    """Task → the entry that brought it back after a removal, of the changes in force in their order: the entry says
    its tier and its day, whatever the version's line says."""
    removed, back = set(), {}
    for change in changes:
        if change.kind == TargetChange.Kind.REMOVAL:
            removed.add(change.task_id)
            back.pop(change.task_id, None)
        elif change.task_id in removed:
            back[change.task_id] = change
    return back


class Speakers:
    """Which agency's target says whether a task is in: the nearest one at or above its owner that has a plan in
    force. A total counts each task there, and so once."""

    def __init__(self, with_plan: Collection[Agency]) -> None:
        self._by_path = {agency.path: agency.pk for agency in with_plan}
        self._nearest: dict[str, int | None] = {}

    def of(self, path: str) -> int | None:
        """The agency (id) that speaks for what the agency of the path owns; None where nobody does."""
        if path not in self._nearest:
            self._nearest[path] = self._find(path)
        return self._nearest[path]

    def _find(self, path: str) -> int | None:
        for end in range(len(path), 0, -Agency.steplen):
            if path[:end] in self._by_path:
                return self._by_path[path[:end]]
        return None


def _target(filing: Filing | None, lines: dict, changes: tuple[TargetChange, ...]) -> Target:
    if filing is None or not filing.in_force_id:
        return Target(changes=changes)
    planned = lines.get(filing.in_force_id, {})
    tasks, emptied = _adjusted(planned, changes)
    return Target(
        tasks=tasks,
        first=lines.get(filing.first_in_force_id, {}),
        changes=changes,
        empty_since=None if tasks else emptied or filing.in_force_since,
    )


def _adjusted(
    planned: dict[int, date | None], changes: Iterable[TargetChange]
) -> tuple[dict[int, date | None], date | None]:
    """The tasks after the changes, and the day on which the last of them left."""
    tasks, left = dict(planned), None
    for change in changes:
        if change.kind == TargetChange.Kind.ENTRY:
            tasks.setdefault(change.task_id, change.planned_on)
        elif change.task_id in tasks:
            del tasks[change.task_id]
            left = change.counts_from
    return tasks, left
