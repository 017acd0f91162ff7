"""A table of mines out of any file: the public entry of this package.

reading = read_table("附件1.xlsx", data, agency_name="桐柏县")
reading.verdict, reading.message, reading.rows, reading.as_json()
"""

from collections.abc import Mapping
from itertools import islice
from pathlib import Path

from tasks.imports import headings
from tasks.imports.containers import identify
from tasks.imports.headings import OWN_COLUMNS, Header
from tasks.imports.identity import mark_same_mines
from tasks.imports.limits import MAX_BYTES, MAX_ROWS
from tasks.imports.places import Places
from tasks.imports.reading import Remark, TableReading
from tasks.imports.refusals import Refused
from tasks.imports.row_kinds import RowKind, kind_of
from tasks.imports.row_reader import RowReader
from tasks.imports.sheets import Sheet, letter, open_sheets
from tasks.imports.values import text_of


def read_table(
    name: str,
    data: bytes | Path,
    agency_name: str | None = None,
    *,
    places: Places | None = None,
    mapping: Mapping[str, str] | None = None,
) -> TableReading:
    """Read the table of an upload; never raises for what the file holds.

    `name`: as the browser called it. `agency_name`: the county that uploads: rows of other counties are
    errors, an empty county is its own. `places` says the same for an agency of several counties.
    `mapping`: what the agency said of its own headings (headings.find_header).
    """
    if agency_name and places is None:
        places = Places.of(agency_name)
    reading = TableReading()
    try:
        sheets = open_sheets(identify(name, _bytes(data)))
        _read_sheets(reading, sheets, places, mapping)
    except Refused as refused:
        return TableReading(refusal=str(refused), refusal_code=refused.code)
    mark_same_mines(reading)
    _judge(reading)
    return reading


