"""The shape of a 采矿许可证号: `C` and 22 digits, or the older 13 digits (domain.md section 5).

Only the shape is read. Neither county nor size is derived from a number.
"""

import re
import unicodedata
from dataclasses import dataclass

_SHAPES = re.compile(r"C\d{22}|\d{13}", re.ASCII)
# What a spreadsheet leaves of 23 digits, such as 1.23E+22 or 4.1E22: the number is gone.
_DESTROYED = re.compile(r"[+-]?\d+([.,]\d*)?E[+-]?\d+", re.ASCII | re.IGNORECASE)
# Groups parted by a hyphen, and the apostrophe that keeps a cell from becoming a number.
_DECORATION = re.compile(r"[\-‐‑‒–—―−'’‘`]")
# A number cell keeps 15 digits: from the sixteenth on they are the spreadsheet's, not the permit's.
_TOO_MANY_FOR_A_CELL = 10**15


@dataclass(frozen=True)
class PermitReading:
    """`number` as it is kept, None for an empty or a destroyed one; `doubt` as `doubt` gives it."""

    number: str | None
    doubt: str


def clean(text: str) -> str:
    """Without white space and invisible characters, full-width signs as plain ones.

    Hyphens, apostrophes and a lower-case c are mended where that gives a known shape. Any other number
    keeps them: what is doubted is shown as it was typed.

    >>> clean(" Ｃ4100002009053210015283 "), clean("c410000-2009053210015283"), clean("豫采-0012")
    ('C4100002009053210015283', 'C4100002009053210015283', '豫采-0012')
    """
    folded = unicodedata.normalize("NFKC", text)
    seen = "".join(sign for sign in folded if not sign.isspace() and unicodedata.category(sign) != "Cf")
    # Without the white space between them two signs can become one, hence the second round.
    plain = unicodedata.normalize("NFKC", seen)
    mended = _DECORATION.sub("", plain).upper()
    return mended if _SHAPES.fullmatch(mended) else plain


def doubt(number: str) -> str:
    """ "" for a known shape, "destroyed" for exponent notation, "shape" for all else.

    >>> doubt("C4100002009053210015283"), doubt("1.23E+22"), doubt("豫采0012")
    ('', 'destroyed', 'shape')
    """
    if _SHAPES.fullmatch(number):
        return ""
    return "destroyed" if _DESTROYED.fullmatch(number) else "shape"


def read_permit(text: str) -> PermitReading:
    """The number and what is doubtful about it; a destroyed number is dropped, nothing is guessed.

    Source: decisions.md, "Plan, version, task, mine". An empty text is no number and no doubt.

    >>> read_permit("'c4100002009053210015283")
    PermitReading(number='C4100002009053210015283', doubt='')
    >>> read_permit("1.30425E+12")
    PermitReading(number=None, doubt='destroyed')
    """
    number = clean(text)
    # An apostrophe before the exponent protects a text that was destroyed before it was protected.
    if doubt(number.lstrip("'’‘`")) == "destroyed":
        return PermitReading(None, "destroyed")
    return PermitReading(number, doubt(number)) if number else PermitReading(None, "")


def read_number_cell(value: int | float) -> PermitReading:
    """The same for a cell that holds a number and not text.

    13 digits come through whole; 16 and more, and fractions, are destroyed.

    >>> read_number_cell(1304250610100.0).number, read_number_cell(4.1e21).doubt
    ('1304250610100', 'destroyed')
    """
    if value != value or abs(value) >= _TOO_MANY_FOR_A_CELL or value != int(value):
        return PermitReading(None, "destroyed")
    number = str(int(value))
    return PermitReading(number, doubt(number))
