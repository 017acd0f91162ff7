"""工作台: what a bureau sees first. Its own duties, those below it side by side, and what comes next.

Figures are those of standing/: the desk chooses what leads, and counts nothing itself.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from agencies.models import Agency, MineFreeDeclaration
from tasks.models import InspectionWindow, Requirement, WorkPlan
from tasks.rules.deadlines import Mark
from tasks.rules.steps import State
from tasks.rules.working_days import last_working_day_hint
from tasks.standing.day import Day
from tasks.standing.filings import Filing
from tasks.standing.obligations import Obligation, obligations
from tasks.standing.progress import AgencyProgress, Progress, progress
from tasks.standing.promises import Promise, promises
from tasks.standing.totals import Total, total

SETTLED = (Mark.MET, Mark.MET_LATE, Mark.NOT_APPLICABLE)


@dataclass(frozen=True)
class AgencyRow:
    """One bureau below: where its filing stands, and how it stands in time against each source.

    `planned` is its target in force, `drafted` what a plan that is not in force yet holds (草拟), each task with its
    planned day; None where no such plan speaks, never 0. `withheld` counts the tasks of a draft whose content is not
    read here.
    """

    agency: Agency
    filing: Filing
    obligations: tuple[Obligation, ...]
    mines: int
    planned: dict[int, date | None] | None
    drafted: dict[int, date | None] | None
    withheld: int
    promises: tuple[Promise, ...]
    mine_free: MineFreeDeclaration | None = None

    @property
    def tasks(self) -> int | None:
        return None if self.planned is None else len(self.planned)

    @property
    def late(self) -> list[Obligation]:
        return [one for one in self.obligations if one.mark == Mark.OVERDUE]

    @cached_property
    def kinds(self) -> set[str]:
        """Under which words of the summary the row is found."""
        state = self.filing.working_state
        found = {
            "overdue": bool(self.late),
            "to_review": state in (State.SUBMITTED, State.RESUBMITTED),
            "returned": state == State.RETURNED,
            "supplement": state == State.SUPPLEMENT,
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
    """`own` are the bureau's dated acts, `targets` its checkpoints. `progress` is that of its branch towards each
    checkpoint that has begun to count: those whose day has passed, and the next."""

    agency: Agency
    day: Day
    own: tuple[Obligation, ...]
    targets: tuple[Obligation, ...]
    groups: tuple[Group, ...]
    coming: tuple[ComingDate, ...]
    windows: tuple[InspectionWindow, ...]
    progress: tuple[Progress, ...]

    @property
    def as_of(self) -> date:
        return self.day.on

    @property
    def own_filing(self) -> Filing:
        return self.day.filing(self.agency)

    @property
    def own_plan(self) -> WorkPlan | None:
        return self.own_filing.plan if self.own_filing.events else None

    @property
    def shares(self) -> list[Requirement]:
        return self.day.checkpoints

    @property
    def rows(self) -> list[AgencyRow]:
        return [row for group in self.groups for row in group.rows]

    @cached_property
    def counts(self) -> Counter:
        """kind → number of rows, for the line above the table."""
        return Counter(kind for row in self.rows for kind in row.kinds)

    @cached_property
    def overdue(self) -> list[Obligation]:
        return [obligation for row in self.rows for obligation in row.late]

    @cached_property
    def filing_duties(self) -> list[Obligation]:
        """The dated acts of the bureau and of the rows."""
        return [*self.own, *(one for row in self.rows for one in row.obligations)]

    @cached_property
    def progress_leads(self) -> bool:
        """Whether building leads and the filing folds: once the last day of the filing has passed, or all plans are
        in. Without a target in force there is nothing to lead with."""
        if not self.progress or not self.progress[-1].known:
            return False
        is_in = all(duty.mark in SETTLED for duty in self.filing_duties)
        return is_in or all(duty.dates.last_day < self.as_of for duty in self.filing_duties)

    @cached_property
    def leading(self) -> list["Checkpoint"]:
        """The checkpoints as they lead the desk: the one that is worked towards first, else the last; then those that
        have passed, the latest first."""
        found = [Checkpoint(self, one) for one in self.progress]
        ahead = [one for one in found if not one.has_passed]
        return ahead + [one for one in reversed(found) if one.has_passed]

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
            and o.mark not in SETTLED
        ]
        open_own = any(o.mark not in SETTLED for o in self.own)
        return Inversion(own, tuple(later)) if later and open_own and own >= self.as_of else None

    @cached_property
    def total(self) -> Total:
        return total(self.day, [row.agency for row in self.rows])

    @cached_property
    def total_mines(self) -> int:
        """Of the branch, each once, though a pilot stands beside its city."""
        return self.day.register.mines.count(self.agency.path)

    @cached_property
    def mines_of_rows(self) -> int:
        return sum(row.mines for row in self.rows)

    @cached_property
    def mines_twice(self) -> int:
        """Those of a row that lies below another one, in whose number they are too."""
        rows = {row.agency.path for row in self.rows}
        return sum(row.mines for row in self.rows if rows & set(_above(row.agency.path)))

    @property
    def mines_beyond(self) -> int:
        """Those of agencies that have no row here."""
        return self.total_mines - (self.mines_of_rows - self.mines_twice)

    @cached_property
    def total_promises(self) -> list[Promise]:
        targets = self.day.targets
        days = [targets[agency].tasks[task] for task, agency in self.day.counted.items()]
        return promises(days, self.shares)


@dataclass(frozen=True)
class Checkpoint:
    """One checkpoint on the desk: the whole branch, then each bureau below with what is missing."""

    desk: Desk
    progress: Progress

    @property
    def requirement(self) -> Requirement:
        return self.progress.checkpoint

    @property
    def has_passed(self) -> bool:
        return self.progress.on > self.requirement.due_on

    @property
    def days_left(self) -> int:
        """Whole days until its day; negative once it has passed."""
        return (self.requirement.due_on - self.progress.on).days

    @property
    def days_late(self) -> int:
        return -self.days_left

    @cached_property
    def rows(self) -> list["CheckpointRow"]:
        """In the order of the desk's rows."""
        return [
            CheckpointRow(
                progress=progress,
                below=self.progress.below_in(row.agency),
                is_exempt=row.mine_free is not None and self.requirement.lifted_if_mine_free,
            )
            for row in self.desk.rows
            if (progress := self.progress.row(row.agency))
        ]


