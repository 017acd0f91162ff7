"""What a sheet's XML says beside its values, found without building anything from it.

Two ways that find the same. The careful one looks at each opening tag. The quick one takes whole rows at
the speed of a search and looks inside only where a row has something to find; it steps back when the XML is
unusual in any way (prefixes, other quotes, comments, another encoding). A test holds them together.
"""

import re
from dataclasses import dataclass, field
from xml.parsers import expat
from zipfile import ZipFile

from tasks.imports import xml_parts
from tasks.imports.limits import (
    MAX_AREA,
    MAX_COLUMNS,
    MAX_EXPANDED,
    MAX_GAP,
    MAX_MERGES,
    MAX_ROWS,
    MAX_TAGS,
)
from tasks.imports.refusals import Refused
from tasks.imports.sheets import Signs, column_of, letter
from tasks.imports.xml_parts import local


@dataclass
class Look:
    """What to look for: styles and shared texts, by their index as it stands in the XML."""

    struck_styles: set[str] = field(default_factory=set)
    date_styles: dict[str, str] = field(default_factory=dict)  # style → precision
    struck_texts: set[str] = field(default_factory=set)
    text_sizes: list[int] = field(default_factory=list)  # of the shared texts, in bytes
    longest_text: int = 0


@dataclass
class Scan:
    signs: Signs
    has_values: bool


class _Unusual(Exception):
    """The quick way does not fit this XML."""


def scan_sheet(archive: ZipFile, part: str, name: str, look: Look) -> Scan:
    """Raises Refused for XML that is not well-formed and for a sheet that spreads too far."""
    try:
        return _Quick(name, look).run(archive, part)
    except _Unusual:
        return _careful(archive, part, name, look)


# A text that is shared in the file is copied for each cell that shows it once calamine reads the sheet, so
# one long text in every cell would fill the memory: both ways add up what the cells would hold.


# The quick way ------------------------------------------------------------------------------------------

_ROW = re.compile(rb"<row\b([^>]*)>")
_CELL = re.compile(rb"<c\b([^>]*?)(?:/>|>(.*?)</c>)", re.DOTALL)
_REFERENCE = re.compile(rb'\br="([A-Z]{1,3})\d')
_LETTERS = re.compile(rb' r="([A-Z]+)')
_ROW_NUMBER = re.compile(rb'\br="(\d{1,7})"')
_HIDDEN = re.compile(rb'\bhidden="(?:1|true)"')
_COLUMN = re.compile(rb"<col\b([^>]*)>")
_MERGE = re.compile(rb'<mergeCell\b[^>]*\bref="([^"]*)"')
_STYLE = re.compile(rb'\bs="(\d+)"')
_VALUE = re.compile(rb"<v\b[^>]*>([^<]*)</v>")
# Plain searches, each many times faster than one pattern for all.
_UNUSUAL = (
    b"<!",
    b"='",
    b'="&',
    b" =",
    b"= ",
    b"\t=",
    b"\n=",
    b":row",
    b":c ",
    b":c>",
    b":v ",
    b":v>",
    b"\x00",
)
_PLAIN = re.compile(rb'<c r="[A-Z]{1,3}\d{1,7}"(?: s="\d+")?(?: t="(?:n|b|str)")?><v>')
_SHARED = re.compile(rb't="s"[^>]*><v>(\d{1,9})</v>')


