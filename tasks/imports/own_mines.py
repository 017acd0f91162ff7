"""A list of mines that a bureau brings into its own part of the register.

What belongs to another place is refused by number; only the province may bring mines that wait for a place.
"""

from collections.abc import Mapping

from agencies.models import Agency
from tasks.imports import register
from tasks.imports.mines import MineComparison, MineRow, name_taken_permit, note_outcome
from tasks.imports.reading import Remark, TableRow
from tasks.imports.register import Register
from tasks.imports.table import read_table
from tasks.models import Mine

NO_PLACE = "第 {row} 行：没有写明县（市、区），或认不出来，本行不导入；请写本辖区内县（市、区）的名称，如“{example}”。"


def read_own_mines(
    name: str, data: bytes, *, agency: Agency, mapping: Mapping[str, str] | None = None
) -> MineComparison:
    """Like mines.read_mines, for the places and the register of one branch."""
    is_province = agency.is_root()
    own = None if is_province else [one for one in Agency.objects.below(agency) if one.is_leaf()]
    default = agency.name if agency.is_leaf() else None
    reading = read_table(name, data, places=register.county_places(own, default), mapping=mapping)
    comparison = MineComparison(reading)
    if reading.refusal:
        return comparison
    mines = Mine.objects.all() if is_province else Mine.objects.managed_below(agency)
    known = Register(mines, reading)
    for row in reading.accepted:
        if row.same_as is not None:
            continue
        mine = known.find(row)
        if mine is None and row.county is None and not is_province:
            _refuse_placeless(comparison, row, own)
            continue
        changes = register.mine_changes(mine, row, reading.fields, clears=False) if mine else []
        if known.is_taken_elsewhere(row.licence):
            name_taken_permit(reading, row)
        comparison.rows.append(MineRow(row, mine, changes))
    note_outcome(comparison)
    return comparison


def _refuse_placeless(comparison: MineComparison, row: TableRow, own: list[Agency]) -> None:
    message = NO_PLACE.format(row=row.row, example=own[0].name)
    comparison.reading.remarks.append(Remark("error", message, row.row, None, row.mine, row.sheet))
    row.level = "error"
