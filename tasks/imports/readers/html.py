"""Web pages that call themselves .xls, as many reporting systems export them: each table is a sheet."""

import re
from html import unescape

from tasks.imports.limits import MAX_AREA, MAX_COLUMNS, MAX_MERGES, MAX_ROWS, MAX_SHEETS
from tasks.imports.refusals import Refused
from tasks.imports.sheets import Sheet, Signs


def read(text: str) -> list[Sheet]:
    parser = _Tables()
    parser.read(text)
    if not parser.tables:
        raise Refused("no_table_in_html")
    return [table.sheet(f"表{number}") for number, table in enumerate(parser.tables, start=1)]


class _Table:
    def __init__(self) -> None:
        self.rows: list[list] = []
        self.signs = Signs()
        self.below: dict[int, int] = {}  # column → how many more rows a cell above covers

    def sheet(self, name: str) -> Sheet:
        rows = self.rows
        return Sheet(
            name, lambda: iter(enumerate(rows, start=1)), self.signs, is_empty=not any(map(any, rows))
        )

    def add_row(self, is_hidden: bool) -> None:
        if len(self.rows) > MAX_ROWS:
            raise Refused("rows", name="网页表格", limit=MAX_ROWS)
        self.below = {column: left - 1 for column, left in self.below.items() if left > 1}
        self.rows.append([])
        if is_hidden:
            self.signs.hidden_rows.add(len(self.rows))

    def add_cell(self, text: str, down: int, across: int, is_struck: bool) -> None:
        row = self.rows[-1]
        while len(row) in self.below:
            row.append("")
        column = len(row)
        if column >= MAX_COLUMNS:
            return
        across = min(across, MAX_COLUMNS - column)
        row += [text] + [""] * (across - 1)
        number = len(self.rows)
        if down > 1:
            self.below |= dict.fromkeys(range(column, column + across), down)
        if (down > 1 or across > 1) and len(self.signs.merges) < MAX_MERGES:
            self.signs.merges.append((number, column, number + down - 1, column + across - 1))
        if is_struck and text:
            self.signs.struck.setdefault(number, set()).add(column)


# One tag, found in linear time: the standard library's parser takes minutes over a page of unclosed "<a ".
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:]*)([^<>]*)>")
_ATTRIBUTE = re.compile(r"([\w:-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")


class _Tables:
    """Collects td and th; a table inside a cell is read as text of that cell."""

    def __init__(self) -> None:
        self.tables: list[_Table] = []
        self._depth = 0
        self._text: list[str] | None = None
        self._span = (1, 1)
        self._struck = False
        self._cells = 0

    def read(self, text: str) -> None:
        for start, end in (("<!--", "-->"), ("<script", "</script"), ("<style", "</style")):
            text = _without(text, start, end)
        end = 0
        for tag in _TAG.finditer(text):
            if self._text is not None and tag.start() > end:
                self._text.append(unescape(text[end : tag.start()]))
            end = tag.end()
            name = tag[2].lower()
            if tag[1]:
                self._end(name)
            else:
                self._start(name, tag[3])
        self._end_cell()

    def _start(self, tag: str, attributes: str) -> None:
        if tag == "table":
            self._depth += 1
            if self._depth == 1:
                if len(self.tables) >= MAX_SHEETS:
                    raise Refused("sheets", count=len(self.tables) + 1, limit=MAX_SHEETS)
                self.tables.append(_Table())
        elif self._depth != 1:
            return
        elif tag == "tr":
            self._end_cell()
            style = _attributes(attributes).get("style", "")
            self.tables[-1].add_row("display:none" in style.replace(" ", "").lower())
        elif tag in ("td", "th"):
            self._begin_cell(_attributes(attributes))
        elif tag == "br" and self._text is not None:
            self._text.append("\n")
        elif tag in ("s", "strike", "del"):
            self._struck = True

    def _end(self, tag: str) -> None:
        if tag == "table":
            if self._depth == 1:
                self._end_cell()
            self._depth = max(0, self._depth - 1)
        elif tag in ("td", "th", "tr") and self._depth == 1:
            self._end_cell()

    def _begin_cell(self, given: dict[str, str]) -> None:
        self._end_cell()
        if not self.tables[-1].rows:
            self.tables[-1].add_row(False)
        self._span = (_span(given.get("rowspan")), _span(given.get("colspan")))
        self._struck = "line-through" in given.get("style", "").lower()
        self._text = []

    def _end_cell(self) -> None:
        if self._text is None:
            return
        self._cells += 1
        if self._cells > MAX_AREA:
            raise Refused("cells", name="网页表格")
        text = re.sub(r"[ \t\r\n\xa0]+", " ", "".join(self._text)).strip()
        self.tables[-1].add_cell(text, *self._span, self._struck)
        self._text = None


def _without(text: str, start: str, end: str) -> str:
    """The text without what stands between the marks, whatever is left open."""
    lowered = text.lower()
    if start not in lowered or len(lowered) != len(text):
        return text
    kept, position = [], 0
    while (opening := lowered.find(start, position)) >= 0:
        kept.append(text[position:opening])
        closing = lowered.find(end, opening)
        if closing < 0:
            return "".join(kept)
        position = closing + len(end)
    return "".join([*kept, text[position:]])


def _attributes(text: str) -> dict[str, str]:
    return {found[1].lower(): found[2] or found[3] or found[4] or "" for found in _ATTRIBUTE.finditer(text)}


def _span(text: str | None) -> int:
    return max(1, min(int(text), MAX_ROWS)) if text and text.isascii() and text.isdigit() else 1
