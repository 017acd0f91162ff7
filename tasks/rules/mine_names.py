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

# A remark behind the name, such as （停产） or （原二厂）.
_REMARK = re.compile(r"[（(\[〔【]([^（(\[〔【]*)[）)\]〕】]\s*$")
# What tells two workings of one place apart is no remark: （一）, （2号）, （东矿区）.
_ORDINAL = re.compile(
    r"第?[\d一二三四五六七八九十东南西北中甲乙丙丁a-z]+(号|期|采区|矿区|矿段|标段|区|段|井|坑|矿)*"
)


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
    """Different names that may be the same mine: a person decides, nothing is merged by itself.

    >>> looks_alike("响水河铁矿(停产)", "响水河铁矿"), looks_alike("示例矿（一）", "示例矿（二）")
    (True, False)
    """
    if fold(one) == fold(other):
        return False
    bare = _bare(one)
    return bool(bare) and bare == _bare(other)


def _bare(name: str) -> str:
    """The folded name without the form of the firm and without a remark in brackets behind it."""
    kept = clean_name(name)
    remark = _REMARK.search(kept)
    if remark and not _ORDINAL.fullmatch(fold(remark[1])):
        kept = kept[: remark.start()]
    return _FORMS.sub("", fold(kept))


def initials(text: str) -> str:
    """The first letters of the pinyin, for searching; Latin letters and digits stay.

    >>> initials("桐柏县老湾金矿")
    'tbxlwjk'
    """
    return "".join(lazy_pinyin(fold(text), style=Style.FIRST_LETTER)).lower()
