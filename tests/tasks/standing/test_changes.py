"""Two days of a branch side by side: each mine once, with the record behind each change."""

from datetime import date

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agencies.models import Role
from greenmine.clock import today_is
from tasks.actions import drafts, filings, ledger, stages
from tasks.models import MineTask, PlanLine, StageFact, TargetChange
from tasks.rules.planned_dates import PlannedDate
from tasks.rules.progress import Criterion
from tasks.rules.steps import Step
from tasks.standing.changes import Kind, two_days
from tests.factories import agency, day_of, membership, mine, started_plan, take

pytestmark = pytest.mark.usefixtures("reference")
COUNTY, OTHER, CITY = "411330", "411323", "411300"
FIRST, LAST = date(2019, 1, 31), date(2019, 12, 20)


def accepted(code=COUNTY, mines=2, **plan):
    return take(started_plan(code, mines=mines, **plan), Step.SUBMIT, Step.OPEN, Step.ACCEPT)


def compared(code=CITY, first=FIRST, last=LAST, criterion=Criterion.VERIFIED):
    return two_days(day_of(first, code), day_of(last, code), criterion=criterion)


def explained(**days):
    found = compared(**days)
    return found.explained(found.changes)


def kinds(found):
    return {kind.value: count for kind, count in found.counts.items() if count}


def finish(task, day, stage="verified", reference="验收意见1号", recorded=None):
    with today_is(recorded or day):
        return stages.record_stage(
            task=task, stage=stage, by=membership(CITY, Role.REVIEWER), day=day, reference=reference
        )


def revise(plan, edit, reason, day):
    """A 修订 accepted on the day; `edit` is given the working copy and its filer."""
    with today_is(day):
        by = membership(plan.agency.code)
        filings.revise(plan=plan, by=by, reason=reason)
        edit(plan.versions.working().get(), by)
        return take(plan, Step.SUBMIT, Step.OPEN, Step.ACCEPT)


def set_day(line, by, planned):
    drafts.save_line(
        line=line,
        by=by,
        lock=line.lock,
        tier="baseline",
        planned=planned and PlannedDate(planned, "month"),
        responsible="示例责任人",
        note="",
    )


def test_a_completed_mine_stands_with_its_day_and_its_paper():
    accepted()
    task = MineTask.objects.first()
    finish(task, date(2019, 6, 12))
    (change,) = explained()
    assert (change.kind, change.before, change.after) == (Kind.COMPLETED, None, date(2019, 6, 12))
    assert change.why.stage.reference == "验收意见1号"
    assert compared().unchanged == 1
    assert compared(criterion=Criterion.LISTED).changes == ()


def test_a_removal_is_named_with_its_reason():
    """domain.md, trap 13."""
    accepted()
    task = MineTask.objects.first()
    with today_is(date(2019, 3, 12)):
        by = membership(COUNTY)
        change = ledger.ask_change(task=task, kind="removal", cause="closed", reason="政策性关闭", by=by)
        assert compared(last=date(2019, 3, 12)).changes == (), "asked is not approved"
        ledger.approve_change(change=change, by=membership(CITY, Role.REVIEWER))
    (found,) = explained()
    assert (found.kind, found.before, found.after) == (Kind.LEFT, date(2019, 12, 31), None)
    assert (found.why.change.reason, found.why.day) == ("政策性关闭", date(2019, 3, 12))


def test_a_delisted_mine_is_no_longer_done():
    accepted()
    task = MineTask.objects.first()
    finish(task, date(2018, 12, 1), stage="listed", reference="名录第1批")
    finish(task, date(2019, 5, 1), stage="delisted", reference="移出公告2号")
    (change,) = explained()
    assert (change.kind, change.before, change.after) == (Kind.UNDONE, date(2018, 12, 1), None)
    assert change.why.stage.reference == "移出公告2号"


@pytest.mark.parametrize(
    ("planned", "kind"), [(date(2019, 6, 30), Kind.EARLIER), (date(2020, 6, 30), Kind.LATER)]
)
def test_a_moved_day_gives_the_reason_of_its_revision(planned, kind):
    plan = accepted()

    def edit(version, by):
        set_day(version.lines.order_by("pk").first(), by, planned)

    revise(plan, edit, "雨季停工", date(2019, 4, 1))
    (change,) = explained()
    assert (change.kind, change.before, change.after) == (kind, date(2019, 12, 31), planned)
    assert (change.why.version.reason, change.why.day) == ("雨季停工", date(2019, 4, 1))


