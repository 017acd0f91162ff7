"""The visits of a branch: what waits to be mended first, as it stood on the day."""

from datetime import date

import pytest

from agencies.models import Agency, Role
from greenmine.clock import today_is
from tasks.actions import inspections
from tasks.models import Inspection
from tasks.reports.inspections import Standing, open_findings, visits
from tests.factories import membership, mine

pytestmark = pytest.mark.usefixtures("reference")
COUNTY, OTHER, CITY = "411330", "411323", "411300"


@pytest.fixture
def city():
    return membership(CITY, Role.REVIEWER)


def visit(by, code=COUNTY, day=date(2018, 5, 2), **given):
    with today_is(day):
        return inspections.record_inspection(mine=mine(code), kind="spot_check", by=by, **given)


def mend(one, day):
    with today_is(day):
        inspections.record_rectification(inspection=one, text="已复绿", by=membership(COUNTY))


def test_overdue_findings_come_first_then_open_ones_then_the_latest_visits(city):
    clean = visit(city, day=date(2018, 5, 12))
    mended = visit(city, findings="未复绿", mend_by=date(2018, 5, 4))
    mend(mended, date(2018, 5, 3))
    unlimited = visit(city, findings="未复绿")
    in_time = visit(city, findings="扬尘", mend_by=date(2018, 6, 30))
    late = visit(city, findings="扬尘", mend_by=date(2018, 5, 10))
    shown = list(visits(Inspection.objects.all(), date(2018, 5, 20)))
    assert shown == [late, in_time, unlimited, clean, mended]
    assert [one.standing for one in shown] == [
        Standing.OVERDUE,
        Standing.OPEN,
        Standing.OPEN,
        Standing.CLEAN,
        Standing.MENDED,
    ]
    assert shown[-1].mended_on == date(2018, 5, 3)


def test_the_limits_own_day_is_still_in_time(city):
    visit(city, findings="扬尘", mend_by=date(2018, 5, 10))
    assert visits(Inspection.objects.all(), date(2018, 5, 10)).get().standing == Standing.OPEN
    assert visits(Inspection.objects.all(), date(2018, 5, 11)).get().standing == Standing.OVERDUE


def test_an_earlier_day_knows_neither_later_visits_nor_later_mending(city):
    first = visit(city, findings="扬尘")
    mend(first, date(2018, 5, 9))
    visit(city, day=date(2018, 5, 8))
    shown = visits(Inspection.objects.all(), date(2018, 5, 7)).get()
    assert (shown.pk, shown.mended_on, shown.standing) == (first.pk, None, Standing.OPEN)


def test_open_findings_are_those_of_the_agencies_that_manage_the_mine(city):
    own = visit(city, findings="扬尘")
    visit(city)
    visit(city, code=OTHER, findings="扬尘")
    county = Agency.objects.filter(code=COUNTY)
    assert list(open_findings(county, date(2018, 5, 20))) == [own]
    mend(own, date(2018, 5, 9))
    assert not open_findings(county, date(2018, 5, 20)).exists()
