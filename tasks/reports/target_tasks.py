"""计划目标: which tasks a place's target holds on a day, as planned first and as adjusted since.

The target is that of the version in force. Approved removals (调出) and late entries (调入) are applied in
the order of their days, and nothing else shifts it (domain.md, trap 13).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from agencies.models import Agency
from tasks.models import MineTask, Programme, TargetChange, WorkPlan
from tasks.reports.filings import Filing, filings_on
from tasks.reports.targets import planned_days
from tasks.rules.steps import Step

ACCEPTING = (Step.ACCEPT, Step.RELEASE)


@dataclass(frozen=True)
class Target:
    """Of one place: `tasks` is the adjusted target and `first` the one of the first version accepted, each task with
    the day that it is planned for (None while nobody has said); None while no plan is in force."""

    tasks: dict[int, date | None] | None = None
    first: dict[int, date | None] | None = None
    changes: tuple[TargetChange, ...] = ()

    @property
    def original(self) -> int | None:
        return None if self.first is None else len(self.first)


NO_TARGET = Target()


def targets_on(
    places: Iterable[Agency], filings: Mapping[int, Filing], on: date, *, programme: int
) -> dict[int, Target]:
    """Agency id → its target of the programme (an id) on the day, in a fixed number of queries. `filings` are
    those of its plans on that day."""
    changes = _changes(on, programme)
    in_force = {filing.in_force_id for filing in filings.values() if filing.in_force_id}
    first = {agency: _first_accepted(filing) for agency, filing in filings.items()}
    lines = planned_days(in_force)
    # The lines of a first version that another has replaced are only counted.
    lines |= planned_days(set(first.values()) - in_force - {None})
    found = {}
    for agency in places:
        filing = filings.get(agency.pk)
        own = [change for change in changes if change.agency.path.startswith(agency.path)]
        if filing is None or not filing.in_force_id:
            found[agency.pk] = Target(changes=tuple(own))
            continue
        found[agency.pk] = Target(
            tasks=_adjusted(lines.get(filing.in_force_id, {}), own),
            first=lines.get(first[agency.pk], {}),
            changes=tuple(own),
        )
    return found


def target_of(agency: Agency, programme: Programme, on: date) -> Target:
    """One place's target on the day."""
    plans = WorkPlan.objects.filter(agency=agency, programme=programme).with_events()
    return targets_on([agency], filings_on(plans, on), on, programme=programme.pk)[agency.pk]


def speaker_of(task: MineTask, on: date) -> Agency | None:
    """Whose plan speaks for the task on the day: that of its bureau, else of the nearest one above with a plan in
    force (a zone has no plan of its own, and a city may plan for a county that has none yet)."""
    places = list(Agency.objects.line_of(task.agency).filing())
    plans = WorkPlan.objects.filter(agency__in=places, programme=task.programme_id).with_events()
    filings = filings_on(plans, on)
    in_force = [one for one in places if one.pk in filings and filings[one.pk].in_force_id]
    return max(in_force, key=lambda one: one.depth, default=None)


def speakers(owners: Iterable[str], known: Iterable[Agency]) -> dict[str, int]:
    """Path of a task's bureau → the place (id) whose target says whether the task is in: the nearest at or above it
    of the `known` ones, which have a plan in force. A total counts each task there, and so once."""
    deepest_first = sorted(known, key=lambda place: -place.depth)
    found = {}
    for path in owners:
        speaker = next((place for place in deepest_first if path.startswith(place.path)), None)
        if speaker:
            found[path] = speaker.pk
    return found


def _first_accepted(filing: Filing) -> int | None:
    return next((event.version_id for event in filing.events if event.step in ACCEPTING), None)


def _adjusted(lines: dict[int, date | None], changes: list[TargetChange]) -> dict[int, date | None]:
    adjusted = dict(lines) if changes else lines
    for change in changes:
        if change.kind == TargetChange.Kind.REMOVAL:
            adjusted.pop(change.task_id, None)
        else:
            adjusted.setdefault(change.task_id, change.planned_on)
    return adjusted


def _changes(on: date, programme: int) -> list[TargetChange]:
    """A city's target moves with those of its counties, so a change counts for every place above it too."""
    changes = (
        TargetChange.objects.in_force(on)
        .filter(task__programme=programme)
        .select_related("agency", "task__mine", "task__agency")
    )
    return list(changes.order_by("happened_on", "pk"))
