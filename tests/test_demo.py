"""The demonstration: plans in every state on 25 May 2018, told by facts through the same actions."""

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from agencies.models import User
from tasks.management.commands import load_demo
from tasks.models import Mine, WorkPlan
from tasks.rules.steps import State
from tasks.standing.filings import filing_on

DAY = date(2018, 5, 25)


@pytest.fixture
def demo(reference, monkeypatch, tmp_path):
    monkeypatch.setattr(load_demo, "PASSWORD", tmp_path / "password")
    call_command("load_demo", stdout=StringIO())


@pytest.mark.usefixtures("demo")
def test_the_demo_shows_every_state_sample_mines_and_real_names():
    states = {filing_on(plan, DAY).state for plan in WorkPlan.objects.select_related("agency").with_events()}
    assert states | {State.NONE} == set(State)
    assert Mine.objects.filter(is_sample=True).exclude(name__startswith="示例").count() == 0
    real = Mine.objects.filter(is_sample=False)
    assert real.count() == 18
    assert not real.exclude(status="").exists(), "nothing is taken out of free text"
    assert not real.exclude(size_class="").exists(), "what a public list does not say stays unknown"


@pytest.mark.usefixtures("demo")
def test_nothing_in_the_demo_looks_like_a_late_entry():
    for plan in WorkPlan.objects.with_events():
        assert not [event for event in plan.events.all() if event.is_late_entry]


@pytest.mark.usefixtures("demo")
def test_sheqi_owes_nothing_since_its_declaration_was_confirmed():
    """domain.md, trap 7."""
    out = StringIO()
    call_command("obligations", "--agency", "411327", "--as-of", "2018-05-25", "--format", "json", stdout=out)
    rows = {row["requirement"]: row["mark"] for row in json.loads(out.getvalue())}
    assert rows == dict.fromkeys(["P0", "C1", "T1", "T2"], "not_applicable")
    out = StringIO()
    call_command("obligations", "--agency", "411327", "--as-of", "2018-05-08", "--format", "json", stdout=out)
    assert {row["mark"] for row in json.loads(out.getvalue())} == {"upcoming"}


@pytest.mark.usefixtures("demo")
def test_the_demo_goes_into_an_empty_database_alone():
    before = User.objects.count()
    call_command("load_demo", "--if-empty", stdout=StringIO())
    assert User.objects.count() == before
    with pytest.raises(CommandError):
        call_command("load_demo", stdout=StringIO())


@pytest.mark.usefixtures("reference")
def test_a_line_that_is_refused_undoes_the_whole_file(tmp_path):
    facts = tmp_path / "facts.jsonl"
    good = {"agency": "411330", "fact": "submitted", "channel": "paper", "happened_on": "2018-05-12"}
    bad = {"agency": "411330", "fact": "issued", "number": "十二号", "happened_on": "2018-05-15"}
    facts.write_text("\n".join(json.dumps(line) for line in (good, bad)), encoding="utf-8")
    with pytest.raises(CommandError, match="第 2 行"):
        call_command("record", str(facts))
    assert not WorkPlan.objects.exists()


@pytest.mark.usefixtures("reference")
def test_issued_and_filed_on_25_may_is_late_for_the_city_and_on_time_for_the_province(tmp_path):
    """domain.md, trap 2: status is kept per source."""
    lines = [
        {"fact": "submitted", "channel": "paper", "happened_on": "2018-05-12"},
        {"fact": "issued", "channel": "paper", "number": "桐国土资〔2018〕12号", "happened_on": "2018-05-25"},
        {"fact": "filed", "channel": "paper", "happened_on": "2018-05-25"},
    ]
    facts = tmp_path / "facts.jsonl"
    facts.write_text("\n".join(json.dumps({"agency": "411330"} | line) for line in lines), encoding="utf-8")
    call_command("record", str(facts), stdout=StringIO())
    out = StringIO()
    call_command("obligations", "--agency", "411330", "--format", "json", stdout=out)
    marks = {row["requirement"]: (row["mark"], row["met_on"]) for row in json.loads(out.getvalue())}
    assert marks["C2"] == ("met_late", "2018-05-25")
    assert marks["P1"] == ("met", "2018-05-25")
