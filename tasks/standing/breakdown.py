"""The rows of the 任务分解表 on a day, in the ledger's terms: what is in the target as adjusted, what left it (调出) with
its reason and approval, what entered it (调入), and what is only drafted (草拟).

Every function asks a number of queries that the number of rows does not change.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from django.db.models import F, Q

from agencies.models import Agency, Level
from tasks.models import Mine, MineState, PlanLine, PlanVersion, PolicyDocument, TargetChange
from tasks.models.mine import MineColumns
from tasks.rules import row_locks
from tasks.standing.day import Day
from tasks.standing.filings import Filing
from tasks.standing.register import RegisteredMine, managed_on
from tasks.standing.targets import taken_in_again
from tasks.standing.totals import Total, total


class Status(StrEnum):
    """How a row stands to the target."""

    KEPT = "kept"
    REMOVED = "removed"
    ENTERED = "entered"
    DRAFTED = "drafted"


@dataclass(frozen=True, slots=True)
class BreakdownRow:
    """One row. Codes stay codes (`method`, `size_class`, `tier`, `planned_precision`), unknown is empty.

    `county` is the agency that answers for the row, which may differ from the county of the licence
    (domain.md, trap 15). The ids are None for a mine that is in no plan yet. `change` is the removal or late entry
    that the row's status rests on.
    """

    county: str
    name: str
    holder: str = ""
    permit: str = ""
    mineral: str = ""
    method: str = ""
    output: Decimal | None = None
    output_unit: str = ""
    size_class: str = ""
    tier: str = ""
    planned_on: date | None = None
    planned_precision: str = ""
    responsible: str = ""
    note: str = ""
    agency_id: int | None = None
    mine_id: int | None = None
    task_id: int | None = None
    lock: str | None = None  # rules/row_locks.py
    status: Status = Status.KEPT
    change: TargetChange | None = None

    @property
    def is_in_target(self) -> bool:
        return self.status in (Status.KEPT, Status.ENTERED)


@dataclass(frozen=True)
class Breakdown:
    """The rows of a branch, those removed and drafted among them; `planned` and `drafted` are the branch's total."""

    rows: tuple[BreakdownRow, ...]
    original: int | None
    total: Total

    @property
    def planned(self) -> int | None:
        return self.total.planned

    @property
    def drafted(self) -> int:
        return self.total.drafted


def rows_of(version: PlanVersion) -> list[BreakdownRow]:
    """The version's rows as it was submitted, those of the counties' versions that it froze included, in order of
    code."""
    lines = PlanLine.objects.of_version(version).select_related("task__agency", "version__plan__agency")
    if version.is_working:
        lines = lines.with_mines()
    return [_row_of_line(line) for line in lines]


def rows_of_register(day: Day, agency: Agency) -> list[BreakdownRow]:
    """The working mines that the agency managed on the day, as rows that nobody has planned yet."""
    return [
        BreakdownRow(
            **_mine_part(mine_row(state, day.until)),
            county=state.managed_by.name,
            agency_id=state.managed_by_id,
            mine_id=state.mine_id,
        )
        for state in managed_on(day.until, agency)
        if not state.is_closed
    ]


def breakdown(day: Day) -> Breakdown:
    """The day's branch: each mine of its total once, in the order of the tree."""
    lines = _speaking_lines(day)
    changes = _deciding_changes(day)
    rows = [
        *(_row_of_line(line) for task, line in lines.items() if task in day.counted),
        *_drafted_rows(day),
        *_entered_rows(day, lines, changes),
    ]
    back = taken_in_again(day.changes)
    rows = [_with_status(row, day, changes.get(row.task_id), back) for row in rows]
    rows += _removed_rows(day, lines, changes)
    paths = {agency.pk: agency.path for agency in day.agencies}
    ordered = sorted(rows, key=lambda row: (paths.get(row.agency_id, ""), row.status == Status.REMOVED))
    known = any(target.first is not None for target in day.targets.values())
    return Breakdown(tuple(ordered), len(day.counted_first) if known else None, total(day))


