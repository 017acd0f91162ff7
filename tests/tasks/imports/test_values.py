"""Cells as clerks write them."""

from datetime import date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.imports.units import TONNES, Unit
from tasks.imports.values import read_date, read_licence, read_output, read_text, read_word
from tasks.rules.planned_dates import PlannedDate

TEN_THOUSAND_TONNES = Unit(TONNES, Decimal(1), TONNES)
CELLS = st.one_of(
    st.text(max_size=80),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.integers().map(float),
)


@given(CELLS)
def test_no_cell_makes_a_reader_fail_and_none_is_doubted_without_a_word(cell):
    for reading in (
        read_output(cell, TEN_THOUSAND_TONNES),
        read_output(cell, None),
        read_date(cell),
        read_licence(cell),
        read_text(cell, 100),
    ):
        assert bool(reading.level) == bool(reading.message)
        assert reading.level != "error" or reading.value is None


@given(st.decimals(min_value=0, max_value=99_999, places=4))
def test_a_figure_is_read_as_it_is_written(figure):
    for cell in (
        f"{figure}",
        f" {figure:,} ",
        f"{figure}万吨/年",
        f"{figure}".translate(str.maketrans("0123456789.", "０１２３４５６７８９．")),
    ):
        reading = read_output(cell, TEN_THOUSAND_TONNES)
        assert (reading.value[0], reading.level) == (figure, "")


@given(st.integers(min_value=0, max_value=10**9))
def test_tonnes_become_ten_thousand_tonnes_with_a_word(tonnes):
    reading = read_output(f"{tonnes}吨/年", TEN_THOUSAND_TONNES)
    assert reading.value == (Decimal(tonnes) / 10_000, TONNES)
    assert reading.level == "warning"


@given(st.dates(min_value=date(2000, 1, 1), max_value=date(2099, 12, 31)))
def test_a_day_is_read_in_every_habit(day):
    serial = float((day - date(1899, 12, 30)).days)
    for cell in (
        day,
        datetime.combine(day, time()),
        f"{day:%Y}年{day.month}月{day.day}日",
        f"{day:%Y/%m/%d}",
        f"{day:%Y%m%d}",
    ):
        assert read_date(cell).value == PlannedDate(day, "day")
    assert read_date(serial).value == PlannedDate(day, "day")
    assert read_date(serial).level == "warning"
    assert read_date(serial - 1462, date_1904=True).value == PlannedDate(day, "day")
    assert read_date(serial, "day").level == ""


@given(
    st.from_regex(r"C\d{22}|\d{13}", fullmatch=True).filter(str.isascii),
    st.sampled_from(["", " ", "\u200b", "\xa0", "\n", "'"]),
)
def test_a_permit_number_keeps_its_digits_whatever_surrounds_it(number, around):
    for cell in (f"{around}{number}{around}", number.lower(), f"采矿许可证号：{number}", f"{number}。"):
        reading = read_licence(cell)
        assert (reading.value, reading.level) == (number, "")


@given(st.floats(min_value=1e15, allow_infinity=True))
def test_a_permit_number_out_of_a_large_number_cell_is_gone(cell):
    """decisions.md, "Permit": 16 and more digits out of a number cell are emptied with a warning."""
    reading = read_licence(cell)
    assert reading.value is None
    assert reading.level == "warning"


@pytest.mark.parametrize("cell", ["1.23E+22", "4.1e22", "1.304252010017E+22"])
def test_a_permit_number_in_exponent_notation_is_not_guessed(cell):
    assert read_licence(cell).value is None


def test_a_month_format_means_the_last_day_of_the_month():
    assert read_date(date(2019, 2, 1), "month").value == PlannedDate(date(2019, 2, 28), "month")
    assert read_date(date(2019, 8, 1), "quarter").value == PlannedDate(date(2019, 9, 30), "quarter")


def test_2019_point_1_may_be_january_or_october():
    assert read_date(2019.1).value is None
    assert read_date(2019.12).value == PlannedDate(date(2019, 12, 31), "month")


@pytest.mark.parametrize("cell", ["12月底", "31/12/2019", "约2019年底"])
def test_a_date_that_could_be_several_is_left_empty_with_a_warning(cell):
    assert (read_date(cell).value, read_date(cell).level) == (None, "warning")


@pytest.mark.parametrize(
    "cell", ["2019年2月30日", "2019年13月", "尽快", True, time(3), date(1900, 1, 1), 1e10]
)
def test_what_is_no_date_is_an_error(cell):
    assert read_date(cell).level == "error"


def test_a_figure_without_any_unit_that_only_tonnes_can_be_is_not_stored():
    assert read_output(125000.0, None).value is None
    assert read_output(12.5, None).value == (Decimal("12.5"), None)


def test_words_have_their_synonyms_and_others_are_said():
    assert read_word("method", "露天/地下").value == "combined"
    assert read_word("tier", "底线").value == "baseline"
    assert "露天" in read_word("method", "横着挖").message


def test_text_loses_control_characters_and_long_text_is_named_with_the_limit():
    assert read_text("甲\x00矿", 10).value == "甲矿"
    assert read_text("甲" * 11, 10).value is None
    assert "10" in read_text("甲" * 11, 10).message
