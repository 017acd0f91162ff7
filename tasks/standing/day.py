"""The day as an object: what is known of a branch at the end of one day, in one programme.

    day = Day(request.as_of, branch=acting.agency, programme=programme)

asks nothing yet. Each part is fetched when it is first asked for and kept, so that whoever shares the day shares its
queries. What a part holds is the state of the day; who may open what is of now (decisions.md, "Facts and days").
"""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal, NamedTuple

from agencies.models import Agency, Level, MineFreeDeclaration
from greenmine.clock import today
from tasks.models import (
    MineState,
    MineTask,
    PlanEvent,
    PlanVersion,
    Programme,
    Quota,
    Requirement,
    TargetChange,
    WorkPlan,
)
from tasks.rules.steps import Step
from tasks.standing.done import NOT_DONE, Done, DoneDays, done_days, earliest
from tasks.standing.filings import NO_FILING, Filing, filings_on
from tasks.standing.programmes import programme_meant
from tasks.standing.promises import planned_days
from tasks.standing.register import Register, register_on
from tasks.standing.targets import NO_TARGET, Speakers, Target, changes_on, targets_on

PLAN_LEVELS = (Level.CITY, Level.COUNTY)


_TASK_FIELDS = ("pk", "mine", "agency__path", "agency__path")


class OwnedTask(NamedTuple):
    """A task with its mine; `path` is that of the agency that owned it on the day, `kept` of the one that keeps it
    today."""

    task: int
    mine: int
    path: str
    kept: str


@dataclass(frozen=True, slots=True)
class Speaking:
    """The version that speaks for a plan. `is_readable` is false for a version that was taken back since: it counts on
    the days on which it spoke, and nobody above opens it; and for a draft of another agency."""

    version: int
    kind: Literal["in_force", "submitted", "draft"]
    is_readable: bool = True


