"""The command that other programs call: JSON alone on standard output, errors with a non-zero exit."""

import json
import subprocess
import sys
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

SENTENCE = "省厅将于5月上旬督导，要在6月底前印发，已设露天矿山2020年前达标"


def run(text, *options, document_date="2018-04-17"):
    out = StringIO()
    call_command("read_dates", text, f"--document-date={document_date}", *options, stdout=out)
    return out.getvalue()


def test_json_holds_deadlines_and_periods_in_one_list():
    assert json.loads(run(SENTENCE, "--format=json")) == [
        {"phrase": "5月上旬", "start": "2018-05-01", "end": "2018-05-10"},
        {"phrase": "6月底前", "strict": None, "due": "2018-06-30"},
        {"phrase": "2020年前", "strict": "2019-12-31", "due": "2020-12-31"},
    ]


def test_a_text_without_dates_is_an_empty_list():
    assert json.loads(run("三年内完成", "--format=json")) == []


def test_the_table_has_a_line_a_phrase():
    lines = [line.split("\t") for line in run(SENTENCE).splitlines()]
    assert [line[0] for line in lines] == ["5月上旬", "6月底前", "2020年前"]
    assert [line[-1] for line in lines] == ["2018-05-10", "2018-06-30", "2020-12-31"]


@pytest.mark.parametrize("wrong", ["20180417", "2018-4-17", "2018-02-30", "2018-W17-6", "昨天", ""])
def test_a_document_date_in_another_shape_is_refused(wrong):
    with pytest.raises(CommandError, match="2018-04-28"):
        run(SENTENCE, document_date=wrong)


def test_the_document_date_is_required():
    with pytest.raises(CommandError):
        call_command("read_dates", SENTENCE)


def test_an_error_goes_to_standard_error_with_a_non_zero_exit():
    command = [sys.executable, "manage.py", "read_dates", SENTENCE, "--document-date", "2018-02-30"]
    answer = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)
    assert answer.returncode != 0
    assert answer.stdout == ""
    assert "2018-02-30" in answer.stderr
    assert "Traceback" not in answer.stderr
