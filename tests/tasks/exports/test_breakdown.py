"""The county's workbook, opened again as another program would."""

import re
import subprocess
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from greenmine.clock import today_is
from tasks.actions import drafts
from tasks.exports.breakdown import LISTS, MARK, SHEET, breakdown_workbook, template_workbook
from tasks.exports.columns import BREAKDOWN, Kind, shown
from tasks.models import Permit, Programme
from tasks.rules.planned_dates import PlannedDate
from tasks.rules.steps import Step
from tasks.standing.breakdown import rows_of
from tests import factories

PERMIT = "C4113302010127120000001"
TODAY = date(2018, 5, 25)
HEADINGS = [
    "序号", "县（市、区）", "矿山名称", "采矿权人", "采矿许可证号", "开采矿种", "开采方式", "生产规模", None,
    "规模级别", "任务类别", "基本建成时间", "责任人", "备注",
    "任务标识", "矿山标识", "行锁", "时间精度", "来源版本",
]  # fmt: skip
# security.md, H-01: what a spreadsheet would take for a formula, its full-width kin included.
DANGEROUS = [
    "=1+1", "=cmd|'/C calc'!A0", "+1+1", "-2+3", "@SUM(1+1)", "\t=1+1", "#N/A", "＝1+1", "＋1+1", "－1+1",
    '=HYPERLINK("http://127.0.0.1:9099/leak","点击")', "＠SUM(1)", "007", "1.23E+22",
]  # fmt: skip


@pytest.fixture
def working(reference):
    """A working copy of a county with one complete row."""
    plan = factories.started_plan("411330", mines=0)
    version = plan.versions.working().get()
    mine = factories.mine(
        "411330",
        "示例石灰岩矿",
        holder="示例矿业",
        output=Decimal("12.5"),
        output_unit="万吨/年",
        size_class="large",
    )
    Permit.objects.create(mine=mine, number=PERMIT)
    add_line(version, mine, PlannedDate(date(2019, 12, 31), "month"))
    return version


def add_line(version, mine, planned, *, note="", responsible="示例责任人"):
    by = factories.membership(version.plan.agency.code)
    [line] = drafts.add_lines(version=version, mines=[mine], by=by)
    return drafts.save_line(
        line=line, by=by, lock=line.lock, tier="baseline", planned=planned, responsible=responsible, note=note
    )


def submitted(version):
    factories.take(version.plan, Step.SUBMIT)
    return version.plan.versions.frozen().last()


def opened(content: bytes):
    return load_workbook(BytesIO(content))[SHEET]


def first_row(version) -> dict:
    sheet = opened(breakdown_workbook(version, TODAY))
    values = [cell.value for cell in sheet[5]]
    return dict(zip([heading or "单位" for heading in HEADINGS], values, strict=True))


def test_the_columns_stand_in_the_official_order(working):
    sheet = opened(breakdown_workbook(working, TODAY))
    assert [cell.value for cell in sheet[3]] == HEADINGS
    assert (sheet["H4"].value, sheet["I4"].value) == ("数量", "单位")
    assert sheet["A1"].value == "桐柏县2018—2020年绿色矿山建设任务分解表"


def test_every_cell_of_a_row_says_what_was_planned(working):
    line = working.lines.get()
    row = first_row(working)
    assert row.pop("来源版本") == "breakdown-1 411330 0"
    assert row == {
        "序号": 1,
        "县（市、区）": "桐柏县",
        "矿山名称": "示例石灰岩矿",
        "采矿权人": "示例矿业",
        "采矿许可证号": PERMIT,
        "开采矿种": "石灰岩",
        "开采方式": "露天",
        "生产规模": 12.5,
        "单位": "万吨/年",
        "规模级别": "大型",
        "任务类别": "底线任务",
        "基本建成时间": datetime(2019, 12, 31),
        "责任人": "示例责任人",
        "备注": None,
        "任务标识": line.task_id,
        "矿山标识": line.task.mine_id,
        "行锁": f"L{line.lock}M{line.task.mine.version}",
        "时间精度": "month",
    }


def test_a_permit_stays_text_to_the_last_digit(working):
    cell = opened(breakdown_workbook(working, TODAY))["E5"]
    assert (cell.value, cell.data_type, cell.number_format) == (PERMIT, "s", "@")


