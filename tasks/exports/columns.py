"""The columns of the 任务分解表, in the official order (domain.md section 6), for workbook and PDF alike."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from tasks.exports import paper_words
from tasks.models import Mine
from tasks.reports.breakdown import BreakdownRow


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
    Column("备注", lambda row: row.note, Kind.TEXT, 14),
)


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


def totals(rows: list[BreakdownRow]) -> dict[str, str | int]:
    """Heading → what the 合计 row says under it. Outputs in different units and minerals do not add up."""
    return {
        "矿山名称": len(rows),
        "规模级别": _tally(rows, "size_class", paper_words.SIZES),
        "任务类别": _tally(rows, "tier", paper_words.TIERS),
    }


def _tally(rows: list[BreakdownRow], name: str, words: dict[str, str]) -> str:
    counts = Counter(getattr(row, name) for row in rows)
    return "\n".join(f"{word}{counts[code]}" for code, word in words.items() if counts[code])
