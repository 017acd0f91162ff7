"""月报: who owes a month, and where each report stands on a day.

A bureau owes a month for the tasks of its own that are in its adjusted target on the month's last day, or
today while the month is under way: progress.py is asked, nothing is counted here. A confirmed month is
read from its stored copy.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import Count, Q

from agencies.models import Agency, Level
from tasks.models import MonthEvent, MonthlyReport, Programme
from tasks.rules.monthly import (
    MonthState,
    MonthStep,
    month_of,
    previous_month,
    seen_on,
    state_after,
)
from tasks.rules.progress import Criterion
from tasks.standing.day import Day
from tasks.standing.progress import progress
from tasks.standing.targets import NO_TARGET, Target


@dataclass(frozen=True)
class Place:
    """One bureau at a month's end: the tasks that it reports on, and the counts that a frozen month keeps.

    `figures`: {as_of, planned, planned_original, quota, done: {criterion: n}}, of the place as progress.py
    has it; None is unknown, never 0.
    """

    agency: Agency
    tasks: tuple[int, ...]
    figures: dict
    target: Target = NO_TARGET


def places_on(day: Day) -> dict[int, Place]:
    """Agency id → place on the day, for those of its branch that draw up plans.

    The number of queries does not depend on how many they are. Empty before any checkpoint exists.
    """
    found = progress(day)
    if found is None:
        return {}
    by_criterion = {criterion: found.under(criterion).rows for criterion in Criterion}
    places = {}
    for number, row in enumerate(found.rows):
        own = sorted(task for task in row.target.tasks or () if _owns(day, row.agency, task))
        done = {criterion.value: len(rows[number].done or ()) for criterion, rows in by_criterion.items()}
        figures = {
            "as_of": day.on.isoformat(),
            "planned": row.planned,
            "planned_original": row.original,
            "quota": row.quota,
            "done": done,
        }
        places[row.agency.pk] = Place(row.agency, tuple(own), figures, row.target)
    return places


def place_on(on: date, agency: Agency, programme: Programme) -> Place:
    """As places_on, for one bureau that draws up a plan."""
    found = places_on(Day(on, agency, programme))
    return found.get(agency.pk) or Place(agency, (), {})


def _owns(day: Day, agency: Agency, task: int) -> bool:
    """A city's plan freezes its counties' rows, which they report; those of its zones count inside it. A task
    that another bureau had on the day is not reported here."""
    owned = day.owned.get(task)
    if owned is None:
        return False
    return owned.path == agency.path or (owned.path in _zones(day) and owned.path.startswith(agency.path))


def _zones(day: Day) -> set[str]:
    return {agency.path for agency in day.agencies if agency.level == Level.ZONE}


@dataclass(frozen=True)
class MonthRow:
    """One bureau's month as it stood on a day. `report` is None until it was first sent."""

    agency: Agency
    month: date
    tasks: tuple[int, ...]
    state: MonthState
    events: tuple[MonthEvent, ...] = ()
    report: MonthlyReport | None = None
    live: dict | None = None

    @property
    def is_owed(self) -> bool:
        return bool(self.tasks) or self.state != MonthState.NONE

    @property
    def is_frozen(self) -> bool:
        return self.state == MonthState.CONFIRMED

    @property
    def figures(self) -> dict:
        return self.report.figures if self.is_frozen else self.live or {}

    def last(self, *steps: MonthStep) -> MonthEvent | None:
        return next((event for event in reversed(self.events) if event.step in steps), None)

    @property
    def sent(self) -> MonthEvent | None:
        return self.last(MonthStep.SUBMIT)

    @property
    def confirmed(self) -> MonthEvent | None:
        return self.last(MonthStep.CONFIRM)

    @property
    def is_zero(self) -> bool:
        return bool(self.sent and self.sent.is_zero)

    @property
    def rewritten(self) -> MonthEvent | None:
        """The step after the day looked at that wrote the lines anew: a sending, or the freeze, which reads
        the stages once more. None where the lines are those of the day."""
        known = {event.pk for event in self.events}
        unseen = [
            event for event in (self.report.events.all() if self.report else ()) if event.pk not in known
        ]
        by_step = {event.step: event for event in unseen}
        return by_step.get(MonthStep.SUBMIT) or by_step.get(MonthStep.CONFIRM)

    @property
    def is_sent_anew(self) -> bool:
        return self.rewritten is not None and self.rewritten.step == MonthStep.SUBMIT

    @property
    def problems(self) -> int | None:
        """How many mines have a problem; unknown until something was reported, and where the report that stood
        on the day was replaced since."""
        known = self.state != MonthState.NONE and not self.is_sent_anew
        return self.report.problem_count if known else None

    @property
    def count(self) -> int:
        owed = self.state == MonthState.NONE or self.is_sent_anew
        return len(self.tasks) if owed else self.report.line_count

    @property
    def moved(self) -> dict[str, tuple[int | None, int | None]]:
        """Of a frozen month: figure → (as frozen, as what is recorded by now has it for the same day), where the
        two differ."""
        if not self.is_frozen or not self.live:
            return {}
        frozen, now = _one_by_one(self.report.figures), _one_by_one(self.live)
        return {name: (frozen[name], now[name]) for name in now if frozen[name] != now[name]}


