"""The quick and the careful look at a sheet find the same, and both stop what would fill the memory."""

from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from tasks.imports.readers import sheet_scan, xlsx
from tasks.imports.readers.sheet_scan import _careful, _Quick, _Unusual
from tasks.imports.refusals import Refused
from tests.tasks.imports.workbooks import book, changed, row, saved, with_rows

FILES = Path(__file__).parents[2] / "files" / "imports" / "files"
SHEET = "xl/worksheets/sheet1.xml"


def _book_of(data: bytes):
    archive = ZipFile(BytesIO(data))
    return archive, xlsx._Book(archive)


@pytest.mark.parametrize("name", sorted(path.name for path in FILES.glob("[AB]*.xlsx")))
def test_both_ways_find_the_same(name):
    archive, opened = _book_of((FILES / name).read_bytes())
    for sheet, _state, part in opened.sheets:
        if not part:
            continue
        try:
            quick = _Quick(sheet, opened).run(archive, part)
        except (_Unusual, Refused):
            continue
        assert quick == _careful(archive, part, sheet, opened)


def test_hidden_struck_errors_formulas_and_months_are_seen():
    made = book(row(1), row(2))
    sheet = made.active
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["D"].hidden = True
    sheet["G2"] = "=1+1"
    sheet["F2"].number_format = 'yyyy"年"m"月"'
    archive, opened = _book_of(saved(made))
    signs = sheet_scan.scan_sheet(archive, SHEET, "Sheet", opened).signs
    assert (signs.hidden_rows, signs.hidden_columns, signs.uncalculated) == ({3}, {3}, {(2, 6)})
    assert signs.dates == {(2, 5): "month"}


def _refusal(data: bytes) -> str:
    with pytest.raises(Refused) as refused:
        xlsx.read(data)
    return refused.value.code


def test_a_value_in_the_last_cell_of_a_sheet_is_refused_by_its_address():
    assert _refusal(with_rows('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')) == "area"


def test_a_dtd_and_broken_xml_are_refused():
    data = saved(book(row(1)))
    assert _refusal(changed(data, SHEET, lambda xml: b"<!DOCTYPE a>" + xml)) == "dtd"
    assert _refusal(changed(data, "docProps/core.xml", lambda xml: b"<!DOCTYPE a SYSTEM 'x'><a/>")) == "dtd"
    assert _refusal(changed(data, SHEET, lambda xml: xml[:-20])) == "damaged"


def test_one_long_text_in_every_cell_is_refused_before_it_is_copied():
    cells = "".join(
        f'<row r="{n}">'
        + "".join(f'<c r="{chr(65 + c)}{n}" t="s"><v>0</v></c>' for c in range(20))
        + "</row>"
        for n in range(3, 1003)
    )
    look = sheet_scan.Look(text_sizes=[30_000], longest_text=30_000)
    with ZipFile(BytesIO(with_rows(cells))) as archive, pytest.raises(Refused, match="过大"):
        sheet_scan.scan_sheet(archive, SHEET, "Sheet", look)


def test_a_merge_over_the_whole_sheet_costs_nothing():
    end = b"</sheetData>"
    merge = end + b'<mergeCells><mergeCell ref="A2:XFD1048576"/></mergeCells>'
    sheets = xlsx.read(changed(saved(book(row(1))), SHEET, lambda xml: xml.replace(end, merge)))
    assert sheets[0].signs.merges == [(2, 0, 1_048_576, 16_383)]
