"""Steps recorded through the action: versions, days, who may, and what is refused."""

from datetime import date

import pytest

from agencies.models import Channel, Role
from tasks.actions import drafts, filings
from tasks.actions.filings import Details
from tasks.actions.versions import content_hash
from tasks.models import PlanEvent, PlanLine, PlanSection
from tasks.rules.deadlines import Act
from tasks.rules.steps import State, Step, StepRefused
from tasks.standing.filings import filing_on, moved_since
from tests.factories import membership, mine, started_plan, take, user

pytestmark = pytest.mark.usefixtures("reference")
COUNTY = "411330"
DAY = date(2018, 5, 25)


def fresh(plan, on=DAY):
    return filing_on(type(plan).objects.with_events().select_related("agency").get(pk=plan.pk), on)


def refused(plan, step, by, **details):
    with pytest.raises(StepRefused) as error:
        filings.take_step(plan=plan, step=step, by=by, details=Details(**details))
    return error.value.code


def test_a_submission_freezes_a_numbered_hashed_version_and_closes_the_working_copy():
    plan = take(started_plan(COUNTY, mines=2), Step.SUBMIT)
    version = plan.versions.get()
    assert (version.number, version.frozen_on) == (1, DAY)
    assert version.content_hash == content_hash(version)
    assert all(line.mine_row["name"] == line.task.mine.name for line in version.lines.all())


def test_a_later_change_of_the_mine_does_not_touch_a_frozen_version():
    plan = take(started_plan(COUNTY), Step.SUBMIT)
    version = plan.versions.get()
    registered = version.lines.get().task.mine
    former = registered.name
    registered.name = "改名后的矿"
    registered.save()
    assert version.lines.get().mine_row["name"] == former
    assert version.content_hash == content_hash(version)


def test_a_return_opens_a_copy_and_the_first_submission_counts_for_timeliness(on_day):
    """peers.md point 6: the first submission counts for timeliness, the last for content."""
    plan = started_plan(COUNTY)
    with on_day(2018, 5, 25):
        take(plan, Step.SUBMIT, Step.OPEN, Step.RETURN)
    with on_day(2018, 5, 28):
        take(plan, Step.SUBMIT)
    filing = fresh(plan, date(2018, 5, 28))
    assert filing.state == State.RESUBMITTED
    assert filing.act_dates[Act.DRAFTED] == date(2018, 5, 25)
    assert [version.number for version in plan.versions.order_by("pk")] == [1, 2]


def test_a_submission_taken_back_before_it_was_opened_does_not_count(on_day):
    plan = started_plan(COUNTY)
    take(plan, Step.SUBMIT, Step.TAKE_BACK)
    filing = fresh(plan)
    assert filing.state == State.DRAFT
    assert filing.act_dates[Act.DRAFTED] is None
    take(plan, Step.SUBMIT, Step.OPEN)
    assert refused(plan, Step.TAKE_BACK, membership(COUNTY)) == "already_opened"


def test_an_empty_filing_is_refused_and_says_what_is_missing():
    plan = started_plan(COUNTY, mines=0)
    with pytest.raises(StepRefused) as error:
        take(plan, Step.SUBMIT)
    assert [finding.code for finding in error.value.detail["missing"]] == ["no_tasks"]
    assert fresh(plan).state == State.DRAFT


def test_who_reports_to_the_province_releases_and_has_no_review():
    plan = started_plan("411381")
    assert refused(plan, Step.SUBMIT, membership("411381")) == "not_open"
    take(plan, Step.RELEASE)
    assert fresh(plan).state == State.ACCEPTED
    assert fresh(plan).act_dates[Act.DRAFTED] == DAY


def test_issue_and_filing_are_separate_dated_acts():
    """domain.md, trap 4."""
    plan = take(started_plan(COUNTY), Step.SUBMIT, Step.OPEN, Step.ACCEPT)
    take(plan, Step.ISSUE)
    assert fresh(plan).act_dates[Act.FILED] is None
    take(plan, Step.SEND, Step.ASK_SUPPLEMENT)
    filing = fresh(plan)
    assert filing.state == State.SUPPLEMENT
    assert filing.act_dates[Act.FILED] == DAY, "a request for a supplement does not undo the filing"


