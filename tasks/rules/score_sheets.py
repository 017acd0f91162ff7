"""评价指标: what one edition asks, and what the points of one assessment come to.

Every number, the pass marks included, is data of the edition (fixtures/score_sheets.json). What an
edition or an assessment does not say stays unknown: then there is no verdict from it, and a reason why.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from enum import StrEnum


@dataclass(frozen=True)
class Precondition:
    number: str
    title: str


@dataclass(frozen=True)
class Item:
    """`points` is the most it can give; None while no source says. `items` are those one level below."""

    number: str
    title: str
    points: int | None = None
    items: tuple["Item", ...] = ()

    def walk(self) -> Iterator["Item"]:
        """The item and all below it, each before its own."""
        yield self
        for item in self.items:
            yield from item.walk()

    @property
    def most(self) -> int | None:
        """The most that it can give: as said, else the sum of what is below it."""
        if self.points is not None or not self.items:
            return self.points
        below = [item.most for item in self.items]
        return None if None in below else sum(points for points in below if points is not None)


@dataclass(frozen=True)
class Sheet:
    """One edition. `pass_points` of `points`, and `item_share` per cent of each first-level item's own
    points, are needed to pass; None where no source says."""

    code: str
    title: str
    points: int
    pass_points: int | None = None
    item_share: int | None = None
    items: tuple[Item, ...] = ()
    preconditions: tuple[Precondition, ...] = ()

    def walk(self) -> Iterator[Item]:
        for item in self.items:
            yield from item.walk()

    @property
    def unsaid_points(self) -> int:
        """What is left of the total for the first-level items whose points no source says."""
        return self.points - sum(item.most or 0 for item in self.items)


class Code(StrEnum):
    """Why an assessment does not pass, or why nothing can be said."""

    PRECONDITION = "precondition"  # does not hold
    TOTAL = "total"  # below the pass mark
    ITEM = "item"  # below its share
    MISSING = "missing"  # a precondition or an item is not known
    NO_MOST = "no_most"  # the item's own points are not known, so its share is not
    NO_PASS_MARK = "no_pass_mark"  # the edition names none


@dataclass(frozen=True)
class Reason:
    """`number` and `title` of the item or precondition; the figures are those that the code speaks of."""

    code: Code
    number: str = ""
    title: str = ""
    points: Decimal | None = None
    of: int | None = None
    needed: int | None = None


@dataclass(frozen=True)
class Line:
    """A first-level item: its points of how many, and whether it reached the edition's share of them."""

    item: Item
    points: Decimal | None
    of: int | None
    needed: int | None

    @property
    def share(self) -> Decimal | None:
        """Per cent, exact. None while the points or their maximum are not known."""
        return None if self.points is None or not self.of else self.points * 100 / self.of

    @property
    def reached(self) -> bool | None:
        if self.points is None or not self.of or self.needed is None:
            return None
        # Multiplied out: 100·points ≥ needed·of has no rounding.
        return self.points * 100 >= self.needed * self.of

    @property
    def shown_share(self) -> str:
        """Per cent with one decimal; one that falls short is never rounded up to what was needed."""
        return shown_share(self.points, self.of, self.needed)


@dataclass(frozen=True)
class Verdict:
    """`total` is None while an item is missing, `passed` while nothing can be said; `reasons` say why."""

    sheet: Sheet
    total: Decimal | None
    given: Decimal
    lines: tuple[Line, ...]
    failed: tuple[Precondition, ...]
    missing: tuple[Precondition | Item, ...]
    reasons: tuple[Reason, ...]
    passed: bool | None


class ScoreRefused(ValueError):
    """Points that the sheet does not allow. `code`: `unknown`, `no_number`, `too_fine`, `negative`,
    `above` (its `most`), `above_rest` (the `most` that those of unknown maximum share), `two_levels`
    (given for an item and for one below it)."""

    def __init__(self, code: str, number: str, most: int | None = None):
        super().__init__(code, number, most)
        self.code, self.number, self.most = code, number, most


TOLD = {Code.PRECONDITION, Code.TOTAL, Code.ITEM}


def verdict(
    sheet: Sheet, points: Mapping[str, Decimal | None], preconditions: Mapping[str, bool | None]
) -> Verdict:
    """What the points (by item number) and preconditions (by number) come to.

    Points stand at the first level, or lower: an item with points below it has their sum. None and an
    absent number both mean not known. Raises ScoreRefused.
    """
    known = {number: value for number, value in points.items() if value is not None}
    _refuse(sheet, known, preconditions)
    scored = {item.number: _score(item, known) for item in sheet.items}
    lines = tuple(
        Line(item, None if gaps else value, item.most, sheet.item_share)
        for item in sheet.items
        for value, gaps in [scored[item.number]]
    )
    missing: tuple[Precondition | Item, ...] = (
        *(one for one in sheet.preconditions if preconditions.get(one.number) is None),
        *(gap for _value, gaps in scored.values() for gap in gaps),
    )
    failed = tuple(one for one in sheet.preconditions if preconditions.get(one.number) is False)
    given = sum((value for value, _gaps in scored.values()), Decimal(0))
    total = None if not lines or any(line.points is None for line in lines) else given
    reasons = tuple(_reasons(sheet, total, lines, failed, missing))
    return Verdict(sheet, total, given, lines, failed, missing, reasons, _passed(reasons))


