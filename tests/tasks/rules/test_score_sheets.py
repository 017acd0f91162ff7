"""Verdicts of score sheets: unknown stays unknown, and every number is the edition's own."""

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.rules.score_sheets import (
    Code,
    Item,
    Line,
    Precondition,
    ScoreRefused,
    Sheet,
    faults,
    shown_share,
    verdict,
)

FILE = Path(__file__).parents[3] / "fixtures/score_sheets.json"


def item(row) -> Item:
    return Item(row["number"], row["title"], row["points"], tuple(map(item, row.get("items", []))))


def sheet(row) -> Sheet:
    return Sheet(
        row["code"],
        row["title"],
        row["points"],
        row["pass_points"],
        row["item_share"],
        tuple(map(item, row["items"])),
        tuple(Precondition(**one) for one in row["preconditions"]),
    )


EDITIONS = {row["code"]: sheet(row) for row in json.loads(FILE.read_text(encoding="utf-8"))}
OF_2020, OF_2024 = EDITIONS["2020"], EDITIONS["2024"]

# A small edition of which everything is known.
SMALL = Sheet(
    "s",
    "示例",
    points=200,
    pass_points=160,
    item_share=75,
    items=(
        Item("1", "矿区环境", 120, (Item("1.1", "矿容矿貌", 80), Item("1.2", "矿区绿化", 40))),
        Item("2", "资源综合利用", 80),
    ),
    preconditions=(Precondition("P1", "证照有效"), Precondition("P2", "正常运营")),
)
BOTH = {"P1": True, "P2": True}


def judged(points, preconditions=BOTH, of=SMALL):
    return verdict(
        of, {number: None if p is None else Decimal(p) for number, p in points.items()}, preconditions
    )


def codes(result):
    return [reason.code for reason in result.reasons]


def test_all_reached_passes_without_a_reason():
    result = judged({"1": 100, "2": 70})
    assert (result.total, result.passed, result.reasons) == (170, True, ())
    assert [line.reached for line in result.lines] == [True, True]


def test_the_marks_themselves_are_enough():
    assert judged({"1": 90, "2": 70}).passed
    assert judged({"1": 100, "2": 60}).passed
    assert judged({"1": "89.9", "2": 80}).passed is False


def test_a_first_level_item_below_its_share_fails_whatever_the_total():
    result = judged({"1": 120, "2": 59})
    assert result.total >= SMALL.pass_points
    assert (result.passed, codes(result)) == (False, [Code.ITEM])
    (reason,) = result.reasons
    assert (reason.title, reason.points, reason.of, reason.needed) == ("资源综合利用", 59, 80, 75)


def test_a_total_below_the_mark_fails():
    assert codes(judged({"1": 90, "2": 60})) == [Code.TOTAL]


def test_a_precondition_that_does_not_hold_fails_whatever_the_points():
    result = judged({"1": 120, "2": 80}, {"P1": True, "P2": False})
    assert (result.passed, codes(result), result.failed) == (
        False,
        [Code.PRECONDITION],
        SMALL.preconditions[1:],
    )


@pytest.mark.parametrize(
    ("points", "preconditions", "missing"),
    [
        ({"1": 120}, BOTH, ["2"]),
        ({"1": 120, "2": None}, BOTH, ["2"]),
        ({"1.1": 80, "2": 80}, BOTH, ["1.2"]),
        ({"1": 120, "2": 80}, {"P1": True}, ["P2"]),
        ({}, {}, ["P1", "P2", "1", "2"]),
    ],
)
def test_while_something_is_missing_nothing_is_said(points, preconditions, missing):
    result = judged(points, preconditions)
    assert result.passed is None
    assert [one.number for one in result.missing] == missing
    assert (result.total is None) == any(number[0] != "P" for number in missing)


def test_an_item_is_the_sum_of_those_below_it():
    result = judged({"1.1": "70.5", "1.2": 30, "2": 70})
    assert (result.lines[0].points, result.total) == (Decimal("100.5"), Decimal("170.5"))


@pytest.mark.parametrize(
    ("points", "code", "number"),
    [
        ({"2": "80.5"}, "above", "2"),
        ({"1.1": 81}, "above", "1.1"),
        ({"2": -1}, "negative", "2"),
        ({"2": "1.25"}, "too_fine", "2"),
        ({"2": "NaN"}, "no_number", "2"),
        ({"2": "Infinity"}, "no_number", "2"),
        ({"1": 100, "1.1": 50}, "two_levels", "1"),
        ({"9": 1}, "unknown", "9"),
    ],
)
def test_points_that_the_sheet_does_not_allow_are_refused(points, code, number):
    with pytest.raises(ScoreRefused) as refused:
        judged(points)
    assert (refused.value.code, refused.value.number) == (code, number)


def test_a_precondition_of_another_sheet_is_refused():
    with pytest.raises(ScoreRefused):
        judged({}, {"P9": True})


def test_without_a_pass_mark_there_is_a_total_and_no_verdict():
    result = judged({"1": 120, "2": 80}, of=replace(SMALL, pass_points=None))
    assert (result.total, result.passed, codes(result)) == (200, None, [Code.NO_PASS_MARK])


def unsaid() -> Sheet:
    return replace(SMALL, items=(replace(SMALL.items[0], items=()), replace(SMALL.items[1], points=None)))


