"""Who owes a month, who has not reported it, and how it stood on a past day."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agencies.models import Agency, Level, Role
from greenmine.clock import today_is
from tasks.actions import drafts, filings, ledger, monthly, quotas, stages
from tasks.models import MineState, MineTask, MonthlyReport, Programme
from tasks.reports.month_files import month_file, month_files
from tasks.reports.month_list import first_month, own_months
from tasks.reports.monthly import month_to_open, overview, place_on
from tasks.rules.monthly import MonthState, months_between, seen_on
from tasks.rules.planned_dates import PlannedDate
from tasks.rules.steps import Step
from tasks.standing.progress import progress
from tests.factories import agency, day_of, membership, mine, started_plan, take

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
    Agency.objects.below(place)
    programme = Programme.objects.get()
    return overview(agency=place, month=month, as_of=on, programme=programme)


def zero(code=COUNTY, month=JUNE, on=date(2018, 7, 2)):
    with today_is(on):
        given = {"programme": Programme.objects.get(), "agency": agency(code), "month": month}
        return monthly.submit_zero(by=membership(code), **given).report


def confirm(sent, on=date(2018, 7, 5)):
    with today_is(on):
        by = membership(sent.agency.superior.code, Role.REVIEWER)
        monthly.confirm(report=sent, by=by)


def shown(on, month=JUNE, code=COUNTY):
    return month_file(agency=agency(code), month=month, as_of=on, programme=Programme.objects.get())


def verify(task, day, on=None):
    with today_is(on or day):
        by = membership(CITY, Role.REVIEWER)
        stages.record_stage(task=task, stage="verified", by=by, day=day, reference="验收意见1号")


def remove(task, day, approved=None, on=None):
    with today_is(on or day):
        said = {"cause": "closed", "reason": "政策性关闭", "by": membership(COUNTY)}
        change = ledger.ask_change(task=task, kind="removal", day=day, **said)
        ledger.approve_change(change=change, by=membership(CITY, Role.REVIEWER), day=approved or day)
    return change


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
    assert place_on(DAY, agency(CITY), Programme.objects.get()).tasks == ()


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
    rows = {row.agency.code: row for row in progress(day_of(date(2018, 6, 30), CITY)).rows}
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
    former = shown(on=date(2018, 7, 4)).row
    assert (former.state, former.rewritten.happened_on) == ("returned", date(2018, 7, 6))
    assert former.is_sent_anew
    assert (former.count, former.problems) == (2, None), "how it was counted that day nobody knows any more"
    assert shown(on=date(2018, 7, 6)).row.rewritten is None


def test_stages_read_at_the_freeze_are_not_passed_off_as_those_of_a_day_before_it():
    accepted()
    sent = zero()
    verify(MineTask.objects.first(), date(2018, 6, 20), on=date(2018, 7, 4))
    confirm(sent)
    row = shown(on=date(2018, 7, 3)).row
    assert (row.state, row.rewritten.happened_on, row.is_sent_anew) == ("submitted", date(2018, 7, 5), False)
    assert (row.count, row.problems) == (2, 0), "the freeze writes neither rows nor problems"
    assert shown(on=date(2018, 7, 5)).row.rewritten is None


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
        assert row.tasks == place_on(seen_on(row.month, DAY), agency(COUNTY), Programme.objects.get()).tasks


def test_the_month_before_is_opened_while_somebodys_report_is_not_confirmed():
    accepted()
    given = {"branch": agency(CITY), "programme": Programme.objects.get()}
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
            month_files(branch=agency(PROVINCE), **given)
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


def test_a_mine_that_went_to_another_bureau_is_reported_by_the_one_that_has_it_now():
    accepted(mines=2)
    moved, kept = MineTask.objects.filter(agency=agency(COUNTY))
    accepted(OTHER, mines=1)
    MineTask.objects.filter(pk=moved.pk).update(agency=agency(OTHER))
    MineState.objects.filter(mine=moved.mine).update(managed_by=agency(OTHER))
    assert place_on(DAY, agency(COUNTY), Programme.objects.get()).tasks == (kept.pk,)
    assert moved.pk not in place_on(DAY, agency(OTHER), Programme.objects.get()).tasks, (
        "not in that bureau's plan"
    )
    rows = {row.agency.code: row for row in seen().rows}
    assert rows[COUNTY].tasks == (kept.pk,)
    assert rows[COUNTY].figures["planned"] == 2, "its own target still holds it"


def test_an_acceptance_whose_day_was_mended_moves_the_first_month():
    plan = take(started_plan(COUNTY, mines=2), Step.SUBMIT, Step.OPEN)
    given = {"agency": agency(COUNTY), "as_of": date(2018, 8, 3), "programme": Programme.objects.get()}

    def mend(day):
        event = plan.events.get(step=Step.ACCEPT)
        filings.correct_day(event=event, by=membership(CITY, Role.REVIEWER), day=day, reason="日期误录")

    with today_is(date(2018, 7, 3)):
        take(plan, Step.ACCEPT)
        mend(date(2018, 5, 25))
    assert [row.month for row in own_months(**given)] == [date(2018, 8, 1), JULY, JUNE, MAY]
    zero(month=MAY, on=date(2018, 7, 4))
    assert [row.month for row in own_months(**given)] == [date(2018, 8, 1), JULY, JUNE, MAY]
    with today_is(date(2018, 8, 2)):
        mend(date(2018, 7, 3))
    assert [row.month for row in own_months(**given)] == [date(2018, 8, 1), JULY, MAY], "what was sent stays"


def test_a_plan_that_came_into_force_before_any_checkpoint_owes_months_from_then_on():
    with today_is(date(2018, 2, 1)):
        accepted()
    rows = own_months(agency=agency(COUNTY), as_of=DAY, programme=Programme.objects.get())
    owing = {row.month for row in rows}
    months = months_between(date(2018, 2, 1), JULY)
    assert owing == {month for month in months if seen(COUNTY, month=month).rows}
    assert {JUNE, JULY} <= owing
    assert date(2018, 2, 1) not in owing


def test_figures_that_are_others_today_stand_beside_the_frozen_ones_with_what_was_recorded_since():
    accepted(mines=3)
    first, second, third = MineTask.objects.order_by("pk")
    remove(third, date(2018, 6, 10))
    verify(first, date(2018, 6, 20))
    confirm(zero())
    assert shown(on=DAY).row.moved == {}
    assert shown(on=DAY).late == ()
    later = date(2018, 8, 20)
    verify(second, date(2018, 6, 25), on=later)
    gone = remove(first, date(2018, 6, 26), approved=date(2018, 6, 28), on=later)
    # Approved after the month: its figures do not know of it, then as today.
    remove(second, date(2018, 6, 26), approved=later, on=later)
    with today_is(later):
        province = membership(PROVINCE, Role.REVIEWER)
        given = {"agency": agency(COUNTY), "count": 2, "day": date(2018, 6, 1), "document": "分解表"}
        quotas.record_quota(programme=Programme.objects.get(), by=province, **given)
    file = shown(on=later)
    # One mine less that was done, and one more that is.
    assert file.row.moved == {"planned": (2, 1), "quota": (None, 2)}
    assert file.row.figures["planned"] == 2
    assert [(one.mine, one.day) for one in file.late if one.stage] == [(second.mine.name, date(2018, 6, 25))]
    assert [(one.change, one.mine) for one in file.late if one.change] == [(gone, first.mine.name)]
    assert [one.quota.count for one in file.late if one.quota] == [2]


def test_an_acceptance_that_was_mended_after_the_freeze_is_named_as_a_reason():
    plan = accepted()
    confirm(zero())
    with today_is(date(2018, 8, 20)):
        event = plan.events.get(step=Step.ACCEPT)
        by = membership(CITY, Role.REVIEWER)
        filings.correct_day(event=event, by=by, day=date(2018, 7, 3), reason="日期误录")
    file = shown(on=date(2018, 8, 20))
    assert file.row.moved["planned"] == (2, None)
    (late,) = file.late
    assert (late.version.number, late.former, late.day) == (1, event.happened_on, date(2018, 7, 3))
    assert late.note == "日期误录"


def test_a_citys_month_names_what_was_recorded_of_its_counties_mines():
    county = accepted(mines=1)
    city = started_plan(CITY, mines=1)
    working = city.versions.working().get()
    drafts.choose_included(version=working, chosen=list(county.versions.frozen()), by=membership(CITY))
    take(city, Step.RELEASE)
    confirm(zero(CITY))
    task = MineTask.objects.get(agency=agency(COUNTY))
    verify(task, date(2018, 6, 20), on=date(2018, 8, 20))
    file = shown(on=date(2018, 8, 20), code=CITY)
    assert file.row.moved == {"declared": (0, 1), "verified": (0, 1)}
    assert [one.mine for one in file.late] == [task.mine.name]


def test_a_frozen_months_page_asks_the_same_number_of_queries_however_much_was_recorded_since():
    accepted(mines=8)
    confirm(zero())
    tasks = list(MineTask.objects.all())
    counts = []
    for some in (tasks[:1], tasks[1:]):
        for task in some:
            verify(task, date(2018, 6, 20), on=DAY)
        with CaptureQueriesContext(connection) as queries:
            assert {str(one.recorded_for) for one in shown(on=DAY).late} == {"南阳市"}
        counts.append(len(queries))
    assert counts[0] == counts[1]
