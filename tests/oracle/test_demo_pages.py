"""The demo told to the end: what a person reads on the pages and in the files is what the oracle says.

Every figure is read from the HTML of desk, progress and task list and from the reopened workbooks. `make figures` asks
all of it: every agency, month end, criterion and checkpoint; `make test` asks the agencies with a plan, on a few days.
"""

import re
from datetime import date
from io import BytesIO
from itertools import product

import pytest
from django.test import Client
from openpyxl import load_workbook

from agencies.models import Agency, Role
from greenmine.clock import today_is
from tests.factories import client_as, membership
from tests.oracle.comparing import Comparison
from tests.oracle.demo import CRITERIA, IN_FULL, MONTH_ENDS, TODAY
from tests.oracle.oracle import PROVINCE, Oracle
from tests.oracle.pages import Tables, by_code, foot

pytestmark = pytest.mark.django_db
FEW_DAYS = [date(2018, 5, 25), date(2018, 12, 31), date(2019, 12, 31), date(2020, 6, 30), date(2021, 1, 5)]
DAYS = MONTH_ENDS if IN_FULL else FEW_DAYS
POINTS = ("T1", "T2")
DONE, REQUIRED, SLACK = "完成 / 基数", "须达", "富余"
ORIGINAL, SCOPE, ON_DESK = "方案目标（原定）", "应纳入矿山", "完成 / 目标"


def reader(code: str) -> Client:
    role = Role.REVIEWER if not Agency.objects.get(code=code).is_leaf() else Role.VIEWER
    return client_as(membership(code, role))


def looked_at(client: Client, on: date) -> None:
    client.post("/day/", {"day": on.isoformat(), "next": "/"})


def heads(oracle: Oracle) -> list[str]:
    """Whose pages are opened: the province, its cities and what reports to it, and every county."""
    if IN_FULL:
        return [PROVINCE, *Agency.objects.filing().order_by("code").values_list("code", flat=True)]
    return [PROVINCE, *sorted(oracle.history.plans)]


def expected_rows(answer: dict) -> dict[str, dict]:
    return {row["agency"]: row for row in answer["rows"]}


def test_the_pages_of_progress(oracle, comparison):
    """The rows of the head and of those right below it, and the row that adds them up."""
    with today_is(TODAY):
        for head in heads(oracle):
            client = reader(head)
            for number, on in enumerate(DAYS):
                looked_at(client, on)
                standing = oracle.standing(on)
                points = POINTS if IN_FULL else (POINTS[number % 2],)
                for criterion, point in product(CRITERIA, points):
                    asked = {"criterion": criterion, "checkpoint": point}
                    html = client.get("/progress/", asked).content.decode()
                    answer = oracle.progress(on, head, criterion, "plan", point, standing=standing)
                    _progress_page((on, head, criterion, point), html, answer, comparison)
    assert comparison.told > 1_000
    assert comparison.agrees, comparison.report()


def _progress_page(where, html: str, answer: dict, comparison: Comparison) -> None:
    rows, wanted = Tables.of(html), expected_rows(answer)
    found = by_code(rows)
    assert found or not wanted, where
    for code, row in found.items():
        told = wanted[code]
        comparison.row((*where, code), *_sides(told, row))
    total, shown_total = answer["total"], foot(rows)
    if total["planned"] is not None:
        done, base = shown_total.pair(DONE)
        expected = {name: total[name] for name in ("done", "base", "required")}
        got = {"done": done, "base": base, "required": shown_total.number(REQUIRED)}
        comparison.row((*where, "total"), expected, got)


def _sides(told: dict, row) -> tuple[dict, dict]:
    done, base = row.pair(DONE)
    expected = {
        name: told[name] for name in ("done", "base", "required", "slack", "planned_original", "in_scope")
    }
    got = {"done": done, "base": base, "required": row.number(REQUIRED), "slack": row.number(SLACK)}
    got |= {"planned_original": row.number(ORIGINAL), "in_scope": row.number(SCOPE)}
    if row.cells[DONE] == "—":
        # 不涉矿: nothing is required, whatever a target says.
        expected |= dict.fromkeys(("done", "base", "required", "slack"))
    return expected, got


