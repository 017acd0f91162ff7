"""Writing workbooks: one streamed sheet, its shared styles, its page on A4 landscape.

Rows are streamed (openpyxl's write-only mode), so memory does not grow with them, and each look of a cell
is registered once: a new style per cell is what makes workbooks slow.
"""

import re
from collections.abc import Iterable, Sequence
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.packaging.core import DocumentProperties
from openpyxl.styles import Alignment, Border, Font, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.protection import SheetProtection

from tasks.exports.paper_words import number_format

PRODUCT = "绿色矿山建设任务系统"
LINE = Side(style="thin", color="000000")
GRID = Border(left=LINE, right=LINE, top=LINE, bottom=LINE)
# Name and size, and whether it is struck through.
TITLE, BODY, HEADER = ("方正小标宋简体", 18, False), ("宋体", 10, False), ("黑体", 10, False)
STRUCK = ("宋体", 10, True)

# What XML cannot hold, a lone carriage return (XML would turn it), and text that looks like the escape
# _x0041_, which spreadsheets would read as a letter.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_SUSPECT = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]|_x[0-9A-Fa-f]{4}_")
_ESCAPE_LIKE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


def harmless(text: str) -> str:
    """The text as a workbook can hold it, otherwise unchanged."""
    if not _SUSPECT.search(text):
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _ESCAPE_LIKE.sub("_x005F_", _UNWRITABLE.sub("", text))


class Sheet:
    """One sheet that is written from top to bottom. `widths` are those of its columns, in characters."""

    def __init__(self, book: Workbook, name: str, widths: Sequence[float]) -> None:
        self.ws = book.create_sheet(name)
        self.columns = len(widths)
        self.widths = widths
        self.row = 0
        self._styles: dict = {}
        for index, width in enumerate(widths, start=1):
            self.ws.column_dimensions[get_column_letter(index)].width = width

    def style(self, **look):
        """A registered look, by the arguments of `_looks_like`."""
        key = tuple(sorted(look.items()))
        if key not in self._styles:
            self._styles[key] = _looks_like(self.ws, **look)
        return self._styles[key]

    def cell(self, value, style, *, is_text: bool = False) -> WriteOnlyCell:
        """`is_text` says that the value came from a person: then it is text and never a formula or an
        error, whatever it begins with."""
        cell = WriteOnlyCell(self.ws)
        cell._style = style
        if not is_text:
            cell.value = value
        elif value:
            cell.value = harmless(value)
            cell.data_type = "s"
        return cell

    def append(self, cells: Iterable[WriteOnlyCell], *, height: float | None = None) -> None:
        self.row += 1
        if height:
            self.ws.row_dimensions[self.row].height = height
        self.ws.append(list(cells))
        # Written already; kept, the heights alone would grow with the rows.
        self.ws.row_dimensions.pop(self.row, None)

    def merge(self, first: int, last: int, *, rows: int = 1) -> None:
        """Merge columns `first` to `last` of the row written last and of `rows` - 1 rows below it."""
        if (first, rows) != (last, 1):
            start = f"{get_column_letter(first)}{self.row}"
            self.ws.merged_cells.add(f"{start}:{get_column_letter(last)}{self.row + rows - 1}")

    def spread(self, texts: Sequence[str], *, over: int) -> list[tuple[int, int, str]]:
        """Share the first `over` columns among texts: (first column, last column, text), alike in width."""
        share = sum(self.widths[:over]) / len(texts)
        passed, starts = 0.0, []
        for column in range(1, over + 1):
            waiting = len(texts) - len(starts)
            # A wide last column must not swallow the texts that still wait for a place.
            if waiting and (passed >= share * len(starts) or over - column < waiting):
                starts.append(column)
            passed += self.widths[column - 1]
        ends = [start - 1 for start in starts[1:]] + [over]
        return list(zip(starts, ends, texts, strict=True))

    def line(
        self, parts: Sequence[tuple[int, int, str, str]], *, height: float, font=BODY, locked: bool = True
    ):
        """A row without a grid. Each part: first column, last column, text, horizontal alignment."""
        cells = {
            first: self.cell(
                text, self.style(align=align, grid=False, font=font, locked=locked), is_text=True
            )
            for first, _last, text, align in parts
        }
        self.append((cells.get(column) for column in range(1, self.columns + 1)), height=height)
        for first, last, _text, _align in parts:
            self.merge(first, last)

    def header(self, headings: Sequence[tuple[str, str]], *, height: float = 24) -> None:
        """Two storeys of (group, heading): a heading without a group stands over both."""
        style = self.style(font=HEADER, locked=True)
        spans = _spans([group for group, _heading in headings])
        # Only the first cell of a span says its group: a merged cell must not hold a second heading.
        upper = {first: headings[first - 1][0] or headings[first - 1][1] for first, _last in spans}
        lower = [heading if group else "" for group, heading in headings]
        self.append(
            (self.cell(upper.get(column, ""), style, is_text=True) for column in range(1, self.columns + 1)),
            height=height,
        )
        for first, last in spans:
            self.merge(first, last, rows=1 if headings[first - 1][0] else 2)
        self.append((self.cell(text, style, is_text=True) for text in lower), height=height)

    def lay_out(self, *, header_rows: tuple[int, int], footer: str, frozen_columns: int, shown: int) -> None:
        """A4 landscape, one page wide, the header on each page, `footer` and "— 1 —" at its foot.

        Called before the first row: a streamed sheet writes its views first.
        """
        ws = self.ws
        ws.page_setup.orientation, ws.page_setup.paperSize = "landscape", 9
        ws.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        ws.page_setup.fitToWidth, ws.page_setup.fitToHeight = 1, 0
        ws.print_title_rows = f"{header_rows[0]}:{header_rows[1]}"
        ws.print_options.horizontalCentered = True
        margins = ws.page_margins
        margins.left = margins.right = 0.4
        margins.top, margins.bottom, margins.header, margins.footer = 0.6, 0.7, 0.3, 0.35
        ws.oddFooter.left.text = footer.replace("&", "&&")
        ws.oddFooter.center.text = "— &P —"
        ws.oddFooter.right.text = "共 &N 页"
        ws.freeze_panes = f"{get_column_letter(frozen_columns + 1)}{header_rows[1] + 1}"
        for index in range(shown + 1, self.columns + 1):
            ws.column_dimensions[get_column_letter(index)].hidden = True

    def protect_header(self) -> None:
        """Lock what is written as locked; all else, unwritten cells too, stays open to the clerk."""
        self.ws.protection = SheetProtection(
            sheet=True,
            formatCells=False,
            formatColumns=False,
            formatRows=False,
            insertRows=False,
            deleteRows=False,
            sort=False,
            autoFilter=False,
        )
        for dimension in self.ws.column_dimensions.values():
            dimension.protection = Protection(locked=False)


