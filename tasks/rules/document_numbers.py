"""文号: typed with any brackets, kept with 〔〕 (domain.md section 1)."""

import re
import unicodedata
from dataclasses import dataclass

_PLAIN = str.maketrans("[]（）()﹝﹞【】［］０１２３４５６７８９", "〔〕〔〕〔〕〔〕〔〕〔〕0123456789")
_SHAPE = re.compile(
    r"(?P<prefix>[\u4e00-\u9fff]+)〔(?P<year>(?:19|20)\d\d)〕(?P<number>[1-9]\d*)号", re.ASCII
)


@dataclass(frozen=True)
class DocumentNumber:
    """发文机关代字, year and number of the year; `str` gives the 文号 as it is stored."""

    prefix: str
    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.prefix}〔{self.year}〕{self.number}号"


def normalise(text: str) -> str:
    """Without white space and invisible characters, brackets as 〔〕, digits plain; else as typed.

    >>> normalise(" 宛国资办 [２０１８] 25 号")
    '宛国资办〔2018〕25号'
    """
    seen = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
    return re.sub(r"\s", "", seen).translate(_PLAIN)


def parse(text: str) -> DocumentNumber | None:
    """The parts of a well-formed number, however it was typed; None for any other text.

    >>> parse("桐国土资（2018）12号")
    DocumentNumber(prefix='桐国土资', year=2018, number=12)
    """
    match = _SHAPE.fullmatch(normalise(text))
    return DocumentNumber(match["prefix"], int(match["year"]), int(match["number"])) if match else None


def is_well_formed(text: str) -> bool:
    """代字, a year of four digits, a number that does not begin with 0, 号."""
    return _SHAPE.fullmatch(normalise(text)) is not None
