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
from tasks.models import Mine, MineTask, Quota, Requirement, TargetChange, WorkPlan
from tasks.reports.filings import filings_on
from tasks.reports.stages import Done, DoneDays, done_days
from tasks.reports.target_tasks import Target, speakers, targets_on
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
        """Task → since when, for those that are done: of the original target where that is the base."""
        tasks = self.target.first if self.base == Base.PLAN_ORIGINAL else self.target.tasks
        return done_of(tasks or {}, self.days, self.criterion)

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
        return standing_of(self.done, self.base_count, self.checkpoint, self.on)

    @property
    def meets_only_adjusted(self) -> bool:
        """Met on the adjusted target and not on the original one: said beside the figure (decisions.md)."""
        slacks = [
            standing_of(done_of(tasks, self.days, self.criterion), len(tasks), self.checkpoint, self.on).slack
            for tasks in (self.target.tasks, self.target.first)
            if tasks is not None
        ]
        return len(slacks) == 2 and slacks[0] >= 0 > slacks[1]

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
    # Each task of the whole once with its planned completion: as adjusted, and as first planned.
    tasks: Mapping[int, date | None]
    first: Mapping[int, date | None]
    days: DoneDays

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
    def judged(self) -> list[PlaceProgress]:
        """Places of which the chosen base is known, so that something can be required of them."""
        return [row for row in self.rows if row.standing.base]

    @property
    def below(self) -> list[PlaceProgress]:
        """Places that have not reached what the checkpoint requires, whatever the total says."""
        return [row for row in self.judged if row.standing.slack < 0]

    @cached_property
    def done(self) -> dict[int, date]:
        """Task → since when, for those that are done: of the original target where that is the base."""
        tasks = self.first if self.base == Base.PLAN_ORIGINAL else self.tasks
        return done_of(tasks, self.days, self.criterion)

    @property
    def required_of_places(self) -> int | None:
        """The sum of what the counties must reach, which may differ from what their total must reach."""
        required = [row.standing.required for row in self._leaves() if row.standing.required is not None]
        return sum(required) if required else None

    @property
    def standing(self) -> Standing:
        return standing_of(self.done, self.base_count, self.checkpoint, self.on)

    @property
    def base_count(self) -> int | None:
        """What the share is a share of for the whole."""
        return self.base_counts[self.base]

    @property
    def base_counts(self) -> dict[Base, int | None]:
        """Every base of the whole; unknown as soon as a part of it is."""
        tops = self._tops()
        quotas = [row.quota for row in tops]
        return {
            Base.PLAN: len(self.tasks) if self.known else None,
            Base.PLAN_ORIGINAL: len(self.first) if self.known else None,
            Base.QUOTA: None if None in quotas else sum(quotas),
            Base.IN_SCOPE: sum(row.in_scope for row in tops) or None,
        }

    def _tops(self) -> list[PlaceProgress]:
        """Places without their superior among the rows: its register and quota hold theirs."""
        paths = {row.agency.path for row in self.rows}
        return [row for row in self.rows if row.agency.reports_to_path not in paths]

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
    programme = checkpoint.clause.document.programme_id
    places = list(agencies.filing().order_by("code"))
    plans = WorkPlan.objects.filter(agency__in=places, programme=programme).with_events()
    targets = targets_on(places, filings_on(plans, as_of), as_of, programme=programme)
    owners = _owners(agencies)
    days = done_days(as_of, agencies)
    # A mine that changed hands since keeps its row in the former bureau's earlier plan.
    days.fold(
        {task for target in targets.values() for task in target.tasks or () if task not in owners}, as_of
    )
    known = [place for place in places if targets[place.pk].tasks is not None]
    speaks = speakers(set(owners.values()), known)
    quotas = {
        quota.agency_id: quota.count
        for quota in Quota.objects.filter(agency__in=places, programme=programme).in_force(as_of)
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
    tasks, first = (
        {
            task: planned_on
            for place in known
            for task, planned_on in getattr(targets[place.pk], part).items()
            if speaks.get(owners.get(task, place.path)) in (place.pk, None)
        }
        for part in ("tasks", "first")
    )
    return Progress(as_of, criterion, base, checkpoint, rows, tasks, first, days)


def _owners(agencies) -> dict[int, str]:
    """Task → path of the bureau that keeps it, of the agencies."""
    paths = dict(agencies.values_list("pk", "path"))
    tasks = MineTask.objects.filter(agency__in=agencies).order_by().values_list("pk", "agency")
    return {task: paths[agency] for task, agency in tasks}


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
