"""The demonstration on its three named days: told by facts through the same actions, up to the day and no further.

Loading takes seconds, so the tests of a day share one demo; what a test writes is rolled back behind it.
"""

import csv
import json
from datetime import date
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import F
from django.test import override_settings

from agencies.models import Agency, Membership, MineFreeDeclaration, Role, User
from agencies.permissions import may_administer
from tasks.actions import filings
from tasks.actions.filings import Details
from tasks.management.commands import load_demo
from tasks.models import Mine, MineState, Programme, StageFact, TargetChange, WorkPlan
from tasks.permissions import may_read_plans, sides_of
from tasks.reports.desk import desk
from tasks.reports.waiting import waiting_for
from tasks.rules.steps import State, Step, open_steps
from tasks.standing.day import Day
from tasks.standing.filings import filing_on
from tasks.standing.progress import progress
from tests.factories import agency, day_of

pytestmark = pytest.mark.django_db
DAYS = [date(2018, 5, 25), date(2019, 12, 31), date(2021, 1, 5)]
DEFAULT = DAYS[0]
CITY = "411300"
on = {day: pytest.mark.parametrize("demo", [day], indirect=True, ids=str) for day in DAYS}
on_the_default_day = on[DEFAULT]
# Each says of a row when something happened, was decided or was written down.
DAYS_OF_A_ROW = {
    "happened_on",
    "recorded_on",
    "since",
    "until",
    "approved_on",
    "confirmed_on",
    "declined_on",
    "ended_on",
    "frozen_on",
    "answered_on",
}


@pytest.fixture(scope="module", params=DAYS, ids=str)
def demo(request, django_db_setup, django_db_blocker, tmp_path_factory):
    """The day, on which the demo was loaded."""
    with (
        django_db_blocker.unblock(),
        override_settings(GREENMINE_TODAY=request.param),
        pytest.MonkeyPatch.context() as patch,
        transaction.atomic(),
    ):
        patch.setattr(load_demo, "PASSWORD", tmp_path_factory.mktemp("demo") / "password")
        if not Agency.objects.exists():
            call_command("load_reference", verbosity=0, stdout=StringIO())
        call_command("load_demo", stdout=StringIO())
        yield request.param
        transaction.set_rollback(True)


def tables():
    for app in ("agencies", "tasks"):
        yield from apps.get_app_config(app).get_models(include_auto_created=True)


def days_of(model) -> list[str]:
    return [field.name for field in model._meta.concrete_fields if field.name in DAYS_OF_A_ROW]


def plan_of(code: str) -> WorkPlan:
    return WorkPlan.objects.select_related("agency").with_events().get(agency__code=code)


def test_every_table_that_tells_of_days_is_looked_at():
    walked = {model.__name__ for model in tables() if days_of(model)}
    assert walked >= {
        "PlanEvent",
        "PlanVersion",
        "StageFact",
        "TargetChange",
        "MineState",
        "MonthEvent",
        "Inspection",
        "Rectification",
        "Decision",
        "MineFreeDeclaration",
    }


def test_the_database_holds_nothing_of_a_later_day(demo):
    later = {
        f"{model.__name__}.{name}": count
        for model in tables()
        for name in days_of(model)
        if (count := model._base_manager.filter(**{f"{name}__gt": demo}).count())
    }
    assert later == {}


def test_nothing_looks_like_a_late_entry(demo):
    late = [
        row
        for model in tables()
        if hasattr(model, "is_late_entry")
        for row in model._base_manager.all()
        if row.is_late_entry
    ]
    assert late == []
    assert not [change for change in TargetChange.objects.all() if change.is_late_answer]


def test_no_mine_is_in_the_register_before_its_first_permit(demo):
    assert not MineState.objects.filter(first_permitted_on__gt=F("since")).exists()


def test_the_story_stands_in_the_order_of_its_days_and_each_day_tells_the_beginning_of_it():
    whole = list(load_demo.story(until=date.max))
    days = [day for day, _fact in whole]
    assert days == sorted(days)
    for day in DAYS:
        told = list(load_demo.story(until=day))
        assert told == whole[: len(told)]
        assert max(day for day, _fact in told) <= day
    assert len(told) == len(whole), "the last of the named days tells all"


