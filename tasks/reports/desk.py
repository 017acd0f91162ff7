"""工作台: what a bureau sees first. Its own duties, those below it side by side, and what comes next."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from agencies.models import Agency, MineFreeDeclaration
from tasks.models import InspectionWindow, PlanVersion, Requirement, WorkPlan
from tasks.reports.filings import NO_FILING, Filing, filing_on, shown_version
from tasks.reports.obligations import Obligation, obligations
from tasks.reports.targets import Promise, mines_by_manager, planned_days, promises
from tasks.rules.deadlines import Mark
from tasks.rules.steps import State
from tasks.rules.working_days import last_working_day_hint


@dataclass(frozen=True)
class AgencyRow:
    """One bureau below: where its filing stands, and how it stands in time against each source.

    `tasks` is None where no plan says anything yet, never 0. `is_provisional` marks figures of a plan
    that is not accepted yet (草拟).
    """

    agency: Agency
    filing: Filing
    version: PlanVersion | None
    obligations: tuple[Obligation, ...]
    mines: int
    planned: dict[int, date | None] | None
    promises: tuple[Promise, ...]
    mine_free: MineFreeDeclaration | None = None

    @property
    def tasks(self) -> int | None:
        return None if self.planned is None else len(self.planned)

    @property
    def is_provisional(self) -> bool:
        return self.version is not None and self.version.pk != self.filing.in_force_id

    @cached_property
    def kinds(self) -> set[str]:
        """Under which words of the summary the row is found."""
        state = self.filing.working_state
        found = {
            "overdue": any(o.mark == Mark.OVERDUE for o in self.obligations),
            "to_review": state in (State.SUBMITTED, State.RESUBMITTED),
            "returned": state == State.RETURNED,
            "not_filed": state in (State.NONE, State.DRAFT) and not self.mine_free,
            "to_receipt": state == State.SENT,
            "done": self.filing.state in (State.ACCEPTED, State.ISSUED, State.SENT, State.RECEIPTED),
            "mine_free": self.mine_free is not None,
        }
        return {kind for kind, holds in found.items() if holds}


@dataclass(frozen=True)
class Group:
    """Rows under one common deadline, which is said once; a row repeats only what deviates."""

    common: Requirement | None
    rows: tuple[AgencyRow, ...]


@dataclass(frozen=True)
class ComingDate:
    day: date
    requirement: Requirement
    is_warning: bool
    agencies: tuple[Agency, ...]
    as_of: date

    @property
    def working_day(self) -> date | None:
        return last_working_day_hint(self.day)


@dataclass(frozen=True)
class Desk:
    agency: Agency
    as_of: date
    own: tuple[Obligation, ...]
    own_filing: Filing
    own_plan: WorkPlan | None
    groups: tuple[Group, ...]
    coming: tuple[ComingDate, ...]
    windows: tuple[InspectionWindow, ...]
    shares: tuple[Requirement, ...] = field(default=())
    # What the bureau itself has done towards each checkpoint; its plan's promises stand in the rows.
    targets: tuple[Obligation, ...] = field(default=())

    @property
    def rows(self) -> list[AgencyRow]:
        return [row for group in self.groups for row in group.rows]

    @cached_property
    def counts(self) -> Counter:
        """kind → number of rows, for the line above the table."""
        return Counter(kind for row in self.rows for kind in row.kinds)

    @cached_property
    def overdue(self) -> list[Obligation]:
        return [o for row in self.rows for o in row.obligations if o.mark == Mark.OVERDUE]

    @property
    def inversion(self) -> "Inversion | None":
        """The bureau's own date falls before its counties': an earlier internal date would mend it."""
        own = min((o.dates.last_day for o in self.own if o.dates.last_day), default=None)
        later = [
            row.agency
            for row in self.rows
            for o in row.obligations
            if own
            and o.dates.last_day
            and o.dates.last_day > own
            and not o.dates.internal_on
            and o.mark not in (Mark.NOT_APPLICABLE, Mark.MET, Mark.MET_LATE)
        ]
        open_own = any(o.mark not in (Mark.MET, Mark.MET_LATE, Mark.NOT_APPLICABLE) for o in self.own)
        return Inversion(own, tuple(later)) if later and open_own and own >= self.as_of else None

    @property
    def totals(self) -> dict:
        """Each mine and each task counted once, though a pilot stands beside its city; unknown tasks are
        left out, and counted as unknown."""
        known = [row for row in self.rows if row.planned is not None]
        planned = {task: day for row in known for task, day in row.planned.items()}
        return {
            "mines": sum(row.mines for row in self._tops()),
            "tasks": len(planned),
            "known": len(known),
            "promises": promises(planned.values(), self.shares),
        }

    def _tops(self) -> list[AgencyRow]:
        """Rows without their superior among the rows: a city's mines hold those of its counties."""
        paths = [row.agency.path for row in self.rows]
        return [
            row
            for row in self.rows
            if not any(path != row.agency.path and row.agency.path.startswith(path) for path in paths)
        ]


@dataclass(frozen=True)
class Inversion:
    own_due: date
    agencies: tuple[Agency, ...]