class _Quick:
    def __init__(self, name: str, look: Look) -> None:
        self.signs = Signs()
        self._name, self._look = name, look
        self._row = self._tags = self._rows = 0
        self._top, self._bottom, self._left, self._right = 0, 0, 1 << 20, -1
        styles = sorted(look.struck_styles | look.date_styles.keys())
        self._styled = styles and re.compile(rb'<c\b([^>]*\bs="(?:%s)"[^>]*)>' % "|".join(styles).encode())
        self._columns: dict[bytes, int] = {}
        self._expanded = 0

    def run(self, archive: ZipFile, part: str) -> Scan:
        parser = xml_parts.new_parser()
        rest = b""
        try:
            with archive.open(part) as source:
                while chunk := source.read(2**19):
                    parser.Parse(chunk, False)
                    rest += chunk
                    # Rows are taken whole; what follows the last complete one waits for the next chunk.
                    end = rest.rfind(b"<row")
                    if end > 0:
                        self._take(rest[:end])
                        rest = rest[end:]
                    elif len(rest) > 2**24:
                        raise _Unusual
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise Refused("damaged", detail=f"{part} 第 {error.lineno} 行") from error
        self._take(rest)
        if self._bottom and (self._bottom - self._top + 1) * (self._right - self._left + 1) > MAX_AREA:
            raise _Unusual  # perhaps only formatted cells lie so far out
        return Scan(self.signs, bool(self._bottom))

    def _take(self, xml: bytes) -> None:
        if any(mark in xml for mark in _UNUSUAL):
            raise _Unusual
        self._add_up(xml)
        if not self._row:
            for found in _COLUMN.finditer(xml):
                self._column_range(found[1])
        rows = list(_ROW.finditer(xml))
        ends = [each.start() for each in rows[1:]] + [len(xml)]
        for found, end in zip(rows, ends, strict=False):
            self._take_row(found[1], xml[found.end() : end])
        if b"<mergeCell" in xml:
            for found in _MERGE.finditer(xml):
                if len(self.signs.merges) < MAX_MERGES:
                    self.signs.merges += _merge(found[1].decode("ascii", "replace"))

    def _add_up(self, xml: bytes) -> None:
        values, longest = xml.count(b"<v"), self._look.longest_text
        if values * longest < 2**20:
            self._expanded += values * longest
        else:
            sizes = self._look.text_sizes
            shared = [int(number) for number in _SHARED.findall(xml)]
            plain = len(_PLAIN.findall(xml))
            # What looks neither like a shared text nor like a figure may be a shared text in disguise.
            self._expanded += sum(sizes[index] for index in shared if index < len(sizes))
            self._expanded += max(0, values - len(shared) - plain) * longest
        if self._expanded > MAX_EXPANDED:
            raise _Unusual

    def _column_range(self, attributes: bytes) -> None:
        bounds = [re.search(rb'\b%s="(\d{1,5})"' % word, attributes) for word in (b"min", b"max")]
        if _HIDDEN.search(attributes) and all(bounds):
            first, last = (int(bound[1]) for bound in bounds)
            self.signs.hidden_columns.update(range(first - 1, min(last, MAX_COLUMNS)))

    def _take_row(self, attributes: bytes, body: bytes) -> None:
        number = _ROW_NUMBER.search(attributes)
        self._row = int(number[1]) if number else self._row + 1
        if not 1 <= self._row <= 1_048_576:
            raise _Unusual
        if b"hidden" in attributes and _HIDDEN.search(attributes):
            self.signs.hidden_rows.add(self._row)
        self._tags += body.count(b"<c ") + body.count(b"<c>")
        if self._tags > MAX_TAGS:
            raise Refused("cells", name=self._name[:40])
        if b"<v" in body or b"<is" in body:
            self._extend(body)
        if self._styled:
            self._look_at_styles(body)
        if b"<f" in body or b't="e"' in body or (self._look.struck_texts and b't="s"' in body):
            self._look_into(body)

    def _extend(self, body: bytes) -> None:
        self._rows += 1
        if self._rows > MAX_ROWS + 50:
            raise Refused("rows", name=self._name[:40], limit=MAX_ROWS)
        self._top, self._bottom = min(self._top or self._row, self._row), max(self._bottom, self._row)
        new = set(_LETTERS.findall(body)) - self._columns.keys()
        for letters in new:
            self._columns[letters] = _column(letters.decode(), self._name)
            self._left = min(self._left, self._columns[letters])
            self._right = max(self._right, self._columns[letters])
        if self._right < 0:
            raise _Unusual  # cells without addresses

    def _look_at_styles(self, body: bytes) -> None:
        for found in self._styled.finditer(body):
            cell, style = self._cell(found[1]), _STYLE.search(found[1])[1].decode()
            if style in self._look.struck_styles:
                self.signs.struck.setdefault(cell[0], set()).add(cell[1])
            if style in self._look.date_styles:
                self.signs.dates[cell] = self._look.date_styles[style]

    def _look_into(self, body: bytes) -> None:
        signs, struck_texts = self.signs, self._look.struck_texts
        for found in _CELL.finditer(body):
            attributes, content = found[1], found[2] or b""
            value = _VALUE.search(content)
            is_valued = bool(value and value[1]) or b"<is" in content or b't="str"' in attributes
            if b"<f" in content and not is_valued:
                signs.uncalculated.add(self._cell(attributes))
            if value and b't="e"' in attributes:
                signs.errors[self._cell(attributes)] = value[1].decode("utf-8", "replace").strip()
            elif (
                value
                and b't="s"' in attributes
                and value[1].decode("ascii", "replace").strip() in struck_texts
            ):
                row, column = self._cell(attributes)
                signs.struck.setdefault(row, set()).add(column)

    def _cell(self, attributes: bytes) -> tuple[int, int]:
        reference = _REFERENCE.search(attributes)
        if not reference:
            raise _Unusual
        return self._row, _column(reference[1].decode(), self._name)


# The careful way ----------------------------------------------------------------------------------------


def _careful(archive: ZipFile, part: str, name: str, look: Look) -> Scan:
    careful = _Careful(name, look)

    def prepare(parser):
        careful.parser = parser

    xml_parts.parse(archive, part, careful.start, prepare=prepare)
    return careful.result()


