"""The dry run of 50,000 rows × 14 columns, with all its checks and the register beside it, against openpyxl's
read-only mode merely reading the same file; and its queries, which grow by batches alone."""

from dataclasses import replace
from datetime import date
from io import BytesIO, StringIO

from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from agencies.models import Agency
from bench import bench_export
from bench.ratio import Ratio, seconds
from bench.registers import enter
from tasks.exports.table import HEADINGS, UNITS, WIDTHS, RowWriter, write_foot, write_head
from tasks.exports.workbook import Sheet, as_bytes, new_book
from tasks.imports.breakdown import read_breakdown
from tasks.imports.register import BATCH
from tasks.models import Mine, Programme
from tasks.rules.mine_names import fold

ROWS = 50_000
COUNTY = "411330"


def measure() -> list[Ratio]:
    """In a database of its own, which goes with the run."""
    old = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0)
    try:
        return _measure()
    finally:
        connection.creation.destroy_test_db(old, verbosity=0)


def _measure() -> list[Ratio]:
    call_command("load_reference", verbosity=0, stdout=StringIO())
    data = workbook(ROWS)
    plain = seconds(lambda: merely_read(data))
    new = seconds(lambda: dry_run(data, new=ROWS))
    few, many = queries(2_000), queries(20_000)
    register(ROWS)
    known = seconds(lambda: dry_run(data, new=ROWS))
    beyond = many - (20_000 - 2_000) / BATCH
    return [
        Ratio(f"dry run of {ROWS} new rows against openpyxl reading them", new, plain, 1.0),
        Ratio(f"the same with {ROWS} mines on register", known, plain, 1.0),
        Ratio(f"queries of 20,000 rows / 2,000 rows, less one for each {BATCH}", beyond, few, 1.0, ""),
    ]


def workbook(count: int) -> bytes:
    """The 分解表 as it leaves, its 14 columns without the hidden ones."""
    county = Agency.objects.get(code=COUNTY)
    book = new_book("bench")
    sheet = Sheet(book, "任务分解表", WIDTHS)
    write_head(sheet, "任务分解表", county.name, date(2018, 5, 25), UNITS, shown=len(WIDTHS))
    sheet.header(HEADINGS)
    RowWriter(sheet).write(_rows(county, count))
    write_foot(sheet, shown=len(WIDTHS))
    return as_bytes(book)


def _rows(county: Agency, count: int):
    for row in bench_export.rows(count):
        yield replace(row, county=county.name)


def merely_read(data: bytes) -> None:
    for sheet in load_workbook(BytesIO(data), read_only=True).worksheets:
        for _row in sheet.iter_rows(values_only=True):
            pass


def dry_run(data: bytes, *, new: int) -> None:
    comparison = read_breakdown(
        "分解表.xlsx", data, agency=Agency.objects.get(code=COUNTY), programme=Programme.objects.get()
    )
    assert len(comparison.new) == new, comparison.reading.message


def queries(count: int) -> int:
    data = workbook(count)
    with CaptureQueriesContext(connection) as made:
        dry_run(data, new=count)
    return len(made)


def register(count: int) -> None:
    """The mines of the file, known already: each row is looked up and compared."""
    county = Agency.objects.get(code=COUNTY)
    enter(
        Mine(
            name=row.name,
            folded_name=fold(row.name),
            initials="sl",
            holder=row.holder,
            county=county,
            managed_by=county,
            version=1,
        )
        for row in bench_export.rows(count)
    )