def _looks_like(ws, *, align="center", grid=True, font=BODY, pattern="General", locked=False, quoted=False):
    """Register a look and return what a cell refers to it by. `quoted` marks text as text for good."""
    cell = WriteOnlyCell(ws)
    name, size, is_struck = font
    cell.font = Font(name=name, size=size, strike=is_struck or None)
    cell.alignment = Alignment(horizontal=align, vertical="center", wrap_text=grid)
    if grid:
        cell.border = GRID
    cell.number_format = pattern
    cell.protection = Protection(locked=locked)
    cell.quotePrefix = quoted
    return cell._style


def _spans(groups: Sequence[str]) -> list[tuple[int, int]]:
    """First and last column of each run of one group; a column without a group stands alone."""
    spans: list[tuple[int, int]] = []
    for index, group in enumerate(groups, start=1):
        if group and spans and groups[index - 2] == group:
            spans[-1] = (spans[-1][0], index)
        else:
            spans.append((index, index))
    return spans


def date_style(sheet: Sheet, pattern: str, **look):
    return sheet.style(pattern=number_format(pattern), **look)


def new_book(title: str) -> Workbook:
    """A workbook that names the product and nobody else."""
    book = Workbook(write_only=True)
    # Nothing here computes; recalculating on load would only ask the clerk to save on closing.
    book.calculation.fullCalcOnLoad = False
    book.properties = DocumentProperties(creator=PRODUCT, title=harmless(title))
    return book


def as_bytes(book: Workbook) -> bytes:
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()
