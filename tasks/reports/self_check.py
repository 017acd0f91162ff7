"""自查 of one version: gathers what the checks read, runs them, and puts the sentence beside each finding."""

from dataclasses import dataclass
from datetime import date

from tasks.models import (
    Clause,
    Decision,
    Mine,
    MineState,
    PlanLine,
    PlanSection,
    PlanVersion,
    Quota,
    Requirement,
)
from tasks.models.mine import MineColumns
from tasks.rules import document_numbers, plan_checks
from tasks.rules.deadlines import Act
from tasks.rules.mine_names import fold
from tasks.rules.plan_checks import CheckedLine, CheckedMine, Checkpoint, Finding, Inversion, PlanContent
from tasks.rules.steps import Step
from tasks.standing.filings import filing_on
from tasks.standing.register import managed_on


@dataclass(frozen=True)
class GroundedFinding:
    """A finding with the sentence that it stands on; None where no notice of the programme says so."""

    finding: Finding
    clause: Clause | None


def self_check(version: PlanVersion, *, on: date) -> list[Finding]:
    """The findings of a version as things stand on the day, errors first."""
    return plan_checks.check_plan(content_of(version, on=on))


def grounded(version: PlanVersion, *, on: date) -> list[GroundedFinding]:
    """The findings with their sentences. Where several sentences stand behind a check, the one that binds
    the version's own agency is quoted."""
    findings = self_check(version, on=on)
    clauses = _clauses(version)
    return [GroundedFinding(finding, clauses.get(finding.code)) for finding in findings]


def _clauses(version: PlanVersion) -> dict[str, Clause]:
    agency = version.plan.agency
    clauses = Clause.objects.filter(document__programme=version.plan.programme).select_related("document")
    requirements = Requirement.objects.filter(clause__in=clauses).with_sources()
    binding = {requirement.clause_id for requirement in requirements if requirement.binds(agency)}
    found: dict[str, Clause] = {}
    for clause in clauses:
        for code in clause.checks:
            if code not in found or (clause.pk in binding and found[code].pk not in binding):
                found[code] = clause
    return found


def content_of(version: PlanVersion, *, on: date) -> PlanContent:
    """Everything the checks read, in a number of queries that the number of lines does not change."""
    agency, programme = version.plan.agency, version.plan.programme
    requirements = list(
        Requirement.objects.in_force(on).filter(clause__document__programme=programme).with_sources()
    )
    bound = [requirement for requirement in requirements if requirement.binds(agency)]
    open_pit = next((r for r in bound if r.mine_scope == Requirement.MineScope.EXISTING_OPEN_PIT), None)
    existing_before = open_pit.existing_before if open_pit else None

    lines = PlanLine.objects.of_version(version).select_related("task__mine")
    lines = list(lines.order_by("task__agency__path", "pk"))
    register = list(managed_on(on, agency))
    states = _states_of([line.task.mine for line in lines], register, on)

    def checked(mine: MineColumns) -> CheckedMine:
        return _checked(mine, agency.path, existing_before)

    sections = {section.key: section for section in version.sections.all()}
    principles = sections.get(PlanSection.Key.PRINCIPLES)
    ticked = principles.principles if principles else []
    filing = filing_on(version.plan, on)
    issued = filing.last(Step.ISSUE)
    accepted = filing.last(Step.ACCEPT, Step.RELEASE)
    quota = Quota.objects.filter(programme=programme, agency=agency).in_force(on).last()
    return PlanContent(
        lines=tuple(
            CheckedLine(checked(states[line.task.mine_id]), line.tier, line.planned_on) for line in lines
        ),
        register=tuple(checked(mine) for mine in register),
        excused=frozenset(version.excuses.values_list("mine_id", flat=True)),
        overview=sections[PlanSection.Key.OVERVIEW].body if PlanSection.Key.OVERVIEW in sections else "",
        principles_missing=tuple(one for one in programme.principles if one not in ticked),
        departments=tuple(principles.departments) if principles else (),
        attachments=version.attachments.count(),
        checkpoints=tuple(Checkpoint(r.share, r.due_on) for r in bound if r.kind == Requirement.Kind.SHARE),
        open_pit_strict=open_pit.warn_on if open_pit else None,
        open_pit_due=open_pit.due_on if open_pit else None,
        quota=quota.count if quota else None,
        number_ill_formed=_ill_formed(issued),
        issued_on=filing.act_dates[Act.ISSUED],
        accepted_on=accepted.day if accepted else None,
        inversion=_inversion(agency, requirements, bound, on),
    )


def _states_of(mines: list[Mine], register: list[MineState], on: date) -> dict[int, MineColumns]:
    """Mine → what the register said of it on the day; what it says now of one that it did not have yet."""
    known = {state.mine_id: state for state in register}
    missing = {mine.pk: mine for mine in mines if mine.pk not in known}
    states = MineState.objects.in_force(on).filter(mine__in=missing).select_related("mine", "managed_by")
    known |= {state.mine_id: state for state in states.prefetch_related("mine__permits")}
    return missing | known


def _checked(mine: MineColumns, path: str, existing_before: date | None) -> CheckedMine:
    registered = mine if isinstance(mine, Mine) else mine.mine
    first = mine.first_permitted_on
    permit = registered.current_permit
    return CheckedMine(
        id=registered.pk,
        name=mine.name,
        folded_name=fold(mine.name),
        permit=permit.number if permit else "",
        in_scope=mine.is_in_scope,
        open_pit=mine.is_open_pit,
        existing=first < existing_before if first and existing_before else None,
        closed=mine.is_closed,
        ours=mine.managed_by is not None and mine.managed_by.path.startswith(path),
    )


def _ill_formed(issued) -> str:
    if issued is None or document_numbers.is_well_formed(issued.number):
        return ""
    return issued.number or "—"


def _inversion(agency, requirements, bound, on: date) -> Inversion | None:
    """Whether the bureau must have filed before those below it have drawn up theirs."""
    own = min((r.due_on for r in bound if r.kind == Requirement.Kind.ACTS and r.due_on), default=None)
    if own is None or agency.is_leaf():
        return None
    internal = set(
        Decision.objects.filter(
            grantor=agency, kind=Decision.Kind.INTERNAL_DATE, happened_on__lte=on
        ).values_list("requirement", flat=True)
    )
    below = [
        requirement.due_on
        for requirement in requirements
        if requirement.kind == Requirement.Kind.ACTS
        and requirement.due_on
        and requirement.due_on > own
        and requirement.clause.document.issuer_id == agency.pk
        and requirement.pk not in internal
    ]
    return Inversion(own, max(below)) if below else None
