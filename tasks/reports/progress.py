"""进度: how each place stands towards its checkpoints, under a named criterion and a named base.

Page, command, workbook and chart ask here. A place without a plan in force has no target: None, never 0.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from agencies.models import Agency
from tasks.models import Mine, PlanLine, Quota, Requirement, StageFact, TargetChange, WorkPlan
from tasks.reports.filings import NO_FILING, filings_on
from tasks.rules.progress import Criterion, done_since
from tasks.rules.standing import Outlook, Standing, outlook
from tasks.rules.steps import Step


class Base(StrEnum):
    """What a share is a share of; the notice leaves it open, so all stand side by side (trap 9)."""

    PLAN = "plan"
    PLAN_ORIGINAL = "plan_original"
    QUOTA = "quota"
    IN_SCOPE = "in_scope"


@dataclass(frozen=True)
class TargetTask:
    """One task of a place's target: its mine, the planned completion, and since when it is done."""

    task: int
    mine: int
    planned_on: date | None
    done_since: date | None


@dataclass(frozen=True)
class PlaceProgress:
    """One place on one day. `tasks` are those of the adjusted target; None where no plan is in force."""

    agency: Agency
    tasks: tuple[TargetTask, ...] | None
    original: int | None
    quota: int | None
    in_scope: int
    removed: tuple[TargetChange, ...]
    entered: tuple[TargetChange, ...]
    base: Base
    checkpoint: Requirement
    on: date

    @property
    def planned(self) -> int | None:
        return None if self.tasks is None else len(self.tasks)

    @property
    def done(self) -> list[TargetTask]:
        return [task for task in self.tasks or () if task.done_since]

    @property
    def base_count(self) -> int | None:
        counts = {
            Base.PLAN: self.planned,
            Base.PLAN_ORIGINAL: self.original,
            Base.QUOTA: self.quota,
            Base.IN_SCOPE: self.in_scope or None,
        }
        return counts[self.base]

    @property
    def standing(self) -> Standing:
        return self._towards(self.base_count)

    def _towards(self, base: int | None) -> Standing:
        return Standing(len(self.done), base, self.checkpoint.share, self.checkpoint.due_on, self.on)

    @property
    def meets_only_adjusted(self) -> bool:
        """Met on the adjusted target and not on the original one: said beside the figure (decisions.md)."""
        adjusted, original = self._towards(self.planned).slack, self._towards(self.original).slack
        return adjusted is not None and original is not None and adjusted >= 0 > original

    @property
    def outlook(self) -> Outlook | None:
        required = self.standing.required
        if self.tasks is None or required is None:
            return None
        planned = [(task.task, task.planned_on) for task in self.tasks]
        done = {task.task for task in self.done}
        return outlook(planned, done, required=required, due_on=self.checkpoint.due_on)


@dataclass(frozen=True)
class Progress:
    """The places asked about, and their total, which counts each mine once and names who is below."""

    on: date
    criterion: Criterion
    base: Base
    checkpoint: Requirement
    rows: tuple[PlaceProgress, ...]

    @property
    def known(self) -> list[PlaceProgress]:
        return [row for row in self.rows if row.tasks is not None]

    @property
    def below(self) -> list[PlaceProgress]:
        """Places that have not reached what the checkpoint requires, whatever the total says."""
        return [row for row in self.rows if row.standing.slack is not None and row.standing.slack < 0]

    @property
    def tasks(self) -> dict[int, TargetTask]:
        return {task.task: task for row in self.known for task in row.tasks}

    @property
    def done(self) -> int:
        return sum(1 for task in self.tasks.values() if task.done_since)

    @property
    def required_of_places(self) -> int | None:
        """The sum of what the counties must reach, which may differ from what their total must reach."""
        required = [row.standing.required for row in self._leaves() if row.standing.required is not None]
        return sum(required) if required else None

    @property
    def standing(self) -> Standing:
        base = len(self.tasks) if self.known else None
        return Standing(self.done, base, self.checkpoint.share, self.checkpoint.due_on, self.on)

    def _leaves(self) -> list[PlaceProgress]:
        """Places without another of the rows below them."""
        paths = [row.agency.path for row in self.rows]
        return [
            row
            for row in self.rows
            if not any(path != row.agency.path and path.startswith(row.agency.path) for path in paths)
        ]


