"""The mines behind a place's figures: stage, planned completion as filed, and the marks of late and mended entries."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agencies.models import Role
from greenmine.clock import today_is
from tasks.actions import drafts, filings, stages
from tasks.models import GreenStandard, MineTask, PlanSection, PlanVersion, Programme
from tasks.rules.planned_dates import parse
from tasks.rules.steps import Step
from tasks.standing.agency_tasks import place_list
from tasks.standing.progress import progress
from tests.factories import day_of, membership, started_plan, take

pytestmark = pytest.mark.usefixtures("reference")
COUNTY, OTHER, CITY = "411330", "411323", "411300"
DAY = date(2019, 7, 15)


def started(*planned: str):
    """Task ids of a county's accepted plan, a mine for each of the planned completions."""
    plan = started_plan(COUNTY, mines=len(planned))
    by = membership(COUNTY)
    lines = PlanVersion.objects.get(plan=plan).lines.order_by("task")
    for line, text in zip(lines, planned, strict=True):
        drafts.save_line(
            line=line,
            by=by,
            lock=line.lock,
            tier="baseline",
            planned=parse(text),
            responsible="示例",
            note="",
        )
    take(plan, Step.SUBMIT, Step.OPEN, Step.ACCEPT)
    return [line.task_id for line in lines]


def record(task, stage, day, recorded=None, **given):
    with today_is(recorded or day):
        task = MineTask.objects.get(pk=task)
        role = Role.FILER if stage in ("building", "declared", "assessed") else Role.REVIEWER
        by = membership(COUNTY if role == Role.FILER else CITY, role)
        given = {"reference": "示例1号", "standard": GreenStandard.objects.first()} | given
        return stages.record_stage(task=task, stage=stage, by=by, day=day, **given)


def correct(fact, day, on):
    with today_is(on):
        by = membership(CITY, Role.REVIEWER)
        stages.correct_stage(fact=fact, by=by, day=day, reason="日期笔误")


def shown(code=COUNTY, on=DAY):
    found = progress(day_of(on, CITY))
    row = next(row for row in found.rows if row.agency.code == code)
    return {one.task.pk: one for one in place_list(row)}


def test_planned_completion_reads_as_it_was_filed_and_orders_the_list():
    quarter, day, year, month = started("2019年第三季度", "2019年10月5日", "2020年", "2019年6月")
    rows = shown()
    assert list(rows) == [month, quarter, day, year]
    assert [one.planned for one in rows.values()] == [
        "2019年6月",
        "2019年第三季度",
        "2019年10月5日",
        "2020年",
    ]


def test_a_city_reads_it_from_the_counties_that_its_plan_holds():
    started("2019年第三季度")
    city_plan_of(COUNTY)
    assert [one.planned for one in shown(CITY).values()] == ["2019年第三季度"]


def city_plan_of(county):
    """The city's plan, released with the county's version in it."""
    by = membership(CITY)
    plan = filings.start(programme=Programme.objects.get(), agency=by.agency, by=by)
    version = plan.versions.working().get()
    overview = version.sections.get(key=PlanSection.Key.OVERVIEW)
    drafts.save_section(section=overview, by=by, lock=overview.lock, body="本市矿山基本情况。")
    frozen = PlanVersion.objects.exclude(frozen_at=None).get(plan__agency__code=county)
    drafts.choose_included(version=version, chosen=[frozen], by=by)
    take(plan, Step.RELEASE)


def test_the_stage_is_the_last_one_reached_and_a_delisting_is_said():
    none, declared, listed, gone = started(*["2019年6月"] * 4)
    record(declared, "building", date(2019, 2, 1))
    record(declared, "declared", date(2019, 5, 1))
    record(declared, "assessed", date(2019, 8, 1))
    for task in (listed, gone):
        record(task, "listed", date(2019, 3, 1), directory="provincial")
    record(gone, "delisted", date(2019, 6, 3), directory="provincial", note="不再符合")
    rows = shown()
    assert [rows[t].stage for t in (none, declared, listed, gone)] == ["", "declared", "listed", "delisted"]
    assert (rows[gone].done_since, rows[gone].delisted_on) == (None, date(2019, 6, 3))
    assert rows[listed].delisted_on is None


def test_what_was_recorded_late_or_mended_is_marked():
    """decisions.md: one recorded on any day but its own carries a 补录 mark; a wrong date stays visible."""
    plain, late, moved, withdrawn, other = started(*["2019年6月"] * 5)
    record(plain, "verified", date(2019, 6, 1), recorded=date(2019, 6, 1))
    record(late, "verified", date(2019, 6, 1), recorded=date(2019, 6, 2))
    correct(record(moved, "verified", date(2019, 6, 1)), date(2019, 6, 20), on=date(2019, 6, 20))
    correct(record(withdrawn, "verified", date(2019, 6, 1)), None, on=date(2019, 8, 1))
    record(other, "building", date(2019, 6, 1), recorded=date(2019, 8, 1))
    rows = shown()
    marks = {task: (one.is_late, one.is_corrected) for task, one in rows.items()}
    assert marks == {
        plain: (False, False),
        late: (True, False),
        moved: (False, True),
        withdrawn: (False, True),
        other: (False, False),
    }
    assert rows[withdrawn].done_since is None


def test_the_number_of_queries_does_not_grow_with_the_mines():
    counts = []
    for code, count in ((COUNTY, 2), (OTHER, 9)):
        take(started_plan(code, mines=count), Step.SUBMIT, Step.OPEN, Step.ACCEPT)
        found = progress(day_of(DAY, CITY))
        row = next(row for row in found.rows if row.agency.code == code)
        with CaptureQueriesContext(connection) as made:
            assert len(place_list(row)) == count
        counts.append(len(made))
    assert counts[0] == counts[1]
