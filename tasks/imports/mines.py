"""A list of mines into the register: compared first, written only when confirmed.

Public lists come in as register entries: what they leave empty stays unknown, a mine without a county waits
unassigned, and nothing is taken out of free text.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from django.db import transaction

from agencies.models import Membership
from tasks.actions.mines import add_permit, save_mine
from tasks.imports import register
from tasks.imports.reading import Remark, TableReading, TableRow
from tasks.imports.register import Change, MineralNames, Register
from tasks.imports.table import read_table
from tasks.models import Mine, Permit


@dataclass(slots=True)
class MineRow:
    """A row and the mine it is; `mine` None: it would be new."""

    row: TableRow
    mine: Mine | None
    changes: list[Change] = field(default_factory=list)


@dataclass
class MineComparison:
    reading: TableReading
    rows: list[MineRow] = field(default_factory=list)

    @property
    def new(self) -> list[MineRow]:
        return [each for each in self.rows if each.mine is None]

    @property
    def changed(self) -> list[MineRow]:
        return [each for each in self.rows if each.mine and each.changes]


def read_mines(
    name: str, data: bytes | Path, *, mines=None, mapping: Mapping[str, str] | None = None
) -> MineComparison:
    """Read a list of mines and compare it with `mines`, the part of the register in the caller's scope."""
    reading = read_table(name, data, places=register.county_places(), mapping=mapping)
    comparison = MineComparison(reading)
    if reading.refusal:
        return comparison
    known = Register(Mine.objects.all() if mines is None else mines, reading)
    for row in reading.accepted:
        if row.same_as is not None:
            continue
        mine = known.find(row)
        changes = register.mine_changes(mine, row, reading.fields, clears=False) if mine else []
        if known.is_taken_elsewhere(row.licence):
            name_taken_permit(reading, row)
        comparison.rows.append(MineRow(row, mine, changes))
    note_outcome(comparison)
    return comparison


def note_outcome(comparison) -> None:
    """Say in the message what the rows would do to what is on record."""
    new, changed = len(comparison.new), len(comparison.changed)
    same = len(comparison.rows) - new - changed
    sentence = f"与系统比较：新增 {new} 座，更改 {changed} 座，不变 {same} 座。"
    if comparison.rows and not new and not changed:
        sentence = "与系统中的内容一致，没有变化。"
    if comparison.rows:
        comparison.reading.notes.insert(0, sentence)


def name_taken_permit(reading: TableReading, row: TableRow) -> None:
    """Whose mine has the permit is not said: it may lie outside what the user may see."""
    message = f"第 {row.row} 行：采矿许可证号 {row.licence} 已登记在另一座矿山名下，本行的证号不记入，请与上级核对。"
    reading.remarks.append(Remark("warning", message, row.row, None, row.licence, row.sheet))
    row.level, row.shares_licence_with = row.level or "warning", row.row


@transaction.atomic
def commit_mines(
    comparison: MineComparison, *, by: Membership, source: str, since: date | None = None
) -> None:
    """Write new and changed mines, all or none, through the register's own action. `since` is the 台账截至日 of the
    whole file, from which on they count; today without it."""
    places, minerals = register.agencies_by_name(), MineralNames()
    for each in comparison.rows:
        row, mine = each.row, each.mine
        if mine is None:
            mine = register.new_mine(row, places.get(row.county or ""), minerals, source)
            save_mine(mine=mine, by=by, since=since)
        elif each.changes:
            register.apply_to_mine(mine, row, each.changes, minerals)
            save_mine(mine=mine, by=by, since=since)
        keep_permit(mine, row, by)


def keep_permit(mine: Mine, row: TableRow, by: Membership) -> None:
    """Give a mine without a permit the row's; a second one is entered on the mine's page, with its link."""
    if row.licence and row.shares_licence_with is None and not mine.permits.exists():
        add_permit(permit=Permit(mine=mine, number=row.licence), predecessors=[], by=by)
