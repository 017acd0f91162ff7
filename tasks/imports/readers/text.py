"""Text files: comma, tab or semicolon between the cells, as Excel's 另存为 CSV and 另存为文本 write them."""

import csv
import re
from collections.abc import Callable, Iterator

from tasks.imports.limits import MAX_COLUMNS, MAX_LINES, MAX_ROWS, MAX_TEXT
from tasks.imports.refusals import Refused
from tasks.imports.sheets import Rows, Sheet

# Excel writes ="0123" to keep a number as text; our own CSV puts ' before what looks like a formula.
_KEPT_AS_TEXT = re.compile(r'="([^"]*)"')
_GUARDED = re.compile(r"'(?=[=+\-@\t\r＝＋－＠])")


def read(text: str) -> list[Sheet]:
    text = text.removeprefix("\ufeff")
    if text.count("??") > 5 and not re.search("[\u4e00-\u9fff]", text):
        raise Refused("question_marks")
    delimiter = _delimiter(text)
    # A first line like sep=; tells Excel the delimiter; it stays a line, so that numbers agree.
    return [Sheet("文本", _rows(text, delimiter), is_empty=not text.strip(" \t\r\n,;"))]


def _delimiter(text: str) -> str:
    head = text[:20_000]
    if named := re.match(r"sep=(.)\r?\n", head, re.IGNORECASE):
        return named[1]
    lines = [line for line in head.splitlines() if line.strip()][:30]
    return max(
        "\t,;|，",
        key=lambda mark: (sorted(line.count(mark) for line in lines)[len(lines) // 2 :], mark == ","),
    )


def _rows(text: str, delimiter: str) -> Callable[[], Rows]:
    def rows() -> Rows:
        reader = csv.reader(_lines(text, delimiter), delimiter=delimiter, strict=True)
        filled = number = 0
        try:
            for number, row in enumerate(reader, start=1):
                if number == 1 and row and row[0].lower() == "sep=":
                    continue
                filled += any(row)
                if filled > MAX_ROWS + 50:
                    raise Refused("rows", name="文本", limit=MAX_ROWS)
                yield number, [_value(cell) for cell in row[:MAX_COLUMNS]]
        except csv.Error as error:
            raise Refused("long_cell", line=number + 1, limit=MAX_TEXT) from error

    return rows


def _lines(text: str, delimiter: str) -> Iterator[str]:
    """Line by line without a second copy of the text, each no wider than any sheet."""
    end = "\n" if "\n" in text else "\r"
    start = number = 0
    while start < len(text):
        number += 1
        stop = text.find(end, start) + 1 or len(text)
        if number > MAX_LINES:
            raise Refused("rows", name="文本", limit=MAX_ROWS)
        if stop - start > MAX_COLUMNS and text.count(delimiter, start, stop) > 16_384:
            raise Refused("wide_line", line=number)
        line = text[start:stop]
        yield line.replace("\r", "\n") if end == "\r" else line
        start = stop


def _value(cell: str) -> str:
    if cell[:1] in "='":
        if kept := _KEPT_AS_TEXT.fullmatch(cell):
            return kept[1]
        return _GUARDED.sub("", cell, count=1)
    return cell
