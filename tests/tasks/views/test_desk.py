"""The first page of each bureau, and the list of plans."""

from datetime import date
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agencies.models import Agency, Role
from greenmine.clock import today_is
from tasks.reports.desk import desk
from tasks.rules.deadlines import Mark
from tasks.rules.steps import State, Step
from tasks.standing.totals import Term
from tasks.views.desk import _overdue
from tests.conftest import TODAY
from tests.factories import agency, client_as, day_of, membership, started_plan, take

pytestmark = pytest.mark.usefixtures("reference")
CITY, PROVINCE = "411300", "410000"
NANYANG = ["411302", "411303", "411321", "411322", "411323", "411324", "411325", "411326", "411327", "411328"]


def seen(code, on=TODAY):
    return desk(day_of(on, code), agency(code))


def test_twelve_counties_stand_in_code_order_whether_they_filed_or_not():
    take(started_plan("411321"), Step.SUBMIT)
    rows = seen(CITY).rows
    codes = [row.agency.code for row in rows]
    assert len(codes) == 12
    assert codes == sorted(codes)
    states = {row.agency.code: row.filing.state for row in rows}
    assert states["411321"] == State.SUBMITTED
    assert states["411323"] == State.NONE


def test_what_nobody_planned_yet_is_unknown_and_not_zero():
    plan = started_plan("411321", mines=2)
    rows = {row.agency.code: row for row in seen(CITY).rows}
    assert (rows["411323"].tasks, rows["411323"].drafted, rows["411323"].withheld) == (None, None, 0)
    assert (rows["411321"].tasks, rows["411321"].drafted, rows["411321"].withheld) == (None, None, 2)
    take(plan, Step.SUBMIT)
    (row,) = [row for row in seen(CITY).rows if row.agency.code == "411321"]
    assert (row.tasks, len(row.drafted), row.withheld) == (None, 2, 0)


def test_the_citys_own_duty_stands_on_top_with_its_day():
    """domain.md, trap 1."""
    (own,) = seen(CITY).own
    assert (own.requirement.code, own.dates.due_on) == ("P1", date(2018, 5, 31))


def test_the_common_date_is_said_once_and_tongbai_deviates():
    page = seen(CITY)
    (group,) = page.groups
    assert group.common.code == "C1"
    tongbai = page.rows[-1]
    assert [o.requirement.code for o in tongbai.obligations] == ["C2", "P1"]
    assert page.overdue[0].agency == tongbai.agency


def test_the_province_looks_at_its_pilots_first_and_at_dengzhou_beside_the_cities():
    """domain.md, traps 5 and 6."""
    pilots, others = seen(PROVINCE).groups
    assert (pilots.common.code, len(pilots.rows)) == ("P1", 7)
    assert (others.common.code, len(others.rows)) == ("P2", 25)
    assert "411381" in [row.agency.code for row in others.rows]


def test_totals_equal_the_rows():
    for code, mines in (("411321", 3), ("411322", 2)):
        take(started_plan(code, mines=mines), Step.SUBMIT, Step.OPEN, Step.ACCEPT)
    take(started_plan("411323", mines=4), Step.SUBMIT)
    started_plan("411324", mines=6)
    page = seen(CITY)
    assert page.total.planned == page.total.of_rows == sum(row.tasks for row in page.rows if row.tasks) == 5
    assert (page.total.drafted, page.total.withheld, page.total.terms) == (4, 6, {})
    for i, promise in enumerate(page.total_promises):
        in_force = [row for row in page.rows if row.tasks is not None]
        assert promise.planned == sum(row.promises[i].planned for row in in_force)


def test_the_inversion_is_told_while_the_own_duty_is_open():
    page = seen(CITY)
    assert page.inversion.own_due == date(2018, 5, 31)
    assert len(page.inversion.agencies) == 11


def test_the_same_page_tells_how_it_stood_on_another_day():
    with today_is(date(2018, 5, 12)):
        plan = take(started_plan("411330"), Step.SUBMIT, Step.OPEN, Step.ACCEPT)
    with today_is(date(2018, 5, 15)):
        take(plan, Step.ISSUE)
    before, after = seen(CITY, date(2018, 5, 11)).rows[-1], seen(CITY, date(2018, 5, 15)).rows[-1]
    assert (before.filing.state, after.filing.state) == (State.NONE, State.ISSUED)
    assert {o.mark for o in after.obligations} == {Mark.WARNING, Mark.UPCOMING}


