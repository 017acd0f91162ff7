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


NAMES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in [
        ("office", "office"), ("table", "table"), ("text", "text"), ("style", "style"), ("number", "datastyle"),
    ]
)  # fmt: skip


def _ods(rows: str, *, styles: str = "", document_styles: str = "") -> bytes:
    """`styles` are those of content.xml, `document_styles` those of styles.xml."""
    content = (
        f"<office:document-content {NAMES}><office:automatic-styles>{styles}</office:automatic-styles>"
        f'<office:body><office:spreadsheet><table:table table:name="a">{rows}'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    buffer = BytesIO()
    with ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", content)
        if document_styles:
            document = f"<office:document-styles {NAMES}>{document_styles}</office:document-styles>"
            archive.writestr("styles.xml", document)
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


YEAR, QUARTER, MONTH, DAY = "<number:year/>", "<number:quarter/>", "<number:month/>", "<number:day/>"
CELL_STYLE = '<style:style style:name="ce1" style:family="table-cell" style:data-style-name="N1"/>'


def _format(*parts: str, name: str = "N1") -> str:
    return f'<number:date-style style:name="{name}">{"".join(parts)}</number:date-style>'


def _planned(attributes: str, *, columns: str = "", **styles: str) -> tuple:
    """Day and precision of one ODS cell that holds 2019-08-15; `attributes` name its style."""
    head = f"<table:table-row>{_cell('矿山名称')}{_cell('基本建成时间')}</table:table-row>"
    cell = f'<table:table-cell office:value-type="date" office:date-value="2019-08-15" {attributes}/>'
    rows = f"{columns}{head}<table:table-row>{_cell('甲矿')}{cell}</table:table-row>"
    planned = read_table("a.ods", _ods(rows, **styles)).rows[0].planned
    return str(planned.last_day), planned.precision


STYLED = 'table:style-name="ce1"'


@pytest.mark.parametrize(
    ("parts", "day", "precision"),
    [
        ((YEAR, MONTH, DAY), "2019-08-15", "day"),
        ((YEAR, MONTH), "2019-08-31", "month"),
        ((YEAR, QUARTER), "2019-09-30", "quarter"),
        ((YEAR,), "2019-12-31", "year"),
        ((MONTH,), "2019-08-15", "day"),
    ],
)
def test_an_ods_date_is_as_precise_as_its_format_shows(parts, day, precision):
    own = {"styles": _format(*parts) + CELL_STYLE}
    shared = {"styles": CELL_STYLE, "document_styles": f"<office:styles>{_format(*parts)}</office:styles>"}
    assert _planned(STYLED, **own) == _planned(STYLED, **shared) == (day, precision)


def test_an_ods_cell_without_a_style_has_that_of_its_parent_or_its_column():
    month = _format(YEAR, MONTH) + CELL_STYLE
    child = '<style:style style:name="ce2" style:family="table-cell" style:parent-style-name="ce1"/>'
    column = '<table:table-column/><table:table-column table:default-cell-style-name="ce1"/>'
    assert _planned('table:style-name="ce2"', styles=month + child) == ("2019-08-31", "month")
    assert _planned("", styles=month, columns=column) == ("2019-08-31", "month")
    assert _planned("", styles=month) == ("2019-08-15", "day")


def test_the_formats_of_page_headers_are_not_those_of_cells():
    document = f"<office:styles>{_format(YEAR, MONTH)}</office:styles>"
    document += f"<office:automatic-styles>{_format(YEAR)}</office:automatic-styles>"
    assert _planned(STYLED, styles=CELL_STYLE, document_styles=document) == ("2019-08-31", "month")
