"""One sheet's rows under its header: merged cells filled in, each cell read, each doubt named."""

import re
from datetime import date, datetime

from tasks.imports import headings
from tasks.imports.headings import Header
from tasks.imports.places import Places, fold_place
from tasks.imports.reading import Remark, TableReading, TableRow
from tasks.imports.sheets import Sheet, letter
from tasks.imports.units import TONNES, read_unit
from tasks.imports.values import (
    ERROR,
    NOTHING,
    WARNING,
    Reading,
    last_day,
    read_date,
    read_licence,
    read_output,
    read_text,
    read_word,
    shown,
    text_of,
)
from tasks.rules.mine_names import clean_name
from tasks.rules.planned_dates import PlannedDate

# How many characters a field holds (models.Mine, models.PlanLine).
LIMITS = {"mine": 120, "holder": 120, "mineral": 60, "responsible": 50, "note": 500}
WORDS = ("method", "size_class", "tier", "status")
OWN = ("task_id", "mine_id", "lock", "precision", "source")
# What exports/columns.py writes behind the note of a row that left the target, entered it, or is only drafted.
LEDGER_NOTE = re.compile(r"【(?P<kind>调出|调入)：.*】$|【(?P<draft>草拟)】$", re.DOTALL)
DITTO = {"同上", "〃", "″", '"', "''", "″″", "ditto"}
CONSUMED = {"serial", "city", *OWN}


def _exported(hidden: str | None, day: date, shown: str) -> PlannedDate | None:
    """The date under the hidden column's precision, if the cell may be as it left our own workbook.

    A quarter and a half-year leave as words, so a date in their place was typed; and a month or a year that
    is shown of its first day was typed as such.
    """
    if hidden not in ("day", "month", "year") or last_day(day, hidden) != day:
        return None
    return None if day.day == 1 and shown in ("month", "year") else PlannedDate(day, hidden)