def _score(item: Item, known: Mapping[str, Decimal]) -> tuple[Decimal, tuple[Item, ...]]:
    """The points known of an item, and the items whose points are missing for it."""
    if item.number in known:
        return known[item.number], ()
    if not any(below.number in known for below in item.walk()):
        return Decimal(0), (item,)
    below = [_score(one, known) for one in item.items]
    return sum((value for value, _gaps in below), Decimal(0)), tuple(g for _v, gaps in below for g in gaps)


def _reasons(
    sheet: Sheet,
    total: Decimal | None,
    lines: tuple[Line, ...],
    failed: tuple[Precondition, ...],
    missing: tuple[Precondition | Item, ...],
) -> Iterator[Reason]:
    for condition in failed:
        yield Reason(Code.PRECONDITION, condition.number, condition.title)
    if total is not None and sheet.pass_points is not None and total < sheet.pass_points:
        yield Reason(Code.TOTAL, points=total, of=sheet.points, needed=sheet.pass_points)
    for line in lines:
        if line.reached is False:
            item = line.item
            yield Reason(Code.ITEM, item.number, item.title, line.points, line.of, line.needed)
    for one in missing:
        yield Reason(Code.MISSING, one.number, one.title)
    if sheet.pass_points is None:
        yield Reason(Code.NO_PASS_MARK)
    elif sheet.item_share is not None:
        for line in lines:
            if line.of is None:
                yield Reason(Code.NO_MOST, line.item.number, line.item.title, needed=sheet.item_share)


def _passed(reasons: tuple[Reason, ...]) -> bool | None:
    codes = {reason.code for reason in reasons}
    if codes & {Code.MISSING, Code.NO_PASS_MARK}:
        return None
    # What is known to fall short decides, whatever an unknown maximum might add.
    if codes & TOLD:
        return False
    return None if codes else True


def _refuse(sheet: Sheet, known: Mapping[str, Decimal], preconditions: Mapping[str, bool | None]) -> None:
    strange = known.keys() - {item.number for item in sheet.walk()}
    strange |= preconditions.keys() - {one.number for one in sheet.preconditions}
    if strange:
        raise ScoreRefused("unknown", min(strange))
    for number, value in known.items():
        _refuse_value(number, value)
    for item in sheet.walk():
        own = known.get(item.number)
        if own is not None and any(below.number in known for below in item.walk() if below is not item):
            raise ScoreRefused("two_levels", item.number)
        if item.most is not None and _score(item, known)[0] > item.most:
            raise ScoreRefused("above", item.number, item.most)
    # No source says how the rest is shared out, but together these items cannot give more than it.
    unsaid = Decimal(0)
    for item in sheet.items:
        if item.most is None:
            unsaid += _score(item, known)[0]
            if unsaid > sheet.unsaid_points:
                raise ScoreRefused("above_rest", item.number, sheet.unsaid_points)


def _refuse_value(number: str, value: Decimal) -> None:
    if not value.is_finite():
        raise ScoreRefused("no_number", number)
    if value < 0:
        raise ScoreRefused("negative", number)
    if value * 10 != (value * 10).to_integral_value():
        raise ScoreRefused("too_fine", number)


def shown_share(points: Decimal | None, of: int | None, needed: int | None) -> str:
    """Per cent with one decimal, half up; short of what is needed it is rounded down instead, so that
    164.9 of 220 does not read 75.0. Empty while unknown."""
    if points is None or not of:
        return ""
    share = points * 100 / of
    shown = share.quantize(Decimal("0.1"), ROUND_HALF_UP)
    if needed is not None and share < needed <= shown:
        shown = share.quantize(Decimal("0.1"), ROUND_FLOOR)
    return f"{shown}%"


def faults(sheet: Sheet) -> list[str]:
    """What does not agree in an edition, in words for who loads it; empty when all does."""
    found = []
    numbers = [one.number for one in sheet.preconditions] + [item.number for item in sheet.walk()]
    found += [f"编号 {number} 出现两次" for number in sorted({n for n in numbers if numbers.count(n) > 1})]
    if _disagrees(sheet.points, sheet.items):
        found.append(f"一级指标分值之和与总分 {sheet.points} 不符")
    for item in sheet.walk():
        if item.points is not None and item.items and _disagrees(item.points, item.items):
            found.append(f"{item.number} 的下级分值之和与 {item.points} 不符")
    if sheet.pass_points is not None and not 0 <= sheet.pass_points <= sheet.points:
        found.append(f"达标分 {sheet.pass_points} 不在 0–{sheet.points} 之间")
    if sheet.item_share is not None and not 0 <= sheet.item_share <= 100:
        found.append(f"单项比例 {sheet.item_share} 不在 0–100 之间")
    return found


def _disagrees(points: int, items: tuple[Item, ...]) -> bool:
    """Known points must add up to the whole; with some unknown, they must not exceed it."""
    if not items:
        return False
    known = sum(item.most or 0 for item in items)
    return known > points if any(item.most is None for item in items) else known != points
