"""Reads the deadlines and periods in a Chinese text: 「应在六月中旬前完成」 → strict 10 June, due 20 June.

The sentence is cut into words (date_words.py); here stands which words make a phrase, one regular
expression over the kinds of words for each form, and what the phrase means (decisions.md, "Dates in
sentences"; domain.md section 2):

- a stretch before 前 can end before it begins (strict) or when it ends (due); a point (a day, 月底, 季度末)
  has no strict date; so has 内;
- 旬, month, quarter or half-year alone, and whatever runs 至 or stands before 期间, is a period;
- a bare year or day is a label or a signature; 每年 recurs, 当年 and 三年内 hang on another event, 初, 左右
  and 以后 are vague: all are left out, never guessed.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from tasks.rules.calendar_spans import Span
from tasks.rules.date_moments import Base, span_of
from tasks.rules.date_words import Word, fold, words_of

ONE_DAY = timedelta(days=1)
Match = re.Match[str]

# Over the kinds of words. A moment, then one marked as an end (月底, 年底), then the forms of a phrase.
_MOMENT = "(?:F|G|Y?(?:M[DX]?|Q|H|f)|Y|X)"
_POINT = f"(?:{_MOMENT}(?:U?E)?|UE)"
# A number whose unit stands further on (「5-6月」); after a dash it is the end of another number.
_SHORT = "(?:(?<!S)Y?M?N)"
_TAIL = "(?:W*(?P<tail>[BIPVO]))?"

# Recurring up to the end of the clause; hanging on another date (「当年6月」, 「三年内」, 「起三月内」).
_LEFT_OUT = re.compile("R[^CZ]*|A[MDXQHUEBIPVW]*|OMI")
_RANGE = re.compile(f"(?P<first>{_POINT}|{_SHORT})W*(?P<vague>V?)S(?P<last>{_POINT}|D){_TAIL}")
_LIST = re.compile(f"(?:{_POINT}|{_SHORT})(?:[LK](?:{_POINT}|N|D)){{1,11}}{_TAIL}")
_SINGLE = re.compile(f"(?P<point>{_POINT}|U(?=I)){_TAIL}")

_PERIOD_ALONE = re.compile("Y?M|Y?M?X|Y?Q|Y?H|Y?f")
_CUT_SHORT = frozenset("UND")  # 「6月月报」, 「5月10家」: the words after it belong to it
_PUBLISHED = re.compile("印发|发布|公布|下发|颁布|出台|。|$")


@dataclass(frozen=True)
class Deadline:
    """`phrase` as typed, without white space. After `strict`, if any, it warns; after `due` it is overdue."""

    phrase: str
    strict: date | None
    due: date


@dataclass(frozen=True)
class Period:
    """From `start` to `end`, both inclusive."""

    phrase: str
    start: date
    end: date


@dataclass(frozen=True)
class _Carried:
    """The year of the moment that ends before the word number `to`; `is_label`: a year alone."""

    to: int
    year: int
    is_label: bool


def read_dates(text: str, document_date: date) -> list[Deadline | Period]:
    """Every deadline and period of the text that can be dated, in the order in which they stand."""
    return _Reader(text, document_date).read()


class _Reader:
    def __init__(self, text: str, document_date: date):
        self.typed, self.folded = fold(text)
        self.words = words_of(self.folded)
        self.kinds = "".join(word.kind for word in self.words)
        self.document = document_date
        self.found: list[Deadline | Period] = []
        self._begin_sentence()

    def read(self) -> list[Deadline | Period]:
        at = 0
        while at < len(self.kinds):
            at = self._read_at(at)
        return self.found

    def _read_at(self, at: int) -> int:
        """Read the phrase that begins at this word, if one does; answers where to go on."""
        if self.kinds[at] == "Z":
            self._begin_sentence()
        if left_out := _LEFT_OUT.match(self.kinds, at):
            return left_out.end()
        if (phrase := _RANGE.match(self.kinds, at)) and self._read_range(phrase):
            return phrase.end()
        listed = _LIST.match(self.kinds, at)
        if listed and self._read_list(listed):
            return listed.end()
        if phrase := _SINGLE.match(self.kinds, at):
            self._read_single(phrase, shares_tail=bool(listed and _is_marked(listed)))
            return phrase.end()
        return at + 1

    def _read_range(self, phrase: Match) -> bool:
        """「5月1日至10日」, 「五月到六月期间」, 「5-6月」: the second half is completed from the first.

        True if it is a range, even one that cannot be dated: its halves are no dates by themselves.
        """
        last = self.words[phrase.start("last") : phrase.end("last")]
        first = _with_unit_of(self.words[phrase.start("first") : phrase.end("first")], last)
        if first[-1].kind == "N":
            return False
        base = self._base(phrase.start())
        start = span_of(first, base)
        end = span_of(last, base.after(start)) if start else None
        if not (start and end) or phrase["vague"] or phrase["tail"] in ("V", "O") or _is_stray_day(first):
            return True
        begins = start.end if first[-1].kind == "E" else start.start
        if begins <= end.end:
            self._add(Period(self._text(phrase), begins, end.end), phrase, end)
        return True

    def _read_list(self, phrase: Match) -> bool:
        """「5月、6月」, 「二、三季度」: a period if each follows upon the one before and none is marked."""
        if _is_marked(phrase) or phrase["tail"] in ("V", "O"):
            return False
        parts = [
            self.words[phrase.start() + part.start() : phrase.start() + part.end()]
            for part in re.finditer("[^LKBIPVOW]+", phrase[0])
        ]
        spans = self._spans(parts, self._base(phrase.start()))
        in_a_row = spans and all(later.start - one.end == ONE_DAY for one, later in pairwise(spans))
        # Two years side by side are labels, as one year is.
        if not in_a_row or (parts[-1][-1].kind == "Y" and not phrase["tail"]):
            return False
        self._add(Period(self._text(phrase), spans[0].start, spans[-1].end), phrase, spans[-1])
        return True

    @staticmethod
    def _spans(parts: list[list[Word]], base: Base) -> list[Span]:
        """What each part of a list means, completed from the one before; empty if one cannot be dated."""
        spans: list[Span] = []
        for words in parts:
            words = _with_unit_of(words, parts[-1])
            span = span_of(words, base)
            if span is None or words[-1].kind == "E" or (not spans and _is_stray_day(words)):
                return []
            spans.append(span)
            base = base.after(span)
        return spans

    def _read_single(self, phrase: Match, *, shares_tail: bool) -> None:
        """One moment with what stands behind it. `shares_tail`: 「3月」 in 「3月、9月底前」 is no period."""
        span = span_of(self.words[phrase.start("point") : phrase.end("point")], self._base(phrase.start()))
        tail = phrase["tail"]
        if span is None or tail in ("V", "O"):
            return
        text = self._text(phrase)
        if phrase["point"].endswith("E") or tail == "I" or (tail == "B" and span.is_day):
            self._add(Deadline(text, None, span.end), phrase, span)
        elif tail == "B":
            self._add(Deadline(text, span.start - ONE_DAY, span.end), phrase, span)
        elif tail == "P" or (not shares_tail and self._is_period_alone(phrase)):
            self._add(Period(text, span.start, span.end), phrase, span)
        else:
            self._carry(phrase, span)

    def _is_period_alone(self, phrase: Match) -> bool:
        """Whether the moment, with nothing behind it, says when something takes place."""
        before, after = (
            self.kinds[max(phrase.start() - 2, 0) : phrase.start()],
            self.kinds[phrase.end() :][:1],
        )
        if not _PERIOD_ALONE.fullmatch(phrase["point"]) or after in _CUT_SHORT:
            return False
        if before in ("NL", "NK") and phrase["point"] in ("M", "Q"):
            return False
        # 「2018年4月」 under a letter, 「2018年4月印发」: when a paper was made.
        published = _PUBLISHED.match(self.folded, self.words[phrase.end() - 1].end)
        return not (phrase["point"] == "YM" and published)

    def _base(self, at: int) -> Base:
        """What completes a phrase that begins at this word.

        A year goes on after 、 or 和, and from a bare year over one character: 「2019年3月底、9月底前」,
        「2019年（1-6月）」.
        """
        carried = self._carried if self._carried and self._carried.to == at - 1 else None
        goes_on = carried and (carried.is_label or self.kinds[at - 1] in "LK")
        year = carried.year if carried and goes_on else self.document.year
        return Base(self.document, year, self._named_year or self.document.year, self._near)

    def _begin_sentence(self) -> None:
        self._near: tuple[int, int] | None = None
        self._named_year: int | None = None
        self._carried: _Carried | None = None

    def _carry(self, phrase: Match, span: Span) -> None:
        self._carried = _Carried(phrase.end(), span.year, is_label=phrase[0] == "Y")

    def _add(self, found: Deadline | Period, phrase: Match, span: Span) -> None:
        self.found.append(found)
        self._near = (span.year, span.month) if span.month else None
        if set(phrase[0]) & set("YFG"):
            self._named_year = span.year
        self._carry(phrase, span)

    def _text(self, phrase: Match) -> str:
        return self.typed[self.words[phrase.start()].start : self.words[phrase.end() - 1].end]


def _is_marked(phrase: Match) -> bool:
    """Whether the list ends as a deadline: 「3月、9月底前」."""
    return phrase["tail"] == "B" or phrase[0].rstrip("BIPVOW")[-1] == "E"


def _is_stray_day(first: Sequence[Word]) -> bool:
    """「3」 of 「3、4号井」: a day only if a month stands with it."""
    return len(first) == 1 and first[0].kind == "D"


def _with_unit_of(first: Sequence[Word], last: Sequence[Word]) -> list[Word]:
    """「5」 of 「5-6月」 as a month: a bare number takes the unit behind it, if that is one word alone."""
    words, units = list(first), [word.kind for word in last if word.kind not in "UE"]
    if words[-1].kind == "N" and len(units) == 1 and units[0] in "DMQY":
        words[-1] = replace(words[-1], kind=units[0])
    return words
