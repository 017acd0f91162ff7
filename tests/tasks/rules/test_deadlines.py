"""Marks, acts and shares: domain.md section 2 and traps 3 and 8; decisions.md, "Who files"."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.rules.deadlines import Act, Dates, Mark, is_after_warning, mark, met_on, required_count

DAYS = st.dates(date(2018, 1, 1), date(2021, 12, 31))
C2 = Dates(warn_on=date(2018, 5, 10), due_on=date(2018, 5, 20))


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2018, 5, 2), Mark.UPCOMING),
        (date(2018, 5, 3), Mark.DUE_SOON),
        (date(2018, 5, 10), Mark.DUE_SOON),
        (date(2018, 5, 11), Mark.WARNING),
        (date(2018, 5, 20), Mark.WARNING),
        (date(2018, 5, 21), Mark.OVERDUE),
    ],
)
def test_a_dates_own_day_is_still_in_time(day, expected):
    assert mark(C2, met=None, on=day) == expected


def test_met_on_the_due_day_is_in_time_and_a_day_after_is_late():
    assert mark(C2, met=date(2018, 5, 20), on=date(2018, 6, 1)) == Mark.MET
    assert mark(C2, met=date(2018, 5, 21), on=date(2018, 6, 1)) == Mark.MET_LATE


def test_between_both_readings_is_after_the_warning_and_in_time():
    assert is_after_warning(C2, date(2018, 5, 15))
    assert not is_after_warning(C2, date(2018, 5, 10))
    assert not is_after_warning(C2, date(2018, 5, 21))
    assert not is_after_warning(C2, None)


def test_an_extension_governs_and_the_internal_date_only_warns():
    extended = Dates(due_on=date(2018, 5, 20), extended_to=date(2018, 6, 5))
    assert mark(extended, met=None, on=date(2018, 6, 5)) == Mark.DUE_SOON
    assert mark(extended, met=None, on=date(2018, 6, 6)) == Mark.OVERDUE
    internal = Dates(due_on=date(2018, 6, 20), internal_on=date(2018, 5, 28))
    assert mark(internal, met=None, on=date(2018, 5, 29)) == Mark.WARNING
    assert mark(internal, met=date(2018, 6, 1), on=date(2018, 6, 2)) == Mark.MET


def test_an_undated_obligation_is_met_or_upcoming():
    assert mark(Dates(), met=None, on=date(2018, 5, 25)) == Mark.UPCOMING
    assert mark(Dates(), met=date(2018, 5, 1), on=date(2018, 5, 25)) == Mark.MET


@given(warn=DAYS, length=st.integers(1, 40), on=DAYS, met=st.none() | DAYS)
def test_the_first_mark_that_holds_is_taken(warn, length, on, met):
    dates = Dates(warn_on=warn, due_on=warn + timedelta(days=length))
    found = mark(dates, met=met, on=on)
    if met:
        assert found == (Mark.MET_LATE if met > dates.due_on else Mark.MET)
    else:
        assert (found == Mark.OVERDUE) == (on > dates.due_on)
        assert (found == Mark.WARNING) == (dates.warn_on < on <= dates.due_on)
    assert mark(dates, met=met, on=on, applicable=False) == Mark.NOT_APPLICABLE


def test_met_on_is_the_last_of_the_required_acts():
    """domain.md, trap 3: drafted, issued and filed are three events."""
    acts = {Act.DRAFTED: date(2018, 5, 8), Act.ISSUED: date(2018, 5, 15), Act.FILED: None}
    assert met_on([Act.DRAFTED], acts) == date(2018, 5, 8)
    assert met_on([Act.DRAFTED, Act.ISSUED], acts) == date(2018, 5, 15)
    assert met_on([Act.ISSUED, Act.FILED], acts) is None
    assert met_on([], acts) is None


@pytest.mark.parametrize(("base", "needed"), [(5, 3), (7, 4), (4, 2), (1, 1), (0, 0)])
def test_half_rounds_up(base, needed):
    """domain.md, trap 8."""
    assert required_count(50, base) == needed


@given(share=st.integers(1, 100), base=st.integers(0, 10_000))
def test_the_required_count_is_the_smallest_that_reaches_the_share(share, base):
    needed = required_count(share, base)
    assert needed * 100 >= share * base
    assert needed == 0 or (needed - 1) * 100 < share * base
