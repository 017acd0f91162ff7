"""两日对比 as a workbook: a row a change with its reason, and on a second sheet what was recorded later."""

from datetime import date

from agencies.models import Agency
from tasks.exports.paper_words import DAY, STAGES, date_text, version_name
from tasks.exports.progress import CRITERIA, NONE
from tasks.exports.rows import row_height, text_cell
from tasks.exports.table import ROW_HEIGHT, write_foot, write_head
from tasks.exports.workbook import Sheet, as_bytes, date_style, new_book
from tasks.models import TargetChange
from tasks.standing.change_reasons import Why
from tasks.standing.changes import Change, Kind, LateEntry, TwoDays

CHANGES, LATE = "变化", "补录"
KINDS = {
    Kind.JOINED: "＋ 纳入目标",
    Kind.LEFT: "－ 离开目标",
    Kind.EARLIER: "← 计划提前",
    Kind.LATER: "→ 计划推后",
    Kind.GIVEN: "◆ 确定时间",
    Kind.TAKEN_AWAY: "◇ 取消时间",
    Kind.COMPLETED: "✓ 建成",
    Kind.UNDONE: "↩ 不再算建成",
}
CAUSES = {
    TargetChange.Cause.CLOSED: "关闭",
    TargetChange.Cause.MERGED: "整合",
    TargetChange.Cause.NEW: "新设",
    TargetChange.Cause.OTHER: "其他",
}
MOVES = {TargetChange.Kind.REMOVAL: "调出", TargetChange.Kind.ENTRY: "调入"}
WIDTHS = [6, 14, 32, 15, 22, 22, 50]
LATE_WIDTHS = [6, 14, 34, 14, 16, 16, 44]
HEADER_ROWS = (4, 5)


def two_days_workbook(found: TwoDays, *, head: Agency, as_of: date) -> bytes:
    """All changes of the branch of `head`, in their order, as xlsx."""
    title = f"{head.name}绿色矿山建设目标两日对比"
    book = new_book(title)
    _changes_sheet(book, found, head, as_of, f"{title}表")
    if found.late:
        _late_sheet(book, found, head, as_of, f"{title}表（补录）")
    return as_bytes(book)


def reason(why: Why | None) -> str:
    """The record behind a change in one line; nothing is said that no record says."""
    if why is None:
        return ""
    late = "（补录）" if why.is_late_entry else ""
    day = date_text(why.day)
    if why.change:
        by = f"，{why.change.approved_for.name}批准" if why.change.approved_for else ""
        return (
            f"{MOVES[why.change.kind]}（{CAUSES[why.change.cause]}）：{why.change.reason}（{day}{by}）{late}"
        )
    if why.version:
        said = f"{why.version.plan.agency.name}工作方案{version_name(why.version)}，{day}生效{late}"
        return f"{said}：{why.version.reason}" if why.version.reason else said
    said = f"{STAGES[why.stage.stage]} {day}{late}"
    return f"{said}，{why.stage.reference}" if why.stage.reference else said


def old_and_new(change: Change) -> tuple[str, str]:
    """What stood on the earlier day and stands on the later one."""
    if change.is_about_completion:
        old, new = (f"{date_text(day)}建成" if day else "未建成" for day in (change.before, change.after))
        return old, new
    old, new = (f"计划{date_text(day)}" if day else "未定时间" for day in (change.before, change.after))
    return NONE if change.kind == Kind.JOINED else old, NONE if change.kind == Kind.LEFT else new


def _sheet(book, name: str, found: TwoDays, head: Agency, as_of: date, title: str, widths: list[float]):
    sheet = Sheet(book, name, widths)
    sheet.lay_out(
        header_rows=HEADER_ROWS,
        footer=f"{date_text(found.first)}—{date_text(found.last)}",
        frozen_columns=3,
        shown=sheet.columns,
    )
    write_head(sheet, title, head.bureau_name(as_of), as_of, "座", shown=sheet.columns)
    text = (
        f"较早一日：{date_text(found.first)}　较晚一日：{date_text(found.last)}　"
        f"口径：{CRITERIA[found.criterion]}　基数：方案目标（调整后），每座矿山只计一次"
    )
    sheet.line([(1, sheet.columns, text, "left")], height=ROW_HEIGHT)
    return sheet


def _changes_sheet(book, found: TwoDays, head: Agency, as_of: date, title: str) -> None:
    sheet = _sheet(book, CHANGES, found, head, as_of, title, WIDTHS)
    names = ["序号", "县（市、区）", "矿山", "变化", "较早一日", "较晚一日", "原因"]
    sheet.header([("", name) for name in names])
    for serial, change in enumerate(found.explained(found.changes), start=1):
        old, new = old_and_new(change)
        why = reason(change.why)
        sheet.append(
            [
                sheet.cell(serial, sheet.style()),
                text_cell(sheet, change.task.place, "center"),
                text_cell(sheet, change.task.name),
                text_cell(sheet, KINDS[change.kind], "center"),
                text_cell(sheet, old, "center"),
                text_cell(sheet, new, "center"),
                text_cell(sheet, why),
            ],
            height=row_height([(change.task.name, WIDTHS[2]), (why, WIDTHS[6])]),
        )
    for text in remarks(found):
        sheet.line([(1, sheet.columns, text, "left")], height=row_height([(text, sum(WIDTHS))]))
    write_foot(sheet, shown=sheet.columns)


def remarks(found: TwoDays) -> list[str]:
    """The counts of each kind, what did not change, and what was recorded later."""
    counts = "　".join(f"{KINDS[kind]} {n}" for kind, n in found.counts.items() if n)
    said = [f"{counts or '两日之间没有变化'}　未变 {found.unchanged}"]
    if found.added_later:
        said.append(f"其中{found.added_later}条为补录，已计入较早一日。")
    if found.corrected_later:
        said.append(f"另有{found.corrected_later}条在较早一日之后更正，两日均按更正后计。")
    return said


def _late_sheet(book, found: TwoDays, head: Agency, as_of: date, title: str) -> None:
    sheet = _sheet(book, LATE, found, head, as_of, title, LATE_WIDTHS)
    names = ["序号", "县（市、区）", "矿山", "事项", "发生日期", "录入日期", "说明"]
    sheet.header([("", name) for name in names])
    for serial, one in enumerate(found.late, start=1):
        note = _note(one)
        sheet.append(
            [
                sheet.cell(serial, sheet.style()),
                text_cell(sheet, one.task.place, "center"),
                text_cell(sheet, one.task.name),
                text_cell(sheet, STAGES[one.what] if one.change is None else MOVES[one.what], "center"),
                sheet.cell(one.day, date_style(sheet, DAY)),
                sheet.cell(one.recorded_on, date_style(sheet, DAY)),
                text_cell(sheet, note),
            ],
            height=row_height([(one.task.name, LATE_WIDTHS[2]), (note, LATE_WIDTHS[6])]),
        )
    write_foot(sheet, shown=sheet.columns)


def _note(one: LateEntry) -> str:
    if not one.is_correction:
        return f"补录：{one.note}" if one.note else "补录"
    former = date_text(one.former)
    return f"撤销，原为{former}：{one.note}" if one.day is None else f"更正，原为{former}：{one.note}"