def _one_by_one(figures: dict) -> dict[str, int | None]:
    plain = {name: figures.get(name) for name in ("planned", "planned_original", "quota")}
    return plain | {criterion.value: figures.get("done", {}).get(criterion) for criterion in Criterion}


def month_rows(*, month: date, as_of: date, branch: Agency, programme: Programme) -> list[MonthRow]:
    """The bureaus of the branch that owe the month or have reported it, in code order.

    The number of queries does not depend on how many they are.
    """
    day = Day(seen_on(month, as_of), branch, programme)
    places = places_on(day)
    reports = reports_of(programme, Agency.objects.below(branch), month=month)
    reports = {one.agency_id: one for one in reports}
    rows = [
        row_of(agency, month, as_of, places.get(agency.pk), reports.get(agency.pk))
        for agency in day.planning_agencies
    ]
    return [row for row in rows if row.is_owed]


def reports_of(programme: Programme, agencies, **wanted):
    found = MonthlyReport.objects.filter(programme=programme, agency__in=agencies, **wanted)
    return found.with_events().annotate(
        line_count=Count("lines"), problem_count=Count("lines", filter=~Q(lines__problem=""))
    )


def row_of(
    agency: Agency, month: date, as_of: date, place: Place | None, report: MonthlyReport | None
) -> MonthRow:
    events = tuple(one for one in report.events.all() if one.happened_on <= as_of) if report else ()
    return MonthRow(
        agency=agency,
        month=month,
        tasks=place.tasks if place else (),
        state=state_after(MonthStep(event.step) for event in events),
        events=events,
        report=report if events else None,
        live=place.figures if place else None,
    )


@dataclass(frozen=True)
class PlaceBelow:
    """A bureau that reports to the one whose page it is: its own month, and how those below it stand."""

    agency: Agency
    row: MonthRow | None
    below: Counter

    @property
    def owes(self) -> bool:
        return self.row is not None or bool(self.below)


@dataclass(frozen=True)
class Overview:
    """One month of a branch. `rows` are all that owe it; `places` those that report to its head."""

    agency: Agency
    month: date
    as_of: date
    rows: tuple[MonthRow, ...]
    places: tuple[PlaceBelow, ...]
    without: tuple[Agency, ...]

    def in_state(self, state: MonthState) -> list[MonthRow]:
        return [row for row in self.rows if row.state == state]

    @cached_property
    def counts(self) -> Counter:
        return Counter(row.state for row in self.rows)


def overview(*, agency: Agency, month: date, as_of: date, programme: Programme) -> Overview:
    """The month of the agency's branch; that the reader may see it is the caller's to know."""
    rows = month_rows(month=month, as_of=as_of, branch=agency, programme=programme)
    by_agency = {row.agency.pk: row for row in rows}
    branch = Agency.objects.below(agency)
    heads = [one for one in branch.filing().order_by("code") if _reports_to(one, agency)]
    below = _below(rows)
    places = []
    for head in heads:
        # The bureau's own month stands among its counties': what they report is not said again.
        counted = Counter() if head.pk == agency.pk else below.get(head.path, Counter())
        places.append(PlaceBelow(head, by_agency.get(head.pk), counted))
    owing = tuple(place for place in places if place.owes)
    without = tuple(place.agency for place in places if not place.owes and place.agency.pk != agency.pk)
    return Overview(agency, month, as_of, tuple(rows), owing, without)


def _below(rows: list[MonthRow]) -> dict[str, Counter]:
    """Path of an agency → how the months of those below it stand."""
    counts: dict[str, Counter] = defaultdict(Counter)
    for row in rows:
        path = row.agency.reports_to_path
        while path:
            counts[path][row.state] += 1
            path = path[: -Agency.steplen]
    return counts


def _reports_to(one: Agency, agency: Agency) -> bool:
    return one.pk == agency.pk or one.reports_to_path == agency.path


def month_to_open(*, as_of: date, branch: Agency, programme: Programme) -> date:
    """The month before, while somebody's report of it is not confirmed yet; else the one under way."""
    before = previous_month(month_of(as_of))
    rows = month_rows(month=before, as_of=as_of, branch=branch, programme=programme)
    return before if any(not row.is_frozen for row in rows) else month_of(as_of)