def test_an_item_whose_maximum_nobody_says_can_only_fail_on_what_is_known():
    result = judged({"1": 120, "2": 80}, of=unsaid())
    assert (result.passed, codes(result), result.lines[1].reached) == (None, [Code.NO_MOST], None)
    assert judged({"1": 89, "2": 80}, of=unsaid()).passed is False
    assert judged({"1": 120, "2": 10}, of=unsaid()).passed is False


def test_items_of_unknown_maximum_share_what_is_left_of_the_total():
    with pytest.raises(ScoreRefused) as refused:
        judged({"2": 81}, of=unsaid())
    assert (refused.value.code, refused.value.most) == ("above_rest", 80)


def test_a_share_that_falls_short_is_not_rounded_up_to_what_is_needed():
    assert shown_share(Decimal("164.9"), 220, 75) == "74.9%"
    assert shown_share(Decimal(80), 120, 75) == "66.7%"
    assert shown_share(Decimal(165), 220, 75) == "75.0%"
    assert shown_share(None, 220, 75) == shown_share(Decimal(5), None, 75) == ""


@pytest.mark.parametrize("edition", EDITIONS.values(), ids=EDITIONS)
def test_the_points_of_each_edition_agree(edition):
    assert faults(edition) == []
    assert len(edition.items) == 6
    known = sum(one.most or 0 for one in edition.items)
    assert known == edition.points or (known < edition.points and any(i.most is None for i in edition.items))


def test_the_editions_say_what_their_sources_say():
    assert (OF_2020.points, OF_2020.pass_points, OF_2020.item_share) == (1000, 800, 75)
    assert len(OF_2020.preconditions) == 5
    assert (OF_2024.points, OF_2024.pass_points) == (100, None)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (replace(SMALL, points=201), "一级指标分值之和"),
        (replace(SMALL, items=(replace(SMALL.items[0], points=110), Item("2", "二", 90))), "1 的下级"),
        (replace(SMALL, pass_points=201), "达标分"),
        (replace(SMALL, item_share=101), "单项比例"),
        (replace(SMALL, preconditions=(Precondition("1", "重号"),)), "编号 1"),
    ],
)
def test_an_edition_that_disagrees_with_itself_is_told(wrong, said):
    (fault,) = faults(wrong)
    assert said in fault


# The first-level items of 2020 whose points no source says share the rest in any way.
@st.composite
def filled_sheet(draw) -> Sheet:
    rest = OF_2020.unsaid_points
    gaps = sum(1 for one in OF_2020.items if one.most is None)
    cuts = sorted(draw(st.lists(st.integers(1, rest - 1), min_size=gaps - 1, max_size=gaps - 1, unique=True)))
    parts = [end - start for start, end in zip([0, *cuts], [*cuts, rest], strict=True)] if gaps else []
    items = tuple(one if one.most is not None else replace(one, points=parts.pop()) for one in OF_2020.items)
    return replace(OF_2020, items=items)


@st.composite
def assessment(draw):
    """A filled edition and points for each first-level item, more often near the marks than far below."""
    edition = draw(filled_sheet())
    points = {}
    for one in edition.items:
        least = draw(st.sampled_from([0, one.most * 7, one.most * 9]))
        points[one.number] = Decimal(draw(st.integers(least, one.most * 10))) / 10
    preconditions = {
        one.number: draw(st.sampled_from([True, True, True, False])) for one in edition.preconditions
    }
    return edition, points, preconditions


@given(assessment())
def test_the_total_is_the_sum_and_a_pass_means_all_marks(made):
    edition, points, preconditions = made
    result = verdict(edition, points, preconditions)
    assert faults(edition) == []
    assert result.total == sum(points.values()) == sum(line.points for line in result.lines)
    every_mark = (
        all(preconditions.values())
        and result.total >= edition.pass_points
        and all(points[i.number] / i.most >= Decimal(edition.item_share) / 100 for i in edition.items)
    )
    assert result.passed is every_mark
    assert bool(result.reasons) is not every_mark


@given(assessment(), st.data())
def test_a_higher_score_never_turns_a_pass_into_a_fail(made, data):
    edition, points, preconditions = made
    one = data.draw(st.sampled_from(edition.items))
    more = Decimal(data.draw(st.integers(int(points[one.number] * 10), one.most * 10))) / 10
    before, after = (verdict(edition, p, preconditions) for p in (points, points | {one.number: more}))
    assert after.passed >= before.passed


@given(assessment(), st.data())
def test_what_is_missing_leaves_the_verdict_open(made, data):
    edition, points, preconditions = made
    gone = data.draw(st.sampled_from([*points, *preconditions]))
    rest = {n: p for n, p in points.items() if n != gone}
    result = verdict(edition, rest, {n: p for n, p in preconditions.items() if n != gone})
    assert result.passed is None
    assert [one.number for one in result.missing] == [gone]


@given(st.integers(1, 3000), st.integers(1, 300), st.integers(0, 100))
def test_the_shown_share_stands_on_the_same_side_as_the_exact_one(tenths, of, needed):
    line = Line(Item("1", "一", of), Decimal(tenths) / 10, of, needed)
    assert (Decimal(line.shown_share.rstrip("%")) >= needed) is line.reached
