"""The rows of the command `obligations` (decisions.md, "Who files", "Who is bound")."""

from datetime import date, timedelta

from tests.oracle.history import Decision, Mine
from tests.oracle.reference import Requirement
from tests.oracle.standing import OPEN_PIT, Standing, reached_on, required_of

SOON = timedelta(days=7)
ACTS = {"drafted": ("submitted", "released"), "issued": ("issued",), "filed": ("filed",)}


def obligations(standing: Standing, head: str) -> list[dict]:
    reference = standing.history.reference
    rows = []
    for code in reference.below(head):
        for requirement in reference.requirements.values():
            if requirement.binds_from <= standing.on and reference.is_bound(requirement, code):
                rows += _row(standing, code, requirement)
    return rows


def act_dates(standing: Standing, code: str) -> dict[str, date | None]:
    """The first day of each act: the first submission counts for timeliness, the last for content."""
    plan = standing.history.plans.get(code)
    steps = [step for step in plan.steps if step.day <= standing.on] if plan else []
    # Taken back before the reviewer opened it: nobody had received it.
    void = [step.version for step in steps if step.name == "taken_back"]
    counted = [step for step in steps if step.name not in ACTS["drafted"] or step.version not in void]
    return {
        act: min((step.day for step in counted if step.name in names), default=None)
        for act, names in ACTS.items()
    }


def _row(standing: Standing, code: str, requirement: Requirement) -> list[dict]:
    acts = act_dates(standing, code)
    counts: dict = {"base": None, "done": None, "required": None}
    match requirement.kind:
        case "acts":
            days = [acts[act] for act in requirement.acts]
            met_on = max(day for day in days if day) if all(days) else None
        case "share":
            counts, met_on = _share(standing, code, requirement)
        case _:
            counts, met_on = _each_mine(standing, code, requirement)
            if not counts["base"]:
                return []
    decisions = _decisions(standing, code, requirement)
    governing = [one for one in decisions if _governs(standing, one, requirement)]
    extended_to = _last_date(governing, "extension")
    due_on = extended_to or requirement.due_on
    internal_on = _last_date(decisions, "internal_date")
    exempt = any(one.kind == "exemption" for one in governing)
    free = requirement.lifted_if_mine_free and standing.is_mine_free(code)
    return [
        {
            "agency": code,
            "requirement": requirement.code,
            "warn_on": requirement.warn_on,
            "due_on": requirement.due_on,
            "extended_to": extended_to,
            "internal_on": internal_on,
            "act_dates": acts,
            "met_on": met_on,
            "after_warning": _after_warning(requirement, met_on),
            "mark": "not_applicable"
            if exempt or free
            else mark(standing.on, [requirement.warn_on, internal_on], due_on, met_on),
        }
        | counts
    ]


def mark(on: date, warnings: list[date | None], due_on: date | None, met_on: date | None) -> str:
    """The first that holds, in the order of decisions.md. A date's own day is still in time."""
    if met_on:
        return "met" if due_on is None or met_on <= due_on else "met_late"
    if due_on and on > due_on:
        return "overdue"
    if any(day and on > day for day in warnings):
        return "warning"
    ahead = [day for day in (*warnings, due_on) if day and day >= on]
    return "due_soon" if ahead and min(ahead) - on <= SOON else "upcoming"


def _after_warning(requirement: Requirement, met_on: date | None) -> bool:
    if not (met_on and requirement.warn_on and requirement.due_on):
        return False
    return requirement.warn_on < met_on <= requirement.due_on


def _share(standing: Standing, code: str, requirement: Requirement) -> tuple[dict, date | None]:
    target = standing.adjusted.get(code)
    if target is None:
        return {"base": None, "done": None, "required": None}, None
    days = standing.done_days(target, "verified")
    assert requirement.share is not None
    required = required_of(len(target), requirement.share)
    counts = {"base": len(target), "done": len(days), "required": required}
    return counts, reached_on(days, required) if target else standing.empty_since(code)


def _each_mine(standing: Standing, code: str, requirement: Requirement) -> tuple[dict, date | None]:
    """Met when all known ones and all of unknown first permit are done: they are then under any reading."""
    assert requirement.existing_before is not None
    known: list[Mine] = []
    unknown: list[Mine] = []
    for mine, row in standing.managed_below(code).items():
        if row["method"] not in OPEN_PIT:
            continue
        first = row["first_permitted_on"]
        if first is None:
            unknown.append(mine)
        elif (first < requirement.existing_before) == (requirement.mine_scope == "existing_open_pit"):
            known.append(mine)
    done = standing.done_days(known, "verified")
    days = sorted(done + standing.done_days(unknown, "verified"))
    counts = {"base": len(known), "done": len(done), "required": len(known)}
    return counts, days[-1] if known and len(days) == len(known) + len(unknown) else None


def _decisions(standing: Standing, code: str, requirement: Requirement) -> list[Decision]:
    return [
        one
        for one in standing.history.decisions
        if one.requirement == requirement.code and code in one.agencies and one.day <= standing.on
    ]


def _governs(standing: Standing, decision: Decision, requirement: Requirement) -> bool:
    """Only the requirement's issuer or one above it moves a date or lifts a duty."""
    if not requirement.issuer:
        return False
    return decision.grantor in standing.history.reference.line(requirement.issuer)


def _last_date(decisions: list[Decision], kind: str) -> date | None:
    days = [one.on_date for one in decisions if one.kind == kind]
    return days[-1] if days else None
