"""Facts from a file: each goes through the action that its page uses (decisions.md, "For checks by
other programs"). The keys and facts are described in docs/commands.md.
"""

from collections.abc import Callable
from datetime import date

from agencies.actions import mine_free
from agencies.models import Agency, Channel, Membership, MineFreeDeclaration, Role
from tasks.actions import decisions, drafts, filings, ledger, stages
from tasks.actions.filings import Details
from tasks.actions.mines import save_mine
from tasks.models import (
    Decision,
    Mine,
    Mineral,
    MineTask,
    PlanSection,
    Programme,
    Requirement,
    StageFact,
    TargetChange,
    WorkPlan,
)
from tasks.rules import planned_dates
from tasks.rules.mine_names import fold
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


class FactRefused(Exception):
    """A line that cannot be understood; the text says why."""


def record_fact(fact: dict) -> dict:
    """Record one fact and say what was recorded: {fact, agency, happened_on}.

    Raises FactRefused for a line that is not understood, and whatever the action raises.
    """
    name = _needed(fact, "fact")
    recorders = FACTS | dict.fromkeys(STEP_OF_FACT, _step) | dict.fromkeys(StageFact.Stage.values, _stage)
    if name not in recorders:
        raise FactRefused(f"没有“{name}”这种事实。可用：{'、'.join(sorted(recorders))}")
    recorders[name](fact)
    return {"fact": name, "agency": fact.get("agency"), "happened_on": fact.get("happened_on")}


def _step(fact: dict) -> None:
    agency = _agency(fact)
    plan = WorkPlan.objects.filter(agency=agency, programme=_programme(fact)).first()
    step = STEP_OF_FACT[fact["fact"]]
    if plan is None and (step == Step.START or fact.get("channel") == Channel.PAPER):
        # What was drawn up on paper begins here with the first fact that is recorded of it.
        by = _by(fact, agency, Step.START)
        plan = filings.start(programme=_programme(fact), agency=agency, by=by, details=_details(fact))
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
        day=_day(fact),
        number=fact.get("number", ""),
        comment=fact.get("comment", ""),
        channel=Channel(fact.get("channel", Channel.IMPORT)),
    )


def _section(fact: dict) -> None:
    plan = _plan(fact)
    section = plan.versions.working().get().sections.get(key=fact.get("section", PlanSection.Key.OVERVIEW))
    drafts.save_section(
        section=section,
        by=_by(fact, plan.agency, Step.START),
        lock=section.lock,
        body=_needed(fact, "body"),
        principles=fact.get("principles"),
        departments=fact.get("departments"),
    )


def _line(fact: dict) -> None:
    plan = _plan(fact)
    by = _by(fact, plan.agency, Step.START)
    version = plan.versions.working().get()
    mine = _mine(fact)
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


def _new_mine(fact: dict) -> None:
    agency = _agency(fact)
    known = {"holder", "mineral_name", "method", "size_class", "status", "output", "output_unit"}
    fields = {name: value for name, value in fact.items() if name in known}
    mineral = Mineral.objects.filter(name=fact.get("mineral_name", "")).first()
    mine = Mine(name=_needed(fact, "mine"), county=agency, managed_by=agency, mineral=mineral, **fields)
    if fact.get("first_permitted_on"):
        mine.first_permitted_on = date.fromisoformat(fact["first_permitted_on"])
    save_mine(mine=mine, by=_hat(fact, agency, Role.FILER))


def _stage(fact: dict) -> None:
    task = MineTask.objects.filter(mine=_mine(fact), programme=_programme(fact)).first()
    if task is None:
        raise FactRefused(f"{fact.get('mine')} 不在任何工作方案里。")
    by_county = fact["fact"] in stages.BY_COUNTY
    superior = task.agency.superior
    by = _hat(fact, task.agency if by_county else superior, Role.FILER if by_county else Role.REVIEWER)
    stages.record_stage(
        task=task,
        stage=fact["fact"],
        by=by,
        day=_day(fact),
        reference=fact.get("reference", ""),
        note=fact.get("note", ""),
        channel=Channel.IMPORT,
    )


def _declare(fact: dict) -> None:
    agency = _agency(fact)
    mine_free.declare(agency=agency, by=_hat(fact, agency, Role.FILER), day=_day(fact))


def _confirm(fact: dict) -> None:
    agency = _agency(fact)
    declaration = MineFreeDeclaration.objects.filter(agency=agency).open().first()
    if declaration is None:
        raise FactRefused(f"{agency} 没有待确认的不涉矿声明。")
    mine_free.confirm(declaration=declaration, by=_hat(fact, agency.superior, Role.REVIEWER), day=_day(fact))


