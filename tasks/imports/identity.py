"""Which rows of a file are the same mine, and which only may be.

Equal are names that differ in white space, brackets' form and invisible characters alone. A suffix in
brackets or 有限责任公司 for 有限公司 makes a name alike: that is offered, and the user decides.
"""

import re
import unicodedata

from tasks.imports.reading import Remark, TableReading, TableRow
from tasks.rules.mine_names import fold


def folded(name: str) -> str:
    """mine_names.fold, without its work for a name of plain characters."""
    if name.isalnum() and unicodedata.is_normalized("NFKC", name):
        return name.casefold()
    return fold(name)


def alike(name: str) -> str:
    """What is left of a name to find those that may mean the same mine."""
    bare = re.sub(r"[（(\[〔【].*?[）)\]〕】]", "", name)
    return re.sub(r"有限责任公司|有限公司|责任公司|股份公司|公司|矿山$", "", folded(bare)) or folded(name)


def mark_same_mines(reading: TableReading) -> None:
    """Mark rows that are one mine (`same_as`) or share a permit number, and say so on both rows."""
    by_licence: dict[str, TableRow] = {}
    by_name: dict[tuple[str, str | None], TableRow] = {}
    by_look: dict[tuple[str, str | None], TableRow] = {}
    for row in reading.rows:
        if not row.mine or row.level == "error":
            continue
        name, look = (folded(row.mine), row.county), (alike(row.mine), row.county)
        twin, namesake = by_licence.get(row.licence or ""), by_name.get(name)
        if twin and folded(twin.mine) != name[0]:
            row.shares_licence_with = twin.row
            _say(
                reading,
                row,
                twin,
                f"采矿许可证号 {row.licence} 相同而矿山名称不同，证号只记在先出现的一行，请核对是哪一座的",
            )
        elif twin:
            _same(reading, row, twin)
        elif namesake and namesake.licence and row.licence:
            _say(
                reading,
                row,
                namesake,
                f"矿山名称相同而许可证号不同（{namesake.licence}、{row.licence}），按两座矿山读入，请核对",
            )
        elif namesake:
            _same(reading, row, namesake)
        elif (other := by_look.get(look)) and not (other.licence and row.licence):
            _say(
                reading,
                row,
                other,
                f"名称相近（“{other.mine}”“{row.mine}”），可能是同一座矿山；系统不合并，请核对后自行删去一行",
            )
        if row.licence:
            by_licence.setdefault(row.licence, row)
        by_name.setdefault(name, row)
        by_look.setdefault(look, row)


def _same(reading: TableReading, row: TableRow, first: TableRow) -> None:
    row.same_as = first.row
    differing = [
        word
        for word in ("output", "planned", "tier", "method", "size_class")
        if getattr(row, word) != getattr(first, word)
    ]
    message = "是同一座矿山" + ("，但内容不同，以先出现的一行为准，请核对" if differing else "，只登记一次")
    _say(reading, row, first, message)


def _say(reading: TableReading, row: TableRow, other: TableRow, message: str) -> None:
    for one, two in ((other, row), (row, other)):
        text = f"第 {one.row} 行：与第 {two.row} 行{message}。"
        reading.remarks.append(Remark("warning", text, one.row, None, one.mine, one.sheet))
        one.level = one.level or "warning"