class CheckpointRow(NamedTuple):
    """One bureau towards the checkpoint, and those below it that are behind. `is_exempt`: its 不涉矿 is in force."""

    progress: AgencyProgress
    below: list[Agency]
    is_exempt: bool


@dataclass(frozen=True)
class Inversion:
    own_due: date
    agencies: tuple[Agency, ...]


def _above(path: str) -> list[str]:
    """The paths of all agencies above the one of the path."""
    return [path[:end] for end in range(Agency.steplen, len(path), Agency.steplen)]


def desk(day: Day, agency: Agency) -> Desk:
    """Everything the first page of the agency (the head of the day's branch) shows, in a number of queries that the
    number of bureaus does not change."""
    owed = obligations(day)
    by_agency = defaultdict(list)
    for obligation in owed:
        if obligation.requirement.kind == Requirement.Kind.ACTS and obligation.dates.last_day:
            by_agency[obligation.agency.pk].append(obligation)
    rows = _rows(day, _bureaus_below(day, agency, owed), by_agency)
    return Desk(
        agency=agency,
        day=day,
        own=tuple(sorted(by_agency[agency.pk], key=lambda o: o.dates.last_day)),
        targets=tuple(
            o
            for o in owed
            if o.agency.pk == agency.pk and o.requirement.kind == Requirement.Kind.SHARE and o.tally.base
        ),
        groups=tuple(_groups(agency, rows)),
        coming=tuple(_coming(owed, day.on)),
        windows=tuple(_windows(day)),
        progress=tuple(_progress(day)),
    )


def _progress(day: Day) -> list[Progress]:
    """Towards the checkpoints whose day has passed, and the next one; none before the first day that counts."""
    passed = [point for point in day.checkpoints if point.due_on < day.on]
    ahead = [point for point in day.checkpoints if point.due_on >= day.on]
    return [found for point in passed + ahead[:1] if (found := progress(day, checkpoint=point))]


def _bureaus_below(day: Day, agency: Agency, owed: list[Obligation]) -> list[Agency]:
    """Those that report to the bureau, and those that its own documents bind to an act by a day."""
    below = {one.pk for one in day.planning_agencies if one.reports_to_path == agency.path}
    for obligation in owed:
        issuer = obligation.requirement.clause.document.issuer_id
        dated = obligation.requirement.kind == Requirement.Kind.ACTS and obligation.dates.last_day
        if dated and issuer == agency.pk and obligation.agency.pk != agency.pk:
            below.add(obligation.agency.pk)
    chosen = Agency.objects.filter(pk__in=below).order_by("code")
    return list(chosen.prefetch_related("groups"))


def _rows(day: Day, below: list[Agency], by_agency: dict[int, list[Obligation]]) -> list[AgencyRow]:
    declared = MineFreeDeclaration.objects.filter(agency__in=below).in_force(day.until)
    mine_free = {declaration.agency_id: declaration for declaration in declared}
    rows = []
    for agency in below:
        planned, drafted = day.target(agency).tasks, day.drafted.get(agency.pk)
        shown = planned if planned is not None else drafted
        rows.append(
            AgencyRow(
                agency=agency,
                filing=day.filing(agency),
                obligations=tuple(sorted(by_agency[agency.pk], key=lambda o: o.dates.last_day)),
                mines=day.register.mines.count(agency.path),
                planned=planned,
                drafted=drafted,
                withheld=len(day.withheld.get(agency.pk, ())),
                promises=tuple(promises(shown.values(), day.checkpoints)) if shown is not None else (),
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
        if obligation.mark in SETTLED:
            continue
        for day in {obligation.dates.warn_on, obligation.dates.last_day} - {None}:
            if day >= as_of:
                key = (day, obligation.requirement, day == obligation.dates.warn_on)
                found[key].append(obligation.agency)
    keys = sorted(found, key=lambda key: (key[0], key[1].pk))
    return [ComingDate(day, one, warns, tuple(found[day, one, warns]), as_of) for day, one, warns in keys]


def _windows(day: Day) -> list[InspectionWindow]:
    windows = InspectionWindow.objects.filter(clause__document__programme=day.programme)
    windows = windows.select_related("clause__document").prefetch_related(
        "addressees__agency", "addressees__group__agencies"
    )
    return [
        window
        for window in windows
        if window.clause.document.dated_on <= day.on and any(window.binds(a) for a in day.agencies)
    ]
