"""The shape of a 采矿许可证号: `C` and 22 digits, or the older 13 digits (domain.md section 5).

Only the shape is read. Neither county nor size is derived from a number.
"""

import re
import unicodedata

_SHAPES = re.compile(r"C\d{22}|\d{13}", re.ASCII)
# What a spreadsheet leaves of 23 digits, such as 1.23E+22 or 4.1E22: the number is gone.
_DESTROYED = re.compile(r"[+-]?\d+(\.\d*)?E[+-]?\d+", re.ASCII | re.IGNORECASE)


def clean(text: str) -> str:
    """Without white space and invisible characters, full-width signs as plain ones.

    >>> clean(" Ｃ4100002009053210015283 ")
    'C4100002009053210015283'
    """
    folded = unicodedata.normalize("NFKC", text)
    return "".join(sign for sign in folded if not sign.isspace() and unicodedata.category(sign) != "Cf")


def doubt(number: str) -> str:
    """ "" for a known shape, "destroyed" for exponent notation, "odd_shape" for all else.

    >>> doubt("C4100002009053210015283"), doubt("1.23E+22"), doubt("豫采0012")
    ('', 'destroyed', 'odd_shape')
    """
    if _SHAPES.fullmatch(number):
        return ""
    return "destroyed" if _DESTROYED.fullmatch(number) else "odd_shape"
