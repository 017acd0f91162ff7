"""进度: how each place stands towards its checkpoints, under a named criterion and a named base.

Page, command, workbook and chart ask here. A place without a plan in force has no target: None, never 0.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from django.db.models import Count

from agencies.models import Agency
from tasks.models import Mine, Quota, Requirement, TargetChange, WorkPlan
from tasks.reports.filings import filings_on
from tasks.reports.stages import Done, done_days
from tasks.reports.target_tasks import Target, targets_on
from tasks.rules.progress import Criterion, met_since
from tasks.rules.standing import Outlook, Standing, outlook


class Base(StrEnum):
    """What a share is a share of; the notice leaves it open, so all stand side by side (trap 9)."""

    PLAN = "plan"
    PLAN_ORIGINAL = "plan_original"
    QUOTA = "quota"
    IN_SCOPE = "in_scope"


class TargetTask(NamedTuple):
    """One task of a place's target: the planned completion, and since when it is done."""

    task: int
    planned_on: date | None
    done_since: date | None


@dataclass(frozen=True)
class PlaceProgress:
    """One place on one day, under one criterion. Without a plan in force its target is unknown."""

    agency: Agency
    target: Target
    days: Mapping[int, Done]
    quota: int | None
    in_scope: int
    criterion: Criterion
    base: Base
    checkpoint: Requirement
    on: date

    @property
    def tasks(self) -> list[TargetTask] | None:
        """Those of the adjusted target; None where no plan is in force."""
        if self.target.tasks is None:
            return None
        return [
            TargetTask(task, planned_on, self.done.get(task))
            for task, planned_on in self.target.tasks.items()
        ]

    @cached_property
    def done(self) -> dict[int, date]:
        """Task → since when, for those of the target that are done."""
        return done_of(self.target.tasks or {}, self.days, self.criterion)

    @property
    def original(self) -> int | None:
        return self.target.original

    @property
    def removed(self) -> list[TargetChange]:
        return [change for change in self.target.changes if change.kind == TargetChange.Kind.REMOVAL]

    @property
    def entered(self) -> list[TargetChange]:
        return [change for change in self.target.changes if change.kind == TargetChange.Kind.ENTRY]

    @property
    def planned(self) -> int | None:
        return None if self.target.tasks is None else len(self.target.tasks)

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
        return standing_of(self.done, base, self.checkpoint, self.on)

    @property
    def meets_only_adjusted(self) -> bool:
        """Met on the adjusted target and not on the original one: said beside the figure (decisions.md)."""
        adjusted, original = self._towards(self.planned).slack, self._towards(self.original).slack
        return adjusted is not None and original is not None and adjusted >= 0 > original

    @property
    def outlook(self) -> Outlook | None:
        required = self.standing.required
        if self.target.tasks is None or required is None:
            return None
        planned = self.target.tasks.items()
        return outlook(planned, set(self.done), required=required, due_on=self.checkpoint.due_on)


@dataclass(frozen=True)
class Progress:
    """The places asked about, and their total, which counts each mine once and names who is below."""

    on: date
    criterion: Criterion
    base: Base
    checkpoint: Requirement
    rows: tuple[PlaceProgress, ...]
    days: Mapping[int, Done]

    def under(self, criterion: Criterion) -> "Progress":
        """The same day, places and base under another criterion, without asking anything again."""
        if criterion == self.criterion:
            return self
        rows = tuple(replace(row, criterion=criterion) for row in self.rows)
        return replace(self, criterion=criterion, rows=rows)

    @property
    def known(self) -> list[PlaceProgress]:
        return [row for row in self.rows if row.target.tasks is not None]

    @property
    def below(self) -> list[PlaceProgress]:
        """Places that have not reached what the checkpoint requires, whatever the total says."""
        return [row for row in self.rows if row.standing.slack is not None and row.standing.slack < 0]

    @cached_property
    def tasks(self) -> dict[int, date | None]:
        """Each task of the whole once, with its planned completion."""
        found: dict[int, date | None] = {}
        for row in self.known:
            found |= row.target.tasks
        return found

    @cached_property
    def done(self) -> dict[int, date]:
        """Task → since when, for those that are done."""
        return done_of(self.tasks, self.days, self.criterion)

    @property
    def required_of_places(self) -> int | None:
        """The sum of what the counties must reach, which may differ from what their total must reach."""
        required = [row.standing.required for row in self._leaves() if row.standing.required is not None]
        return sum(required) if required else None

    @property
    def standing(self) -> Standing:
        base = len(self.tasks) if self.known else None
        return standing_of(self.done, base, self.checkpoint, self.on)

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
    plans = WorkPlan.objects.filter(agency__in=places).with_events()
    targets = targets_on(places, filings_on(plans, as_of), as_of)
    days = done_days(as_of, agencies)
    quotas = {
        quota.agency_id: quota.count for quota in Quota.objects.filter(agency__in=places).in_force(as_of)
    }
    in_scope = _in_scope()
    rows = tuple(
        PlaceProgress(
            agency=agency,
            target=targets[agency.pk],
            days=days,
            quota=quotas.get(agency.pk),
            in_scope=sum(n for path, n in in_scope.items() if path.startswith(agency.path)),
            criterion=criterion,
            base=base,
            checkpoint=checkpoint,
            on=as_of,
        )
        for agency in places
    )
    return Progress(as_of, criterion, base, checkpoint, rows, days)


def _in_scope() -> dict[str, int]:
    """Path of the managing agency → how many mines of the whole scope (domain.md, trap 11) it has."""
    mines = Mine.objects.exclude(managed_by=None).in_scope()
    counts = mines.order_by().values("managed_by__path").annotate(n=Count("pk"))
    return dict(counts.values_list("managed_by__path", "n"))


def standing_of(done: Mapping[int, date], base: int | None, point: Requirement, on: date) -> Standing:
    """Towards the checkpoint on the day; once that has ended, also since when enough was done."""
    reached = met_since(done.values(), share=point.share, base=base) if on > point.due_on else None
    return Standing(len(done), base, point.share, point.due_on, on, reached)


def done_of(
    tasks: Mapping[int, date | None], days: Mapping[int, Done], criterion: Criterion
) -> dict[int, date]:
    """Of the tasks those that are done under the criterion, each with the day since when."""
    place = Done._fields.index(criterion)
    return {task: since for task in tasks if task in days and (since := days[task][place])}


def checkpoints(as_of: date):
    """The checkpoints that exist on the day, the earliest first."""
    shares = Requirement.objects.in_force(as_of).filter(kind=Requirement.Kind.SHARE)
    return list(shares.select_related("clause__document").order_by("due_on"))


def next_checkpoint(as_of: date) -> Requirement | None:
    """The first one whose day has not ended, else the last."""
    points = checkpoints(as_of)
    return next((point for point in points if point.due_on >= as_of), points[-1] if points else None)
