"""Monthly reports: sent, returned, confirmed, frozen for good, and corrected beside the frozen month."""

from contextlib import suppress
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agencies.models import Channel, Role
from greenmine.clock import today_is
from tasks.actions import ledger, month_lines, monthly, recording, stages
from tasks.actions.monthly import Entry
from tasks.models import MineTask, MonthlyReport, Programme, StageCorrection
from tasks.month_words import refusal
from tasks.reports.month_files import is_intact, month_file
from tasks.rules.monthly import MonthRefused, MonthState, MonthStep
from tasks.rules.steps import Step, StepRefused
from tests.factories import agency, membership, started_plan, take, user

pytestmark = pytest.mark.usefixtures("reference")
COUNTY, OTHER, CITY = "411330", "411323", "411300"
MAY, JUNE, JULY = date(2018, 5, 1), date(2018, 6, 1), date(2018, 7, 1)
BY_COUNTY = ("building", "declared", "assessed")
REPORTED, CONFIRMED, LATER = date(2018, 7, 2), date(2018, 7, 5), date(2018, 8, 20)


@pytest.fixture
def tasks():
    """County A's plan is in force since 25 May 2018, with three mines."""
    take(started_plan(COUNTY, mines=3), Step.SUBMIT, Step.OPEN, Step.ACCEPT)
    return list(MineTask.objects.filter(agency=agency(COUNTY)))


def sending(month=JUNE, code=COUNTY, by=None):
    return {
        "programme": Programme.objects.get(),
        "agency": agency(code),
        "month": month,
        "by": by or membership(code),
    }


def report(entries, month=JUNE, on=REPORTED, **more):
    with today_is(on):
        return monthly.submit(entries=entries, **sending(month, **more)).report


def zero(month=JUNE, on=REPORTED, **more):
    with today_is(on):
        return monthly.submit_zero(**sending(month, **more)).report


def confirm(sent, on=CONFIRMED, by=None):
    with today_is(on):
        monthly.confirm(report=sent, by=by or membership(CITY, Role.REVIEWER))
    return MonthlyReport.objects.get(pk=sent.pk)


def reach(task, stage, day, on=None):
    by = membership(COUNTY) if stage in BY_COUNTY else membership(CITY, Role.REVIEWER)
    with today_is(on or day):
        return stages.record_stage(task=task, stage=stage, by=by, day=day, reference="验收意见1号")


def refused(action, **given):
    with pytest.raises(MonthRefused) as error:
        action(**given)
    return error.value.code


def entries_of(tasks, **said):
    return {task.pk: Entry(**said) for task in tasks}


def stored(sent):
    """All that a frozen month holds, as the database has it."""
    kept = MonthlyReport.objects.get(pk=sent.pk)
    return list(kept.lines.order_by("task").values()), kept.figures, kept.content_hash, kept.frozen_at


def test_a_report_holds_what_was_said_and_the_stage_at_the_months_end(tasks):
    reach(tasks[0], "building", date(2018, 6, 20))
    reach(tasks[1], "building", date(2018, 7, 1))
    sent = report(entries_of(tasks, percent=40, done=" 道路硬化 ", problem="资金未到位"))
    lines = list(sent.lines.order_by("task"))
    assert [line.stage for line in lines] == ["building", "", ""]
    assert {(line.percent, line.done, line.problem) for line in lines} == {(40, "道路硬化", "资金未到位")}
    assert not any(line.unchanged for line in lines)


def test_a_zero_report_repeats_the_report_before_line_by_line(tasks):
    report(
        entries_of(tasks, percent=40, done="道路硬化", problem="资金未到位"), month=MAY, on=date(2018, 6, 2)
    )
    lines = list(zero(JUNE).lines.all())
    assert {(line.percent, line.done, line.problem) for line in lines} == {(40, "", "资金未到位")}
    assert all(line.unchanged for line in lines)
    assert len(lines) == 3


def test_a_line_that_says_what_was_said_before_is_unchanged(tasks):
    report(entries_of(tasks, percent=40), month=MAY, on=date(2018, 6, 2))
    said = entries_of(tasks, percent=40) | {tasks[0].pk: Entry(percent=40, done="复垦")}
    assert [line.unchanged for line in report(said).lines.order_by("task")] == [False, True, True]


