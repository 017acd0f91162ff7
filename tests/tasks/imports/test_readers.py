""".xls, .ods, text and web pages give the same as .xlsx."""

import time
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from tasks.imports.table import read_table

FILES = Path(__file__).parents[2] / "files" / "imports"
CONVERTED = sorted((FILES / "converted").iterdir())


@pytest.mark.parametrize("path", CONVERTED, ids=lambda path: path.name)
def test_a_converted_workbook_reads_like_its_original(path):
    original = FILES / "files" / f"{path.stem}.xlsx"
    ours, theirs = (read_table(each.name, each, "桐柏县").as_json() for each in (path, original))
    assert ours["preview"] == theirs["preview"]
    assert ours["verdict"] == theirs["verdict"]
    assert [(each["row"], each["column"]) for each in ours["warnings"]] == [
        (each["row"], each["column"]) for each in theirs["warnings"]
    ]


def _csv(text: str, encoding: str = "utf-8") -> dict:
    return read_table("a.csv", text.encode(encoding)).as_json()


def test_text_that_excel_guards_is_read_without_the_guard():
    answer = _csv('sep=;\n矿山名称;采矿许可证号\n甲矿;="4100000000001"\n', "utf-8-sig")
    assert (answer["preview"][0]["licence"], answer["preview"][0]["row"]) == ("4100000000001", 3)


def test_an_open_quote_swallows_no_rows():
    assert _csv('矿山名称,采矿许可证号\n"甲矿,1\n乙矿,2\n')["verdict"] == "reject"


def test_text_whose_characters_were_lost_is_refused_by_that_cause():
    assert "问号" in _csv("????,??????\n" * 9)["message"]


def test_a_million_empty_lines_and_a_line_of_a_million_cells_are_refused():
    assert _csv("矿山名称,采矿许可证号\n" + "\n" * 1_100_000)["verdict"] == "reject"
    assert "分隔符" in _csv("矿山名称,采矿许可证号\n" + "a," * 1_000_000)["message"]


def test_a_web_page_with_spans_beyond_reason_is_read_and_unclosed_tags_take_no_time():
    head = "<html><table><tr><td>矿山名称</td><td>采矿许可证号</td></tr>"
    page = head + "<tr><td rowspan=999999999 colspan=99999999>甲矿</td></tr>" * 3
    assert read_table("a.xls", page.encode()).as_json()["rows"] == 1
    for mark in ("<a ", "<!--", "<![CDATA[", "</", "<a b='"):
        began = time.process_time()
        read_table("a.xls", (head + mark * 100_000).encode())
        assert time.process_time() - began < 2


def _ods(rows: str) -> bytes:
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    content = (
        f'<office:document-content {names}><office:body><office:spreadsheet><table:table table:name="a">{rows}'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    buffer = BytesIO()
    with ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
    return buffer.getvalue()


def _cell(text: str, repeated: int = 1) -> str:
    return (
        f'<table:table-cell office:value-type="string" table:number-columns-repeated="{repeated}">'
        f"<text:p>{text}</text:p></table:table-cell>"
    )


@pytest.mark.parametrize(
    "rows",
    [
        f'<table:table-row table:number-rows-repeated="1000000">{_cell("a", 16384)}</table:table-row>',
        f'<table:table-row table:number-rows-repeated="1000">{_cell("a" * 3000, 1000)}</table:table-row>',
        f'<table:table-row>{_cell("a")}<table:table-cell table:number-columns-repeated="16000"/>{_cell("b")}'
        f'</table:table-row><table:table-row table:number-rows-repeated="9000"/><table:table-row>{_cell("c")}'
        "</table:table-row>",
    ],
    ids=["cells", "text", "corner"],
)
def test_a_repeated_cell_is_refused_before_it_is_repeated(rows):
    assert read_table("a.ods", _ods(rows)).refusal_code in ("rows", "area", "text_bomb")