def _bytes(data: bytes | Path) -> bytes:
    if isinstance(data, bytes):
        return data
    size = data.stat().st_size
    if size > MAX_BYTES:
        raise Refused("too_big", size=-(-size // 2**20), limit=MAX_BYTES // 2**20)
    return data.read_bytes()


def _read_sheets(
    reading: TableReading, sheets: list[Sheet], places: Places | None, mapping: Mapping[str, str] | None
) -> None:
    filled = [sheet for sheet in sheets if not sheet.is_empty]
    if not filled:
        raise Refused("no_data")
    heads = {id(sheet): list(islice(_filled_rows(sheet), headings.SEARCHED_ROWS)) for sheet in filled}
    filled = [sheet for sheet in filled if heads[id(sheet)]]
    if not filled:
        raise Refused("no_data")
    found = [(sheet, headings.find_header(heads[id(sheet)], sheet.signs.merges, mapping)) for sheet in filled]
    tables = [(sheet, header) for sheet, header in found if header and "mine" in header.fields]
    visible = [(sheet, header) for sheet, header in tables if not sheet.is_hidden]
    if not visible:
        _refuse(found, tables, heads)
    for sheet, header in visible:
        _read_sheet(reading, sheet, header, places, many=len(visible) > 1)
    _name_sheets(reading, found, visible)
    if not reading.rows and not reading.errors and not reading.is_own:
        sheet, header = visible[0]
        raise Refused("header_only", where=_where(sheet), row=header.row)


def _filled_rows(sheet: Sheet):
    return ((number, row) for number, row in sheet.rows() if any(value != "" for value in row))


def _where(sheet: Sheet) -> str:
    return f"工作表“{sheet.name[:40]}”"


def _refuse(found, tables, heads) -> None:
    """No visible sheet can be read: say what was looked for and where."""
    shown = [(sheet, header) for sheet, header in found if not sheet.is_hidden]
    if tables:
        raise Refused("only_hidden", name="、".join(sheet.name[:40] for sheet, _header in tables))
    if not shown:
        raise Refused("no_data")
    where = "、".join(_where(sheet) for sheet, _header in shown[:5])
    if any(headings.transposed(heads[id(sheet)]) for sheet, _header in shown):
        raise Refused("transposed", where=where)
    best = max(shown, key=lambda each: len(each[1].fields) if each[1] else 0)
    sheet, header = best
    if header and len(header.fields - {"serial", "city"}) >= 2:
        words = "、".join(column.heading[:20] for column in header.columns[:8])
        raise Refused("no_mine_column", where=_where(sheet), row=header.row, headings=words)
    raise Refused("no_header", where=where, rows=headings.SEARCHED_ROWS)


def _name_sheets(reading: TableReading, found, visible) -> None:
    taken = [sheet for sheet, _header in visible]
    if len(taken) > 1:
        names = "、".join(f"“{sheet.name[:40]}”" for sheet in taken)
        reading.remarks.append(Remark("warning", f"读取了 {len(taken)} 张工作表：{names}，请确认都要导入。"))
    for sheet, header in found:
        if sheet in taken:
            continue
        if sheet.is_hidden and header and "mine" in header.fields:
            rows = sum(1 for _row in _filled_rows(sheet)) - 1
            message = f"隐藏的{_where(sheet)}（约 {rows} 行）没有读取；如需导入，请取消隐藏后再上传。"
            reading.remarks.append(Remark("warning", message, sheet=sheet.name))
        elif not sheet.is_hidden:
            message = f"{_where(sheet)}里没有找到“矿山名称”的表头，没有读取。"
            reading.remarks.append(Remark("warning", message, sheet=sheet.name))


def _read_sheet(
    reading: TableReading, sheet: Sheet, header: Header, places: Places | None, *, many: bool
) -> None:
    is_own = {"task_id", "source"} <= header.fields
    reading.is_own = reading.is_own or is_own
    reading.fields |= header.fields
    reader = RowReader(sheet, header, places, reading, prefix=f"【{sheet.name[:20]}】" if many else "")
    _name_columns(reading, sheet, header, reader)
    count = 0
    for number, row in sheet.rows():
        if number <= header.last_row:
            continue
        reader.carry(number, row)
        row = reader.filled(number, row)
        kind = kind_of(reader.header, row, reader.name_in(row))
        if kind is RowKind.MINE or kind is RowKind.NAMELESS or reader.has_sign(number):
            count += 1
            if count > MAX_ROWS:
                raise Refused("rows", name=sheet.name[:40], limit=MAX_ROWS)
            reader.read(number, row)
        elif kind is RowKind.HEADING:
            reader.heading_again(number, row)
        elif kind in _SAID and not is_own:
            text = next(text_of(value).strip() for value in row if value != "")
            reader.remark("warning", number, None, text, _SAID[kind])


_SAID = {
    RowKind.TOTAL: "是合计行，没有作为矿山读入",
    RowKind.NOTE: "是说明文字，没有作为矿山读入",
    RowKind.NUMBERING: "是列号，没有作为矿山读入",
}


def _name_columns(reading: TableReading, sheet: Sheet, header: Header, reader: RowReader) -> None:
    if unread := [heading[:30] for heading in header.unread if heading]:
        _note(reading, f"未采用的列：{'、'.join(unread[:20])}。")
    for column in header.repeated:
        message = f"“{column.heading[:30]}”与前面的列重复，没有采用"
        reader.remark("warning", header.row, column.index, column.heading, message)
    hidden = [
        c for c in header.columns if c.index in sheet.signs.hidden_columns and c.field not in OWN_COLUMNS
    ]
    if hidden and not {"task_id", "source"} <= header.fields:
        names = "、".join(f"{letter(c.index)} 列“{c.heading[:20]}”" for c in hidden)
        reader.remark("warning", header.row, hidden[0].index, None, f"{names}是隐藏列，已经读入，请核对")
    output = next((column for column in header.columns if column.field == "output"), None)
    if output and output.unit and output.unit.name and output.unit.factor != 1:
        message = f"列名的单位是“{output.unit.text}”，整列已换算为 {output.unit.name}（乘以 {output.unit.factor.normalize():f}），请核对"
        reader.remark("warning", header.row, output.index, output.heading, message)
    elif output and not output.unit and "output_unit" not in header.fields:
        _note(reading, "“生产规模”未写单位，按万吨/年采用。")


def _note(reading: TableReading, sentence: str) -> None:
    if sentence not in reading.notes:
        reading.notes.append(sentence)


def _judge(reading: TableReading) -> None:
    if reading.rows and not reading.accepted:
        reading.refusal_code = "nothing_left"
        reading.refusal = str(Refused("nothing_left", rows=len(reading.rows)))
    elif not reading.rows and reading.errors:
        reading.refusal_code = "nothing_left"
        reading.refusal = str(Refused("nothing_left", rows=len(reading.errors)))
    reading.remarks.sort(key=lambda remark: (remark.row is not None, remark.sheet and 1, remark.row or 0))