def unchanged(sent):
    return [line.unchanged for line in sent.lines.order_by("task")]


def test_a_mine_whose_stage_moved_is_not_unchanged_even_in_a_zero_report(tasks):
    zero(MAY, on=date(2018, 6, 2))
    reach(tasks[0], "verified", date(2018, 6, 20))
    sent = zero()
    assert unchanged(sent) == [False, True, True]
    # Recorded between the sending and the freeze, which reads the stages once more.
    reach(tasks[1], "building", date(2018, 6, 28), on=date(2018, 7, 3))
    kept = confirm(sent)
    assert [line.stage for line in kept.lines.order_by("task")] == ["verified", "building", ""]
    assert unchanged(kept) == [False, False, True]
    assert is_intact(kept)


def test_a_first_report_leaves_unchanged_only_what_a_zero_report_says_has_not_begun(tasks):
    reach(tasks[0], "building", date(2018, 6, 20))
    assert unchanged(zero()) == [False, True, True]
    assert unchanged(report(entries_of(tasks), month=JULY, on=date(2018, 8, 2))) == [True] * 3


def test_silence_in_a_first_report_does_not_say_that_nothing_changed(tasks):
    assert unchanged(report(entries_of(tasks))) == [False] * 3


def test_a_month_without_a_report_does_not_break_the_chain(tasks):
    report(entries_of(tasks, percent=40), month=MAY, on=date(2018, 6, 2))
    assert {line.percent for line in zero(JULY).lines.all()} == {40}


def test_confirming_freezes_stages_figures_and_a_hash(tasks):
    reach(tasks[0], "verified", date(2018, 6, 20))
    sent = zero()
    # Known only after the report was sent, of a day within the month: the freeze reads it.
    reach(tasks[1], "building", date(2018, 6, 28), on=date(2018, 7, 3))
    kept = confirm(sent)
    assert [line.stage for line in kept.lines.order_by("task")] == ["verified", "building", ""]
    figures = dict(kept.figures)
    assert sorted(figures.pop("mines").values()) == sorted(task.mine.name for task in tasks)
    assert figures.pop("changes") == []
    assert figures == {
        "as_of": "2018-06-30",
        "planned": 3,
        "planned_original": 3,
        "quota": None,
        "done": {"declared": 1, "verified": 1, "listed": 0},
    }
    assert is_intact(kept)


def test_nothing_that_comes_later_changes_a_frozen_month(tasks):
    """decisions.md: a frozen month is its stored copy, not a query."""
    first = reach(tasks[0], "declared", date(2018, 6, 20))
    kept = confirm(zero())
    before, shown = stored(kept), read()
    reach(tasks[1], "verified", date(2018, 6, 1), on=LATER)
    with today_is(LATER):
        correction = {"withdrawn": True, "reason": "误录", **StageCorrection.recorded(membership(COUNTY))}
        StageCorrection.objects.create(fact=first, happened_on=LATER, **correction)
        monthly.correct(report=kept, text="实为50%", reason="计算有误", by=membership(COUNTY), task=tasks[2])
        change = ledger.ask_change(
            task=tasks[2],
            kind="removal",
            cause="closed",
            reason="关闭",
            by=membership(COUNTY),
            day=date(2018, 6, 15),
        )
        ledger.approve_change(change=change, by=membership(CITY, Role.REVIEWER))
        mine = tasks[0].mine
        mine.name = "改名后的矿"
        mine.save()
    assert stored(kept) == before
    assert read() == shown
    assert is_intact(MonthlyReport.objects.get(pk=kept.pk))


