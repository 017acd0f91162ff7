"""The columns of the 任务分解表, in the official order (domain.md section 6), for workbook and PDF alike."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from tasks.exports import paper_words
from tasks.exports.paper_words import date_text
from tasks.models import Mine
from tasks.standing.breakdown import BreakdownRow, Status


class Kind(Enum):
    SERIAL = "serial"  # the row's place in the table
    TEXT = "text"
    WORD = "word"  # one of `options`, centred
    NUMBER = "number"
    DAY = "day"


@dataclass(frozen=True)
class Column:
    """`width` counts half-width characters. `group` heads neighbouring columns of the same group."""

    heading: str
    value: Callable[[BreakdownRow], Any]
    kind: Kind
    width: float
    group: str = ""
    options: tuple[str, ...] = ()


def _word(words: dict[str, str], name: str) -> Callable[[BreakdownRow], str]:
    return lambda row: words.get(getattr(row, name), "")


NOTE = "备注"


BREAKDOWN: tuple[Column, ...] = (
    Column("序号", lambda row: None, Kind.SERIAL, 5),
    Column("县（市、区）", lambda row: row.county, Kind.WORD, 9),
    Column("矿山名称", lambda row: row.name, Kind.TEXT, 19),
    Column("采矿权人", lambda row: row.holder, Kind.TEXT, 18),
    Column("采矿许可证号", lambda row: row.permit, Kind.WORD, 25),
    Column("开采矿种", lambda row: row.mineral, Kind.WORD, 11),
    Column(
        "开采方式",
        _word(paper_words.METHODS, "method"),
        Kind.WORD,
        8,
        options=tuple(paper_words.METHODS.values()),
    ),
    Column("数量", lambda row: row.output, Kind.NUMBER, 7, group="生产规模"),
    Column(
        "单位",
        lambda row: row.output_unit,
        Kind.WORD,
        10,
        group="生产规模",
        options=tuple(Mine.Unit.values),
    ),
    Column(
        "规模级别",
        _word(paper_words.SIZES, "size_class"),
        Kind.WORD,
        6,
        options=tuple(paper_words.SIZES.values()),
    ),
    Column(
        "任务类别", _word(paper_words.TIERS, "tier"), Kind.WORD, 9, options=tuple(paper_words.TIERS.values())
    ),
    Column("基本建成时间", lambda row: row.planned_on, Kind.DAY, 13),
    Column("责任人", lambda row: row.responsible, Kind.WORD, 8),
    Column(NOTE, lambda row: note(row), Kind.TEXT, 14),
)


def note(row: BreakdownRow) -> str:
    """The row's note, and behind it in 【】 why it left the target or how it entered it: the import leaves that part
    out again (imports/values.py)."""
    if row.status == Status.DRAFTED:
        return f"{row.note}【草拟】"
    if row.change is None:
        return row.note
    change = row.change
    word = "调出" if row.status == Status.REMOVED else "调入"
    approved = f"{change.approved_for.name if change.approved_for else ''}{date_text(change.approved_on)}批准"
    return f"{row.note}【{word}：{change.reason}；{approved}】"


def shown(column: Column, row: BreakdownRow, serial: int) -> str:
    """The cell as a paper prints it."""
    value = serial if column.kind is Kind.SERIAL else column.value(row)
    if value is None:
        return ""
    if column.kind is Kind.DAY:
        return paper_words.date_text(value, paper_words.date_pattern(value, row.planned_precision))
    if column.kind is Kind.NUMBER:
        return f"{value.normalize():f}"
    return str(value)


def totals(rows: list[BreakdownRow], original: int | None = None) -> dict[str, str | int]:
    """Heading → what the 合计 row says under it, of the rows that count: without those that left the target. Outputs in
    different units and minerals do not add up."""
    counted = [row for row in rows if row.is_in_target]
    return {
        "矿山名称": len(counted),
        "规模级别": _tally(counted, "size_class", paper_words.SIZES),
        "任务类别": _tally(counted, "tier", paper_words.TIERS),
        NOTE: _moved(rows, original),
    }


def _moved(rows: list[BreakdownRow], original: int | None) -> str:
    """How the target came to be what it is; "" where nothing moved it and nothing is drafted."""
    counts = Counter(row.status for row in rows)
    adjusted = counts[Status.KEPT] + counts[Status.ENTERED]
    said = []
    if original is not None and (counts[Status.REMOVED] or counts[Status.ENTERED] or original != adjusted):
        said = [
            f"原定{original}",
            f"调出{counts[Status.REMOVED]}",
            f"调入{counts[Status.ENTERED]}",
            f"调整后{adjusted}",
        ]
    if counts[Status.DRAFTED]:
        said.append(f"草拟{counts[Status.DRAFTED]}")
    return "\n".join(said)


def _tally(rows: list[BreakdownRow], name: str, words: dict[str, str]) -> str:
    counts = Counter(getattr(row, name) for row in rows)
    return "\n".join(f"{word}{counts[code]}" for code, word in words.items() if counts[code])
