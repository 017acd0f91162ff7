"""Scores of an assessment: by whom, once, all or nothing; and the editions as they are loaded."""

import json
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from agencies.models import Role
from tasks.actions import reference, stages
from tasks.actions.scores import save_scores
from tasks.models import GreenStandard, MineTask, Score, ScoreItem, ScoreSheet, StageCorrection
from tasks.reports.scores import edition_on, editions, score_result, score_results
from tasks.rules.score_sheets import Code, ScoreRefused
from tests.factories import membership, started_plan

pytestmark = pytest.mark.usefixtures("reference")
COUNTY, CITY = "411330", "411300"


@pytest.fixture
def small(tmp_path):
    """An edition of which everything is known."""
    rows = [
        {
            "code": "small",
            "title": "示例指标",
            "dated_on": "2018-01-01",
            "points": 200,
            "pass_points": 160,
            "item_share": 75,
            "preconditions": [{"number": "P1", "title": "证照有效"}],
            "items": [
                {"number": "1", "title": "矿区环境", "points": 120, "items": [
                    {"number": "1.1", "title": "矿容矿貌", "points": 80},
                    {"number": "1.2", "title": "矿区绿化", "points": 40},
                ]},
                {"number": "2", "title": "资源综合利用", "points": 80},
            ],
        }
    ]  # fmt: skip
    load(tmp_path, "score_sheets.json", rows)
    return ScoreSheet.objects.get(code="small")


def load(folder, name, rows):
    (folder / name).write_text(json.dumps(rows), encoding="utf-8")
    return reference.load(folder)


def assessed(stage="assessed", **more):
    task = MineTask.objects.first() or started_plan(COUNTY) and MineTask.objects.get()
    by = membership(COUNTY) if stage != "verified" else membership(CITY, Role.REVIEWER)
    return stages.record_stage(task=task, stage=stage, by=by, reference="评估报告1号", **more)


GOOD = {"P1": True, "1": Decimal(100), "2": Decimal(70)}


def save(stage, sheet, scores=None, by=None):
    return save_scores(stage=stage, sheet=sheet, scores=scores or GOOD, by=by or membership(COUNTY))


def test_the_scores_are_kept_with_their_verdict(small):
    stage = assessed()
    assert save(stage, small).passed
    result = score_result(stage)
    assert (result.passed, result.total) == (True, 170)
    assert stage.scores.get(item__number="P1").holds is True


def test_what_is_unknown_stays_unknown(small):
    stage = assessed()
    save(stage, small, {"P1": None, "1.1": Decimal("70.5"), "1.2": None, "2": Decimal(0)})
    result = score_result(stage)
    assert stage.scores.count() == 2
    assert (result.passed, result.total) == (None, None)
    assert [one.number for one in result.missing] == ["P1", "1.2"]


@pytest.mark.parametrize(
    ("code", "role"),
    [(COUNTY, Role.VIEWER), (CITY, Role.REVIEWER), ("411323", Role.FILER), (CITY, Role.ADMINISTRATOR)],
)
def test_an_assessment_is_scored_by_who_records_it(small, code, role):
    with pytest.raises(PermissionDenied):
        save(assessed(), small, by=membership(code, role))
    assert not Score.objects.exists()


def test_a_verification_is_scored_by_the_reviewer_above(small):
    stage = assessed("verified")
    with pytest.raises(PermissionDenied):
        save(stage, small)
    save(stage, small, by=membership(CITY, Role.REVIEWER))
    assert score_result(stage).passed


def test_a_second_try_is_refused_and_the_first_stays(small):
    stage = assessed()
    save(stage, small)
    with pytest.raises(ValidationError):
        save(stage, small, {"2": Decimal(10)})
    assert score_result(stage).total == 170


@pytest.mark.parametrize("stage", ["building", "declared"])
def test_other_stages_take_no_scores(small, stage):
    with pytest.raises(ValidationError):
        save(assessed(stage), small)


def test_a_withdrawn_assessment_takes_no_scores(small):
    stage = assessed()
    by = membership(COUNTY)
    StageCorrection.objects.create(
        fact=stage, happened_on=stage.happened_on, withdrawn=True, reason="录错矿山", **stage.recorded(by)
    )
    with pytest.raises(ValidationError):
        save(stage, small)


