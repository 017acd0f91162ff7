"""Since when each task is done, under each criterion, on a day: read from the stage facts.

The day that counts of a fact is that of its last correction; a withdrawn one counts for nothing. Pages,
exports and reports that ask what is done ask here.
"""

from collections import defaultdict
from datetime import date
from typing import NamedTuple

from django.db.models import Count, Min, Q

from tasks.models import MineTask, StageCorrection, StageFact
from tasks.rules.progress import Criterion, counted_stages, done_since


class Done(NamedTuple):
    """The day since which a task is done under each criterion; None where it is not."""

    declared: date | None
    verified: date | None
    listed: date | None

    def under(self, criterion: Criterion) -> date | None:
        return getattr(self, criterion)


NOT_DONE = Done(None, None, None)


class DoneDays(dict[int, Done]):
    """Task → Done. `winding` holds the (stage, day) pairs of the tasks that did not only go forward."""

    def __init__(self) -> None:
        super().__init__()
        self.winding: dict[int, list[tuple[str, date]]] = {}

    def fold(self, tasks: set[int], as_of: date) -> None:
        """Read these tasks one by one."""
        stages = stage_days(tasks)
        for task in tasks:
            pairs = stages.get(task, [])
            self.winding[task] = pairs
            # A task that is done no more must not keep the day that the database found.
            self[task] = Done(*(done_since(pairs, criterion, on=as_of) for criterion in Criterion))


def done_days(as_of: date, agencies=None) -> DoneDays:
    """Of the tasks of the agencies (a queryset; all when None) those that reached any criterion.

    Most tasks only ever go forward: for them the database finds the first day. Those with a delisting or
    a corrected entry are folded one by one (rules/progress.py).
    """
    facts, corrections = StageFact.objects.all(), StageCorrection.objects.all()
    if agencies is not None:
        tasks = MineTask.objects.filter(agency__in=agencies)
        facts, corrections = facts.filter(task__in=tasks), corrections.filter(fact__task__in=tasks)
    winding = set(corrections.values_list("fact__task", flat=True))
    first = {
        criterion.value: Min(
            "happened_on", filter=Q(stage__in=counted_stages(criterion), happened_on__lte=as_of)
        )
        for criterion in Criterion
    }
    delistings = Count("pk", filter=Q(stage=StageFact.Stage.DELISTED, happened_on__lte=as_of))
    by_task = facts.values("task").annotate(**first, delistings=delistings).order_by()
    found = DoneDays()
    for task, *days, delisted in by_task.values_list("task", *first, "delistings"):
        if delisted:
            winding.add(task)
        elif any(days):
            found[task] = Done._make(days)
    found.fold(winding, as_of)
    return found


def stage_days(tasks) -> dict[int, list[tuple[str, date]]]:
    """Task → (stage, day that counts) of its facts, in the order of the days. `tasks` are ids."""
    corrections = StageCorrection.objects.filter(fact__task__in=tasks).order_by("pk")
    corrected = {
        fact: None if withdrawn else day
        for fact, day, withdrawn in corrections.values_list("fact", "happened_on", "withdrawn")
    }
    found = defaultdict(list)
    facts = StageFact.objects.filter(task__in=tasks).order_by("pk")
    for fact, task, stage, recorded in facts.values_list("pk", "task", "stage", "happened_on"):
        if day := corrected.get(fact, recorded) if corrected else recorded:
            found[task].append((stage, day))
    return {task: sorted(stages, key=lambda one: one[1]) for task, stages in found.items()}
