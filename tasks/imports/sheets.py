"""One sheet of any kind of file: its rows in order, and the signs beside the values.

Row numbers are those that the spreadsheet shows (from 1); columns count from 0. Values are str, float,
bool, date, datetime, time or "" for an empty cell.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tasks.imports.containers import Container, Kind

Cell = tuple[int, int]
Rows = Iterator[tuple[int, list]]


@dataclass
class Signs:
    """What a reader of values alone does not see."""

    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    struck: dict[int, set[int]] = field(default_factory=dict)  # row → struck-through columns
    errors: dict[Cell, str] = field(default_factory=dict)  # #REF! and its kin
    uncalculated: set[Cell] = field(default_factory=set)  # a formula without its value
    # Cells whose number format is a date of this precision: day, month or year.
    dates: dict[Cell, str] = field(default_factory=dict)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)  # top, left, bottom, right


@dataclass
class Sheet:
    name: str
    rows: Callable[[], Rows]
    signs: Signs = field(default_factory=Signs)
    is_hidden: bool = False
    is_empty: bool = False
    date_1904: bool = False


def open_sheets(container: Container) -> list[Sheet]:
    """The sheets in the order of the workbook, chart sheets left out. Raises Refused."""
    # Here, because the readers give what this module defines.
    from tasks.imports.readers import html, ods, text, xls, xlsx
    from tasks.imports.readers.calamine import guarded

    readers = {
        Kind.XLSX: lambda: xlsx.read(container.data),
        Kind.ODS: lambda: ods.read(container.data),
        Kind.XLS: lambda: xls.read(container.data),
        Kind.HTML: lambda: html.read(container.text),
        Kind.TEXT: lambda: text.read(container.text),
    }
    with guarded("内容读不出来"):
        return readers[container.kind]()


def letter(column: int) -> str:
    """0 → A, 26 → AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_of(letters: str) -> int:
    """A → 0, AA → 26."""
    number = 0
    for one in letters:
        number = number * 26 + ord(one) - 64
    return number - 1
