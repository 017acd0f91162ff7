"""Facts from a file: a line that cannot be understood is refused in words, whatever it holds."""

import pytest
from django.core.exceptions import ValidationError

from tasks.actions.fact_lookups import FactRefused
from tasks.actions.recording import record_fact
from tasks.models import Mine, StageFact
from tasks.rules.steps import Step
from tests.factories import started_plan, take

COUNTY = "411330"


@pytest.fixture
def name(reference):
    take(started_plan(COUNTY), Step.SUBMIT, Step.OPEN, Step.ACCEPT)
    return Mine.objects.get().name


@pytest.mark.parametrize(
    "more",
    [
        {"fact": "declared", "reference": 5},
        {"fact": "declared", "reference": "1", "standard": "没有这个标准"},
        {"fact": "declared", "reference": "1", "happened_on": "2018-13-01"},
        {"fact": "removed", "reason": "关闭", "approved_on": "x"},
        {"fact": "inspected", "kind": "spot_check", "findings": "甲", "mend_by": "zz"},
        {"fact": "month_reported", "month": 201805},
        {"fact": "month_reported", "month": "2018-05", "lines": 5},
        {"fact": "month_reported", "month": "2018-05", "lines": ["甲"]},
        {"fact": "month_reported", "month": "2018-05", "lines": [{"mine": "x", "percent": True}]},
        {"fact": "month_reported", "month": "2018-05", "zero": "yes"},
        {"fact": ["declared"]},
    ],
)
def test_a_line_of_the_wrong_kind_is_refused_in_words(name, more):
    with pytest.raises(FactRefused):
        record_fact({"agency": COUNTY, "mine": name} | more)
    assert not StageFact.objects.exists()


@pytest.mark.parametrize("more", [{"reference": "长" * 500}, {"reference": "1", "directory": "no-such-list"}])
def test_what_the_database_could_not_hold_is_refused_before(name, more):
    fact = "listed" if "directory" in more else "declared"
    with pytest.raises(ValidationError):
        record_fact({"fact": fact, "agency": COUNTY, "mine": name} | more)


def test_null_is_as_if_it_were_not_there(name):
    record_fact({"fact": "declared", "agency": COUNTY, "mine": name, "reference": "1号", "note": None})
    assert StageFact.objects.get().note == ""
