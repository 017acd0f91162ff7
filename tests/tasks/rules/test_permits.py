"""The shape of a permit number. The meaning of its digits is never read (domain.md section 5)."""

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tasks.rules.permits import PermitReading, clean, doubt, read_number_cell, read_permit

DIGITS = "0123456789"
NEW = "C4100002009053210015283"
OLD = "1304250610100"


@given(st.text(DIGITS, min_size=22, max_size=22), st.text(DIGITS, min_size=13, max_size=13))
def test_both_shapes_are_known(new, old):
    assert doubt(f"C{new}") == doubt(old) == ""


@given(st.text(DIGITS + "C", max_size=30))
def test_every_other_length_is_doubted_and_none_is_refused(number):
    known = (len(number) == 13 and number.isdigit()) or (
        len(number) == 23 and number[0] == "C" and number[1:].isdigit()
    )
    assert doubt(number) == ("" if known else "shape")


@pytest.mark.parametrize("number", ["1.23E+22", "4.1E22", "4.10000200905321E+21", "1e+22", "1,23E+22"])
def test_what_a_spreadsheet_leaves_is_a_destroyed_number(number):
    assert doubt(number) == "destroyed"
    assert read_permit(f" {number}") == read_permit(f"'{number}") == PermitReading(None, "destroyed")


def test_thirteen_digits_in_exponent_notation_are_destroyed_too():
    assert read_permit("1.30425E+12") == PermitReading(None, "destroyed")


@pytest.mark.parametrize(
    "typed",
    [
        " C4100 002009053210015283\n",
        "Ｃ４１００００2009053210015283",
        "\u200bC4100002009053210015283",
        "\ufeffC4100002009053210015283",
        "'C4100002009053210015283",
        "＇c410000-2009－0532–10015283’",
        "c4100002009053210015283",
    ],
)
def test_white_space_width_hyphens_and_invisible_signs_do_not_matter(typed):
    assert clean(typed) == NEW
    assert read_permit(typed) == PermitReading(NEW, "")


@pytest.mark.parametrize("typed", ["豫采-0012", "c123-4", NEW[1:], NEW[:-1], OLD + "0"])
def test_another_shape_is_kept_as_typed_and_doubted(typed):
    assert read_permit(typed) == PermitReading(typed, "shape")


@pytest.mark.parametrize("typed", ["", "  ", "\u200b\ufeff", "　"])
def test_nothing_typed_is_no_number_and_no_doubt(typed):
    assert read_permit(typed) == PermitReading(None, "")


def test_digits_of_other_scripts_are_no_number():
    assert doubt("٠١٢٣٤٥٦٧٨٩٠١٢") == "shape"


@pytest.mark.parametrize("value", [1304250610100, 1304250610100.0])
def test_thirteen_digits_in_a_number_cell_are_whole(value):
    assert read_number_cell(value) == PermitReading(OLD, "")


@pytest.mark.parametrize(
    "value", [10**15, 1e15, 4.1e21, 4100002009053210015283, 0.5, math.nan, math.inf, -math.inf]
)
def test_sixteen_digits_or_a_fraction_in_a_number_cell_are_destroyed(value):
    assert read_number_cell(value) == PermitReading(None, "destroyed")


@given(st.integers(0, 10**15 - 1))
def test_what_a_number_cell_can_hold_is_read_alike_as_whole_number_and_as_float(value):
    assert read_number_cell(value) == read_number_cell(float(value)) == read_permit(str(value))


@example("A´")
@given(st.text(max_size=30) | st.text(DIGITS + "cC-'’ ", max_size=40))
def test_what_was_read_is_read_again_the_same(text):
    assert clean(clean(text)) == clean(text)
    once = read_permit(text)
    assert once.number is None or read_permit(once.number) == once
