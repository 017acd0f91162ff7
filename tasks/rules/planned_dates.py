"""基本建成时间 as clerks write it: a day, month, quarter, half-year or year; a period means its last day.

>>> parse("２０１９年第三季度")
PlannedDate(last_day=datetime.date(2019, 9, 30), precision='quarter')
>>> display(parse("2019.12"))
'2019年12月'
"""

import re
import unicodedata
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from tasks.rules.chinese_numerals import small_number, year_number

_YEAR = r"(?P<year>20\d{2})"
_SEP = r"[.\-/‐‑‒–—−]"
_SHAPES = [
    ("day", rf"{_YEAR}年(?P<month>\d{{1,2}})月(?P<day>\d{{1,2}})[日号]"),
    ("day", rf"{_YEAR}{_SEP}(?P<month>\d{{1,2}}){_SEP}(?P<day>\d{{1,2}})"),
    ("day", rf"{_YEAR}(?P<month>\d{{2}})(?P<day>\d{{2}})"),
    ("quarter", rf"{_YEAR}年?第?(?P<quarter>[1-4])季度?[末底]?"),
    ("half_year", rf"{_YEAR}年?(?P<half>[上下])半年[末底]?"),
    ("month", rf"{_YEAR}年(?P<month>\d{{1,2}})月?份?[底末]?"),
    ("month", rf"{_YEAR}{_SEP}(?P<month>\d{{1,2}})月?[底末]?"),
    ("month", rf"{_YEAR}(?P<month>\d{{2}})"),
    ("year", rf"{_YEAR}年?(?:年?[底末])?"),
]
_COMPILED = [(precision, re.compile(shape, re.ASCII)) for precision, shape in _SHAPES]
_QUARTERS = ["", "一", "二", "三", "四"]


@dataclass(frozen=True)
class PlannedDate:
    """`precision` is day, month, quarter, half_year or year."""

    last_day: date
    precision: str


def parse(text: str) -> PlannedDate | None:
    """None for what is no date of this century: nothing is guessed."""
    folded = unicodedata.normalize("NFKC", text)
    seen = "".join(sign for sign in folded if not sign.isspace() and unicodedata.category(sign) != "Cf")
    plain = seen.rstrip("。").rstrip("前止")
    for attempt in (plain, _in_arabic(plain)):
        for precision, shape in _COMPILED:
            if match := shape.fullmatch(attempt):
                return _last_day(precision, match.groupdict())
    return None


def _in_arabic(text: str) -> str:
    """The same with Arabic numerals: 二〇一九年十二月 → 2019年12月. What is no numeral stays."""
    folded = text.translate(str.maketrans("零○", "〇〇"))
    try:
        years = re.sub(r"[〇一二三四五六七八九]{4}(?=年)", lambda m: str(year_number(m[0])), folded)
        return re.sub(
            r"[〇一二三四五六七八九十廿卅]+(?=[月日号季])", lambda m: str(small_number(m[0])), years
        )
    except ValueError:
        return text


def _last_day(precision: str, found: dict[str, str]) -> PlannedDate | None:
    year = int(found["year"])
    match precision:
        case "day":
            try:
                return PlannedDate(date(year, int(found["month"]), int(found["day"])), precision)
            except ValueError:
                return None
        case "month":
            month = int(found["month"])
        case "quarter":
            month = 3 * int(found["quarter"])
        case "half_year":
            month = 6 if found["half"] == "上" else 12
        case _:
            month = 12
    if not 1 <= month <= 12:
        return None
    return PlannedDate(date(year, month, monthrange(year, month)[1]), precision)


def display(planned: PlannedDate) -> str:
    """The words of the period, or of the day."""
    day = planned.last_day
    match planned.precision:
        case "day":
            return f"{day.year}年{day.month}月{day.day}日"
        case "quarter":
            return f"{day.year}年第{_QUARTERS[(day.month + 2) // 3]}季度"
        case "half_year":
            return f"{day.year}年{'上' if day.month <= 6 else '下'}半年"
        case "year":
            return f"{day.year}年"
    return f"{day.year}年{day.month}月"
