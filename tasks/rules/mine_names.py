"""Names of mines: kept as typed, folded only to compare, and found by the initials of their pinyin.

decisions.md, "Import": white space around, line breaks inside and invisible format characters go; no
other sign is changed, for a name is somebody's name.
"""

import re
import unicodedata

from pypinyin import Style, lazy_pinyin

_BRACKETS = re.compile(r"[\s()\[\]{}〔〕【】《》〈〉<>「」『』·・\-—_,，.。、:：'\"“”‘’]")
# What the same firm may be called with or without; two names that differ only so are alike, not the same.
_FORMS = re.compile(r"有限责任公司|股份有限公司|有限公司|公司|矿业|矿山|采石场|石料厂|矿$|厂$")


def clean_name(text: str) -> str:
    """The name as it is kept.

    >>> clean_name(" 桐柏县\\n老湾\\u200b金矿 ")
    '桐柏县老湾金矿'
    """
    kept = "".join(c for c in text if unicodedata.category(c) != "Cf")
    return re.sub(r"[\r\n\t\v\f\x85\u2028\u2029]+", "", kept).strip()


def fold(text: str) -> str:
    """The name for comparing: width, case, spaces, brackets and punctuation set aside.

    >>> fold("示例（一）号矿") == fold("示例(一) 号矿")
    True
    """
    # Folding the case can leave signs that are not in their plain form, hence the second round.
    plain = unicodedata.normalize("NFKC", clean_name(text)).casefold()
    folded = _BRACKETS.sub("", clean_name(unicodedata.normalize("NFKC", plain).casefold()))
    return unicodedata.normalize("NFKC", folded)


def looks_alike(one: str, other: str) -> bool:
    """Different names that may be the same mine: a person decides, nothing is merged by itself."""
    first, second = fold(one), fold(other)
    if first == second:
        return False
    bare_first, bare_second = _FORMS.sub("", first), _FORMS.sub("", second)
    return bool(bare_first) and bare_first == bare_second


def initials(text: str) -> str:
    """The first letters of the pinyin, for searching; Latin letters and digits stay.

    >>> initials("桐柏县老湾金矿")
    'tbxlwjk'
    """
    return "".join(lazy_pinyin(fold(text), style=Style.FIRST_LETTER)).lower()