def _change_target(fact: dict) -> None:
    """A removal or late entry that was asked for and approved on paper: both are recorded."""
    task = MineTask.objects.filter(mine=_mine(fact), programme=_programme(fact)).first()
    if task is None:
        raise FactRefused(f"{fact.get('mine')} 不在任何工作方案里。")
    change = ledger.ask_change(
        task=task,
        kind=TARGET_CHANGES[fact["fact"]],
        cause=fact.get("cause", TargetChange.Cause.OTHER),
        reason=_needed(fact, "reason"),
        by=Membership(agency=task.agency, role=Role.FILER),
        day=_day(fact),
        channel=Channel.IMPORT,
    )
    by = _hat(fact, task.agency.superior, Role.REVIEWER)
    approved = date.fromisoformat(fact["approved_on"]) if fact.get("approved_on") else change.happened_on
    ledger.approve_change(change=change, by=by, day=approved)


def _decide(fact: dict) -> None:
    requirement = Requirement.objects.filter(code=_needed(fact, "requirement")).first()
    if requirement is None:
        raise FactRefused(f"没有要求 {fact['requirement']}。")
    grantor = _known_agency(_needed(fact, "grantor"))
    codes = fact.get("agencies") or [_needed(fact, "agency")]
    decisions.record_decision(
        kind=fact["fact"],
        requirement=requirement,
        agencies=[_known_agency(code) for code in codes],
        by=_hat(fact, grantor, Role.REVIEWER),
        on_date=date.fromisoformat(fact["on_date"]) if fact.get("on_date") else None,
        day=_day(fact),
        document=fact.get("document", ""),
        reason=fact.get("reason", ""),
        channel=Channel.IMPORT,
    )


TARGET_CHANGES = {"removed": TargetChange.Kind.REMOVAL, "entered": TargetChange.Kind.ENTRY}
FACTS: dict[str, Callable[[dict], None]] = {
    "section": _section,
    "task": _line,
    "mine": _new_mine,
    "mine_free_declared": _declare,
    "mine_free_confirmed": _confirm,
    **dict.fromkeys(TARGET_CHANGES, _change_target),
    **dict.fromkeys(Decision.Kind.values, _decide),
}


def _by(fact: dict, agency: Agency, step: Step) -> Membership:
    """The hat that the step belongs to, unless the line names another role or agency."""
    side = next(move.side for (_state, one), move in STEPS.items() if one == step)
    match side:
        case Side.REVIEWER:
            return _hat(fact, agency.superior, Role.REVIEWER)
        case Side.RECEIVER:
            return _hat(fact, Agency.objects.get_root(agency), Role.REVIEWER)
        case Side.LEADER:
            return _hat(fact, agency, Role.LEADER)
    return _hat(fact, agency, Role.FILER)


def _hat(fact: dict, agency: Agency, role: Role) -> Membership:
    place = _known_agency(fact["by_agency"]) if fact.get("by_agency") else agency
    return Membership(agency=place, role=fact.get("by_role", role))


def _plan(fact: dict) -> WorkPlan:
    agency = _agency(fact)
    plan = WorkPlan.objects.filter(agency=agency, programme=_programme(fact)).first()
    if plan is None or not plan.versions.working().exists():
        raise FactRefused(f"{agency} 没有可编辑的工作方案草稿。")
    return plan


def _programme(fact: dict) -> Programme:
    code = fact.get("programme")
    found = Programme.objects.filter(code=code) if code else Programme.objects.all()
    if not found:
        raise FactRefused("没有这个专项工作，请先运行 load_reference。")
    return found[0]


def _mine(fact: dict) -> Mine:
    """By permit number, else by name within the agency."""
    text = _needed(fact, "mine")
    found = list(Mine.objects.filter(permits__number=text))
    if not found:
        found = list(Mine.objects.filter(folded_name=fold(text)))
        if fact.get("agency"):
            found = [mine for mine in found if mine.managed_by and mine.managed_by.code == fact["agency"]]
    if len(found) != 1:
        raise FactRefused(f"矿山“{text}”在登记中有 {len(found)} 座，须恰好一座。")
    return found[0]


def _agency(fact: dict) -> Agency:
    return _known_agency(_needed(fact, "agency"))


def _known_agency(code: str) -> Agency:
    agency = Agency.objects.filter(code=code).first()
    if agency is None:
        raise FactRefused(f"没有代码为 {code} 的机构。")
    return agency


def _day(fact: dict) -> date | None:
    try:
        return date.fromisoformat(fact["happened_on"]) if fact.get("happened_on") else None
    except ValueError as error:
        raise FactRefused(f"{fact['happened_on']} 不是日期，请写成 2018-05-25。") from error


def _needed(fact: dict, name: str):
    if not fact.get(name):
        raise FactRefused(f"缺少 {name}。")
    return fact[name]
