"""The shape of a permit number. The meaning of its digits is never read (domain.md section 5)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.rules.permits import clean, doubt

DIGITS = "0123456789"


@given(st.text(DIGITS, min_size=22, max_size=22), st.text(DIGITS, min_size=13, max_size=13))
def test_both_shapes_are_known(new, old):
    assert doubt(f"C{new}") == doubt(old) == ""


@given(st.text(DIGITS + "C", max_size=30))
def test_every_other_length_is_doubted_and_none_is_refused(number):
    known = (len(number) == 13 and number.isdigit()) or (
        len(number) == 23 and number[0] == "C" and number[1:].isdigit()
    )
    assert doubt(number) == ("" if known else "odd_shape")


@pytest.mark.parametrize("number", ["1.23E+22", "4.1E22", "4.10000200905321E+21", "1e+22"])
def test_what_a_spreadsheet_leaves_is_a_destroyed_number(number):
    assert doubt(number) == "destroyed"


@pytest.mark.parametrize(
    "typed", [" C4100 002009053210015283\n", "Ｃ４１０００02009053210015283", "\u200bC4100002009053210015283"]
)
def test_white_space_width_and_invisible_signs_do_not_matter(typed):
    assert clean(typed) == "C4100002009053210015283"


def test_digits_of_other_scripts_are_no_number():
    assert doubt("٠١٢٣٤٥٦٧٨٩٠١٢") == "odd_shape"
