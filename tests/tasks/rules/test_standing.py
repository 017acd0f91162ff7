"""Checkpoints: required, slack, what planned dates promise, and the forecast; domain.md, trap 8."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.rules.standing import Standing, forecast, outlook

HALF = date(2019, 12, 31)


def standing(done, base, on=date(2019, 6, 1)):
    return Standing(done=done, base=base, share=50, due_on=HALF, on=on)


@pytest.mark.parametrize(("base", "required"), [(5, 3), (7, 4), (None, None), (0, 0)])
def test_required_rounds_up_and_unknown_stays_unknown(base, required):
    assert standing(0, base).required == required


def test_met_is_open_until_the_day_has_ended():
    assert standing(3, 5, on=HALF).met is None
    assert standing(3, 5, on=HALF + timedelta(days=1)).met is True
    assert standing(2, 5, on=HALF + timedelta(days=1)).met is False
    assert standing(0, None, on=HALF + timedelta(days=1)).met is None


def test_what_is_reached_after_the_day_is_met_late():
    late = HALF + timedelta(days=20)
    assert not Standing(3, 5, 50, HALF, late, reached_on=HALF).met_late
    assert Standing(3, 5, 50, HALF, late, reached_on=HALF + timedelta(days=1)).met_late
    assert not Standing(2, 5, 50, HALF, late).met_late


def test_figures_are_never_capped():
    assert standing(9, 5).slack == 6


def test_the_tasks_whose_slip_breaks_the_checkpoint_are_named_when_none_is_spare():
    planned = [(1, date(2019, 3, 31)), (2, date(2019, 9, 30)), (3, date(2020, 6, 30))]
    tight = outlook(planned, set(), required=2, due_on=HALF)
    assert (tight.promised, tight.spare) == (2, 0)
    assert tight.critical == (2, 1), "the latest first; what is planned later cannot break it"
    assert tight.last_safe_day == date(2019, 9, 30)
    loose = outlook(planned, {3}, required=2, due_on=HALF)
    assert (loose.promised, loose.spare, loose.critical) == (3, 1, ())
    assert loose.last_safe_day == date(2019, 3, 31)


def test_without_dates_nothing_is_promised():
    assert outlook([(1, None)], set(), required=1, due_on=HALF).promised == 0


@given(
    days=st.lists(st.dates(date(2018, 1, 1), date(2021, 12, 31)), max_size=40),
    required=st.integers(0, 40),
    finished=st.integers(0, 40),
)
def test_spare_is_what_is_promised_beyond_what_is_required(days, required, finished):
    planned = list(enumerate(days))
    done = set(range(min(finished, len(days))))
    seen = outlook(planned, done, required=required, due_on=HALF)
    assert seen.promised == len(done) + sum(day <= HALF for task, day in planned if task not in done)
    assert seen.spare == seen.promised - required
    assert set(seen.critical).isdisjoint(done)


def test_a_forecast_needs_a_pace_and_never_exceeds_the_target():
    on = date(2019, 6, 30)
    assert forecast([on, on], on=on, by=HALF, base=10) is None
    days = [on - timedelta(days=30 * n) for n in range(6)]
    seen = forecast(days, on=on, by=HALF, base=10)
    assert seen.low <= seen.expected <= seen.high <= 10
    assert seen.expected >= len(days)
