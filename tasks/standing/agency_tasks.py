"""The mines behind one place's figures: how far each has come, when it is planned for, and what was recorded late."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from tasks.models import MineState, MineTask, PlanLine, StageFact, TargetChange
from tasks.rules.monthly import stage_on
from tasks.rules.planned_dates import PlannedDate, display
from tasks.rules.progress import DELISTED, counted_stages
from tasks.standing.progress import AgencyProgress
from tasks.standing.targets import taken_in_again


@dataclass(frozen=True)
class PlaceTask:
    """One task of the target; `name` of its mine and `agency` that managed it, as the register had them on the day.
    `stage` is the one reached on the day, "" before any; `planned` the words of the period as filed, "" while nobody has
    said.

    `is_late`: what it counts by was written down later than its day (补录); `is_corrected`: an entry of a stage that
    counts was mended or withdrawn (更正), so that the figure of the day is not the one that was seen on it.
    """

    task: MineTask
    name: str
    agency: str
    planned: str
    stage: str
    done_since: date | None
    delisted_on: date | None = None
    is_late: bool = False
    is_corrected: bool = False
    is_critical: bool = False

    @property
    def has_remark(self) -> bool:
        return bool(self.is_late or self.is_corrected or self.delisted_on or self.is_critical)


def place_list(row: AgencyProgress) -> list[PlaceTask]:
    """The tasks of the place's adjusted target by planned completion; the number of queries does not depend on
    how many they are."""
    planned = row.target.tasks or {}
    tasks = MineTask.objects.select_related("mine", "agency").in_bulk(planned)
    states = MineState.objects.in_force(row.day.until).filter(mine__tasks__in=planned)
    named = {state.mine_id: state for state in states.select_related("managed_by")}
    precisions = _precisions(row)
    facts = defaultdict(list)
    recorded = StageFact.objects.filter(task__in=planned).prefetch_related("corrections")
    for fact in recorded.order_by("happened_on", "pk"):
        facts[fact.task_id].append(fact)
    done = row.question.done_of(planned, row.day.done)
    critical = set(row.outlook.critical) if row.outlook else set()
    ordered = sorted(planned.items(), key=lambda item: (item[1] is None, item[1], item[0]))
    return [
        PlaceTask(
            task=tasks[task],
            name=named.get(tasks[task].mine_id, tasks[task].mine).name,
            agency=_agency_name(tasks[task], named.get(tasks[task].mine_id)),
            planned=display(PlannedDate(day, precisions.get(task) or "day")) if day else "",
            done_since=done.get(task),
            is_critical=task in critical,
            **_read(row, facts[task], done.get(task)),
        )
        for task, day in ordered
    ]


def _agency_name(task: MineTask, state: MineState | None) -> str:
    return str((state and state.managed_by) or task.agency)


def _precisions(row: AgencyProgress) -> dict[int, str]:
    """Task → how exactly its planned completion was filed: in the version in force, or by the late entry."""
    version = row.day.filing(row.agency).in_force_id
    found = {
        change.task_id: change.planned_precision
        for change in row.target.changes
        if change.kind == TargetChange.Kind.ENTRY
    }
    lines = PlanLine.objects.of_version(version) if version else ()
    filed = {line.task_id: line.planned_precision for line in lines}
    back = taken_in_again(row.target.changes)
    return found | filed | {task: change.planned_precision for task, change in back.items()}


def _read(row: AgencyProgress, facts: list[StageFact], since: date | None) -> dict:
    counted = counted_stages(row.criterion)
    happened = sorted(((fact.stage, fact.day) for fact in facts if fact.day), key=lambda one: one[1])
    stage = stage_on(happened, row.on)
    delisted = [day for one, day in happened if one == DELISTED and day <= row.on]
    return {
        "stage": stage,
        "delisted_on": delisted[-1] if stage == DELISTED else None,
        "is_late": any(
            is_entered_later(fact) for fact in facts if fact.stage in counted and fact.day == since
        ),
        "is_corrected": any(
            fact.stage in counted and fact.corrections.all() and _counts_by(fact, row.on) for fact in facts
        ),
    }


def is_entered_later(fact: StageFact) -> bool:
    """Whether a stage is 补录, by the day that counts now."""
    recorded = [fact, *fact.corrections.all()][-1].recorded_on
    return fact.day is not None and recorded > fact.day


def _counts_by(fact: StageFact, on: date) -> bool:
    """Whether it counts on the day, or once did."""
    return fact.happened_on <= on or (fact.day is not None and fact.day <= on)
