"""Awkward and hostile files, and their names; security.md, G-01 to G-05."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.rules.upload_names import MAX_BYTES, clean_name, suffix_of
from tasks.rules.uploads import UploadRefused, check_upload
from tasks.upload_messages import MESSAGES, message

FILES = Path(__file__).parents[2] / "files" / "uploads"
LIMIT = 50 * 1024 * 1024
MANIFEST = list(csv.DictReader((FILES / "manifest.csv").read_text(encoding="utf-8").splitlines()))


def check(name: str, content: bytes, limit: int = LIMIT):
    return check_upload(name, io.BytesIO(content), len(content), max_bytes=limit)


@pytest.mark.parametrize("row", MANIFEST, ids=[row["file"] for row in MANIFEST])
def test_each_file_of_the_corpus_is_taken_or_refused_with_a_sentence(row):
    content = (FILES / row["file"]).read_bytes()
    assert outcome(row["file"], content) in row["expect"].split("|")


def outcome(name: str, content: bytes) -> str:
    try:
        check(name, content)
    except UploadRefused as refused:
        return "reject" if message(refused) else "without a sentence"
    return "accept"


@pytest.mark.parametrize("other", [".docx", ".xlsx", ".png", ".doc", ".ofd"])
def test_a_good_file_under_another_extension_is_refused(other):
    with pytest.raises(UploadRefused) as refused:
        check(f"方案{other}", (FILES / "D27_good.pdf").read_bytes())
    assert refused.value.code in ("not_what_it_says", "damaged")


def test_the_last_extension_decides():
    good = (FILES / "D27_good.pdf").read_bytes()
    assert check("方案.docx.pdf", good).suffix == ".pdf"
    with pytest.raises(UploadRefused) as refused:
        check("方案.pdf.exe", good)
    assert refused.value.code == "kind"


def test_a_file_at_the_limit_is_taken_and_one_byte_more_refused():
    good = (FILES / "D27_good.pdf").read_bytes()
    assert check("a.pdf", good, limit=len(good))
    with pytest.raises(UploadRefused) as refused:
        check("a.pdf", good, limit=len(good) - 1)
    assert refused.value.code == "too_large"


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("../../../../tmp/hostile.pdf", "hostile.pdf"),
        ("..\\..\\windows\\hostile.pdf", "hostile.pdf"),
        ("C:\\fakepath\\计划.xlsx", "计划.xlsx"),
        ("a\r\nX-Injected: 1.pdf", "aX-Injected: 1.pdf"),
        ("计划.xlsx. . ", "计划.xlsx"),
        ("计划\u202efdp.xlsx", "计划fdp.xlsx"),
        ("𠮷家沟⛏.pdf", "𠮷家沟⛏.pdf"),
    ],
)
def test_a_name_is_cleaned_for_showing(raw, shown):
    assert clean_name(raw) == shown


def test_a_long_chinese_name_fits_and_keeps_its_extension():
    """security.md, G-05: 84 Chinese characters are more bytes than a file system takes."""
    name = clean_name("矿" * 300 + ".pdf")
    assert name.endswith(".pdf")
    assert len(name.encode()) <= MAX_BYTES


@given(st.text(max_size=400))
def test_any_name_becomes_one_that_can_be_shown_and_stays_so(raw):
    name = clean_name(raw)
    assert name
    assert "/" not in name
    assert "\\" not in name
    assert all(ord(c) >= 32 for c in name)
    assert len(name.encode()) <= MAX_BYTES
    assert clean_name(name) == name
    assert suffix_of(name) == suffix_of(name).lower()


def test_every_refusal_has_its_sentence():
    for code in MESSAGES:
        refused = UploadRefused(code, suffix=".pdf", name="a.pdf", size=2**20, limit=2**20)
        assert "%(" not in message(refused)
