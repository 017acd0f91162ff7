"""The workbook of a month, opened again and read."""

from datetime import date, datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook

from agencies.models import Role
from greenmine.clock import today_is
from tasks.actions import monthly, stages
from tasks.actions.monthly import Entry
from tasks.exports.monthly import HEADINGS, ZERO, month_workbook
from tasks.exports.paper_words import STAGES
from tasks.models import MineTask, Programme, StageFact
from tasks.reports.month_files import month_files
from tasks.rules.steps import Step
from tests.factories import agency, membership, started_plan, take

pytestmark = pytest.mark.usefixtures("reference")
COUNTY, OTHER, CITY = "411330", "411323", "411300"
MAY, DAY = date(2018, 5, 1), date(2018, 6, 4)


def book(on=DAY):
    place = agency(CITY)
    given = {"month": MAY, "as_of": on, "programme": Programme.objects.get()}
    files = month_files(branch=place, **given)
    return load_workbook(BytesIO(month_workbook(place, MAY, on, files)))


@pytest.fixture
def month():
    """County A confirmed with one correction, county B's plan in force and nothing reported."""
    for code in (COUNTY, OTHER):
        take(started_plan(code, mines=2), Step.SUBMIT, Step.OPEN, Step.ACCEPT)
    first, second = MineTask.objects.filter(agency=agency(COUNTY))
    city = membership(CITY, Role.REVIEWER)
    with today_is(DAY):
        sent = monthly.submit(
            programme=Programme.objects.get(),
            agency=agency(COUNTY),
            month=MAY,
            entries={first.pk: Entry(60, "=1+1", "@缺资金"), second.pk: Entry()},
            by=membership(COUNTY),
        ).report
        monthly.confirm(report=sent, by=city)
        monthly.correct(report=sent, text="=实为50%", reason="笔误", by=city, task=first)
    return first, second


def test_a_row_a_mine_under_the_official_headings(month):
    sheet = book().worksheets[0]
    assert [cell.value for cell in sheet[3]] == HEADINGS
    row = [cell.value for cell in sheet[5]]
    day = datetime(2018, 6, 4)
    assert row == [1, "桐柏县", month[0].mine.name, "未启动", 60, "=1+1", "@缺资金", day, day]
    assert [cell.value for cell in sheet[6]][4:7] == [None, None, None]
    assert sheet["E5"].number_format == '0"%"'


def test_what_a_person_typed_is_text_and_never_a_formula(month):
    for sheet in book().worksheets:
        assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d"}
        typed = [c for row in sheet.iter_rows() for c in row if str(c.value).startswith(("=", "@"))]
        assert typed
        assert all(cell.quotePrefix for cell in typed)


def test_the_total_and_who_has_not_reported_stand_below(month):
    sheet = book().worksheets[0]
    total = [cell.value for cell in sheet[7]]
    assert (total[0], total[2], total[3], total[6]) == ("合计", "2座", "未启动2", "1座有问题")
    said = [sheet.cell(row, 1).value for row in (8, 9)]
    assert said == ["未报 1：西峡县", "已确认 1：桐柏县"]


def test_corrections_stand_on_a_sheet_of_their_own(month):
    lines, corrections = book().worksheets
    assert corrections.title == "更正"
    assert [cell.value for cell in corrections[5]][3:5] == ["=实为50%", "笔误"]
    assert "=实为50%" not in [cell.value for row in lines.iter_rows() for cell in row]
    assert len(book(on=date(2018, 6, 3)).worksheets) == 1, "not said yet on that day"


def test_a_month_without_any_report_is_still_a_paper(month):
    sheet = book(on=date(2018, 6, 1)).worksheets[0]
    assert [cell.value for cell in sheet[5]][:3] == ["合计", None, "0座"]
    assert sheet.cell(6, 1).value == "未报 2：西峡县、桐柏县"


def test_a_month_under_way_says_until_when(month):
    sheet = book(on=date(2018, 5, 28)).worksheets[0]
    assert "本月未结束，数据截至2018年5月28日。" in [row[0].value for row in sheet.iter_rows()]


def test_a_zero_report_says_nothing_of_no_change_beside_a_stage_that_moved():
    take(started_plan(COUNTY, mines=2), Step.SUBMIT, Step.OPEN, Step.ACCEPT)
    first, _second = MineTask.objects.all()
    city = membership(CITY, Role.REVIEWER)
    with today_is(date(2018, 5, 30)):
        stages.record_stage(task=first, stage="verified", by=city, reference="验收意见1号")
    with today_is(DAY):
        sending = {"programme": first.programme, "agency": agency(COUNTY), "month": MAY}
        sent = monthly.submit_zero(by=membership(COUNTY), **sending).report
        monthly.confirm(report=sent, by=city)
    rows = [(row[3].value, row[5].value) for row in book().worksheets[0].iter_rows(min_row=5, max_row=6)]
    assert rows == [("核查通过", None), ("未启动", ZERO)]


def test_a_past_day_names_whose_rows_were_written_anew_since(month):
    with today_is(date(2018, 6, 6)):
        sending = {"programme": Programme.objects.get(), "agency": agency(OTHER), "month": MAY}
        sent = monthly.submit_zero(by=membership(OTHER), **sending).report
    with today_is(date(2018, 6, 8)):
        monthly.confirm(report=sent, by=membership(CITY, Role.REVIEWER))
    said = "西峡县：2018年6月7日之后重报或确认，表中为其后所存内容。"
    assert said in [row[0].value for row in book(on=date(2018, 6, 7)).worksheets[0].iter_rows()]
    assert said not in [row[0].value for row in book(on=date(2018, 6, 8)).worksheets[0].iter_rows()]


def test_every_stage_has_its_word():
    assert set(STAGES) == {"", *StageFact.Stage}
