"""The workbook that leaves comes back: edits give exactly these edits, and nothing else is ever a change.

LibreOffice opens and saves it too, as offices without Excel do.
"""

import shutil
import subprocess
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from tasks.actions import drafts
from tasks.exports.breakdown import breakdown_workbook
from tasks.exports.paper_words import METHODS, SIZES, TIERS
from tasks.imports.breakdown import read_breakdown
from tasks.models import Mine, Permit, Programme
from tasks.rules.planned_dates import PlannedDate, display
from tests import factories

COUNTY = "411330"
ROWS = 6
FIRST_ROW = 5
PLANS = [
    PlannedDate(date(2018, 12, 31), "year"),
    PlannedDate(date(2019, 6, 30), "half_year"),
    PlannedDate(date(2019, 9, 30), "quarter"),
    PlannedDate(date(2019, 12, 31), "month"),
    PlannedDate(date(2020, 2, 29), "month"),
    PlannedDate(date(2020, 5, 12), "day"),
]
# Names that a spreadsheet would spoil if it could: a formula, a number, a date, brackets of both kinds.
NAMES = ["示例（一）矿", "示例(二)石料厂", "=1+1示例矿", "2019示例矿", "示例·三－四矿", "示例𠮷矿"]
# CSV in UTF-8, with the cells as they are shown.
FILTERS = {"csv": "csv:Text - txt - csv (StarCalc):44,34,76"}
FIRST_HIDDEN, HIDDEN = 15, 5
HEADINGS = {
    "mine": "矿山名称",
    "holder": "采矿权人",
    "mineral": "开采矿种",
    "method": "开采方式",
    "output": "数量",
    "size_class": "规模级别",
    "tier": "任务类别",
    "planned": "基本建成时间",
    "responsible": "责任人",
    "note": "备注",
}


@pytest.fixture
def exported(reference) -> bytes:
    """桐柏's breakdown: every precision of a date, figures with decimals, names that are easily spoilt."""
    plan = factories.started_plan(COUNTY, mines=0)
    by, version = factories.membership(COUNTY), plan.versions.working().get()
    mines = [
        factories.mine(
            COUNTY,
            name=name,
            holder="示例矿业有限公司",
            output=Decimal(number) + Decimal("0.5"),
            output_unit="万吨/年",
            size_class=[*SIZES][number % 4],
        )
        for number, name in enumerate(NAMES)
    ]
    for number, mine in enumerate(mines[:3]):
        Permit.objects.create(mine=mine, number=f"C41000020190000000000{number:02d}")
    for number, line in enumerate(drafts.add_lines(version=version, mines=mines, by=by)):
        tier, note = [*TIERS][number % 3], ["", "=SUM(A1)", "+86 377"][number % 3]
        drafts.save_line(
            line=line, by=by, lock=line.lock, tier=tier, planned=PLANS[number], responsible="张工", note=note
        )
    return breakdown_workbook(version, date(2018, 5, 25))


@pytest.fixture
def saved_again(tmp_path):
    """The file as LibreOffice saves it: `saved_again(data, "ods")`."""
    if not shutil.which("soffice"):
        pytest.skip("LibreOffice is not installed")

    def save(data: bytes, kind: str) -> bytes:
        source = tmp_path / "分解表.xlsx"
        source.write_bytes(data)
        profile = f"-env:UserInstallation=file://{tmp_path}/profile"
        command = ["soffice", profile, "--headless", "--convert-to", FILTERS.get(kind, kind)]
        subprocess.run(
            [*command, "--outdir", tmp_path / kind, source], check=True, capture_output=True, timeout=120
        )
        return (tmp_path / kind / f"分解表.{kind}").read_bytes()

    return save


def compared(data: bytes, name: str = "分解表.xlsx"):
    programme = Programme.objects.get()
    return read_breakdown(name, data, agency=factories.agency(COUNTY), programme=programme)


def changes_of(data: bytes, name: str = "分解表.xlsx") -> dict[int, dict]:
    """Row of the file → field → new value."""
    comparison = compared(data, name)
    assert not comparison.new
    assert not comparison.absent
    assert not comparison.reading.errors
    return {
        each.row.row: {change.field: change.new for change in [*each.mine_changes, *each.line_changes]}
        for each in comparison.changed
    }


