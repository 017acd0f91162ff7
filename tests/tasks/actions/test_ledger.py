"""The ledger of the target: removals, late entries and mergers, with approval; domain.md, trap 13."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from agencies.models import Role
from greenmine.clock import today_is
from tasks.actions import ledger
from tasks.models import MineTask, Programme, TargetChange
from tasks.rules.planned_dates import PlannedDate
from tasks.rules.steps import Step
from tasks.standing.targets import target_of
from tests.factories import agency, membership, mine, started_plan, take

COUNTY, CITY, OTHER = "411330", "411300", "411323"
TODAY = date(2019, 8, 20)
DAY = date(2019, 8, 1)


@pytest.fixture
def tasks(reference):
    take(started_plan(COUNTY, mines=5), Step.SUBMIT, Step.OPEN, Step.ACCEPT)
    with today_is(TODAY):
        yield list(MineTask.objects.all())


def target(on=TODAY):
    return target_of(agency(COUNTY), Programme.objects.get(), on)


def city():
    return membership(CITY, Role.REVIEWER)


def ask(task, kind="removal", **options):
    options = {"cause": "closed", "reason": "政策性关闭", "by": membership(COUNTY), "day": DAY} | options
    return ledger.ask_change(task=task, kind=kind, **options)


def test_nothing_moves_before_it_is_approved(tasks):
    change = ask(tasks[0])
    assert len(target().tasks) == 5
    ledger.approve_change(change=change, by=city())
    assert len(target().tasks) == 4
    assert target().original == 5
    assert tasks[0].pk not in target().tasks


def test_an_approval_counts_from_its_own_day_on(tasks):
    """What was known on a past day stays what was known."""
    ledger.approve_change(change=ask(tasks[0]), by=city())
    assert len(target(on=date(2019, 8, 19)).tasks) == 5
    assert len(target(on=TODAY).tasks) == 4


def test_a_declined_request_counts_nowhere_and_may_be_asked_again(tasks):
    change = ask(tasks[0])
    with pytest.raises(ValidationError):
        ledger.decline_change(change=change, by=city(), answer=" ")
    ledger.decline_change(change=change, by=city(), answer="请补关闭文件")
    assert len(target().tasks) == 5
    with pytest.raises(ValidationError):
        ledger.approve_change(change=change, by=city())
    assert ask(tasks[0]).pk


@pytest.mark.parametrize(
    ("code", "role"),
    [(COUNTY, Role.LEADER), (OTHER, Role.REVIEWER), ("410000", Role.REVIEWER), (CITY, Role.VIEWER)],
)
def test_only_the_reviewer_of_the_bureau_above_answers(tasks, code, role):
    change = ask(tasks[0])
    with pytest.raises(PermissionDenied):
        ledger.approve_change(change=change, by=membership(code, role))
    with pytest.raises(PermissionDenied):
        ledger.decline_change(change=change, by=membership(code, role), answer="不")


def test_who_asked_under_another_hat_cannot_approve(tasks):
    change = ask(tasks[0])
    same = membership(CITY, Role.REVIEWER, who=change.recorded_by)
    with pytest.raises(PermissionDenied):
        ledger.approve_change(change=change, by=same)


def test_a_change_must_change_something(tasks):
    with pytest.raises(ValidationError):
        ask(tasks[0], kind="entry", cause="new")
    ledger.approve_change(change=ask(tasks[0]), by=city())
    with pytest.raises(ValidationError):
        ask(tasks[0])
    back = ask(tasks[0], kind="entry", cause="other", reason="恢复生产", day=TODAY)
    ledger.approve_change(change=back, by=city())
    assert len(target().tasks) == 5, "what left may come back, in the order of the days"


def test_a_mine_that_no_plan_held_enters_with_its_own_date(tasks):
    new = mine(COUNTY)
    planned = PlannedDate(date(2020, 6, 30), "half_year")
    asked = {"cause": "new", "reason": "新设采矿权", "by": membership(COUNTY), "day": DAY}
    change = ledger.ask_entry(mine=new, programme=Programme.objects.get(), planned=planned, **asked)
    ledger.approve_change(change=change, by=city())
    assert target().tasks[change.task_id] == date(2020, 6, 30)
    assert (len(target().tasks), target().original) == (6, 5)
    with pytest.raises(ValidationError):
        ledger.ask_entry(mine=new, programme=Programme.objects.get(), **asked)
    with pytest.raises(PermissionDenied):
        ledger.ask_entry(mine=mine(OTHER), programme=Programme.objects.get(), **asked)


def test_a_merger_of_three_is_three_removals_and_one_entry_answered_as_one(tasks):
    """decisions.md: 整合 = three 调出 and one 调入, linked."""
    merged = mine(COUNTY)
    asked = {"reason": "资源整合", "by": membership(COUNTY), "day": DAY}
    root = ledger.ask_merger(tasks=tasks[:3], into=merged, **asked)
    assert (root.kind, root.linked_from.count()) == ("entry", 3)
    ledger.approve_change(change=root.linked_from.first(), by=city())
    assert not TargetChange.objects.open().exists()
    assert (len(target().tasks), target().original) == (3, 5)
    assert root.task_id in target().tasks


def test_a_merger_takes_two_mines_and_another_one(tasks):
    asked = {"reason": "资源整合", "by": membership(COUNTY), "day": DAY}
    with pytest.raises(ValidationError):
        ledger.ask_merger(tasks=tasks[:1], into=mine(COUNTY), **asked)
    with pytest.raises(ValidationError):
        ledger.ask_merger(tasks=tasks[:2], into=tasks[0].mine, **asked)
    assert not TargetChange.objects.exists()


def test_a_removal_in_a_county_moves_the_citys_target_too(tasks):
    from tasks.actions import drafts

    plan = started_plan(CITY, mines=0)
    chosen = [tasks[0].lines.get(version__frozen_at__isnull=False).version]
    drafts.choose_included(version=plan.versions.working().get(), chosen=chosen, by=membership(CITY))
    take(plan, Step.RELEASE)
    ledger.approve_change(change=ask(tasks[0]), by=city())
    of_city = target_of(agency(CITY), Programme.objects.get(), TODAY)
    assert (len(of_city.tasks), of_city.original) == (4, 5)
