"""The examples in docs/commands.md work as they stand there."""

import json
import re
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command

pytestmark = pytest.mark.usefixtures("reference")


@pytest.fixture
def page():
    return (settings.BASE_DIR / "docs/commands.md").read_text(encoding="utf-8")


def marks(agency, requirement):
    out = StringIO()
    call_command("obligations", "--agency", agency, "--as-of", "2018-05-25", "--format", "json", stdout=out)
    return {
        row["agency"]: row["mark"] for row in json.loads(out.getvalue()) if row["requirement"] == requirement
    }


def test_the_facts_are_recorded(page, tmp_path):
    facts = tmp_path / "facts.jsonl"
    facts.write_text("\n".join(re.findall(r'^    (\{"fact".*)$', page, re.M)), encoding="utf-8")
    call_command("record", facts, stdout=StringIO())
    assert marks("411330", "C2") == {"411330": "met_late"}
    assert marks("411330", "P1") == {"411330": "met"}


def test_the_small_notice_binds_whom_it_names(page, tmp_path):
    notice = page.partition("A small notice of its own:")[2].partition("## ")[0]
    (tmp_path / "documents.json").write_text(notice, encoding="utf-8")
    call_command("load_reference", "--from", tmp_path, stdout=StringIO())
    bound = marks("411300", "X1")
    assert len(bound) == 11
    assert "411330" not in bound


def test_the_sentence_is_read_as_shown(page):
    text, day = re.search(r'read_dates "(.*?)" --document-date (\S+)', page).groups()
    out = StringIO()
    call_command("read_dates", text, "--document-date", day, "--format", "json", stdout=out)
    shown = page.partition('read_dates "')[2].partition("\n")[2].partition("\n\n")[0]
    assert json.loads(out.getvalue()) == json.loads(shown)
