"""The course of a monthly report, its months, and what a stage is at a month's end."""

from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.rules.monthly import (
    STEPS,
    MonthRefused,
    MonthSide,
    MonthState,
    MonthStep,
    check_step,
    content_hash,
    is_over,
    last_day,
    month_of,
    months_between,
    next_month,
    parse_month,
    previous_month,
    seen_on,
    stage_on,
    state_after,
    steps_open_to,
)
from tasks.rules.progress import DELISTED, STAGES, Criterion, counted_stages, done_since

days = st.dates(date(2018, 5, 1), date(2020, 12, 31))
histories = st.lists(st.tuples(st.sampled_from([*STAGES, DELISTED]), days), max_size=8)


@pytest.mark.parametrize(("state", "step"), list(product(MonthState, MonthStep)))
def test_only_the_tables_steps_are_open_and_only_to_their_side(state, step):
    for side in (*MonthSide, None):
        listed = (state, step) in STEPS
        theirs = side in {who for (_state, one), (who, _to) in STEPS.items() if one == step}
        assert (step in steps_open_to(side, state)) == (listed and theirs)
        if listed and theirs:
            assert check_step(step, state=state, side=side) == STEPS[state, step][1]
            continue
        with pytest.raises(MonthRefused) as refused:
            check_step(step, state=state, side=side)
        assert refused.value.code == ("not_open" if theirs else "not_yours")


def test_the_steps_lead_on_and_a_confirmed_month_is_the_end():
    sent_twice = [MonthStep.SUBMIT, MonthStep.RETURN, MonthStep.SUBMIT]
    assert state_after([]) == MonthState.NONE
    assert state_after(sent_twice) == MonthState.SUBMITTED
    assert state_after([*sent_twice, MonthStep.CONFIRM]) == MonthState.CONFIRMED
    assert not [step for (state, step) in STEPS if state == MonthState.CONFIRMED]


def test_what_is_left_in_sight_on_a_past_day_still_tells_the_state():
    assert state_after([MonthStep.CONFIRM]) == MonthState.CONFIRMED


@pytest.mark.parametrize("text", ["2019-13", "2019-00", "2019-6", "19-06", "2019-06-01", "²019-06", "", "x"])
def test_what_names_no_month_is_none(text):
    assert parse_month(text) is None


@given(days)
def test_months_follow_one_another(day):
    month = month_of(day)
    assert parse_month(f"{month:%Y-%m}") == month
    assert month <= day <= last_day(month) < next_month(month)
    assert previous_month(next_month(month)) == month
    assert list(months_between(month, next_month(month))) == [month, next_month(month)]


@given(days, days)
def test_a_month_is_over_once_its_last_day_has_ended(day, other):
    month = month_of(day)
    assert is_over(month, other) == (month_of(other) > month)
    assert not is_over(month, last_day(month))
    assert is_over(month, next_month(month))


def test_a_month_under_way_is_read_today_and_a_past_one_on_its_last_day():
    assert seen_on(date(2019, 7, 1), date(2019, 7, 5)) == date(2019, 7, 5)
    assert seen_on(date(2019, 6, 1), date(2019, 7, 5)) == date(2019, 6, 30)


@given(histories, days)
def test_the_stage_agrees_with_what_counts_as_done(history, on):
    """One rule: a line never shows a stage that the figures beside it deny."""
    stage = stage_on(history, on)
    for criterion in Criterion:
        done = done_since(history, criterion, on=on) is not None
        assert done == (stage in counted_stages(criterion))


@given(histories, days)
def test_what_comes_after_the_day_changes_no_stage(history, on):
    until = [(stage, day) for stage, day in history if day <= on]
    assert stage_on(history, on) == stage_on(until, on)


def test_a_delisted_mine_says_so_until_a_later_fact():
    listed = [("listed", date(2019, 5, 1)), ("delisted", date(2019, 6, 1))]
    assert stage_on(listed, date(2019, 6, 30)) == "delisted"
    assert stage_on([*listed, ("building", date(2019, 7, 1))], date(2019, 7, 31)) == "building"


def test_the_hash_knows_the_content_and_not_the_order_of_its_keys():
    line = {"task": 1, "percent": 60}
    assert content_hash([line], {"a": 1, "b": 2}) == content_hash([line], {"b": 2, "a": 1})
    assert content_hash([line], {}) != content_hash([{**line, "percent": 61}], {})
    assert content_hash([line], {"a": 1}) != content_hash([line], {"a": 2})
