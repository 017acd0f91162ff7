"""The burn-up three times, as a drawing, as data and as a table: the figures are the same."""

import re
from datetime import date

import pytest

from agencies.models import Role
from greenmine.clock import today_is
from tasks.actions import stages
from tasks.models import MineTask
from tasks.rules.steps import Step
from tasks.views.burn_up_drawing import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH
from tests.factories import agency, client_as, membership, started_plan, take

pytestmark = pytest.mark.usefixtures("reference")
COUNTY, CITY = "411330", "411300"
DONE = ["declared", "verified", "listed"]
FACTS = [
    ("declared", 2, 28),
    ("declared", 4, 30),
    ("verified", 4, 2),
    ("verified", 5, 31),
    ("verified", 6, 30),
]


@pytest.fixture
def client():
    """Nine mines, planned for the end of 2019; five have come some way by the middle of July."""
    take(started_plan(COUNTY, mines=9), Step.SUBMIT, Step.OPEN, Step.ACCEPT)
    by = {"declared": membership(COUNTY), "verified": membership(CITY, Role.REVIEWER)}
    for task, (stage, month, day) in zip(MineTask.objects.filter(agency=agency(COUNTY)), FACTS, strict=False):
        day = date(2019, month, day)
        with today_is(day):
            stages.record_stage(task=task, stage=stage, by=by[stage], day=day, reference="验收1号")
    return client_as(membership(CITY, Role.REVIEWER))


def look(client, day, query=""):
    """(the page's text, the data) as on that day."""
    with today_is(date(2021, 1, 5)):
        client.post("/day/", {"day": day, "next": "/"})
        text = client.get(f"/progress/{query}").content.decode()
        return text, client.get(f"/progress/curve.json{query}").json()


def drawn(text: str, name: str, data: dict) -> list[tuple[float, float]]:
    """The points of a line in the page's SVG, back in days since the first one and in mines."""
    found = re.search(rf'gm-burn__line--{name}" points="([^"]*)"', text)
    points = [tuple(map(float, point.split(","))) for point in found[1].split()] if found else []
    top = max([data["target"], *(point["planned"] for point in data["points"])])
    return [
        ((x - LEFT) / scale(data), (HEIGHT - BOTTOM - y) * top / (HEIGHT - TOP - BOTTOM)) for x, y in points
    ]


def scale(data) -> float:
    """Units of the drawing a day."""
    return (WIDTH - LEFT - RIGHT) / days(data, data["points"][-1]["day"])


def days(data, day: str) -> int:
    return (date.fromisoformat(day) - date.fromisoformat(data["points"][0]["day"]).replace(day=1)).days


@pytest.mark.parametrize("day", ["2018-05-25", "2019-04-01", "2019-07-15", "2020-12-31"])
def test_every_point_of_the_drawing_is_a_point_of_the_data(client, day):
    text, data = look(client, day)
    if not data["points"]:
        assert "gm-burn__line" not in text, "no plan is in force yet"
        return
    for name in ["planned", *DONE]:
        key = "day" if name == "planned" else "seen_on"
        expected = [(days(data, point[key]), point[name]) for point in data["points"] if point[key]]
        assert len(expected) > 1
        # A tenth of a unit of the drawing is about a sixth of a day.
        assert drawn(text, name, data) == [
            (pytest.approx(x, abs=0.2), pytest.approx(n, abs=0.02)) for x, n in expected
        ]


def test_every_row_of_the_table_is_a_point_of_the_data(client):
    text, data = look(client, "2019-07-15")
    table = text[text.index('<details class="gm-small">') :]
    rows = re.findall(r'<tr><th scope="row">(\d+)年(\d+)月</th>(.*?)</tr>', table)
    cells = [(f"{y}-{int(m):02}", re.findall(r">([^<>]+)</td>", row)) for y, m, row in rows]
    assert cells == [
        (
            point["day"][:7],
            [str(n) if n is not None else "—" for n in (point["planned"], *map(point.get, DONE))],
        )
        for point in data["points"]
    ]


def test_the_running_month_is_drawn_to_the_day_looked_at(client):
    points = look(client, "2019-07-15")[1]["points"]
    assert {
        p["day"]: p["seen_on"] for p in points if p["day"] in ("2019-06-30", "2019-07-31", "2019-08-31")
    } == {
        "2019-06-30": "2019-06-30",
        "2019-07-31": "2019-07-15",
        "2019-08-31": None,
    }


def test_the_data_carry_both_checkpoints_rounded_up(client):
    data = look(client, "2019-07-15")[1]
    assert data["checkpoints"] == [
        {"code": "T1", "due_on": "2019-12-31", "share": 50, "required": 5},
        {"code": "T2", "due_on": "2020-12-31", "share": 100, "required": 9},
    ]
    assert set(data["labels"]) >= {"planned", *DONE, "forecast", "checkpoint"}


def test_the_forecast_is_the_same_in_drawing_and_data_and_says_that_it_is_one(client):
    text, data = look(client, "2019-07-15")
    forecast = data["forecast"]
    assert forecast["day"] == "2019-12-31"
    assert forecast["low"] <= forecast["expected"] <= forecast["high"] <= 9
    (start, now), (end, expected) = drawn_ahead(text, data)
    assert (start, now) == (pytest.approx(days(data, "2019-07-15"), abs=0.2), pytest.approx(3, abs=0.02))
    assert end == pytest.approx(days(data, "2019-12-31"), abs=0.2)
    assert expected == pytest.approx(forecast["expected"], abs=0.02)
    assert "gm-burn__forecast" in text


def drawn_ahead(text, data):
    points = re.search(r'gm-burn__ahead" points="([^"]*)"', text)[1]
    return drawn(f'gm-burn__line--ahead" points="{points}"', "ahead", data)


def test_too_few_completions_are_no_forecast_and_the_page_says_why(client):
    text, data = look(client, "2019-07-15", "?criterion=listed")
    assert data["forecast"] is None
    assert "gm-burn__forecast" not in text
    assert "gm-burn__unforetold" in text


def test_after_the_checkpoint_nothing_is_foretold(client):
    text, data = look(client, "2020-01-10", "?checkpoint=T1")
    assert data["forecast"] is None
    assert "gm-burn__forecast" not in text
    assert "gm-burn__unforetold" not in text


def test_before_the_documents_there_are_no_points(client):
    assert look(client, "2018-04-01")[1]["points"] == []
