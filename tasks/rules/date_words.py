"""From a sentence to the words that can build a date: the first two levels of the reader of dates.

`fold` brings the text into one shape (no white space, one form for each digit), `words_of` cuts it into
words and gives each a kind, one letter. Which words may stand together, and what day they mean, is for
date_phrases.py. Example: 「应在六月中旬前完成」 → x x M X B x x.

Kinds:
  F 2018-06-20    G 2018.6 before 前/底     Y 2018年, 明年   M 六月, 本月      D 20日
  X 中旬, 上半月    Q 三季度                  H 上半年          f 前三季度        N a bare number
  U 年, 季度, 月, 旬 alone                   E 底, 末          B 前, 之前, 以前   I 内, 之内   P 期间
  V makes it vague (初, 中, 左右, 前后, 前3天)  O leaves it open (起, 以后, 以来)
  T 截至, 不迟于, 最迟: what follows is the end     t 止, 为止, 截止 behind it
  S 至, 到, —     L 、     K 和, 及         W time of day or weekday between day and 前
  A a time that hangs on another (当年, 次月, 三年)   R recurring (每年)   C clause end   Z sentence end
  x anything else
"""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from tasks.rules.chinese_numerals import DIGITS

_ZEROS = "零○◯"

# Official papers have 28 characters a line (GB/T 9704—2012, 5.2.3), less two of indent and one squeezed out.
FULL_LINE = 25

# Printed page numbers (— 3 —) fall between two lines of one sentence.
_PAGE_MARK = re.compile(r"(?<![0-9])[-—–−]+[0-9]{1,3}[-—–−]+")

# Titles, and words that begin or end with a character of a date: 「2018年内乡县」 is a county, not 年内;
# 「2018年底线任务」 is a tier of tasks, not 年底; 「说明年内情况」 is not about 明年.
_LOOKALIKES = re.compile(
    r"《[^《》]{0,200}》"
    r"|内(?:乡|黄|蒙|江|丘|容|外|涵|控|资|需|河|陆|部(?!署)|业(?!务)|设机构)"
    r"|底(?:册|图|账|稿|泥|板|层|线(?![上下])|数(?!据))|末(?:端|位|尾)"
    r"|前(?:往|景|沿|言|期(?![限满]))"
    r"|[统唯之单同万专划逐]一"
    r"|(?:[说证声表注标查申阐透文写]明|[本这此每首多各几数一二两三再]次|[基成版样标根文]本|过去|[近未将]来)(?=年)"
    r"|(?:[网线马路会以]上|[线以地井]下|[基成版样标根文]本)(?=月|季)"
)

_NUMBER = rf"(?:[0-9]+|[{DIGITS}十廿卅百千万两]+)"
_YEAR = rf"(?:[1一][9九]|[2二][0〇Oo])[0-9{DIGITS}Oo]{{2}}"
_THEME = "个半几数多近整全满周青少老成童壮幼常往早晚学财岁蜜产传动量育春夏秋冬旺淡汛暖雨旱"

