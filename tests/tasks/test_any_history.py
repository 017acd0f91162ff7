"""For any plan and any history: what progress must never say (issue of progress; domain.md, traps 8, 9, 13)."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agencies.models import Role
from greenmine.clock import today_is
from tasks.actions import ledger, stages
from tasks.models import MineTask, Programme, StageFact
from tasks.rules.progress import Criterion
from tasks.rules.steps import Step
from tasks.standing.progress import progress
from tests.factories import agency, day_of, membership, mine, started_plan, take

pytestmark = pytest.mark.usefixtures("reference")
COUNTY, CITY = "411330", "411300"
FIRST, LAST = date(2018, 7, 1), date(2020, 12, 31)
DAYS = st.dates(FIRST, LAST)
# One thing that happens: (day, to which mine, what).
HAPPENINGS = st.lists(
    st.tuples(DAYS, st.integers(0, 4), st.sampled_from([*StageFact.Stage.values, "removal", "entry", "new"])),
    max_size=12,
)
QUICK = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def plan():
    return take(started_plan(COUNTY, mines=5), Step.SUBMIT, Step.OPEN, Step.ACCEPT)


def live(happenings) -> None:
    """Let it happen day by day; what the rules refuse does not happen."""
    for day, number, what in sorted(happenings):
        task = MineTask.objects.filter(agency=agency(COUNTY)).order_by("pk")[number]
        with today_is(day):
            happen(task, what, day)


def happen(task, what, day) -> None:
    from django.core.exceptions import ValidationError

    from tasks.rules.steps import StepRefused

    county, city = membership(COUNTY), membership(CITY, Role.REVIEWER)
    try:
        if what in StageFact.Stage.values:
            by = county if what in ("building", "declared", "assessed") else city
            stages.record_stage(task=task, stage=what, by=by, day=day, reference="示例")
        elif what == "new":
            asked = {"cause": "new", "reason": "示例", "by": county, "day": day}
            change = ledger.ask_entry(mine=mine(COUNTY), programme=Programme.objects.get(), **asked)
            ledger.approve_change(change=change, by=city, day=day)
        else:
            change = ledger.ask_change(task=task, kind=what, cause="other", reason="示例", by=county, day=day)
            ledger.approve_change(change=change, by=city, day=day)
    except (StepRefused, ValidationError):
        pass


def row(on, criterion=Criterion.VERIFIED):
    found = progress(day_of(on, COUNTY), criterion=criterion)
    return found.rows[0]


def rolled_back(check):
    from django.db import transaction

    with transaction.atomic():
        check()
        transaction.set_rollback(True)


@QUICK
@given(happenings=HAPPENINGS, on=DAYS, criterion=st.sampled_from(Criterion))
def test_done_never_exceeds_the_target_and_what_was_entered(plan, happenings, on, criterion):
    def check():
        live(happenings)
        seen = row(on, criterion)
        assert len(seen.done) <= seen.planned
        assert len(seen.done) <= seen.original + len(seen.entered)
        assert seen.planned == seen.original - len(seen.removed) + len(seen.entered)
        assert seen.standing.required == -(-seen.checkpoint.share * seen.planned // 100)

    rolled_back(check)


@QUICK
@given(happenings=HAPPENINGS, later=HAPPENINGS, on=DAYS, criterion=st.sampled_from(Criterion))
def test_a_past_day_is_not_changed_by_what_happens_after_it(plan, happenings, later, on, criterion):
    def check():
        live([one for one in happenings if one[0] <= on])
        before = figures(on, criterion)
        live([one for one in later if one[0] > on])
        assert figures(on, criterion) == before

    rolled_back(check)


def figures(on, criterion):
    seen = row(on, criterion)
    return seen.planned, seen.original, seen.done, seen.standing.required, seen.standing.met


@QUICK
@given(day=DAYS, lateness=st.integers(2, 300))
def test_a_back_dated_entry_changes_the_past_and_is_shown_as_such(plan, day, lateness):
    def check():
        task = MineTask.objects.first()
        before = len(row(day).done)
        with today_is(day + timedelta(days=lateness)):
            fact = stages.record_stage(
                task=task, stage="verified", by=membership(CITY, Role.REVIEWER), day=day, reference="示例"
            )
        assert len(row(day).done) == before + 1
        assert fact.is_late_entry

    rolled_back(check)
