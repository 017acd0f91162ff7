"""进度 as a workbook: the places, the months, and every task behind the figures.

What is not known is written 未知 or —, never 0.
"""

from math import floor

from agencies.models import Agency
from tasks import words
from tasks.exports.paper_words import DAY, MONTH, date_text
from tasks.exports.rows import row_height, text_cell
from tasks.exports.table import ROW_HEIGHT, write_foot, write_head
from tasks.exports.workbook import HEADER, Sheet, as_bytes, date_style, new_book
from tasks.models import Requirement
from tasks.reports.burn_up import BurnUp
from tasks.rules.progress import Criterion
from tasks.rules.standing import Standing
from tasks.standing.progress import AgencyProgress, Base, Progress
from tasks.standing.target_list import TargetRow
from tasks.words import Word

PLACES, MONTHS, TASKS = "进度", "逐月", "明细"
UNKNOWN, NONE = "未知", "—"
CRITERIA = {
    Criterion.DECLARED: "申报建成",
    Criterion.VERIFIED: "核查通过",
    Criterion.LISTED: "纳入名录",
}
BASES = {
    Base.PLAN: "方案目标（调整后）",
    Base.PLAN_ORIGINAL: "方案目标（原定）",
    Base.QUOTA: "省下达任务数",
    Base.IN_SCOPE: "应纳入矿山",
}
# The words of the page in the Chinese of papers; both follow words.standing_word.
RESULTS = [
    (words.MET, "达到"),
    (words.MET_LATE, "逾期达到"),
    (words.NOT_MET, "未达到"),
    (words.AHEAD, "已达到"),
    (words.ON_THE_WAY, "进行中"),
    (words.NO_TARGET, "目标未知"),
]
# (group, heading), in the order of the cells.
HEADINGS = [
    ("", "序号"),
    ("", "县（市、区）"),
    ("", "口径"),
    ("", "基数"),
    ("方案目标", "原定"),
    ("方案目标", "调整后"),
    ("", "省下达任务数"),
    ("", "应纳入矿山"),
    ("", "须达"),
    ("", "已完成"),
    ("", "完成率"),
    ("", "富余"),
    ("", "是否达到"),
    ("", "备注"),
]
WIDTHS = [6, 14, 10, 8, 9, 9, 13, 12, 8, 8, 9, 8, 12, 34]
HEADER_ROWS = (5, 6)
NOTE = WIDTHS[-1]


def progress_workbook(
    found: Progress,
    *,
    head: Agency,
    curve: BurnUp | None,
    tasks: list[TargetRow],
) -> bytes:
    """Three sheets of xlsx: the agencies in the order of `found`, the months, every task once."""
    title = f"{head.name}绿色矿山建设进度"
    book = new_book(title)
    _places_sheet(book, found, head, f"{title}表")
    _months_sheet(book, found, head, curve, f"{title}逐月表")
    _tasks_sheet(book, found, head, tasks, f"{title}明细表")
    return as_bytes(book)


def result(standing: Standing) -> str:
    word: Word = words.standing_word(standing)
    return next(text for known, text in RESULTS if known is word)


def share_of(done: int, base: int | None) -> float | None:
    """done / base, cut and not rounded to a tenth of a per cent: 49.98 % is not 50.0 %."""
    return floor(1000 * done / base) / 1000 if base else None


def basis(found: Progress) -> list[str]:
    """The two lines under the title: what is counted, and the sentence of the checkpoint."""
    point = found.checkpoint
    return [
        f"截至{date_text(found.on)}　口径：{CRITERIA[found.criterion]}　基数：{BASES[found.base]}　"
        f"节点：{date_text(point.due_on)}，不低于{point.share}%",
        f"依据：「{point.clause.wording}」（{_source(point)}）",
    ]


def _source(point: Requirement) -> str:
    section = point.clause.section
    return point.clause.document.number + (f"第{section}部分" if section else "")


def _sheet(book, name: str, found: Progress, head: Agency, title: str, widths: list[float], unit: str):
    """A sheet with its head, ready for the row of headings."""
    sheet = Sheet(book, name, widths)
    sheet.lay_out(
        header_rows=HEADER_ROWS,
        footer=f"截至{date_text(found.on)}",
        frozen_columns=2,
        shown=sheet.columns,
    )
    write_head(sheet, title, head.bureau_name(found.on), found.on, unit, shown=sheet.columns)
    for text in basis(found):
        sheet.line([(1, sheet.columns, text, "left")], height=row_height([(text, sum(widths))]))
    return sheet


def _places_sheet(book, found: Progress, head: Agency, title: str) -> None:
    sheet = _sheet(book, PLACES, found, head, title, WIDTHS, "座、%")
    sheet.header(HEADINGS)
    for serial, row in enumerate(found.rows, start=1):
        _place_row(sheet, serial, row, found)
    _total_row(sheet, found)
    for text in _remarks(found):
        sheet.line([(1, sheet.columns, text, "left")], height=row_height([(text, sum(WIDTHS))]))
    write_foot(sheet, shown=sheet.columns)


def _place_row(sheet: Sheet, serial: int, row: AgencyProgress, found: Progress) -> None:
    standing, is_mine_free = row.standing, row.agency.pk in found.day.mine_free
    exempt = is_mine_free and row.checkpoint.lifted_if_mine_free
    done = standing.done
    note = _note(row, found, is_mine_free)
    figures = [
        standing.base,
        row.original,
        row.planned,
        (None if exempt else UNKNOWN) if row.quota is None else row.quota,
        row.in_scope,
        standing.required,
        done,
    ]
    sheet.append(
        [
            sheet.cell(serial, sheet.style()),
            text_cell(sheet, row.agency.name, "center"),
            text_cell(sheet, CRITERIA[row.criterion], "center"),
            *(_figure(sheet, figure) for figure in figures),
            _share(sheet, None if done is None else share_of(done, standing.base)),
            _slack(sheet, standing.slack),
            text_cell(sheet, "不涉矿" if exempt else result(standing), "center"),
            text_cell(sheet, note),
        ],
        height=row_height([(note, NOTE)]),
    )