# One text may stand in a cell in several ways that mean the same.
words = st.text(alphabet="甲乙丙丁矿山整改abcXYZ019（）-+=@", min_size=1, max_size=12).map(
    lambda t: f"写{t}完"
)
# What a clerk writes, and what it means.
dates = st.sampled_from(
    [(display(plan), plan) for plan in PLANS]
    + [
        ("2019年11月底", PlannedDate(date(2019, 11, 30), "month")),
        ("２０２０．０６", PlannedDate(date(2020, 6, 30), "month")),
        ("20191130", PlannedDate(date(2019, 11, 30), "day")),
    ]
)
EDITS = {
    "mine": words.map(lambda text: (text, text)),
    "holder": words.map(lambda text: (text, text)),
    "responsible": words.map(lambda text: (text, text)) | st.just((None, "")),
    "note": words.map(lambda text: (text, text)) | st.just((None, "")),
    "tier": st.sampled_from([(word, code) for code, word in TIERS.items()]),
    "method": st.sampled_from([(word, code) for code, word in METHODS.items()]),
    "size_class": st.sampled_from([(word, code) for code, word in SIZES.items()]),
    "output": st.integers(1, 99999).map(lambda n: (n / 100, Decimal(n) / 100)),
    "planned": dates | st.just((None, None)),
}
edits = st.dictionaries(
    st.integers(FIRST_ROW, FIRST_ROW + ROWS - 1),
    st.sampled_from([*EDITS]).flatmap(lambda name: EDITS[name].map(lambda edit: {name: edit})),
    max_size=ROWS,
)


def before(row: int, field: str):
    """What stood in the field that the row was exported with."""
    mine = Mine.objects.get(name=NAMES[row - FIRST_ROW])
    line = mine.tasks.get().lines.get()
    if field == "planned":
        return PlannedDate(line.planned_on, line.planned_precision)
    return getattr(line, field) if hasattr(line, field) else getattr(mine, {"mine": "name"}.get(field, field))


@given(made=edits)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_an_edited_workbook_gives_exactly_these_edits(exported, made):
    book = load_workbook(BytesIO(exported))
    sheet = book.worksheets[0]
    columns = {cell.value: cell.column for row in sheet["3:4"] for cell in row if cell.value}
    expected = {}
    for row, cells in made.items():
        for field, (written, meant) in cells.items():
            if field == "mine":
                # Two rows of one name are the same mine twice, which is named and not taken.
                written = meant = f"{written}{row}"
            cell = sheet.cell(row, columns[HEADINGS[field]])
            cell.value = written
            if isinstance(written, str):
                cell.data_type = "s"
            if before(row, field) != meant:
                expected[row] = {field: meant}
    buffer = BytesIO()
    book.save(buffer)
    assert changes_of(buffer.getvalue()) == expected


def test_an_untouched_workbook_is_no_change(exported):
    assert changes_of(exported) == {}
    comparison = compared(exported)
    assert (len(comparison.same), comparison.reading.verdict) == (ROWS, "accept")
    assert "没有变化" in comparison.reading.message


def test_rows_in_another_order_are_no_change(exported):
    book = load_workbook(BytesIO(exported))
    sheet = book.worksheets[0]
    rows = [[cell.value for cell in sheet[number]] for number in range(FIRST_ROW, FIRST_ROW + ROWS)]
    for number, values in enumerate(reversed(rows), start=FIRST_ROW):
        for column, value in enumerate(values, start=1):
            cell = sheet.cell(number, column)
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"
    buffer = BytesIO()
    book.save(buffer)
    assert changes_of(buffer.getvalue()) == {}


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_libreoffice_saves_it_again_and_nothing_changes(exported, saved_again, kind):
    again = saved_again(exported, kind)
    assert changes_of(again, f"分解表.{kind}") == {}
    assert len(compared(again, f"分解表.{kind}").same) == ROWS


def edited(data: bytes, change) -> bytes:
    """The workbook with `change(sheet)` made to its first sheet."""
    book = load_workbook(BytesIO(data))
    change(book.worksheets[0])
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def without_ids(data: bytes) -> bytes:
    return edited(data, lambda sheet: sheet.delete_cols(FIRST_HIDDEN, HIDDEN))


def planned_in(data: bytes, name: str) -> list[PlannedDate]:
    return [row.planned for row in compared(data, name).reading.accepted][:ROWS]


