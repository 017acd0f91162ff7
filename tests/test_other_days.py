"""Looking at another day than today: nothing is written, no form is offered, nothing that has not happened is
counted, and no day leads into a dead end."""

import re
from datetime import date
from urllib.parse import urlsplit

import pytest
from django.urls import NoReverseMatch, Resolver404, get_resolver, resolve, reverse

from agencies.models import Role
from greenmine.clock import today_is
from greenmine.middleware import FORMS
from tasks.actions import inspections, ledger, stages
from tasks.models import MineTask, WorkPlan
from tasks.rules.steps import Step
from tests.factories import client_as, membership, started_plan, take

pytestmark = pytest.mark.usefixtures("reference")
COUNTY, CITY = "411330", "411300"
TODAY = date(2019, 12, 20)
EARLIER, LATER = "2019-12-10", "2020-06-30"


@pytest.fixture
def tasks(settings):
    """Four mines: one verified in June 2019, a visit with a finding, a removal that waits. A verification of 2020 is
    on record too, as where an earlier day is looked at later."""
    take(started_plan(COUNTY, mines=4), Step.SUBMIT, Step.OPEN, Step.ACCEPT)
    tasks = list(MineTask.objects.order_by("pk"))
    city = membership(CITY, Role.REVIEWER)
    for task, day in ((tasks[0], date(2019, 6, 20)), (tasks[1], date(2020, 3, 2))):
        with today_is(day):
            stages.record_stage(task=task, stage="verified", by=city, day=day, reference="验收1号")
    with today_is(date(2019, 11, 1)):
        inspections.record_inspection(mine=tasks[0].mine, kind="spot_check", by=city, findings="未复绿")
        ledger.ask_change(
            task=tasks[2],
            kind="removal",
            cause="closed",
            reason="关闭",
            day=date(2019, 11, 1),
            by=membership(COUNTY),
        )
    settings.GREENMINE_TODAY = TODAY
    return tasks


def look(by, day, after="/", **options):
    client = client_as(by)
    client.post("/day/", {"day": day, "next": after})
    return client


def names_of_forms():
    """The addresses of the forms that need no pk, and with a pk those of the tasks."""
    return {name: found for name in FORMS for found in [_path(name)] if found}


def _path(name):
    for app in ("tasks", "agencies"):
        try:
            return reverse(f"{app}:{name}")
        except NoReverseMatch:
            continue
    return None


def test_every_form_of_the_list_is_an_address_of_the_program():
    known = {
        name
        for one in get_resolver().url_patterns
        if hasattr(one, "url_patterns")
        for found in [{pattern.name for pattern in one.url_patterns}]
        for name in found
    }
    assert known >= FORMS


def test_a_form_opened_on_another_day_is_a_page_that_leads_back_to_it(tasks):
    client = look(membership(COUNTY), EARLIER)
    for path in (reverse("tasks:stage_record", args=[tasks[0].pk]), *names_of_forms().values()):
        response = client.get(path)
        assert response.status_code == 409, path
        page = response.content.decode()
        assert 'name="form_token"' not in page
        assert f'name="next" value="{path}"' in page
    client.post("/day/", {"day": "", "next": "/"})
    assert client.get(reverse("tasks:stage_record", args=[tasks[0].pk])).status_code == 200


@pytest.mark.parametrize(
    ("code", "role"),
    [(COUNTY, Role.FILER), (COUNTY, Role.LEADER), (CITY, Role.REVIEWER), ("410000", Role.REVIEWER)],
)
@pytest.mark.parametrize("day", ["2018-05-26", EARLIER, LATER])
def test_no_page_offers_a_form_on_another_day(tasks, code, role, day):
    client = look(membership(code, role), day)
    change = tasks[2].target_changes.get()
    paths = [
        "/",
        "/progress/",
        f"/progress/{COUNTY}/",
        "/progress/open-pits/",
        "/progress/compare/",
        "/target-ledger/",
        f"/target-changes/{change.pk}/",
        "/months/",
        f"/months/2019-11/{COUNTY}/",
        "/quotas/",
        "/inspection-windows/",
        "/mines/",
        tasks[0].mine.get_absolute_url(),
        reverse("tasks:work_plan_list"),
        WorkPlan.objects.get().get_absolute_url(),
        "/documents/",
    ]
    for path in paths:
        page = client.get(path, follow=True)
        # The month and the change do not exist on the earliest of the days.
        assert page.status_code == 200 or "month" in path or "change" in path, path
        offered = {_name(href) for href in re.findall(r'href="([^"]*)"', page.content.decode())}
        # The one thing that is no act of the programme.
        assert not offered & (FORMS - {"password_change"}), (path, offered & FORMS)


def _name(href):
    try:
        return resolve(urlsplit(href).path or "/").url_name
    except Resolver404:
        return None


def done(response):
    return len(response.context["progress"].done)


def test_what_has_not_happened_yet_is_not_counted(tasks):
    client = look(membership(CITY, Role.REVIEWER), LATER)
    assert done(client.get("/progress/")) == 1
    assert client.get("/progress/curve.json").json()["as_of"] == TODAY.isoformat()
    assert client.get("/progress/compare/").context["asked"].last == TODAY
    assert client.get("/target-ledger/").context["as_of"] == TODAY
    assert client.get(f"/months/2020-03/{COUNTY}/").status_code == 404
    assert "2020年3月2日" not in client.get(tasks[1].mine.get_absolute_url()).content.decode()


def test_deadlines_are_looked_at_ahead_and_the_band_says_what_each_page_shows(tasks):
    client = look(membership(CITY, Role.REVIEWER), LATER)
    desk, progress = client.get("/").context, client.get("/progress/").context
    assert desk["as_of"] == date(2020, 6, 30)
    assert desk["desk"].as_of == date(2020, 6, 30)
    assert (progress["as_of"], progress["chosen_day"]) == (TODAY, date(2020, 6, 30))
    client.cookies["django_language"] = "en"
    assert "and are no results" in client.get("/").content.decode()
    assert "this page counts up to today" in client.get("/progress/").content.decode()
    client.post("/day/", {"day": EARLIER, "next": "/"})
    assert "has not come yet" not in client.get("/progress/").content.decode()


@pytest.mark.parametrize(
    ("path", "onto"),
    [("/months/2019-11/", "/months/"), ("/target-changes/{change}/", "/target-ledger/"), ("/nowhere/", "/")],
)
def test_a_day_on_which_the_page_does_not_exist_leads_to_its_list(tasks, path, onto):
    path = path.format(change=tasks[2].target_changes.get().pk)
    client = client_as(membership(CITY, Role.REVIEWER))
    client.cookies["django_language"] = "en"
    answer = client.post("/day/", {"day": "2018-05-25", "next": path}, follow=True)
    assert [step[0] for step in answer.redirect_chain] == [path, onto]
    assert answer.status_code == 200
    assert "That page does not exist on" in answer.content.decode()
    assert client.get(path).status_code == 404, "asked for by itself it is not found, as ever"


def test_the_way_back_from_an_address_that_only_takes_a_post_leads_to_the_list(tasks):
    client = client_as(membership(COUNTY))
    zero = f"/months/2019-11/{COUNTY}/zero/"
    answer = client.post("/day/", {"day": "", "next": zero}, follow=True)
    assert answer.redirect_chain[-1][0] == "/months/"
    assert answer.status_code == 200
