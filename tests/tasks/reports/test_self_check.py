"""The self-check on real plans: its sentences, its words and what it holds back."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from tasks.actions import drafts
from tasks.check_words import CHECK_WORDS, message
from tasks.models import Clause, Quota
from tasks.reports.self_check import grounded, self_check
from tasks.rules.plan_checks import CHECKS, Severity
from tests.conftest import TODAY
from tests.factories import agency, membership, mine, started_plan

pytestmark = pytest.mark.usefixtures("reference")
COUNTY = "411330"


def found(plan):
    return {f.finding.code: f for f in grounded(plan.versions.working().get(), on=TODAY)}


def test_every_check_has_a_sentence_and_its_words():
    backed = {code for clause in Clause.objects.all() for code in clause.checks}
    assert backed == set(CHECKS)
    assert set(CHECK_WORDS) == set(CHECKS)


def test_a_finding_quotes_the_sentence_that_binds_the_own_agency():
    plan = started_plan(COUNTY, planned=TODAY.replace(year=2020))
    missed = found(plan)["checkpoint_missed"]
    assert missed.clause.wording == "到2019年底各地至少完成计划目标的50%"
    assert missed.clause.document.number == "豫国土资办发〔2018〕38号"


def test_a_mine_of_the_whole_scope_is_named_until_it_is_in_or_excused():
    plan = started_plan(COUNTY)
    large = mine(COUNTY, size_class="large", method="underground")
    mine(COUNTY, size_class="small", method="underground")
    names = [one.name for one in found(plan)["scope_left_out"].finding.mines]
    assert names == [large.name]
    version = plan.versions.working().get()
    drafts.excuse_mine(version=version, mine=large, reason="拟于2018年关闭", by=membership(COUNTY))
    assert "scope_left_out" not in found(plan)
    drafts.excuse_mine(version=version, mine=large, reason=" ", by=membership(COUNTY))
    assert "scope_left_out" in found(plan)


def test_a_quota_is_unknown_until_it_is_entered():
    plan = started_plan(COUNTY)
    assert "baseline_below_quota" not in found(plan)
    by = membership("410000", "reviewer")
    Quota.objects.create(
        programme=plan.programme, agency=agency(COUNTY), count=3, happened_on=TODAY, **Quota.recorded(by)
    )
    assert found(plan)["baseline_below_quota"].finding.params == {"baseline": 1, "quota": 3}


def test_the_citys_day_before_its_counties_is_told_and_an_internal_date_mends_it():
    from tasks.actions.decisions import record_decision
    from tasks.models import Requirement

    plan = started_plan("411300")
    assert "dates_inverted" in found(plan)
    record_decision(
        kind="internal_date",
        requirement=Requirement.objects.get(code="C1"),
        agencies=[agency("411323")],
        by=membership("411300", "reviewer"),
        on_date=TODAY.replace(day=28),
    )
    assert "dates_inverted" not in found(plan)


def test_the_command_says_code_severity_sentence_and_mines():
    started_plan(COUNTY, planned=TODAY.replace(year=2020))
    out = StringIO()
    call_command("check_plan", "--agency", COUNTY, "--format", "json", stdout=out)
    rows = json.loads(out.getvalue())
    (missed,) = [row for row in rows if row["code"] == "checkpoint_missed"]
    assert missed["severity"] == Severity.ERROR
    assert set(missed) == {"code", "severity", "document", "section", "wording", "message", "mines"}


def test_the_number_of_queries_does_not_grow_with_the_lines(django_assert_max_num_queries):
    plan = started_plan(COUNTY, mines=30)
    version = plan.versions.working().get()
    with django_assert_max_num_queries(25):
        self_check(version, on=TODAY)


def test_every_finding_has_a_sentence_that_a_clerk_can_read():
    plan = started_plan(COUNTY, mines=0)
    for one in found(plan).values():
        assert "%(" not in message(one.finding)


def test_the_guides_page_is_made_from_the_same_texts_and_up_to_date():
    call_command("draw_checks", "--check")