def _speaking_lines(day: Day) -> dict[int, PlanLine]:
    """Task → its line in the version of the agency that speaks for it, whether its target holds it still or not."""
    in_force = {filing.in_force_id: agency for agency, filing in day.filings.items() if filing.in_force_id}
    found: dict[int, PlanLine] = {}
    for relation in ("version", "version__included_in"):
        lines = PlanLine.objects.filter(**{f"{relation}__in": in_force}).annotate(
            speaking=F(f"{relation}__pk")
        )
        lines = lines.select_related("task__agency", "version__plan__agency").order_by(
            "task__agency__path", "pk"
        )
        for line in lines:
            agency = in_force[line.speaking]
            owner = day.owned.get(line.task_id)
            counted = day.counted.get(line.task_id)
            speaker = counted or (day.speakers.of(owner.path) if owner else None)
            if speaker in (agency, None):
                found[line.task_id] = line
    return found


def _drafted_rows(day: Day) -> list[BreakdownRow]:
    """Of plans that are not in force, what the targets do not hold; a task of two of them by the county's line."""
    speaking = [day.speaking[agency] for agency in day.drafted]
    versions = [one.version for one in speaking]
    lines = PlanLine.objects.filter(Q(version__in=versions) | Q(version__included_in__in=versions)).distinct()
    lines = lines.select_related("task__agency", "version__plan__agency")
    if any(one.kind == "draft" for one in speaking):
        lines = lines.with_mines()
    rows = {
        line.task_id: replace(_row_of_line(line), status=Status.DRAFTED)
        for line in lines.order_by("version__plan__agency__depth", "task__agency__path", "pk")
        if line.task_id not in day.counted
    }
    return list(rows.values())


def _deciding_changes(day: Day) -> dict[int, TargetChange]:
    """Task → the last change that is in force: by it the task is out, or in."""
    return {change.task_id: change for change in day.changes}


def _entered_rows(
    day: Day, lines: dict[int, PlanLine], changes: dict[int, TargetChange]
) -> list[BreakdownRow]:
    """Mines that no version holds a row for: what the late entry says, and what the register said on the day."""
    entered = [changes[task] for task in day.counted if task not in lines and task in changes]
    mines = {change.task.mine_id for change in entered}
    states = MineState.objects.in_force(day.until).filter(mine__in=mines).prefetch_related("mine__permits")
    states = {state.mine_id: state for state in states.select_related("mine", "county")}
    return [_row_of_entry(day, change, states.get(change.task.mine_id)) for change in entered]


def _row_of_entry(day: Day, change: TargetChange, state: MineState | None) -> BreakdownRow:
    return BreakdownRow(
        **_mine_part(mine_row(state or change.task.mine, day.until)),
        county=change.agency.name if change.agency.level == Level.COUNTY else change.task.agency.name,
        agency_id=change.agency_id if change.agency.level == Level.COUNTY else change.task.agency_id,
        tier=change.tier,
        planned_on=change.planned_on,
        planned_precision=change.planned_precision,
        mine_id=change.task.mine_id,
        task_id=change.task_id,
    )


def _with_status(
    row: BreakdownRow, day: Day, change: TargetChange | None, back: dict[int, TargetChange]
) -> BreakdownRow:
    """A mine that was in no first version and came in by an approved entry reads 调入. One that was taken out and in
    again stands with what its entry says."""
    if row.status == Status.DRAFTED or change is None or change.kind != TargetChange.Kind.ENTRY:
        return row
    if row.task_id in back:
        said = {"planned_on": change.planned_on, "planned_precision": change.planned_precision}
        row = replace(row, tier=change.tier or row.tier, **said)
    return row if row.task_id in day.counted_first else replace(row, status=Status.ENTERED, change=change)


