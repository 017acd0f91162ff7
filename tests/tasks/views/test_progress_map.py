"""The map of 进度: every place has its outline or is named, and what stands on it is the table's."""

from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agencies.actions import mine_free
from agencies.models import Agency, Role
from greenmine.clock import today_is
from tasks.actions import stages
from tasks.models import MineTask
from tasks.rules.outlines import read
from tasks.rules.steps import Step
from tests.factories import agency, client_as, membership, started_plan, take

pytestmark = pytest.mark.usefixtures("reference")
GEO = Path(__file__).parents[3] / "fixtures/geo"
COUNTY, CITY, PROVINCE = "411330", "411300", "410000"


def page(code=CITY, day="2019-07-15", query=""):
    client = client_as(membership(code, Role.REVIEWER))
    with today_is(date(2021, 1, 5)):
        client.post("/day/", {"day": day, "next": "/"})
        return client.get(f"/progress/{query}")


def states(response) -> dict[str, str]:
    return {one.place.row.agency.code: one.place.state for one in response.context["map"].drawn}


def verify(count, day=date(2019, 6, 30)):
    with today_is(day):
        for task in MineTask.objects.filter(agency=agency(COUNTY))[:count]:
            by = membership(CITY, Role.REVIEWER)
            stages.record_stage(task=task, stage="verified", by=by, day=day, reference="验收1号")


@pytest.fixture
def five_mines():
    take(started_plan(COUNTY, mines=5), Step.SUBMIT, Step.OPEN, Step.ACCEPT)


def test_each_of_the_28_units_of_the_province_has_an_outline():
    units = set(Agency.objects.reporting_to(agency(PROVINCE)).values_list("code", flat=True))
    drawn = page(PROVINCE).context["map"]
    assert len(units) == 28
    assert {one.place.row.agency.code for one in drawn.drawn} == units
    assert drawn.unoutlined == ()


def test_each_county_of_nanyang_has_an_outline_and_the_zones_are_named():
    response = page()
    counties = Agency.objects.reporting_to(agency(CITY)).filter(level="county")
    assert set(states(response)) == set(counties.values_list("code", flat=True))
    assert [zone.code[-1] for zone in response.context["map"].zones] == ["A", "B", "C", "D"], (
        "domain.md, trap 15"
    )
    for zone in response.context["map"].zones:
        assert zone.name in response.content.decode()


def test_every_county_of_the_province_has_an_outline():
    counties = set(Agency.objects.filter(level="county").values_list("code", flat=True))
    assert counties <= read(GEO / "henan_counties.geojson").keys()


def test_a_county_is_a_single_place_and_has_no_map():
    assert page(COUNTY).context["map"] is None


@pytest.mark.parametrize(
    ("done", "day", "state"),
    [
        (2, "2019-07-15", "below"),
        (3, "2019-07-15", "ahead"),
        (2, "2019-12-31", "below"),
        (2, "2020-01-01", "missed"),
        (3, "2020-01-01", "met"),
        (0, "2018-05-01", "none"),
    ],
)
def test_a_place_is_missed_only_after_the_checkpoints_day(five_mines, done, day, state):
    verify(done)
    response = page(day=day, query="?checkpoint=T1")
    assert states(response)[COUNTY] == state


def test_the_map_says_what_the_table_says(five_mines):
    verify(2)
    response = page()
    in_table = {place.row.agency.code: (place.figures, place.word) for place in response.context["places"]}
    for one in response.context["map"].drawn:
        assert in_table[one.place.row.agency.code] == (one.place.figures, one.place.word)
    assert in_table[COUNTY][0] == "2/5"
    assert sum(count for _state, _word, count in response.context["map"].legend) == 12


def test_a_place_without_mines_owes_nothing_on_the_map_either():
    place = agency("411327")
    declaration = mine_free.declare(agency=place, by=membership(place.code), day=date(2018, 5, 9))
    mine_free.confirm(declaration=declaration, by=membership(CITY, Role.REVIEWER), day=date(2018, 5, 10))
    assert states(page())["411327"] == "exempt", "domain.md, trap 7"
    assert states(page(day="2018-05-09"))["411327"] == "none"


def test_each_place_leads_to_its_mines_with_the_choices_of_the_address():
    text = page(query="?criterion=listed&x=%22%3E").content.decode()
    assert f'href="/progress/{COUNTY}/?criterion=listed&amp;x=%22%3E"' in text


def test_a_broken_file_of_the_office_is_said_and_the_table_stays(settings, tmp_path):
    settings.OUTLINES_DIR = str(tmp_path)
    (tmp_path / "ours<b>.geojson").write_text('{"features": [1]}')
    response = page()
    assert response.status_code == 200
    assert response.context["map"].drawn == ()
    assert len(response.context["map"].unoutlined) == 12
    assert "ours&lt;b&gt;.geojson" in response.content.decode()
    assert len(response.context["places"]) == 13


@pytest.mark.parametrize("folder", ["", "missing"])
def test_a_missing_file_is_said(settings, tmp_path, folder):
    settings.OUTLINES_DIR = str(tmp_path / folder)
    response = page(PROVINCE)
    assert response.status_code == 200
    assert "OUTLINES_DIR" in response.content.decode()
    assert str(tmp_path) not in response.content.decode()


def test_the_map_asks_the_database_for_nothing_more(settings, tmp_path):
    page()
    with CaptureQueriesContext(connection) as with_map:
        page()
    settings.OUTLINES_DIR = str(tmp_path)
    with CaptureQueriesContext(connection) as without:
        page()
    assert len(with_map) == len(without)


def test_the_lowest_share_comes_first_and_the_unknown_last(five_mines):
    verify(2)
    take(started_plan("411323", mines=3), Step.SUBMIT, Step.OPEN, Step.ACCEPT)
    codes = [place.row.agency.code for place in page(query="?order=share").context["places"]]
    assert codes[:4] == [CITY, "411323", COUNTY, "411302"], "the whole, then its parts: 0/3, 2/5, unknown"
    in_order = [place.row.agency.code for place in page(query="?order=x").context["places"]]
    assert in_order == sorted(in_order)
