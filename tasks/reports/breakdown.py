"""The rows of the 任务分解表: of one version, of a register for an empty table, of a city and its counties.

Every function asks a number of queries that the number of rows does not change. Scope is the caller's:
what is passed in has gone through `.visible_to`.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from agencies.models import Agency, Level, MineFreeDeclaration
from tasks.actions.versions import mine_row
from tasks.models import Mine, PlanLine, PlanVersion, PolicyDocument, Programme, Requirement
from tasks.reports.filings import NO_FILING, Filing, filing_on
from tasks.rules import row_locks
from tasks.rules.steps import Step


@dataclass(frozen=True, slots=True)
class BreakdownRow:
    """One row. Codes stay codes (`method`, `size_class`, `tier`, `planned_precision`), unknown is empty.

    `county` is the agency that answers for the row, which may differ from the county of the licence
    (domain.md, trap 15). The ids are None for a mine that is in no plan yet.
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


def rows_of(version: PlanVersion) -> list[BreakdownRow]:
    """The version's rows, those of the counties' versions that it froze included, in order of code."""
    lines = PlanLine.objects.of_version(version).select_related("task__agency", "version__plan__agency")
    if version.is_working:
        lines = lines.with_mines()
    return [_row_of_line(line) for line in lines]


def rows_of_register(agency: Agency) -> list[BreakdownRow]:
    """The working mines that the agency manages, as rows that nobody has planned yet."""
    closed = [Mine.Status.CLOSED, Mine.Status.EXHAUSTED]
    mines = Mine.objects.managed_below(agency).exclude(status__in=closed)
    mines = (
        mines.select_related("county", "managed_by")
        .prefetch_related("permits")
        .order_by("managed_by__path", "pk")
    )
    return [
        BreakdownRow(
            **_mine_part(mine_row(mine)),
            county=mine.managed_by.name,
            agency_id=mine.managed_by_id,
            mine_id=mine.pk,
        )
        for mine in mines
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
    """A county answers for its plan's rows; a city's own rows belong to the place that the task names."""
    planner = line.version.plan.agency
    return line.task.agency if planner.level == Level.CITY else planner


def _mine_part(row: dict) -> dict:
    copied = ("name", "holder", "permit", "mineral", "method", "output_unit", "size_class")
    output = Decimal(row["output"]) if row.get("output") else None
    return {name: row.get(name, "") for name in copied} | {"output": output}


@dataclass(frozen=True)
class UnitSummary:
    """One place of a city's summary. None is unknown, and never counted as 0.

    `mines`, `large`, `medium`, `open_pit` count its register, `target` and `by_year` the rows of
    `version`: the one in force, else the last submitted.
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
    target: int | None = None
    by_year: Counter = field(default_factory=Counter)

    @property
    def undated(self) -> int:
        return (self.target or 0) - sum(self.by_year.values())

    @property
    def is_provisional(self) -> bool:
        """Figures of a plan that is not accepted yet are 草拟."""
        return self.version is not None and self.version.pk != self.filing.in_force_id


@dataclass(frozen=True)
class CityBreakdown:
    agency: Agency
    programme: Programme
    as_of: date
    years: tuple[int, ...]
    units: tuple[UnitSummary, ...]
    rows: tuple[BreakdownRow, ...]

    def total(self, name: str) -> int | None:
        """The sum of the known figures; None where nothing is known."""
        known = [getattr(unit, name) for unit in self.units if getattr(unit, name) is not None]
        return sum(known) if known else None

    def total_in(self, year: int) -> int | None:
        return sum(unit.by_year[year] for unit in self.units) if self.rows else None


def city_breakdown(
    *, agency: Agency, programme: Programme, as_of: date, agencies: Iterable[Agency], plans
) -> CityBreakdown:
    """All places below a city on a day: those that filed nothing stand there too, with empty figures.

    `agencies` are the places shown, `plans` a WorkPlan queryset; both already narrowed to what the
    reader may see. A working copy shows nothing here: its contents are the county's own.
    """
    places = sorted(agencies, key=lambda one: one.path)
    plans = list(plans.filter(programme=programme, agency__in=places).select_related("agency").with_events())
    filings = {plan.agency_id: filing_on(plan, as_of) for plan in plans}
    versions = _submitted_versions(filings)
    rows = _rows_by_place(versions.values())
    register = _register(places)
    mine_free = set(
        MineFreeDeclaration.objects.filter(agency__in=places).in_force(as_of).values_list("agency", flat=True)
    )
    units = [
        UnitSummary(
            agency=place,
            filing=filings.get(place.pk, NO_FILING),
            version=versions.get(place.pk),
            is_mine_free=place.pk in mine_free,
            **_register_part(register[place.pk], is_mine_free=place.pk in mine_free),
            **_target_part(rows[place.pk], is_filed=place.pk in versions and place.level != Level.CITY),
        )
        for place in places
        if place.level == Level.COUNTY or register[place.pk] or rows[place.pk]
    ]
    shown = tuple(row for unit in units for row in rows[unit.agency.pk])
    return CityBreakdown(agency, programme, as_of, _years(programme, shown, as_of), tuple(units), shown)


def version_on(filing: Filing) -> int | None:
    """The version that speaks for a plan on the filing's day: in force, else the last submitted."""
    submitted = []
    for event in filing.events:
        if event.step in (Step.SUBMIT, Step.RELEASE):
            submitted.append(event.version_id)
        elif event.step == Step.TAKE_BACK and submitted:
            submitted.pop()
    return filing.in_force_id or (submitted[-1] if submitted else None)


def _submitted_versions(filings: dict[int, Filing]) -> dict[int, PlanVersion]:
    ids = {agency: version_on(filing) for agency, filing in filings.items()}
    found = PlanVersion.objects.in_bulk(pk for pk in ids.values() if pk)
    return {agency: found[pk] for agency, pk in ids.items() if pk}


def _rows_by_place(versions: Iterable[PlanVersion]) -> dict[int, list[BreakdownRow]]:
    """Agency id → rows. A task that the city planned for a county and the county too counts once: the
    county's own row stands."""
    lines = PlanLine.objects.filter(version__in=list(versions)).order_by(
        "-version__plan__agency__depth", "pk"
    )
    rows, seen = defaultdict(list), set()
    for line in lines.select_related("task__agency", "version__plan__agency"):
        if line.task_id not in seen:
            seen.add(line.task_id)
            row = _row_of_line(line)
            rows[row.agency_id].append(row)
    return rows


def _register(places: list[Agency]) -> dict[int, list[Mine]]:
    found = defaultdict(list)
    for mine in Mine.objects.filter(managed_by__in=places).only("managed_by", "method", "size_class"):
        found[mine.managed_by_id].append(mine)
    return found


def _register_part(mines: list[Mine], *, is_mine_free: bool) -> dict:
    # An empty register says nothing about a place, unless it declared that it has no mines.
    if not mines and not is_mine_free:
        return {}
    sizes = Counter(mine.size_class for mine in mines)
    part = {"mines": len(mines), "size_unknown": sizes[""]}
    if sizes[""] < len(mines) or not mines:
        part |= {"large": sizes[Mine.SizeClass.LARGE], "medium": sizes[Mine.SizeClass.MEDIUM]}
    if any(mine.method for mine in mines) or not mines:
        part["open_pit"] = sum(mine.is_open_pit for mine in mines)
    return part


def _target_part(rows: list[BreakdownRow], *, is_filed: bool) -> dict:
    if not rows and not is_filed:
        return {}
    return {"target": len(rows), "by_year": Counter(row.planned_on.year for row in rows if row.planned_on)}


def _years(programme: Programme, rows: Iterable[BreakdownRow], as_of: date) -> tuple[int, ...]:
    """From the year of the programme's first document to its last checkpoint, and any year planned."""
    documents = PolicyDocument.objects.filter(programme=programme, is_cited_only=False)
    shares = Requirement.objects.filter(clause__document__programme=programme, kind=Requirement.Kind.SHARE)
    years = {document.dated_on.year for document in documents}
    years |= {day.year for day in shares.values_list("due_on", flat=True)}
    years |= {row.planned_on.year for row in rows if row.planned_on}
    years = years or {as_of.year}
    return tuple(range(min(years), max(years) + 1))
