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
    [("示例（一）号矿", "示例(一)号矿"), ("示例 一号 矿", "示例一号矿"), ("ＡＢ矿", "ab矿")],
)
def test_brackets_spaces_and_width_make_no_other_mine(one, other):
    assert fold(one) == fold(other)


def test_another_form_of_the_firm_is_offered_and_not_merged():
    one, other = "示例矿业有限公司", "示例矿业有限责任公司"
    assert fold(one) != fold(other)
    assert looks_alike(one, other)
    assert not looks_alike("示例一号矿", "示例二号矿")


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