def test_a_paper_may_be_issued_before_the_city_accepts_which_then_moves_nothing():
    plan = take(started_plan(COUNTY), Step.SUBMIT, Step.OPEN, Step.ISSUE)
    assert fresh(plan).in_force_id is None
    take(plan, Step.ACCEPT)
    filing = fresh(plan)
    assert filing.state == State.ISSUED
    assert filing.in_force_id is not None


@pytest.mark.parametrize(
    ("details", "code"),
    [
        ({"number": "桐国土资12号", "day": DAY}, "bad_number"),
        ({"number": "桐国土资〔2018〕12号", "day": date(2018, 5, 26)}, "in_future"),
        ({"number": "桐国土资〔2018〕12号", "day": date(2018, 5, 24)}, "too_early"),
    ],
)
def test_an_issue_needs_its_number_and_a_day_between_drafting_and_today(details, code):
    plan = take(started_plan(COUNTY), Step.SUBMIT, Step.OPEN, Step.ACCEPT)
    assert refused(plan, Step.ISSUE, membership(COUNTY, Role.LEADER), **details) == code


def test_any_brackets_are_accepted_in_a_number_and_stored_alike():
    plan = take(started_plan(COUNTY), Step.SUBMIT, Step.OPEN, Step.ACCEPT)
    take(plan, Step.ISSUE, number="桐国土资[2018]12号")
    assert plan.events.get(step=Step.ISSUE).number == "桐国土资〔2018〕12号"


def test_on_screen_a_submission_happens_when_the_button_is_pressed():
    plan = started_plan(COUNTY)
    assert refused(plan, Step.SUBMIT, membership(COUNTY), day=date(2018, 5, 1)) == "only_today"


def test_nobody_reviews_what_they_filed_under_another_hat():
    person = user("双岗人员")
    plan = started_plan(COUNTY)
    filings.take_step(plan=plan, step=Step.SUBMIT, by=membership(COUNTY, who=person))
    by = membership("411300", Role.REVIEWER, who=person)
    assert refused(plan, Step.ACCEPT, by) == "own_work"


@pytest.mark.parametrize(
    ("code", "role"),
    [(COUNTY, Role.VIEWER), (COUNTY, Role.ADMINISTRATOR), ("411323", Role.FILER), ("411300", Role.REVIEWER)],
)
def test_only_the_own_filer_submits(code, role):
    assert refused(started_plan(COUNTY), Step.SUBMIT, membership(code, role)) == "not_yours"


def test_a_return_without_a_reason_is_refused():
    plan = take(started_plan(COUNTY), Step.SUBMIT, Step.OPEN)
    assert refused(plan, Step.RETURN, membership("411300", Role.REVIEWER)) == "no_reason"


def test_a_city_records_a_posted_paper_only_with_its_scan():
    plan = started_plan(COUNTY)
    by = membership("411300", Role.REVIEWER)
    details = {"channel": Channel.PAPER, "day": date(2018, 5, 8)}
    assert refused(plan, Step.SUBMIT, by, **details) == "no_scan"


def test_a_revision_leaves_the_version_in_force_standing(on_day):
    plan = take(started_plan(COUNTY), Step.SUBMIT, Step.OPEN, Step.ACCEPT, Step.ISSUE)
    in_force = fresh(plan).in_force_id
    by = membership(COUNTY)
    with pytest.raises(StepRefused):
        filings.revise(plan=plan, by=by, reason=" ")
    filings.revise(plan=plan, by=by, reason="两座矿山整合")
    filing = fresh(plan)
    assert (filing.state, filing.revision) == (State.ISSUED, State.DRAFT)
    assert filing.in_force_id == in_force
    take(plan, Step.SUBMIT, Step.OPEN, Step.ACCEPT)
    filing = fresh(plan)
    assert filing.in_force_id != in_force
    assert filing.act_dates[Act.ISSUED] == DAY


def test_a_wrong_day_is_mended_by_a_new_fact_and_both_stay(on_day):
    plan = take(started_plan(COUNTY), Step.SUBMIT, Step.OPEN, Step.ACCEPT, Step.ISSUE)
    event = plan.events.get(step=Step.ISSUE)
    by = membership(COUNTY, Role.LEADER)
    with on_day(2018, 5, 30):
        filings.correct_day(event=event, day=date(2018, 5, 28), reason="文件落款为28日", by=by)
    event = PlanEvent.objects.get(pk=event.pk)
    assert (event.happened_on, event.day) == (DAY, date(2018, 5, 28))
    assert fresh(plan, date(2018, 5, 27)).act_dates[Act.ISSUED] is None
    with pytest.raises(StepRefused):
        filings.correct_day(event=event, day=DAY, reason="越权", by=membership("411300", Role.REVIEWER))