class Day:
    """One day of one branch. `branch` is its head, whose eyes it is seen with; None is everybody.

    `on` is the day by which marks are judged. Facts are counted up to and including `facts_until`, which is earlier
    where a day to come is looked at. `programme` is the one meant, without another word (programmes.py).
    """

    def __init__(
        self,
        on: date,
        branch: Agency | None = None,
        programme: Programme | None = None,
        *,
        facts_until: date | None = None,
    ) -> None:
        self.on = on
        self.until = facts_until or on
        self.branch = branch
        self._programme = programme

    def of_programme(self, programme: Programme) -> "Day":
        """The same day and branch in another programme; what does not depend on it is not asked again."""
        other = Day(self.on, self.branch, programme, facts_until=self.until)
        for name in ("agencies", "register", "mine_free", "owned"):
            if name in self.__dict__:
                other.__dict__[name] = self.__dict__[name]
        return other

    @cached_property
    def programme(self) -> Programme | None:
        return self._programme or programme_meant()

    # --- who

    @cached_property
    def agencies(self) -> list[Agency]:
        """The branch in the order of the tree."""
        branch = Agency.objects.all() if self.branch is None else Agency.objects.below(self.branch)
        return list(branch)

    @cached_property
    def planning_agencies(self) -> list[Agency]:
        """Those that draw up plans of their own, by code; a functional zone counts inside its city."""
        planning = [agency for agency in self.agencies if agency.level in PLAN_LEVELS]
        return sorted(planning, key=lambda agency: agency.code)

    @cached_property
    def mine_free(self) -> set[int]:
        """Agencies (ids) whose 不涉矿 is in force on the day."""
        declared = MineFreeDeclaration.objects.in_force(self.until)
        if self.branch is not None:
            declared = declared.filter(agency__path__startswith=self.branch.path)
        return set(declared.values_list("agency", flat=True))

    # --- plans

    @cached_property
    def filings(self) -> dict[int, Filing]:
        """Agency id → filing, of those that have a plan."""
        plans = WorkPlan.objects.filter(programme=self.programme)
        if self.branch is not None:
            plans = plans.filter(agency__path__startswith=self.branch.path)
        return filings_on(plans.select_related("agency").with_events(), self.until)

    def filing(self, agency: Agency) -> Filing:
        return self.filings.get(agency.pk, NO_FILING)

    @cached_property
    def speaking(self) -> dict[int, Speaking]:
        """Agency id → the version that speaks for its plan, a draft only while it is today."""
        speaking = {
            agency: Speaking(
                version=filing.speaking_id,
                kind="in_force" if filing.in_force_id else "submitted",
                is_readable=self._is_own(agency) or filing.speaking_id not in self._taken_back_since,
            )
            for agency, filing in self.filings.items()
            if filing.speaking_id
        }
        drafts = {agency: draft for agency, draft in self._drafts.items() if agency not in speaking}
        return speaking | {
            agency: Speaking(version, "draft", is_readable=self._is_own(agency))
            for agency, version in drafts.items()
        }

    def _is_own(self, agency: int) -> bool:
        return self.branch is not None and agency == self.branch.pk

    def draft(self, agency: Agency) -> int | None:
        """The agency's working copy, while the day is today."""
        return self._drafts.get(agency.pk)

    @cached_property
    def _taken_back_since(self) -> set[int]:
        submitted = {filing.submitted_id for filing in self.filings.values()} - {None}
        taken_back = PlanEvent.objects.filter(version__in=submitted, step=Step.TAKE_BACK)
        return set(taken_back.values_list("version", flat=True))

    @cached_property
    def _drafts(self) -> dict[int, int]:
        """Agency id → its working copy. What a draft held on an earlier day is not kept, so it speaks today alone."""
        if self.until != today():
            return {}
        begun = [filing.plan.pk for filing in self.filings.values() if filing.events]
        working = PlanVersion.objects.working().filter(plan__in=begun)
        return dict(working.values_list("plan__agency", "pk"))

    # --- targets

    @cached_property
    def changes(self) -> list[TargetChange]:
        return changes_on(self.until, self.programme.pk, self.branch) if self.programme else []

    @cached_property
    def targets(self) -> dict[int, Target]:
        """Agency id → target, of all that draw up plans."""
        return targets_on(self.planning_agencies, self.filings, self.changes)

    def target(self, agency: Agency) -> Target:
        return self.targets.get(agency.pk, NO_TARGET)

    @cached_property
    def owned(self) -> dict[int, OwnedTask]:
        """Task → its mine and who owns it on the day: the agency that managed the mine, else the one that keeps the
        task. Of every programme: a mine that is built for one is built for the other."""
        kept = {row[0]: OwnedTask._make(row) for row in self._tasks_kept().values_list(*_TASK_FIELDS)}
        elsewhere = self._managed_elsewhere({task.mine for task in kept.values()})
        paths = self.register.paths
        owned = {}
        for task in kept.values():
            path = paths.get(task.mine, task.path)
            if path != task.path:
                task = task._replace(path=path)
            if task.mine not in elsewhere:
                owned[task.task] = task
        return owned | self._handed_over_since()

    def _tasks_kept(self):
        """The tasks that agencies of the branch keep today."""
        tasks = MineTask.objects.order_by()
        return tasks if self.branch is None else tasks.filter(agency__path__startswith=self.branch.path)

    def _managed_elsewhere(self, mines: set[int]) -> set[int]:
        """Of these mines those that an agency outside the branch managed on the day."""
        unknown = mines - self.register.paths.keys()
        if self.branch is None or not unknown:
            return set()
        states = MineState.objects.in_force(self.until).filter(mine__in=unknown).exclude(managed_by=None)
        return set(states.values_list("mine", flat=True))

    def _handed_over_since(self) -> dict[int, OwnedTask]:
        """Tasks of mines that the branch managed on the day and another agency keeps today."""
        if self.branch is None:
            return {}
        path = self.branch.path
        states = MineState.objects.in_force(self.until).filter(managed_by__path__startswith=path)
        moved = states.exclude(mine__managed_by__path__startswith=path)
        paths = dict(moved.order_by().values_list("mine", "managed_by__path"))
        tasks = MineTask.objects.filter(mine__in=paths).exclude(agency__path__startswith=path)
        rows = tasks.order_by().values_list("pk", "mine", "agency__path") if paths else ()
        return {task: OwnedTask(task, mine, paths[mine], kept) for task, mine, kept in rows}

    @cached_property
    def speakers(self) -> Speakers:
        return Speakers(
            [agency for agency in self.planning_agencies if self.target(agency).tasks is not None]
        )

    @cached_property
    def counted(self) -> dict[int, int]:
        """Task → the agency (id) in whose adjusted target the branch's total counts it, each once."""
        return self._counted("tasks")

    @cached_property
    def counted_first(self) -> dict[int, int]:
        """The same for the targets as they were first planned."""
        return self._counted("first")

    def _counted(self, part: str) -> dict[int, int]:
        counted = {}
        for agency in self.planning_agencies:
            for task in getattr(self.target(agency), part) or ():
                owner = self.owned.get(task)
                # A mine that changed hands keeps its row in the former bureau's earlier plan.
                if self.speakers.of(owner.path if owner else agency.path) in (agency.pk, None):
                    counted[task] = agency.pk
        return counted

    @cached_property
    def drafted(self) -> dict[int, dict[int, date | None]]:
        """Agency id → task → planned day, of plans that no version is in force of: 草拟. Only what may be read, and
        without what the targets in force hold already."""
        return self._lines_of(self._not_in_force(readable=True))

    @cached_property
    def withheld(self) -> dict[int, dict[int, date | None]]:
        """The same of drafts, and of versions that were taken back since: their number is known above, their content
        is not."""
        return self._lines_of(self._not_in_force(readable=False))

    def _not_in_force(self, *, readable: bool) -> dict[int, int]:
        return {
            agency: speaking.version
            for agency, speaking in self.speaking.items()
            if speaking.kind != "in_force" and speaking.is_readable == readable
        }

    def _lines_of(self, versions: dict[int, int]) -> dict[int, dict[int, date | None]]:
        lines = planned_days(versions.values()) if versions else {}
        return {
            agency: {task: day for task, day in lines.get(version, {}).items() if task not in self.counted}
            for agency, version in versions.items()
        }

    # --- what is done, and the register

    @cached_property
    def done(self) -> DoneDays:
        """Since when each task of the branch, or of a target of it, is done."""
        days = done_days(self.until, self.branch)
        if self.branch is not None:
            head = self.branch.path
            planned = {task for target in self.targets.values() for task in target.tasks or ()}
            planned |= {task for target in self.targets.values() for task in target.first or ()}
            moved = {task.task for task in self.owned.values() if not task.kept.startswith(head)}
            days.fold((planned - self.owned.keys()) | moved, self.until)
        return days

    @cached_property
    def register(self) -> Register:
        return register_on(self.until, self.branch)

    @cached_property
    def done_of_mines(self) -> dict[int, Done]:
        """Mine of the branch → since when it is done: under each criterion by the first of its tasks."""
        found: dict[int, Done] = {}
        for task in self.owned.values():
            if done := self.done.get(task.task):
                found[task.mine] = earliest(found.get(task.mine, NOT_DONE), done)
        return found

    # --- what the day asks

    @cached_property
    def requirements(self) -> list[Requirement]:
        """Those of the programme that exist on the day."""
        in_force = Requirement.objects.in_force(self.on).filter(clause__document__programme=self.programme)
        return list(in_force.with_sources())

    @cached_property
    def checkpoints(self) -> list[Requirement]:
        """The shares that are asked for, the earliest first."""
        shares = [one for one in self.requirements if one.kind == Requirement.Kind.SHARE]
        return sorted(shares, key=lambda share: share.due_on)

    @cached_property
    def next_checkpoint(self) -> Requirement | None:
        """The first one whose day has not ended, else the last."""
        ahead = [share for share in self.checkpoints if share.due_on >= self.on]
        return (ahead or self.checkpoints[-1:] or [None])[0]

    @cached_property
    def quotas(self) -> dict[int, int]:
        """Agency id → what the province asks of it; unknown where nobody entered it."""
        quotas = Quota.objects.in_force(self.until).filter(programme=self.programme)
        if self.branch is not None:
            quotas = quotas.filter(agency__path__startswith=self.branch.path)
        return dict(quotas.values_list("agency", "count"))