@pytest.mark.parametrize("scores", [{"P1": None}, {"1": Decimal(100), "2": Decimal(81)}, {"9": Decimal(1)}])
def test_all_or_nothing(small, scores):
    with pytest.raises((ValidationError, ScoreRefused)):
        save(assessed(), small, scores)
    assert not Score.objects.exists()


def test_any_number_of_assessments_takes_the_same_queries(small, django_assert_num_queries):
    many = [assessed(), assessed("verified"), assessed(day=date(2018, 5, 20))]
    for stage in many:
        by = membership(CITY, Role.REVIEWER) if stage.stage == "verified" else None
        save(stage, small, by=by)
    for some in (many[:1], many):
        with django_assert_num_queries(3):
            assert set(score_results(some)) == {stage.pk for stage in some}
    assert score_result(assessed(day=date(2018, 5, 21))) is None


def test_the_edition_of_a_day_is_the_latest_before_it_or_the_earliest():
    sheets = list(editions())
    for day, code in [
        ("2018-05-25", "2020"),
        ("2020-06-01", "2020"),
        ("2023-01-01", "2020"),
        ("2025-01-01", "2024"),
    ]:
        assert edition_on(date.fromisoformat(day), sheets).code == code
    assert edition_on(date(2020, 9, 1), []) is None


def test_loading_again_changes_in_place_and_takes_nothing_away(tmp_path, small):
    stage = assessed()
    save(stage, small)
    before = list(ScoreItem.objects.values_list("pk", flat=True))
    rows = [{
        "code": "small", "title": "示例指标（改）", "points": 200, "pass_points": None,
        "items": [{"number": "2", "title": "资源利用", "points": None}],
    }]  # fmt: skip
    assert load(tmp_path, "score_sheets.json", rows) == {"score_sheets.json": 1}
    small.refresh_from_db()
    assert (small.title, small.pass_points) == ("示例指标（改）", 160)
    changed = small.items.get(number="2")
    assert (changed.title, changed.points) == ("资源利用", 80)
    assert list(ScoreItem.objects.values_list("pk", flat=True)) == before
    assert score_result(stage).total == 170


def test_an_office_fills_in_points_that_no_source_says(tmp_path):
    sheet = ScoreSheet.objects.get(code="2020")
    gaps = list(sheet.items.filter(parent=None, is_precondition=False, points=None))
    assert gaps
    known = sum(
        sheet.items.filter(parent=None, is_precondition=False)
        .exclude(points=None)
        .values_list("points", flat=True)
    )
    rest = sheet.points - known
    shares = [rest - len(gaps) + 1, *[1] * (len(gaps) - 1)]
    items = [{"number": g.number, "title": g.title, "points": p} for g, p in zip(gaps, shares, strict=True)]
    load(
        tmp_path,
        "score_sheets.json",
        [{"code": "2020", "title": sheet.title, "points": 1000, "items": items}],
    )
    stage = assessed()
    full = {i.number: Decimal(i.points) for i in sheet.items.filter(parent=None, is_precondition=False)}
    holds = {i.number: True for i in sheet.items.filter(is_precondition=True)}
    assert save(stage, sheet, full | holds).passed


def test_points_that_disagree_are_not_loaded(tmp_path):
    items = [{"number": "1", "title": "一", "points": 60}, {"number": "2", "title": "二", "points": 60}]
    with pytest.raises(ValueError, match="一级指标"):
        load(tmp_path, "score_sheets.json", [{"code": "x", "title": "示例", "points": 100, "items": items}])
    assert not ScoreSheet.objects.filter(code="x").exists()


def test_the_shipped_edition_of_2024_draws_no_verdict():
    sheet = ScoreSheet.objects.get(code="2024")
    stage = assessed()
    result = save(stage, sheet, {str(n): Decimal(16) for n in range(1, 7)})
    assert (result.total, result.passed) == (96, None)
    assert [reason.code for reason in result.reasons] == [Code.NO_PASS_MARK]


def test_the_standards_came_into_force_after_the_notices(tmp_path):
    """domain.md, trap 14."""
    numbers = set(GreenStandard.objects.filter(number__startswith="DZ/T").values_list("number", flat=True))
    assert numbers == {f"DZ/T 03{n}-2018" for n in range(12, 21)}
    assert all(one.in_force_on > date(2018, 5, 25) for one in GreenStandard.objects.all())
    load(tmp_path, "standards.json", [{"number": "DZ/T 0312-2018", "title": "改名"}])
    assert GreenStandard.objects.get(number="DZ/T 0312-2018").title == "改名"
