"""自查: what a plan is checked for before anybody else sees it, one function a check.

Errors hold a submission back, warnings want a click and are shown to the reviewer, information only tells
(decisions.md, "What the plan's own check calls what"). Which sentence of which document stands behind a
check is data (the `checks` of a clause); what a check is called and how it is mended stands in
tasks/check_words.py, from which the guide is made too.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from tasks.rules.deadlines import required_count


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True)
class CheckedMine:
    """A mine as the checks see it. `existing` is None while its first permit is unknown."""

    id: int
    name: str
    folded_name: str
    permit: str = ""
    in_scope: bool = False
    open_pit: bool = False
    existing: bool | None = None
    closed: bool = False
    ours: bool = True


@dataclass(frozen=True)
class CheckedLine:
    mine: CheckedMine
    tier: str
    planned_on: date | None


@dataclass(frozen=True)
class Checkpoint:
    share: int
    due_on: date


@dataclass(frozen=True)
class Inversion:
    """The bureau's own last day and the later one of bureaus below."""

    own: date
    below: date


@dataclass(frozen=True)
class PlanContent:
    """All that the checks read. Unknown stays None: a quota nobody entered, a paper not yet issued."""

    lines: tuple[CheckedLine, ...] = ()
    register: tuple[CheckedMine, ...] = ()
    excused: frozenset[int] = frozenset()
    overview: str = ""
    principles_missing: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    attachments: int = 0
    checkpoints: tuple[Checkpoint, ...] = ()
    open_pit_strict: date | None = None
    open_pit_due: date | None = None
    quota: int | None = None
    number_ill_formed: str = ""
    issued_on: date | None = None
    accepted_on: date | None = None
    inversion: Inversion | None = None


@dataclass(frozen=True)
class Finding:
    """What one check found: the mines concerned, and the figures for its sentence."""

    code: str
    severity: Severity
    mines: tuple[CheckedMine, ...] = ()
    params: dict[str, object] = field(default_factory=dict)


Found = list[tuple[tuple[CheckedMine, ...], dict[str, object]]]
_Check = Callable[[PlanContent], Found]
CHECKS: dict[str, tuple[Severity, _Check]] = {}


def check(severity: Severity) -> Callable[[_Check], _Check]:
    def register(function: _Check) -> _Check:
        CHECKS[function.__name__] = (severity, function)
        return function

    return register


def check_plan(content: PlanContent) -> list[Finding]:
    """All findings, errors first, in the order of the checks below."""
    findings = [
        Finding(code, severity, mines, params)
        for code, (severity, function) in CHECKS.items()
        for mines, params in function(content)
    ]
    order = list(Severity)
    return sorted(findings, key=lambda finding: order.index(finding.severity))


def _about(mines: list[CheckedMine], **params: object) -> Found:
    """One finding that names its mines, or none."""
    return [(tuple(mines), {"n": len(mines), **params})] if mines else []


@check(Severity.ERROR)
def overview_empty(content: PlanContent) -> Found:
    return [] if content.overview.strip() else [((), {})]


@check(Severity.ERROR)
def no_tasks(content: PlanContent) -> Found:
    return [] if content.lines else [((), {})]


@check(Severity.ERROR)
def task_without_tier(content: PlanContent) -> Found:
    return _about([line.mine for line in content.lines if not line.tier])


@check(Severity.ERROR)
def task_without_date(content: PlanContent) -> Found:
    return _about([line.mine for line in content.lines if line.planned_on is None])


@check(Severity.ERROR)
def task_after_end(content: PlanContent) -> Found:
    """After the day by which all of the target is due."""
    end = max((point.due_on for point in content.checkpoints if point.share == 100), default=None)
    if end is None:
        return []
    late = [line.mine for line in content.lines if line.planned_on and line.planned_on > end]
    return _about(late, end=end)


@check(Severity.ERROR)
def checkpoint_missed(content: PlanContent) -> Found:
    """Fewer planned by a checkpoint than it requires; it rounds up, 5 at 50 % need 3 (trap 8)."""
    return [
        ((), {"due": point.due_on, "planned": planned, "required": required, "short": required - planned})
        for point, planned, required in _checkpoints(content)
        if planned < required
    ]