def test_a_change_is_told_once_it_was_approved(monkeypatch, tmp_path):
    facts = tmp_path / "story.jsonl"
    facts.write_text('{"fact": "removed", "happened_on": "2019-03-12", "approved_on": "2019-03-20"}')
    monkeypatch.setattr(load_demo, "STORY", facts)
    assert not list(load_demo.story(until=date(2019, 3, 19)))
    assert [day for day, _fact in load_demo.story(until=date(2019, 3, 20))] == [date(2019, 3, 20)]


@on_the_default_day
def test_the_demo_shows_every_state_sample_mines_and_real_names(demo):
    plans = WorkPlan.objects.select_related("agency").with_events()
    states = {filing_on(plan, demo).state for plan in plans}
    assert states | {State.NONE} == set(State)
    assert Mine.objects.filter(is_sample=True).exclude(name__startswith="示例").count() == 0
    real = Mine.objects.filter(is_sample=False)
    assert real.count() == 15
    assert not real.exclude(status="").exists(), "nothing is taken out of free text"
    assert not real.exclude(size_class="").exists(), "what a public list does not say stays unknown"
    assert set(real.values_list("states__since", flat=True)) == {load_demo.FIRST_DAY}


@on_the_default_day
def test_sheqi_owes_nothing_since_its_declaration_was_confirmed(demo):
    """domain.md, trap 7."""
    out = StringIO()
    call_command("obligations", "--agency", "411327", "--as-of", "2018-05-25", "--format", "json", stdout=out)
    rows = {row["requirement"]: row["mark"] for row in json.loads(out.getvalue())}
    assert rows == dict.fromkeys(["P0", "C1", "T1", "T2"], "not_applicable")
    out = StringIO()
    call_command("obligations", "--agency", "411327", "--as-of", "2018-05-08", "--format", "json", stdout=out)
    assert {row["mark"] for row in json.loads(out.getvalue())} == {"upcoming"}


# What each account does first on 25 May 2018: the step, of whose plan, under which of its roles.
FIRST_STEPS = [
    ("tongbai-ld", Role.LEADER, "411330", Step.SEND),
    ("xixia", Role.LEADER, "411323", Step.ISSUE),
    ("fangcheng", Role.FILER, "411322", Step.SUBMIT),
    ("tanghe", Role.FILER, "411328", Step.SUBMIT),
    ("dengzhou", Role.LEADER, "411381", Step.RELEASE),
    ("nanyang", Role.REVIEWER, "411321", Step.OPEN),
    ("nanyang", Role.REVIEWER, "411321", Step.RETURN),
    ("nanyang", Role.REVIEWER, "411324", Step.ACCEPT),
    ("nanyang", Role.REVIEWER, "411325", Step.ACCEPT),
    ("nanyang-ld", Role.LEADER, "411300", Step.RELEASE),
    ("henan", Role.REVIEWER, "410100", Step.RECEIPT),
    ("henan", Role.REVIEWER, "410225", Step.ASK_SUPPLEMENT),
]
# Whose first work is none of these: a finding to mend, a plan to begin, pages to read, people to look after.
OTHER_WORK = {"tongbai", "xichuan", "henan-viewer", "admin"}


def role_of(username: str, role: str) -> Membership:
    return Membership.objects.select_related("user", "agency").get(user__username=username, role=role)


@on_the_default_day
@pytest.mark.parametrize(("username", "role", "code", "step"), FIRST_STEPS)
def test_each_account_can_take_its_step(demo, username, role, code, step):
    by, plan = role_of(username, role), plan_of(code)
    filing = filing_on(plan, demo)
    assert step in open_steps(filing.working_state, sides_of(by, plan), route=plan.route)
    details = Details(number="示国土资〔2018〕1号" if step == Step.ISSUE else "", comment="请补正。")
    filings.take_step(plan=plan, step=step, by=by, details=details)
    assert filing_on(plan_of(code), demo).last(step).day == demo


