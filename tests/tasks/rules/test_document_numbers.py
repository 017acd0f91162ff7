"""文号 typed with any brackets, stored with 〔〕; domain.md section 1."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.rules.document_numbers import is_well_formed, normalise


@pytest.mark.parametrize(
    "typed",
    [
        "宛国资办[2018]25号",
        "宛国资办（2018）25号",
        "宛国资办﹝2018﹞25号",
        "宛国资办〔２０１８〕２５号",
        " 宛国资办 (2018) 25 号 ",
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
    ],
)
def test_what_is_no_number_is_said_to_be_none(typed):
    assert not is_well_formed(typed)


@given(st.text(max_size=30))
def test_normalising_twice_changes_nothing_more(text):
    assert normalise(normalise(text)) == normalise(text)