# The order decides: the first that fits at a place is taken, and a number is always taken whole.
_KINDS = {
    "F": r"(?:19|20)[0-9]{2}(?P<dot>[-./])[0-9]{1,2}(?P=dot)[0-9]{1,2}(?![0-9])日?",
    "G": r"(?:19|20)[0-9]{2}[-./][0-9]{1,2}(?=底|末|[之以]?[前内])",
    "Y": rf"(?:{_YEAR}|[今本明次翌来去])年度?",
    "R": r"每(?:隔)?[个半一]?(?:年|季度?|月|旬)度?",
    "X": r"上、?中旬|中、?下旬|[上中下]旬|[上下]半月",
    "H": r"[上下]半年",
    "Q": rf"第?{_NUMBER}季(?:度|(?=[底末]))|首季度|(?:本|[上下]一?个?)季度?",
    "M": rf"(?:{_NUMBER}|元)月份?|(?:本|这个?|[上下](?:一?个)?)月份?",
    "A": rf"第?{_NUMBER}[年旬]度?|第{_NUMBER}月份?|(?:农|阴|旧)历|[正腊冬]月|(?<![底末日号旬月年度])[前后]年"
    r"|[当同该历逐各上下次翌某][个一]?(?:年|月|季度?|旬)度?",
    "f": rf"(?<![底末日号旬月])前{_NUMBER}个?季度|(?<=年)前{_NUMBER}个月",
    "W": r"[上下中]午|[早晚]上?|傍晚|下班|当[日天]|\([含包][^()]{0,6}\)"
    r"|\(?(?:星期|周|礼拜)[一二三四五六日天]\)?"
    rf"|(?!0?0:|0?0[时点]|〇)(?:{_NUMBER}[时点](?:[半整钟]|{_NUMBER}分)?|[0-9]{{1,2}}:[0-9]{{2}}(?::[0-9]{{2}})?)",
    "V": rf"前后|左右|[前后]半|末月|前{_NUMBER}(?:个(?:工作日|月|星期|季度|小时)|工作日|日|天|周|小时)"
    rf"|前[0-9{DIGITS}十两]{{1,2}}年|0?0(?:[时点]|:00)|〇[时点]"
    r"|初(?![步审评次选核验稿级中始查期])|中(?![央国心小共标介级期东西部])",
    "O": r"[以之]后|后(?![续期备勤台])|以来|至今(?!年)|开始|起(?![至到草动步诉伏点])",
    "T": rf"截[至止][到至于]|截至|截止(?=[0-9{DIGITS}十今本明下次])|不(?:得|能|应|可)?[迟晚]于"
    r"|最[迟晚](?:必?须|应当?|需|要)?(?:不得?(?:超过|[迟晚]于))?[于在到至]?",
    "t": r"[为截]?止(?![步血损境])",
    "S": r"起?[至到]|[-—–―−─~〜]+",
    "B": r"[之以]?前",
    "I": r"[之以]?内",
    "P": r"期间",
    "D": rf"{_NUMBER}[日号]",
    "N": rf"第?{_NUMBER}",
    "U": rf"(?<![{_THEME}])(?:年度?|季度?|月|旬)",
    "E": r"[底末]",
    "L": r"、",
    "K": r"以及|[和及与]",
    "C": r"[,;:]",
    "Z": r"[。!?]",
    "x": r".",
}
_WORD = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _KINDS.items()), re.DOTALL)


@dataclass(frozen=True)
class Word:
    """`text` is folded; `start` and `end` are places in the text as typed, without white space."""

    kind: str
    text: str
    start: int
    end: int


@dataclass(frozen=True)
class FoldedText:
    """The text without white space, invisible characters and page marks, as `typed` and `folded`, equally long.

    `line_ends` are the places before which a line ended that ends a sentence.
    """

    typed: str
    folded: str
    line_ends: frozenset[int]


def fold(text: str) -> FoldedText:
    """A line break may stand anywhere, even within a number, since wrapped text breaks there."""
    lines = enumerate(text.splitlines())
    kept = [(char, number) for number, line in lines for char in line if not _is_blank(char)]
    folded = "".join(_fold_char(char) for char, _number in kept)
    marks = {place for mark in _PAGE_MARK.finditer(folded) for place in range(*mark.span())}
    kept = [each for place, each in enumerate(kept) if place not in marks]
    typed = "".join(char for char, _number in kept)
    folded = "".join(map(_fold_char, typed))
    line_ends = _line_ends(folded, [number for _char, number in kept])
    return FoldedText(typed, _LOOKALIKES.sub(lambda found: "□" * len(found[0]), folded), line_ends)


def _line_ends(folded: str, numbers: list[int]) -> frozenset[int]:
    """`numbers`: the line that each character stands on. A full line is wrapped, its sentence goes on."""
    length = Counter(numbers)
    return frozenset(
        place
        for place, (before, here) in enumerate(pairwise(numbers), start=1)
        if before != here and length[before] < FULL_LINE and folded[place - 1] not in "、,;:("
    )


def words_of(folded: str) -> list[Word]:
    return [Word(found.lastgroup or "x", found[0], *found.span()) for found in _WORD.finditer(folded)]


def _is_blank(char: str) -> bool:
    return char.isspace() or unicodedata.category(char) in ("Cc", "Cf")


def _fold_char(char: str) -> str:
    """One character for one: full-width forms, the radicals that PDF text has for 月 and 日, zeros.

    Not NFKC as a whole, which would turn the list number ① into a digit of the date behind it.
    """
    if "！" <= char <= "～":
        return chr(ord(char) - 0xFEE0)
    if "⼀" <= char <= "⿕":
        return unicodedata.normalize("NFKC", char)
    return "〇" if char in _ZEROS else char
