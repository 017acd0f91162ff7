"""The whole corpus of awkward and hostile uploads, by its manifest."""

import csv
import json
import re
import resource
import socket
import time
from ast import literal_eval
from pathlib import Path

import pytest

from tasks.imports.table import read_table
from tests.tasks.imports import large

FILES = Path(__file__).parents[2] / "files" / "imports"
CASES = list(csv.DictReader((FILES / "manifest.csv").read_text(encoding="utf-8").splitlines()))
EXPECTED = json.loads((FILES / "expected.json").read_text(encoding="utf-8"))
MADE = {
    "C28": large.c28_spaces,
    "C29": large.c29_rows,
    "C31": large.c31_size_lie,
    "C39": large.c39_empty_rows,
    "C43": large.c43_many_rows,
}
KEYS = {
    "mine": "mine",
    "county": "county",
    "licence": "licence",
    "area": "output",
    "deadline": "planned_completion",
}


def _upload(case: dict) -> tuple[str, bytes]:
    if case["id"] in MADE:
        return case["upload_name"], MADE[case["id"]]()
    data = (FILES / case["file"]).read_bytes()
    if not case["file"].startswith("raw"):
        return case["upload_name"], data
    body = data[data.index(b"PK\x03\x04") : data.rindex(b"\r\n------HOSTILE")]
    try:
        name = literal_eval(case["upload_name"]).decode("utf-8", "surrogateescape")
    except SyntaxError:  # the manifest cuts the longest name
        name = "矿" * 90 + ".xlsx"
    return name, body


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_each_upload_comes_out_as_its_manifest_says(case):
    name, data = _upload(case)
    began = time.process_time()

    reading = read_table(name, data, "西峡县" if case["id"] == "E24" else "桐柏县")

    assert time.process_time() - began < 10
    answer = json.loads(json.dumps(reading.as_json()))
    assert answer["verdict"] in case["expect"].split("|"), answer["message"]
    assert answer["message"]
    if answer["verdict"] == "reject":
        assert answer["accepted"] == 0
        return
    if case["rows"]:
        assert answer["rows"] == len(answer["preview"]) == int(case["rows"])
    for expected, row in zip(EXPECTED.get(case["id"], []), answer["preview"], strict=case["id"] in EXPECTED):
        _check_row(expected, row)


def _check_row(expected: dict, row: dict) -> None:
    for key, name in KEYS.items():
        if key in expected:
            value = float(expected[key]) if key == "area" and expected[key] is not None else expected[key]
            assert row[name] == value, (row["row"], name)
    if "status" in expected:
        assert row["status"] == {"warn": "warning"}.get(expected["status"], expected["status"]), row


def _read(name: str) -> dict:
    case = next(case for case in CASES if case["id"] == name)
    return read_table(*_upload(case), "桐柏县").as_json()


def _named(answer: dict, kind: str = "warnings") -> set[str]:
    return {f"{each['column']}{each['row']}" for each in answer[kind]}


def test_a_missing_column_is_named_with_the_place_where_it_was_looked_for():
    message = _read("A08")["message"]
    assert "矿山名称" in message
    assert "第 1 行" in message


def test_error_values_are_named_by_their_address():
    assert _named(_read("B16")) == {"G2", "G3", "G4", "G5", "G6", "G7"}


def test_impossible_figures_and_dates_are_named_by_their_address():
    assert _named(_read("B28"), "errors") == {"G2", "G3", "G4", "G5", "G6"}
    assert _named(_read("B29"), "errors") == {"I2", "I3", "I4", "I5", "I6", "I7"}


def test_pairs_of_near_names_are_found_and_only_those_beyond_doubt_are_taken_as_one():
    messages = {each["row"]: each["message"] for each in _read("B12")["warnings"]}
    assert all("是同一座矿山" in messages[row] for row in (2, 3, 4, 5, 10, 11))
    assert all("可能是同一座矿山" in messages[row] for row in (6, 7, 8, 9, 12, 13))


def test_other_counties_rows_are_refused_by_number_and_not_shown():
    answer = _read("B30")
    assert _named(answer, "errors") == {"C4", "C8", "C11"}
    assert {row["county"] for row in answer["preview"]} == {"桐柏县"}


def test_shared_permits_and_names_are_named_on_both_rows():
    assert {each["row"] for each in _read("B13")["warnings"]} == {4, 5, 6, 7}


def test_a_hidden_sheet_and_several_sheets_are_said():
    assert "2018年旧表" in _read("A11")["warnings"][0]["message"]
    assert all(name in _read("A13")["warnings"][0]["message"] for name in ("东片区", "西片区", "南片区"))


def test_a_struck_row_is_said():
    assert [each["row"] for each in _read("A25")["warnings"]] == [5]


def test_refusals_name_the_cause_and_the_way_out():
    for name in [case["id"] for case in CASES if case["expect"] == "reject"]:
        answer = _read(name)
        assert re.search("请|另存为|模板", answer["message"]), name
        assert "格式错误" not in answer["message"]


def test_nothing_is_fetched_and_nothing_written_outside(tmp_path):
    canary = Path("/tmp/hostile-xxe-canary.txt")
    canary.write_text("XXE-CANARY-7f3a", encoding="ascii")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        for name in ("C26", "C32", "C34", "C35", "A17"):
            assert "XXE-CANARY" not in json.dumps(_read(name))
        with pytest.raises(BlockingIOError):
            server.accept()
    canary.unlink()
    assert not list(Path("/tmp").glob("hostile-pwned*"))


def test_the_largest_files_stay_within_the_memory():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    _read("C43")
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 200 * 1024  # kilobytes
