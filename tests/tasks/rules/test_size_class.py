"""Size classes by mineral, method and unit; domain.md section 5."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.rules.size_class import UNITS, SizeStandard, convert, size_class

MINERALS = {
    row["code"]: row
    for row in json.loads((Path(__file__).parents[3] / "fixtures" / "minerals.json").read_text("utf-8"))
}


def standard(code: str, method: str | None = None) -> SizeStandard:
    row = next(size for size in MINERALS[code]["sizes"] if size["method"] in (None, method))
    return SizeStandard(code, row["method"], row["unit"], Decimal(row["large"]), Decimal(row["medium"]))


@pytest.mark.parametrize(
    ("mineral", "method", "output", "expected"),
    [
        ("coal", "underground", "120", "large"),
        ("coal", "underground", "119.9", "medium"),
        ("coal", "open_pit", "120", "medium"),
        ("gold", None, "15", "large"),
        ("gold", None, "5.9", "small"),
        ("building-stone", None, "10", "large"),
        ("building-stone", None, "0.4", "tiny"),
        ("building-stone", None, "0.5", "small"),
        ("graphite", None, "0.3", "medium"),
    ],
)
def test_the_thresholds_of_the_ministry(mineral, method, output, expected):
    assert size_class(standard(mineral, method), Decimal(output)) == expected


def test_building_stone_is_measured_in_cubic_metres():
    assert standard("building-stone").unit == "万立方米/年"


def test_a_mineral_without_thresholds_stays_without_a_class():
    assert MINERALS["trona"]["sizes"] == []


@pytest.mark.parametrize(
    ("output", "unit", "expected"),
    [
        ("150000", "吨/年", "large"),
        ("59999", "吨/年", "small"),
        ("15", "万吨/年", "large"),
        ("15", "万立方米/年", None),
        ("15", "", None),
        ("15", "克拉/年", None),
        ("-1", "万吨/年", None),
        ("NaN", "万吨/年", None),
        ("Infinity", "吨/年", None),
    ],
)
def test_the_unit_is_converted_and_another_measure_has_no_class(output, unit, expected):
    assert size_class(standard("gold"), Decimal(output), unit) == expected


def test_what_is_not_known_has_no_class():
    assert size_class(None, Decimal(100)) is None
    assert size_class(standard("gold"), None) is None


def test_every_mineral_of_the_fixture_has_a_standard_and_thresholds_with_their_source():
    names = [name for row in MINERALS.values() for name in (row["name"], *row["synonyms"])]
    assert len(names) == len(set(names)), "a name leads to one mineral"
    for row in MINERALS.values():
        assert row["green_standard"] in {f"DZ/T {number:04}-2018" for number in range(312, 321)}, row["name"]
        assert bool(row["sizes"]) == bool(row["source"]), row["name"]
        for size in row["sizes"]:
            assert size["unit"] in UNITS
            assert size["method"] in (None, "underground", "open_pit")
            assert Decimal(size["large"]) > Decimal(size["medium"]) > 0


# domain.md section 5, a year's output: large from, medium from.
THRESHOLDS = {
    "煤": [("underground", "万吨/年", "120", "45"), ("open_pit", "万吨/年", "400", "100")],
    "金": [(None, "万吨/年", "15", "6")],
    **{name: [(None, "万吨/年", "100", "30")] for name in ("铜", "铅", "锌", "钨", "钼", "铝土矿", "磷")},
    "石灰岩": [(None, "万吨/年", "100", "50")],
    "白云岩": [(None, "万吨/年", "50", "30")],
    "硅石": [(None, "万吨/年", "20", "10")],
    "建筑石料": [(None, "万立方米/年", "10", "5")],
    "建筑用砂": [(None, "万吨/年", "30", "5")],
    "砖瓦用粘土": [(None, "万吨/年", "30", "5")],
    "玻璃用砂": [(None, "万吨/年", "30", "10")],
    "石墨": [(None, "万吨/年", "1", "0.3")],
    "岩盐": [(None, "万吨/年", "20", "10")],
    "芒硝": [(None, "万吨/年", "50", "10")],
    "高岭土": [(None, "万吨/年", "10", "5")],
    "膨润土": [(None, "万吨/年", "10", "5")],
}


@pytest.mark.parametrize("name", THRESHOLDS)
def test_the_fixture_holds_the_table_of_the_ministry(name):
    sizes = next(row["sizes"] for row in MINERALS.values() if row["name"] == name)
    found = [(size["method"], size["unit"], size["large"], size["medium"]) for size in sizes]
    assert found == THRESHOLDS[name]


def test_tonnes_and_cubic_metres_do_not_convert():
    assert convert(Decimal(1), "万吨/年", "万立方米/年") is None
    assert convert(Decimal(12500), "吨/年", "万吨/年") == Decimal("1.25")


@given(
    st.decimals(0, 10**6, places=2),
    st.sampled_from([("吨/年", "万吨/年"), ("立方米/年", "万立方米/年")]),
)
def test_a_conversion_there_and_back_changes_nothing(value, units):
    there = convert(value, *units)
    assert there is not None
    assert convert(there, units[1], units[0]) == value
    assert set(units) <= set(UNITS)


@given(st.decimals(0, 1000, places=2), st.decimals(0, 1000, places=2))
def test_more_output_never_means_a_smaller_class(one, other):
    order = ["tiny", "small", "medium", "large"]
    less, more = sorted([one, other])
    gold = standard("gold")
    assert order.index(size_class(gold, less)) <= order.index(size_class(gold, more))
