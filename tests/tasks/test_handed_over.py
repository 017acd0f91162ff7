"""Whose target a mine is in, when bureaus, zones and plans differ; domain.md, traps 13 and 15."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from agencies.models import Role
from greenmine.clock import today_is
from tasks.actions import drafts, filings, ledger, stages
from tasks.actions.mines import save_mine
from tasks.models import Mine, MineTask, Programme, WorkPlan
from tasks.reports.burn_up import burn_up
from tasks.rules.progress import Criterion
from tasks.rules.steps import Step
from tasks.standing.progress import progress
from tasks.standing.targets import target_of
from tests.factories import agency, client_as, day_of, membership, mine, started_plan, take

pytestmark = pytest.mark.usefixtures("reference")
COUNTY, OTHER, CITY, ZONE = "411330", "411323", "411300", "411300-A"
TODAY = date(2019, 8, 20)


def accepted(code, mines=2):
    return take(started_plan(code, mines=mines), Step.SUBMIT, Step.OPEN, Step.ACCEPT)


def row(code, on=TODAY, seen_by=None, **options):
    found = progress(day_of(on, seen_by or code), **options)
    return next(one for one in found.rows if one.agency.code == code)


def city():
    return membership(CITY, Role.REVIEWER)


def verify(task, day=date(2019, 8, 1)):
    by = membership(task.agency.superior.code, Role.REVIEWER)
    return stages.record_stage(task=task, stage="verified", by=by, day=day, reference="示例")


def remove(task, by=None, day=date(2019, 8, 5)):
    asked = {"kind": "removal", "cause": "closed", "reason": "关闭", "day": day}
    return ledger.ask_change(task=task, by=by or membership(task.agency.code), **asked)


def hand_over(found: Mine, code: str) -> Mine:
    found = Mine.objects.get(pk=found.pk)
    found.managed_by = agency(code)
    return save_mine(mine=found, by=city(), lock=found.version)


def test_a_mine_of_a_target_is_handed_over_only_after_its_removal():
    accepted(COUNTY)
    accepted(OTHER)
    task = MineTask.objects.filter(agency=agency(COUNTY)).first()
    with today_is(TODAY):
        verify(task)
        with pytest.raises(ValidationError, match="桐柏县"):
            hand_over(task.mine, OTHER)
        ledger.approve_change(change=remove(task), by=city())
        hand_over(task.mine, OTHER)
        task.refresh_from_db()
        assert task.agency == agency(OTHER), "the task follows the mine"
        entry = ledger.ask_entry(
            mine=task.mine,
            programme=task.programme,
            cause="other",
            reason="划转",
            day=TODAY,
            by=membership(OTHER),
        )
        ledger.approve_change(change=entry, by=city())
        for reader in (OTHER, CITY):
            assert (len(row(OTHER, seen_by=reader).done), row(OTHER, seen_by=reader).planned) == (1, 3)
        assert row(COUNTY).planned == 1
        before = row(COUNTY, on=date(2019, 8, 2))
        assert (len(before.done), before.planned) == (1, 2), "the past of the former bureau stays"
        assert client_as(membership(OTHER)).get("/").status_code == 200
        assert client_as(membership(OTHER)).get("/months/").status_code == 200


@pytest.mark.parametrize("asking", [ZONE, CITY])
def test_a_zones_mine_leaves_the_target_of_its_city(asking):
    """domain.md, trap 15: a zone has no plan of its own and counts inside its city."""
    plan = filings.start(programme=Programme.objects.get(), agency=agency(CITY), by=membership(CITY))
    version = plan.versions.working().get()
    (line, _other) = drafts.add_lines(
        version=version, mines=[mine(ZONE, "甲"), mine(ZONE, "乙")], by=membership(CITY)
    )
    for one in version.lines.all():
        drafts.save_line(
            line=one,
            by=membership(CITY),
            lock=one.lock,
            tier="baseline",
            planned=None,
            responsible="",
            note="",
        )
    version.lines.update(planned_on=date(2019, 6, 30), planned_precision="month")
    overview = version.sections.get(key="overview")
    drafts.save_section(section=overview, by=membership(CITY), lock=overview.lock, body="概况")
    take(plan, Step.RELEASE)
    with today_is(TODAY):
        change = remove(line.task, by=membership(asking))
        above = membership(agency(asking).superior.code, Role.REVIEWER)
        with pytest.raises(PermissionDenied):
            ledger.approve_change(change=change, by=membership(OTHER, Role.REVIEWER))
        ledger.approve_change(change=change, by=above)
        assert len(target_of(agency(CITY), plan.programme, TODAY).tasks) == 1


def test_a_revision_begins_with_the_target_as_it_is():
    plan = accepted(COUNTY, 3)
    gone, *_rest = MineTask.objects.all()
    new = mine(COUNTY, "新设矿")
    with today_is(TODAY):
        ledger.approve_change(change=remove(gone), by=city())
        asked = {"cause": "new", "reason": "新设", "day": TODAY, "by": membership(COUNTY)}
        entry = ledger.ask_entry(mine=new, programme=plan.programme, tier="stretch", **asked)
        ledger.approve_change(change=entry, by=city())
        filings.revise(plan=plan, by=membership(COUNTY), reason="修订")
        held = set(plan.versions.working().get().lines.values_list("task", flat=True))
        assert held == set(target_of(plan.agency, plan.programme, TODAY).tasks)
        assert entry.task_id in held
        assert gone.pk not in held


def test_the_plan_of_another_programme_changes_nothing():
    accepted(COUNTY, 3)
    another = Programme.objects.create(code="another", name="另一专项")
    WorkPlan.objects.create(programme=another, agency=agency(COUNTY))
    assert row(COUNTY).planned == 3
    assert client_as(membership(COUNTY)).get("/obligations/").status_code == 200


def test_the_whole_counts_what_the_counties_say_of_their_own():
    """The city froze three; its county revised to two: two pages must not say two things."""
    county = accepted(COUNTY, 3)
    plan = started_plan(CITY, mines=0)
    drafts.choose_included(
        version=plan.versions.working().get(), chosen=list(county.versions.frozen()), by=membership(CITY)
    )
    take(plan, Step.RELEASE)
    with today_is(TODAY):
        filings.revise(plan=county, by=membership(COUNTY), reason="修订")
        drafts.drop_line(line=county.versions.working().get().lines.first(), by=membership(COUNTY))
        take(county, Step.SUBMIT, Step.OPEN, Step.ACCEPT)
        found = progress(day_of(TODAY, CITY))
    assert {one.agency.code: one.planned for one in found.known} == {CITY: 3, COUNTY: 2}
    assert found.standing.base == 2


def test_a_month_in_which_a_mine_was_listed_keeps_it_on_the_curve():
    accepted(COUNTY, 2)
    task = MineTask.objects.first()
    with today_is(date(2019, 10, 31)):
        for stage, day in (("listed", date(2019, 3, 10)), ("delisted", date(2019, 9, 5))):
            stages.record_stage(task=task, stage=stage, by=city(), day=day, reference="示例", note="示例")
    found = progress(day_of(date(2019, 10, 31), COUNTY))
    curve = burn_up(found, first=date(2019, 1, 1), last=date(2019, 10, 31))
    assert [point.done[Criterion.LISTED] for point in curve.points] == [0, 0, 1, 1, 1, 1, 1, 1, 0, 0]


def test_the_original_base_counts_its_own_mines():
    accepted(COUNTY, 2)
    first, second = MineTask.objects.all()
    with today_is(TODAY):
        verify(first)
        ledger.approve_change(change=remove(first), by=city())
        asked = {"cause": "new", "reason": "新设", "day": TODAY, "by": membership(COUNTY)}
        entry = ledger.ask_entry(mine=mine(COUNTY), programme=first.programme, **asked)
        ledger.approve_change(change=entry, by=city())
        verify(second)
        verify(entry.task)
    original = row(COUNTY, base="plan_original")
    assert (original.standing.done, original.standing.base) == (2, 2)
    assert (len(row(COUNTY).done), row(COUNTY).planned) == (2, 2)


def test_a_day_before_the_last_change_of_the_mine_is_refused():
    accepted(COUNTY, 2)
    task = MineTask.objects.first()
    with today_is(TODAY):
        ledger.approve_change(change=remove(task), by=city())
        asked = {"kind": "entry", "cause": "other", "reason": "恢复", "by": membership(COUNTY)}
        with pytest.raises(ValidationError):
            ledger.ask_change(task=task, day=date(2019, 2, 1), **asked)


def test_an_administrator_reads_no_request_and_a_superior_no_draft():
    started_plan(COUNTY, mines=1)
    drafted = MineTask.objects.get()
    path = f"/tasks/{drafted.pk}/stages/record/"
    assert client_as(city()).get(path).status_code == 404
    assert client_as(membership(COUNTY)).get(path).status_code == 200
    accepted(OTHER, 1)
    with today_is(TODAY):
        change = remove(MineTask.objects.get(agency=agency(OTHER)))
        admin = client_as(membership(CITY, Role.ADMINISTRATOR))
        assert admin.get(f"/target-changes/{change.pk}/").status_code == 404
        assert client_as(city()).get(f"/target-changes/{change.pk}/").status_code == 200
        assert client_as(city()).get(f"/target-changes/{change.pk}/").context["may_answer"]