@on_the_default_day
def test_who_has_another_work_finds_it(demo):
    clerk = role_of("xichuan", Role.FILER)
    assert not WorkPlan.objects.filter(agency=clerk.agency).exists()
    filings.start(programme=Programme.objects.get(), agency=clerk.agency, by=clerk)
    assert may_read_plans(role_of("henan-viewer", Role.VIEWER))
    assert may_administer(role_of("admin", Role.ADMINISTRATOR))


@on_the_default_day
def test_no_account_is_without_work(demo):
    rows = csv.DictReader((load_demo.FIXTURES / "demo_accounts.csv").read_text(encoding="utf-8").splitlines())
    accounts = {row["username"] for row in rows}
    assert {username for username, *_step in FIRST_STEPS} | OTHER_WORK == accounts
    for user in User.objects.exclude(username__in=OTHER_WORK - {"tongbai"}):
        # Under the role in which the account is opened.
        by = user.memberships.select_related("agency").first()
        assert waiting_for(by, desk(Day(demo, by.agency), by.agency)), user.username


@on_the_default_day
def test_the_queue_of_the_city(demo):
    filings_of = {code: filing_on(plan_of(code), demo) for code in ("411321", "411324", "411325")}
    assert [filing.state for filing in filings_of.values()] == ["submitted", "submitted", "resubmitted"]
    assert [filing.opened for filing in filings_of.values()] == [False, True, False]
    waiting = MineFreeDeclaration.objects.filter(confirmed_on=None).open()
    assert [one.agency.name for one in waiting] == ["新野县"]
    assert not Mine.objects.managed_below(agency("411329")).exists()


@on[date(2019, 12, 31)]
def test_half_is_reached_by_some_on_the_day_that_asks_for_it(demo):
    seen = progress(day_of(demo, CITY))
    assert (seen.checkpoint.due_on, seen.checkpoint.share) == (demo, 50)
    below = {row.agency.code for row in seen.below}
    assert below >= {"411322", "411329"}, "two have not begun"
    assert below.isdisjoint({"411321", "411330"})


@on[date(2021, 1, 5)]
def test_all_is_reached_by_some_when_the_last_day_is_over(demo):
    seen = progress(day_of(demo, CITY))
    assert (seen.checkpoint.due_on, seen.checkpoint.share) == (date(2020, 12, 31), 100)
    below = {row.agency.code for row in seen.below}
    assert below >= {"411325", "411330"}
    assert below.isdisjoint({"411302", "411328"})


@on[date(2021, 1, 5)]
def test_a_mine_that_left_the_target_builds_nothing_more(demo):
    left = TargetChange.objects.filter(kind=TargetChange.Kind.REMOVAL)
    assert left.count() == 4
    assert not StageFact.objects.filter(task__target_changes__in=left, happened_on__gt="2019-08-15").exists()
    assert set(left.values_list("task__mine__status", flat=True)) == {"closed"}


@on_the_default_day
def test_the_demo_goes_into_an_empty_database_alone(demo):
    before = User.objects.count()
    call_command("load_demo", "--if-empty", stdout=StringIO())
    assert User.objects.count() == before
    with pytest.raises(CommandError):
        call_command("load_demo", stdout=StringIO())


@on_the_default_day
def test_the_accounts_and_their_password_are_printed_one_a_line(demo):
    out = StringIO()
    call_command("load_demo", "--if-empty", stdout=out)
    first, *lines = out.getvalue().splitlines()
    assert load_demo.PASSWORD.read_text() in first
    assert {line.split()[0] for line in lines} == set(User.objects.values_list("username", flat=True))


@on[date(2019, 12, 31)]
def test_a_database_of_a_later_day_is_told_from_a_demo_of_this_day(demo):
    told = StringIO()
    call_command("load_demo", "--if-empty", stdout=StringIO(), stderr=told)
    assert told.getvalue() == ""
    with override_settings(GREENMINE_TODAY=DEFAULT):
        call_command("load_demo", "--if-empty", stdout=StringIO(), stderr=told)
    assert "GREENMINE_TODAY=2019-12-31" in told.getvalue()
