"""Reads the deadlines and periods in a Chinese text: 「应在六月中旬前完成」 → strict 10 June, due 20 June.

The sentence is cut into words (date_words.py); here stands which words make a phrase, one regular
expression over the kinds of words for each form, and what the phrase means (decisions.md, "Dates in
sentences"; domain.md section 2):

- a stretch before 前 can end before it begins (strict) or when it ends (due); a point (a day, 月底, 季度末)
  has no strict date; nor has 内, nor what 截至, 不迟于, 最迟 or 止 make the end;
- a list is a deadline each: its dates share year, month and what the last ends in (「6月10日、20日前」);
- 旬, month, quarter or half-year alone, and whatever runs 至 or stands before 期间, is a period;
- a bare year or day is a label or a signature; 每年 recurs, 当年 and 三年内 hang on another event, 初, 左右
  and 以后 are vague: all are left out, never guessed. So is 截至 a day not after the document's, which
  tells how things stood.

A date without a year has that of the date before it in the sentence, if that is not before the document's
year, and else the document's. A year as a label (「2019年计划」) or as an end (「到2020年底」) lends none: the
months named after it need not lie in it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from tasks.rules.calendar_spans import Span
from tasks.rules.date_moments import Base, span_of, year_named
from tasks.rules.date_words import Word, fold, words_of

ONE_DAY = timedelta(days=1)
Match = re.Match[str]

# Over the kinds of words. A moment, then one marked as an end (月底, 年底), then the forms of a phrase.
_MOMENT = "(?:F|G|Y?(?:M[DX]?|Q|H|f)|Y|X)"
_POINT = f"(?:{_MOMENT}(?:U?E)?|UE)"
# A number whose unit stands further on (「5-6月」); after a dash it is the end of another number.
_SHORT = "(?:(?<![^xCZ]S)Y?M?N)"
_TAIL = "(?:W*(?P<tail>[BIPVO]))?"
_TAIL_OR_UNTIL = "(?:W*(?P<tail>[BIPVOt]))?"

# Recurring up to the end of the clause; hanging on another date (「当年6月」, 「三年内」, 「起三月内」).
_LEFT_OUT = re.compile("R[^CZ]*|A[MDXQHUEBIPVW]*|OMI")
_RANGE = re.compile(f"(?P<first>{_POINT}|{_SHORT})W*(?P<vague>V?)S(?P<last>{_POINT}|D){_TAIL}")
# Its last date is no beginning of a range: 「6月底、7月底至8月」. (?>…) keeps each date in one piece.
_DEADLINES = re.compile(
    f"(?:(?>{_POINT})|{_SHORT})W*B?(?:(?:LK?|K)(?>{_POINT}|[DN])W*B?){{0,30}}"
    f"(?:LK?|K)(?P<last>(?>{_POINT}|D)){_TAIL_OR_UNTIL}(?!W*V?S(?:{_POINT}|[DN]))"
)
_LISTED = re.compile("(?P<point>[FGYMDXQHfNUE]+)(?:W*(?P<own>B))?")
_LIST = re.compile(f"(?:{_POINT}|{_SHORT})(?:[LK](?:{_POINT}|N|D)){{1,11}}{_TAIL}")
_SINGLE = re.compile(f"(?P<point>{_POINT}|U(?=I)){_TAIL_OR_UNTIL}")

_PERIOD_ALONE = re.compile("Y?M|Y?M?X|Y?Q|Y?H|Y?f")
_CUT_SHORT = frozenset("UND")  # 「6月月报」, 「5月10家」: the words after it belong to it
_UNIT_BEHIND = {"": "DMQY", "Y": "MQ", "M": "D", "YM": "D"}  # which units a bare number may have after these
_WITHIN_A_YEAR = frozenset("FGMDXQHf")
_PUBLISHED = re.compile("印发|发布|公布|下发|颁布|出台|。|$")


@dataclass(frozen=True)
class Deadline:
    """After `strict`, if any, it warns; after `due` it is overdue.

    `phrase` is as typed, without white space, from the first character of the date to its closing word
    (前, 底, 内, 止 …); in a list only the last has one, each other phrase is the date alone: 「6月10日」,
    「20日」, 「30日前」.
    """

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
class _Moment:
    """The words `start` to `end`: a date with what stands behind it (`tail`), and the word before it.

    `kinds` are those of the date itself, with E where 底 or 末 is said of it.
    """

    start: int
    end: int
    kinds: str
    tail: str | None
    before: Word | None
    span: Span

    @property
    def is_headed(self) -> bool:
        """「不迟于6月20日」."""
        return self.before is not None and self.before.kind == "T" and self.tail is None

    @property
    def has_open_start(self) -> bool:
        """「自即日起至6月30日止」: the end of a period whose beginning has no day."""
        return self.tail == "t" and self.before is not None and self.before.text.startswith("起")


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
        self.text = fold(text)
        self.words = words_of(self.text.folded)
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
        if self.kinds[at] == "Z" or self.words[at].start in self.text.line_ends:
            self._begin_sentence()
        if left_out := _LEFT_OUT.match(self.kinds, at):
            return left_out.end()
        if (phrase := _RANGE.match(self.kinds, at)) and self._read_range(phrase):
            return phrase.end()
        if (phrase := _DEADLINES.match(self.kinds, at)) and self._read_deadlines(phrase):
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
        last = self._words(phrase, "last")
        first = _with_unit_of(self._words(phrase, "first"), last)
        if first[-1].kind == "N":
            return False
        base = self._base(phrase.start())
        start = span_of(first, base)
        end = span_of(last, base.after(start)) if start else None
        if not (start and end) or phrase["vague"] or phrase["tail"] in ("V", "O") or _is_stray_day(first):
            return True
        begins = start.end if first[-1].kind == "E" else start.start
        if begins <= end.end:
            self._add(Period(self._phrase(*phrase.span()), begins, end.end), end)
            self._remember(phrase.span(), phrase["last"], phrase["tail"], end)
        return True

    def _read_deadlines(self, phrase: Match) -> bool:
        """「6月10日、20日和30日前」, 「2018、2019年底」: a deadline each, if the last is marked as one."""
        last, before = self._words(phrase, "last"), self._before(phrase.start())
        is_marked = phrase["tail"] in ("B", "t") or last[-1].kind == "E" or (before and before.kind == "T")
        if not is_marked or self._is_item_number(phrase.start()):
            return False
        base = self._base(phrase.start())
        for listed in _LISTED.finditer(self.kinds, *phrase.span()):
            words = _with_unit_of(self._words(listed, "point"), last)
            if (span := span_of(words, base)) is None:
                continue
            base = base.after(span)
            end = phrase.end() if listed.start() == phrase.start("last") else listed.end()
            kinds, tail = _shared(words, last, listed["own"], phrase["tail"])
            self._take(_Moment(listed.start(), end, kinds, tail, before, span))
        return True

    def _is_item_number(self, at: int) -> bool:
        """「2、5月底前完成」: a bare number is a month only if the word before says so, 「于2、5月底前」."""
        word, before = self.words[at], self._before(at)
        is_announced = before is not None and before.text in ("于", "在", "到", "至")
        return word.kind == "N" and len(word.text) != 4 and word.text[0] != "第" and not is_announced

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
        self._add(Period(self._phrase(*phrase.span()), spans[0].start, spans[-1].end), spans[-1])
        kinds = "".join(word.kind for word in parts[-1])
        self._remember(phrase.span(), kinds, phrase["tail"], spans[-1])
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
        span = span_of(self._words(phrase, "point"), self._base(phrase.start()))
        if span is None:
            return
        before = self._before(phrase.start())
        moment = _Moment(*phrase.span(), phrase["point"], phrase["tail"], before, span)
        if self._take(moment):
            return
        if moment.tail == "P" or (moment.tail is None and not shares_tail and self._is_period_alone(phrase)):
            self._add(Period(self._phrase(*phrase.span()), span.start, span.end), span)

    def _take(self, moment: _Moment) -> bool:
        """Add the moment if it is a deadline; the dates after it lean on it even if it is none."""
        deadline = None if self._is_told(moment) else self._deadline(moment)
        if deadline:
            self._add(deadline, moment.span)
        self._remember((moment.start, moment.end), moment.kinds, moment.tail, moment.span)
        return deadline is not None

    def _deadline(self, moment: _Moment) -> Deadline | None:
        span, tail = moment.span, moment.tail
        phrase = self._phrase(moment.start, moment.end)
        if tail in ("V", "O") or moment.has_open_start:
            return None
        if moment.kinds.endswith("E") or tail in ("I", "t") or (tail == "B" and span.is_day):
            return Deadline(phrase, None, span.end)
        if tail == "B":
            return Deadline(phrase, span.start - ONE_DAY, span.end)
        is_cut_short = not span.is_day and self.kinds[moment.end :][:1] in _CUT_SHORT
        return Deadline(phrase, None, span.end) if moment.is_headed and not is_cut_short else None

    def _is_told(self, moment: _Moment) -> bool:
        """「截至2017年底，已建成15家」: how things stood, on a day not after the document's."""
        before = moment.before
        is_as_of = before is not None and before.kind == "T" and before.text.startswith("截")
        # In 「截至4月」 of April the month has begun, but not ended.
        reached = moment.span.end if moment.kinds.endswith("E") else moment.span.start
        return is_as_of and reached <= self.document

    def _is_period_alone(self, phrase: Match) -> bool:
        """Whether the moment, with nothing behind it, says when something takes place."""
        before, after = (
            self.kinds[max(phrase.start() - 2, 0) : phrase.start()],
            self.kinds[phrase.end() :][:1],
        )
        if not _PERIOD_ALONE.fullmatch(phrase["point"]) or after in _CUT_SHORT or before.endswith("T"):
            return False
        if before in ("NL", "NK") and phrase["point"] in ("M", "Q"):
            return False
        # 「2018年4月」 under a letter, 「2018年4月印发」: when a paper was made.
        published = _PUBLISHED.match(self.text.folded, self.words[phrase.end() - 1].end)
        return not (phrase["point"] == "YM" and published)

    def _base(self, at: int) -> Base:
        """What completes a phrase that begins at this word.

        A year goes on after 、 or 和, and from a bare year over one character, whichever year it is:
        「2017年3月底、9月底前」, 「2019年（1-6月）」.
        """
        carried = self._carried if self._carried and self._carried.to == at - 1 else None
        goes_on = carried and (carried.is_label or self.kinds[at - 1] in "LK")
        year = carried.year if carried and goes_on else self._lent_year
        return Base(self.document, year, self._named_year or self.document.year, self._near)

    def _begin_sentence(self) -> None:
        self._near: tuple[int, int] | None = None
        self._named_year: int | None = None
        self._lent_year = self.document.year
        self._carried: _Carried | None = None

    def _remember(self, place: tuple[int, int], kinds: str, tail: str | None, span: Span) -> None:
        """What later dates lean on. `kinds` and `span` are of the last date in these words."""
        self._named_year = year_named(self.words[slice(*place)], self.document) or self._named_year
        if set(kinds) & _WITHIN_A_YEAR or (tail in ("I", "P", "V") and kinds == "Y"):
            self._lent_year = max(span.year, self.document.year)
        self._carried = _Carried(place[1], span.year, is_label=kinds == "Y" and tail is None)

    def _add(self, found: Deadline | Period, span: Span) -> None:
        self.found.append(found)
        self._near = (span.year, span.month) if span.month else None

    def _words(self, match: Match, group: str) -> list[Word]:
        return self.words[slice(*match.span(group))]

    def _before(self, at: int) -> Word | None:
        return self.words[at - 1] if at else None

    def _phrase(self, start: int, end: int) -> str:
        return self.text.typed[self.words[start].start : self.words[end - 1].end]


