"""The progress page: page, curve and command say the same, on any day."""

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agencies.actions import mine_free
from agencies.models import Role
from greenmine.clock import today_is
from tasks.actions import stages
from tasks.models import MineTask
from tasks.rules.steps import Step
from tests.factories import agency, client_as, membership, started_plan, take

pytestmark = pytest.mark.usefixtures("reference")
COUNTY, CITY = "411330", "411300"
DONE_ON = date(2019, 6, 30)


@pytest.fixture
def client(settings):
    plan = take(started_plan(COUNTY, mines=5), Step.SUBMIT, Step.OPEN, Step.ACCEPT)
    assert plan
    with today_is(DONE_ON):
        for task in MineTask.objects.filter(agency=agency(COUNTY))[:2]:
            by = membership(CITY, Role.REVIEWER)
            stages.record_stage(task=task, stage="verified", by=by, day=DONE_ON, reference="验收1号")
    settings.GREENMINE_TODAY = date(2019, 7, 15)
    client = client_as(membership(CITY, Role.REVIEWER))
    return client


def test_page_curve_and_command_agree(client):
    page = client.get("/progress/").context["progress"]
    curve = client.get("/progress/curve.json").json()
    out = StringIO()
    call_command("progress", "--agency", CITY, "--as-of", "2019-07-15", "--format", "json", stdout=out)
    total = json.loads(out.getvalue())["total"]
    assert len(page.done) == total["done"] == 2
    assert page.standing.base == total["planned"] == curve["target"] == 5
    by_day = {point["day"]: point for point in curve["points"]}
    assert by_day["2019-06-30"]["verified"] == 2
    assert by_day["2019-05-31"]["verified"] == 0
    assert by_day["2019-12-31"]["planned"] == 5


def test_what_has_not_happened_is_not_drawn_as_zero(client):
    points = client.get("/progress/curve.json").json()["points"]
    assert [p["verified"] for p in points if p["day"] == "2019-07-31"] == [2], "the month has begun"
    assert {p["verified"] for p in points if p["day"] > "2019-07-31"} == {None}


def test_the_drawing_and_the_table_hold_the_same_points(client):
    response = client.get("/progress/")
    drawn = {line.name: line.end for line in response.context["drawing"].lines}
    assert drawn == {"planned": 5, "declared": 2, "verified": 2, "listed": 0}


def test_the_mines_behind_a_figure_are_listed(client):
    row = client.get(f"/progress/{COUNTY}/").context["row"]
    assert (len(row.done), row.standing.required, row.standing.slack) == (2, 3, -1)


def test_a_wrong_choice_in_the_address_is_passed_over(client):
    for query in ("?criterion=x", "?base=x", "?checkpoint=x"):
        assert client.get(f"/progress/{query}").status_code == 200


def test_before_the_documents_there_is_no_checkpoint(client):
    client.post("/day/", {"day": "2018-04-01", "next": "/"})
    assert client.get("/progress/").status_code == 200


def test_the_page_makes_the_same_queries_for_one_county_and_for_four(client):
    client.get("/progress/")
    with CaptureQueriesContext(connection) as few:
        client.get("/progress/")
    for code in ("411321", "411322", "411323"):
        take(started_plan(code, mines=8), Step.SUBMIT, Step.OPEN, Step.ACCEPT)
    with CaptureQueriesContext(connection) as many:
        client.get("/progress/")
    assert len(few) == len(many)


def test_the_page_says_in_words_what_its_figures_stand_on(client):
    client.cookies["django_language"] = "en"
    for path in ("/progress/", f"/progress/{COUNTY}/"):
        text = client.get(f"{path}?criterion=listed&base=plan_original").content.decode()
        for part in ("July 15, 2019", "criterion: Listed", "base: Plan target, original", "≥50%"):
            assert part in text, (path, part)


def test_a_places_forecast_is_its_own(client):
    """Those of another county quicken the pace of the branch, not of this county."""
    take(started_plan("411323", mines=6), Step.SUBMIT, Step.OPEN, Step.ACCEPT)
    with today_is(DONE_ON):
        for task in MineTask.objects.filter(agency=agency("411323"))[:5]:
            by = membership(CITY, Role.REVIEWER)
            stages.record_stage(task=task, stage="verified", by=by, day=DONE_ON, reference="验收1号")
    assert client.get(f"/progress/{COUNTY}/").context["forecast"] is None, "two mines give no pace"
    assert client.get("/progress/").context["forecast"] is not None


def test_who_has_no_mines_owes_nothing_and_nothing_of_it_is_unknown(client):
    by, superior = membership("411327"), membership(CITY, Role.REVIEWER)
    with today_is(DONE_ON):
        declaration = mine_free.declare(agency=by.agency, by=by)
        mine_free.confirm(declaration=declaration, by=superior)
    text = client.get("/progress/").content.decode()
    row = text[text.index("/progress/411327/") :]
    row = row[: row.index("</tr>")]
    assert "不涉矿" in row
    assert "未知" not in row
    place = client.get("/progress/411327/").context["word"]
    assert place.shape == "—"
