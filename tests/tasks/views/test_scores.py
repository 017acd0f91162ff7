"""The page of an assessment's scores: who enters them, the look at the sums, the verdict with its reasons."""

from uuid import uuid4

import pytest
from django.urls import reverse

from agencies.models import Role
from tasks.actions import stages
from tasks.models import MineTask, Score, ScoreSheet
from tests.factories import client_as, membership, started_plan

pytestmark = pytest.mark.usefixtures("reference")
COUNTY, CITY = "411330", "411300"


@pytest.fixture
def stage():
    started_plan(COUNTY)
    task = MineTask.objects.get()
    return stages.record_stage(task=task, stage="assessed", by=membership(COUNTY), reference="评估报告1号")


def address(stage, sheet="") -> str:
    return reverse("tasks:stage_scores", args=[stage.pk]) + (f"?sheet={sheet}" if sheet else "")


def entered(code="2020", **points) -> dict:
    """All first-level items at their best and all preconditions held, but for the numbers given."""
    sheet = ScoreSheet.objects.get(code=code)
    form = {"form_token": uuid4()}
    for item in sheet.items.filter(parent=None):
        value = "yes" if item.is_precondition else (item.points or 140)
        form[f"item{item.pk}"] = points.get(f"n{item.number}", value)
    return form


def post(stage, do="save", by=None, sheet="", **form):
    client = client_as(by or membership(COUNTY))
    return client.post(address(stage, sheet), (form or entered(sheet or "2020")) | {"do": do})


def test_the_form_offers_the_earliest_edition_and_says_that_the_day_lies_before_it(stage):
    page = client_as(membership(COUNTY)).get(address(stage))
    assert page.context["sheet"].code == "2020"
    assert page.context["is_early"] is True
    assert {row.of for row in page.context["rows"] if not row.deep} >= {"220"}


def test_another_edition_may_be_chosen(stage):
    page = client_as(membership(COUNTY)).get(address(stage, "2024"))
    assert [tab["active"] for tab in page.context["tabs"]] == [False, True]
    assert client_as(membership(COUNTY)).get(address(stage, "1999")).status_code == 404


def test_a_look_at_the_sums_saves_nothing(stage):
    page = post(stage, do="preview", **entered(n1="150"))
    assert page.status_code == 200
    assert page.context["verdict"].given == 150 + 220 + 4 * 140
    assert any(
        "矿区环境" in reason and "150/220" in reason and "68.2%" in reason
        for reason in page.context["reasons"]
    )
    assert not Score.objects.exists()
    assert str(page.context["form"].of(page.context["rows"][0].item).value()) == "150"


def test_saved_scores_are_read_by_the_branch_with_the_verdict(stage):
    form = entered(n1="150")
    assert post(stage, **form).status_code == 302
    for hat in [(COUNTY, Role.VIEWER), (CITY, Role.REVIEWER), ("410000", Role.VIEWER), (COUNTY, Role.FILER)]:
        page = client_as(membership(*hat)).get(address(stage))
        assert page.context["form"] is None
        assert page.context["verdict"].passed is False
        assert page.context["rows"][0].given == "150"


def test_after_saving_a_new_assessment_is_asked_for(stage):
    post(stage)
    again = post(stage, **entered(n1="10"))
    assert again.status_code == 422
    assert again.context["form"].non_field_errors()
    assert Score.objects.get(item__number="1").points == 220


def test_gaps_must_be_meant(stage):
    form = entered(n4="")
    refused = post(stage, **form)
    assert refused.status_code == 422
    assert "incomplete" in refused.context["form"].errors
    assert not Score.objects.exists()
    assert post(stage, **form, incomplete="on").status_code == 302
    page = client_as(membership(COUNTY)).get(address(stage))
    assert page.context["verdict"].passed is None
    assert [one.number for one in page.context["verdict"].missing] == ["4"]


def test_of_an_item_given_as_a_whole_those_below_it_are_not_shown(stage):
    form = entered(n1="")
    below = ScoreSheet.objects.get(code="2020").items.get(number="1.1")
    post(stage, **form, **{f"item{below.pk}": "90"}, incomplete="on")
    page = client_as(membership(COUNTY)).get(address(stage))
    shown = [(row.item.number, row.given) for row in page.context["rows"]]
    assert shown[:4] == [("1", "未知"), ("1.1", "90"), ("1.2", "未知"), ("2", "220")]
    assert len(shown) == 8


@pytest.mark.parametrize("typed", ["221", "-1", "1.25", "很好", "NaN", "1e9"])
def test_points_that_the_sheet_does_not_allow_are_told_at_their_field(stage, typed):
    page = post(stage, do="preview", **entered(n1=typed))
    assert page.status_code == 422
    item = page.context["rows"][0].item
    assert set(page.context["form"].errors) == {f"item{item.pk}"}
    assert page.context["form"].of(item).value() == typed


def test_an_item_and_one_below_it_are_not_both_entered(stage):
    below = ScoreSheet.objects.get(code="2020").items.get(number="1.1")
    page = post(stage, do="preview", **entered(), **{f"item{below.pk}": "50"})
    assert page.status_code == 422
    assert len(page.context["form"].errors) == 1


@pytest.mark.parametrize(
    ("code", "role", "get", "send"),
    [
        (COUNTY, Role.LEADER, 200, 302),
        (COUNTY, Role.VIEWER, 200, 403),
        (CITY, Role.REVIEWER, 200, 403),
        (CITY, Role.ADMINISTRATOR, 404, 404),
        ("411323", Role.FILER, 404, 404),
        ("411200", Role.REVIEWER, 404, 404),
    ],
)
def test_who_reads_and_who_enters(stage, code, role, get, send):
    hat = membership(code, role)
    page = client_as(hat).get(address(stage))
    assert page.status_code == get
    if get == 200:
        assert (page.context["form"] is not None) == (send == 302)
    assert post(stage, by=hat).status_code == send
    assert Score.objects.exists() == (send == 302)


def test_a_stage_that_is_no_assessment_has_no_such_page(stage):
    declared = stages.record_stage(
        task=stage.task, stage="declared", by=membership(COUNTY), reference="申报表"
    )
    assert client_as(membership(COUNTY)).get(address(declared)).status_code == 404


def test_without_an_edition_the_page_says_so(stage):
    ScoreSheet.objects.all().delete()
    page = client_as(membership(COUNTY)).get(address(stage))
    assert (page.status_code, page.context["sheet"], page.context["form"]) == (200, None, None)
    assert post(stage, **{"form_token": uuid4()}).status_code == 200


def test_a_second_press_saves_nothing_twice(stage):
    form = entered()
    answers = {post(stage, **form).status_code for _press in range(2)}
    assert answers == {302}
    assert Score.objects.filter(item__number="1").count() == 1