def test_a_frozen_month_is_not_written_even_past_the_table(tasks):
    kept = confirm(zero())
    assert refused(month_lines.write_lines, report=kept, lines=[]) == "frozen"
    assert refused(month_lines.freeze, report=kept, day=JUNE) == "frozen"
    assert kept.lines.count() == 3


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    early=st.lists(
        st.tuples(st.sampled_from(["building", "declared", "verified"]), st.dates(MAY, date(2018, 6, 30))),
        max_size=4,
        unique=True,
    ),
    late=st.lists(
        st.tuples(st.sampled_from(["building", "verified", "listed", "delisted"]), st.dates(MAY, LATER)),
        max_size=4,
        unique=True,
    ),
)
def test_a_frozen_month_reads_the_same_whatever_is_recorded_after_it(early, late):
    with transaction.atomic():
        take(started_plan(COUNTY, mines=2), Step.SUBMIT, Step.OPEN, Step.ACCEPT)
        tasks = list(MineTask.objects.filter(agency=agency(COUNTY)))
        for number, (stage, day) in enumerate(early):
            reach(tasks[number % 2], stage, day, on=REPORTED)
        kept = confirm(zero())
        before, shown = stored(kept), read()
        for number, (stage, day) in enumerate(late):
            # The same stage on the same day is refused a second time.
            with suppress(StepRefused):
                reach(tasks[number % 2], stage, day, on=LATER)
        assert stored(kept) == before
        assert read() == shown
        transaction.set_rollback(True)


def read(on=LATER):
    """What the page shows of the frozen month itself."""
    file = month_file(agency=agency(COUNTY), month=JUNE, as_of=on, programme=Programme.objects.get())
    lines = [(one.name, one.line.stage, one.line.percent, one.line.problem) for one in file.lines]
    return lines, file.row.figures, file.row.count


def test_what_was_recorded_of_the_month_after_the_freeze_stands_beside_it(tasks):
    first = reach(tasks[0], "building", date(2018, 6, 3))
    kept = confirm(zero())
    reach(tasks[1], "building", date(2018, 6, 4), on=LATER)
    reach(tasks[1], "declared", date(2018, 7, 4), on=LATER)
    with today_is(LATER):
        who = StageCorrection.recorded(membership(COUNTY))
        StageCorrection.objects.create(fact=first, happened_on=date(2018, 6, 5), reason="笔误", **who)
        monthly.correct(report=kept, text="无问题", reason="误填", by=membership(COUNTY), day=CONFIRMED)
    file = month_file(agency=agency(COUNTY), month=JUNE, as_of=LATER, programme=Programme.objects.get())
    assert [(one.stage.stage, one.day, one.former) for one in file.late] == [
        ("building", date(2018, 6, 4), None),
        ("building", date(2018, 6, 5), date(2018, 6, 3)),
    ]
    (correction,) = file.corrections
    assert (correction.happened_on, correction.is_late_entry) == (CONFIRMED, True)


def test_a_returned_report_is_sent_again_with_its_reason_on_record(tasks):
    sent = zero()
    city = membership(CITY, Role.REVIEWER)
    with today_is(CONFIRMED):
        assert refused(monthly.send_back, report=sent, comment=" ", by=city) == "no_reason"
        monthly.send_back(report=sent, comment="请写明进展", by=city)
    report(entries_of(tasks, percent=10, done="已开工"), on=date(2018, 7, 6))
    kept = confirm(sent, on=date(2018, 7, 7))
    assert [event.step for event in kept.events.all()] == ["submit", "return", "submit", "confirm"]
    assert {line.done for line in kept.lines.all()} == {"已开工"}


@pytest.mark.parametrize(
    ("code", "role"),
    [
        (COUNTY, Role.LEADER),
        (COUNTY, Role.VIEWER),
        (COUNTY, Role.ADMINISTRATOR),
        (OTHER, Role.FILER),
        (CITY, Role.REVIEWER),
        (CITY, Role.FILER),
    ],
)
def test_only_the_own_filer_reports(tasks, code, role):
    assert refused(monthly.submit_zero, **sending(MAY, by=membership(code, role))) == "not_yours"
    assert not MonthlyReport.objects.exists()