def test_of_two_revisions_the_one_that_moved_the_mine_is_named():
    plan = accepted()
    one, two = PlanLine.objects.order_by("pk").values_list("task", flat=True)[:2]

    def move(task):
        return lambda version, by: set_day(version.lines.get(task=task), by, date(2019, 6, 30))

    revise(plan, move(one), "第一次", date(2019, 4, 1))
    revise(plan, move(two), "第二次", date(2019, 8, 1))
    assert {c.task.task: c.why.version.reason for c in explained()} == {one: "第一次", two: "第二次"}


def test_a_day_given_and_a_day_taken_away():
    plan = accepted()
    version = plan.versions.get()
    first, second = version.lines.order_by("pk")
    version.lines.filter(pk=first.pk).update(planned_on=None, planned_precision="")

    def edit(working, by):
        set_day(working.lines.get(task=first.task_id), by, date(2019, 6, 30))

    revise(plan, edit, "补定时间", date(2019, 4, 1))
    plan.versions.get(number=2).lines.filter(task=second.task_id).update(
        planned_on=None, planned_precision=""
    )
    assert {c.task.task: c.kind for c in compared().changes} == {
        first.task_id: Kind.GIVEN,
        second.task_id: Kind.TAKEN_AWAY,
    }


def test_a_late_entry_joins_with_its_reason():
    accepted()
    with today_is(date(2019, 5, 16)):
        change = ledger.ask_entry(
            mine=mine(COUNTY),
            programme=MineTask.objects.first().programme,
            by=membership(COUNTY),
            cause="new",
            reason="新设采矿权",
            tier="stretch",
            planned=PlannedDate(date(2020, 6, 30), "month"),
        )
        ledger.approve_change(change=change, by=membership(CITY, Role.REVIEWER))
    (found,) = explained()
    assert (found.kind, found.after, found.why.change.reason) == (
        Kind.JOINED,
        date(2020, 6, 30),
        "新设采矿权",
    )


def test_a_citys_plan_counts_no_mine_twice():
    """decisions.md, "Plan, version": its version freezes the counties' rows."""
    county = accepted(COUNTY, 3)
    city = started_plan(CITY, mines=0)
    chosen = list(county.versions.frozen())
    drafts.choose_included(version=city.versions.working().get(), chosen=chosen, by=membership(CITY))
    take(city, Step.RELEASE)
    finish(MineTask.objects.first(), date(2019, 6, 12))
    assert kinds(compared()) == {"completed": 1}
    assert compared().unchanged == 2


def test_a_county_that_leaves_a_mine_out_says_so_though_the_citys_copy_still_has_it():
    county = accepted(COUNTY, 3)
    city = started_plan(CITY, mines=0)
    chosen = list(county.versions.frozen())
    drafts.choose_included(version=city.versions.working().get(), chosen=chosen, by=membership(CITY))
    take(city, Step.RELEASE)
    dropped = PlanLine.objects.filter(version__plan=county).first().task_id

    def edit(version, by):
        drafts.drop_line(line=version.lines.get(task=dropped), by=by)

    revise(county, edit, "不再纳入", date(2019, 4, 1))
    (change,) = explained()
    assert (change.kind, change.task.task, change.why.version.reason) == (Kind.LEFT, dropped, "不再纳入")


def test_a_plan_that_came_into_force_between_the_days_brings_its_mines():
    accepted(COUNTY, 2)
    found = compared(first=date(2018, 5, 1))
    assert kinds(found) == {"joined": 2}
    assert {c.why.version.number for c in found.explained(found.changes)} == {1}


def test_what_was_recorded_later_counts_on_the_earlier_day_and_is_marked():
    accepted()
    task = MineTask.objects.first()
    finish(task, date(2019, 1, 15), recorded=date(2019, 3, 1))
    found = compared()
    assert found.changes == ()
    assert [(one.task.task, one.recorded_on) for one in found.late] == [(task.pk, date(2019, 3, 1))]
    assert (found.added_later, found.corrected_later) == (1, 0)
    assert compared(first=date(2019, 3, 1)).late == ()


def test_a_day_that_was_corrected_later_is_marked():
    accepted()
    fact = finish(MineTask.objects.first(), date(2019, 1, 15))
    with today_is(date(2019, 4, 1)):
        by = membership(CITY, Role.REVIEWER)
        stages.correct_stage(fact=fact, by=by, day=date(2019, 2, 20), reason="抄错日期")
    found = compared()
    assert kinds(found) == {"completed": 1}
    assert (found.added_later, found.corrected_later) == (0, 1)


