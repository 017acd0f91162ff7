"""OpenDocument spreadsheets: values by calamine, signs and size by one streamed look at content.xml.

One tag can stand for a million rows of sixteen thousand cells, so the extent is computed first.
"""

from collections.abc import Callable
from io import BytesIO
from zipfile import ZipFile

from tasks.imports import xml_parts
from tasks.imports.limits import (
    MAX_AREA,
    MAX_COLUMNS,
    MAX_EXPANDED,
    MAX_GAP,
    MAX_MERGES,
    MAX_ROWS,
    MAX_SHEETS,
    MAX_TAGS,
)
from tasks.imports.readers.calamine import calamine_rows, open_calamine
from tasks.imports.refusals import Refused
from tasks.imports.sheets import Sheet, Signs, letter
from tasks.imports.xml_parts import local


def read(data: bytes) -> list[Sheet]:
    with ZipFile(BytesIO(data)) as archive:
        xml_parts.check_prologs(archive)
        _refuse_encrypted(archive)
        if "content.xml" not in archive.namelist():
            raise Refused("not_workbook")
        scan = _Scan(archive)
    values = open_calamine(data)
    return [
        Sheet(table.name, calamine_rows(values, table.name), table.signs, table.is_hidden, not table.bottom)
        for table in scan.tables
    ]


def _refuse_encrypted(archive: ZipFile) -> None:
    def start(tag, _attributes):
        if local(tag) == "encryption-data":
            raise Refused("password")

    if "META-INF/manifest.xml" in archive.namelist():
        xml_parts.parse(archive, "META-INF/manifest.xml", start)


class _Table:
    def __init__(self, name: str, is_hidden: bool) -> None:
        self.name, self.is_hidden, self.signs = name, is_hidden, Signs()
        self.row = self.column = self.header_column = 0  # how many stand before the next one
        self.rows = 0
        self.top, self.bottom, self.left, self.right = 0, 0, 1 << 20, -1