class _Careful:
    def __init__(self, name: str, look: Look) -> None:
        self.signs, self.parser = Signs(), None
        self._name, self._look = name, look
        self._row = self._tags = self._rows = 0
        self._column = -1
        self._top, self._bottom, self._left, self._right = 0, 0, 1 << 20, -1
        self._formula: tuple[int, int] | None = None  # that has shown no value yet
        self._content = ""
        self._is_listening = False
        self._expanded = self._last = 0
        # Only a file whose shared texts could fill the memory is added up cell by cell.
        self._adds_up = look.longest_text > 100

    def result(self) -> Scan:
        self._end_cell()
        self._check_gap()
        if self._bottom and (self._bottom - self._top + 1) * (self._right - self._left + 1) > MAX_AREA:
            raise Refused("area", name=self._name[:40], address=f"{letter(self._right)}{self._bottom}")
        return Scan(self.signs, bool(self._bottom))

    def start(self, tag: str, attributes: dict) -> None:
        if self._is_listening:
            # Not in `_hear` itself: expat would hand it the same text again.
            self.parser.CharacterDataHandler, self._is_listening = None, False
        self._check_gap()
        handler = _HANDLERS.get(local(tag))
        if handler:
            handler(self, attributes)

    def _check_gap(self) -> None:
        position = self.parser.CurrentByteIndex
        if position - self._last > MAX_GAP:
            raise Refused("text_bomb", name=self._name[:40])
        self._last = position

    def _on_row(self, attributes: dict) -> None:
        self._end_cell()
        self._row, self._column = _row_number(attributes.get("r"), self._row + 1, self._name), -1
        if attributes.get("hidden") in ("1", "true"):
            self.signs.hidden_rows.add(self._row)

    def _on_cell(self, attributes: dict) -> None:
        self._end_cell()
        self._tags += 1
        if self._tags > MAX_TAGS:
            raise Refused("cells", name=self._name[:40])
        reference = attributes.get("r")
        letters = (reference or "").rstrip("0123456789")
        self._column = _column(letters, self._name) if reference else self._column + 1
        style, cell = attributes.get("s", ""), (self._row, self._column)
        if style in self._look.struck_styles:
            self.signs.struck.setdefault(cell[0], set()).add(cell[1])
        if style in self._look.date_styles:
            self.signs.dates[cell] = self._look.date_styles[style]
        self._content = attributes.get("t", "")

    def _on_value(self, _attributes: dict, *, is_inline: bool = False) -> None:
        is_formula = self._formula is not None
        if is_inline or self._content == "str":
            self._formula = None
        if self._row > self._bottom or not self._rows:
            self._rows += 1
            if self._rows > MAX_ROWS + 50:
                raise Refused("rows", name=self._name[:40], limit=MAX_ROWS)
        self._top, self._bottom = min(self._top or self._row, self._row), max(self._bottom, self._row)
        self._left, self._right = min(self._left, self._column), max(self._right, self._column)
        is_shared = self._content == "s" and (self._look.struck_texts or self._adds_up)
        if not is_inline and (is_formula or is_shared or self._content == "e"):
            self.parser.CharacterDataHandler, self._is_listening = self._hear, True

    def _hear(self, data: str) -> None:
        cell, data = (self._row, self._column), data.strip()
        self._formula = None
        if self._content == "e":
            self.signs.errors[cell] = data
        elif self._content == "s":
            self._add_up(data)
            if data in self._look.struck_texts:
                self.signs.struck.setdefault(cell[0], set()).add(cell[1])
        self._content = ""

    def _add_up(self, index: str) -> None:
        sizes = self._look.text_sizes
        if index.isascii() and index.isdigit() and len(index) < 10 and int(index) < len(sizes):
            self._expanded += sizes[int(index)]
        if self._expanded > MAX_EXPANDED:
            raise Refused("text_bomb", name=self._name[:40])

    def _on_formula(self, _attributes: dict) -> None:
        self._formula = self._row, self._column

    def _on_col(self, attributes: dict) -> None:
        first, last = attributes.get("min", ""), attributes.get("max", "")
        if attributes.get("hidden") in ("1", "true") and first.isdigit() and last.isdigit():
            self.signs.hidden_columns.update(range(int(first) - 1, min(int(last), MAX_COLUMNS)))

    def _on_merge(self, attributes: dict) -> None:
        if len(self.signs.merges) < MAX_MERGES:
            self.signs.merges += _merge(attributes.get("ref", ""))

    def _end_cell(self) -> None:
        if self._formula:
            self.signs.uncalculated.add(self._formula)
            self._formula = None


_HANDLERS = {
    "row": _Careful._on_row,
    "c": _Careful._on_cell,
    "v": _Careful._on_value,
    "is": lambda scan, attributes: scan._on_value(attributes, is_inline=True),
    "f": _Careful._on_formula,
    "col": _Careful._on_col,
    "mergeCell": _Careful._on_merge,
}


def _column(letters: str, name: str) -> int:
    if not re.fullmatch(r"[A-Z]{1,3}", letters) or (column := column_of(letters)) > 16383:
        raise Refused("damaged", detail=f"工作表“{name[:40]}”的单元格地址有误")
    return column


def _row_number(text: str | None, default: int, name: str) -> int:
    if text is None:
        return default
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:8]) <= 1_048_576:
        raise Refused("damaged", detail=f"工作表“{name[:40]}”的行号有误")
    return int(text)


def _merge(reference: str) -> list[tuple[int, int, int, int]]:
    found = re.fullmatch(r"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})", reference)
    if not found:
        return []
    return [(int(found[2]), column_of(found[1]), int(found[4]), column_of(found[3]))]
