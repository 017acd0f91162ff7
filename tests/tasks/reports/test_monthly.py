"""Who owes a month, who has not reported it, and how it stood on a past day."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agencies.models import Agency, Level, Role
from greenmine.clock import today_is
from tasks.actions import drafts, ledger, monthly
from tasks.models import MineTask, MonthlyReport, Programme
from tasks.reports.month_files import month_file, month_files
from tasks.reports.monthly import first_month, month_to_open, overview, own_months, place_on
from tasks.reports.progress import progress
from tasks.rules.monthly import MonthState, months_between, seen_on
from tasks.rules.planned_dates import PlannedDate
from tasks.rules.steps import Step
from tests.factories import agency, membership, mine, started_plan, take

pytestmark = pytest.mark.usefixtures("reference")
COUNTY, OTHER, CITY, PROVINCE = "411330", "411323", "411300", "410000"
MAY, JUNE, JULY = date(2018, 5, 1), date(2018, 6, 1), date(2018, 7, 1)
DAY = date(2018, 7, 10)
PLANNED = PlannedDate(date(2019, 12, 31), "month")


def accepted(code=COUNTY, mines=2):
    steps = [Step.RELEASE] if agency(code).reports_to_root else [Step.SUBMIT, Step.OPEN, Step.ACCEPT]
    return take(started_plan(code, mines=mines), *steps)


def seen(code=CITY, month=JUNE, on=DAY):
    place = agency(code)
    branch = Agency.objects.below(place)
    programme = Programme.objects.get()
    return overview(agency=place, month=month, as_of=on, agencies=branch, programme=programme)


def zero(code=COUNTY, month=JUNE, on=date(2018, 7, 2)):
    with today_is(on):
        given = {"programme": Programme.objects.get(), "agency": agency(code), "month": month}
        return monthly.submit_zero(by=membership(code), **given).report


def confirm(sent, on=date(2018, 7, 5)):
    with today_is(on):
        by = membership(sent.agency.superior.code, Role.REVIEWER)
        monthly.confirm(report=sent, by=by)


def names(rows):
    return [row.agency.name for row in rows]


def test_who_has_not_reported_is_listed_by_name_in_code_order():
    for code in (COUNTY, OTHER, "411321"):
        accepted(code)
    zero(OTHER)
    found = seen()
    assert names(found.in_state(MonthState.NONE)) == ["南召县", "桐柏县"]
    assert names(found.in_state(MonthState.SUBMITTED)) == ["西峡县"]
    assert [row.agency.code for row in found.rows] == ["411321", "411323", "411330"]
    assert "宛城区" in [place.name for place in found.without]


def test_a_month_is_owed_from_the_one_in_which_the_plan_came_into_force():
    accepted()
    assert not seen(month=date(2018, 4, 1)).rows
    assert names(seen(month=MAY).rows) == ["桐柏县"]
    assert first_month(Agency.objects.filter(code=COUNTY), DAY) == MAY


def test_a_plan_that_is_not_in_force_owes_nothing():
    take(started_plan(COUNTY), Step.SUBMIT)
    assert not seen().rows


def test_a_city_whose_tasks_all_belong_to_counties_owes_none():
    county = accepted()
    city = started_plan(CITY, mines=0)
    working = city.versions.working().get()
    drafts.choose_included(version=working, chosen=list(county.versions.frozen()), by=membership(CITY))
    take(city, Step.RELEASE)
    assert names(seen().rows) == ["桐柏县"]
    assert place_on(DAY, agency(CITY)).tasks == ()


def test_a_city_reports_on_its_own_mines_and_on_those_of_its_zones():
    """decisions.md: zones count inside their city."""
    city = started_plan(CITY, mines=1)
    zone = Agency.objects.filter(level=Level.ZONE, path__startswith=agency(CITY).path).first()
    working = city.versions.working().get()
    (line,) = drafts.add_lines(version=working, mines=[mine(zone.code)], by=membership(CITY))
    drafts.save_line(
        line=line,
        by=membership(CITY),
        lock=line.lock,
        tier="baseline",
        planned=PLANNED,
        responsible="",
        note="",
    )
    take(city, Step.RELEASE)
    (row,) = seen().rows
    assert (row.agency.code, len(row.tasks)) == (CITY, 2)
    assert line.task_id in row.tasks


def test_a_removed_mine_is_reported_no_more_from_its_month_on():
    accepted(mines=2)
    task = MineTask.objects.first()
    with today_is(date(2018, 7, 3)):
        change = ledger.ask_change(
            task=task, kind="removal", cause="closed", reason="关闭", by=membership(COUNTY)
        )
        ledger.approve_change(change=change, by=membership(CITY, Role.REVIEWER))
    assert [len(seen(month=month).rows[0].tasks) for month in (JUNE, JULY)] == [2, 1]


def test_the_tasks_owed_are_those_of_the_progress_page():
    """One rule: the month counts what progress counts."""
    accepted(mines=3)
    accepted(OTHER, mines=2)
    branch = Agency.objects.below(agency(CITY))
    rows = {row.agency.code: row for row in progress(as_of=date(2018, 6, 30), agencies=branch).rows}
    for row in seen().rows:
        assert set(row.tasks) == set(rows[row.agency.code].target.tasks)
        assert row.figures["planned"] == rows[row.agency.code].planned


def test_a_confirmed_months_figures_are_the_frozen_ones():
    accepted()
    sent = zero()
    confirm(sent)
    kept = MonthlyReport.objects.get(pk=sent.pk)
    MonthlyReport.objects.filter(pk=kept.pk).update(figures=kept.figures | {"planned": 77})
    assert seen().rows[0].figures["planned"] == 77, "read from the stored copy"
    assert seen(on=date(2018, 7, 4)).rows[0].figures["planned"] == 2, "not frozen yet on that day"


def test_on_a_past_day_the_month_stands_as_it_stood():
    accepted()
    confirm(zero())
    states = {day: seen(on=date(2018, 7, day)).rows[0].state for day in (1, 2, 4, 5)}
    assert states == {1: "none", 2: "submitted", 4: "submitted", 5: "confirmed"}


def test_lines_of_a_later_sending_are_not_passed_off_as_those_of_the_day():
    accepted()
    sent = zero()
    with today_is(date(2018, 7, 3)):
        by = membership(CITY, Role.REVIEWER)
        monthly.send_back(report=sent, comment="请补充", by=by)
    zero(on=date(2018, 7, 6))
    given = {"agency": agency(COUNTY), "month": JUNE, "programme": Programme.objects.get()}
    assert month_file(as_of=date(2018, 7, 4), **given).rewritten_on == date(2018, 7, 6)
    assert month_file(as_of=date(2018, 7, 6), **given).rewritten_on is None


def test_the_province_sees_cities_with_what_is_below_them_and_direct_counties():
    accepted(COUNTY)
    accepted(OTHER)
    accepted("411381")
    zero(OTHER)
    found = seen(PROVINCE)
    shown = {place.agency.name: (place.row is not None, dict(place.below)) for place in found.places}
    assert shown == {"南阳市": (False, {"none": 1, "submitted": 1}), "邓州市": (True, {})}
    assert names(found.in_state(MonthState.NONE)) == ["桐柏县", "邓州市"]


def test_a_bureaus_own_list_agrees_with_each_months_page():
    accepted(mines=2)
    zero(month=MAY, on=date(2018, 6, 1))
    confirm(zero())
    task = MineTask.objects.first()
    with today_is(date(2018, 7, 3)):
        change = ledger.ask_change(
            task=task, kind="removal", cause="closed", reason="关闭", by=membership(COUNTY)
        )
        ledger.approve_change(change=change, by=membership(CITY, Role.REVIEWER))
    rows = own_months(agency=agency(COUNTY), as_of=DAY, programme=Programme.objects.get())
    assert [row.month for row in rows] == [JULY, JUNE, MAY]
    for row in rows:
        (same,) = seen(month=row.month).rows
        assert (row.state, row.count, row.problems) == (same.state, same.count, same.problems)
        assert row.tasks == place_on(seen_on(row.month, DAY), agency(COUNTY)).tasks


def test_the_month_before_is_opened_while_somebodys_report_is_not_confirmed():
    accepted()
    given = {"agencies": Agency.objects.below(agency(CITY)), "programme": Programme.objects.get()}
    assert month_to_open(as_of=DAY, **given) == JUNE
    confirm(zero())
    assert month_to_open(as_of=DAY, **given) == JULY


def test_the_number_of_queries_is_the_same_for_one_county_and_for_twenty():
    accepted()
    confirm(zero())
    given = {"month": JUNE, "as_of": DAY, "programme": Programme.objects.get()}

    def count():
        with CaptureQueriesContext(connection) as queries:
            seen(PROVINCE)
            month_files(agencies=Agency.objects.below(agency(PROVINCE)), **given)
        return len(queries)

    few = count()
    others = Agency.objects.filter(level=Level.COUNTY, depth=3).exclude(code=COUNTY)[:19]
    for one in others:
        accepted(one.code)
    confirm(zero(others[0].code))
    assert count() == few
    assert len(seen(PROVINCE).rows) == 20


def test_a_countys_months_are_asked_in_the_same_number_of_queries_however_many():
    accepted()
    counts = []
    for on in (date(2018, 7, 10), date(2020, 7, 10)):
        with CaptureQueriesContext(connection) as queries:
            rows = own_months(agency=agency(COUNTY), as_of=on, programme=Programme.objects.get())
        assert [row.month for row in reversed(rows)] == list(months_between(MAY, on.replace(day=1)))
        counts.append(len(queries))
    assert counts[0] == counts[1]
