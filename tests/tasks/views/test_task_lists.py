"""任务分解: every task that a bureau may see, once, and of others' drafts nothing."""

from datetime import date
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from agencies.models import Role
from greenmine.clock import today_is
from tasks.actions import drafts
from tasks.models import Mine, MineTask, PlanLine
from tasks.rules.steps import Step
from tasks.standing.task_rows import task_rows
from tests.factories import agency, client_as, day_of, membership, started_plan, take

TONGBAI, NANZHAO, NANYANG, ZHENGZHOU, PROVINCE = "411330", "411321", "411300", "410100", "410000"

pytestmark = pytest.mark.usefixtures("reference")


def lines(by, **query):
    response = client_as(by).get(reverse("tasks:task_list"), query)
    assert response.status_code == 200
    return list(response.context["table"].data.data)


def versions(by):
    """(number, is it only drafted) of the version that each row speaks by; a draft has no number."""
    return {(row.version_number, bool(row.is_drafted)) for row in lines(by)}


def test_the_own_bureau_sees_its_draft_and_a_superior_only_what_was_submitted():
    plan = started_plan(TONGBAI, mines=2)
    for other in ((NANYANG, Role.REVIEWER), (PROVINCE, Role.REVIEWER), (NANZHAO, Role.FILER)):
        assert lines(membership(*other)) == []
    assert len(lines(membership(TONGBAI))) == 2
    take(plan, Step.SUBMIT)
    assert len(lines(membership(NANYANG, Role.REVIEWER))) == 2
    assert lines(membership(NANZHAO)) == []
    take(plan, Step.OPEN, Step.RETURN)
    for by in (membership(TONGBAI), membership(NANYANG, Role.REVIEWER)):
        assert versions(by) == {(1, True)}, "the same version speaks for everybody"


def test_a_submission_that_was_taken_back_is_the_superior_s_no_more():
    take(started_plan(TONGBAI), Step.SUBMIT, Step.TAKE_BACK)
    assert lines(membership(NANYANG, Role.REVIEWER)) == []
    assert versions(membership(TONGBAI)) == {(None, True)}


def test_the_version_in_force_speaks_while_it_is_revised():
    from tasks.actions import filings

    plan = take(started_plan(TONGBAI), Step.SUBMIT, Step.OPEN, Step.ACCEPT)
    filings.revise(plan=plan, by=membership(TONGBAI), reason="新增一座矿山")
    for by in (membership(TONGBAI), membership(NANYANG, Role.REVIEWER)):
        assert versions(by) == {(1, False)}


def test_a_past_day_shows_what_had_been_submitted_by_then():
    with today_is(date(2018, 5, 20)):
        take(started_plan(TONGBAI), Step.SUBMIT)
    reviewer = membership(NANYANG, Role.REVIEWER).user
    assert task_rows(day_of(date(2018, 5, 20), reviewer.acting.agency.code)).count() == 1
    assert task_rows(day_of(date(2018, 5, 19), reviewer.acting.agency.code)).count() == 0


def test_a_mine_that_the_city_planned_for_a_county_stands_once():
    county = started_plan(TONGBAI)
    one = Mine.objects.get()
    city = started_plan(NANYANG, mines=1)
    drafts.add_lines(version=city.versions.working().get(), mines=[one], by=membership(NANYANG))
    assert PlanLine.objects.filter(task=MineTask.objects.get(mine=one)).count() == 2
    take(county, Step.SUBMIT)
    shown = [row for row in lines(membership(NANYANG)) if row.mine_id == one.pk]
    assert [row.plan for row in shown] == [county.pk]


def test_the_filters_narrow_the_list():
    take(started_plan(TONGBAI, planned=date(2018, 12, 31)), Step.SUBMIT)
    take(started_plan(NANZHAO, planned=date(2019, 12, 31)), Step.SUBMIT)
    city = membership(NANYANG, Role.REVIEWER)
    assert len(lines(city)) == 2
    assert [row.agency.code for row in lines(city, year="2019")] == [NANZHAO]
    assert [row.agency.code for row in lines(city, agency=TONGBAI)] == [TONGBAI]
    assert len(lines(city, tier="baseline", method="open_pit", size_class="small")) == 2
    assert (
        lines(city, tier="stretch") == lines(city, method="underground") == lines(city, year="unknown") == []
    )
    name = lines(city)[0].mine.name
    assert [row.mine.name for row in lines(city, q=name)] == [name]


def test_the_list_asks_the_same_queries_for_one_row_and_for_twenty():
    client = client_as(membership(NANYANG, Role.REVIEWER))
    counts = []
    for code, many in ((TONGBAI, 1), (NANZHAO, 19)):
        take(started_plan(code, mines=many), Step.SUBMIT)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("tasks:task_list"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_every_sortable_column_sorts_both_ways():
    take(started_plan(TONGBAI, mines=3), Step.SUBMIT)
    client = client_as(membership(NANYANG, Role.REVIEWER))
    table = client.get(reverse("tasks:task_list")).context["table"]
    for column in (column.name for column in table.columns if column.orderable):
        for sort in (column, f"-{column}"):
            shown = client.get(reverse("tasks:task_list"), {"sort": sort}).context["table"].data.data
            assert shown.query.order_by[-1] == "pk"
            assert len(shown) == 3


def test_htmx_gets_the_list_alone_and_caches_keep_the_two_apart():
    response = client_as(membership(TONGBAI)).get(reverse("tasks:task_list"), headers={"HX-Request": "true"})
    assert "<html" not in response.content.decode()
    assert "HX-Request" in response["Vary"]


@pytest.mark.parametrize("hat", [(TONGBAI, Role.FILER), (NANYANG, Role.REVIEWER), (PROVINCE, Role.REVIEWER)])
def test_the_workbook_holds_the_whole_branch_whatever_the_list_is_narrowed_to(hat):
    take(started_plan(TONGBAI, mines=2), Step.SUBMIT)
    response = client_as(membership(*hat)).get(reverse("tasks:task_export"), {"tier": "stretch"})
    assert response.status_code == 200
    assert "spreadsheetml" in response["Content-Type"]
    book = load_workbook(BytesIO(response.content))
    cells = {cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row}
    assert set(Mine.objects.values_list("name", flat=True)) <= cells


def test_the_workbook_of_a_superior_holds_no_draft():
    started_plan(TONGBAI, mines=1)
    response = client_as(membership(NANYANG, Role.REVIEWER)).get(reverse("tasks:task_export"))
    book = load_workbook(BytesIO(response.content))
    rows = {cell for row in book["全部任务"].iter_rows(values_only=True) for cell in row}
    assert Mine.objects.get().name not in rows
    assert agency(TONGBAI).name in {c for row in book["汇总"].iter_rows(values_only=True) for c in row}