def _total_row(sheet: Sheet, found: Progress) -> None:
    """合计 counts each mine once, on the base that the rows stand on."""
    standing = found.standing
    done = standing.done
    note = f"每座矿山只计一次；含{len(found.known)}/{len(found.rows)}个单位"
    style = sheet.style(font=HEADER)
    counts = found.base_counts
    quota = UNKNOWN if counts[Base.QUOTA] is None else counts[Base.QUOTA]
    figures = [
        standing.base,
        counts[Base.PLAN_ORIGINAL],
        counts[Base.PLAN],
        quota,
        counts[Base.IN_SCOPE],
        standing.required,
        done,
    ]
    sheet.append(
        [
            sheet.cell("合计", style),
            sheet.cell(None, style),
            sheet.cell(CRITERIA[found.criterion], style),
            *(_figure(sheet, figure, font=HEADER) for figure in figures),
            _share(sheet, None if done is None else share_of(done, standing.base), font=HEADER),
            _slack(sheet, standing.slack, font=HEADER),
            sheet.cell(result(standing), style),
            sheet.cell(note, sheet.style(align="left")),
        ],
        height=row_height([(note, NOTE)]),
    )
    sheet.merge(1, 2)


def _figure(sheet: Sheet, value: int | str | None, **look):
    return sheet.cell(NONE if value is None else value, sheet.style(**look))


def _share(sheet: Sheet, value: float | None, **look):
    return (
        _figure(sheet, None, **look)
        if value is None
        else sheet.cell(value, sheet.style(pattern="0.0%", **look))
    )


def _slack(sheet: Sheet, value: int | None, **look):
    """How many more than required; what is missing has its minus."""
    return (
        _figure(sheet, None, **look)
        if value is None
        else sheet.cell(value, sheet.style(pattern='+0;"−"0;0', **look))
    )


def _note(row: AgencyProgress, found: Progress, is_mine_free: bool) -> str:
    if is_mine_free:
        return "已确认不涉矿"
    if row.planned is None:
        return "尚无生效方案"
    said = [f"调出{len(row.removed)}"] if row.removed else []
    said += [f"调入{len(row.entered)}"] if row.entered else []
    said += ["仅按方案目标（调整后）达到，按方案目标（原定）未达到"] if row.meets_only_adjusted else []
    below = found.below_in(row.agency)
    said += [f"下级未达须达数：{'、'.join(agency.name for agency in below)}"] if below else []
    return "；".join(said)


def _remarks(found: Progress) -> list[str]:
    said = []
    if found.below:
        names = "、".join(row.agency.name for row in found.below)
        said.append(f"尚未达到须达数的单位 {len(found.below)}：{names}")
    if found.required_of_agencies is not None:
        said.append(
            f"各县（市、区）须达数之和 {found.required_of_agencies}，合计须达数 {found.standing.required}，"
            "两者按各自基数向上取整，可以不等。"
        )
    return said


def _months_sheet(book, found: Progress, head: Agency, curve: BurnUp | None, title: str) -> None:
    headings = [
        "序号",
        "月份",
        "计划（累计）",
        *(f"{word}（累计）" for word in CRITERIA.values()),
        "备注",
    ]
    widths = [6, 16, 20, 20, 20, 20, 30]
    sheet = _sheet(book, MONTHS, found, head, title, widths, "座")
    sheet.header([("", heading) for heading in headings])
    for serial, point in enumerate(curve.points if curve else (), start=1):
        running = point.done[found.criterion] is not None and point.day > found.on
        note = f"当月未结束，建成数截至{date_text(found.on)}" if running else ""
        sheet.append(
            [
                sheet.cell(serial, sheet.style()),
                sheet.cell(point.day, date_style(sheet, MONTH)),
                _figure(sheet, point.planned),
                *(_figure(sheet, point.done[criterion]) for criterion in CRITERIA),
                text_cell(sheet, note),
            ],
            height=row_height([(note, widths[-1])]),
        )
    if curve is None:
        sheet.line([(1, sheet.columns, "尚无生效方案，没有逐月数据。", "left")], height=ROW_HEIGHT)
    write_foot(sheet, shown=sheet.columns)


def _tasks_sheet(book, found: Progress, head: Agency, tasks: list[TargetRow], title: str) -> None:
    headings = [
        "序号",
        "县（市、区）",
        "矿山",
        "基本建成时间",
        *(f"{word}日期" for word in CRITERIA.values()),
    ]
    widths = [6, 16, 40, 18, 18, 18, 18]
    sheet = _sheet(book, TASKS, found, head, title, widths, "座")
    sheet.header([("", heading) for heading in headings])
    serial_style, day = sheet.style(), date_style(sheet, DAY)
    for serial, row in enumerate(tasks, start=1):
        days = [row.planned_on, *(row.done.under(criterion) for criterion in CRITERIA)]
        sheet.append(
            [
                sheet.cell(serial, serial_style),
                text_cell(sheet, row.task.place, "center"),
                text_cell(sheet, row.task.name),
                *(sheet.cell(one, day) if one else _figure(sheet, None) for one in days),
            ],
            height=row_height([(row.task.name, widths[2])]),
        )
    if not tasks:
        sheet.line([(1, sheet.columns, "尚无生效方案，目标未知。", "left")], height=ROW_HEIGHT)
    write_foot(sheet, shown=sheet.columns)
