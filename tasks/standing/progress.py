"""进度: how each agency stands towards a checkpoint on a day, under a named criterion and a named base.

Desk, page, command, workbook and chart ask here. An agency without a plan in force has no target: None, never 0.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from agencies.models import Agency
from tasks.models import Requirement, TargetChange
from tasks.rules.deadlines import required_count
from tasks.rules.progress import Criterion, met_since
from tasks.rules.standing import Outlook, Standing, outlook
from tasks.standing.day import Day
from tasks.standing.done import Done
from tasks.standing.targets import Target


class Base(StrEnum):
    """What a share is a share of; the notice leaves it open, so all stand side by side (trap 9)."""

    PLAN = "plan"
    PLAN_ORIGINAL = "plan_original"
    QUOTA = "quota"
    IN_SCOPE = "in_scope"


class TargetTask(NamedTuple):
    """One task of an agency's target: the planned completion, and since when it is done."""

    task: int
    planned_on: date | None
    done_since: date | None


@dataclass(frozen=True)
class Question:
    """Under which criterion, on which base and towards which checkpoint progress is asked for."""

    criterion: Criterion
    base: Base
    checkpoint: Requirement

    def done_of(self, keys: Iterable[int], days: Mapping[int, Done]) -> dict[int, date]:
        """Of the keys (tasks, or mines) those that are done, each with the day since when."""
        place = Done._fields.index(self.criterion)
        return {key: since for key in keys if key in days and (since := days[key][place])}

    def standing(
        self, done: Mapping[int, date] | None, base: int | None, on: date, *, emptied: date | None = None
    ) -> Standing:
        """Towards the checkpoint on the day; once that has ended, also since when enough was done (`emptied`: since
        when nothing is left to do)."""
        share, due_on, reached = self.checkpoint.share, self.checkpoint.due_on, None
        if done is not None and on > due_on:
            reached = emptied or met_since(done.values(), share=share, base=base)
        return Standing(None if done is None else len(done), base, share, due_on, on, reached)


class Asked:
    """What an answer was asked for, by its day and its question."""

    day: Day
    question: Question

    @property
    def on(self) -> date:
        return self.day.on

    @property
    def criterion(self) -> Criterion:
        return self.question.criterion

    @property
    def base(self) -> Base:
        return self.question.base

    @property
    def checkpoint(self) -> Requirement:
        return self.question.checkpoint


@dataclass(frozen=True)
class AgencyProgress(Asked):
    """One agency on one day. Without a plan in force its target is unknown."""

    agency: Agency
    target: Target
    day: Day
    question: Question

    @property
    def quota(self) -> int | None:
        return self.day.quotas.get(self.agency.pk)

    @property
    def in_scope(self) -> int:
        """The mines of the whole scope that the agency and those below it manage on the day."""
        return self.day.register.in_scope.count(self.agency.path)

    @property
    def tasks(self) -> list[TargetTask] | None:
        """Those of the adjusted target; None where no plan is in force."""
        if self.target.tasks is None:
            return None
        done = self.question.done_of(self.target.tasks, self.day.done)
        return [TargetTask(task, day, done.get(task)) for task, day in self.target.tasks.items()]

    @cached_property
    def done(self) -> dict[int, date] | None:
        """Task → since when, for those that are done within the base: of the original target, of the adjusted one, or
        (by mine) of the mines in scope. None where that is unknown."""
        if self.base == Base.IN_SCOPE:
            mines = self.day.register.in_scope.below(self.agency.path)
            return self.question.done_of((mine.mine for mine in mines), self.day.done_of_mines)
        tasks = self.target.first if self.base == Base.PLAN_ORIGINAL else self.target.tasks
        return None if tasks is None else self.question.done_of(tasks, self.day.done)

    @property
    def original(self) -> int | None:
        return self.target.original

    @property
    def removed(self) -> list[TargetChange]:
        return self.target.removed

    @property
    def entered(self) -> list[TargetChange]:
        return self.target.entered

    @property
    def planned(self) -> int | None:
        return None if self.target.tasks is None else len(self.target.tasks)

    @property
    def base_count(self) -> int | None:
        counts = {
            Base.PLAN: self.planned,
            Base.PLAN_ORIGINAL: self.original,
            Base.QUOTA: self.quota,
            Base.IN_SCOPE: self.in_scope,
        }
        return counts[self.base]

    @cached_property
    def standing(self) -> Standing:
        emptied = self.target.empty_since if self.base == Base.PLAN else None
        return self.question.standing(self.done, self.base_count, self.on, emptied=emptied)

    @property
    def meets_only_adjusted(self) -> bool:
        """Met on the adjusted target and not on the original one: said beside the figure (decisions.md)."""
        slacks = [
            self.question.standing(self.question.done_of(tasks, self.day.done), len(tasks), self.on).slack
            for tasks in (self.target.tasks, self.target.first)
            if tasks is not None
        ]
        return len(slacks) == 2 and slacks[0] >= 0 > slacks[1]

    @property
    def outlook(self) -> Outlook | None:
        """What the plans promise by the checkpoint; None once its day is over, which leaves nothing to promise."""
        required = self.standing.required
        if self.target.tasks is None or required is None or self.on > self.checkpoint.due_on:
            return None
        done = set(self.question.done_of(self.target.tasks, self.day.done))
        planned = self.target.tasks.items()
        return outlook(planned, done, required=required, due_on=self.checkpoint.due_on)


