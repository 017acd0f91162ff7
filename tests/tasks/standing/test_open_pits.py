"""Open-pit mines against both readings of 「2020年前」; domain.md, trap 10."""

from datetime import date

import pytest

from agencies.models import Role
from greenmine.clock import today_is
from tasks.actions import stages
from tasks.models import MineTask, Programme, Requirement
from tasks.rules.deadlines import Mark
from tasks.rules.progress import Criterion
from tasks.standing.obligations import obligations
from tasks.standing.open_pits import conditions
from tasks.standing.progress import progress
from tests.factories import agency, change_mine, day_of, membership, mine

pytestmark = pytest.mark.usefixtures("reference")
COUNTY, OTHER, CITY = "411330", "411323", "411300"
OLD, NEW = date(2012, 3, 15), date(2018, 6, 1)


def pit(code=COUNTY, permitted=OLD, done=None, **fields):
    """An open-pit mine with its task, verified on the day where one is given."""
    made = mine(code, first_permitted_on=permitted, **fields)
    task = MineTask.objects.create(programme=Programme.objects.get(), mine=made, agency=agency(code))
    if done:
        by = membership(CITY, Role.REVIEWER)
        with today_is(done):
            stages.record_stage(task=task, stage="verified", by=by, day=done, reference="验收1号")
    return made


def seen(code=CITY, on=date(2020, 3, 1), criterion=Criterion.VERIFIED):
    asked = conditions(progress(day_of(on, code), criterion=criterion))
    return {one.requirement.mine_scope: one for one in asked}


def readings(condition):
    """(strict, day, done, all, met) of each."""
    return [
        (one.is_strict, one.standing.due_on, one.standing.done, one.standing.base, one.standing.met)
        for one in condition.readings
    ]


def test_before_2020_and_by_the_end_of_2020_are_two_days():
    """domain.md, trap 10: done in February 2020 is too late for the one reading and in time for the other."""
    pit(done=date(2019, 6, 1))
    pit(done=date(2020, 2, 1))
    existing = seen()["existing_open_pit"]
    assert readings(existing) == [
        (True, date(2019, 12, 31), 1, 2, False),
        (False, date(2020, 12, 31), 2, 2, None),
    ]
    assert readings(seen(on=date(2021, 1, 1))["existing_open_pit"])[1][-1] is True


def test_the_days_are_those_of_the_requirement():
    pit()
    Requirement.objects.filter(code="O2").update(warn_on=None, due_on=date(2020, 6, 30))
    assert readings(seen()["existing_open_pit"]) == [(False, date(2020, 6, 30), 0, 1, None)]


def test_a_mine_without_a_first_permit_is_neither_existing_nor_new():
    """decisions.md, "Who is bound": unknown stays unknown and is listed apart."""
    pit(permitted=None)
    pit(done=date(2019, 6, 1))
    pit(permitted=NEW)
    found = seen()
    assert {scope: (len(c.bound.mines), len(c.bound.unknown)) for scope, c in found.items()} == {
        "existing_open_pit": (1, 1),
        "new_open_pit": (1, 1),
    }
    assert found["existing_open_pit"].bound.met_on is None, "the unknown one may be among them"
    assert found["new_open_pit"].readings == [], "a condition from the start, no day"


def test_when_the_mines_of_unknown_age_are_done_too_it_is_met_under_any_reading():
    pit(permitted=None, done=date(2019, 8, 1))
    pit(done=date(2019, 6, 1))
    bound = seen()["existing_open_pit"].bound
    assert (len(bound.mines), bound.met_on) == (1, date(2019, 8, 1))
    (o2,) = [o for o in obligations(day_of(date(2021, 1, 1), COUNTY)) if o.requirement.code == "O2"]
    assert (o2.mark, o2.met_on) == (Mark.MET, date(2019, 8, 1))


def test_an_agency_without_such_mines_has_no_row():
    pit(permitted=None)
    assert not [o for o in obligations(day_of(date(2021, 1, 1), COUNTY)) if o.requirement.mine_scope]


def test_those_still_open_are_named():
    left = pit()
    pit(done=date(2019, 6, 1))
    assert [one.mine for one in seen()["existing_open_pit"].bound.mines if not one.done_since] == [left.pk]


def test_underground_mines_are_not_asked_for():
    pit(method="underground")
    assert seen() == {}


def test_a_mine_that_changed_hands_is_done_all_the_same():
    moved = pit(code=OTHER, done=date(2019, 6, 1))
    change_mine(moved, managed_by=agency(COUNTY))
    assert len(seen(COUNTY)["existing_open_pit"].bound.done_days) == 1


@pytest.mark.parametrize("on", [date(2018, 5, 25), date(2019, 12, 31), date(2020, 1, 1), date(2021, 1, 1)])
@pytest.mark.parametrize("code", [CITY, COUNTY, OTHER])
def test_the_card_says_the_same_as_the_obligations(on, code):
    pit(done=date(2019, 6, 1))
    pit(code=OTHER, done=date(2020, 2, 1))
    pit(code=OTHER, permitted=NEW)
    pit(code=OTHER, permitted=None)
    owed = {o.requirement.mine_scope: o for o in obligations(day_of(on, code)) if o.agency.code == code}
    for scope, one in seen(code, on).items():
        tally = owed[scope].tally
        assert (len(one.bound.done_days), len(one.bound.mines)) == (tally.done, tally.base)
        assert (len(one.bound.unknown), one.bound.met_on) == (tally.unknown, owed[scope].met_on)


def test_the_number_of_queries_does_not_grow_with_the_mines(django_assert_max_num_queries):
    for number in range(12):
        pit(code=[COUNTY, OTHER][number % 2], permitted=[OLD, NEW, None][number % 3])
    with django_assert_max_num_queries(22):
        seen()
