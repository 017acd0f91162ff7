"""Since when each task is done, under each criterion, on a day: read from the stage facts.

The day that counts of a fact is that of its last correction; a withdrawn one counts for nothing. Pages,
exports and reports that ask what is done ask here.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.db.models import Count, Min, Q

from agencies.models import Agency
from tasks.models import StageCorrection, StageFact
from tasks.rules.progress import Criterion, counted_stages, done_since


class Done(NamedTuple):
    """The day since which a task is done under each criterion; None where it is not."""

    declared: date | None
    verified: date | None
    listed: date | None

    def under(self, criterion: Criterion) -> date | None:
        return getattr(self, criterion)


NOT_DONE = Done(None, None, None)


def earliest(one: Done, other: Done) -> Done:
    """Under each criterion the earlier of the two days that are known."""
    pairs = zip(one, other, strict=True)
    return Done(*(min((day for day in pair if day), default=None) for pair in pairs))


class DoneDays(dict[int, Done]):
    """Task → Done. `uneven` holds the (stage, day) pairs of the tasks that did not only go forward."""

    def __init__(self) -> None:
        super().__init__()
        self.uneven: dict[int, list[tuple[str, date]]] = {}

    def fold(self, tasks: Iterable[int], as_of: date) -> None:
        """Read these tasks one by one."""
        tasks = set(tasks)
        stages = stage_days(tasks) if tasks else {}
        for task in tasks:
            pairs = stages.get(task, [])
            self.uneven[task] = pairs
            # A task that is done no more must not keep the day that the database found.
            self[task] = Done(*(done_since(pairs, criterion, on=as_of) for criterion in Criterion))


def done_days(as_of: date, branch: Agency | None = None) -> DoneDays:
    """Of the tasks that the branch (everybody: None) keeps today those that reached any criterion by the day.

    Most tasks only ever go forward: for them the database finds the first day. Those with a delisting or
    a corrected entry are folded one by one (rules/progress.py).
    """
    facts, corrections = StageFact.objects.all(), StageCorrection.objects.all()
    if branch is not None:
        facts = facts.filter(task__agency__path__startswith=branch.path)
        corrections = corrections.filter(fact__task__agency__path__startswith=branch.path)
    uneven = set(corrections.values_list("fact__task", flat=True))
    first = {
        criterion.value: Min(
            "happened_on", filter=Q(stage__in=counted_stages(criterion), happened_on__lte=as_of)
        )
        for criterion in Criterion
    }
    delistings = Count("pk", filter=Q(stage=StageFact.Stage.DELISTED, happened_on__lte=as_of))
    by_task = facts.values("task").annotate(**first, delistings=delistings).order_by()
    days = DoneDays()
    for task, *firsts, delisted in by_task.values_list("task", *first, "delistings"):
        if delisted:
            uneven.add(task)
        elif any(firsts):
            days[task] = Done._make(firsts)
    days.fold(uneven, as_of)
    return days


def stage_days(tasks) -> dict[int, list[tuple[str, date]]]:
    """Task → (stage, day that counts) of its facts, in the order of the days. `tasks` are ids."""
    corrections = StageCorrection.objects.filter(fact__task__in=tasks).order_by("pk")
    corrected = {
        fact: None if withdrawn else day
        for fact, day, withdrawn in corrections.values_list("fact", "happened_on", "withdrawn")
    }
    stages = defaultdict(list)
    facts = StageFact.objects.filter(task__in=tasks).order_by("pk")
    for fact, task, stage, recorded in facts.values_list("pk", "task", "stage", "happened_on"):
        if day := corrected.get(fact, recorded) if corrected else recorded:
            stages[task].append((stage, day))
    return {task: sorted(pairs, key=lambda pair: pair[1]) for task, pairs in stages.items()}
