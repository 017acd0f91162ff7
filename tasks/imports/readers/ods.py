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
        scan = _Scan(archive, _Styles.of_document(archive))
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


class _Styles:
    """What the styles of cells and tables say, by name. The formats of dates stand beside them.

    content.xml has its own and may use those of styles.xml, where LibreOffice leaves the formats of a
    converted workbook.
    """

    def __init__(self) -> None:
        self.hidden: set[str] = set()  # of tables that are not displayed
        self.struck: set[str] = set()
        self._parents: dict[str, str] = {}
        self._formats: dict[str, str] = {}  # cell style → its date format
        self._parts: dict[str, set[str]] = {}  # date format → year, quarter, month, day
        self._style = self._format = ""

    @classmethod
    def of_document(cls, archive: ZipFile) -> "_Styles":
        styles, is_over = cls(), False

        def start(tag: str, attributes: dict) -> None:
            nonlocal is_over
            # Behind the document's own styles stand those of its page headers, which bear the same names.
            is_over = is_over or local(tag) in ("automatic-styles", "master-styles")
            if not is_over and (handler := _STYLE_HANDLERS.get(local(tag))):
                handler(styles, {local(name): value for name, value in attributes.items()})

        if "styles.xml" in archive.namelist():
            xml_parts.parse(archive, "styles.xml", start)
        return styles

    def precision(self, style: str) -> str | None:
        """quarter, month or year of a date format that shows no day; None of any other."""
        for _generation in range(10):
            if style in self._formats or style not in self._parents:
                break
            style = self._parents[style]
        parts = self._parts.get(self._formats.get(style, ""), set())
        if "day" in parts or "year" not in parts:
            return None
        return next((part for part in ("month", "quarter") if part in parts), "year")

    def on_style(self, a: dict) -> None:
        self._style = a.get("name", "")
        if "data-style-name" in a:
            self._formats[self._style] = a["data-style-name"]
        if "parent-style-name" in a:
            self._parents[self._style] = a["parent-style-name"]

    def on_table_properties(self, a: dict) -> None:
        if a.get("display") == "false":
            self.hidden.add(self._style)

    def on_text_properties(self, a: dict) -> None:
        if (
            a.get("text-line-through-style", "none") != "none"
            or a.get("text-line-through-type", "none") != "none"
        ):
            self.struck.add(self._style)

    def on_date_style(self, a: dict) -> None:
        self._format = a.get("name", "")
        self._parts[self._format] = set()

    def on_part(self, part: str) -> None:
        if self._format:
            self._parts[self._format].add(part)

    def end(self) -> None:
        """The tables begin; what is called a year or a day there is no part of a format."""
        self._format = ""


_STYLE_HANDLERS: dict[str, Callable] = {
    "style": _Styles.on_style,
    "default-style": _Styles.on_style,
    "table-properties": _Styles.on_table_properties,
    "text-properties": _Styles.on_text_properties,
    "date-style": _Styles.on_date_style,
    "year": lambda styles, a: styles.on_part("year"),
    "quarter": lambda styles, a: styles.on_part("quarter"),
    "month": lambda styles, a: styles.on_part("month"),
    "day": lambda styles, a: styles.on_part("day"),
}


class _Table:
    def __init__(self, name: str, is_hidden: bool) -> None:
        self.name, self.is_hidden, self.signs = name, is_hidden, Signs()
        self.row = self.column = self.header_column = 0  # how many stand before the next one
        self.row_style = ""
        self.column_styles: dict[int, str] = {}
        self.rows = 0
        self.top, self.bottom, self.left, self.right = 0, 0, 1 << 20, -1


class _Scan:
    def __init__(self, archive: ZipFile, styles: _Styles) -> None:
        self.tables: list[_Table] = []
        self._tags = 0
        self._styles = styles
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
        elif handler := _STYLE_HANDLERS.get(local(tag)):
            handler(self._styles, {local(name): value for name, value in attributes.items()})

    def _add_up(self) -> None:
        """One text may stand for a million repeated cells, each of which would hold its copy."""
        position = self._parser.CurrentByteIndex
        gap, self._last = position - self._last, position
        self._expanded += gap * self._copies
        if self._expanded > MAX_EXPANDED or gap > MAX_GAP:
            raise Refused("text_bomb", name=self.tables[-1].name[:40] if self.tables else "")

    def _on_table(self, a: dict) -> None:
        self._styles.end()
        if len(self.tables) >= MAX_SHEETS:
            raise Refused("sheets", count=len(self.tables) + 1, limit=MAX_SHEETS)
        self.tables.append(_Table(a.get("name", ""), a.get("style-name") in self._styles.hidden))

    def _on_column(self, a: dict) -> None:
        table, count = self.tables[-1], _count(a, "number-columns-repeated")
        first = min(table.header_column, MAX_COLUMNS)
        columns = range(first, min(first + count, MAX_COLUMNS))
        if a.get("visibility") in ("collapse", "filter"):
            table.signs.hidden_columns.update(columns)
        if style := a.get("default-cell-style-name"):
            table.column_styles.update(dict.fromkeys(columns, style))
        table.header_column += count

    def _on_row(self, a: dict) -> None:
        table = self.tables[-1]
        table.row += self._repeat if table.row else 1
        self._repeat = _count(a, "number-rows-repeated")
        table.column = self._copies = 0
        table.row_style = a.get("default-cell-style-name", "")
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
        style = a.get("style-name") or table.row_style or table.column_styles.get(column, "")
        if style in self._styles.struck and a.get("value-type"):
            table.signs.struck.setdefault(row, set()).add(column)
        if a.get("value-type") == "date" and (precision := self._styles.precision(style)):
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


def _count(attributes: dict, name: str) -> int:
    text = attributes.get(name, "1")
    return min(int(text), 1 << 24) if text.isascii() and text.isdigit() else 1


_HANDLERS: dict[str, Callable] = {
    "table": _Scan._on_table,
    "table-column": _Scan._on_column,
    "table-row": _Scan._on_row,
    "table-cell": _Scan._on_cell,
    "covered-table-cell": _Scan._on_cell,
}
