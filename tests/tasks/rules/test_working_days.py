"""The last working day before a deadline, as a hint; domain.md section 2."""

from datetime import date

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.rules.working_days import last_working_day_hint


@pytest.mark.parametrize(
    ("due", "working"),
    [
        (date(2018, 5, 20), date(2018, 5, 18)),
        (date(2018, 6, 10), date(2018, 6, 8)),
        (date(2018, 6, 30), date(2018, 6, 29)),
        (date(2018, 6, 18), date(2018, 6, 15)),
        (date(2018, 10, 7), date(2018, 9, 30)),
    ],
)
def test_a_deadline_on_a_weekend_or_holiday_names_the_working_day_before(due, working):
    assert last_working_day_hint(due) == working


@pytest.mark.parametrize("due", [date(2018, 5, 31), date(2018, 6, 20), date(2018, 4, 28)])
def test_a_working_day_needs_no_hint_even_a_saturday_worked_for_a_holiday(due):
    assert last_working_day_hint(due) is None


@pytest.mark.parametrize("due", [date(2003, 12, 28), date(2004, 1, 1), date(2035, 1, 7), date.min, date.max])
def test_outside_the_years_of_the_calendar_there_is_no_hint(due):
    assert last_working_day_hint(due) is None


@given(st.dates(date(2005, 1, 1), date(2025, 12, 31)))
def test_the_hint_is_the_nearest_working_day_before_a_day_off(due):
    hint = last_working_day_hint(due)
    assert (hint is None) == chinese_calendar.is_workday(due)
    if hint:
        assert chinese_calendar.is_workday(hint)
        days_between = [date.fromordinal(n) for n in range(hint.toordinal() + 1, due.toordinal())]
        assert not any(map(chinese_calendar.is_workday, days_between))
