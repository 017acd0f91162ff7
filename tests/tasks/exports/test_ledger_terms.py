"""The 分解表 of a day in the ledger's terms: what left stands struck through with its approval, what entered is marked,
and an untouched file comes back as it is (findings of figures: the table against the progress)."""

import json
from datetime import date
from io import BytesIO, StringIO

import pytest
from django.core.management import call_command
from openpyxl import load_workbook
from openpyxl.styles import Font

from agencies.models import Role
from greenmine.clock import today_is
from tasks.actions import filings, ledger
from tasks.exports.breakdown import SHEET
from tasks.models import MineTask, Programme
from tasks.rules.steps import Step
from tests.factories import agency, client_as, membership, mine, started_plan, take

pytestmark = pytest.mark.usefixtures("reference")
COUNTY, CITY = "411330", "411300"
DAY = date(2019, 8, 20)


@pytest.fixture
def moved():
    """Three mines planned; one removed on 20 March, one entered on 6 May 2019."""
    plan = take(started_plan(COUNTY, mines=3), Step.SUBMIT, Step.OPEN, Step.ACCEPT)
    task = MineTask.objects.order_by("pk").first()
    city, county = membership(CITY, Role.REVIEWER), membership(COUNTY)
    with today_is(date(2019, 3, 20)):
        change = ledger.ask_change(task=task, kind="removal", cause="closed", reason="政策性关闭", by=county)
        ledger.approve_change(change=change, by=city)
    with today_is(date(2019, 5, 6)):
        change = ledger.ask_entry(
            mine=mine(COUNTY, "示例新设矿", since=date(2019, 5, 1)),
            programme=Programme.objects.get(),
            cause="new",
            reason="新设",
            by=county,
        )
        ledger.approve_change(change=change, by=city)
    return plan


def export(path, code=COUNTY, on=DAY):
    out = StringIO()
    arguments = ["--agency", code, "--output", str(path), "--as-of", on.isoformat(), "--format", "json"]
    call_command("export_breakdown", *arguments, stdout=out)
    return json.loads(out.getvalue())


def rows_of(content) -> list:
    sheet = load_workbook(BytesIO(content))[SHEET]
    return [row for row in sheet.iter_rows(min_row=5) if row[2].value and row[0].value != "合计"]


def test_planned_is_what_progress_says_and_the_rows_say_why(moved, tmp_path):
    answer = export(tmp_path / "table.xlsx")
    out = StringIO()
    call_command("progress", "--agency", COUNTY, "--as-of", DAY.isoformat(), "--format", "json", stdout=out)
    assert answer["planned"] == json.loads(out.getvalue())["total"]["planned"] == 3
    assert (answer["rows"], answer["drafted"]) == (4, 0)
    rows = rows_of((tmp_path / "table.xlsx").read_bytes())
    struck = [row for row in rows if row[2].font.strike]
    assert len(struck) == 1
    assert struck[0][0].value is None, "it has no number among those that count"
    assert struck[0][13].value == "【调出：政策性关闭；南阳市2019年3月20日批准】"
    entered = [row for row in rows if row[2].value == "示例新设矿"]
    assert [row[13].value for row in entered] == ["【调入：新设；南阳市2019年5月6日批准】"]
    total = [
        row for row in load_workbook(tmp_path / "table.xlsx")[SHEET].iter_rows() if row[0].value == "合计"
    ]
    assert (total[0][2].value, total[0][13].value) == (3, "原定3\n调出1\n调入1\n调整后3")


def test_a_day_before_the_changes_shows_none_of_them(moved, tmp_path):
    assert export(tmp_path / "table.xlsx", on=date(2019, 3, 19))["planned"] == 3
    rows = rows_of((tmp_path / "table.xlsx").read_bytes())
    assert len(rows) == 3
    assert not [row for row in rows if row[2].font.strike or row[13].value]


def test_the_citys_workbook_has_original_and_adjusted_side_by_side(moved, tmp_path):
    assert export(tmp_path / "city.xlsx", CITY)["planned"] == 3
    sheet = load_workbook(tmp_path / "city.xlsx")["汇总"]
    headings = [sheet.cell(3, column).value for column in range(1, 14)]
    row = next(row for row in sheet.iter_rows(min_row=5, values_only=True) if row[1] == "桐柏县")
    said = dict(zip(headings, row, strict=True))
    assert (said["原定目标（座）"], said["目标合计（座）"]) == (3, 3)
    assert "调出1，调入1" in said["备注"]


def test_an_untouched_table_comes_back_as_no_change(moved, tmp_path):
    with today_is(DAY):
        filings.revise(plan=moved, by=membership(COUNTY), reason="示例")
        path = tmp_path / "table.xlsx"
        export(path)
        out = StringIO()
        call_command("import_breakdown", str(path), "--agency", COUNTY, "--format", "json", stdout=out)
    answer = json.loads(out.getvalue())
    assert (answer["verdict"], answer["warnings"], answer["errors"]) == ("accept", [], [])
    assert "没有变化" in answer["message"]


def test_a_row_that_was_struck_by_hand_is_named_and_left_out(moved, tmp_path):
    path = tmp_path / "table.xlsx"
    with today_is(DAY):
        filings.revise(plan=moved, by=membership(COUNTY), reason="示例")
        export(path)
        book = load_workbook(path)
        for row in book[SHEET].iter_rows(min_row=5):
            if row[2].value == "示例新设矿":
                row[2].font = Font(strike=True)
                row[13].value = "【调出：自行划去；南阳市2019年8月1日批准】"
        book.save(path)
        out = StringIO()
        call_command("import_breakdown", str(path), "--agency", COUNTY, "--format", "json", stdout=out)
    answer = json.loads(out.getvalue())
    assert answer["verdict"] == "warn"
    assert any("没有已批准的调出" in warning["message"] for warning in answer["warnings"])


def test_list_and_desk_count_the_same(moved):
    with today_is(DAY):
        for by in (membership(COUNTY), membership(CITY, Role.REVIEWER)):
            client = client_as(by)
            shown = client.get("/tasks/", {"kind": "planned"}).context["table"].data.data
            assert len(shown) == 3
            names = {row.mine.name for row in shown if row.is_entered}
            assert names == {"示例新设矿"}
            assert client.get("/tasks/").context["total"].planned == 3
        page = client_as(membership(CITY, Role.REVIEWER)).get("/").context["desk"]
        assert page.total.planned == sum(row.tasks for row in page.rows if row.tasks) == 3
        assert agency(COUNTY).pk in page.day.targets
