"""One total for each branch and day: the rows and the terms add up to it, and each outlet shows it."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agencies.models import Role
from greenmine.clock import today_is
from tasks.actions import drafts, filings, ledger
from tasks.models import MineTask, PlanVersion, Programme, WorkPlan
from tasks.reports.desk import desk
from tasks.rules.planned_dates import PlannedDate
from tasks.rules.steps import Step
from tasks.standing.breakdown import breakdown, in_target
from tasks.standing.progress import progress
from tasks.standing.task_rows import task_rows
from tasks.standing.totals import Term, total
from tests.factories import agency, client_as, day_of, membership, mine, started_plan, take

pytestmark = pytest.mark.usefixtures("reference")
COUNTY, OTHER, THIRD, CITY, PROVINCE = "411330", "411323", "411324", "411300", "410000"
TODAY = date(2019, 6, 1)


def accepted(code, mines):
    return take(started_plan(code, mines=mines), Step.SUBMIT, Step.OPEN, Step.ACCEPT)


def city_plan(mines=0, counties=()):
    plan = started_plan(CITY, mines=mines)
    chosen = list(PlanVersion.objects.frozen().filter(plan__agency__code__in=counties))
    drafts.choose_included(version=plan.versions.working().get(), chosen=chosen, by=membership(CITY))
    return take(plan, Step.RELEASE)


def revised(plan, keep):
    """A revision that keeps only as many lines, accepted."""
    by = membership(plan.agency.code)
    filings.revise(plan=plan, by=by, reason="示例")
    for line in plan.versions.working().get().lines.order_by("pk")[keep:]:
        drafts.drop_line(line=line, by=by)
    return take(plan, Step.SUBMIT, Step.OPEN, Step.ACCEPT)


def test_each_term_names_its_tasks():
    first = accepted(COUNTY, 4)
    accepted(OTHER, 2)
    city_plan(mines=1, counties=[COUNTY])
    revised(first, keep=3)
    seen = day_of(date(2018, 5, 25), PROVINCE)
    page = desk(seen, agency(PROVINCE))
    # 桐柏 3 of its own, 南阳 4 + 1 of its plan: two rows of the province's desk.
    assert page.total.of_rows == 3 + 5
    assert {term: page.total.size(term) for term in page.total.terms} == {
        Term.TWICE: 3,
        Term.BEYOND: 2,
        Term.REPLACED: 1,
    }
    assert page.total.planned == 8 - 3 + 2 - 1 == 3 + 2 + 1
    client = client_as(membership(PROVINCE, Role.REVIEWER))
    home = client.get("/").content.decode()
    for term, tasks in page.total.terms.items():
        if term == Term.REPLACED:
            # In no target any more: it has no row in the list, and is named on the spot.
            (task,) = MineTask.objects.filter(pk__in=tasks)
            assert f'<a href="{task.mine.get_absolute_url()}">{task.mine.name}</a>' in home
            continue
        shown = client.get("/tasks/", {"term": term, "rows": "desk"}).context["table"].data.data
        assert {row.pk for row in shown} == tasks
        assert f"?term={term}&amp;rows=desk" in home


def test_what_each_agency_must_reach_adds_up_to_at_least_the_whole():
    """At 100 % the two are equal; at 50 % rounding up for each can never give less."""
    accepted(COUNTY, 3)
    accepted(OTHER, 5)
    city_plan(mines=1, counties=[COUNTY, OTHER])
    for code in (CITY, PROVINCE):
        day = day_of(date(2018, 5, 25), code)
        half, whole = (progress(day, checkpoint=point) for point in day.checkpoints)
        assert whole.required_of_agencies == whole.standing.required == 9
        assert (half.required_of_agencies, half.standing.required) == (2 + 3 + 1, 5)


def test_an_emptied_target_is_met_from_the_day_that_emptied_it():
    from tasks.rules.deadlines import Mark
    from tasks.standing.obligations import obligations

    accepted(COUNTY, 1)
    with today_is(date(2019, 3, 1)):
        asked = {"kind": "removal", "cause": "closed", "reason": "关闭", "by": membership(COUNTY)}
        change = ledger.ask_change(task=MineTask.objects.get(), **asked)
        ledger.approve_change(change=change, by=membership(CITY, Role.REVIEWER))
    day = day_of(date(2020, 1, 1), COUNTY)
    owed = {one.requirement.code: one for one in obligations(day)}
    assert (owed["T1"].mark, owed["T1"].met_on) == (Mark.MET, date(2019, 3, 1))
    assert (owed["T1"].tally.done, owed["T1"].tally.base, owed["T1"].tally.required) == (0, 0, 0)
    row = progress(day, checkpoint=day.checkpoints[0]).row(agency(COUNTY))
    assert (row.standing.met, row.standing.reached_on) == (True, date(2019, 3, 1))


SHAPES = st.fixed_dictionaries(
    {
        "county": st.integers(0, 3),
        "other": st.integers(0, 3),
        "drafted": st.integers(0, 2),
        "city": st.one_of(st.none(), st.integers(0, 2)),
        "frozen": st.lists(st.sampled_from([COUNTY, OTHER]), unique=True),
        "keep": st.one_of(st.none(), st.integers(1, 2)),
        "removed": st.integers(0, 2),
        "entered": st.integers(0, 2),
    }
)


def told(shape):
    plans = {code: accepted(code, n) for code, n in ((COUNTY, shape["county"]), (OTHER, shape["other"])) if n}
    if shape["drafted"]:
        take(started_plan(THIRD, mines=shape["drafted"]), Step.SUBMIT)
    if shape["city"] is not None and (shape["city"] or any(code in plans for code in shape["frozen"])):
        city_plan(shape["city"], shape["frozen"])
    if shape["keep"] is not None and COUNTY in plans:
        revised(plans[COUNTY], shape["keep"])
    with today_is(TODAY):
        moved(shape)


def moved(shape):
    from django.core.exceptions import ValidationError

    city = membership(CITY, Role.REVIEWER)
    asked = {"reason": "示例", "by": membership(COUNTY), "day": TODAY}
    for task in list(MineTask.objects.filter(agency=agency(COUNTY)))[: shape["removed"]]:
        try:
            change = ledger.ask_change(task=task, kind="removal", cause="closed", **asked)
        except ValidationError:
            continue
        ledger.approve_change(change=change, by=city)
    for _ in range(shape["entered"]):
        try:
            change = ledger.ask_entry(
                mine=mine(COUNTY), programme=Programme.objects.get(), cause="new", **asked
            )
        except ValidationError:
            continue
        ledger.approve_change(change=change, by=city)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(shape=SHAPES)
def test_rows_and_terms_add_up_and_every_outlet_counts_the_same(shape):
    from django.db import transaction

    with transaction.atomic():
        told(shape)
        for code in (COUNTY, CITY, PROVINCE):
            day = day_of(TODAY, code)
            found = desk(day, agency(code)).total
            planned = found.planned or 0
            sizes = {term: found.size(term) for term in Term}
            assert found.of_rows - sizes[Term.TWICE] + sizes[Term.BEYOND] - sizes[Term.REPLACED] == planned
            rows = task_rows(day)
            assert set(rows.filter(is_drafted=False).values_list("pk", flat=True)) == set(day.counted)
            assert set(rows.filter(is_drafted=True).values_list("pk", flat=True)) == found.drafted_tasks
            table = breakdown(day)
            assert {row.task_id for row in in_target(table.rows)} == set(day.counted)
            assert (progress(day).base_counts["plan"] or 0) == planned == (table.planned or 0)
            assert total(day).planned == found.planned
            if code == COUNTY and day.target(agency(code)).tasks is not None:
                assert planned == len(day.target(agency(code)).tasks)
        transaction.set_rollback(True)


def test_nothing_was_left_out_of_the_random_ones():
    """The shapes reach what they are meant to: all three terms, drafts, removals and entries."""
    told({"county": 3, "other": 2, "drafted": 1, "city": 1, "frozen": [COUNTY], "keep": 2, "removed": 1, "entered": 1})  # fmt: skip
    found = desk(day_of(TODAY, PROVINCE), agency(PROVINCE)).total
    assert set(found.terms) == set(Term)
    assert found.drafted == 1
    assert WorkPlan.objects.count() == 4


@pytest.mark.parametrize(
    ("on", "planned_on"), [(date(2018, 10, 1), date(2019, 6, 30)), (date(2020, 7, 1), date(2020, 12, 31))]
)
def test_a_mine_taken_in_again_has_one_planned_day_on_every_road(on, planned_on):
    """Entered in 2018, removed in 2019, entered again in 2020: each entry speaks on its own days."""
    accepted(COUNTY, 1)
    county, city = membership(COUNTY), membership(CITY, Role.REVIEWER)
    new, programme = mine(COUNTY), Programme.objects.get()
    for day, kind in (
        (date(2018, 9, 1), "entry"),
        (date(2019, 3, 1), "removal"),
        (date(2020, 6, 1), "entry"),
    ):
        with today_is(day):
            asked = {
                "cause": "new" if kind == "entry" else "closed",
                "reason": "示例",
                "by": county,
                "day": day,
            }
            if kind == "removal":
                change = ledger.ask_change(task=MineTask.objects.get(mine=new), kind=kind, **asked)
            else:
                year = 2019 if day.year == 2018 else 2020
                planned = PlannedDate(
                    date(year, 6 if year == 2019 else 12, 30 if year == 2019 else 31), "month"
                )
                change = ledger.ask_entry(mine=new, programme=programme, planned=planned, **asked)
            ledger.approve_change(change=change, by=city)
    day = day_of(on, COUNTY)
    task = MineTask.objects.get(mine=new).pk
    in_list = task_rows(day).get(pk=task).planned_on
    in_table = next(row.planned_on for row in breakdown(day).rows if row.task_id == task)
    assert in_list == in_table == day.target(agency(COUNTY)).tasks[task] == planned_on
