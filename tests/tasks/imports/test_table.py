"""Rows, notes and doubts of a table."""

from datetime import date, datetime

from openpyxl.styles import Font

from tasks.imports.table import read_table
from tests.tasks.imports.workbooks import book, licence, row, saved


def _read(*rows, headings=None, agency="桐柏县", prepare=None):
    made = book(*rows, headings=headings)
    if prepare:
        prepare(made)
    return read_table("附件1.xlsx", saved(made), agency)


def _at(reading) -> list[tuple]:
    return [(each.row, each.column) for each in reading.remarks]


def test_totals_notes_numbering_and_repeated_headings_are_no_mines():
    headings = [
        "序号",
        "县（市、区）",
        "矿山名称",
        "采矿许可证号",
        "生产规模（万吨/年）",
        "基本建成时间",
        "备注",
    ]
    reading = _read(
        [1, 2, 3, 4, 5, 6, 7],
        row(1),
        headings,
        row(2),
        ["小计", None, "2座", None, 25],
        [None, "合 计", None, None, 25],
        ["注：本表由县局填报。"],
        ["单位负责人：", None, "审核人：", None, "填表人："],
        [3, None, None, None, None, None, None],
    )
    assert [each.row for each in reading.rows] == [3, 5]
    assert [each.row for each in reading.warnings] == [2, 4, 6, 7, 8, 9]


def test_a_mine_without_a_name_is_an_error_and_is_shown():
    reading = _read(row(1), row(2, mine=None))
    assert [(each.row, each.level) for each in reading.rows] == [(2, ""), (3, "error")]
    assert _at(reading) == [(3, "C")]


def test_merged_cells_hold_for_every_row_they_cover_except_figures():
    def merge(made):
        made.active.merge_cells("B2:B3")
        made.active.merge_cells("E2:E3")

    reading = _read(row(1), row(2), prepare=merge)
    assert [each.county for each in reading.rows] == ["桐柏县", "桐柏县"]
    assert reading.rows[1].output is None


def test_an_exact_repeat_is_taken_once():
    reading = _read(row(1), row(2), row(1))
    assert len(reading.rows) == 2
    assert _at(reading) == [(4, "C")]


def test_an_empty_county_is_the_uploaders_own_and_another_is_refused():
    reading = _read(
        row(1, county=None), row(2, county="桐 柏"), row(3, county="南阳市桐柏县"), row(4, county="西峡县")
    )
    assert [each.county for each in reading.rows] == ["桐柏县"] * 3
    assert [each.row for each in reading.errors] == [5]


def test_hidden_rows_are_taken_with_a_warning():
    def hide(made):
        made.active.row_dimensions[3].hidden = True

    assert _at(_read(row(1), row(2), prepare=hide)) == [(3, None)]


def test_a_cell_struck_through_is_said():
    def strike(made):
        made.active["E3"].font = Font(strike=True)

    assert "E3" in _read(row(1), row(2), prepare=strike).warnings[0].message


def test_the_1904_system_counts_from_its_own_day():
    def other_epoch(made):
        made.epoch = datetime(1904, 1, 1)
        made.active["F2"] = date(2019, 12, 31)

    assert _read(row(1), prepare=other_epoch).rows[0].planned.last_day == date(2019, 12, 31)


def test_a_unit_column_converts_its_row():
    headings = ["矿山名称", "采矿许可证号", "设计产能", "产能单位"]
    reading = _read(
        ["甲矿", licence(1), 125000, "吨/年"], ["乙矿", licence(2), 12.5, "万立方米/年"], headings=headings
    )
    assert [(float(each.output), each.output_unit) for each in reading.rows] == [
        (12.5, "万吨/年"),
        (12.5, "万立方米/年"),
    ]
    assert _at(reading) == [(2, "D")]


def test_columns_in_another_order_below_a_second_heading_are_followed():
    reading = _read(row(1), ["矿山名称", "采矿许可证号", "备注"], ["丙矿", licence(3), "说明"])
    assert (reading.rows[1].mine, reading.rows[1].licence) == ("丙矿", licence(3))


def test_columns_without_a_field_are_named_and_no_reason_to_doubt():
    reading = _read(["甲矿", licence(1), 350], headings=["矿山名称", "采矿许可证号", "计划投资（万元）"])
    assert reading.verdict == "accept"
    assert "计划投资" in reading.message


def test_a_header_alone_is_refused():
    assert _read().refusal_code == "header_only"


def test_a_file_of_nothing_but_errors_is_refused_and_still_shown():
    reading = _read(row(1, output="十二"))
    assert (reading.verdict, len(reading.rows), reading.as_json()["accepted"]) == ("reject", 1, 0)


def test_formulas_stay_text_and_names_stay_as_typed():
    reading = _read(row(1, mine=" 甲（一）矿\n", note="'=1+1"))
    assert reading.rows[0].mine == "甲（一）矿"
