"""Facts from a file: each goes through the action that its page uses (decisions.md, "For checks by
other programs"). The keys and facts are described in docs/commands.md.
"""

from collections.abc import Callable

from agencies.actions import mine_free
from agencies.models import Agency, Channel, Membership, MineFreeDeclaration, Role
from tasks.actions import decisions, drafts, filings
from tasks.actions.fact_lookups import (
    FactRefused,
    agency_of,
    check_kinds,
    day_of,
    hat_of,
    known_agency,
    mine_of,
    needed,
    plan_of,
    programme_of,
)
from tasks.actions.filings import Details
from tasks.actions.mines import save_mine
from tasks.actions.recording_progress import PROGRESS_FACTS
from tasks.imports.register import MineralNames
from tasks.models import Decision, Mine, PlanEvent, PlanSection, PlanVersion, Requirement, WorkPlan
from tasks.rules import planned_dates
from tasks.rules.steps import STEPS, Side, Step

STEP_OF_FACT = {
    "started": Step.START,
    "signed_off": Step.SIGN_OFF,
    "submitted": Step.SUBMIT,
    "taken_back": Step.TAKE_BACK,
    "opened": Step.OPEN,
    "returned": Step.RETURN,
    "accepted": Step.ACCEPT,
    "released": Step.RELEASE,
    "issued": Step.ISSUE,
    "filed": Step.SEND,
    "supplement_asked": Step.ASK_SUPPLEMENT,
    "receipted": Step.RECEIPT,
}


def record_fact(fact: dict) -> dict:
    """Record one fact and say what was recorded: {fact, agency, happened_on}.

    Raises FactRefused for a line that is not understood, and whatever the action raises.
    """
    check_kinds(fact)
    name = needed(fact, "fact")
    recorders = FACTS | PROGRESS_FACTS | dict.fromkeys(STEP_OF_FACT, _step)
    if name not in recorders:
        raise FactRefused(f"没有“{name}”这种事实。可用：{'、'.join(sorted(recorders))}")
    recorders[name](fact)
    return {"fact": name, "agency": fact.get("agency"), "happened_on": fact.get("happened_on")}


def _step(fact: dict) -> None:
    agency = agency_of(fact)
    plan = WorkPlan.objects.filter(agency=agency, programme=programme_of(fact)).first()
    step = STEP_OF_FACT[fact["fact"]]
    if plan is None and (step == Step.START or fact.get("channel") == Channel.PAPER):
        # What was drawn up on paper begins here with the first fact that is recorded of it.
        by = _by(fact, agency, Step.START)
        plan = filings.start(programme=programme_of(fact), agency=agency, by=by, details=_details(fact))
        if step == Step.START:
            return
    if plan is None:
        raise FactRefused(f'{agency} 还没有工作方案，请先记录 started，或写明 "channel": "paper"。')
    by = _by(fact, agency, step)
    if step == Step.START:
        filings.revise(plan=plan, by=by, reason=fact.get("comment", ""))
        return
    filings.take_step(plan=plan, step=step, by=by, details=_details(fact))


def _details(fact: dict) -> Details:
    return Details(
        day=day_of(fact),
        number=fact.get("number", ""),
        comment=fact.get("comment", ""),
        channel=Channel(fact.get("channel", Channel.IMPORT)),
    )


def _choose_counties(fact: dict) -> None:
    """A city's plan takes the version that its counties submitted last, each by id."""
    plan = plan_of(fact)
    below = PlanVersion.objects.frozen().not_taken_back()
    below = below.filter(plan__agency__path__startswith=plan.agency.path)
    latest = {one.plan_id: one for one in below.exclude(plan=plan).order_by("number")}
    drafts.choose_included(
        version=plan.versions.working().get(),
        chosen=list(latest.values()),
        by=_by(fact, plan.agency, Step.START),
    )


def _section(fact: dict) -> None:
    plan = plan_of(fact)
    section = plan.versions.working().get().sections.get(key=fact.get("section", PlanSection.Key.OVERVIEW))
    drafts.save_section(
        section=section,
        by=_by(fact, plan.agency, Step.START),
        lock=section.lock,
        body=needed(fact, "body"),
        principles=fact.get("principles"),
        departments=fact.get("departments"),
    )


def _line(fact: dict) -> None:
    plan = plan_of(fact)
    by = _by(fact, plan.agency, Step.START)
    version = plan.versions.working().get()
    mine = mine_of(fact)
    drafts.add_lines(version=version, mines=[mine], by=by)
    line = version.lines.get(task__mine=mine)
    planned = planned_dates.parse(fact.get("planned_completion", ""))
    if fact.get("planned_completion") and planned is None:
        raise FactRefused(f"基本建成时间“{fact['planned_completion']}”读不出日期。")
    drafts.save_line(
        line=line,
        by=by,
        lock=line.lock,
        tier=fact.get("tier", line.tier),
        planned=planned,
        responsible=fact.get("responsible", ""),
        note=fact.get("note", ""),
    )