def _removed_rows(
    day: Day, lines: dict[int, PlanLine], changes: dict[int, TargetChange]
) -> list[BreakdownRow]:
    """What approved removals took out, by the row that it had in the version in force, else in the first one."""
    removed = {
        task: change
        for task, change in changes.items()
        if task not in day.counted and change.kind == TargetChange.Kind.REMOVAL
    }
    first = {filing.first_in_force_id for filing in day.filings.values()} - {None}
    missing = removed.keys() - lines.keys()
    former = PlanLine.objects.filter(
        Q(version__in=first) | Q(version__included_in__in=first), task__in=missing
    )
    former = former.distinct().select_related("task__agency", "version__plan__agency").order_by("pk")
    known = {line.task_id: line for line in former} | {task: lines[task] for task in removed if task in lines}
    return [
        replace(_row_of_line(line), status=Status.REMOVED, change=removed[task])
        for task, line in known.items()
    ]


def _row_of_line(line: PlanLine) -> BreakdownRow:
    # A frozen line speaks of the mine as it was submitted, a working one as the register stands now.
    agency = _answers_for(line)
    mine = line.mine_row or mine_row(line.task.mine)
    return BreakdownRow(
        **_mine_part(mine),
        county=agency.name,
        agency_id=agency.pk,
        tier=line.tier,
        planned_on=line.planned_on,
        planned_precision=line.planned_precision,
        responsible=line.responsible,
        note=line.note,
        mine_id=line.task.mine_id,
        task_id=line.task_id,
        lock=row_locks.write(line.lock, mine["version"]),
    )


def _answers_for(line: PlanLine) -> Agency:
    """A county answers for its plan's rows; a city's own rows belong to the agency that the task names."""
    planner = line.version.plan.agency
    return line.task.agency if planner.level == Level.CITY else planner


def mine_row(mine: MineColumns, on: date = date.max) -> dict:
    """The mine's columns of the 分解表 as plain JSON values, unknown ones empty. `mine` is a mine or a state of it, its
    permit the one of the day."""
    registered = mine if isinstance(mine, Mine) else mine.mine
    permit = registered.permit_on(on)
    return {
        "county": mine.county.name if mine.county else "",
        "name": mine.name,
        "holder": mine.holder,
        "permit": permit.number if permit else "",
        "mineral": mine.mineral_name,
        "method": mine.method,
        "output": str(mine.output) if mine.output is not None else "",
        "output_unit": mine.output_unit,
        "size_class": mine.size_class,
        "status": mine.status,
        "version": registered.version,
    }


def _mine_part(row: dict) -> dict:
    copied = ("name", "holder", "permit", "mineral", "method", "output_unit", "size_class")
    output = Decimal(row["output"]) if row.get("output") else None
    return {name: row.get(name, "") for name in copied} | {"output": output}


@dataclass(frozen=True)
class AgencySummary:
    """One agency of a city's summary. None is unknown, and never counted as 0.

    `mines`, `large`, `medium`, `open_pit` count what it managed itself on the day; `original` and `planned` the target
    as first planned and as adjusted, `drafted` the rows of a plan that is not in force; `withheld` those of a draft, or
    of a version that was taken back since.
    """

    agency: Agency
    filing: Filing
    version: PlanVersion | None = None
    is_mine_free: bool = False
    mines: int | None = None
    large: int | None = None
    medium: int | None = None
    open_pit: int | None = None
    size_unknown: int = 0
    original: int | None = None
    planned: int | None = None
    drafted: int | None = None
    withheld: int = 0
    removed: int = 0
    entered: int = 0
    by_year: Counter = field(default_factory=Counter)

    @property
    def undated(self) -> int:
        return (self.planned or 0) - sum(self.by_year.values())


@dataclass(frozen=True)
class CityBreakdown:
    """A city's summary and the rows behind it."""

    day: Day
    agency: Agency
    breakdown: Breakdown
    agencies: tuple[AgencySummary, ...]

    @property
    def as_of(self) -> date:
        return self.day.on

    @property
    def programme(self):
        return self.day.programme

    @property
    def rows(self) -> tuple[BreakdownRow, ...]:
        return self.breakdown.rows

    def total(self, name: str) -> int | None:
        """The sum of the known figures; None where nothing is known."""
        known = [getattr(row, name) for row in self.agencies if getattr(row, name) is not None]
        return sum(known) if known else None

    def total_in(self, year: int) -> int | None:
        return sum(row.by_year[year] for row in self.agencies) if self.rows else None

    @cached_property
    def years(self) -> tuple[int, ...]:
        """From the year of the programme's first document to its last checkpoint, and any year planned."""
        documents = PolicyDocument.objects.filter(programme=self.programme, is_cited_only=False)
        years = {document.dated_on.year for document in documents if document.dated_on <= self.as_of}
        years |= {share.due_on.year for share in self.day.checkpoints}
        years |= {row.planned_on.year for row in self.rows if row.planned_on}
        years = years or {self.as_of.year}
        return tuple(range(min(years), max(years) + 1))