def test_the_desks(oracle, comparison):
    """While building leads: done and required of each bureau below and of the whole, for each checkpoint shown."""
    with today_is(TODAY):
        for head in heads(oracle):
            client = reader(head)
            for on in DAYS:
                looked_at(client, on)
                html = client.get("/").content.decode()
                for opening in html.split('<section class="gm-card gm-lead')[1:]:
                    section = opening.partition("</section>")[0]
                    point = re.search(r"checkpoint=(T\d)", section)[1]
                    answer = oracle.progress(
                        on, head, "verified", "plan", point, standing=oracle.standing(on)
                    )
                    _desk_section((on, head, point), section, answer, comparison)
    assert comparison.told > 500
    assert comparison.agrees, comparison.report()


def _desk_section(where, html: str, answer: dict, comparison: Comparison) -> None:
    number = re.search(r'gm-lead__number"[^>]*>([^<]*)<small>/([^<]*)</small>', html)
    total = answer["total"]
    got = [int(text) if text.isdigit() else None for text in number.groups()]
    comparison.row((*where, "hero"), {"done": total["done"], "base": total["base"]}, dict(zip(("done", "base"), got, strict=True)))  # fmt: skip
    wanted = expected_rows(answer)
    for code, row in by_code(Tables.of(html)).items():
        done, base = row.pair(ON_DESK)
        expected = {name: wanted[code][name] for name in ("done", "base", "required")}
        if row.cells[ON_DESK] == "—":
            expected = dict.fromkeys(expected)
        comparison.row(
            (*where, code), expected, {"done": done, "base": base, "required": row.number(REQUIRED)}
        )


def test_the_task_lists(oracle, comparison):
    with today_is(TODAY):
        for head in heads(oracle):
            client = reader(head)
            for on in DAYS:
                looked_at(client, on)
                html = client.get("/tasks/", {"kind": "planned", "per_page": 200}).content.decode()
                planned = oracle.progress(on, head, "verified", "plan", "T1")["total"]["planned"]
                said = re.search(r"计划目标 (\d+) 座", html)
                body = html[html.index("<tbody") : html.index("</tbody>")] if "<tbody" in html else ""
                listed = len(re.findall(r'href="/mines/\d+/"', body))
                got = {"said": int(said[1]) if said else None, "listed": listed}
                comparison.row((on, head), {"said": planned, "listed": planned or 0}, got)
    assert comparison.told > 100
    assert comparison.agrees, comparison.report()


def test_the_workbooks(oracle, comparison):
    """The workbook of progress with all its rows, and that of the breakdown: its total, and the rows that count."""
    with today_is(TODAY):
        for head in (PROVINCE, "410100", "411200", "411300"):
            client = reader(head)
            for on in DAYS:
                looked_at(client, on)
                _summary(on, head, client, oracle, comparison)
                for criterion in CRITERIA if head == PROVINCE else ("verified",):
                    _report(on, head, criterion, client, oracle, comparison)
    assert comparison.told > 1_000
    assert comparison.agrees, comparison.report()


def _book(client: Client, path: str, **query):
    return load_workbook(BytesIO(client.get(path, query).content), read_only=True)


def _report(on, head, criterion, client, oracle, comparison) -> None:
    sheet = _book(client, "/progress/report.xlsx", criterion=criterion, checkpoint="T2")["进度"]
    answer = oracle.progress(on, head, criterion, "plan", "T2")
    rows = [row for row in sheet.iter_rows(values_only=True) if isinstance(row[0], int)]
    names = ("base", "planned_original", "planned", "in_scope", "required", "done")
    for row, told in zip(rows, answer["rows"], strict=True):
        cells = [value if isinstance(value, int) else None for value in (*row[3:6], *row[7:10])]
        got = dict(zip(names, cells, strict=True))
        comparison.row((on, head, criterion, told["agency"]), {name: told[name] for name in names}, got)


def _summary(on, head, client, oracle, comparison) -> None:
    book = _book(client, "/tasks/summary.xlsx")
    planned = oracle.progress(on, head, "verified", "plan", "T1")["total"]["planned"]
    sheet = list(book["汇总"].iter_rows(values_only=True))
    column = next(row for row in sheet if "目标合计（座）" in row).index("目标合计（座）")
    total = next(row for row in sheet if row[0] == "合计")
    rows = [row for row in book["全部任务"].iter_rows(values_only=True) if isinstance(row[0], int)]
    counted = [row for row in rows if not str(row[13] or "").endswith("【草拟】")]
    agencies = sum(row[column] or 0 for row in sheet if isinstance(row[0], int))
    got = {"total": total[column], "rows": len(counted), "agencies": agencies}
    comparison.row((on, head), {"total": planned, "rows": planned or 0, "agencies": planned or 0}, got)