MINE_KEYS = {"holder", "mineral_name", "method", "size_class", "status", "output", "output_unit"}


def _new_mine(fact: dict) -> None:
    agency = agency_of(fact)
    mine = Mine(name=needed(fact, "mine"), county=agency, managed_by=agency)
    _write_mine(mine, fact, hat_of(fact, agency, Role.FILER))


def _change_mine(fact: dict) -> None:
    """What the register says of a mine from the day on; a mine changes hands by its superior's reviewer."""
    agency, mine = agency_of(fact), mine_of(fact)
    hat = hat_of(fact, agency, Role.FILER)
    mine.name = fact.get("new_name", mine.name)
    if fact.get("managed_by"):
        mine.managed_by = known_agency(fact["managed_by"])
        hat = hat_of(fact, agency.superior, Role.REVIEWER)
    _write_mine(mine, fact, hat)


def _write_mine(mine: Mine, fact: dict, by: Membership) -> None:
    said = MINE_KEYS & fact.keys()
    for name in said:
        setattr(mine, name, fact[name])
    if "mineral_name" in fact:
        mine.mineral = MineralNames().find(fact["mineral_name"])
        said.add("mineral_id")
    if "first_permitted_on" in fact:
        mine.first_permitted_on = day_of(fact, "first_permitted_on")
        said.add("first_permitted_on")
    if "managed_by" in fact:
        said.add("managed_by_id")
    if "new_name" in fact:
        said.add("name")
    save_mine(mine=mine, by=by, since=day_of(fact), said=said)


def _correct_day(fact: dict) -> None:
    """The right day of the last step of that name, mended by whoever recorded it."""
    step = STEP_OF_FACT.get(needed(fact, "step"))
    event = PlanEvent.objects.filter(
        plan__agency=agency_of(fact), plan__programme=programme_of(fact), step=step
    ).last()
    if event is None:
        raise FactRefused(f"没有可更正的 {fact['step']}。")
    day = day_of(fact)
    if day is None:
        raise FactRefused("缺少 happened_on，即正确的日期。")
    by = Membership(agency=event.recorded_for, role=event.recorded_as)
    filings.correct_day(event=event, day=day, reason=fact.get("reason", ""), by=by)


def _declare(fact: dict) -> None:
    agency = agency_of(fact)
    mine_free.declare(agency=agency, by=hat_of(fact, agency, Role.FILER), day=day_of(fact))


def _confirm(fact: dict) -> None:
    agency = agency_of(fact)
    declaration = MineFreeDeclaration.objects.filter(agency=agency).open().first()
    if declaration is None:
        raise FactRefused(f"{agency} 没有待确认的不涉矿声明。")
    mine_free.confirm(
        declaration=declaration, by=hat_of(fact, agency.superior, Role.REVIEWER), day=day_of(fact)
    )


def _decide(fact: dict) -> None:
    requirement = Requirement.objects.filter(code=needed(fact, "requirement")).first()
    if requirement is None:
        raise FactRefused(f"没有要求 {fact['requirement']}。")
    grantor = known_agency(needed(fact, "grantor"))
    codes = fact.get("agencies") or [needed(fact, "agency")]
    decisions.record_decision(
        kind=fact["fact"],
        requirement=requirement,
        agencies=[known_agency(code) for code in codes],
        by=hat_of(fact, grantor, Role.REVIEWER),
        on_date=day_of(fact, "on_date"),
        day=day_of(fact),
        document=fact.get("document", ""),
        reason=fact.get("reason", ""),
        channel=Channel.IMPORT,
    )


FACTS: dict[str, Callable[[dict], None]] = {
    "section": _section,
    "task": _line,
    "mine": _new_mine,
    "mine_changed": _change_mine,
    "day_corrected": _correct_day,
    "mine_free_declared": _declare,
    "mine_free_confirmed": _confirm,
    "counties": _choose_counties,
    **dict.fromkeys(Decision.Kind.values, _decide),
}


def _by(fact: dict, agency: Agency, step: Step) -> Membership:
    """The hat that the step belongs to, unless the line names another role or agency."""
    side = next(move.side for (_state, one), move in STEPS.items() if one == step)
    match side:
        case Side.REVIEWER:
            return hat_of(fact, agency.superior, Role.REVIEWER)
        case Side.RECEIVER:
            return hat_of(fact, Agency.objects.get_root(agency), Role.REVIEWER)
        case Side.LEADER:
            return hat_of(fact, agency, Role.LEADER)
    return hat_of(fact, agency, Role.FILER)