@dataclass(frozen=True)
class Progress(Asked):
    """The agencies of a day's branch, and their total, which counts each mine once and names who is below."""

    day: Day
    question: Question
    rows: tuple[AgencyProgress, ...]

    def under(self, criterion: Criterion) -> "Progress":
        """The same day, agencies and base under another criterion, without asking anything again."""
        if criterion == self.criterion:
            return self
        return _progress(self.day, replace(self.question, criterion=criterion))

    def row(self, agency: Agency) -> AgencyProgress | None:
        return self._by_agency.get(agency.pk)

    @cached_property
    def _by_agency(self) -> dict[int, AgencyProgress]:
        return {row.agency.pk: row for row in self.rows}

    @property
    def known(self) -> list[AgencyProgress]:
        return [row for row in self.rows if row.target.tasks is not None]

    @property
    def judged(self) -> list[AgencyProgress]:
        """Agencies of which something is required on the chosen base."""
        return [row for row in self.rows if row.standing.base and row.standing.slack is not None]

    @cached_property
    def below(self) -> list[AgencyProgress]:
        """Agencies that have not reached what the checkpoint requires, whatever the total says. The head of the
        branch is the whole itself and is not listed below it."""
        head = self.day.branch.pk if self.day.branch else None
        judged = [row for row in self.judged if row.agency.pk != head]
        return [row for row in judged if row.standing.slack < 0]

    def below_in(self, agency: Agency) -> list[Agency]:
        """Of the agencies below this one those that have not reached it, whatever their superior has."""
        return self._below_by_path.get(agency.path, [])

    @cached_property
    def _below_by_path(self) -> dict[str, list[Agency]]:
        behind = defaultdict(list)
        for row in self.below:
            path = row.agency.reports_to_path
            while path:
                behind[path].append(row.agency)
                path = path[: -Agency.steplen]
        return dict(behind)

    @cached_property
    def tasks(self) -> dict[int, date | None]:
        """Each task of the whole once with its planned completion, as adjusted."""
        return self._tasks("tasks", self.day.counted)

    @cached_property
    def first(self) -> dict[int, date | None]:
        """The same as first planned."""
        return self._tasks("first", self.day.counted_first)

    def _tasks(self, part: str, counted: Mapping[int, int]) -> dict[int, date | None]:
        return {task: getattr(self.day.targets[agency], part)[task] for task, agency in counted.items()}

    @cached_property
    def done(self) -> dict[int, date]:
        """Task (for the base of the scope: mine) → since when, for those of the base that are done."""
        if self.base == Base.IN_SCOPE:
            mines = (
                mine.mine for row in self._tops for mine in self.day.register.in_scope.below(row.agency.path)
            )
            return self.question.done_of(mines, self.day.done_of_mines)
        tasks = self.first if self.base == Base.PLAN_ORIGINAL else self.tasks
        return self.question.done_of(tasks, self.day.done)

    @property
    def is_known(self) -> bool:
        """Whether anything can be said to be done: a plan is in force, or the base needs none."""
        return self.base == Base.IN_SCOPE or bool(self.known)

    @property
    def standing(self) -> Standing:
        return self.question.standing(self.done if self.is_known else None, self.base_count, self.on)

    @property
    def base_count(self) -> int | None:
        """What the share is a share of for the whole."""
        return self.base_counts[self.base]

    @cached_property
    def base_counts(self) -> dict[Base, int | None]:
        """Every base of the whole; unknown as soon as a part of it is."""
        quotas = [row.quota for row in self._tops]
        return {
            Base.PLAN: len(self.tasks) if self.known else None,
            Base.PLAN_ORIGINAL: len(self.first) if self.known else None,
            Base.QUOTA: None if None in quotas else sum(quotas),
            Base.IN_SCOPE: sum(row.in_scope for row in self._tops),
        }

    @property
    def required_of_agencies(self) -> int | None:
        """The sum of what each agency must reach of its own, each rounded up: at 100 % what the whole must reach, else
        at least that. None while the base of the whole is unknown."""
        if self.base_count is None:
            return None
        return sum(required_count(self.checkpoint.share, own) for own in self._own_parts())

    def _own_parts(self) -> Collection[int]:
        """The base of the whole, parted by the agency that answers for each mine of it itself."""
        if self.base in (Base.PLAN, Base.PLAN_ORIGINAL):
            counted = self.day.counted if self.base == Base.PLAN else self.day.counted_first
            return _counts(counted.values())
        own = {row.agency.path: row.base_count or 0 for row in self.rows}
        for row in self.rows:
            if superior := self._nearest_above(row.agency):
                own[superior.path] -= row.base_count or 0
        return [max(count, 0) for count in own.values()]

    @cached_property
    def _tops(self) -> list[AgencyProgress]:
        """Agencies without their superior among the rows: its register and quota hold theirs."""
        return [row for row in self.rows if self._nearest_above(row.agency) is None]

    def _nearest_above(self, agency: Agency) -> Agency | None:
        path = agency.reports_to_path
        while path:
            if path in self._by_path:
                return self._by_path[path]
            path = path[: -Agency.steplen]
        return None

    @cached_property
    def _by_path(self) -> dict[str, Agency]:
        return {row.agency.path: row.agency for row in self.rows}


def progress(
    day: Day,
    *,
    criterion: Criterion = Criterion.VERIFIED,
    base: Base = Base.PLAN,
    checkpoint: Requirement | None = None,
) -> Progress | None:
    """The progress of the day's branch, in code order; None before any checkpoint exists.

    The number of queries does not depend on the number of agencies or tasks, and the work grows in a line with them.
    """
    checkpoint = checkpoint or day.next_checkpoint
    return _progress(day, Question(criterion, base, checkpoint)) if checkpoint else None


def _progress(day: Day, question: Question) -> Progress:
    rows = (AgencyProgress(agency, day.target(agency), day, question) for agency in day.planning_agencies)
    return Progress(day, question, tuple(rows))


def _counts(keys: Iterable[int]) -> Collection[int]:
    counts: dict[int, int] = defaultdict(int)
    for key in keys:
        counts[key] += 1
    return counts.values()
