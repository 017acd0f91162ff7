"""目标台账 on screen: asked for by the county, answered by the city, all bases side by side."""

from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse

from agencies.models import Role
from greenmine.clock import today_is
from tasks.models import MineTask, TargetChange
from tasks.rules.steps import Step
from tests.factories import client_as, membership, mine, started_plan, take

COUNTY, CITY, OTHER = "411330", "411300", "411323"
TODAY = date(2019, 8, 20)


@pytest.fixture
def tasks(reference):
    take(started_plan(COUNTY, mines=4), Step.SUBMIT, Step.OPEN, Step.ACCEPT)
    with today_is(TODAY):
        yield list(MineTask.objects.all())


@pytest.fixture
def clerk(tasks):
    return client_as(membership(COUNTY))


@pytest.fixture
def reviewer(tasks):
    return client_as(membership(CITY, Role.REVIEWER))


def post(client, path, **fields):
    return client.post(path, {"form_token": uuid4(), **fields})


def ask_removal(clerk, task, **fields):
    given = {"day": "2019-08-01", "cause": "closed", "reason": "政策性关闭"} | fields
    return post(clerk, reverse("tasks:change_ask", args=[task.pk]), **given)


def ledger_row(client, code=COUNTY):
    rows = client.get(reverse("tasks:target_ledger")).context["rows"]
    return next(row for row in rows if row.place.agency.code == code)


def test_asked_approved_and_shown_beside_the_original(clerk, reviewer, tasks):
    assert ask_removal(clerk, tasks[0]).status_code == 302
    change = TargetChange.objects.get()
    assert ledger_row(reviewer).place.planned == 4
    assert reviewer.get(reverse("tasks:target_ledger")).context["waiting"] == 1
    approve = reverse("tasks:change_approve", args=[change.pk])
    assert post(clerk, approve).status_code == 403
    assert post(reviewer, approve).status_code == 302
    row = ledger_row(clerk)
    assert (row.place.original, row.removed, row.entered, row.place.planned) == (4, 1, 0, 3)
    assert row.is_balanced


def test_declined_with_an_answer_that_the_bureau_reads(clerk, reviewer, tasks):
    ask_removal(clerk, tasks[0])
    change = TargetChange.objects.get()
    decline = reverse("tasks:change_decline", args=[change.pk])
    assert clerk.get(decline).status_code == 403
    assert post(reviewer, decline, answer="").status_code == 422
    assert post(reviewer, decline, answer="请附关闭文件").status_code == 302
    assert "请附关闭文件" in clerk.get(reverse("tasks:change_detail", args=[change.pk])).content.decode()
    assert ledger_row(clerk).place.planned == 4


@pytest.mark.parametrize("fields", [{"reason": ""}, {"day": "2019-08-21"}, {"cause": "merged"}])
def test_a_request_that_says_too_little_is_refused_at_its_field(clerk, tasks, fields):
    response = ask_removal(clerk, tasks[0], **fields)
    assert response.status_code == 422
    assert set(response.context["form"].errors) == set(fields)


def test_a_merger_from_the_form(clerk, reviewer, tasks):
    merged = mine(COUNTY, name="示例整合矿")
    fields = {"into": merged.pk, "day": "2019-08-01", "reason": "资源整合"}
    fields |= {"tier": "baseline", "planned": "2020年6月"}
    path = reverse("tasks:change_merge")
    assert post(clerk, path, tasks=[tasks[0].pk], **fields).status_code == 422
    assert post(clerk, path, tasks=[t.pk for t in tasks[:3]], **fields).status_code == 302
    root = TargetChange.objects.get(kind="entry")
    assert post(reviewer, reverse("tasks:change_approve", args=[root.pk])).status_code == 302
    row = ledger_row(clerk)
    assert (row.place.original, row.removed, row.entered, row.place.planned) == (4, 3, 1, 2)
    life = clerk.get(merged.get_absolute_url()).context["file"].lives[0]
    assert life.changes[0].linked_from.count() == 3


def test_only_own_mines_outside_the_target_can_enter(clerk, tasks):
    stranger, outside = mine(OTHER, name="示例邻县矿"), mine(COUNTY, name="示例未列矿")
    offered = clerk.get(reverse("tasks:change_enter")).context["form"].fields["mine"].queryset
    assert list(offered) == [outside]
    fields = {"mine": stranger.pk, "day": "2019-08-01", "cause": "new", "reason": "新设"}
    fields |= {"tier": "stretch", "planned": "2020年6月"}
    assert post(clerk, reverse("tasks:change_enter"), **fields).status_code == 422
    assert post(clerk, reverse("tasks:change_enter"), **fields | {"mine": outside.pk}).status_code == 302


@pytest.mark.parametrize("name", ["change_detail", "change_decline", "change_approve"])
def test_a_neighbour_is_not_told_of_a_request(clerk, tasks, name):
    ask_removal(clerk, tasks[0])
    path = reverse(f"tasks:{name}", args=[TargetChange.objects.get().pk])
    neighbour = client_as(membership(OTHER, Role.REVIEWER))
    answer = post(neighbour, path) if name == "change_approve" else neighbour.get(path)
    assert answer.status_code == 404


def test_a_second_press_asks_once(clerk, tasks):
    token = uuid4()
    given = {"day": "2019-08-01", "cause": "closed", "reason": "政策性关闭", "form_token": token}
    for _press in range(2):
        assert clerk.post(reverse("tasks:change_ask", args=[tasks[0].pk]), given).status_code == 302
    assert TargetChange.objects.count() == 1


def test_the_ledger_asks_the_same_queries_for_one_county_and_for_three(
    clerk, reviewer, tasks, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    path = reverse("tasks:target_ledger")
    ask_removal(clerk, tasks[0])
    with CaptureQueriesContext(connection) as one:
        reviewer.get(path)
    few = len(one)
    for code in (OTHER, "411321"):
        take(started_plan(code, mines=3), Step.SUBMIT, Step.OPEN, Step.ACCEPT)
        ask_removal(client_as(membership(code)), MineTask.objects.filter(agency__code=code).first())
    with django_assert_num_queries(few):
        reviewer.get(path)
