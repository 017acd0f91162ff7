"""What the page of a mine says of it in words."""

from datetime import date

import pytest

from agencies.models import Role
from greenmine.clock import today_is
from tasks.actions import stages
from tasks.models import GreenStandard, Mineral, MineTask
from tasks.reports.mine_file import facts, mine_file
from tasks.rules.steps import Step
from tests.factories import client_as, membership, mine, started_plan, take

pytestmark = pytest.mark.usefixtures("reference")
COUNTY, CITY = "411330", "411300"
TODAY = date(2018, 5, 25)


def said(one, term, held=()):
    return next(entry["value"] for entry in facts(one, held) if str(entry["term"]) == term)


@pytest.fixture(autouse=True)
def _in_english():
    from django.utils import translation

    with translation.override("en"):
        yield


def test_only_standards_of_the_list_are_suggested_by_their_number():
    unlisted = Mineral.objects.filter(henan_standard__startswith="河南省地方标准").first()
    words = said(mine(COUNTY, mineral=unlisted), "Industry standard")
    assert f"{unlisted.henan_standard}, number not found" in words
    assert f"{unlisted.green_standard}, number" not in words
    listed = Mineral.objects.filter(henan_standard="DB41/T 1663-2018").first()
    assert GreenStandard.objects.filter(number=listed.henan_standard).exists()
    assert "number not found" not in said(mine(COUNTY, mineral=listed), "Industry standard")


def test_a_mine_outside_the_scope_that_a_plan_in_force_holds_is_in_the_target():
    take(started_plan(COUNTY), Step.SUBMIT, Step.OPEN, Step.ACCEPT)
    one = MineTask.objects.get().mine
    one.method, one.size_class = "underground", "small"
    one.save()
    held = mine_file(one, user=_reader(), as_of=TODAY).held
    assert said(one, "Target") == "not in scope"
    assert "taken into the plan" in said(one, "Target", held)
    one.size_class = ""
    assert said(one, "Target", held) == "unknown", "what is missing could decide it"


def _reader():
    by = membership(CITY, Role.REVIEWER)
    by.user.acting = by
    return by.user


def test_entries_of_one_day_stand_in_the_order_of_a_mines_life():
    take(started_plan(COUNTY), Step.SUBMIT, Step.OPEN, Step.ACCEPT)
    task = MineTask.objects.get()
    by, standard = membership(COUNTY), GreenStandard.objects.first()
    given = {"task": task, "by": by, "reference": "示例1号", "standard": standard}
    with today_is(date(2018, 12, 20)):
        early = stages.record_stage(stage="assessed", day=date(2018, 12, 15), **given)
        stages.record_stage(stage="declared", day=date(2018, 12, 20), **given)
        stages.correct_stage(fact=early, by=by, day=date(2018, 12, 20), reason="日期笔误")
        life = mine_file(task.mine, user=_reader(), as_of=date(2018, 12, 20)).lives[0]
        page = client_as(by).get(task.mine.get_absolute_url()).content.decode()
    assert [fact.stage for fact in life.facts] == ["declared", "assessed"]
    assert "更正为" in page or "Corrected to" in page
    assert "补录" not in page, "by the day that counts now it was not recorded late"
