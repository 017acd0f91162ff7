"""`record`: dated facts from a file, through the same actions as the pages."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tasks.models import WorkPlan

pytestmark = pytest.mark.usefixtures("reference")


def test_a_line_that_is_refused_undoes_the_whole_file(tmp_path):
    facts = tmp_path / "facts.jsonl"
    good = {"agency": "411330", "fact": "submitted", "channel": "paper", "happened_on": "2018-05-12"}
    bad = {"agency": "411330", "fact": "issued", "number": "十二号", "happened_on": "2018-05-15"}
    facts.write_text("\n".join(json.dumps(line) for line in (good, bad)), encoding="utf-8")
    with pytest.raises(CommandError, match="第 2 行"):
        call_command("record", str(facts))
    assert not WorkPlan.objects.exists()


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