def test_without_the_hidden_columns_every_precision_comes_back(exported):
    assert changes_of(without_ids(exported)) == {}
    assert planned_in(without_ids(exported), "分解表.xlsx") == PLANS


def message_of(data: bytes) -> str:
    return compared(data).reading.message


def test_without_the_hidden_columns_the_message_says_how_rows_were_matched(exported):
    assert "没有标识列" not in message_of(exported)
    bare = message_of(without_ids(exported))
    assert "没有标识列，各行按采矿许可证号对应登记的矿山，没有证号的按矿山名称对应" in bare
    assert bare.count("没有标识列") == 1


def test_a_table_of_anothers_is_not_told_of_columns_that_it_never_had(exported):
    fewer = edited(without_ids(exported), lambda sheet: sheet.delete_cols(13, 2))
    assert "没有标识列" not in message_of(fewer)


def test_how_rows_were_matched_is_no_reason_for_doubt(exported):
    """The total and the foot of the table are named as before; without them the file is taken as it stands."""
    plain = edited(without_ids(exported), lambda sheet: sheet.delete_rows(FIRST_ROW + ROWS, 2))
    assert compared(plain).reading.verdict == "accept"
    assert "没有标识列" in message_of(plain)


@pytest.mark.parametrize("kind", ["ods", "xls"])
def test_without_the_hidden_columns_another_format_keeps_every_precision(exported, saved_again, kind):
    again = saved_again(without_ids(exported), kind)
    assert planned_in(again, f"分解表.{kind}") == PLANS
    assert changes_of(again, f"分解表.{kind}") == {}


def test_csv_says_the_same_words(exported, saved_again):
    text = saved_again(exported, "csv")
    assert "2019年上半年" in text.decode()
    assert planned_in(text, "分解表.csv") == PLANS


QUARTER = f"L{FIRST_ROW + PLANS.index(PlannedDate(date(2019, 9, 30), 'quarter'))}"


def type_a_date(sheet):
    # The last day of another quarter, which the hidden column would still call a quarter.
    sheet[QUARTER] = date(2020, 3, 31)


def test_a_date_typed_over_a_quarter_is_a_day(exported):
    changes = changes_of(edited(exported, type_a_date))
    assert changes == {int(QUARTER[1:]): {"planned": PlannedDate(date(2020, 3, 31), "day")}}


@pytest.mark.parametrize("kind", ["xlsx", "ods", "csv"])
def test_a_date_typed_over_a_quarter_leaves_no_old_words(exported, saved_again, kind):
    again = saved_again(edited(exported, type_a_date), kind)
    expected = [*PLANS]
    expected[PLANS.index(PlannedDate(date(2019, 9, 30), "quarter"))] = PlannedDate(date(2020, 3, 31), "day")
    assert planned_in(again, f"分解表.{kind}") == expected
    if kind == "csv":
        assert "第三季度" not in again.decode()


def test_a_month_typed_over_a_quarter_is_that_month(exported):
    def change(sheet):
        sheet[QUARTER] = date(2020, 3, 1)
        sheet[QUARTER].number_format = 'yyyy"年"m"月"'

    changes = changes_of(edited(exported, change))
    assert changes == {int(QUARTER[1:]): {"planned": PlannedDate(date(2020, 3, 31), "month")}}


def test_a_day_typed_over_a_month_is_what_its_format_says(exported):
    row = FIRST_ROW + PLANS.index(PlannedDate(date(2019, 12, 31), "month"))
    for pattern, precision in [('yyyy"年"m"月"', "month"), ("yyyy-mm-dd", "day")]:

        def change(sheet, pattern=pattern):
            sheet[f"L{row}"] = date(2020, 3, 31)
            sheet[f"L{row}"].number_format = pattern

        changes = changes_of(edited(exported, change))
        assert changes == {row: {"planned": PlannedDate(date(2020, 3, 31), precision)}}


def test_a_month_pasted_over_a_day_is_that_month(exported):
    """A spreadsheet keeps 2020年3月 as its first day, whatever the hidden column said of the old cell."""
    row = FIRST_ROW + PLANS.index(PlannedDate(date(2020, 5, 12), "day"))

    def change(sheet):
        sheet[f"L{row}"] = date(2020, 3, 1)
        sheet[f"L{row}"].number_format = 'yyyy"年"m"月"'

    assert changes_of(edited(exported, change)) == {row: {"planned": PlannedDate(date(2020, 3, 31), "month")}}
