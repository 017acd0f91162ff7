"""The forecast of a progress: of the criterion looked at, up to the checkpoint's day, and never invented."""

from datetime import date

import pytest

from agencies.models import Role
from greenmine.clock import today_is
from tasks.actions import stages
from tasks.models import MineTask
from tasks.reports.forecast import forecast_of
from tasks.rules.progress import Criterion
from tasks.rules.steps import Step
from tasks.standing.progress import progress
from tests.factories import agency, day_of, membership, started_plan, take

pytestmark = pytest.mark.usefixtures("reference")
COUNTY = "411330"


@pytest.fixture
def done():
    """`done(3)`: of ten mines so many are verified on the last day of June 2019."""
    take(started_plan(COUNTY, mines=10), Step.SUBMIT, Step.OPEN, Step.ACCEPT)

    def verify(count):
        day = date(2019, 6, 30)
        by = membership("411300", Role.REVIEWER)
        with today_is(day):
            for task in MineTask.objects.filter(agency=agency(COUNTY))[:count]:
                stages.record_stage(task=task, stage="verified", by=by, day=day, reference="验收1号")

    return verify


def found(on=date(2019, 9, 2), criterion=Criterion.VERIFIED):
    return forecast_of(progress(day_of(on, COUNTY), criterion=criterion))


def test_the_pace_of_the_last_half_year_goes_on_to_the_checkpoint(done):
    done(4)
    assert found().expected == 4 + round(4 * 120 / 180)


def test_no_more_than_the_target_is_expected(done):
    done(9)
    assert found().high == 10


def test_fewer_than_three_completions_are_no_pace(done):
    done(2)
    assert found() is None


def test_each_criterion_has_its_own_pace(done):
    done(4)
    assert found(criterion=Criterion.LISTED) is None
    assert found(criterion=Criterion.DECLARED) is not None


def test_a_day_that_has_come_is_not_foretold(done):
    done(4)
    assert found(on=date(2019, 12, 31)) is None


def test_without_a_plan_in_force_nothing_is_expected():
    assert found() is None
