"""The city's workbook: every place stands there, and its figures are the rows behind them."""

from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook

from agencies.models import Agency, MineFreeDeclaration
from tasks.exports.summary import ALL_ROWS, SUMMARY, city_workbook
from tasks.rules.steps import Step
from tasks.standing.breakdown import city_breakdown
from tests import factories

TODAY = date(2018, 5, 25)


def book_of(code="411300", as_of=TODAY):
    return load_workbook(BytesIO(city_workbook(breakdown_of(code, as_of))))


def breakdown_of(code="411300", as_of=TODAY):
    return city_breakdown(factories.day_of(as_of, code), factories.agency(code))


def summary_of(book) -> dict[str, dict]:
    """Place → heading → cell; the 合计 row under that word."""
    sheet = book[SUMMARY]
    headings = [sheet.cell(4, column).value or sheet.cell(3, column).value for column in range(1, 14)]
    rows = [
        dict(zip(headings, [cell.value for cell in row], strict=True))
        for row in sheet.iter_rows(5, sheet.max_row - 1)
    ]
    return {row["县（市、区）"] or row["序号"]: row for row in rows}


@pytest.fixture
def county_in_force(reference):
    plan = factories.started_plan("411330", mines=2, planned=date(2018, 12, 31))
    return factories.take(plan, Step.SUBMIT, Step.OPEN, Step.ACCEPT)


@pytest.fixture
def county_submitted(reference):
    return factories.take(factories.started_plan("411323", mines=3), Step.SUBMIT)


def test_every_county_stands_there_in_order_of_code(reference):
    book = book_of()
    names = [cell.value for cell in book[SUMMARY]["B"][4:-2]]
    below = Agency.objects.below(factories.agency("411300")).filter(level="county").order_by("code")
    assert names == [county.name for county in below]


def test_a_county_below_the_province_is_not_the_citys(reference):
    """domain.md, trap 5."""
    assert "邓州市" not in summary_of(book_of())


def test_a_place_that_filed_nothing_has_empty_figures_and_says_so(reference):
    row = summary_of(book_of())["西峡县"]
    assert (row["目标合计（座）"], row["2019年"], row["矿山总数"]) == (None, None, None)
    assert row["备注"].startswith("未报")


def test_the_figures_of_a_plan_in_force_are_those_of_its_rows(county_in_force):
    row = summary_of(book_of())["桐柏县"]
    assert (row["矿山总数"], row["露天"], row["目标合计（座）"]) == (2, 2, 2)
    assert (row["2018年"], row["2019年"], row["2020年"]) == (2, 0, 0)
    assert row["备注"] == "通过（第1版）"


def test_figures_of_a_plan_not_yet_accepted_are_called_provisional(county_submitted):
    row = summary_of(book_of())["西峡县"]
    assert (row["目标合计（座）"], row["草拟（座）"]) == (None, 3)
    assert row["备注"] == "已报待审（第1版），草拟数"


def test_a_working_copy_shows_nothing_of_its_rows(reference):
    factories.started_plan("411323", mines=3)
    book = book_of()
    row = summary_of(book)["西峡县"]
    assert (row["目标合计（座）"], row["备注"]) == (None, "未报（编制中）")
    assert book[ALL_ROWS]["A5"].value == "合计"


def test_a_place_without_mines_says_so(reference):
    """domain.md, trap 7."""
    filer = factories.membership("411327")
    MineFreeDeclaration.objects.create(
        agency=filer.agency,
        happened_on=date(2018, 5, 7),
        confirmed_on=date(2018, 5, 9),
        **MineFreeDeclaration.recorded(filer),
    )
    assert summary_of(book_of())["社旗县"]["备注"] == "不涉矿"
    assert summary_of(book_of(as_of=date(2018, 5, 8)))["社旗县"]["备注"].startswith("未报")


def test_the_totals_are_the_rows(county_in_force, county_submitted):
    book = book_of()
    places = summary_of(book)
    total = places.pop("合计")
    for heading in ("矿山总数", "露天", "目标合计（座）", "草拟（座）", "2018年", "2019年", "2020年"):
        assert total[heading] == sum(row[heading] or 0 for row in places.values()), heading
    rows = [row for row in book[ALL_ROWS].iter_rows(5, values_only=True) if isinstance(row[0], int)]
    assert (total["目标合计（座）"], total["草拟（座）"], len(rows)) == (2, 3, 5)
    drafted = [row for row in rows if row[1] == "西峡县"]
    assert len(drafted) == places["西峡县"]["草拟（座）"]
    assert all(row[13].endswith("【草拟】") for row in drafted)
    assert total["备注"] == "目标合计含 1/12 个县（市、区）"


def test_a_past_day_shows_what_had_been_submitted_by_then(county_submitted):
    assert summary_of(book_of(as_of=date(2018, 5, 24)))["西峡县"]["草拟（座）"] is None


def test_a_branch_holds_nothing_of_another(county_in_force):
    assert not breakdown_of("410100").rows


def test_unknown_sizes_are_not_counted_as_none(reference):
    factories.mine("411323", size_class="")
    row = summary_of(book_of())["西峡县"]
    assert (row["矿山总数"], row["大型"], row["中型"]) == (1, None, None)
    assert "1座规模不明" in row["备注"]


def test_a_citys_own_rows_stand_with_the_place_they_name_and_count_once(county_in_force):
    """decisions.md, "Plan, version, task, mine": a city may plan for a county that has no plan yet."""
    from tasks.actions import drafts

    plan = factories.started_plan("411300", mines=0)
    by = factories.membership("411300")
    mines = [factories.mine("411323"), county_in_force.versions.frozen().get().lines.first().task.mine]
    for line in drafts.add_lines(version=plan.versions.working().get(), mines=mines, by=by):
        drafts.save_line(
            line=line,
            by=by,
            lock=line.lock,
            tier="baseline",
            planned=factories.PlannedDate(date(2019, 12, 31), "year"),
            responsible="",
            note="",
        )
    factories.take(plan, Step.RELEASE)
    places = summary_of(book_of())
    assert (places["西峡县"]["目标合计（座）"], places["桐柏县"]["目标合计（座）"]) == (1, 2)
    assert places["西峡县"]["备注"].startswith("未报，由市级编列")
    assert places["合计"]["目标合计（座）"] == 3


def test_the_foot_line_has_room_for_all_who_sign(county_in_force):
    book = book_of()
    for name in (SUMMARY, ALL_ROWS):
        said = [cell.value for cell in book[name][book[name].max_row] if cell.value]
        assert said == ["单位负责人：", "审核人：", "填表人：", "联系电话："]


def test_both_sheets_print_on_a4_landscape(county_in_force):
    book = book_of()
    for name in (SUMMARY, ALL_ROWS):
        sheet = book[name]
        assert (sheet.page_setup.orientation, sheet.print_title_rows) == ("landscape", "$3:$4")
        assert sheet.sheet_properties.pageSetUpPr.fitToPage


def test_the_number_of_queries_does_not_grow_with_places_and_rows(
    county_in_force, county_submitted, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as few:
        breakdown_of()
    for code in ("411321", "411322", "411324"):
        factories.take(factories.started_plan(code, mines=5), Step.SUBMIT)
    with django_assert_num_queries(len(few)):
        breakdown_of()