@pytest.mark.parametrize(
    ("code", "role"),
    [
        (COUNTY, Role.FILER),
        (COUNTY, Role.REVIEWER),
        (CITY, Role.FILER),
        (CITY, Role.VIEWER),
        ("410000", Role.REVIEWER),
        ("411200", Role.REVIEWER),
    ],
)
def test_only_the_reviewer_of_the_bureau_above_answers(tasks, code, role):
    sent, by = zero(), membership(code, role)
    with today_is(CONFIRMED):
        assert refused(monthly.confirm, report=sent, by=by) == "not_yours"
        assert refused(monthly.send_back, report=sent, comment="补正", by=by) == "not_yours"
    assert month_state(sent) == MonthState.SUBMITTED


def month_state(sent):
    return monthly._state(MonthlyReport.objects.with_events().get(pk=sent.pk))


def test_nobody_answers_what_they_reported_under_another_hat(tasks):
    person = user("双岗月报员")
    sent = zero(by=membership(COUNTY, who=person))
    by = membership(CITY, Role.REVIEWER, who=person)
    with today_is(CONFIRMED):
        assert refused(monthly.confirm, report=sent, by=by) == "own_work"
        assert refused(monthly.send_back, report=sent, comment="补正", by=by) == "own_work"


def test_a_step_that_is_not_open_is_refused(tasks):
    sent = zero()
    with today_is(REPORTED):
        assert refused(monthly.submit_zero, **sending()) == "not_open"
        assert (
            refused(monthly.correct, report=sent, text="错", reason="错", by=membership(COUNTY))
            == "not_confirmed"
        )
    confirm(sent)
    with today_is(CONFIRMED):
        assert refused(monthly.confirm, report=sent, by=membership(CITY, Role.REVIEWER)) == "not_open"
        assert refused(monthly.submit_zero, **sending()) == "not_open"


def test_a_future_month_is_not_reported_and_the_current_one_is_from_its_first_day(tasks):
    with today_is(date(2018, 6, 30)):
        assert refused(monthly.submit_zero, **sending(JULY)) == "future_month"
    assert zero(JULY, on=date(2018, 7, 1)).lines.count() == 3


def test_a_month_is_confirmed_only_after_its_last_day(tasks):
    """What is verified on its last days must still count in it."""
    sent = zero(on=date(2018, 6, 1))
    by = membership(CITY, Role.REVIEWER)
    for on in (date(2018, 6, 1), date(2018, 6, 30)):
        with today_is(on), pytest.raises(MonthRefused) as error:
            monthly.confirm(report=sent, by=by)
        assert error.value.code == "not_over"
        assert "2018年7月1日" in refusal(error.value)
    with today_is(LATER):
        on_paper = {"day": date(2018, 6, 30), "channel": Channel.IMPORT}
        assert refused(monthly.confirm, report=sent, by=by, **on_paper) == "not_over"
    assert MonthlyReport.objects.get().frozen_at is None
    reach(tasks[0], "verified", date(2018, 6, 30))
    assert confirm(sent, on=date(2018, 7, 1)).figures["done"]["verified"] == 1


def test_without_tasks_of_its_own_a_bureau_has_nothing_to_report(tasks):
    with today_is(REPORTED):
        assert refused(monthly.submit_zero, **sending(code=OTHER)) == "nothing_owed"
        assert refused(monthly.submit_zero, **sending(code=CITY)) == "nothing_owed"
        assert refused(monthly.submit_zero, **sending(date(2018, 4, 1))) == "nothing_owed"
    assert not MonthlyReport.objects.exists()


def test_a_mine_that_entered_while_the_form_was_open_is_not_reported_unseen(tasks):
    with today_is(REPORTED):
        assert refused(monthly.submit, entries=entries_of(tasks[1:]), **sending()) == "tasks_changed"
        too_many = entries_of(tasks) | {0: Entry()}
        assert refused(monthly.submit, entries=too_many, **sending()) == "tasks_changed"


def test_what_no_line_can_hold_is_refused(tasks):
    with today_is(REPORTED):
        for percent in (-1, 101, 1.5, "60"):
            said = entries_of(tasks, percent=percent)
            assert refused(monthly.submit, entries=said, **sending()) == "bad_percent"
        with pytest.raises(ValidationError):
            monthly.submit(entries=entries_of(tasks, done="长" * 301), **sending())
    assert not MonthlyReport.objects.exists()


