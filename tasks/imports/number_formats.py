"""Which number formats are dates, and whether they show a day: yyyy年m月 says a month, not its first day."""

import re

# Built-in formats that Chinese Excel stores by number alone (ECMA-376 part 1, 18.8.30).
_DAYS = {14, 15, 22, 27, 28, 29, 30, 31, 36, 50, 51, 54, 58}
_MONTHS = {17, 52, 53, 55, 56, 57}
BUILTIN_DATES = {str(n): "day" for n in _DAYS} | {str(n): "month" for n in _MONTHS}
# 27, 36, 50, 52 and 57 are yyyy年m月 in the Chinese editions; 28, 29, 51, 53, 54 and 58 m月d日.
BUILTIN_DATES |= dict.fromkeys(("27", "36", "50", "57"), "month") | dict.fromkeys(("53",), "day")


def date_precision(code: str) -> str | None:
    """day, month, quarter, half_year or year for a date format, None for any other."""
    code = code.split(";")[0]
    period = "quarter" if "季" in code else "half_year" if "半年" in code else None
    code = re.sub(r"\[(?!(?:h|m|s)+\])[^\]]*\]|\"[^\"]*\"|\\.|_.|\*.", "", code, flags=re.IGNORECASE).lower()
    if "general" in code or not re.search(r"[ymd]", code):
        return None
    if "d" in code:
        return "day"
    if period and "y" in code:
        return period
    if "h" in code or "s" in code or "y" not in code:
        # m alone may be minutes or a month; neither is a date with a year.
        return "day" if "y" in code else None
    return "month" if "m" in code else "year"