def desk(*, agency: Agency, as_of: date) -> Desk:
    """Everything the first page shows, in a number of queries that the number of bureaus does not change."""
    branch = Agency.objects.below(agency)
    owed = obligations(as_of=as_of, agencies=branch.filing())
    by_agency = defaultdict(list)
    for obligation in owed:
        if obligation.requirement.kind == Requirement.Kind.ACTS and obligation.dates.last_day:
            by_agency[obligation.agency.pk].append(obligation)
    below = _bureaus_below(agency, owed)
    rows = _rows(below, by_agency, as_of)
    own_plan = WorkPlan.objects.filter(agency=agency).with_events().first()
    return Desk(
        agency=agency,
        as_of=as_of,
        own=tuple(sorted(by_agency[agency.pk], key=lambda o: o.dates.last_day)),
        own_filing=filing_on(own_plan, as_of) if own_plan else NO_FILING,
        own_plan=own_plan,
        groups=tuple(_groups(agency, rows)),
        coming=tuple(_coming(owed, as_of)),
        windows=tuple(_windows(branch, as_of)),
        shares=tuple(_shares(as_of)),
        targets=tuple(
            o
            for o in owed
            if o.agency.pk == agency.pk and o.requirement.kind == Requirement.Kind.SHARE and o.tally.base
        ),
    )


def _bureaus_below(agency: Agency, owed: list[Obligation]) -> list[Agency]:
    """Those that report to the bureau, and those that its own documents bind to an act by a day."""
    below = {a.pk: a for a in Agency.objects.reporting_to(agency).filing()}
    for obligation in owed:
        issuer = obligation.requirement.clause.document.issuer_id
        dated = obligation.requirement.kind == Requirement.Kind.ACTS and obligation.dates.last_day
        if dated and issuer == agency.pk and obligation.agency.pk != agency.pk:
            below[obligation.agency.pk] = obligation.agency
    chosen = Agency.objects.filter(pk__in=below).order_by("code")
    return list(chosen.prefetch_related("groups"))


def _rows(below: list[Agency], by_agency: dict[int, list[Obligation]], as_of: date) -> list[AgencyRow]:
    ids = [agency.pk for agency in below]
    plans = WorkPlan.objects.filter(agency__in=ids).select_related("agency").with_events()
    plans = {plan.agency_id: plan for plan in plans.prefetch_related("versions")}
    filings = {pk: filing_on(plan, as_of) for pk, plan in plans.items()}
    versions = {pk: shown_version(plan, filings[pk]) for pk, plan in plans.items() if filings[pk].events}
    days = planned_days(version.pk for version in versions.values() if version)
    shares = list(_shares(as_of))
    mines = mines_by_manager()
    declared = MineFreeDeclaration.objects.filter(agency__in=ids).in_force(as_of)
    mine_free = {declaration.agency_id: declaration for declaration in declared}
    rows = []
    for agency in below:
        version = versions.get(agency.pk)
        planned = days.get(version.pk, {}) if version else None
        rows.append(
            AgencyRow(
                agency=agency,
                filing=filings.get(agency.pk, NO_FILING),
                version=version,
                obligations=tuple(sorted(by_agency[agency.pk], key=lambda o: o.dates.last_day)),
                mines=sum(n for path, n in mines.items() if path.startswith(agency.path)),
                planned=planned,
                promises=tuple(promises(planned.values(), shares)) if planned is not None else (),
                mine_free=mine_free.get(agency.pk),
            )
        )
    return rows


def _groups(agency: Agency, rows: list[AgencyRow]) -> list[Group]:
    """A city's counties stay in one list by code; the province looks at its pilots first."""
    if not agency.is_root():
        return [Group(_common(rows), tuple(rows))] if rows else []
    by_due = defaultdict(list)
    for row in rows:
        own = [o for o in row.obligations if o.requirement.clause.document.issuer_id == agency.pk]
        by_due[min((o.dates.due_on for o in own), default=date.max)].append(row)
    return [Group(_common(by_due[due]), tuple(by_due[due])) for due in sorted(by_due)]


def _common(rows: list[AgencyRow]) -> Requirement | None:
    counted = Counter(o.requirement for row in rows for o in row.obligations)
    requirement, n = counted.most_common(1)[0] if counted else (None, 0)
    # A date that binds the fewer of the rows is not common.
    return requirement if n * 2 > len(rows) else None


def _coming(owed: list[Obligation], as_of: date) -> list[ComingDate]:
    found = defaultdict(list)
    for obligation in owed:
        if obligation.mark in (Mark.MET, Mark.MET_LATE, Mark.NOT_APPLICABLE):
            continue
        for day in {obligation.dates.warn_on, obligation.dates.last_day} - {None}:
            if day >= as_of:
                key = (day, obligation.requirement, day == obligation.dates.warn_on)
                found[key].append(obligation.agency)
    keys = sorted(found, key=lambda key: (key[0], key[1].pk))
    return [ComingDate(day, one, warns, tuple(found[day, one, warns]), as_of) for day, one, warns in keys]


def _windows(branch, as_of: date) -> list[InspectionWindow]:
    windows = InspectionWindow.objects.select_related("clause__document").prefetch_related(
        "addressees__agency", "addressees__group__agencies"
    )
    agencies = list(branch)
    return [
        window
        for window in windows
        if window.clause.document.dated_on <= as_of and any(window.binds(a) for a in agencies)
    ]


def _shares(as_of: date):
    shares = Requirement.objects.in_force(as_of).filter(kind=Requirement.Kind.SHARE)
    return shares.select_related("clause__document").order_by("due_on")