def progress(
    *,
    as_of: date,
    agencies,
    criterion: Criterion = Criterion.VERIFIED,
    base: Base = Base.PLAN,
    checkpoint: Requirement | None = None,
) -> Progress | None:
    """The progress of the agencies (a queryset) on the day, in code order; None before any checkpoint exists.

    The number of queries does not depend on the number of places or tasks.
    """
    checkpoint = checkpoint or next_checkpoint(as_of)
    if checkpoint is None:
        return None
    places = list(agencies.filing().order_by("code"))
    known = _Known(as_of, places, criterion)
    rows = tuple(known.place(agency, base, checkpoint) for agency in places)
    return Progress(as_of, criterion, base, checkpoint, rows)


def checkpoints(as_of: date):
    """The checkpoints that exist on the day, the earliest first."""
    shares = Requirement.objects.in_force(as_of).filter(kind=Requirement.Kind.SHARE)
    return list(shares.select_related("clause__document").order_by("due_on"))


def next_checkpoint(as_of: date) -> Requirement | None:
    """The first one whose day has not ended, else the last."""
    points = checkpoints(as_of)
    return next((point for point in points if point.due_on >= as_of), points[-1] if points else None)


class _Known:
    """Everything the rows need, fetched once."""

    def __init__(self, as_of: date, places: list[Agency], criterion: Criterion):
        self.as_of = as_of
        ids = [agency.pk for agency in places]
        plans = WorkPlan.objects.filter(agency__in=ids).with_events()
        self.filings = filings_on(plans, as_of)
        self.lines = self._lines()
        self.done = _done(as_of, criterion)
        self.changes = self._changes(ids)
        quotas = Quota.objects.filter(agency__in=ids).in_force(as_of)
        self.quotas = {quota.agency_id: quota.count for quota in quotas}
        in_scope = Mine.objects.exclude(managed_by=None).in_scope()
        self.in_scope = list(in_scope.values_list("managed_by__path", flat=True))

    def place(self, agency: Agency, base: Base, checkpoint: Requirement) -> PlaceProgress:
        filing = self.filings.get(agency.pk, NO_FILING)
        first = next((e.version_id for e in filing.events if e.step in (Step.ACCEPT, Step.RELEASE)), None)
        changes = self.changes[agency.pk]
        removed = tuple(c for c in changes if c.kind == TargetChange.Kind.REMOVAL)
        entered = tuple(c for c in changes if c.kind == TargetChange.Kind.ENTRY)
        return PlaceProgress(
            agency=agency,
            tasks=self._target(filing.in_force_id, removed, entered),
            original=len(self.lines[first]) if first else None,
            quota=self.quotas.get(agency.pk),
            in_scope=sum(path.startswith(agency.path) for path in self.in_scope),
            removed=removed,
            entered=entered,
            base=base,
            checkpoint=checkpoint,
            on=self.as_of,
        )

    def _target(self, version: int | None, removed, entered) -> tuple[TargetTask, ...] | None:
        if version is None:
            return None
        gone = {change.task_id for change in removed}
        lines = {task: row for task, row in self.lines[version].items() if task not in gone}
        for change in entered:
            lines.setdefault(change.task_id, (change.task.mine_id, None))
        return tuple(
            TargetTask(task, mine, planned, self.done.get(task)) for task, (mine, planned) in lines.items()
        )

    def _lines(self) -> dict[int, dict[int, tuple[int, date | None]]]:
        """Version → task → (mine, planned completion), counties' versions that a city froze included."""
        wanted = set()
        for filing in self.filings.values():
            wanted |= {e.version_id for e in filing.events if e.step in (Step.ACCEPT, Step.RELEASE)}
        found: dict[int, dict[int, tuple[int, date | None]]] = defaultdict(dict)
        for relation in ("version", "version__included_in"):
            lines = PlanLine.objects.filter(**{f"{relation}__in": wanted})
            for version, task, mine, planned in lines.values_list(
                relation, "task", "task__mine", "planned_on"
            ):
                found[version][task] = (mine, planned)
        return found

    def _changes(self, ids: list[int]) -> dict[int, list[TargetChange]]:
        found = defaultdict(list)
        changes = TargetChange.objects.in_force(self.as_of).filter(task__agency__in=ids)
        for change in changes.select_related("task"):
            found[change.task.agency_id].append(change)
        return found


def _done(as_of: date, criterion: Criterion) -> dict[int, date]:
    """Task → since when it is done under the criterion."""
    stages = defaultdict(list)
    facts = StageFact.objects.filter(happened_on__lte=as_of).order_by("happened_on", "pk")
    for task, stage, day in facts.values_list("task", "stage", "happened_on"):
        stages[task].append((stage, day))
    days = {task: done_since(pairs, criterion, on=as_of) for task, pairs in stages.items()}
    return {task: day for task, day in days.items() if day}
