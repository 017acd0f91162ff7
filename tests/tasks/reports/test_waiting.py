"""What waits for whom: each role sees its own, in the state that asks for it."""

from datetime import date

import pytest

from agencies.actions import mine_free
from agencies.models import Role
from greenmine.clock import today_is
from tasks.actions import filings, inspections, ledger, monthly
from tasks.models import MineTask, MonthlyReport, TargetChange
from tasks.reports.desk import desk
from tasks.reports.waiting import waiting_for
from tasks.rules.steps import Step
from tasks.standing.day import Day
from tests.conftest import TODAY
from tests.factories import agency, membership, mine, started_plan, take

pytestmark = pytest.mark.usefixtures("reference")
COUNTY, CITY, PROVINCE = "411330", "411300", "410000"


def waiting(code, role):
    by = membership(code, role)
    return [one.url for one in waiting_for(by, desk(Day(TODAY, by.agency), by.agency))]


def test_a_plan_waits_for_one_after_the_other():
    plan = started_plan(COUNTY)
    page, review = f"/work-plans/{plan.pk}/", f"/work-plans/{plan.pk}/review/"
    assert waiting(COUNTY, Role.FILER) == [page]
    take(plan, Step.SUBMIT)
    assert (waiting(COUNTY, Role.FILER), waiting(CITY, Role.REVIEWER)) == ([], [review])
    take(plan, Step.OPEN, Step.RETURN)
    assert (waiting(COUNTY, Role.FILER), waiting(CITY, Role.REVIEWER)) == ([page], [])
    take(plan, Step.SUBMIT, Step.OPEN, Step.ACCEPT)
    assert waiting(COUNTY, Role.LEADER) == [page]
    take(plan, Step.ISSUE, Step.SEND)
    assert (waiting(COUNTY, Role.LEADER), waiting(PROVINCE, Role.REVIEWER)) == ([], [page])
    take(plan, Step.ASK_SUPPLEMENT)
    assert waiting(COUNTY, Role.LEADER) == [page]
    assert waiting(COUNTY, Role.VIEWER) == []


def waiting_on(day, code, role):
    by = membership(code, role)
    with today_is(day):
        return [one.url for one in waiting_for(by, desk(Day(day, by.agency), by.agency))]


def test_requests_and_months_wait_for_those_who_answer_them():
    take(started_plan(COUNTY, mines=3), Step.SUBMIT, Step.OPEN, Step.ACCEPT)
    tasks = list(MineTask.objects.all())
    day, clerk = date(2018, 7, 3), membership(COUNTY)
    june = "/months/2018-06/411330/"
    assert waiting_on(day, COUNTY, Role.FILER) == [june]
    with today_is(day):
        asked = {"reason": "资源整合", "by": clerk, "day": day}
        ledger.ask_merger(tasks=tasks[:2], into=mine(COUNTY), **asked)
        monthly.submit_zero(
            programme=tasks[0].programme, agency=clerk.agency, month=date(2018, 6, 1), by=clerk
        )
    assert waiting_on(day, COUNTY, Role.FILER) == []
    assert waiting_on(day, CITY, Role.REVIEWER) == ["/target-ledger/", "/months/2018-06/"]
    with today_is(day):
        city = membership(CITY, Role.REVIEWER)
        ledger.approve_change(change=TargetChange.objects.first(), by=city)
        monthly.send_back(report=MonthlyReport.objects.get(), by=city, comment="请补充进展")
    assert waiting_on(day, CITY, Role.REVIEWER) == []
    assert waiting_on(day, COUNTY, Role.FILER) == [june]


def test_on_a_past_day_a_month_waits_as_it_did_then():
    take(started_plan(COUNTY, mines=1), Step.SUBMIT, Step.OPEN, Step.ACCEPT)
    june, sent_on, confirmed_on = date(2018, 6, 1), date(2018, 7, 2), date(2018, 7, 20)
    clerk, city = membership(COUNTY), membership(CITY, Role.REVIEWER)
    with today_is(sent_on):
        programme = MineTask.objects.get().programme
        sent = monthly.submit_zero(programme=programme, agency=clerk.agency, month=june, by=clerk).report
    with today_is(confirmed_on):
        monthly.confirm(report=sent, by=city)
    assert waiting_on(date(2018, 7, 1), COUNTY, Role.FILER) == ["/months/2018-06/411330/"]
    assert waiting_on(sent_on, COUNTY, Role.FILER) == []
    assert waiting_on(date(2018, 7, 5), CITY, Role.REVIEWER) == ["/months/2018-06/"]
    assert waiting_on(confirmed_on, CITY, Role.REVIEWER) == []


def test_a_month_that_is_not_over_waits_for_nobodys_confirmation():
    take(started_plan(COUNTY, mines=1), Step.SUBMIT, Step.OPEN, Step.ACCEPT)
    clerk = membership(COUNTY)
    with today_is(date(2018, 6, 1)):
        programme = MineTask.objects.get().programme
        monthly.submit_zero(programme=programme, agency=clerk.agency, month=date(2018, 6, 1), by=clerk)
    unreported = ["/months/2018-05/?show=none"]
    assert waiting_on(date(2018, 6, 30), CITY, Role.REVIEWER) == unreported
    assert waiting_on(date(2018, 7, 1), CITY, Role.REVIEWER) == ["/months/2018-06/"]


def test_a_finding_waits_for_the_bureau_until_it_is_mended():
    take(started_plan(COUNTY, mines=1), Step.SUBMIT, Step.OPEN, Step.ACCEPT)
    day, visited = date(2018, 5, 30), MineTask.objects.get().mine
    with today_is(day):
        visit = inspections.record_inspection(
            mine=visited, kind="spot_check", by=membership(CITY, Role.REVIEWER), findings="未复绿"
        )
        assert "/inspection-windows/" in waiting_on(day, COUNTY, Role.FILER)
        inspections.record_rectification(inspection=visit, text="已复绿", by=membership(COUNTY))
    assert "/inspection-windows/" not in waiting_on(day, COUNTY, Role.FILER)


def test_where_the_leader_signs_the_draft_waits_for_the_leader_once_it_was_handed_over():
    place = agency(COUNTY)
    place.signs_off = True
    place.save()
    plan = started_plan(COUNTY)
    assert waiting(COUNTY, Role.LEADER) == []
    filings.take_step(plan=plan, step=Step.SIGN_OFF, by=membership(COUNTY))
    assert waiting(COUNTY, Role.LEADER) == [f"/work-plans/{plan.pk}/"]
    filings.take_step(plan=plan, step=Step.SUBMIT, by=membership(COUNTY, Role.LEADER))
    assert waiting(CITY, Role.REVIEWER) == [f"/work-plans/{plan.pk}/review/"]


def test_a_declaration_waits_for_the_superior_until_it_is_confirmed():
    declared = mine_free.declare(agency=agency("411327"), by=membership("411327"))
    assert waiting(CITY, Role.REVIEWER) == [f"/mine-free/{declared.pk}/confirm/"]
    mine_free.confirm(declaration=declared, by=membership(CITY, Role.REVIEWER))
    assert waiting(CITY, Role.REVIEWER) == []
