"""What changed in a branch's target between two days, mine by mine, and why.

Each task is read once on either day, in the target in which the branch's total counts it (standing/day.py).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from tasks.models import StageFact, TargetChange
from tasks.rules.progress import Criterion, counted_stages
from tasks.standing.change_reasons import Reasons, Why
from tasks.standing.day import Day
from tasks.standing.done import NOT_DONE
from tasks.standing.target_list import NamedTask, named_tasks


class Kind(StrEnum):
    """One task may show several: its day moved and it was completed."""

    JOINED = "joined"
    LEFT = "left"
    EARLIER = "earlier"
    LATER = "later"
    GIVEN = "given"
    TAKEN_AWAY = "taken_away"
    COMPLETED = "completed"
    UNDONE = "undone"


@dataclass(frozen=True)
class Change:
    """One change of one task. For COMPLETED and UNDONE the days are those since when it is done, else the
    planned ones; None where there is none. `why` is None until the change is explained, and where no record
    says it."""

    kind: Kind
    task: NamedTask
    before: date | None
    after: date | None
    # The agency (id) in whose target the task is read.
    place: int
    why: Why | None = None

    @property
    def day(self) -> date | None:
        return self.after or self.before

    @property
    def is_about_completion(self) -> bool:
        return self.kind in (Kind.COMPLETED, Kind.UNDONE)


class LateEntry(NamedTuple):
    """What counts on the earlier day and was written down after it (补录): a stage, the correction of one,
    or the approval of a 调出 or 调入. `what` is the stage or the kind of the change; `former` is the day
    before a correction, and then `day` is None where the stage was withdrawn."""

    task: NamedTask
    what: str
    day: date | None
    recorded_on: date
    note: str
    former: date | None = None
    change: int | None = None

    @property
    def is_correction(self) -> bool:
        return self.former is not None


@dataclass(frozen=True)
class TwoDays:
    first: date
    last: date
    criterion: Criterion
    changes: tuple[Change, ...]
    unchanged: int
    late: tuple[LateEntry, ...]
    days: tuple[Day, Day] = field(repr=False)

    def explained(self, changes: Iterable[Change]) -> list[Change]:
        """The given ones with the record behind each: asked for those alone, since a page shows few."""
        changes = list(changes)
        reasons = Reasons(
            *self.days,
            tasks={change.task.task for change in changes},
            completed={change.task.task for change in changes if change.is_about_completion},
            criterion=self.criterion,
        )
        return [replace(change, why=_why(reasons, change)) for change in changes]

    @cached_property
    def counts(self) -> dict[Kind, int]:
        """Every kind, in their order, with how many changes there are of it."""
        found = Counter(change.kind for change in self.changes)
        return {kind: found[kind] for kind in Kind}

    @property
    def added_later(self) -> int:
        return sum(1 for one in self.late if not one.is_correction)

    @property
    def corrected_later(self) -> int:
        return len(self.late) - self.added_later

    def of(self, kind: Kind | None) -> list[Change]:
        return [change for change in self.changes if kind in (None, change.kind)]


def two_days(first: Day, last: Day, *, criterion: Criterion) -> TwoDays:
    """Two days of one branch and programme, `first` not after `last`, by agency in code order.

    The number of queries does not depend on the number of agencies or tasks.
    """
    named = named_tasks(first) | named_tasks(last)
    before, after = _Side(first, named, criterion), _Side(last, named, criterion)
    changes = []
    for task in before.planned.keys() | after.planned.keys():
        place = after.counted_in(task) or before.counted_in(task)
        changes += [Change(*one, place=place) for one in _changes(named[task], before, after)]
    order = {kind: place for place, kind in enumerate(Kind)}
    changes.sort(key=lambda one: (one.task.code, order[one.kind], one.day or date.max, one.task.task))
    changed = {change.task.task for change in changes}
    both = before.planned.keys() & after.planned.keys()
    in_target = {task: named[task] for task in before.planned.keys() | after.planned.keys()}
    late = _late_stages(first, in_target, criterion) + _late_answers(first, named)
    unchanged = len(both - changed)
    return TwoDays(first.on, last.on, criterion, tuple(changes), unchanged, tuple(late), (first, last))


class _Side:
    """A branch on one of the days: task → planned completion, each once, and since when each is done."""

    def __init__(self, day: Day, named: Mapping[int, NamedTask], criterion: Criterion):
        self.day = day
        self.criterion = criterion
        self.planned: dict[int, date | None] = {
            task: day.targets[agency].tasks[task] for task, agency in day.counted.items() if task in named
        }

    def counted_in(self, task: int) -> int | None:
        return self.day.counted.get(task)

    def done_since(self, task: int) -> date | None:
        return self.day.done.get(task, NOT_DONE).under(self.criterion)


def _changes(
    named: NamedTask, before: _Side, after: _Side
) -> Iterator[tuple[Kind, NamedTask, date | None, date | None]]:
    """(kind, task, old, new) of one task that is in the target on one of the days."""
    task = named.task
    if task not in after.planned:
        yield Kind.LEFT, named, before.planned[task], None
        return
    old_done, new_done = before.done_since(task), after.done_since(task)
    if task not in before.planned:
        yield Kind.JOINED, named, None, after.planned[task]
    else:
        old, new = before.planned[task], after.planned[task]
        if old != new:
            yield _moved(old, new), named, old, new
        if old_done and not new_done:
            yield Kind.UNDONE, named, old_done, None
    if new_done and not old_done:
        yield Kind.COMPLETED, named, None, new_done


def _why(reasons: Reasons, change: Change) -> Why | None:
    task = change.task.task
    match change.kind:
        case Kind.COMPLETED:
            return reasons.of_completion(task, change.after)
        case Kind.UNDONE:
            return reasons.of_delisting(task)
        case Kind.LEFT:
            return reasons.of_target(task, change.place, TargetChange.Kind.REMOVAL)
    return reasons.of_target(task, change.place, TargetChange.Kind.ENTRY)


def _moved(old: date | None, new: date | None) -> Kind:
    if old is None:
        return Kind.GIVEN
    if new is None:
        return Kind.TAKEN_AWAY
    return Kind.EARLIER if new < old else Kind.LATER


def _late_stages(day: Day, in_target: Mapping[int, NamedTask], criterion: Criterion) -> list[LateEntry]:
    """Stages of the earlier day or before that were written down, or mended, after it.

    Those without a correction, which may be many, are read without an object for each.
    """
    first, counted = day.on, [*counted_stages(criterion), StageFact.Stage.DELISTED]
    facts = StageFact.objects.filter(stage__in=counted).order_by("happened_on", "pk")
    if day.branch is not None:
        facts = facts.filter(task__agency__path__startswith=day.branch.path)
    added = facts.filter(corrections=None, happened_on__lte=first, recorded_on__gt=first)
    rows = added.values_list("task", "stage", "happened_on", "recorded_on", "reference")
    found = [LateEntry(in_target[task], *row) for task, *row in rows if task in in_target]
    for fact in facts.exclude(corrections=None).distinct().prefetch_related("corrections"):
        entry = _mended(fact, first) if fact.task_id in in_target else None
        if entry:
            found.append(LateEntry(in_target[fact.task_id], fact.stage, *entry))
    return found


def _mended(fact: StageFact, first: date) -> tuple | None:
    """(day, recorded on, note, former day) of a corrected stage; None where the earlier day is not touched."""
    last = list(fact.corrections.all())[-1]
    if fact.recorded_on > first:
        # Wrong only while nobody could see it on the earlier day: it counts as mended, if at all.
        return (fact.day, fact.recorded_on, fact.reference) if fact.day and fact.day <= first else None
    if last.recorded_on <= first or min(fact.day or date.max, fact.happened_on) > first:
        return None
    return fact.day, last.recorded_on, last.reason, fact.happened_on


def _late_answers(day: Day, named: Mapping[int, NamedTask]) -> list[LateEntry]:
    return [
        LateEntry(named[one.task_id], one.kind, one.happened_on, one.answered_on, one.reason, change=one.pk)
        for one in day.changes
        if one.answered_on and one.answered_on > day.on and one.task_id in named
    ]
