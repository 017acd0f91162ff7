"""What an import found wrong, written back into the clerk's own file: red cells, comments, a sheet 错误.

A workbook of moderate size keeps its own looks; any other file comes back as a plain workbook of its cells,
since laying out a large one whole would take more memory than the import itself.
"""

import warnings
from collections import defaultdict
from contextlib import suppress
from io import BytesIO
from zipfile import ZipFile

from openpyxl import load_workbook
from openpyxl.cell import MergedCell, WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import column_index_from_string

from tasks.exports.workbook import HEADER, Sheet, as_bytes, harmless, new_book
from tasks.imports.containers import Kind, identify
from tasks.imports.reading import Remark
from tasks.imports.sheets import open_sheets

ERRORS = "错误"
HEADINGS = ["级别", "工作表", "行", "列", "单元格内容", "问题和可接受的写法"]
WIDTHS = [8, 16, 7, 6, 30, 80]
LEVELS = {"error": "不导入", "warning": "请核对"}
RED = PatternFill("solid", start_color="FFF4B6B2", end_color="FFF4B6B2")
AMBER = PatternFill("solid", start_color="FFFCE9B8", end_color="FFFCE9B8")
AUTHOR = "绿色矿山系统"
# Beyond it openpyxl, which lays a workbook out whole, would need hundreds of MB.
MAX_WHOLE = 8 * 1024 * 1024
MAX_COMMENTS = 2000
MAX_LISTED = 10_000
MAX_SAID = 1000
# A plain copy stops after so many rows, however far below them something stands.
MAX_PLAIN = 100_000


def errors_workbook(name: str, data: bytes, remarks: list[Remark]) -> bytes:
    """The file as xlsx with its problems marked. Raises Refused for a file that cannot be opened at all."""
    container = identify(name, data)
    if container.kind is Kind.XLSX and _unpacked(data) <= MAX_WHOLE:
        # openpyxl raises all kinds of errors, and warns, where the readers of an import get through.
        with suppress(Exception), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _in_own_file(data, remarks)
    return _in_plain_copy(container, remarks)


def _unpacked(data: bytes) -> int:
    with ZipFile(BytesIO(data)) as archive:
        return sum(member.file_size for member in archive.infolist() if member.filename.endswith(".xml"))


def _by_cell(remarks: list[Remark]) -> dict[tuple[str, int, int], list[Remark]]:
    """(sheet, row, column from 1) → what is said there; a remark on a whole row stands in its first column."""
    found = defaultdict(list)
    for remark in remarks:
        if remark.row:
            column = column_index_from_string(remark.column) if remark.column else 1
            found[remark.sheet, remark.row, column].append(remark)
    return found


def _said(remarks: list[Remark]) -> Comment:
    text = "\n".join(remark.message for remark in remarks)
    return Comment(harmless(text[:MAX_SAID]), AUTHOR, height=110, width=320)


def _fill(remarks: list[Remark]) -> PatternFill:
    return RED if any(remark.level == "error" for remark in remarks) else AMBER


def _in_own_file(data: bytes, remarks: list[Remark]) -> bytes:
    book = load_workbook(BytesIO(data), keep_links=False)
    by_name = {sheet.title: sheet for sheet in book.worksheets}
    for number, ((name, row, column), said) in enumerate(_by_cell(remarks).items()):
        sheet = by_name.get(name) or (book.worksheets[0] if len(by_name) == 1 else None)
        if sheet is None:
            continue
        cell = sheet.cell(row, column)
        cell.fill = _fill(said)
        cell = _top_left(sheet, cell)
        if number < MAX_COMMENTS:
            cell.comment = _said(said)
    if ERRORS in book.sheetnames:
        del book[ERRORS]
    sheet = book.create_sheet(ERRORS)
    for column, width in zip("ABCDEF", WIDTHS, strict=True):
        sheet.column_dimensions[column].width = width
    for row, values in enumerate([HEADINGS, *_lines(remarks)], start=1):
        for column, value in enumerate(values, start=1):
            cell = sheet.cell(row, column)
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if row == 1:
                cell.font = Font(name=HEADER[0], size=HEADER[1], bold=True)
    sheet.freeze_panes = "A2"
    return as_bytes(book)


def _top_left(sheet, cell):
    """The cell that speaks for a merged range."""
    if not isinstance(cell, MergedCell):
        return cell
    area = next(area for area in sheet.merged_cells.ranges if cell.coordinate in area)
    return sheet.cell(area.min_row, area.min_col)


def _lines(remarks: list[Remark]) -> list[list]:
    lines = [_line(remark) for remark in remarks[:MAX_LISTED]]
    if rest := len(remarks) - len(lines):
        lines.append(["", "", None, None, None, f"另有 {rest} 处，已在表中标色，这里不再列出。"])
    return lines


def _line(remark: Remark) -> list:
    said = [LEVELS[remark.level], remark.sheet, remark.row, remark.column, remark.value, remark.message]
    return [harmless(value) if isinstance(value, str) else value for value in said]


def _in_plain_copy(container, remarks: list[Remark]) -> bytes:
    book = new_book(ERRORS)
    marked = _by_cell(remarks)
    for source in open_sheets(container):
        if source.is_empty or source.is_hidden:
            continue
        _copy(book, source, marked)
    sheet = Sheet(book, ERRORS, WIDTHS)
    plain, head = sheet.style(align="left"), sheet.style(font=HEADER)
    sheet.append([sheet.cell(heading, head, is_text=True) for heading in HEADINGS])
    for line in _lines(remarks):
        sheet.append([sheet.cell(value, plain, is_text=isinstance(value, str)) for value in line])
    return as_bytes(book)


def _copy(book, source, marked) -> None:
    sheet = book.create_sheet(_title(source.name))
    # Registered once each: a style a cell is what makes workbooks slow.
    looks = {is_red: _coloured(sheet, RED if is_red else AMBER) for is_red in (True, False)}
    columns = defaultdict(list)
    for name, row, column in marked:
        if name == source.name:
            columns[row].append(column)
    written = commented = 0
    for number, values in source.rows():
        if number > MAX_PLAIN:
            break
        while written < number - 1:
            sheet.append([])
            written += 1
        cells = [_plain(sheet, value) for value in values]
        for column in columns.get(number, ()):
            cells += [_plain(sheet, "") for _ in range(column - len(cells))]
            said = marked[source.name, number, column]
            cells[column - 1]._style = looks[_fill(said) is RED]
            if commented < MAX_COMMENTS:
                cells[column - 1].comment = _said(said)
                commented += 1
        sheet.append(cells)
        written += 1


def _coloured(sheet, fill: PatternFill):
    cell = WriteOnlyCell(sheet)
    cell.fill = fill
    return cell._style


def _title(name: str) -> str:
    kept = "".join(c for c in name if c not in "[]:*?/\\'" and c.isprintable())
    return kept[:31] or "表"


def _plain(sheet, value) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet)
    if isinstance(value, str):
        if value:
            cell.value = harmless(value)[:32_767]
            cell.data_type = "s"
    else:
        cell.value = value
    return cell
