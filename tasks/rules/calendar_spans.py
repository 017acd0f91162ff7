"""Stretches of the calendar that official sentences name: a day, 旬, month, quarter, half-year, year.

上旬 = days 1–10, 中旬 = 11–20, 下旬 = 21 to the month's last day (domain.md section 2). A day, month or
quarter that does not exist raises ValueError.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Span:
    """From `start` to `end`, both inclusive. `month` is the month it lies in; None if it is longer."""

    start: date
    end: date
    month: int | None = None

    @property
    def year(self) -> int:
        return self.end.year

    @property
    def is_day(self) -> bool:
        return self.start == self.end


def day(year: int, month: int, number: int) -> Span:
    the_day = date(year, month, number)
    return Span(the_day, the_day, month)


def days(year: int, month: int, first: int, last: int) -> Span:
    """Days `first` to `last` of a month; a `last` beyond the month means its last day."""
    last_of_month = month_of(year, month).end.day
    return Span(date(year, month, first), date(year, month, min(last, last_of_month)), month)


def month_of(year: int, month: int) -> Span:
    start = date(year, month, 1)
    return Span(start, start.replace(day=monthrange(year, month)[1]), month)


def months(year: int, first: int, last: int) -> Span:
    return Span(date(year, first, 1), month_of(year, last).end)


def quarter_of(year: int, quarter: int) -> Span:
    return months(year, quarter * 3 - 2, quarter * 3)


def year_of(year: int) -> Span:
    return months(year, 1, 12)


def shifted_month(day_within: date, by: int) -> tuple[int, int]:
    """Year and month `by` months from the given day's month."""
    count = day_within.year * 12 + day_within.month - 1 + by
    return count // 12, count % 12 + 1