def test_what_was_mended_before_the_earlier_day_and_what_was_withdrawn_at_once_are_no_late_entries():
    accepted()
    first, second = MineTask.objects.all()
    city = membership(CITY, Role.REVIEWER)
    fact = finish(first, date(2018, 12, 1))
    with today_is(date(2019, 1, 20)):
        stages.correct_stage(fact=fact, by=city, day=date(2018, 12, 2), reason="抄错日期")
    wrong = finish(second, date(2019, 1, 15), recorded=date(2019, 3, 1))
    with today_is(date(2019, 3, 2)):
        stages.correct_stage(fact=wrong, by=city, reason="误录")
    assert compared().late == ()


def test_an_approval_written_down_later_is_marked():
    accepted()
    filer, city = membership(COUNTY), membership(CITY, Role.REVIEWER)
    with today_is(date(2019, 1, 10)):
        task = MineTask.objects.first()
        change = ledger.ask_change(task=task, kind="removal", cause="closed", reason="关闭", by=filer)
    with today_is(date(2019, 3, 1)):
        ledger.approve_change(change=change, by=city, day=date(2019, 1, 20))
    assert [(one.change, one.recorded_on) for one in compared().late] == [(change.pk, date(2019, 3, 1))]


def test_the_same_day_twice_shows_no_change():
    accepted()
    finish(MineTask.objects.first(), date(2019, 1, 15))
    found = compared(first=LAST)
    assert (found.changes, found.unchanged) == ((), 2)


_events = st.lists(
    st.tuples(
        st.sampled_from(["verified", "delisted", "removal", "move", "clear"]),
        st.integers(0, 3),
        st.dates(date(2018, 6, 1), date(2019, 12, 20)),
    ),
    max_size=8,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=_events, first=st.dates(date(2018, 6, 1), LAST), last=st.dates(date(2018, 6, 1), LAST))
def test_the_changes_lead_from_the_one_day_to_the_other(events, first, last):
    """Counted from the target and the stages by themselves, and back again by exchanging the days."""
    with transaction.atomic():
        accepted(COUNTY, 4)
        _live_through(events)
        there = compared(first=first, last=last)
        counts = there.counts
        before, after = (_figures(day) for day in (first, last))
        assert after[0] - before[0] == counts[Kind.JOINED] - counts[Kind.LEFT]
        gone = [c.task.task for c in there.of(Kind.LEFT)]
        left_done = len(before[1].intersection(gone))
        gained = counts[Kind.COMPLETED] - counts[Kind.UNDONE] - left_done
        joined = {c.task.task for c in there.of(Kind.JOINED)}
        completed = {c.task.task for c in there.of(Kind.COMPLETED)}
        gained += len((joined & after[1]) - completed)
        assert len(after[1]) - len(before[1]) == gained
        assert there.unchanged + len({c.task.task for c in there.changes}) == len(before[2] | after[2])
        transaction.set_rollback(True)


def _live_through(events):
    tasks = list(MineTask.objects.order_by("pk"))
    by = membership(CITY, Role.REVIEWER)
    for kind, number, day in events:
        task = tasks[number]
        common = {"happened_on": day, "recorded_on": day, **StageFact.recorded(by)}
        if kind in ("verified", "delisted"):
            StageFact.objects.create(task=task, stage=kind, reference="示例", **common)
        elif kind == "removal":
            TargetChange.objects.create(
                task=task,
                agency=task.agency,
                kind=kind,
                cause="closed",
                reason="示例",
                approved_on=day,
                **common,
            )
        else:
            entry = {"planned_on": day, "planned_precision": "day"} if kind == "move" else {}
            TargetChange.objects.create(
                task=task,
                agency=task.agency,
                kind="entry",
                cause="new",
                reason="示例",
                approved_on=day,
                **entry,
                **common,
            )


def _figures(day):
    """(size of the target, those of it that are done, all of it), as 进度 has them."""
    from tasks.standing.progress import progress

    found = progress(day_of(day, COUNTY))
    return len(found.tasks), set(found.done), set(found.tasks)


def test_the_number_of_queries_does_not_grow_with_places_or_tasks():
    accepted(COUNTY, 1)
    finish(MineTask.objects.first(), date(2019, 6, 12))
    with CaptureQueriesContext(connection) as few:
        explained(first=date(2018, 5, 1))
    for code in (OTHER, "411321"):
        accepted(code, 5)
        for task in MineTask.objects.filter(agency=agency(code))[:3]:
            finish(task, date(2019, 6, 12))
    with CaptureQueriesContext(connection) as many:
        explained(first=date(2018, 5, 1))
    assert len(few) == len(many)
