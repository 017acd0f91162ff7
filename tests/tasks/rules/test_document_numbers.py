"""文号 typed with any brackets, stored with 〔〕; domain.md section 1."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.rules.document_numbers import DocumentNumber, is_well_formed, normalise, parse


@pytest.mark.parametrize(
    "typed",
    [
        "宛国资办[2018]25号",
        "宛国资办（2018）25号",
        "宛国资办﹝2018﹞25号",
        "宛国资办〔２０１８〕２５号",
        " 宛国资办 (2018) 25 号 ",
        "宛国资办【2018】25号",
        "宛国资办［2018］　25号",
        "\ufeff宛国资办〔2018〕\u200b25号",
    ],
)
def test_any_brackets_and_digits_are_stored_alike(typed):
    assert normalise(typed) == "宛国资办〔2018〕25号"
    assert is_well_formed(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "25号",
        "宛国资办2018年25号",
        "宛国资办〔18〕25号",
        "宛国资办〔2018〕025号",
        "宛国资办〔2018〕25",
        "〔2018〕25号",
        "宛国资办〔2018〕٢٥号",
        "宛国资办〔2018〕0号",
    ],
)
def test_what_is_no_number_is_said_to_be_none(typed):
    assert not is_well_formed(typed)
    assert parse(typed) is None


@given(
    st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1, max_size=8),
    st.integers(1949, 2099),
    st.integers(1, 9999),
    st.sampled_from(["〔〕", "[]", "（）", "()", "﹝﹞", "【】"]),
)
def test_the_parts_come_back_whatever_the_brackets(prefix, year, number, brackets):
    parts = DocumentNumber(prefix, year, number)
    assert parse(f"{prefix}{brackets[0]}{year}{brackets[1]}{number}号") == parts
    assert parse(str(parts)) == parts
    assert normalise(str(parts)) == str(parts)


@given(st.text(max_size=30))
def test_normalising_twice_changes_nothing_more(text):
    assert normalise(normalise(text)) == normalise(text)
