"""Finding the header and its columns."""

import pytest

from tasks.imports.headings import FIELDS, SYNONYMS, field_of, find_header, transposed
from tasks.imports.units import unit_in_heading


def test_no_heading_means_two_things():
    assert sum(len(words) for words in SYNONYMS.values()) == len(FIELDS)


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("矿区(企业)名称", "mine"),
        ("* 矿 山 名 称（必填）", "mine"),
        ("矿山\n名称", "mine"),
        ("采矿证号", "licence"),
        ("县（市、区）", "county"),
        ("设计产能", "output"),
        ("生产规模万吨/年", "output"),
        ("计划建成时间", "planned"),
        ("计划投资（万元）", None),
        ("现状(公开报道)", None),
    ],
)
def test_headings_in_use_are_known(heading, field):
    assert field_of(heading) == field


@pytest.mark.parametrize(
    ("heading", "name", "factor"),
    [
        ("生产规模（吨/年）", "万吨/年", "0.0001"),
        ("产能:千吨/年", "万吨/年", "0.1"),
        ("生产规模（万m³/a）", "万立方米/年", "1"),
        ("设计生产能力，万t/a", "万吨/年", "1"),
        ("生产规模（万元）", "", "0"),
    ],
)
def test_units_stand_in_headings(heading, name, factor):
    unit = unit_in_heading(heading)
    assert (unit.name, str(unit.factor.normalize())) == (name, factor)


def test_a_header_of_two_storeys_below_a_title_is_found():
    rows = [
        (1, ["桐柏县任务分解表", "", "", "", ""]),
        (3, ["序号", "矿山基本情况", "", "生产规模", ""]),
        (4, ["", "名称", "采矿许可证", "数量", "单位"]),
        (5, [1.0, "甲矿", "C1", 12.5, "万吨/年"]),
    ]
    header = find_header(rows, [(1, 0, 1, 4), (3, 0, 4, 0), (3, 1, 3, 2), (3, 3, 3, 4)])
    assert (header.row, header.last_row) == (3, 4)
    assert [column.field for column in header.columns] == [
        "serial",
        "mine",
        "licence",
        "output",
        "output_unit",
    ]


def test_data_is_no_second_storey():
    rows = [(1, ["矿山名称", "采矿许可证号"]), (2, ["甲矿", "C1"])]
    assert find_header(rows, []).last_row == 1


def test_headings_that_run_down_are_seen():
    assert transposed([(1, ["矿山名称", "甲"]), (2, ["采矿许可证号", "C1"]), (3, ["备注", ""])])
