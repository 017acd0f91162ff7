"""The program's side of the comparison: facts go in through its actions, figures come out of its commands."""

import json
from datetime import date, datetime
from io import StringIO
from pathlib import Path

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.db import transaction
from openpyxl import load_workbook

from greenmine.clock import today_is
from tasks.actions.fact_lookups import FactRefused
from tasks.actions.recording import FACTS, STEP_OF_FACT, record_fact
from tasks.actions.recording_progress import PROGRESS_FACTS
from tasks.rules.steps import StepRefused
from tests.oracle.planned import last_day
from tests.oracle.plans import Row

REFUSALS = (StepRefused, ValidationError, PermissionDenied, FactRefused)
# The facts that the program takes.
KNOWN = frozenset({*FACTS, *PROGRESS_FACTS, *STEP_OF_FACT})
TIERS = {"底线任务": "baseline", "自我加压": "self_imposed", "增量": "stretch"}


def record(recorded_on: date, fact: dict) -> bool:
    """Record the fact on that day. False when the program refuses it: then nothing has happened."""
    with today_is(recorded_on):
        try:
            with transaction.atomic():
                record_fact(dict(fact))
        except REFUSALS:
            return False
    return True


def command(name: str, *arguments: str, today: date):
    out = StringIO()
    with today_is(today):
        call_command(name, *arguments, "--format", "json", stdout=out)
    return json.loads(out.getvalue())


def obligations(on: date, agency: str, *, today: date) -> list[dict]:
    return command("obligations", "--agency", agency, "--as-of", on.isoformat(), today=today)


def progress(on: date, agency: str, criterion: str, base: str, checkpoint: str, *, today: date) -> dict:
    asked = ["--agency", agency, "--as-of", on.isoformat(), "--criterion", criterion]
    return command("progress", *asked, "--base", base, "--checkpoint", checkpoint, today=today)


def check(on: date, agency: str, *, today: date) -> dict[str, list[str]]:
    """{code: names of the mines}, like the oracle's; a command that fails is a finding of its own."""
    try:
        found = command("check_plan", "--agency", agency, "--as-of", on.isoformat(), today=today)
    except (CommandError, AttributeError) as error:
        return {f"failed: {type(error).__name__} {error}": []}
    return {one["code"]: sorted(one["mines"]) for one in found}


def breakdown(on: date, agency: str, file: Path, *, today: date) -> dict:
    """The command's answer."""
    asked = ["--agency", agency, "--as-of", on.isoformat(), "--output", str(file)]
    return command("export_breakdown", *asked, today=today)


def breakdown_of_county(on: date, agency: str, file: Path, *, today: date) -> dict:
    """The command's answer with `read`, the rows of its workbook: {name: plans.Row}."""
    answer = breakdown(on, agency, file, today=today)
    return answer | {"read": read_breakdown(file, is_draft=answer["source"] in ("submitted", "working"))}


def read_breakdown(file: Path, *, is_draft: bool) -> dict[str, Row]:
    """The 任务分解表 as a reader of the paper sees it: struck out is 调出, a remark names what is 调入."""
    sheet = load_workbook(file).worksheets[0]
    head = next(row for row in sheet.iter_rows() if any(cell.value == "矿山名称" for cell in row))
    column = {cell.value: cell.column - 1 for cell in head if cell.value}
    found = {}
    for row in sheet.iter_rows(min_row=head[0].row + 2):
        name, number = row[column["矿山名称"]], row[column["序号"]].value
        if not name.value or not (isinstance(number, int) or name.font.strike):
            continue
        remark = str(row[column["备注"]].value or "")
        status = "drafted" if is_draft else "kept"
        if name.font.strike or remark.startswith("调出"):
            status = "removed"
        elif "调入" in remark:
            status = "entered"
        tier = TIERS.get(row[column["任务类别"]].value, "")
        found[name.value] = Row(name.value, status, tier, _day(row[column["基本建成时间"]].value))
    return found


def _day(value) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    return last_day(value or "")
