"""Values by calamine, for workbooks that the scan before it has found bounded and well-formed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from io import BytesIO

from python_calamine import CalamineSheet, CalamineWorkbook

from tasks.imports.limits import MAX_COLUMNS
from tasks.imports.refusals import Refused
from tasks.imports.sheets import Rows


@contextmanager
def guarded(detail: str) -> Iterator[None]:
    """Whatever goes wrong inside the reader is a damaged file to the clerk, a panic of the library too."""
    try:
        yield
    except (Refused, KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:
        raise Refused("damaged", detail=detail) from error


def open_calamine(data: bytes) -> CalamineWorkbook:
    with guarded("工作簿的目录读不出来"):
        return CalamineWorkbook.from_filelike(BytesIO(data))


def calamine_rows(values: CalamineWorkbook, name: str) -> Callable[[], Rows]:
    """The rows of one sheet, empty ones before the first filled one included."""

    @lru_cache(maxsize=1)
    def opened() -> CalamineSheet:
        with guarded(f"工作表“{name}”读不出来"):
            return values.get_sheet_by_name(name)

    def rows() -> Rows:
        sheet = opened()
        if sheet.start is None:
            return
        offset = [""] * sheet.start[1]
        for number, row in enumerate(sheet.iter_rows(), start=1):
            yield number, (offset + row)[:MAX_COLUMNS]

    return rows
