"""Facts of the building itself: stages, changes of the target, monthly reports and inspections."""

from collections.abc import Callable

from agencies.models import Channel, Membership, Role
from tasks import month_words
from tasks.actions import inspections, ledger, monthly, stages
from tasks.actions.fact_lookups import (
    FactRefused,
    agency_of,
    day_of,
    hat_of,
    mine_of,
    month_of,
    needed,
    programme_of,
    task_of,
)
from tasks.models import GreenStandard, Inspection, MonthlyReport, StageFact, TargetChange
from tasks.permissions import STAGES_OF_BUREAU
from tasks.rules import planned_dates
from tasks.rules.monthly import MonthRefused


def _stage(fact: dict) -> None:
    task = task_of(fact)
    by_county = fact["fact"] in STAGES_OF_BUREAU
    by = hat_of(
        fact, task.agency if by_county else task.agency.superior, Role.FILER if by_county else Role.REVIEWER
    )
    stages.record_stage(
        task=task,
        stage=fact["fact"],
        by=by,
        day=day_of(fact),
        reference=fact.get("reference", ""),
        standard=_standard(fact),
        directory=fact.get("directory", ""),
        note=fact.get("note", ""),
        channel=Channel.IMPORT,
    )


def _correct_stage(fact: dict) -> None:
    """The last entry of that stage of the mine: its right day, or `withdrawn`."""
    task, stage = task_of(fact), needed(fact, "stage")
    known = [one for one in task.stages.filter(stage=stage).prefetch_related("corrections") if one.day]
    if not known:
        raise FactRefused(f"{task} 没有可更正的 {stage}。")
    by_county = stage in STAGES_OF_BUREAU
    day = None if fact.get("withdrawn") else day_of(fact)
    if day is None and not fact.get("withdrawn"):
        raise FactRefused("请写明 happened_on，即正确的日期，或 withdrawn。")
    stages.correct_stage(
        fact=max(known, key=lambda one: one.pk),
        by=hat_of(
            fact,
            task.agency if by_county else task.agency.superior,
            Role.FILER if by_county else Role.REVIEWER,
        ),
        day=day,
        reason=needed(fact, "reason"),
        channel=Channel.IMPORT,
    )


def _standard(fact: dict) -> GreenStandard | None:
    number = fact.get("standard")
    if not number:
        return None
    standard = GreenStandard.objects.filter(number=number).first()
    if standard is None:
        raise FactRefused(f"没有标准 {number}，请先载入 standards.json。")
    return standard


def _change_target(fact: dict) -> None:
    """A removal or late entry that was asked for and approved on paper: both are recorded."""
    asked = {
        "cause": fact.get("cause", TargetChange.Cause.OTHER),
        "reason": needed(fact, "reason"),
        "day": day_of(fact),
        "channel": Channel.IMPORT,
        "by": Membership(agency=agency_of(fact), role=Role.FILER),
    }
    if fact["fact"] == "removed":
        change = ledger.ask_change(task=task_of(fact), kind=TargetChange.Kind.REMOVAL, **asked)
    else:
        programme = programme_of(fact)
        change = ledger.ask_entry(mine=mine_of(fact), programme=programme, **_entry(fact), **asked)
    _approve(fact, change)


def _merge(fact: dict) -> None:
    """整合: `mines` leave, and the mine `into` enters."""
    where = {name: fact[name] for name in ("agency", "programme") if name in fact}
    root = ledger.ask_merger(
        tasks=[task_of({"mine": name} | where) for name in needed(fact, "mines")],
        into=mine_of({"mine": needed(fact, "into")} | where),
        reason=needed(fact, "reason"),
        day=day_of(fact),
        channel=Channel.IMPORT,
        by=Membership(agency=agency_of(fact), role=Role.FILER),
        **_entry(fact),
    )
    _approve(fact, root)


def _entry(fact: dict) -> dict:
    text = fact.get("planned_completion", "")
    planned = planned_dates.parse(text)
    if text and planned is None:
        raise FactRefused(f"基本建成时间“{text}”读不出日期。")
    return {"tier": fact.get("tier", ""), "planned": planned}


def _approve(fact: dict, change: TargetChange) -> None:
    by = hat_of(fact, change.task.agency.superior, Role.REVIEWER)
    approved = day_of(fact, "approved_on") or change.happened_on
    ledger.approve_change(change=change, by=by, day=approved)


def _inspect(fact: dict) -> None:
    mine = mine_of(fact)
    if mine.managed_by is None:
        raise FactRefused(f"{mine} 还没有管理单位。")
    inspections.record_inspection(
        mine=mine,
        kind=needed(fact, "kind"),
        by=hat_of(fact, mine.managed_by.superior, Role.REVIEWER),
        day=day_of(fact),
        inspectors=fact.get("inspectors", ""),
        findings=fact.get("findings", ""),
        mend_by=day_of(fact, "mend_by"),
        channel=Channel.IMPORT,
    )


def _rectify(fact: dict) -> None:
    """What was mended after the mine's last visit that found something."""
    mine = mine_of(fact)
    inspection = Inspection.objects.filter(mine=mine).exclude(findings="").last()
    if inspection is None:
        raise FactRefused(f"{mine} 没有发现问题的检查记录。")
    by = hat_of(fact, mine.managed_by, Role.FILER)
    inspections.record_rectification(
        inspection=inspection, text=needed(fact, "text"), by=by, day=day_of(fact), channel=Channel.IMPORT
    )


def _month_reported(fact: dict) -> None:
    """`lines` say what is new of some mines, the others go on as in the report before; `zero` says of none."""
    agency = agency_of(fact)
    sending = {
        "programme": programme_of(fact),
        "agency": agency,
        "month": month_of(fact),
        "by": hat_of(fact, agency, Role.FILER),
        "day": day_of(fact),
        "channel": Channel.IMPORT,
    }
    if fact.get("zero"):
        _in_words(monthly.submit_zero, **sending)
        return
    where = {"agency": agency.code, "programme": fact.get("programme")}
    said = {task_of(line | where).pk: line for line in fact.get("lines", [])}
    known = {"percent", "done", "problem"}
    changes = {task: {k: v for k, v in line.items() if k in known} for task, line in said.items()}
    _in_words(monthly.submit_changes, changes=changes, **sending)


def _month_confirmed(fact: dict) -> None:
    agency = agency_of(fact)
    report = MonthlyReport.objects.filter(
        programme=programme_of(fact), agency=agency, month=month_of(fact)
    ).first()
    if report is None:
        raise FactRefused(f"{agency} 没有报送 {fact['month']} 的月报。")
    by = hat_of(fact, agency.superior, Role.REVIEWER)
    _in_words(monthly.confirm, report=report, by=by, day=day_of(fact), channel=Channel.IMPORT)


def _in_words(action: Callable, **said) -> None:
    try:
        action(**said)
    except MonthRefused as refused:
        raise FactRefused(month_words.refusal(refused)) from refused


PROGRESS_FACTS: dict[str, Callable[[dict], None]] = {
    **dict.fromkeys(StageFact.Stage.values, _stage),
    "stage_corrected": _correct_stage,
    "removed": _change_target,
    "entered": _change_target,
    "merged": _merge,
    "month_reported": _month_reported,
    "month_confirmed": _month_confirmed,
    "inspected": _inspect,
    "rectified": _rectify,
}
