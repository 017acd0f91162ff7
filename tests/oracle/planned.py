"""基本建成时间 in words: a period means its last day (decisions.md, "Plan, version, task, mine")."""

import re
from calendar import monthrange
from datetime import date

QUARTERS = {"一": 3, "二": 6, "三": 9, "四": 12, "1": 3, "2": 6, "3": 9, "4": 12}


def last_day(text: str) -> date | None:
    """The last day of 2019年6月30日, 2019年6月, 2019年第四季度, 2019年上半年, 2019年 or 2019年底; None for an
    empty text. Raises ValueError for any other."""
    if not text:
        return None
    found = re.fullmatch(r"(\d{4})年(.*)", text)
    if not found:
        return date.fromisoformat(text)
    year, rest = int(found[1]), found[2]
    if day := re.fullmatch(r"(\d+)月(\d+)日", rest):
        return date(year, int(day[1]), int(day[2]))
    if month := re.fullmatch(r"(\d+)月底?", rest):
        return _end(year, int(month[1]))
    if quarter := re.fullmatch(r"第?([一二三四1-4])季度", rest):
        return _end(year, QUARTERS[quarter[1]])
    if rest in ("上半年", "下半年"):
        return _end(year, 6 if rest == "上半年" else 12)
    if rest in ("", "底"):
        return date(year, 12, 31)
    raise ValueError(text)


def _end(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])
