"""A county's 任务分解表 as a workbook. What leaves here is also the template that comes back in.

Behind the official columns stand hidden ones, by which a returning row finds its task whatever was done to
its name; `SOURCE` says from which version it came. The hidden defined name `MARK` says the same once for
the whole file: template, agency, version, hash (decisions.md, "Import").
"""

from dataclasses import replace
from datetime import date

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from agencies.models import Agency
from tasks.exports.columns import BREAKDOWN
from tasks.exports.paper_words import version_mark
from tasks.exports.table import HEADINGS, UNITS, WIDTHS, RowWriter, write_foot, write_head
from tasks.exports.workbook import Sheet, as_bytes, new_book
from tasks.models import PlanVersion, Programme
from tasks.standing.breakdown import BreakdownRow, Status, breakdown, rows_of, rows_of_register
from tasks.standing.day import Day

TEMPLATE = "breakdown-1"
MARK = "greenmine_breakdown"
SHEET, LISTS = "任务分解表", "选项"
TASK_ID, MINE_ID, LOCK, PRECISION, SOURCE = "任务标识", "矿山标识", "行锁", "时间精度", "来源版本"
HEADER_ROWS = (3, 4)
# What an agency without a registered mine gets to write in.
BLANK_ROWS = 12


def agency_workbook(day: Day, agency: Agency) -> bytes:
    """The agency's table of the day as xlsx: its target as adjusted, with what left it and what entered, else its
    draft, else the mines of its register. `agency` is the head of the day's branch."""
    speaking = day.speaking.get(agency.pk)
    version = (
        PlanVersion.objects.select_related("plan__agency").get(pk=speaking.version) if speaking else None
    )
    whole = breakdown(day) if version else None
    rows = list(whole.rows) if whole else []
    if whole and whole.planned is None:
        # A table of a plan that is not in force says so once, at its foot, and not in each row.
        rows = [replace(row, status=Status.KEPT) for row in rows]
    # The paper of a version bears the day of its submission, a table that was adjusted since the day asked for.
    dated = version.frozen_on if version and version.frozen_on and _is_plain(rows) else day.on
    return _workbook(
        agency,
        day.programme,
        rows or rows_of_register(day, agency),
        day=dated,
        version=version,
        original=whole.original if whole else None,
    )


def breakdown_workbook(version: PlanVersion, as_of: date) -> bytes:
    """One version's table as it was submitted; the register's mines, unplanned, where it has no row yet.

    `as_of` dates a working copy; a frozen version bears the day on which it was submitted.
    """
    plan = version.plan
    rows = rows_of(version) or rows_of_register(Day(as_of, plan.agency, plan.programme), plan.agency)
    return _workbook(plan.agency, plan.programme, rows, day=version.frozen_on or as_of, version=version)


def template_workbook(agency: Agency, programme: Programme, as_of: date) -> bytes:
    """The empty table of an agency that has begun no plan, with the mines of its register."""
    rows = rows_of_register(Day(as_of, agency, programme), agency)
    return _workbook(agency, programme, rows, day=as_of, version=None)


def _is_plain(rows: list[BreakdownRow]) -> bool:
    return all(row.status in (Status.KEPT, Status.DRAFTED) for row in rows)


def source_mark(agency: Agency, version: PlanVersion | None) -> str:
    """Template, agency, version number (0: not submitted) and hash, parted by blanks."""
    number, content_hash = (version.number or 0, version.content_hash) if version else (0, "")
    return f"{TEMPLATE} {agency.code} {number} {content_hash}".rstrip()


def _workbook(
    agency: Agency,
    programme: Programme,
    rows: list[BreakdownRow],
    *,
    day: date,
    version: PlanVersion | None,
    original: int | None = None,
) -> bytes:
    title = f"{agency.name}{programme.name}任务分解表"
    source = source_mark(agency, version)
    hidden = [
        (TASK_ID, lambda row: row.task_id),
        (MINE_ID, lambda row: row.mine_id),
        (LOCK, lambda row: row.lock),
        (PRECISION, lambda row: row.planned_precision),
        (SOURCE, lambda row: source),
    ]
    book = new_book(title)
    sheet = Sheet(book, SHEET, WIDTHS + [12] * len(hidden))
    sheet.lay_out(
        header_rows=HEADER_ROWS, footer=version_mark(version), frozen_columns=3, shown=len(BREAKDOWN)
    )
    sheet.protect_header()
    _choices(book, sheet, len(rows))
    write_head(sheet, title, agency.bureau_name(day), day, UNITS, shown=len(BREAKDOWN))
    sheet.header(HEADINGS + [("", heading) for heading, _value in hidden])
    writer = RowWriter(sheet, hidden)
    writer.write(rows)
    if not rows:
        writer.write_blank(BLANK_ROWS)
    writer.write_totals(rows, original)
    write_foot(sheet, shown=len(BREAKDOWN))
    book.defined_names.add(DefinedName(MARK, attr_text=f'"{source}"', hidden=True))
    return as_bytes(book)


def _choices(book: Workbook, sheet: Sheet, rows: int) -> None:
    """Drop-downs from a hidden sheet, for the columns that hold one of a few words."""
    chosen = [(index, column) for index, column in enumerate(BREAKDOWN, start=1) if column.options]
    lists = book.create_sheet(LISTS)
    lists.sheet_state = "hidden"
    longest = max(len(column.options) for _index, column in chosen)
    lists.append([column.heading for _index, column in chosen])
    for number in range(longest):
        lists.append([(*column.options, *[None] * longest)[number] for _index, column in chosen])
    # Down to the 合计 row, so that a row inserted right above it offers the choices too.
    first, last = HEADER_ROWS[1] + 1, HEADER_ROWS[1] + (rows or BLANK_ROWS) + 1
    for position, (index, column) in enumerate(chosen, start=1):
        letter, source = get_column_letter(index), get_column_letter(position)
        choice = DataValidation(
            type="list",
            formula1=f"'{LISTS}'!${source}$2:${source}${len(column.options) + 1}",
            allow_blank=True,
            showErrorMessage=True,
            errorTitle=column.heading,
            error=f"请从下拉列表中选择：{'、'.join(column.options)}",
        )
        choice.add(f"{letter}{first}:{letter}{last}")
        sheet.ws.data_validations.append(choice)
