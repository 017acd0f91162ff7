"""Small whole numbers and years as official papers write them: 6, 六, 二十, 廿五, 2018, 二〇一八.

Only what a date needs (up to 99, and four-digit years). A malformed numeral is refused, never guessed:
「五六月」 names two months, 「两月」 is a length of time.
"""

import re

DIGITS = "〇一二三四五六七八九"
_VALUE = (
    {char: value for value, char in enumerate(DIGITS)} | {str(n): n for n in range(10)} | {"O": 0, "o": 0}
)

_ONES = "一二三四五六七八九"
_SPOKEN = re.compile(
    rf"(?:(?P<tens>[{_ONES}]?十|廿|卅)(?P<ones>[{_ONES}]?)|〇?(?P<digit>[{_ONES}])|(?P<round>[{_ONES}])〇)"
)


def small_number(text: str) -> int:
    """「12」, 「十二」, 「二十」, 「廿五」, 「三〇」 → int below 100 (Arabic: any length); else ValueError.

    Zeros must already be folded to 〇 (see date_words.fold).
    """
    if text.isascii():
        return int(text)
    spoken = _SPOKEN.fullmatch(text)
    if spoken is None:
        raise ValueError(text)
    if digit := spoken["digit"]:
        return _VALUE[digit]
    if digit := spoken["round"]:
        return _VALUE[digit] * 10
    return _tens(spoken["tens"]) + (_VALUE[spoken["ones"]] if spoken["ones"] else 0)


def year_number(text: str) -> int:
    """「2018」, 「二〇一八」, 「二O一八」 → 2018, digit by digit; else ValueError."""
    if len(text) != 4 or not set(text) <= set(_VALUE):
        raise ValueError(text)
    return int("".join(str(_VALUE[char]) for char in text))


def _tens(text: str) -> int:
    """「十」 10, 「三十」 30, 「廿」 20, 「卅」 30."""
    if text in ("廿", "卅"):
        return {"廿": 20, "卅": 30}[text]
    return (_VALUE[text[0]] if len(text) == 2 else 1) * 10
