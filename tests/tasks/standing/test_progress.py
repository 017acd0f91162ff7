"""Progress towards the checkpoints; domain.md, traps 8, 9, 13 and 14."""

import json
from datetime import date
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agencies.models import Role
from greenmine.clock import today_is
from tasks.actions import ledger, stages
from tasks.models import MineTask, Quota
from tasks.rules.progress import Criterion
from tasks.rules.steps import Step
from tasks.standing.progress import Base, progress
from tests.conftest import TODAY
from tests.factories import agency, day_of, membership, started_plan, take

pytestmark = pytest.mark.usefixtures("reference")
COUNTY, OTHER, CITY = "411330", "411323", "411300"
LATER = date(2019, 11, 30)


def accepted(code, mines):
    return take(started_plan(code, mines=mines), Step.SUBMIT, Step.OPEN, Step.ACCEPT)


def seen(code=COUNTY, on=LATER, **options):
    return progress(day_of(on, code), **options)


def row(code=COUNTY, **options):
    (found,) = [r for r in seen(**options).rows if r.agency.code == code]
    return found


def finish(tasks, day=LATER, stage="verified"):
    by = membership(CITY, Role.REVIEWER) if stage != "declared" else membership(COUNTY)
    with today_is(day):
        for task in tasks:
            stages.record_stage(task=task, stage=stage, by=by, day=day, reference="验收意见1号")


@pytest.mark.parametrize(("mines", "required"), [(5, 3), (7, 4)])
def test_half_rounds_up_per_place(mines, required):
    """domain.md, trap 8."""
    accepted(COUNTY, mines)
    assert row().standing.required == required


def test_a_county_at_nothing_is_named_under_a_city_that_looks_well():
    """domain.md, trap 8: a mean hides counties at 0."""
    accepted(COUNTY, 6)
    accepted(OTHER, 4)
    finish(MineTask.objects.filter(agency=agency(COUNTY)))
    city = seen(CITY)
    assert (len(city.done), city.standing.base) == (6, 10)
    assert city.standing.slack == 1
    assert [r.agency.name for r in city.below] == ["西峡县"]
    assert city.required_of_agencies == 3 + 2


def test_without_a_plan_in_force_nothing_is_known():
    """domain.md, trap 9: unknown is never 0."""
    take(started_plan(COUNTY, mines=3), Step.SUBMIT)
    found = row()
    assert (found.planned, found.original, found.quota) == (None, None, None)
    assert (found.standing.required, found.standing.met) == (None, None)


def test_each_base_stands_by_itself():
    """domain.md, trap 9."""
    plan = accepted(COUNTY, 4)
    by = membership("410000", Role.REVIEWER)
    Quota.objects.create(
        programme=plan.programme, agency=plan.agency, count=10, happened_on=TODAY, **Quota.recorded(by)
    )
    counts = {base: row(base=base).standing.required for base in Base}
    assert counts == {Base.PLAN: 2, Base.PLAN_ORIGINAL: 2, Base.QUOTA: 5, Base.IN_SCOPE: 2}


def test_a_criterion_is_always_named_and_declared_is_not_verified():
    """domain.md, trap 14."""
    accepted(COUNTY, 2)
    finish(MineTask.objects.all()[:1], stage="declared")
    assert len(row(criterion=Criterion.DECLARED).done) == 1
    assert len(row(criterion=Criterion.VERIFIED).done) == 0


def test_a_mine_leaves_the_target_by_an_approved_removal_and_both_targets_stay():
    """domain.md, trap 13."""
    accepted(COUNTY, 5)
    task = MineTask.objects.first()
    filer, city = membership(COUNTY), membership(CITY, Role.REVIEWER)
    with today_is(date(2019, 3, 1)):
        change = ledger.ask_change(task=task, kind="removal", cause="closed", reason="政策性关闭", by=filer)
        assert row().planned == 5, "asked is not approved"
        with pytest.raises(PermissionDenied):
            ledger.approve_change(change=change, by=filer)
        ledger.approve_change(change=change, by=city)
    found = row()
    assert (found.planned, found.original) == (4, 5)
    assert row(on=date(2019, 2, 28)).planned == 5
    assert not found.meets_only_adjusted
    finish(MineTask.objects.exclude(pk=task.pk)[:2])
    assert row().meets_only_adjusted


def test_a_removal_needs_a_reason_and_is_asked_once():
    accepted(COUNTY, 1)
    ask = {"task": MineTask.objects.get(), "kind": "removal", "cause": "closed", "by": membership(COUNTY)}
    with pytest.raises(ValidationError):
        ledger.ask_change(reason=" ", **ask)
    ledger.ask_change(reason="关闭", **ask)
    with pytest.raises(ValidationError):
        ledger.ask_change(reason="关闭", **ask)
    with pytest.raises(PermissionDenied):
        ledger.ask_change(reason="关闭", **ask | {"by": membership(OTHER)})


def test_a_citys_total_counts_each_mine_once():
    county = accepted(COUNTY, 3)
    city = started_plan(CITY, mines=0)
    from tasks.actions import drafts

    working = city.versions.working().get()
    drafts.choose_included(version=working, chosen=list(county.versions.frozen()), by=membership(CITY))
    take(city, Step.RELEASE)
    found = seen(CITY)
    assert {r.agency.code: r.planned for r in found.rows if r.tasks} == {CITY: 3, COUNTY: 3}
    assert found.standing.base == 3


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    days=st.lists(st.dates(date(2018, 6, 1), date(2020, 12, 31)), max_size=4),
    on=st.dates(date(2018, 6, 1), date(2021, 1, 31)),
)
def test_figures_of_a_past_day_never_change_by_later_entries(days, on):
    from django.db import transaction

    with transaction.atomic():
        accepted(COUNTY, 4)
        tasks = list(MineTask.objects.filter(agency=agency(COUNTY)))
        for task, day in zip(tasks, days, strict=False):
            finish([task], day)
        before = len(row(on=on).done)
        assert before == sum(day <= on for day in days)
        later = date(2021, 2, 1)
        for task in tasks[len(days) :]:
            finish([task], later)
        assert len(row(on=on).done) == before
        transaction.set_rollback(True)


def test_the_number_of_queries_does_not_grow_with_places_or_tasks(django_assert_max_num_queries):
    for code in (COUNTY, OTHER, "411321"):
        accepted(code, 3)
    with django_assert_max_num_queries(18):
        seen(CITY)


def test_the_command_says_the_same_as_the_report():
    accepted(COUNTY, 5)
    finish(MineTask.objects.all()[:2])
    out = StringIO()
    call_command("progress", "--agency", COUNTY, "--as-of", "2019-11-30", "--format", "json", stdout=out)
    answer = json.loads(out.getvalue())
    (line,) = answer["rows"]
    keys = ("planned", "planned_original", "done", "required", "slack", "met", "base_name", "share")
    assert tuple(line[k] for k in keys) == (5, 5, 2, 3, -1, None, "plan", 50)
    assert answer["total"]["places_below"] == [], "nobody is listed below itself"