def city_breakdown(day: Day, agency: Agency) -> CityBreakdown:
    """All agencies of the day's branch, whose head is `agency`: those that filed nothing stand there too, with empty
    figures. A draft shows nothing here: its contents are the county's own."""
    whole = breakdown(day)
    rows = defaultdict(list)
    for row in whole.rows:
        rows[row.agency_id].append(row)
    mines = defaultdict(list)
    for mine in day.register.mines:
        mines[mine.path].append(mine)
    original = _original_by_agency(day)
    versions = PlanVersion.objects.in_bulk(
        one.version for one in day.speaking.values() if one.kind != "draft"
    )
    summaries = [
        _summary(day, one, rows[one.pk], mines[one.path], original, versions)
        for one in sorted(day.agencies, key=lambda one: one.path)
        if one.level == Level.COUNTY or mines[one.path] or rows[one.pk]
    ]
    return CityBreakdown(day, agency, whole, tuple(summaries))


def _original_by_agency(day: Day) -> Counter[int]:
    """Agency → how many of the tasks first planned it answers for."""
    by_path = {agency.path: agency.pk for agency in day.agencies}
    counties = {agency.pk for agency in day.agencies if agency.level == Level.COUNTY}
    counts: Counter[int] = Counter()
    for task, speaker in day.counted_first.items():
        owner = day.owned.get(task)
        counts[speaker if speaker in counties or owner is None else by_path[owner.path]] += 1
    return counts


def _summary(
    day: Day,
    agency: Agency,
    rows: list[BreakdownRow],
    mines: list[RegisteredMine],
    original: Counter[int],
    versions: dict[int, PlanVersion],
) -> AgencySummary:
    speaking = day.speaking.get(agency.pk)
    in_target = [row for row in rows if row.is_in_target]
    counts = Counter(row.status for row in rows)
    # A city's own rows are those that no county answers for; whether it has a target is said of the whole.
    known = bool(in_target) or (day.target(agency).tasks is not None and agency.level != Level.CITY)
    is_mine_free = agency.pk in day.mine_free
    return AgencySummary(
        agency=agency,
        filing=day.filing(agency),
        version=versions.get(speaking.version) if speaking else None,
        is_mine_free=is_mine_free,
        **_register_part(mines, is_mine_free=is_mine_free),
        original=original[agency.pk] if known else None,
        planned=len(in_target) if known else None,
        drafted=counts[Status.DRAFTED] or None,
        withheld=len(day.withheld.get(agency.pk, ())),
        removed=counts[Status.REMOVED],
        entered=counts[Status.ENTERED],
        by_year=Counter(row.planned_on.year for row in in_target if row.planned_on),
    )


def _register_part(mines: list[RegisteredMine], *, is_mine_free: bool) -> dict:
    # An empty register says nothing about an agency, unless it declared that it has no mines.
    if not mines and not is_mine_free:
        return {}
    sizes = Counter(mine.size_class for mine in mines)
    part = {"mines": len(mines), "size_unknown": sizes[""]}
    if sizes[""] < len(mines) or not mines:
        part |= {"large": sizes[Mine.SizeClass.LARGE], "medium": sizes[Mine.SizeClass.MEDIUM]}
    if any(mine.method for mine in mines) or not mines:
        part["open_pit"] = sum(mine.is_open_pit for mine in mines)
    return part


def in_target(rows: Iterable[BreakdownRow]) -> list[BreakdownRow]:
    """The rows that the target counts: neither removed nor only drafted."""
    return [row for row in rows if row.is_in_target]
