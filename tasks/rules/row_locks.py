"""The hidden mark of a row that leaves as a workbook: at which state of the line and of the mine it left.

Letters stand in it, so that no spreadsheet takes it for a number or a date.

>>> read(write(3, 7))
(3, 7)
"""

import re

_SHAPE = re.compile(r"L(\d{1,9})M(\d{1,9})", re.ASCII)


def write(line_lock: int, mine_version: int) -> str:
    return f"L{line_lock}M{mine_version}"


def read(text: str | None) -> tuple[int, int] | None:
    """(lock of the line, version of the mine); None for what is no such mark."""
    match = _SHAPE.fullmatch((text or "").strip())
    return (int(match[1]), int(match[2])) if match else None
