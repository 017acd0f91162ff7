"""The desk follows the phase: the filing leads until its last day or until all plans are in, then the checkpoints."""

import re
from datetime import date

import pytest

from agencies.models import Role
from greenmine.clock import today_is
from tasks.actions import stages
from tasks.models import MineTask
from tasks.reports.desk import desk
from tasks.rules.steps import Step
from tests.factories import agency, client_as, day_of, membership, started_plan, take

pytestmark = pytest.mark.usefixtures("reference")
COUNTY, OTHER, CITY, PROVINCE = "411330", "411323", "411300", "410000"


def accepted(code, mines):
    return take(started_plan(code, mines=mines), Step.SUBMIT, Step.OPEN, Step.ACCEPT)


def verified(code, count, day):
    by = membership(CITY, Role.REVIEWER)
    with today_is(day):
        for task in MineTask.objects.filter(agency__code=code)[:count]:
            stages.record_stage(task=task, stage="verified", by=by, day=day, reference="示例")


def leads(on, code=CITY):
    return desk(day_of(on, code), agency(code)).progress_leads


def test_the_filing_leads_until_its_last_day():
    accepted(OTHER, 4)
    assert [leads(on) for on in (date(2018, 5, 25), date(2018, 6, 20))] == [False, False]
    assert leads(date(2018, 6, 21))
    assert not leads(date(2018, 6, 30), PROVINCE)
    assert leads(date(2018, 7, 1), PROVINCE)


def test_building_leads_as_soon_as_the_plans_are_in():
    plan = accepted(COUNTY, 3)
    assert not leads(date(2018, 5, 25), COUNTY)
    with today_is(date(2018, 5, 26)):
        take(plan, Step.ISSUE, Step.SEND)
    assert leads(date(2018, 5, 26), COUNTY)


def test_without_a_target_there_is_nothing_to_lead_with():
    take(started_plan(COUNTY), Step.SUBMIT)
    assert not leads(date(2018, 9, 1), COUNTY)


def test_a_checkpoint_that_was_missed_is_said_first_with_names_and_what_is_missing():
    accepted(COUNTY, 4)
    accepted(OTHER, 4)
    verified(OTHER, 4, date(2019, 6, 1))
    verified(COUNTY, 1, date(2019, 6, 1))
    with today_is(date(2020, 1, 10)):
        page = client_as(membership(CITY, Role.REVIEWER)).get("/")
        ahead, passed = page.context["desk"].leading
    assert (ahead.requirement.code, ahead.days_left, ahead.has_passed) == ("T2", 356, False)
    assert (passed.requirement.code, passed.days_late) == ("T1", 10)
    assert [row.agency.code for row in passed.progress.below] == [COUNTY]
    assert passed.progress.standing.met
    text = re.sub(r"<[^>]+>|\s+", "", page.content.decode())
    assert "桐柏县1/4还差1" in text
    assert text.index("桐柏县1/4还差1") < text.index("下级单位方案报送")


def test_a_parent_says_when_a_child_is_behind():
    accepted(COUNTY, 4)
    plan = started_plan(CITY, mines=2)
    take(plan, Step.RELEASE)
    by = membership(PROVINCE, Role.REVIEWER)
    with today_is(date(2019, 6, 1)):
        for task in MineTask.objects.filter(agency__code=CITY):
            stages.record_stage(task=task, stage="verified", by=by, reference="示例")
    page = desk(day_of(date(2020, 1, 10), PROVINCE), agency(PROVINCE))
    point = next(point for point in page.leading if point.requirement.code == "T1")
    (row,) = [row for row in point.rows if row.progress.agency.code == CITY]
    assert row.progress.standing.met
    assert [one.code for one in row.below] == [COUNTY]


def test_what_is_late_in_the_folded_filing_has_its_name_and_days():
    accepted(OTHER, 4)
    with today_is(date(2018, 6, 25)):
        page = client_as(membership(CITY, Role.REVIEWER)).get("/").content.decode()
    folded = page[page.index("gm-fold__late") :]
    text = re.sub(r"<[^>]+>|\s+", "", folded[: folded.index("</summary>")])
    assert "桐柏县未编制、未印发、未备案逾期36天" in text
    assert "南召县未编制逾期5天" in text


@pytest.mark.parametrize("on", [date(2018, 5, 25), date(2019, 3, 1), date(2020, 1, 10), date(2021, 1, 5)])
def test_every_number_of_the_desk_opens_as_many_mines(on):
    accepted(COUNTY, 4)
    accepted(OTHER, 3)
    take(started_plan("411321", mines=2), Step.SUBMIT)
    verified(OTHER, 2, date(2019, 2, 1))
    with today_is(on):
        client = client_as(membership(CITY, Role.REVIEWER))
        page = client.get("/").content.decode()
        opened = 0
        for href, number in re.findall(
            r'<a href="(/(?:tasks|mines|progress)/[^"]*)">\s*(\d+)(?:/\d+)?\s*</a>', page
        ):
            answer = client.get(href.replace("&amp;", "&"))
            context = answer.context
            if href.startswith("/progress/"):
                tasks = context["tasks"]
                assert int(number) in (len(tasks), len([one for one in tasks if one.done_since])), (
                    href,
                    number,
                )
            else:
                assert context["table"].paginator.count == int(number), (href, number)
            opened += 1
        assert opened >= 5