def test_on_screen_a_step_happens_on_the_day_of_the_press(tasks):
    with today_is(REPORTED):
        yesterday = REPORTED - timedelta(days=1)
        assert refused(monthly.submit_zero, day=yesterday, **sending()) == "only_today"
        tomorrow = REPORTED + timedelta(days=1)
        on_paper = {"channel": Channel.IMPORT}
        assert refused(monthly.submit_zero, day=tomorrow, **on_paper, **sending()) == "in_future"
        sent = monthly.submit_zero(day=yesterday, **on_paper, **sending()).report
        city = membership(CITY, Role.REVIEWER)
        early = yesterday - timedelta(days=1)
        assert refused(monthly.confirm, report=sent, by=city, day=early, **on_paper) == "too_early"


def test_a_correction_says_what_and_why_about_a_mine_of_the_month(tasks):
    kept = confirm(zero())
    take(started_plan(OTHER), Step.SUBMIT, Step.OPEN, Step.ACCEPT)
    foreign = MineTask.objects.get(agency=agency(OTHER))
    given = {"report": kept, "text": "实为60%", "reason": "笔误", "by": membership(COUNTY)}
    with today_is(CONFIRMED):
        assert refused(monthly.correct, **given | {"text": " "}) == "no_text"
        assert refused(monthly.correct, **given | {"reason": ""}) == "no_reason"
        assert refused(monthly.correct, **given, task=foreign) == "foreign_task"
        assert refused(monthly.correct, **given, day=CONFIRMED - timedelta(days=1)) == "too_early"
        assert refused(monthly.correct, **given, day=CONFIRMED + timedelta(days=1)) == "in_future"
        for by in (membership(COUNTY, Role.LEADER), membership("410000", Role.REVIEWER)):
            assert refused(monthly.correct, **given | {"by": by}) == "not_yours"
        monthly.correct(**given)
        monthly.correct(**given | {"by": membership(CITY, Role.REVIEWER)}, task=tasks[0])
    assert kept.corrections.count() == 2


def test_a_file_records_a_month_through_the_same_actions(tasks):
    names = [task.mine.name for task in tasks]
    fact = {"agency": COUNTY, "month": "2018-06", "happened_on": "2018-07-02"}
    with today_is(LATER):
        lines = [{"mine": names[0], "percent": 30, "done": "表土剥离", "problem": "雨季停工"}]
        recording.record_fact(fact | {"fact": "month_reported", "lines": lines})
        recording.record_fact(fact | {"fact": "month_confirmed", "happened_on": "2018-07-05"})
        recording.record_fact(fact | {"fact": "month_reported", "zero": True, "month": "2018-07"})
    june, july = MonthlyReport.objects.order_by("month")
    assert [(line.percent, line.done) for line in june.lines.order_by("task")] == [
        (30, "表土剥离"),
        (None, ""),
        (None, ""),
    ]
    assert june.frozen_at
    assert [event.happened_on for event in june.events.all()] == [date(2018, 7, 2), date(2018, 7, 5)]
    assert [(line.percent, line.problem) for line in july.lines.order_by("task")][0] == (30, "雨季停工")
    assert july.events.get().is_zero


@pytest.mark.parametrize(
    "wrong",
    [
        {"month": "2018-13"},
        {"month": "2018-09"},
        {"lines": [{"mine": "没有的矿", "percent": 1}]},
        {"agency": OTHER},
        {"fact": "month_confirmed"},
        {"lines": [{"percent": 1}]},
    ],
)
def test_a_file_that_says_what_cannot_be_is_told_why(tasks, wrong):
    fact = {"fact": "month_reported", "agency": COUNTY, "month": "2018-06", "happened_on": "2018-07-02"}
    with today_is(LATER), pytest.raises(recording.FactRefused) as refused_line:
        recording.record_fact(fact | wrong)
    assert len(str(refused_line.value)) > 5


def test_steps_are_told_apart_in_the_events(tasks):
    kept = confirm(zero())
    first, last = kept.events.all()
    assert (first.step, first.is_zero) == (MonthStep.SUBMIT, True)
    assert (last.step, last.recorded_for.code) == (MonthStep.CONFIRM, CITY)
