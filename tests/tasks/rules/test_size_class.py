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
