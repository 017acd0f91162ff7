"""计划目标: which tasks a place's target holds on a day, as planned first and as adjusted since.

The target is that of the version in force. Approved removals (调出) and late entries (调入) are applied in
the order of their days, and nothing else shifts it (domain.md, trap 13).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from agencies.models import Agency
from tasks.models import Programme, TargetChange, WorkPlan
from tasks.reports.filings import Filing, filings_on
from tasks.reports.targets import planned_days
from tasks.rules.steps import Step

ACCEPTING = (Step.ACCEPT, Step.RELEASE)


@dataclass(frozen=True)
class Target:
    """Of one place: `tasks` is the adjusted target, each task with the day that it is planned for (None while
    nobody has said); None, as `original`, while no plan is in force."""

    tasks: dict[int, date | None] | None = None
    original: int | None = None
    changes: tuple[TargetChange, ...] = ()


def targets_on(places: Iterable[Agency], filings: Mapping[int, Filing], on: date) -> dict[int, Target]:
    """Agency id → its target on the day, in a fixed number of queries. `filings` are those of that day."""
    changes = _changes(on)
    in_force = {filing.in_force_id for filing in filings.values() if filing.in_force_id}
    first = {agency: _first_accepted(filing) for agency, filing in filings.items()}
    lines = planned_days(in_force)
    # The lines of a first version that another has replaced are only counted.
    lines |= planned_days(set(first.values()) - in_force - {None})
    found = {}
    for agency in places:
        filing = filings.get(agency.pk)
        own = [change for change in changes if change.task.agency.path.startswith(agency.path)]
        if filing is None or not filing.in_force_id:
            found[agency.pk] = Target(changes=tuple(own))
            continue
        found[agency.pk] = Target(
            tasks=_adjusted(lines.get(filing.in_force_id, {}), own),
            original=len(lines.get(first[agency.pk], {})),
            changes=tuple(own),
        )
    return found


def target_of(agency: Agency, programme: Programme, on: date) -> Target:
    """One place's target on the day."""
    plans = WorkPlan.objects.filter(agency=agency, programme=programme).with_events()
    return targets_on([agency], filings_on(plans, on), on)[agency.pk]


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


def _changes(on: date) -> list[TargetChange]:
    """A city's target moves with those of its counties, so a change counts for every place above it too."""
    changes = TargetChange.objects.in_force(on).select_related("task__agency", "task__mine")
    return list(changes.order_by("happened_on", "pk"))
