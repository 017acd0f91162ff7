"""The rows and the total of the command `progress` (docs/commands.md; decisions.md, "Counting")."""

from datetime import date

from tests.oracle.history import Mine
from tests.oracle.reference import Requirement
from tests.oracle.standing import Standing, reached_on, required_of


def progress(standing: Standing, head: str, criterion: str, base: str, checkpoint: Requirement) -> dict:
    codes = standing.history.reference.filing(head)
    rows = [_row(standing, code, criterion, base, checkpoint) for code in codes]
    return {"rows": rows, "total": _total(standing, head, rows, criterion, base, checkpoint)}


def _row(standing: Standing, code: str, criterion: str, base: str, checkpoint: Requirement) -> dict:
    target, original = standing.adjusted.get(code), standing.original.get(code)
    scope = standing.in_scope.get(code, [])
    # The mines that are counted as done, and those that they are a share of; None while there is no plan.
    counted, whole = {
        "plan": (target, target),
        "plan_original": (original, original),
        # No fact enters a quota: unknown stays unknown, never 0.
        "quota": (target, None),
        "in_scope": (scope, scope),
    }[base]
    days = None if counted is None else standing.done_days(counted, criterion)
    count, done = _length(whole), _length(days)
    required = None if count is None else required_of(count, checkpoint.share)
    slack = None if done is None or required is None else done - required
    ended = standing.on > checkpoint.due_on
    return {
        "agency": code,
        "agency_name": standing.history.reference.agencies[code].name,
        "planned": _length(target),
        "planned_original": _length(original),
        "quota": None,
        "in_scope": len(scope),
        "done": done,
        "checkpoint": checkpoint.due_on,
        "base_name": base,
        "base": count,
        "share": checkpoint.share,
        "required": required,
        "slack": slack,
        "met": slack >= 0 if slack is not None and ended else None,
        "met_on": _met_on(standing, code, base, count, days or [], required) if ended else None,
    }


def _length(of) -> int | None:
    return None if of is None else len(of)


def _met_on(standing: Standing, code: str, base: str, count, days: list[date], required) -> date | None:
    if count is None:
        return None
    if count == 0:
        return standing.empty_since(code) if base == "plan" else None
    return reached_on(days, required)


def _total(standing: Standing, head: str, rows: list[dict], criterion: str, base: str, checkpoint) -> dict:
    """The whole: each task once, in the target of who speaks for it."""
    whole = standing.spoken_for(head, standing.adjusted)
    parts = {
        "plan": whole,
        "plan_original": standing.spoken_for(head, standing.original),
        "quota": whole,
        "in_scope": _scope_parts(standing, rows),
    }[base]
    has_plan = any(code in standing.adjusted for code in standing.history.reference.below(head))
    known = has_plan or base == "in_scope"
    done = len(standing.done_days(parts, criterion)) if known else None
    count = len(parts) if known and base != "quota" else None
    required = None if count is None else required_of(count, checkpoint.share)
    slack = None if done is None or required is None else done - required
    ended = standing.on > checkpoint.due_on
    below = [row for row in rows if row["agency"] != head and row["slack"] is not None and row["slack"] < 0]
    return {
        "planned": len(whole) if has_plan else None,
        "base": count,
        "done": done,
        "required": required,
        "required_of_places": None if count is None else _required_of_parts(parts, checkpoint.share),
        "slack": slack,
        "met": slack >= 0 if slack is not None and ended else None,
        "places_below": [row["agency_name"] for row in below],
    }


def _scope_parts(standing: Standing, rows: list[dict]) -> dict[Mine, str]:
    """The mines of the scope of all rows, each with the nearest row at or above who manages it."""
    codes = {row["agency"] for row in rows}
    mines = {mine for code in codes for mine in standing.in_scope.get(code, [])}
    line = standing.history.reference.line
    return {mine: next(code for code in line(standing.owner(mine)) if code in codes) for mine in mines}


def _required_of_parts(parts: dict[Mine, str], share: int) -> int:
    """What the places must reach, each rounded up for itself."""
    places = list(parts.values())
    return sum(required_of(places.count(place), share) for place in set(places))
