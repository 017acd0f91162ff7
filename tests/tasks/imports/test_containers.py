"""What the bytes are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.imports.containers import Kind, decode, identify, suffix_of
from tasks.imports.refusals import SENTENCES, Refused
from tests.tasks.imports.workbooks import book, row, saved

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def _refusal(name: str, data: bytes) -> str:
    with pytest.raises(Refused) as refused:
        identify(name, data)
    return refused.value.code


@pytest.mark.parametrize(
    ("name", "suffix"),
    [
        ("..\\..\\计划.xlsx", "xlsx"),
        ("计划.xlsx. . ", "xlsx"),
        (".htaccess", ""),
        ("计划.pdf.exe", "exe"),
        ("计划.XLSX", "xlsx"),
        ("a\r\nX: 1.xlsx", "xlsx"),
    ],
)
def test_only_what_stands_after_the_last_dot_counts(name, suffix):
    assert suffix_of(name) == suffix


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"%PDF-1.4", "pdf"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "image"),
        (b"MZ\x90", "program"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "password"),
        (OLE + "WordDocument".encode("utf-16-le"), "word"),
        (b"PK\x03\x04 cut off", "damaged"),
        (
            b"<?xml version='1.0'?><Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'/>",
            "xml_2003",
        ),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related", "mht"),
        (b"\xff\xff\xfe", "text_encoding"),
        (bytes(100), "binary"),
    ],
)
def test_each_cause_has_its_own_refusal(data, code):
    assert _refusal("附件1.xlsx", data) == code


def test_the_content_decides_and_not_the_extension():
    assert identify("a.xls", saved(book(row(1)))).kind is Kind.XLSX
    assert identify("a.xlsx", "矿山名称,县".encode("gb18030")).kind is Kind.TEXT
    assert identify("a.xls", b"<html><table></table>").kind is Kind.HTML


@given(st.text(alphabet=st.characters(blacklist_categories=("Cs", "Cc")), min_size=1))
def test_text_survives_every_encoding_in_use(text):
    text = "矿山名称," + text
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "gb18030"):
        data = text.encode(encoding)
        if encoding == "gb18030":
            try:
                data.decode("utf-8")
            except UnicodeDecodeError:
                pass
            else:
                continue
        assert decode(data).removeprefix("\ufeff") == text.removeprefix("\ufeff")


@given(st.binary(max_size=300), st.sampled_from([b"", b"PK\x03\x04", OLE[:8], b"<html><table>"]))
def test_any_bytes_are_refused_with_a_sentence_or_opened(data, start):
    refusal = None
    try:
        identify("附件.xlsx", start + data)
    except Refused as refused:
        refusal = refused
    assert refusal is None or (refusal.code in SENTENCES and str(refusal).endswith("。"))
