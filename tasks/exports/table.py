"""What the sheets of the 任务分解 share: the lines above and below a table, and the rows of the 分解表."""

from collections.abc import Iterable
from datetime import date

from openpyxl.cell import WriteOnlyCell
from openpyxl.utils import get_column_letter

from tasks.exports.columns import BREAKDOWN, NOTE, Column, Kind, totals
from tasks.exports.paper_words import MONTH, date_pattern, date_text
from tasks.exports.workbook import BODY, STRUCK, TITLE, Sheet, date_style
from tasks.models import PlanLine
from tasks.standing.breakdown import BreakdownRow, Status

UNITS = "座、万吨/年、万立方米/年"
HEADINGS = [(column.group, column.heading) for column in BREAKDOWN]
WIDTHS = [column.width for column in BREAKDOWN]

# No number format can say the quarter of a date. These leave as words, in a cell without a format of its
# own, so that a date typed over them is shown as one.
PERIODS_IN_WORDS = {PlanLine.Precision.QUARTER, PlanLine.Precision.HALF_YEAR}

BLANK = BreakdownRow(county="", name="")
LINE_HEIGHT, ROW_HEIGHT = 13.5, 20.0
# The columns whose text may need more than one line.
_WRAPPING = [column for column in BREAKDOWN if column.kind in (Kind.TEXT, Kind.WORD)]


def row_height(row: BreakdownRow) -> float:
    """In points, so that wrapped text is neither cut off nor lost: not every program fits rows by itself."""
    lines = 1
    for column in _WRAPPING:
        text = column.value(row)
        # A Chinese character is as wide as two others, and so it is in this encoding.
        if 2 * len(text) > column.width:
            room = column.width - 1
            needed = sum(-(-len(part.encode("gb18030", "replace")) // room) or 1 for part in text.split("\n"))
            lines = max(lines, needed)
    return max(ROW_HEIGHT, LINE_HEIGHT * min(lines, 28) + 6)


def write_head(sheet: Sheet, title: str, bureau: str, day: date, units: str, *, shown: int) -> None:
    """The title and the line 填报单位 / 填报日期 / 计量单位, over the `shown` first columns."""
    sheet.line([(1, shown, title, "center")], height=36, font=TITLE)
    texts = [f"填报单位（盖章）：{bureau}", f"填报日期：{date_text(day)}", f"计量单位：{units}"]
    parts = zip(sheet.spread(texts, over=shown), ("left", "center", "right"), strict=True)
    sheet.line([(*part, align) for part, align in parts], height=22)


def write_foot(sheet: Sheet, *, shown: int) -> None:
    parts = sheet.spread(["单位负责人：", "审核人：", "填表人：", "联系电话："], over=shown)
    sheet.line([(*part, "left") for part in parts], height=30, locked=False)
    sheet.ws.print_area = f"A1:{get_column_letter(shown)}{sheet.row}"


def _styles(sheet: Sheet, font) -> dict[Kind, object]:
    return {
        Kind.SERIAL: sheet.style(font=font),
        Kind.TEXT: sheet.style(align="left", quoted=True, pattern="@", font=font),
        Kind.WORD: sheet.style(quoted=True, pattern="@", font=font),
        Kind.NUMBER: sheet.style(font=font),
    }


class RowWriter:
    """Writes rows under the official columns, and behind them what `hidden` gives for each row."""

    def __init__(self, sheet: Sheet, hidden=()) -> None:
        self.sheet = sheet
        self.hidden = hidden
        self._styles, self._struck_styles = _styles(sheet, BODY), _styles(sheet, STRUCK)
        self._plain = sheet.style(grid=False)
        self._texts = {Kind.TEXT, Kind.WORD}
        self._dates: dict[tuple[str, bool], object] = {}

    def write(self, rows: Iterable[BreakdownRow]) -> None:
        """Numbered as they count: a row that left the target stands struck through and without a number."""
        serial = 0
        for row in rows:
            serial += row.status != Status.REMOVED
            cells = [self._cell(column, row, serial) for column in BREAKDOWN]
            cells += [self._hidden(value(row)) for _heading, value in self.hidden]
            self.sheet.append(cells, height=row_height(row))

    def write_blank(self, count: int) -> None:
        """Empty rows of the same look, to be filled in."""
        for _ in range(count):
            cells = [self._cell(column, BLANK, None) for column in BREAKDOWN]
            self.sheet.append(cells, height=ROW_HEIGHT)

    def write_totals(self, rows: list[BreakdownRow], original: int | None = None) -> None:
        """合计: plain figures, so that they are what was counted and not what a cell computes. `original` is how many
        were first planned, said where the target has moved since."""
        said = totals(rows, original)
        sheet = self.sheet
        count = sheet.style(pattern='0"座"')
        style = sheet.style()
        cells = [sheet.cell("合计", style)]
        for column in BREAKDOWN[1:]:
            value = said.get(column.heading)
            value = None if value == "" else value
            cells.append(sheet.cell(value, count if isinstance(value, int) else style))
        lines = max(str(value).count("\n") + 1 for value in said.values())
        sheet.append(cells, height=max(ROW_HEIGHT, LINE_HEIGHT * lines + 6))
        sheet.merge(1, 2)

    def _cell(self, column: Column, row: BreakdownRow, serial: int | None) -> WriteOnlyCell:
        kind = column.kind
        struck = row.status == Status.REMOVED and column.heading != NOTE
        if kind in self._texts:
            return self.sheet.cell(column.value(row), self._style(kind, struck), is_text=True)
        if kind is Kind.DAY:
            return self._day(row, struck)
        value = column.value(row) if kind is not Kind.SERIAL else serial if not struck else None
        return self.sheet.cell(value, self._style(kind, struck))

    def _style(self, kind: Kind, struck: bool):
        return self._struck_styles[kind] if struck else self._styles[kind]

    def _day(self, row: BreakdownRow, struck: bool) -> WriteOnlyCell:
        day = row.planned_on
        pattern = date_pattern(day, row.planned_precision) if day else MONTH
        if day and row.planned_precision in PERIODS_IN_WORDS:
            return self.sheet.cell(date_text(day, pattern), self._style(Kind.NUMBER, struck), is_text=True)
        if (pattern, struck) not in self._dates:
            self._dates[pattern, struck] = date_style(self.sheet, pattern, font=STRUCK if struck else BODY)
        return self.sheet.cell(day, self._dates[pattern, struck])

    def _hidden(self, value) -> WriteOnlyCell:
        return self.sheet.cell(value, self._plain, is_text=isinstance(value, str))
