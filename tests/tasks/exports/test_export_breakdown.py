"""`export_breakdown`: which version it takes, and that it says which."""

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from openpyxl import load_workbook

from tasks.rules.steps import Step
from tests import factories


def export(code, path, *more):
    out = StringIO()
    call_command(
        "export_breakdown", "--agency", code, "--output", str(path), "--format", "json", *more, stdout=out
    )
    return json.loads(out.getvalue())


@pytest.fixture
def path(tmp_path):
    return tmp_path / "table.xlsx"


def test_a_county_without_a_plan_gets_the_empty_table(reference, path):
    factories.mine("411323")
    answer = export("411323", path)
    assert (answer["source"], answer["version"], answer["hash"], answer["rows"]) == (
        "template",
        None,
        None,
        1,
    )
    assert load_workbook(path).active["A1"].value.startswith("西峡县")


def test_it_takes_the_version_in_force_before_a_later_one(reference, path):
    plan = factories.started_plan("411323", mines=2)
    assert export("411323", path)["source"] == "working"
    factories.take(plan, Step.SUBMIT)
    assert export("411323", path)["source"] == "submitted"
    factories.take(plan, Step.OPEN, Step.ACCEPT)
    version = plan.versions.frozen().get()
    assert export("411323", path) == {
        "file": str(path),
        "agency": "411323",
        "agency_name": "西峡县",
        "source": "in_force",
        "version": 1,
        "hash": version.content_hash,
        "rows": 2,
        "planned": 2,
        "drafted": 0,
    }


def test_a_past_day_is_answered_as_it_stood(reference, path):
    factories.take(factories.started_plan("411323"), Step.SUBMIT)
    assert export("411323", path, "--as-of", "2018-05-01")["source"] == "template"


def test_a_city_gets_its_summary_and_all_rows(reference, path):
    factories.take(factories.started_plan("411323", mines=3), Step.SUBMIT)
    answer = export("411300", path)
    assert (answer["source"], answer["rows"]) == ("summary", 3)
    assert load_workbook(path).sheetnames == ["汇总", "全部任务"]


@pytest.mark.parametrize(("code", "word"), [("999999", "没有代码为"), ("410000", "市或县")])
def test_a_wrong_agency_is_refused_with_a_sentence(reference, path, code, word):
    with pytest.raises(CommandError, match=word):
        export(code, path)
    assert not path.exists()


def test_a_place_that_cannot_be_written_is_named(reference, tmp_path):
    with pytest.raises(CommandError, match="写不进去"):
        export("411323", tmp_path / "missing" / "table.xlsx")


def test_the_day_of_the_city_is_its_heading(reference, path):
    export("411300", path, "--as-of", str(date(2018, 5, 20)))
    assert "2018年5月20日" in str([cell.value for cell in load_workbook(path)["汇总"][2]])
