"""The life of a task: who records what, with what proof, and how a wrong entry is mended."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from agencies.models import Role
from greenmine.clock import today_is
from tasks.actions import stages
from tasks.models import EvidenceFile, MineTask, StageFact
from tasks.rules.progress import Criterion
from tasks.rules.steps import Step, StepRefused
from tasks.standing.done import done_days
from tests.factories import membership, pdf, started_plan, take

COUNTY, CITY, OTHER = "411330", "411300", "411323"
DAY = date(2019, 6, 3)


@pytest.fixture
def task(reference):
    take(started_plan(COUNTY), Step.SUBMIT, Step.OPEN, Step.ACCEPT)
    with today_is(date(2019, 12, 20)):
        yield MineTask.objects.get()


def record(task, stage, *, code=None, role=None, day=DAY, **options):
    own = stage in ("building", "declared", "assessed")
    by = membership(code or (COUNTY if own else CITY), role or (Role.FILER if own else Role.REVIEWER))
    options = {"reference": "示例1号"} | options
    return stages.record_stage(task=task, stage=stage, by=by, day=day, **options)


def code_of(refused):
    return refused.value.code


@pytest.mark.parametrize(
    ("stage", "code", "role", "allowed"),
    [
        ("building", COUNTY, Role.FILER, True),
        ("declared", COUNTY, Role.LEADER, True),
        ("assessed", COUNTY, Role.FILER, True),
        ("declared", COUNTY, Role.VIEWER, False),
        ("declared", CITY, Role.REVIEWER, False),
        ("declared", OTHER, Role.FILER, False),
        ("verified", COUNTY, Role.FILER, False),
        ("verified", CITY, Role.REVIEWER, True),
        ("publicised", CITY, Role.REVIEWER, True),
        ("listed", CITY, Role.REVIEWER, True),
        ("delisted", CITY, Role.REVIEWER, True),
        ("listed", "410000", Role.REVIEWER, False),
        ("verified", CITY, Role.VIEWER, False),
        ("verified", "411200", Role.REVIEWER, False),
    ],
)
def test_who_records_which_stage(task, stage, code, role, allowed):
    if allowed:
        assert record(task, stage, code=code, role=role).pk
        return
    with pytest.raises(StepRefused) as refused:
        record(task, stage, code=code, role=role)
    assert code_of(refused) == "not_yours"


@pytest.mark.parametrize("stage", [stage for stage in StageFact.Stage if stage != "building"])
def test_a_completion_without_evidence_is_refused(task, stage):
    with pytest.raises(StepRefused) as refused:
        record(task, stage, reference="  ")
    assert code_of(refused) == "no_evidence"
    assert not StageFact.objects.exists()


def test_a_file_is_evidence_and_is_kept_with_its_hash(task, settings):
    fact = record(task, "declared", reference="", files=[pdf("自评报告.pdf"), pdf("照片说明.pdf")])
    kept = EvidenceFile.objects.filter(stage=fact)
    assert [file.name for file in kept] == ["自评报告.pdf", "照片说明.pdf"]
    assert {file.sha256 for file in kept} == {pdf().checked.sha256}
    assert "自评" not in kept[0].file.name


def test_the_same_stage_is_recorded_once_a_day_and_never_in_the_future(task):
    record(task, "declared")
    with pytest.raises(StepRefused) as refused:
        record(task, "declared")
    assert code_of(refused) == "recorded_already"
    with pytest.raises(StepRefused) as refused:
        record(task, "declared", day=date(2019, 12, 21))
    assert code_of(refused) == "in_future"


def done(task, on, criterion=Criterion.DECLARED):
    found = done_days(on).get(task.pk)
    return found.under(criterion) if found else None


def test_a_corrected_day_counts_and_the_wrong_one_stays_visible(task):
    fact = record(task, "declared")
    right = date(2019, 7, 1)
    stages.correct_stage(fact=fact, by=membership(COUNTY), day=right, reason="日期抄错")
    assert done(task, date(2019, 6, 30)) is None
    assert done(task, right) == right
    fact.refresh_from_db()
    assert fact.happened_on == DAY
    assert fact.corrections.get().reason == "日期抄错"


def test_an_entry_withdrawn_counts_for_nothing(task):
    fact = record(task, "verified")
    assert done(task, DAY, Criterion.VERIFIED) == DAY
    by = membership(CITY, Role.REVIEWER)
    stages.correct_stage(fact=fact, by=by, reason="误登记")
    assert done(task, DAY, Criterion.VERIFIED) is None
    with pytest.raises(ValidationError):
        stages.correct_stage(fact=fact, by=by, reason="再次", day=DAY)
    assert record(task, "verified").pk, "it may be recorded anew"


@pytest.mark.parametrize(("by", "reason"), [((OTHER, Role.FILER), "x"), ((COUNTY, Role.VIEWER), "x")])
def test_only_who_may_record_a_stage_may_correct_it(task, by, reason):
    fact = record(task, "declared")
    with pytest.raises(StepRefused):
        stages.correct_stage(fact=fact, by=membership(*by), day=DAY, reason=reason)
    with pytest.raises(ValidationError):
        stages.correct_stage(fact=fact, by=membership(COUNTY), day=DAY, reason=" ")


def test_a_delisted_task_is_done_no_more_until_it_is_listed_again(task):
    record(task, "listed")
    record(task, "delisted", day=date(2019, 9, 1), note="复核不合格")
    assert done(task, date(2019, 8, 31), Criterion.LISTED) == DAY
    assert done(task, date(2019, 9, 1), Criterion.LISTED) is None
    record(task, "listed", day=date(2019, 12, 1))
    assert done(task, date(2019, 12, 1), Criterion.LISTED) == date(2019, 12, 1)


def test_what_the_database_finds_is_what_the_rule_says(task):
    """The quick way of standing/done.py and the fold of rules/progress.py are one rule."""
    from tasks.rules.progress import done_since

    for stage, day in [("building", 1), ("verified", 3), ("declared", 5), ("listed", 9)]:
        record(task, stage, day=date(2019, 3, day))
    facts = [(fact.stage, fact.happened_on) for fact in task.stages.all()]
    for day in range(1, 12):
        on = date(2019, 3, day)
        for criterion in Criterion:
            assert done(task, on, criterion) == done_since(facts, criterion, on=on)
