"""A city's workbook: the summary of its places, and the rows behind every figure of it."""

from datetime import date

from agencies.models import Level
from tasks.exports.columns import BREAKDOWN
from tasks.exports.paper_words import STATES, date_text, version_name
from tasks.exports.table import HEADINGS, UNITS, WIDTHS, RowWriter, write_foot, write_head
from tasks.exports.workbook import HEADER, Sheet, as_bytes, new_book
from tasks.standing.breakdown import AgencySummary, CityBreakdown

SUMMARY, ALL_ROWS = "汇总", "全部任务"
HEADER_ROWS = (3, 4)
REGISTER, PLANNED = "在册矿山（座）", "计划当年基本建成（座）"


def city_workbook(breakdown: CityBreakdown) -> bytes:
    """Two sheets of xlsx: 汇总, a row a place and 合计, and 全部任务, the rows that it counts."""
    title = f"{breakdown.agency.name}{breakdown.programme.name}任务分解"
    book = new_book(title)
    _summary_sheet(book, breakdown, f"{title}汇总表")
    _rows_sheet(book, breakdown, f"{title}表")
    return as_bytes(book)


def _summary_sheet(book, breakdown: CityBreakdown, title: str) -> None:
    years = breakdown.years
    headings = [("", "序号"), ("", "县（市、区）")]
    headings += [(REGISTER, name) for name in ("矿山总数", "大型", "中型", "露天")]
    headings += [("", "原定目标（座）"), ("", "目标合计（座）"), ("", "草拟（座）")]
    headings += [*[(PLANNED, f"{year}年") for year in years], ("", "备注")]
    sheet = Sheet(book, SUMMARY, [6, 16, 10, 9, 9, 9, 11, 11, 9, *[10] * len(years), 44])
    _lay_out(sheet, breakdown, title, shown=len(headings), unit="座")
    sheet.header(headings)
    for serial, unit in enumerate(breakdown.agencies, start=1):
        _unit_row(sheet, serial, unit, years)
    _total_row(sheet, breakdown)
    write_foot(sheet, shown=sheet.columns)


def _unit_row(sheet: Sheet, serial: int, unit: AgencySummary, years: tuple[int, ...]) -> None:
    centred = sheet.style()
    figures = [unit.mines, unit.large, unit.medium, unit.open_pit, unit.original, unit.planned, unit.drafted]
    # Unknown stays an empty cell: 0 would be a statement.
    figures += [unit.by_year[year] if unit.planned is not None else None for year in years]
    sheet.append(
        [
            sheet.cell(serial, centred),
            sheet.cell(unit.agency.name, sheet.style(quoted=True, pattern="@"), is_text=True),
            *[sheet.cell(figure, centred) for figure in figures],
            sheet.cell(remark(unit), sheet.style(align="left", quoted=True, pattern="@"), is_text=True),
        ],
        height=22,
    )


def _total_row(sheet: Sheet, breakdown: CityBreakdown) -> None:
    style = sheet.style(font=HEADER)
    whole = breakdown.breakdown
    figures = [breakdown.total(name) for name in ("mines", "large", "medium", "open_pit")]
    # The total of the whole branch, as the desk and the progress show it: the rows above add up to it.
    figures += [whole.original, whole.planned, whole.drafted or None]
    figures += [breakdown.total_in(year) for year in breakdown.years]
    cells = [sheet.cell("合计", style), sheet.cell(None, style)]
    cells += [sheet.cell(figure, style) for figure in figures]
    sheet.append([*cells, sheet.cell(_coverage(breakdown), sheet.style(align="left"))], height=24)
    sheet.merge(1, 2)


def _coverage(breakdown: CityBreakdown) -> str:
    """Of how many places the total speaks: a sum that leaves places out must say so."""
    places = [
        unit for unit in breakdown.agencies if unit.agency.level == Level.COUNTY and not unit.is_mine_free
    ]
    known = sum(1 for unit in places if unit.planned is not None)
    return f"目标合计含 {known}/{len(places)} 个县（市、区）"


def remark(unit: AgencySummary) -> str:
    """备注: where the place stands, and what its figures leave open."""
    said = [_standing(unit)]
    if unit.removed or unit.entered:
        said.append(f"调出{unit.removed}，调入{unit.entered}")
    if unit.withheld and unit.version:
        said.append(f"该日所报{unit.withheld}座，该版后已撤回，不列明细")
    if unit.undated:
        said.append(f"{unit.undated}座未定建成时间")
    if unit.size_unknown:
        said.append(f"在册{unit.size_unknown}座规模不明")
    if unit.mines is None and unit.agency.level == Level.COUNTY:
        said.append("在册矿山未录入")
    return "；".join(part for part in said if part)


def _standing(unit: AgencySummary) -> str:
    if unit.is_mine_free:
        return "不涉矿"
    if unit.agency.level == Level.ZONE:
        return "功能区，计入市级"
    if unit.agency.level == Level.CITY:
        return "市级直管"
    state = STATES[unit.filing.state]
    if unit.version is None:
        return state if unit.planned is None else f"{state}，由市级编列"
    said = f"{state}（{version_name(unit.version)}）"
    if not unit.filing.is_in_force:
        return f"{said}，草拟数"
    return f"{said}，修订中" if unit.filing.revision else said


def _rows_sheet(book, breakdown: CityBreakdown, title: str) -> None:
    sheet = Sheet(book, ALL_ROWS, WIDTHS)
    _lay_out(sheet, breakdown, title, shown=len(BREAKDOWN), unit=UNITS)
    sheet.header(HEADINGS)
    writer = RowWriter(sheet)
    writer.write(breakdown.rows)
    writer.write_totals(list(breakdown.rows), breakdown.breakdown.original)
    write_foot(sheet, shown=sheet.columns)


def _lay_out(sheet: Sheet, breakdown: CityBreakdown, title: str, *, shown: int, unit: str) -> None:
    day: date = breakdown.as_of
    sheet.lay_out(header_rows=HEADER_ROWS, footer=f"截至{date_text(day)}", frozen_columns=2, shown=shown)
    write_head(sheet, title, breakdown.agency.bureau_name(day), day, unit, shown=shown)
