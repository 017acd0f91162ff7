"""Why a task's place in the target, its planned day or its completion differs between two days.

The record that did it is looked up, never a sentence made up: an approved 调出 or 调入, the version that
came into force, or the stage that was reached.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from tasks.models import PlanEvent, PlanVersion, StageFact, TargetChange
from tasks.rules.progress import Criterion, counted_stages
from tasks.standing.day import Day
from tasks.standing.filings import ACCEPTING, Filing
from tasks.standing.promises import planned_days

_ABSENT = "absent"


@dataclass(frozen=True)
class Why:
    """The record behind a change, exactly one of the three, and the day from which it counts."""

    day: date
    is_late_entry: bool
    change: TargetChange | None = None
    version: PlanVersion | None = None
    stage: StageFact | None = None


class Reasons:
    """What came into force or was reached after one day and up to the other, asked once for these tasks.

    `tasks` are those that changed, `completed` those of them that were completed or are so no more.
    """

    def __init__(
        self, before: Day, after: Day, *, tasks: set[int], completed: set[int], criterion: Criterion
    ):
        self.first, self.last = before.on, after.on
        self.changes = _new_changes(before, after, tasks)
        self.former = {place: filing.in_force_id for place, filing in before.filings.items()}
        self.accepted = {place: self._accepted(filing) for place, filing in after.filings.items()}
        ids = {event.version_id for events in self.accepted.values() for event in events}
        self.versions = PlanVersion.objects.select_related("plan__agency").in_bulk(ids)
        # Without a version that came into force no row changed by one.
        self.lines = planned_days(ids | (set(self.former.values()) - {None}), tasks) if ids else {}
        self.stages = self._stages(completed, [*counted_stages(criterion), StageFact.Stage.DELISTED])

    def of_target(self, task: int, place: int, kind: str) -> Why | None:
        """Of a task that joined, left or moved; `place` is the agency in whose target it is read."""
        if change := self.changes.get((task, kind)):
            day = max(change.happened_on, change.approved_on)
            return Why(day, change.is_late_entry or change.is_late_answer, change=change)
        event = self._accepting(task, place)
        if event is None:
            return None
        return Why(event.day, event.is_late_entry, version=self.versions[event.version_id])

    def of_completion(self, task: int, since: date) -> Why | None:
        facts = (f for f in self.stages[task] if f.day == since and f.stage != StageFact.Stage.DELISTED)
        return _by_stage(next(facts, None))

    def of_delisting(self, task: int) -> Why | None:
        facts = [fact for fact in self.stages[task] if fact.stage == StageFact.Stage.DELISTED]
        return _by_stage(max(facts, key=lambda fact: fact.day, default=None))

    def _accepted(self, filing: Filing) -> list[PlanEvent]:
        return [event for event in filing.events if event.step in ACCEPTING and event.day > self.first]

    def _accepting(self, task: int, place: int) -> PlanEvent | None:
        """The last of the place's versions in which the task's row differs from the version before it; the
        last of all where none does, as when another plan held the task until then."""
        events = self.accepted.get(place) or []
        former, found = self._planned(self.former.get(place), task), None
        for event in events:
            planned = self._planned(event.version_id, task)
            if planned != former:
                former, found = planned, event
        return found or (events[-1] if events else None)

    def _planned(self, version: int | None, task: int):
        return self.lines.get(version, {}).get(task, _ABSENT)

    def _stages(self, tasks: set[int], counted: list[str]) -> dict[int, list[StageFact]]:
        """Task → those of its stages between the days, by the day that counts of each."""
        between = Q(happened_on__gt=self.first, happened_on__lte=self.last) | Q(corrections__isnull=False)
        facts = StageFact.objects.filter(between, task__in=tasks, stage__in=counted).distinct().order_by("pk")
        found = defaultdict(list)
        for fact in facts.prefetch_related("corrections"):
            if fact.day and self.first < fact.day <= self.last:
                found[fact.task_id].append(fact)
        return found


def _by_stage(fact: StageFact | None) -> Why | None:
    return Why(fact.day, fact.is_late_entry, stage=fact) if fact else None


def _new_changes(before: Day, after: Day, tasks: set[int]) -> dict[tuple[int, str], TargetChange]:
    """(task, kind) → the last change that counts on the later day and not yet on the earlier one."""
    old, new = ({change.pk for change in day.changes if change.task_id in tasks} for day in (before, after))
    found = TargetChange.objects.filter(pk__in=new - old).select_related("approved_for")
    return {(one.task_id, one.kind): one for one in found.order_by("happened_on", "pk")}
