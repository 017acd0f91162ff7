"""两日对比 as a page and as a workbook: what is asked, what is refused, and that both say the same."""

from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook

from agencies.models import Role
from greenmine.clock import today_is
from tasks.actions import stages
from tasks.models import MineTask
from tasks.rules.steps import Step
from tasks.standing.changes import Kind
from tests.factories import agency, client_as, membership, started_plan, take

pytestmark = pytest.mark.usefixtures("reference")
COUNTY, OTHER, CITY = "411330", "411323", "411300"
PAGE, BOOK = "/progress/compare/", "/progress/compare/changes.xlsx"


@pytest.fixture
def client(settings):
    """The city's reviewer on 15 July 2019: a mine was verified in June, another in July."""
    take(started_plan(COUNTY, mines=4), Step.SUBMIT, Step.OPEN, Step.ACCEPT)
    first, second = MineTask.objects.filter(agency=agency(COUNTY))[:2]
    finish(first, date(2019, 6, 12), "=1+1")
    finish(second, date(2019, 7, 2), "验收2号")
    settings.GREENMINE_TODAY = date(2019, 7, 15)
    client = client_as(membership(CITY, Role.REVIEWER))
    return client


def finish(task, day, reference, recorded=None):
    with today_is(recorded or day):
        by = membership(CITY, Role.REVIEWER)
        stages.record_stage(task=task, stage="verified", by=by, day=day, reference=reference)


def found(client, query=""):
    return client.get(PAGE + query).context["found"]


def test_the_last_month_is_compared_unless_days_are_given(client):
    seen = found(client)
    assert (seen.first, seen.last) == (date(2019, 6, 30), date(2019, 7, 15))
    assert [change.after for change in seen.changes] == [date(2019, 7, 2)]
    assert found(client, "?to=2019-06-20").first == date(2019, 5, 31)


def test_days_in_the_wrong_order_are_exchanged_and_it_is_said(client):
    response = client.get(f"{PAGE}?from=2019-07-15&to=2019-05-31")
    assert response.context["asked"].swapped
    assert response.context["found"].first == date(2019, 5, 31)
    assert len(response.context["found"].changes) == 2


@pytest.mark.parametrize("query", ["?to=2019-07-16", "?from=2019-08-01", "?from=2019-02-30", "?to=x"])
def test_a_day_after_the_one_looked_at_and_what_is_no_day_are_refused_with_a_sentence(client, query):
    response = client.get(PAGE + query)
    assert response.status_code == 422
    assert response.context["asked"].refused in response.content.decode()
    assert "2019" in response.context["asked"].refused, "and says what is accepted"
    assert client.get(BOOK + query).status_code == 404


def test_the_counts_are_filters_and_the_unchanged_are_counted_alone(client):
    response = client.get(f"{PAGE}?from=2019-01-01&kind=completed")
    assert [row["change"].kind for row in response.context["rows"]] == [Kind.COMPLETED] * 2
    assert client.get(f"{PAGE}?from=2019-01-01&kind=left").context["rows"] == []
    assert response.context["found"].unchanged == 2
    assert len(client.get(f"{PAGE}?from=2019-01-01&kind=x").context["rows"]) == 2


def test_one_bureau_of_the_branch_alone(client):
    assert found(client, f"?from=2019-01-01&agency={OTHER}").changes == ()
    assert len(found(client, f"?from=2019-01-01&agency={COUNTY}").changes) == 2
    assert client.get(f"{PAGE}?agency=411282").status_code == 404
    assert client.get(f"{BOOK}?agency=411282").status_code == 404


def test_what_was_recorded_after_the_earlier_day_is_said(client):
    third = MineTask.objects.filter(agency=agency(COUNTY))[2]
    finish(third, date(2019, 6, 20), "验收3号", recorded=date(2019, 7, 10))
    response = client.get(PAGE)
    assert response.context["found"].added_later == 1
    assert third.mine.name in response.content.decode()


def test_the_workbook_says_the_same_as_the_page(client):
    query = "?from=2019-01-01"
    book = load_workbook(BytesIO(client.get(BOOK + query).content))
    rows = [[cell.value for cell in row] for row in book["变化"].iter_rows(6)]
    listed = [row[1:] for row in rows if isinstance(row[0], int)]
    seen = found(client, query)
    assert [row[1] for row in listed] == [change.task.name for change in seen.changes]
    assert [row[3:5] for row in listed] == [["未建成", "2019年6月12日建成"], ["未建成", "2019年7月2日建成"]]
    assert any("✓ 建成 2" in str(row[0]) and "未变 2" in str(row[0]) for row in rows)


def test_what_a_person_wrote_stays_text_in_the_workbook(client):
    book = load_workbook(BytesIO(client.get(f"{BOOK}?from=2019-01-01").content))
    cell = next(cell for cell in book["变化"]["G"] if "=1+1" in str(cell.value))
    assert cell.data_type == "s"
