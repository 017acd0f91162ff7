"""计划目标: which tasks a place's target holds on a day, as planned first and as adjusted since.

The target is that of the version in force. Approved removals (调出) and late entries (调入) are applied in
the order of their days, and nothing else shifts it (domain.md, trap 13).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from agencies.models import Agency
from tasks.models import PlanLine, Programme, TargetChange, WorkPlan
from tasks.reports.filings import Filing, filings_on
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
    lines = _lines(in_force)
    sizes = _sizes(set(first.values()) - {None}, lines)
    found = {}
    for agency in places:
        filing = filings.get(agency.pk)
        own = [change for change in changes if change.task.agency.path.startswith(agency.path)]
        if filing is None or not filing.in_force_id:
            found[agency.pk] = Target(changes=tuple(own))
            continue
        found[agency.pk] = Target(
            tasks=_adjusted(lines[filing.in_force_id], own),
            original=sizes[first[agency.pk]],
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


def _lines(versions: set[int]) -> dict[int, dict[int, date | None]]:
    """Version → task → planned completion, the counties' versions that a city froze included."""
    found: dict[int, dict[int, date | None]] = defaultdict(dict)
    for relation in ("version", "version__included_in"):
        lines = PlanLine.objects.filter(**{f"{relation}__in": versions}).order_by()
        for version, task, planned_on in lines.values_list(relation, "task", "planned_on"):
            found[version][task] = planned_on
    return found


def _sizes(versions: set[int], known: dict[int, dict[int, date | None]]) -> dict[int, int]:
    """Version → how many tasks it holds."""
    others = _lines(versions - known.keys())
    return {version: len(known.get(version) or others.get(version) or {}) for version in versions}


def _changes(on: date) -> list[TargetChange]:
    """A city's target moves with those of its counties, so a change counts for every place above it too."""
    changes = TargetChange.objects.in_force(on).select_related("task__agency", "task__mine")
    return list(changes.order_by("happened_on", "pk"))