def test_what_is_asked_of_a_past_day_does_not_know_what_came_later(on_day):
    plan = started_plan(COUNTY)
    with on_day(2018, 5, 29):
        take(plan, Step.SUBMIT)
    assert fresh(plan, date(2018, 5, 28)).state == State.DRAFT
    assert fresh(plan, date(2018, 5, 29)).state == State.SUBMITTED


def test_a_citys_version_freezes_its_counties_versions_by_id():
    county = take(started_plan(COUNTY, mines=3), Step.SUBMIT)
    city = started_plan("411300", mines=0)
    working = city.versions.working().get()
    by = membership("411300")
    drafts.choose_included(version=working, chosen=list(county.versions.frozen()), by=by)
    take(city, Step.RELEASE)
    version = city.versions.frozen().get()
    assert PlanLine.objects.of_version(version).count() == 3
    assert version.lines.count() == 0


def test_a_city_is_told_which_counties_have_moved_since():
    county = take(started_plan(COUNTY), Step.SUBMIT, Step.OPEN, Step.ACCEPT)
    city = started_plan("411300", mines=0)
    working = city.versions.working().get()
    drafts.choose_included(version=working, chosen=list(county.versions.frozen()), by=membership("411300"))
    take(city, Step.RELEASE)
    version = city.versions.frozen().get()
    assert moved_since(version, DAY) == []
    filings.revise(plan=county, by=membership(COUNTY), reason="新增一座矿山")
    take(county, Step.SUBMIT, Step.OPEN, Step.ACCEPT)
    assert [one.plan.agency.code for one in moved_since(version, DAY)] == [COUNTY]


def test_a_mine_is_one_task_for_the_whole_programme():
    plan = started_plan(COUNTY)
    working = plan.versions.working().get()
    line = working.lines.get()
    drafts.add_lines(version=working, mines=[line.task.mine], by=membership(COUNTY))
    assert working.lines.count() == 1
    take(plan, Step.SUBMIT, Step.OPEN, Step.RETURN)
    assert plan.versions.working().get().lines.get().task == line.task


def test_the_second_to_save_is_told_and_nothing_is_overwritten():
    """security.md, L-02."""
    from concurrency.exceptions import RecordModifiedError

    plan = started_plan(COUNTY)
    by = membership(COUNTY)
    sections = PlanSection.objects.filter(version=plan.versions.get(), key="overview")
    seen = sections.get().lock
    drafts.save_section(section=sections.get(), by=by, lock=seen, body="先保存的")
    with pytest.raises(RecordModifiedError):
        drafts.save_section(section=sections.get(), by=by, lock=seen, body="后保存的")
    assert sections.get().body == "先保存的"


def test_a_mine_in_the_register_of_another_county_is_not_drawn_in_by_a_frozen_plan():
    plan = take(started_plan(COUNTY), Step.SUBMIT)
    with pytest.raises(Exception, match="edit"):
        drafts.add_lines(version=plan.versions.get(), mines=[mine(COUNTY)], by=membership(COUNTY))


def test_a_submission_cannot_be_dated_back_by_its_own_bureau():
    """Neither as a paper of one's own nor by a correction: late would become on time."""
    plan = started_plan(COUNTY)
    own_paper = {"channel": Channel.PAPER, "day": date(2018, 5, 9)}
    assert refused(plan, Step.SUBMIT, membership(COUNTY), **own_paper) == "only_today"
    take(plan, Step.SUBMIT)
    event = plan.events.get(step=Step.SUBMIT)
    with pytest.raises(StepRefused) as error:
        filings.correct_day(event=event, day=date(2018, 4, 1), reason="笔误", by=membership(COUNTY))
    assert error.value.code == "only_today"


def test_what_was_taken_back_leaves_the_citys_draft():
    county = take(started_plan(COUNTY), Step.SUBMIT)
    city = started_plan("411300", mines=0)
    working = city.versions.working().get()
    drafts.choose_included(version=working, chosen=list(county.versions.frozen()), by=membership("411300"))
    take(county, Step.TAKE_BACK)
    assert not working.includes.exists()
