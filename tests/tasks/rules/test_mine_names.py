"""Names kept as typed, compared folded, found by initials; decisions.md, "Import"."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.rules.mine_names import clean_name, fold, initials, looks_alike


def test_a_name_is_kept_as_typed_but_for_what_cannot_be_seen():
    assert clean_name("　示例（一）\n号矿\u200b ") == "示例（一）号矿"
    assert clean_name("ＡＢ矿") == "ＡＢ矿"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("示例（一）号矿", "示例(一)号矿"),
        ("示例 一号 矿", "示例一号矿"),
        ("ＡＢ矿", "ab矿"),
        ("石门沟采石场", "石门沟 采石场"),
        ("黑山铁矿有限公司", "黑山铁矿有限公司　"),
        ("柳树沟膨润土矿", "柳树沟\u200b膨润土矿"),
    ],
)
def test_brackets_spaces_and_width_make_no_other_mine(one, other):
    assert fold(one) == fold(other)


def test_another_form_of_the_firm_is_offered_and_not_merged():
    one, other = "示例矿业有限公司", "示例矿业有限责任公司"
    assert fold(one) != fold(other)
    assert looks_alike(one, other)
    assert not looks_alike("示例一号矿", "示例二号矿")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("龙泉石料厂", "龙泉石料厂（原龙泉二厂）"),
        ("响水河铁矿", "响水河铁矿(停产)"),
        ("东岗砂石料有限公司", "东岗砂石料有限责任公司"),
    ],
)
def test_a_remark_behind_the_name_is_offered_and_not_merged(one, other):
    assert fold(one) != fold(other)
    assert looks_alike(one, other)
    assert looks_alike(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("示例矿（一）", "示例矿（二）"),
        ("示例矿（2号）", "示例矿（3号）"),
        ("示例矿（东矿区）", "示例矿（西矿区）"),
        ("（停产）", "（在建）"),
        ("石门沟采石场", "石门沟 采石场"),
    ],
)
def test_workings_told_apart_by_their_number_and_equal_names_are_not_offered(one, other):
    assert not looks_alike(one, other)


@pytest.mark.parametrize(
    ("name", "letters"),
    [("桐柏县老湾金矿", "tbxlwjk"), ("南召县", "nzx"), ("示例A1号矿", "sla1hk"), ("重庆矿", "cqk")],
)
def test_initials(name, letters):
    assert initials(name) == letters


@given(st.text(max_size=60))
def test_cleaning_and_folding_twice_changes_nothing_more(text):
    assert clean_name(clean_name(text)) == clean_name(text)
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=20), st.text(max_size=20))
def test_names_that_fold_equal_are_never_only_alike_and_likeness_has_no_direction(one, other):
    assert looks_alike(one, other) == looks_alike(other, one)
    assert not looks_alike(one, f" {one}\u200b")
