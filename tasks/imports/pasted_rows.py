"""Rows copied from a spreadsheet into the breakdown: tab-separated text, one mine a row.

A first row of headings is recognised by the same words as in a file; without one the columns stand in the order of
COLUMNS. A row that names no mine of the register, or whose date or tier cannot be read, is refused with
the reason; a mine is found by its name, brackets and spaces folded.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from tasks.imports.headings import field_of
from tasks.imports.values import read_word
from tasks.rules.mine_names import fold
from tasks.rules.planned_dates import PlannedDate, parse

MineT = TypeVar("MineT")

COLUMNS = ["mine", "tier", "planned", "responsible", "note"]


@dataclass(frozen=True)
class PastedRow(Generic[MineT]):
    row: int
    mine: MineT
    tier: str
    planned: PlannedDate | None
    responsible: str
    note: str


@dataclass(frozen=True)
class RefusedRow:
    """`reason` is unknown_mine, unread_date, unread_tier or twice; `value` what stood there."""

    row: int
    reason: str
    value: str


@dataclass
class Pasted(Generic[MineT]):
    rows: list[PastedRow[MineT]] = field(default_factory=list)
    refused: list[RefusedRow] = field(default_factory=list)


def read_rows(text: str, register: Mapping[str, MineT]) -> Pasted[MineT]:
    """`register` maps folded names to mines. Empty lines and a 合计 row are passed over."""
    table = [[cell.strip() for cell in line.split("\t")] for line in text.splitlines()]
    columns = COLUMNS
    result: Pasted[MineT] = Pasted()
    seen: set[str] = set()
    for number, cells in enumerate(table, start=1):
        if headed := _headings(cells):
            columns = headed
            continue
        values = dict(zip(columns, cells, strict=False))
        name = values.get("mine", "")
        if not name or fold(name) in ("合计", "总计", "小计"):
            continue
        refused = _refuse(number, values, register, seen)
        if refused:
            result.refused.append(refused)
            continue
        seen.add(fold(name))
        result.rows.append(
            PastedRow(
                row=number,
                mine=register[fold(name)],
                tier=read_word("tier", values.get("tier", "")).value or "",
                planned=parse(values.get("planned", "")),
                responsible=values.get("responsible", "")[:50],
                note=values.get("note", "")[:500],
            )
        )
    return result


def _headings(cells: list[str]) -> list[str] | None:
    named = [field_of(cell) or "" for cell in cells]
    return named if "mine" in named else None


def _refuse(
    number: int, values: dict[str, str], register: Mapping[str, MineT], seen: set[str]
) -> RefusedRow | None:
    name, tier, planned = (values.get(key, "") for key in ("mine", "tier", "planned"))
    if fold(name) not in register:
        return RefusedRow(number, "unknown_mine", name)
    if fold(name) in seen:
        return RefusedRow(number, "twice", name)
    if tier and read_word("tier", tier).value is None:
        return RefusedRow(number, "unread_tier", tier)
    if planned and parse(planned) is None:
        return RefusedRow(number, "unread_date", planned)
    return None
