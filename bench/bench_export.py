"""Writing 50,000 rows of the 任务分解表 against openpyxl's write-only mode writing the same cells in the same
looks; and the memory of 10,000 rows against that of 1,000, which must not grow with the rows."""

import tracemalloc
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from tempfile import TemporaryFile

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, Protection, Side

from bench.ratio import Ratio, seconds
from tasks.exports.columns import BREAKDOWN
from tasks.exports.table import WIDTHS, RowWriter
from tasks.exports.workbook import Sheet, new_book
from tasks.standing.breakdown import BreakdownRow

ROWS = 50_000


def rows(count: int) -> Iterator[BreakdownRow]:
    for n in range(count):
        yield BreakdownRow(
            county="示例县",
            name=f"示例{n}号石灰岩矿",
            holder=f"示例{n % 700}矿业有限公司",
            permit=f"C41{n:020d}",
            mineral="水泥用石灰岩",
            method="open_pit",
            output=Decimal(n % 400 + 1),
            output_unit="万吨/年",
            size_class="large",
            tier="baseline",
            planned_on=date(2018 + n % 3, 12, 31),
            planned_precision="month",
            responsible="示例责任人",
            note="=1+1",
        )


def ours(count: int = ROWS) -> None:
    book = new_book("bench")
    RowWriter(Sheet(book, "bench", WIDTHS)).write(rows(count))
    with TemporaryFile() as file:
        book.save(file)


def plain(count: int = ROWS) -> None:
    """The same cells by openpyxl alone: a look registered once a column, no rule of ours."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("bench")
    looks = [_look(sheet, column) for column in range(len(BREAKDOWN))]
    for serial, row in enumerate(rows(count), start=1):
        values = (
            serial, row.county, row.name, row.holder, row.permit, row.mineral, "露天", row.output,
            row.output_unit, "大型", "底线任务", row.planned_on, row.responsible, row.note,
        )  # fmt: skip
        cells = []
        for value, look in zip(values, looks, strict=True):
            cell = WriteOnlyCell(sheet)
            cell._style = look
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    with TemporaryFile() as file:
        book.save(file)


def _look(sheet, column: int):
    cell = WriteOnlyCell(sheet)
    line = Side(style="thin")
    cell.font = Font(name="宋体", size=10)
    cell.border = Border(left=line, right=line, top=line, bottom=line)
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    cell.protection = Protection(locked=False)
    cell.number_format = 'yyyy"年"m"月"' if column == 11 else "General" if column in (0, 7) else "@"
    return cell._style


def peak(count: int) -> float:
    """MB of Python objects at the highest."""
    tracemalloc.start()
    ours(count)
    highest = tracemalloc.get_traced_memory()[1] / 1024**2
    tracemalloc.stop()
    return highest


def measure() -> list[Ratio]:
    return [
        Ratio(f"export of {ROWS} rows against plain openpyxl", seconds(ours), seconds(plain), 1.3),
        Ratio("peak memory, 10,000 rows against 1,000", peak(10_000), peak(1_000), 1.3, "MB"),
    ]