class RowReader:
    """Reads row after row, in order, into `reading`."""

    def __init__(
        self, sheet: Sheet, header: Header, places: Places | None, reading: TableReading, prefix: str
    ) -> None:
        self.sheet, self.signs, self.header = sheet, sheet.signs, header
        self.places, self.reading, self.prefix = places, reading, prefix
        self._seen: dict[int, int] = {}
        self._texts: dict[str | None, str | None] = {}
        self._carried: dict[int, tuple[int, object]] = {}
        self._merges: dict[int, list[tuple[int, int]]] = {}
        for top, left, bottom, _right in self.signs.merges:
            if bottom > top > 0:
                self._merges.setdefault(top, []).append((left, bottom))
        self._signed_rows = {row for row, _column in (*self.signs.errors, *self.signs.uncalculated)}
        self._above: dict[str, str] = {}
        self._lay_out()

    def _lay_out(self) -> None:
        self._index = {column.field: column.index for column in self.header.columns}
        self._columns = {column.field: column for column in self.header.columns}
        self._compared = sorted(i for field, i in self._index.items() if field not in CONSUMED)

    # Cells ----------------------------------------------------------------------------------------------

    def carry(self, number: int, row: list) -> None:
        """Remember what merged cells that begin here hold for the rows below."""
        for left, bottom in self._merges.get(number, ()):
            if left < len(row):
                self._carried[left] = (bottom, row[left])

    def filled(self, number: int, row: list) -> list:
        """The row with merged cells filled from above. A figure is not repeated: it may be one for all."""
        if not self._carried:
            return row
        row = list(row)
        for column, (bottom, value) in list(self._carried.items()):
            if number > bottom:
                del self._carried[column]
            elif column < len(row) and row[column] == "" and column != self._index.get("output"):
                row[column] = value
        return row

    def name_in(self, row: list) -> str:
        return self._text(row, "mine")

    def has_sign(self, number: int) -> bool:
        """A row whose only content are error values is still no empty line."""
        return number in self._signed_rows

    def _text(self, row: list, field: str) -> str:
        index = self._index.get(field)
        return text_of(row[index]).strip() if index is not None and index < len(row) else ""

    def _value(self, row: list, field: str):
        index = self._index.get(field)
        return row[index] if index is not None and index < len(row) else ""

    # Remarks --------------------------------------------------------------------------------------------

    def remark(self, level: str, number: int | None, column: int | None, value, message: str) -> None:
        where = f"{letter(column)}{number}" if column is not None else f"第 {number} 行" if number else ""
        text = f"{self.prefix}{where}：{message}。" if where else f"{self.prefix}{message}。"
        said = None if value in (None, "") else shown(value)
        name = letter(column) if column is not None else None
        self.reading.remarks.append(Remark(level, text, number, name, said, self.sheet.name))

    def _say(self, row: TableRow, field: str, value, level: str, message: str) -> None:
        column = self._columns[field]
        title = headings.TITLES[field]
        self.remark(level, row.row, column.index, value, f"{title}{message}")
        row.level = ERROR if ERROR in (level, row.level) else level

    def _take(self, row: TableRow, field: str, value, reading: Reading):
        if reading.level:
            self._say(row, field, value, reading.level, reading.message)
        return reading.value

    # A mine ---------------------------------------------------------------------------------------------

    def read(self, number: int, row: list) -> None:
        """Read one row. Exact repeats and rows of other counties are named and not kept."""
        key = hash(tuple([row[i] if i < len(row) else "" for i in self._compared]))
        if key in self._seen:
            message = f"与第 {self._seen[key]} 行完全相同，只采用一次"
            self.remark(WARNING, number, self._index["mine"], self.name_in(row), message)
            return
        mine = TableRow(self.sheet.name, number)
        if not self._read_county(mine, row):
            return
        self._seen[key] = number
        self._read_name(mine, row)
        self._read_rest(mine, row)
        self._read_signs(mine)
        self.reading.rows.append(mine)

    def _read_county(self, mine: TableRow, row: list) -> bool:
        """False for another county's row: it is named and not shown among the uploader's own."""
        text = self._text(row, "county")
        if text in DITTO and self._above.get("county"):
            text = self._above["county"]
        self._above["county"] = text
        places = self.places
        if text in NOTHING:
            mine.county = places.default if places else None
            if mine.county is None and (places is None or places.own is None or len(places.own) > 1):
                self._doubt_county(mine, text, "没有填写，登记后等待分配到县")
            return True
        if places is None:
            mine.county = fold_place(text)
            return True
        found = places.resolve(text)
        if places.own is not None and found not in places.own:
            own = "、".join(sorted(places.own)[:3])
            message = f"“{shown(text)}”不是本单位管辖的县（{own}），本行不导入，由所在县上报"
            self.remark(ERROR, mine.row, self._index["county"], text, message)
            return False
        mine.county = found
        if found is None:
            self._doubt_county(mine, text, f"“{shown(text)}”不是已知的县（市、区），登记后等待分配到县")
        return True

    def _doubt_county(self, mine: TableRow, text: str, message: str) -> None:
        if "county" in self._columns:
            self._say(mine, "county", text, WARNING, message)
        elif not self.reading.rows:
            self.remark(
                WARNING, self.header.row, None, None, "表里没有“县（市、区）”列，矿山登记后等待分配到县"
            )

    def _read_name(self, mine: TableRow, row: list) -> None:
        value = self._value(row, "mine")
        reading = read_text(value, 10_000)
        name = reading.value or ""
        name = name if name.isprintable() else clean_name(name)
        if reading.level:
            self._say(mine, "mine", value, reading.level, reading.message)
        if not name or name in NOTHING:
            self._say(mine, "mine", value, ERROR, "是空的，本行不导入；请填写矿山名称")
        elif len(name) > LIMITS["mine"]:
            message = (
                f"有 {len(name)} 字，超过 {LIMITS['mine']} 字的上限，本行不导入；请填写采矿许可证上的矿山名称"
            )
            self._say(mine, "mine", value, ERROR, message)
            name = name[: LIMITS["mine"]] + "…"
        mine.mine = name or None

    def _read_rest(self, mine: TableRow, row: list) -> None:
        for field in ("holder", "mineral", "responsible", "note"):
            if (value := self._value(row, field)) != "" and field == "note":
                value = self._without_ledger(mine, value)
            if value != "":
                text = self._take(mine, field, value, read_text(value, LIMITS[field]))
                # One copy of what stands in thousands of rows.
                setattr(mine, field, self._texts.setdefault(text, text))
        for field in WORDS:
            if (value := self._value(row, field)) != "":
                setattr(mine, field, self._take(mine, field, value, read_word(field, text_of(value))))
        for field in OWN:
            if (value := self._value(row, field)) != "":
                setattr(mine, field, text_of(value).strip()[:200] or None)
        if (value := self._value(row, "licence")) != "":
            mine.licence = self._take(mine, "licence", value, read_licence(value))
        if (value := self._value(row, "planned")) != "":
            self._read_planned(mine, value)
        if (value := self._value(row, "output")) != "":
            self._read_output(mine, row, value)

    def _without_ledger(self, mine: TableRow, value):
        """The note as a person wrote it: what our own table said behind it of the ledger is no part of it."""
        if "task_id" not in self._index or not isinstance(value, str):
            return value
        found = LEDGER_NOTE.search(value)
        if found is None:
            return value
        struck = self.signs.struck.get(mine.row, ())
        mine.is_removed = found["kind"] == "调出" and self._index["mine"] in struck
        return value[: found.start()]

    def _read_planned(self, mine: TableRow, value) -> None:
        precision = self.signs.dates.get((mine.row, self._index["planned"]), "")
        if isinstance(value, date):
            day = value.date() if isinstance(value, datetime) else value
            mine.exported = _exported(mine.precision, day, precision)
        mine.planned = self._take(mine, "planned", value, read_date(value, precision, self.sheet.date_1904))

    def _read_output(self, mine: TableRow, row: list, value) -> None:
        unit = self._columns["output"].unit
        said = self._text(row, "output_unit")
        if said and said not in NOTHING:
            own = read_unit(said)
            if own is None:
                self._say(
                    mine,
                    "output_unit",
                    said,
                    WARNING,
                    f"“{shown(said)}”看不懂，生产规模未采用；可填万吨/年、万立方米/年",
                )
                return
            unit = own
            if own.factor != 1:
                message = f"“{shown(said)}”，数量已换算为 {own.name}"
                self._say(mine, "output_unit", said, WARNING, message)
        taken = self._take(mine, "output", value, read_output(value, unit))
        if taken is None:
            return
        mine.output, mine.output_unit = taken[0], taken[1] or TONNES

    def _read_signs(self, mine: TableRow) -> None:
        signs, number = self.signs, mine.row
        if number in self._signed_rows:
            for field, index in self._index.items():
                if error := signs.errors.get((number, index)):
                    self._say(
                        mine,
                        field,
                        error,
                        WARNING,
                        f"是 Excel 的错误值 {error}，本格未采用；请改正公式或直接填写",
                    )
                elif (number, index) in signs.uncalculated:
                    message = (
                        "是公式，文件里没有计算结果，本格未采用；请用 Excel 或 WPS 打开文件，保存后再上传"
                    )
                    self._say(mine, field, None, WARNING, message)
        if number in signs.hidden_rows:
            self._doubt_row(mine, "是隐藏行（可能被筛选掉），已经读入，请确认是否要导入")
        if (struck := signs.struck.get(number)) and not mine.is_removed:
            read = {index for field, index in self._index.items() if field not in CONSUMED}
            if self._index["mine"] in struck:
                self._doubt_row(mine, "带有删除线，可能表示删去，已经读入，请确认是否要导入")
            elif struck & read:
                cells = "、".join(f"{letter(index)}{number}" for index in sorted(struck & read))
                self._doubt_row(mine, f"有带删除线的内容（{cells}），已经读入，请核对")

    def _doubt_row(self, mine: TableRow, message: str) -> None:
        self.remark(WARNING, mine.row, None, mine.mine, message)
        mine.level = mine.level or WARNING

    # Headings that come again ---------------------------------------------------------------------------

    def heading_again(self, number: int, row: list) -> None:
        """A heading repeated for print. When its columns stand in another order, they count from here on."""
        header = headings.find_header([(number, row)], [])
        if header and "mine" in header.fields and len(header.fields) > 2:
            new = {column.field: column.index for column in header.columns}
            if any(self._index.get(field, index) != index for field, index in new.items()):
                self.header = header
                self._lay_out()
                self.remark(
                    WARNING,
                    number,
                    None,
                    None,
                    "又是一行表头，列的次序与前面不同，以下各行按这一行的列名读取",
                )
                return
        self.remark(WARNING, number, None, text_of(row[0]) if row else None, "是重复的表头，没有作为矿山读入")