class _Scan:
    def __init__(self, archive: ZipFile) -> None:
        self.tables: list[_Table] = []
        self._tags = 0
        self._hidden_styles: set[str] = set()  # of tables that are not displayed
        self._struck: set[str] = set()
        self._style_formats: dict[str, str] = {}  # cell style → its date style
        self._formats: dict[str, set[str]] = {}  # date style → year, month, day
        self._style = self._format = ""
        self._repeat = 1
        self._copies = 0  # how many cells show the text that is being read
        self._expanded = self._last = 0
        self._parser = None
        xml_parts.parse(archive, "content.xml", self._start, prepare=self._prepare)
        self._add_up()

    def _prepare(self, parser) -> None:
        self._parser = parser

    def _start(self, tag: str, attributes: dict) -> None:
        self._add_up()
        handler = _HANDLERS.get(local(tag))
        if handler:
            # LibreOffice writes value-type twice, the second time in its own namespace, which says "error".
            plain = {
                local(name): value for name, value in attributes.items() if not name.startswith("calcext:")
            }
            plain["is-error"] = attributes.get("calcext:value-type") == "error"
            handler(self, plain)

    def _add_up(self) -> None:
        """One text may stand for a million repeated cells, each of which would hold its copy."""
        position = self._parser.CurrentByteIndex
        gap, self._last = position - self._last, position
        self._expanded += gap * self._copies
        if self._expanded > MAX_EXPANDED or gap > MAX_GAP:
            raise Refused("text_bomb", name=self.tables[-1].name[:40] if self.tables else "")

    # Styles

    def _on_style(self, a: dict) -> None:
        self._style = a.get("name", "")
        if "data-style-name" in a:
            self._style_formats[self._style] = a["data-style-name"]

    def _on_table_properties(self, a: dict) -> None:
        if a.get("display") == "false":
            self._hidden_styles.add(self._style)

    def _on_text_properties(self, a: dict) -> None:
        if (
            a.get("text-line-through-style", "none") != "none"
            or a.get("text-line-through-type", "none") != "none"
        ):
            self._struck.add(self._style)

    def _on_date_style(self, a: dict) -> None:
        self._format = a.get("name", "")
        self._formats[self._format] = set()

    def _on_part(self, part: str) -> None:
        if self._format:
            self._formats[self._format].add(part)

    # Tables

    def _on_table(self, a: dict) -> None:
        self._format = ""
        if len(self.tables) >= MAX_SHEETS:
            raise Refused("sheets", count=len(self.tables) + 1, limit=MAX_SHEETS)
        self.tables.append(_Table(a.get("name", ""), a.get("style-name") in self._hidden_styles))

    def _on_column(self, a: dict) -> None:
        table, count = self.tables[-1], _count(a, "number-columns-repeated")
        if a.get("visibility") in ("collapse", "filter"):
            first = min(table.header_column, MAX_COLUMNS)
            table.signs.hidden_columns.update(range(first, min(first + count, MAX_COLUMNS)))
        table.header_column += count

    def _on_row(self, a: dict) -> None:
        table = self.tables[-1]
        table.row += self._repeat if table.row else 1
        self._repeat = _count(a, "number-rows-repeated")
        table.column = self._copies = 0
        if a.get("visibility") in ("collapse", "filter"):
            last = min(table.row + self._repeat, MAX_ROWS * 2)
            table.signs.hidden_rows.update(range(table.row, last))

    def _on_cell(self, a: dict) -> None:
        self._tags += 1
        if self._tags > MAX_TAGS:
            raise Refused("cells", name=self.tables[-1].name[:40])
        table, count = self.tables[-1], _count(a, "number-columns-repeated")
        row, column = table.row, table.column
        table.column += count
        self._copies = 0
        if a.get("value-type") or "formula" in a:
            self._copies = count * self._repeat
            self._extend(table, row, column, count)
        if a["is-error"]:
            table.signs.errors[row, column] = "#错误"
        elif a.get("formula") and not a.get("value-type"):
            table.signs.uncalculated.add((row, column))
        style = a.get("style-name", "")
        if style in self._struck and a.get("value-type"):
            table.signs.struck.setdefault(row, set()).add(column)
        if a.get("value-type") == "date" and (precision := self._precision(style)):
            table.signs.dates[row, column] = precision
        rows, columns = _count(a, "number-rows-spanned"), _count(a, "number-columns-spanned")
        if (rows > 1 or columns > 1) and len(table.signs.merges) < MAX_MERGES:
            table.signs.merges.append((row, column, row + rows - 1, column + columns - 1))

    def _extend(self, table: _Table, row: int, column: int, count: int) -> None:
        if row + self._repeat - 1 > table.bottom:
            table.rows += self._repeat
        table.top = table.top or row
        table.bottom = max(table.bottom, row + self._repeat - 1)
        table.left, table.right = min(table.left, column), max(table.right, column + count - 1)
        if table.rows > MAX_ROWS + 50:
            raise Refused("rows", name=table.name[:40], limit=MAX_ROWS)
        if (table.bottom - table.top + 1) * (table.right - table.left + 1) > MAX_AREA:
            address = f"{letter(min(table.right, 16383))}{table.bottom}"
            raise Refused("area", name=table.name[:40], address=address)

    def _precision(self, style: str) -> str | None:
        parts = self._formats.get(self._style_formats.get(style, ""))
        if not parts or "day" in parts or "year" not in parts:
            return None
        return "month" if "month" in parts else "year"


def _count(attributes: dict, name: str) -> int:
    text = attributes.get(name, "1")
    return min(int(text), 1 << 24) if text.isascii() and text.isdigit() else 1


_HANDLERS: dict[str, Callable] = {
    "style": _Scan._on_style,
    "table-properties": _Scan._on_table_properties,
    "text-properties": _Scan._on_text_properties,
    "date-style": _Scan._on_date_style,
    "year": lambda scan, a: scan._on_part("year"),
    "month": lambda scan, a: scan._on_part("month"),
    "day": lambda scan, a: scan._on_part("day"),
    "table": _Scan._on_table,
    "table-column": _Scan._on_column,
    "table-row": _Scan._on_row,
    "table-cell": _Scan._on_cell,
    "covered-table-cell": _Scan._on_cell,
}
