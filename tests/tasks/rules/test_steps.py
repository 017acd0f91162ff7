"""Every cell of the workflow table, allowed and refused; decisions.md, "Who files"."""

from itertools import product

import pytest

from tasks.rules.steps import (
    STEPS,
    Route,
    Side,
    State,
    Step,
    StepRefused,
    check_step,
    open_steps,
    side_for,
    state_after,
)


@pytest.mark.parametrize(("state", "step"), list(product(State, Step)))
def test_only_the_tables_steps_are_open_and_only_to_their_side(state, step):
    for side, route, signs_off in product(Side, Route, [False, True]):
        assert_cell(state, step, frozenset({side}), route, signs_off)


def assert_cell(state, step, sides, route, signs_off):
    """One cell of the table: open to its side, refused with the right code to everybody else."""
    move = STEPS.get((state, step))
    listed = move is not None and route in move.routes and (step != Step.SIGN_OFF or signs_off)
    theirs = listed and side_for(step, move, signs_off=signs_off) in sides
    assert (step in open_steps(state, sides, route=route, signs_off=signs_off)) == theirs
    if theirs:
        assert check_step(step, state=state, sides=sides, route=route, signs_off=signs_off) == move.leads_to
        return
    with pytest.raises(StepRefused) as refused:
        check_step(step, state=state, sides=sides, route=route, signs_off=signs_off)
    assert refused.value.code == ("not_yours" if listed else "not_open")


def test_a_county_is_reviewed_and_who_reports_to_the_province_is_not():
    reviewed = {step for (_state, step), move in STEPS.items() if Route.DIRECT not in move.routes}
    assert {Step.SUBMIT, Step.OPEN, Step.RETURN, Step.ACCEPT} <= reviewed
    assert Step.RELEASE not in reviewed


def test_filing_is_for_the_record_and_cannot_be_refused():
    """domain.md, trap 4: 备案 can be sent back for supplements, not refused."""
    of_receiver = {step for (_state, step), move in STEPS.items() if move.side == Side.RECEIVER}
    assert of_receiver == {Step.ASK_SUPPLEMENT, Step.RECEIPT}


def test_the_submitter_may_take_back_until_the_reviewer_opens_it():
    filer = frozenset({Side.FILER})
    assert check_step(Step.TAKE_BACK, state=State.SUBMITTED, sides=filer, route=Route.REVIEWED) == State.DRAFT
    with pytest.raises(StepRefused) as refused:
        check_step(Step.TAKE_BACK, state=State.SUBMITTED, sides=filer, route=Route.REVIEWED, opened=True)
    assert refused.value.code == "already_opened"


def test_a_county_may_have_its_leader_sign_before_a_submission():
    filer, leader = frozenset({Side.FILER}), frozenset({Side.LEADER})
    assert Step.SUBMIT in open_steps(State.DRAFT, filer, route=Route.REVIEWED)
    assert Step.SUBMIT not in open_steps(State.DRAFT, filer, route=Route.REVIEWED, signs_off=True)
    assert Step.SUBMIT in open_steps(State.DRAFT, leader, route=Route.REVIEWED, signs_off=True)


@pytest.mark.parametrize(
    ("steps", "state"),
    [
        ([], State.NONE),
        ([Step.START, Step.SUBMIT, Step.RETURN, Step.SUBMIT], State.RESUBMITTED),
        ([Step.START, Step.SUBMIT, Step.OPEN, Step.ACCEPT, Step.ISSUE, Step.SEND], State.SENT),
        ([Step.START, Step.SUBMIT, Step.ISSUE, Step.ACCEPT], State.ISSUED),
        ([Step.START, Step.RELEASE, Step.ISSUE, Step.SEND, Step.ASK_SUPPLEMENT], State.SUPPLEMENT),
        # The beginning was entered later than the step it led to: the step still speaks.
        ([Step.SUBMIT], State.SUBMITTED),
        ([Step.ISSUE], State.ISSUED),
    ],
)
def test_the_state_follows_from_the_steps(steps, state):
    assert state_after(steps) == state
