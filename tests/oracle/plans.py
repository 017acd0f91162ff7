"""What a plan's 任务分解表 holds on a day, and what its self-check must find (docs/checks.md)."""

from dataclasses import dataclass
from datetime import date

from tests.oracle.history import Line, Mine, Version
from tests.oracle.standing import OPEN_PIT, Standing, required_of

CHECKPOINT, STRICT, END = date(2019, 12, 31), date(2019, 12, 31), date(2020, 12, 31)


@dataclass(frozen=True)
class Row:
    """`status`: kept, removed (in the version in force or the first one, out of the target by a 调出), entered (in the
    target and not in the version), drafted."""

    mine: str
    status: str
    tier: str
    planned_on: date | None


def breakdown(standing: Standing, code: str, today: date) -> dict:
    """{planned, drafted, rows}; `planned` is null without a plan in force, and a draft is seen today alone."""
    plan = standing.history.plans.get(code)
    target = standing.adjusted.get(code)
    if plan is None or target is None:
        version = speaking(standing, code, today)
        drafted = version.content if version else {}
        return {"planned": None, "drafted": len(drafted), "rows": _rows(standing, drafted, "drafted")}
    content = plan.in_force(standing.on)[-1].content
    rows = _rows(standing, {m: line for m, line in target.items() if m in content}, "kept")
    former = plan.in_force(standing.on)[0].content | content
    changes = standing.history.changes_of(code, standing.on)
    gone = {change.mine for change in changes if change.kind == "removed"}
    removed = {m: line for m, line in former.items() if m not in target and (m in content or m in gone)}
    rows += _rows(standing, removed, "removed")
    rows += _rows(standing, {m: line for m, line in target.items() if m not in content}, "entered")
    return {"planned": len(target), "drafted": 0, "rows": rows}


def speaking(standing: Standing, code: str, today: date) -> Version | None:
    """The version in force; else the last submitted and not taken back; else, today alone, the working copy."""
    plan = standing.history.plans.get(code)
    if plan is None:
        return None
    in_force = plan.in_force(standing.on)
    if in_force:
        return in_force[-1]
    return plan.shown(standing.on) or (plan.working if standing.on == today else None)


def check(standing: Standing, code: str, today: date) -> dict[str, list[str]]:
    """The codes of the findings, each with the names of its mines, in order."""
    plan = standing.history.plans.get(code)
    version = plan.working if plan and plan.working and standing.on == today else None
    version = version or speaking(standing, code, today)
    if version is None:
        return {"no_version": []}
    content = version.content
    found = {
        "task_without_tier": [mine for mine, line in content.items() if not line.tier],
        "task_without_date": [mine for mine, line in content.items() if not line.planned_on],
        "task_after_end": [m for m, line in content.items() if line.planned_on and line.planned_on > END],
        "foreign_mine": [
            m for m in content if code not in standing.history.reference.line(standing.owner(m))
        ],
        # A closed mine is warned of when it is in: it cannot be missed when it is not.
        "scope_left_out": [
            m for m in standing.in_scope.get(code, []) if m not in content and not _is_closed(standing, m)
        ],
        "open_pit_after_strict": [m for m, line in content.items() if _after_strict(standing, m, line)],
        "closed_mine": [m for m in content if _is_closed(standing, m)],
    }
    named = {code: _names(standing, mines) for code, mines in found.items() if mines}
    return named | dict.fromkeys(_of_the_whole(version, content), [])


def _of_the_whole(version: Version, content: dict[Mine, Line]) -> list[str]:
    """The findings that name no single mine."""
    found = []
    if not version.sections.get("overview", {}).get("body", "").strip():
        found.append("overview_empty")
    if not content:
        found.append("no_tasks")
    by_checkpoint = [line for line in content.values() if line.planned_on and line.planned_on <= CHECKPOINT]
    if len(by_checkpoint) < required_of(len(content), 50):
        found.append("checkpoint_missed")
    return found


def _after_strict(standing: Standing, mine: Mine, line: Line) -> bool:
    row = _row(standing, mine)
    first = row["first_permitted_on"]
    existing = row["method"] in OPEN_PIT and first is not None and first < date(2018, 4, 17)
    return existing and line.planned_on is not None and line.planned_on > STRICT


def _is_closed(standing: Standing, mine: Mine) -> bool:
    return _row(standing, mine)["status"] in ("closed", "exhausted")


def _row(standing: Standing, mine: Mine) -> dict:
    return standing.register.get(mine) or mine.states[0][1]


def _rows(standing: Standing, lines: dict[Mine, Line], status: str) -> list[Row]:
    return [
        Row(_row(standing, mine)["name"], status, line.tier, line.planned_on) for mine, line in lines.items()
    ]


def _names(standing: Standing, mines: list[Mine]) -> list[str]:
    return sorted(_row(standing, mine)["name"] for mine in mines)
