"""What changed in a branch's target between two days, mine by mine, and why.

Each task is read once on either day: in the target of the place that owns it, else of the nearest place
above that has a plan in force. A city's plan repeats the rows of its counties; they are not counted twice.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property

from django.db.models import Q, QuerySet

from agencies.models import Agency
from tasks.models import StageCorrection, StageFact, TargetChange, WorkPlan
from tasks.reports.change_reasons import Reasons, Why
from tasks.reports.filings import Filing, filings_on
from tasks.reports.stages import NOT_DONE, Done, done_days
from tasks.reports.target_list import NamedTask, named_tasks
from tasks.reports.target_tasks import Target, targets_on
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
    planned ones; None where there is none."""

    kind: Kind
    task: NamedTask
    before: date | None
    after: date | None
    why: Why | None = None

    @property
    def day(self) -> date | None:
        return self.after or self.before

    @property
    def is_about_completion(self) -> bool:
        return self.kind in (Kind.COMPLETED, Kind.UNDONE)


@dataclass(frozen=True)
class LateEntry:
    """What counts on the earlier day and was written down after it (补录): a stage, the correction of one,
    or the approval of a 调出 or 调入."""

    task: NamedTask
    recorded_on: date
    fact: StageFact | None = None
    correction: StageCorrection | None = None
    change: TargetChange | None = None


@dataclass(frozen=True)
class TwoDays:
    first: date
    last: date
    criterion: Criterion
    changes: tuple[Change, ...]
    unchanged: int
    late: tuple[LateEntry, ...]

    @cached_property
    def counts(self) -> dict[Kind, int]:
        """Every kind, in their order, with how many changes there are of it."""
        found = Counter(change.kind for change in self.changes)
        return {kind: found[kind] for kind in Kind}

    @property
    def added_later(self) -> int:
        return sum(1 for one in self.late if one.correction is None)

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
    named = named_tasks(agencies)
    plans = list(WorkPlan.objects.filter(agency__in=places).with_events())
    before, after = (_Day(on, places, plans, agencies, named, criterion) for on in (first, last))
    reasons = Reasons(before, after, agencies)
    changes = []
    for task in before.planned.keys() | after.planned.keys():
        path = named[task].path
        speaker = after.speaks.get(path) or before.speaks[path]
        for kind, old, new in _changes(task, before, after):
            why = _why(reasons, kind, task, speaker, new, criterion)
            changes.append(Change(kind, named[task], old, new, why))
    order = {kind: place for place, kind in enumerate(Kind)}
    changes.sort(key=lambda one: (one.task.code, order[one.kind], one.day or date.max, one.task.task))
    changed = {change.task.task for change in changes}
    both = before.planned.keys() & after.planned.keys()
    in_target = {task: named[task] for task in before.planned.keys() | after.planned.keys()}
    late = _late_stages(first, agencies, in_target, criterion) + _late_answers(before, named)
    return TwoDays(first, last, criterion, tuple(changes), len(both - changed), tuple(late))


class _Day:
    """A branch on one day: task → planned completion, each once, and since when each is done."""

    def __init__(
        self,
        on: date,
        places: list[Agency],
        plans: list[WorkPlan],
        agencies: QuerySet,
        named: Mapping[int, NamedTask],
        criterion: Criterion,
    ):
        self.on = on
        self.criterion = criterion
        self.filings: dict[int, Filing] = filings_on(plans, on)
        self.targets: dict[int, Target] = targets_on(places, self.filings, on)
        self.days: dict[int, Done] = done_days(on, agencies)
        self.planned: dict[int, date | None] = {}
        known = [place for place in places if self.targets[place.pk].tasks is not None]
        self.speaks = _speakers({task.path for task in named.values()}, known)
        for place in known:
            for task, planned_on in self.targets[place.pk].tasks.items():
                if task in named and self.speaks.get(named[task].path) == place.pk:
                    self.planned[task] = planned_on

    def done_since(self, task: int) -> date | None:
        return self.days.get(task, NOT_DONE).under(self.criterion)


def _speakers(owners: Iterable[str], known: list[Agency]) -> dict[str, int]:
    """Path of an owner → the nearest place at or above it that has a plan in force."""
    deepest_first = sorted(known, key=lambda place: -place.depth)
    found = {}
    for path in owners:
        speaker = next((place for place in deepest_first if path.startswith(place.path)), None)
        if speaker:
            found[path] = speaker.pk
    return found


def _changes(task: int, before: _Day, after: _Day) -> list[tuple[Kind, date | None, date | None]]:
    """(kind, old, new) of one task that is in the target on one of the days."""
    if task not in after.planned:
        return [(Kind.LEFT, before.planned[task], None)]
    old_done, new_done = before.done_since(task), after.done_since(task)
    found = []
    if task not in before.planned:
        found.append((Kind.JOINED, None, after.planned[task]))
    else:
        old, new = before.planned[task], after.planned[task]
        if old != new:
            found.append((_moved(old, new), old, new))
        if old_done and not new_done:
            found.append((Kind.UNDONE, old_done, None))
    if new_done and not old_done:
        found.append((Kind.COMPLETED, None, new_done))
    return found


def _why(
    reasons: Reasons, kind: Kind, task: int, speaker: int, new: date | None, criterion: Criterion
) -> Why | None:
    match kind:
        case Kind.COMPLETED:
            return reasons.of_completion(task, new, criterion)
        case Kind.UNDONE:
            return reasons.of_delisting(task)
        case Kind.JOINED:
            return reasons.of_target(task, speaker, TargetChange.Kind.ENTRY)
        case Kind.LEFT:
            return reasons.of_target(task, speaker, TargetChange.Kind.REMOVAL)
    return reasons.of_target(task, speaker, TargetChange.Kind.ENTRY)


def _moved(old: date | None, new: date | None) -> Kind:
    if old is None:
        return Kind.GIVEN
    if new is None:
        return Kind.TAKEN_AWAY
    return Kind.EARLIER if new < old else Kind.LATER


def _late_stages(
    first: date, agencies: QuerySet, in_target: Mapping[int, NamedTask], criterion: Criterion
) -> list[LateEntry]:
    """Stages of the earlier day or before that were written down, or mended, after it."""
    counted = [*counted_stages(criterion), StageFact.Stage.DELISTED]
    by_then = Q(happened_on__lte=first) | Q(corrections__happened_on__lte=first)
    written_after = Q(recorded_on__gt=first) | Q(corrections__recorded_on__gt=first)
    facts = StageFact.objects.filter(by_then, written_after, task__agency__in=agencies, stage__in=counted)
    found = []
    for fact in facts.distinct().order_by("happened_on", "pk").prefetch_related("corrections"):
        never_counted = fact.day is None and fact.recorded_on > first
        if (
            fact.task_id not in in_target
            or never_counted
            or min(fact.day or date.max, fact.happened_on) > first
        ):
            continue
        later = [one for one in fact.corrections.all() if one.recorded_on > first]
        correction = later[-1] if later else None
        recorded_on = (correction or fact).recorded_on
        found.append(LateEntry(in_target[fact.task_id], recorded_on, fact=fact, correction=correction))
    return found


def _late_answers(before: _Day, named: Mapping[int, NamedTask]) -> list[LateEntry]:
    changes = {change.pk: change for target in before.targets.values() for change in target.changes}
    return [
        LateEntry(named[change.task_id], change.answered_on, change=change)
        for change in changes.values()
        if change.answered_on and change.answered_on > before.on and change.task_id in named
    ]