@check(Severity.ERROR)
def duplicate_mine(content: PlanContent) -> Found:
    """The same mine twice: by name with brackets and spaces set aside, or by permit."""
    names = Counter(line.mine.folded_name for line in content.lines)
    permits = Counter(line.mine.permit for line in content.lines if line.mine.permit)
    return _about(
        [
            line.mine
            for line in content.lines
            if names[line.mine.folded_name] > 1 or permits[line.mine.permit] > 1
        ]
    )


@check(Severity.ERROR)
def foreign_mine(content: PlanContent) -> Found:
    return _about([line.mine for line in content.lines if not line.mine.ours])


@check(Severity.ERROR)
def number_ill_formed(content: PlanContent) -> Found:
    return [((), {"number": content.number_ill_formed})] if content.number_ill_formed else []


@check(Severity.WARNING)
def scope_left_out(content: PlanContent) -> Found:
    """Of the whole scope (trap 11), neither in the plan nor excused with a reason; never an error."""
    present = {line.mine.id for line in content.lines} | content.excused
    return _about(
        [mine for mine in content.register if mine.in_scope and not mine.closed and mine.id not in present]
    )


@check(Severity.WARNING)
def open_pit_after_strict(content: PlanContent) -> Found:
    """Existing open-pit mines against both readings of 「2020年前」 (trap 10)."""
    strict = content.open_pit_strict
    if strict is None:
        return []
    late = [
        line.mine
        for line in content.lines
        if line.mine.open_pit and line.mine.existing and line.planned_on and line.planned_on > strict
    ]
    return _about(late, strict=strict, due=content.open_pit_due)


@check(Severity.WARNING)
def baseline_below_quota(content: PlanContent) -> Found:
    """Only where a quota is known: unknown is never 0 (trap 9)."""
    if content.quota is None:
        return []
    baseline = sum(line.tier == "baseline" for line in content.lines)
    return [((), {"baseline": baseline, "quota": content.quota})] if baseline < content.quota else []


@check(Severity.WARNING)
def closed_mine(content: PlanContent) -> Found:
    return _about([line.mine for line in content.lines if line.mine.closed])


@check(Severity.WARNING)
def principle_missing(content: PlanContent) -> Found:
    missing = content.principles_missing
    return [((), {"n": len(missing), "names": "、".join(missing)})] if missing else []


@check(Severity.WARNING)
def departments_missing(content: PlanContent) -> Found:
    return [] if content.departments else [((), {})]


@check(Severity.WARNING)
def issued_before_acceptance(content: PlanContent) -> Found:
    issued, accepted = content.issued_on, content.accepted_on
    if issued is None or (accepted is not None and accepted <= issued):
        return []
    return [((), {"issued": issued})]


@check(Severity.INFO)
def no_attachment(content: PlanContent) -> Found:
    return [] if content.attachments else [((), {})]


@check(Severity.INFO)
def dates_inverted(content: PlanContent) -> Found:
    if content.inversion is None:
        return []
    return [((), {"own": content.inversion.own, "below": content.inversion.below})]


@check(Severity.INFO)
def checkpoint_slack(content: PlanContent) -> Found:
    """How many mines may slip before a checkpoint is missed."""
    return [
        ((), {"due": point.due_on, "planned": planned, "required": required, "slack": planned - required})
        for point, planned, required in _checkpoints(content)
        if planned >= required and point.share < 100
    ]


@check(Severity.INFO)
def first_permit_unknown(content: PlanContent) -> Found:
    """Whether such a mine is existing or new, and so by when it must be done, is not known."""
    return _about([line.mine for line in content.lines if line.mine.open_pit and line.mine.existing is None])


def _checkpoints(content: PlanContent) -> list[tuple[Checkpoint, int, int]]:
    """(checkpoint, planned by then, required). Without tasks there is nothing to require."""
    base = len(content.lines)
    if not base:
        return []
    return [
        (
            point,
            sum(1 for line in content.lines if line.planned_on and line.planned_on <= point.due_on),
            required_count(point.share, base),
        )
        for point in content.checkpoints
        if point.share < 100
    ]