def _shared(
    words: Sequence[Word], last: Sequence[Word], own: str | None, tail: str | None
) -> tuple[str, str | None]:
    """Kinds and tail of one date of a list: what the last ends in (底, 前) is said of each of the same unit.

    「6月、9月底前」 ends two months, 「6月和7月20日前」 says nothing certain of June.
    """
    kinds = "".join(word.kind for word in words)
    if own or kinds.endswith("E"):
        return kinds, own or tail
    if words[-1].kind not in "DF" and _unit(words) != _unit(last):
        return kinds, "V"  # as vague as 初 or 左右
    return kinds + "E" if last[-1].kind == "E" else kinds, tail


def _unit(words: Sequence[Word]) -> str:
    """The kind of the date's smallest unit: M of 「2018年6月底」, Y of 「年底」."""
    units = [word for word in words if word.kind != "E"]
    of_unit = {"年": "Y", "季": "Q", "月": "M", "旬": "X"}
    return of_unit[units[-1].text[0]] if units[-1].kind == "U" else units[-1].kind


def _is_marked(phrase: Match) -> bool:
    """Whether the list ends as a deadline: 「3月、9月底前」."""
    return phrase["tail"] == "B" or phrase[0].rstrip("BIPVOW")[-1] == "E"


def _is_stray_day(first: Sequence[Word]) -> bool:
    """「3」 of 「3、4号井」: a day only if a month stands with it."""
    return len(first) == 1 and first[0].kind == "D"


def _with_unit_of(first: Sequence[Word], last: Sequence[Word]) -> list[Word]:
    """「5」 of 「5-6月」 as a month: a bare number takes the unit behind it, if that is one word alone."""
    words, units = list(first), [word.kind for word in last if word.kind not in "UE"]
    larger = "".join(word.kind for word in words[:-1])
    if words[-1].kind == "N" and len(units) == 1 and units[0] in _UNIT_BEHIND[larger]:
        words[-1] = replace(words[-1], kind=units[0])
    return words