@pytest.mark.parametrize("path", ["/", "/work-plans/"])
def test_the_number_of_queries_does_not_grow_with_the_bureaus_that_filed(path):
    client = client_as(membership(CITY, Role.REVIEWER))
    take(started_plan(NANYANG[0], mines=1), Step.SUBMIT)
    client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(path)
    for code in NANYANG[1:]:
        take(started_plan(code, mines=5), Step.SUBMIT)
    with CaptureQueriesContext(connection) as many:
        client.get(path)
    assert len(many) == len(few)


def test_a_plan_page_makes_the_same_queries_for_one_mine_and_for_forty():
    client = client_as(membership(CITY, Role.REVIEWER))
    counts = []
    for code, mines in (("411321", 1), ("411322", 40)):
        plan = take(started_plan(code, mines=mines), Step.SUBMIT)
        client.get(f"/work-plans/{plan.pk}/")
        with CaptureQueriesContext(connection) as made:
            assert client.get(f"/work-plans/{plan.pk}/").status_code == 200
        counts.append(len(made))
    assert counts[0] == counts[1]


def test_the_editors_table_makes_the_same_queries_for_one_row_and_for_forty():
    counts = []
    for code, mines in (("411321", 1), ("411322", 40)):
        plan = started_plan(code, mines=mines)
        client = client_as(membership(code))
        client.get(f"/work-plans/{plan.pk}/breakdown/")
        with CaptureQueriesContext(connection) as made:
            assert client.get(f"/work-plans/{plan.pk}/breakdown/").status_code == 200
        counts.append(len(made))
    assert counts[0] == counts[1]


def test_on_another_day_nothing_can_be_written():
    client = client_as(membership("411330"))
    client.post("/day/", {"day": "2018-05-31", "next": "/"})
    form = {"form_token": uuid4(), "programme": 1}
    assert client.post("/work-plans/start/", form).status_code == 409
    client.post("/day/", {"day": "", "next": "/"})
    assert client.post("/work-plans/start/", form).status_code != 409


def test_the_way_back_after_choosing_a_day_never_leaves_the_site():
    client = client_as(membership("411330"))
    for target in ("//evil.example/", "https://evil.example/", "/\\evil.example"):
        assert client.post("/day/", {"day": "2018-05-31", "next": target}).headers["Location"] == "/"


def test_the_language_is_chinese_until_it_is_switched():
    client = client_as(membership("411330"))
    assert "工作台" in client.get("/", headers={"accept-language": "en"}).content.decode()
    client.post("/language/", {"language": "en", "next": "/"})
    page = client.get("/").content.decode()
    assert "Work plans" in page
    assert "工作台" not in page


def test_every_bureau_of_the_country_side_has_a_first_page():
    for code, role in (("411330", Role.FILER), (CITY, Role.REVIEWER), (PROVINCE, Role.VIEWER)):
        assert client_as(membership(code, role)).get("/").status_code == 200
    assert Agency.objects.count() == 180


def test_the_provinces_total_counts_a_pilots_mines_and_tasks_once():
    plan = started_plan("411330", mines=3)
    city = started_plan(CITY, mines=0)
    take(plan, Step.SUBMIT)
    from tasks.actions import drafts

    working = city.versions.working().get()
    drafts.choose_included(version=working, chosen=list(plan.versions.frozen()), by=membership(CITY))
    assert (seen(PROVINCE).total_mines, seen(PROVINCE).total.drafted) == (3, 3)
    take(plan, Step.OPEN, Step.ACCEPT)
    take(city, Step.RELEASE)
    page = seen(PROVINCE)
    assert (page.total_mines, page.total.planned, page.total.of_rows) == (3, 3, 6)
    assert {term: len(tasks) for term, tasks in page.total.terms.items()} == {Term.TWICE: 3}
    assert page.total.size(Term.TWICE) == 3


def test_who_is_late_is_named_once_whatever_is_owed():
    with today_is(date(2018, 12, 20)):
        client = client_as(membership(CITY, Role.REVIEWER))
        entries = client.get("/").context["entries"]
    late = next(entry for entry in entries if entry["url"] == "?show=overdue")
    assert late["count"] > 3
    assert late["detail"] == ""
    take(started_plan("411330"), Step.SUBMIT)
    page = seen(CITY, date(2018, 6, 5))
    assert [o.agency.code for o in page.overdue] == ["411330", "411330"], (
        "the city's notice and the province's"
    )
    assert _overdue(page).count("桐柏县") == 1
