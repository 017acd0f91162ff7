"""What stretch of the calendar some date words mean: 「六月」「中旬」 → 11–20 June.

Without a year that of the `Base` holds; 今年, 明年, 本月, 下季度 count from the document's date, 次年 from
the year named last. 中旬, 月底 or 20日 without a month lean on the month named last (decisions.md,
"Dates in sentences").
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tasks.rules import calendar_spans
from tasks.rules.calendar_spans import Span
from tasks.rules.chinese_numerals import small_number, year_number
from tasks.rules.date_words import Word

# Of papers that bind anybody; what would lie outside is some other number.
YEARS = range(1900, 2100)

_AWAY = {"今": 0, "本": 0, "这": 0, "明": 1, "来": 1, "下": 1, "去": -1, "上": -1}
_TEN_DAYS = {
    "上旬": (1, 10), "中旬": (11, 20), "下旬": (21, 31), "上中旬": (1, 20), "中下旬": (11, 31),
    "上半月": (1, 15), "下半月": (16, 31),
}  # fmt: skip


@dataclass(frozen=True)
class Base:
    """What an unfinished date is completed from.

    `year` completes a date without a year; `named_year` is the one 次年 follows; `near` is the year and
    month named last in the sentence, None at its beginning.
    """

    document: date
    year: int
    named_year: int
    near: tuple[int, int] | None = None

    def after(self, span: Span) -> "Base":
        """The base for the second half of a range that begins with `span`."""
        near = (span.year, span.month) if span.month else None
        return Base(self.document, span.year, span.year, near)


def span_of(words: Sequence[Word], base: Base) -> Span | None:
    """The stretch that the words F, G, Y, M, D, X, Q, H, f or U mean; None if there is no such day."""
    text = {word.kind: word.text for word in words}
    try:
        if words[0].kind in "FG":
            span = _written_in_figures(words[0].text)
        elif words[0].kind == "U":
            span = _unit_around(text["U"], base)
        else:
            span = _spelled(text, base)
    except (ValueError, OverflowError):
        return None
    return span if span.year in YEARS else None


def year_named(words: Sequence[Word], document: date) -> int | None:
    """The year that stands last in the words; 次年 leans on a year and is none."""
    years = [word for word in words if word.kind in "YFG" and word.text[0] not in "次翌"]
    span = span_of(years[-1:], Base(document, document.year, document.year)) if years else None
    return span.year if span else None


def _written_in_figures(text: str) -> Span:
    numbers = [int(number) for number in re.findall("[0-9]+", text)]
    return calendar_spans.month_of(*numbers) if len(numbers) == 2 else calendar_spans.day(*numbers)


def _spelled(text: dict[str, str], base: Base) -> Span:
    if "Q" in text:
        return calendar_spans.quarter_of(*_quarter(text, base))
    if "H" in text:
        first = 1 if text["H"][0] == "上" else 7
        return calendar_spans.months(_year(text, base), first, first + 5)
    if "f" in text:
        each = 3 if "季" in text["f"] else 1
        return calendar_spans.months(_year(text, base), 1, _count(text["f"]) * each)
    if "Y" in text and not text.keys() & set("MDX"):
        return calendar_spans.year_of(_year(text, base))
    year, month = _month(text, base)
    if "D" in text:
        return calendar_spans.day(year, month, _count(text["D"]))
    if "X" in text:
        return calendar_spans.days(year, month, *_TEN_DAYS[text["X"].replace("、", "")])
    if "M" not in text:
        raise ValueError("a number without a unit")
    return calendar_spans.month_of(year, month)


def _year(text: dict[str, str], base: Base) -> int:
    if "Y" not in text:
        return base.year
    word = text["Y"].removesuffix("度").removesuffix("年")
    if word in ("次", "翌"):
        return base.named_year + 1
    if word in _AWAY:
        return base.document.year + _AWAY[word]
    return year_number(word)


def _month(text: dict[str, str], base: Base) -> tuple[int, int]:
    """Year and month; ValueError for 「中旬」 with no month before it and for 「2018年本月」."""
    if "M" not in text:
        if base.near is None:
            raise ValueError("no month")
        return base.near
    word = text["M"]
    if word[0] not in _AWAY:
        return _year(text, base), 1 if word[0] == "元" else _count(word)
    if "Y" in text:
        raise ValueError("a year and a month that counts from the document")
    return calendar_spans.shifted_month(base.document, _AWAY[word[0]])


def _quarter(text: dict[str, str], base: Base) -> tuple[int, int]:
    word = text["Q"]
    if word[0] not in _AWAY:
        return _year(text, base), 1 if word[0] == "首" else _count(word)
    if "Y" in text:
        raise ValueError("a year and a quarter that counts from the document")
    year, month = calendar_spans.shifted_month(base.document, 3 * _AWAY[word[0]])
    return year, (month + 2) // 3


def _unit_around(unit: str, base: Base) -> Span:
    """「年」 of 年底, 「月」 of 月底 …: that of the month named last, else of the document's date."""
    if unit[0] == "年":
        return calendar_spans.year_of(base.year)
    year, month = base.near or (base.document.year, base.document.month)
    if unit[0] == "季":
        return calendar_spans.quarter_of(year, (month + 2) // 3)
    if unit[0] == "月":
        return calendar_spans.month_of(year, month)
    if base.near:
        raise ValueError("旬 of a month named, but which of the three?")
    first = min((base.document.day - 1) // 10, 2) * 10 + 1
    return calendar_spans.days(year, month, first, first + 9 if first < 21 else 31)


def _count(text: str) -> int:
    """The number in 「第三季度」, 「12月份」, 「20日」, 「前三季度」."""
    return small_number(re.sub("[第前个月份日号季度]", "", text))
