"""A month's 月报 as a workbook: a row a mine, who has not reported below it, corrections on a sheet of their own."""

from collections import Counter
from datetime import date

from agencies.models import Agency
from tasks.exports.paper_words import DAY, STAGES, date_text
from tasks.exports.rows import row_height, text_cell
from tasks.exports.table import write_foot, write_head
from tasks.exports.workbook import HEADER, Sheet, as_bytes, date_style, new_book
from tasks.reports.month_files import MonthFile, ShownLine
from tasks.rules.monthly import MonthState, last_day

LINES, CORRECTIONS = "月报", "更正"
HEADER_ROWS = (3, 4)
HEADINGS = [
    "序号",
    "县（市、区）",
    "矿山",
    "阶段",
    "形象进度",
    "本月进展",
    "存在问题",
    "上报日期",
    "确认日期",
]
WIDTHS = [6, 12, 24, 12, 10, 34, 30, 13, 13]
CORRECTION_HEADINGS = ["序号", "县（市、区）", "矿山", "更正内容", "原因", "更正日期", "更正单位"]
CORRECTION_WIDTHS = [6, 12, 24, 40, 34, 13, 22]
STATES = {
    MonthState.NONE: "未报",
    MonthState.SUBMITTED: "已报待确认",
    MonthState.RETURNED: "退回",
    MonthState.CONFIRMED: "已确认",
}
UNCHANGED, ZERO = "无变化", "零报告：无变化"


def month_workbook(agency: Agency, month: date, as_of: date, files: list[MonthFile]) -> bytes:
    """The files of one month of the agency's branch, in code order, as xlsx."""
    title = f"{agency.name}绿色矿山建设月报（{month.year}年{month.month}月）"
    book = new_book(title)
    _lines_sheet(book, agency, month, as_of, files, title)
    if any(file.corrections for file in files):
        _corrections_sheet(book, agency, as_of, files, f"{title}更正")
    return as_bytes(book)


def _lines_sheet(book, agency: Agency, month: date, as_of: date, files: list[MonthFile], title: str) -> None:
    sheet = _sheet(book, LINES, WIDTHS, as_of, frozen_columns=3)
    write_head(sheet, title, agency.bureau_name(as_of), as_of, "座、%", shown=sheet.columns)
    sheet.header([("", heading) for heading in HEADINGS])
    lines = [(file, line) for file in files for line in file.lines]
    for serial, (file, line) in enumerate(lines, start=1):
        _line_row(sheet, serial, file, line)
    _total_row(sheet, [line for _file, line in lines])
    for text in _remarks(files, month, as_of):
        sheet.line([(1, sheet.columns, text, "left")], height=row_height([(text, sum(WIDTHS))]))
    write_foot(sheet, shown=sheet.columns)


def _sheet(book, name: str, widths: list[float], as_of: date, *, frozen_columns: int) -> Sheet:
    sheet = Sheet(book, name, widths)
    footer = f"截至{date_text(as_of)}"
    sheet.lay_out(header_rows=HEADER_ROWS, footer=footer, frozen_columns=frozen_columns, shown=sheet.columns)
    return sheet


def _line_row(sheet: Sheet, serial: int, file: MonthFile, shown: ShownLine) -> None:
    row, line = file.row, shown.line
    day = date_style(sheet, DAY)
    done = (ZERO if row.is_zero else UNCHANGED) if line.unchanged else line.done
    sheet.append(
        [
            sheet.cell(serial, sheet.style()),
            text_cell(sheet, row.agency.name, "center"),
            text_cell(sheet, shown.name),
            text_cell(sheet, STAGES[line.stage], "center"),
            sheet.cell(line.percent, sheet.style(pattern='0"%"')),
            text_cell(sheet, done),
            text_cell(sheet, line.problem),
            sheet.cell(row.sent.happened_on if row.sent else None, day),
            sheet.cell(row.confirmed.happened_on if row.confirmed else None, day),
        ],
        height=row_height([(shown.name, WIDTHS[2]), (done, WIDTHS[5]), (line.problem, WIDTHS[6])]),
    )


def _total_row(sheet: Sheet, lines: list[ShownLine]) -> None:
    style = sheet.style(font=HEADER)
    stages = Counter(one.line.stage for one in lines)
    tally = "\n".join(f"{word}{stages[stage]}" for stage, word in STAGES.items() if stages[stage])
    problems = sum(1 for one in lines if one.line.problem)
    cells = ["合计", None, f"{len(lines)}座", tally, None, None, f"{problems}座有问题", None, None]
    sheet.append([sheet.cell(value, style) for value in cells], height=row_height([(tally, WIDTHS[3])]))
    sheet.merge(1, 2)


def _remarks(files: list[MonthFile], month: date, as_of: date) -> list[str]:
    """How each bureau's report stands: who has not reported is named first."""
    said = []
    for state, word in STATES.items():
        names = [file.row.agency.name for file in files if file.row.state == state]
        if names:
            said.append(f"{word} {len(names)}：{'、'.join(names)}")
    if anew := [file.row.agency.name for file in files if file.row.rewritten]:
        said.append(f"{'、'.join(anew)}：{date_text(as_of)}之后重报或确认，表中为其后所存内容。")
    if as_of < last_day(month):
        said.append(f"本月未结束，数据截至{date_text(as_of)}。")
    return said


def _corrections_sheet(book, agency: Agency, as_of: date, files: list[MonthFile], title: str) -> None:
    sheet = _sheet(book, CORRECTIONS, CORRECTION_WIDTHS, as_of, frozen_columns=3)
    write_head(sheet, title, agency.bureau_name(as_of), as_of, "条", shown=sheet.columns)
    sheet.header([("", heading) for heading in CORRECTION_HEADINGS])
    corrections = [(file, one) for file in files for one in file.corrections]
    for serial, (file, one) in enumerate(corrections, start=1):
        mine = one.task.mine.name if one.task else "整月"
        sheet.append(
            [
                sheet.cell(serial, sheet.style()),
                text_cell(sheet, file.row.agency.name, "center"),
                text_cell(sheet, mine),
                text_cell(sheet, one.text),
                text_cell(sheet, one.reason),
                sheet.cell(one.happened_on, date_style(sheet, DAY)),
                text_cell(sheet, one.recorded_for.name + ("（补录）" if one.is_late_entry else "")),
            ],
            height=row_height([(one.text, CORRECTION_WIDTHS[3]), (one.reason, CORRECTION_WIDTHS[4])]),
        )
    sheet.line([(1, sheet.columns, "更正不改变已冻结月报的内容和数字。", "left")], height=22)
    write_foot(sheet, shown=sheet.columns)
