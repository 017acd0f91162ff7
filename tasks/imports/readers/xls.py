"""Excel 97–2003 workbooks (.xls, and .et of WPS) by xlrd, which keeps hidden rows, fonts and formats."""

import logging
from collections.abc import Callable

import xlrd
from xlrd.biffh import error_text_from_code

from tasks.imports.limits import MAX_AREA, MAX_COLUMNS, MAX_MERGES, MAX_ROWS, MAX_SHEETS
from tasks.imports.number_formats import date_precision
from tasks.imports.refusals import Refused
from tasks.imports.sheets import Rows, Sheet, Signs, letter


class _Silent:
    """xlrd writes its remarks to a file; they are not for standard output, which carries JSON."""

    def write(self, text: str) -> None:
        logging.getLogger(__name__).debug(text)

    def flush(self) -> None:
        pass


def read(data: bytes) -> list[Sheet]:
    try:
        book = xlrd.open_workbook(
            file_contents=data, formatting_info=True, ragged_rows=True, logfile=_Silent()
        )
    except xlrd.XLRDError as error:
        if "encrypted" in str(error).lower():
            raise Refused("password") from error
        raise Refused("damaged", detail="不是完整的 .xls 工作簿") from error
    except Exception as error:
        # A damaged file makes the parser fail in any way it likes; none of them may reach the clerk.
        raise Refused("damaged", detail="不是完整的 .xls 工作簿") from error
    if book.nsheets > MAX_SHEETS:
        raise Refused("sheets", count=book.nsheets, limit=MAX_SHEETS)
    return [_sheet(book, book.sheet_by_index(index)) for index in range(book.nsheets)]


def _sheet(book: xlrd.Book, sheet: xlrd.sheet.Sheet) -> Sheet:
    signs = Signs(
        hidden_rows={row + 1 for row, info in sheet.rowinfo_map.items() if info.hidden},
        hidden_columns={
            column for column, info in sheet.colinfo_map.items() if info.hidden and column < MAX_COLUMNS
        },
        merges=[
            (top + 1, left, bottom, right - 1) for top, bottom, left, right in sheet.merged_cells[:MAX_MERGES]
        ],
    )
    _check_extent(sheet)
    formats = {key: date_precision(each.format_str or "") for key, each in book.format_map.items()}
    struck = {index for index, font in enumerate(book.font_list) if font.struck_out}
    is_empty = True
    for row in range(sheet.nrows):
        for column, kind in enumerate(sheet.row_types(row)[:MAX_COLUMNS]):
            if kind in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
                continue
            is_empty = False
            style = book.xf_list[sheet.cell_xf_index(row, column)]
            if style.font_index in struck:
                signs.struck.setdefault(row + 1, set()).add(column)
            if kind == xlrd.XL_CELL_ERROR:
                signs.errors[row + 1, column] = error_text_from_code.get(
                    sheet.cell_value(row, column), "#ERR"
                )
            elif kind in (xlrd.XL_CELL_DATE, xlrd.XL_CELL_NUMBER):
                precision = formats.get(style.format_key)
                if precision:
                    signs.dates[row + 1, column] = precision
    return Sheet(sheet.name, _rows(sheet), signs, sheet.visibility != 0, is_empty, bool(book.datemode))


def _check_extent(sheet: xlrd.sheet.Sheet) -> None:
    if (
        sheet.nrows > MAX_ROWS + 50
        and sum(1 for row in range(sheet.nrows) if sheet.row_len(row)) > MAX_ROWS + 50
    ):
        raise Refused("rows", name=sheet.name[:40], limit=MAX_ROWS)
    if sum(sheet.row_len(row) for row in range(sheet.nrows)) > MAX_AREA:
        raise Refused("area", name=sheet.name[:40], address=f"{letter(sheet.ncols - 1)}{sheet.nrows}")


def _rows(sheet: xlrd.sheet.Sheet) -> Callable[[], Rows]:
    def rows() -> Rows:
        for row in range(sheet.nrows):
            kinds = sheet.row_types(row)[:MAX_COLUMNS]
            values = sheet.row_values(row)[:MAX_COLUMNS]
            yield row + 1, [_value(kind, value) for kind, value in zip(kinds, values, strict=True)]

    return rows


def _value(kind: int, value):
    if kind == xlrd.XL_CELL_BOOLEAN:
        return bool(value)
    if kind in (xlrd.XL_CELL_ERROR, xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
        return ""
    return value