@pytest.mark.parametrize(
    ("day", "precision", "shown"),
    [
        (date(2019, 5, 20), "day", 'yyyy"年"m"月"d"日"'),
        (date(2019, 12, 31), "month", 'yyyy"年"m"月"'),
        (date(2020, 12, 31), "year", 'yyyy"年"'),
    ],
)
def test_a_day_a_month_and_a_year_are_real_dates_that_their_format_shows(working, day, precision, shown):
    mine = factories.mine("411330")
    add_line(working, mine, PlannedDate(day, precision))
    sheet = opened(breakdown_workbook(working, TODAY))
    assert (sheet["L6"].value.date(), sheet["L6"].number_format) == (day, shown)
    assert sheet["R6"].value == precision


@pytest.mark.parametrize(
    ("day", "precision", "words"),
    [
        (date(2019, 3, 31), "quarter", "2019年第一季度"),
        (date(2019, 9, 30), "quarter", "2019年第三季度"),
        (date(2019, 6, 30), "half_year", "2019年上半年"),
        (date(2020, 12, 31), "half_year", "2020年下半年"),
    ],
)
def test_a_quarter_and_a_half_year_are_words_that_a_typed_date_replaces(working, day, precision, words):
    """No number format can say the quarter of a date: as part of the format it would stay under any date."""
    add_line(working, factories.mine("411330"), PlannedDate(day, precision))
    sheet = opened(breakdown_workbook(working, TODAY))
    cell = sheet["L6"]
    assert (cell.value, cell.data_type, cell.number_format) == (words, "s", "General")
    assert not cell.quotePrefix
    assert sheet["R6"].value == precision
    [column] = [each for each in BREAKDOWN if each.kind is Kind.DAY]
    assert shown(column, rows_of(working)[1], 2) == words  # as the printed plan has it


def test_user_text_never_becomes_a_formula(working):
    """security.md, H-01."""
    for number, text in enumerate(DANGEROUS):
        mine = factories.mine("411330", f"{text}{number}", holder=text)
        add_line(working, mine, PlannedDate(date(2019, 12, 31), "month"), note=text, responsible=text)
    content = breakdown_workbook(working, TODAY)
    markup = ZipFile(BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in markup
    assert 't="e"' not in markup
    sheet = opened(content)
    for row, text in enumerate(DANGEROUS, start=6):
        for column in ("D", "N"):
            cell = sheet[f"{column}{row}"]
            assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)


def test_characters_that_xml_cannot_hold_are_left_out(working):
    mine = factories.mine("411330", holder="甲\x0b乙\ufffe丙")
    add_line(working, mine, PlannedDate(date(2019, 12, 31), "month"), note="一\r\n二\x07_x0041_")
    sheet = opened(breakdown_workbook(working, TODAY))
    assert sheet["D6"].value == "甲乙丙"
    # Spreadsheets read _x0041_ as the letter A; escaped, it stays what was typed.
    assert sheet["N6"].value.replace("_x005F_", "_") == "一\n二_x0041_"


def test_unknown_stays_an_empty_cell(working):
    add_line(working, factories.mine("411330", size_class="", method=""), None)
    sheet = opened(breakdown_workbook(working, TODAY))
    assert [sheet[f"{column}6"].value for column in "EGHIJL"] == [None] * 6


def test_the_total_counts_the_rows(working):
    for _ in range(4):
        add_line(working, factories.mine("411330"), PlannedDate(date(2019, 12, 31), "month"))
    sheet = opened(breakdown_workbook(working, TODAY))
    assert (sheet["A10"].value, sheet["C10"].value) == ("合计", 5)
    assert sheet["J10"].value == "大型1\n小型4"
    assert sheet["K10"].value == "底线任务5"


def test_it_prints_on_a4_landscape_one_page_wide_with_its_header_on_each_page(working):
    version = submitted(working)
    sheet = opened(breakdown_workbook(version, TODAY))
    assert (sheet.page_setup.orientation, str(sheet.page_setup.paperSize)) == ("landscape", "9")
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.print_title_rows == "$3:$4"
    assert sheet.print_area.endswith("$N$7")
    assert sheet.oddFooter.left.text == f"第1版　校验码{version.content_hash[:12]}"
    assert sheet.oddFooter.center.text == "— &P —"


def test_only_title_and_header_are_locked(working):
    sheet = opened(breakdown_workbook(working, TODAY))
    assert sheet.protection.sheet
    assert not sheet.protection.password
    assert all(cell.protection.locked for row in (1, 3, 4) for cell in sheet[row] if cell.has_style)
    assert not any(cell.protection.locked for row in (5, 6) for cell in sheet[row] if cell.has_style)


def test_the_ids_stand_in_hidden_columns_at_the_far_right(working):
    sheet = opened(breakdown_workbook(working, TODAY))
    assert all(sheet.column_dimensions[letter].hidden for letter in "OPQRS")
    assert not any(sheet.column_dimensions[letter].hidden for letter in "ABCDEFGHIJKLMN")


