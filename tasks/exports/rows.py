"""Cells and heights that sheets of free text have in common."""

from collections.abc import Iterable

from tasks.exports.table import LINE_HEIGHT, ROW_HEIGHT
from tasks.exports.workbook import Sheet

# More lines than these would push the rest of a page away; the cell still holds the whole text.
MOST_LINES = 28


def text_cell(sheet: Sheet, text: str, align: str = "left"):
    """Text for good, whatever it begins with."""
    return sheet.cell(text, sheet.style(align=align, quoted=True, pattern="@"), is_text=True)


def row_height(texts: Iterable[tuple[str, float]]) -> float:
    """In points, so that wrapped text is not cut off: each text with the width it has, in characters."""
    lines = max((_lines(text, width) for text, width in texts), default=1)
    return max(ROW_HEIGHT, LINE_HEIGHT * min(lines, MOST_LINES) + 6)


def _lines(text: str, width: float) -> int:
    # A Chinese character is as wide as two others, and so it is in this encoding.
    return sum(-(-len(part.encode("gb18030", "replace")) // int(width - 1)) or 1 for part in text.split("\n"))
