"""What changed in a branch's target between two days, mine by mine, and why.

Each task is read once on either day: in the target of the place that owns it, else of the nearest place
above that has a plan in force. A city's plan repeats the rows of its counties; they are not counted twice.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from django.db.models import QuerySet

from agencies.models import Agency
from tasks.models import StageFact, TargetChange, WorkPlan
from tasks.reports.change_reasons import Reasons, Why
from tasks.reports.filings import Filing, filings_on
from tasks.reports.progress import next_checkpoint
from tasks.reports.stages import NOT_DONE, Done, done_days
from tasks.reports.target_list import NamedTask, named_tasks
from tasks.reports.target_tasks import Target, speakers, targets_on
from tasks.rules.progress import Criterion, counted_stages


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
    days: tuple["_Day", "_Day"] = field(repr=False)

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


def two_days(*, first: date, last: date, agencies: QuerySet, criterion: Criterion) -> TwoDays:
    """The branch (a queryset) on two days, `first` not after `last`, by place in code order.

    The number of queries does not depend on the number of places or tasks.
    """
    places = list(agencies.filing().order_by("code"))
    point = next_checkpoint(last)
    programme = point.clause.document.programme_id if point else 0
    named = named_tasks(agencies)
    plans = list(WorkPlan.objects.filter(agency__in=places, programme=programme).with_events())
    before, after = (_Day(on, programme, places, plans, agencies, named, criterion) for on in (first, last))
    changes = []
    for task in before.planned.keys() | after.planned.keys():
        path = named[task].path
        speaker = after.speaks.get(path) or before.speaks[path]
        changes += [Change(*one, place=speaker) for one in _changes(named[task], before, after)]
    order = {kind: place for place, kind in enumerate(Kind)}
    changes.sort(key=lambda one: (one.task.code, order[one.kind], one.day or date.max, one.task.task))
    changed = {change.task.task for change in changes}
    both = before.planned.keys() & after.planned.keys()
    in_target = {task: named[task] for task in before.planned.keys() | after.planned.keys()}
    late = _late_stages(first, agencies, in_target, criterion) + _late_answers(before, named)
    unchanged = len(both - changed)
    return TwoDays(first, last, criterion, tuple(changes), unchanged, tuple(late), (before, after))


class _Day:
    """A branch on one day: task → planned completion, each once, and since when each is done."""

    def __init__(
        self,
        on: date,
        programme: int,
        places: list[Agency],
        plans: list[WorkPlan],
        agencies: QuerySet,
        named: Mapping[int, NamedTask],
        criterion: Criterion,
    ):
        self.on = on
        self.criterion = criterion
        self.filings: dict[int, Filing] = filings_on(plans, on)
        self.targets: dict[int, Target] = targets_on(places, self.filings, on, programme=programme)
        self.days: dict[int, Done] = done_days(on, agencies)
        self.planned: dict[int, date | None] = {}
        known = [place for place in places if self.targets[place.pk].tasks is not None]
        self.speaks = speakers({task.path for task in named.values()}, known)
        for place in known:
            for task, planned_on in self.targets[place.pk].tasks.items():
                if task in named and self.speaks.get(named[task].path) == place.pk:
                    self.planned[task] = planned_on

    def done_since(self, task: int) -> date | None:
        return self.days.get(task, NOT_DONE).under(self.criterion)


def _changes(
    named: NamedTask, before: _Day, after: _Day
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


def _late_stages(
    first: date, agencies: QuerySet, in_target: Mapping[int, NamedTask], criterion: Criterion
) -> list[LateEntry]:
    """Stages of the earlier day or before that were written down, or mended, after it.

    Those without a correction, which may be many, are read without an object for each.
    """
    counted = [*counted_stages(criterion), StageFact.Stage.DELISTED]
    facts = StageFact.objects.filter(task__agency__in=agencies, stage__in=counted).order_by(
        "happened_on", "pk"
    )
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


def _late_answers(before: _Day, named: Mapping[int, NamedTask]) -> list[LateEntry]:
    changes = {change.pk: change for target in before.targets.values() for change in target.changes}
    return [
        LateEntry(named[one.task_id], one.kind, one.happened_on, one.answered_on, one.reason, change=one.pk)
        for one in changes.values()
        if one.answered_on and one.answered_on > before.on and one.task_id in named
    ]