def test_the_workbook_says_from_which_version_it_came(working):
    version = submitted(working)
    book = load_workbook(BytesIO(breakdown_workbook(version, TODAY)))
    mark = f"breakdown-1 411330 1 {version.content_hash}"
    assert book.defined_names[MARK].attr_text == f'"{mark}"'
    assert book.defined_names[MARK].hidden
    assert book[SHEET]["S5"].value == mark


def test_the_words_can_be_chosen_from_a_hidden_sheet(working):
    book = load_workbook(BytesIO(breakdown_workbook(working, TODAY)))
    assert book[LISTS].sheet_state == "hidden"
    choices = {
        column[0].value: [cell.value for cell in column[1:] if cell.value] for column in book[LISTS].columns
    }
    assert choices["任务类别"] == ["底线任务", "自我加压", "增量"]
    chosen = {str(one.sqref).split(":")[0] for one in book[SHEET].data_validations.dataValidation}
    assert chosen == {"G5", "I5", "J5", "K5"}


def test_it_names_the_product_and_nobody(working):
    """security.md, H-04."""
    content = breakdown_workbook(submitted(working), TODAY)
    properties = load_workbook(BytesIO(content)).properties
    assert (properties.creator, properties.lastModifiedBy) == ("绿色矿山建设任务系统", None)
    everything = b"".join(
        ZipFile(BytesIO(content)).read(name) for name in ZipFile(BytesIO(content)).namelist()
    )
    assert b"/tmp/" not in everything
    assert b"filer-411330" not in everything


def test_a_frozen_version_keeps_the_mine_as_it_was_submitted(working):
    version = submitted(working)
    mine = version.lines.get().task.mine
    mine.name = "改名后的矿"
    mine.save()
    assert first_row(version)["矿山名称"] == "示例石灰岩矿"


def test_the_bureau_bears_the_name_of_the_day_of_submission(working):
    """domain.md, trap 16."""
    version = submitted(working)
    sheet = opened(breakdown_workbook(version, date(2020, 1, 1)))
    assert sheet["A2"].value == "填报单位（盖章）：桐柏县国土资源局"
    with today_is(date(2020, 1, 1)):
        later = template_workbook(version.plan.agency, version.plan.programme, date(2020, 1, 1))
    assert opened(later)["A2"].value == "填报单位（盖章）：桐柏县自然资源和规划局"


def test_without_rows_the_register_stands_ready(reference):
    factories.mine("411323", "示例甲矿")
    factories.mine("411323", "示例乙矿", status="closed")
    sheet = opened(template_workbook(factories.agency("411323"), Programme.objects.get(), TODAY))
    assert [sheet["C5"].value, sheet["A6"].value] == ["示例甲矿", "合计"]
    assert sheet["K5"].value is None
    assert sheet["O5"].value is None
    assert sheet["P5"].value


def test_without_any_mine_there_are_empty_rows_to_write_in(reference):
    sheet = opened(template_workbook(factories.agency("411323"), Programme.objects.get(), TODAY))
    assert sheet["A17"].value == "合计"
    assert sheet["C17"].value == 0
    assert not any(cell.value for cell in sheet[5])


def test_the_number_of_queries_does_not_grow_with_the_rows(working, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(
        connection,
    ) as few:
        breakdown_workbook(working.plan.versions.working().get(), TODAY)
    for _ in range(8):
        add_line(working, factories.mine("411330"), PlannedDate(date(2019, 12, 31), "month"))
    with django_assert_num_queries(len(few)):
        breakdown_workbook(working.plan.versions.working().get(), TODAY)


def test_libreoffice_saves_it_again_without_loss(working, tmp_path):
    """decisions.md, "Technical findings": the hidden columns survive and text stays text."""
    add_line(working, factories.mine("411330"), PlannedDate(date(2019, 9, 30), "quarter"), note="=1+1")
    source = tmp_path / "in" / "table.xlsx"
    source.parent.mkdir()
    source.write_bytes(breakdown_workbook(working, TODAY))
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless"]
    command += ["--convert-to", "xlsx", "--outdir", str(tmp_path / "out"), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    before, after = opened(source.read_bytes()), opened((tmp_path / "out" / "table.xlsx").read_bytes())
    for row in range(1, before.max_row + 1):
        for column in range(1, before.max_column + 1):
            was, now = before.cell(row, column), after.cell(row, column)
            assert (now.value, now.data_type) == (was.value, was.data_type), was.coordinate
    assert after["N6"].data_type == "s"
    assert after.column_dimensions["O"].hidden
    assert re.sub(r"\$", "", after.print_title_rows) == "3:4"
