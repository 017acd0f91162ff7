"""Which column is which: the table of headings in use, and the search for the header.

SYNONYMS is open: a new habit is one more word. Headings are compared without white space, punctuation and
full-width forms; a unit in brackets is read apart (`units`).
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from tasks.imports.units import Unit, unit_in_heading

SYNONYMS: dict[str, tuple[str, ...]] = {
    "mine": (
        "矿山名称",
        "矿山",
        "矿区名称",
        "矿区",
        "矿区企业名称",
        "矿山企业名称",
        "矿山企业",
        "采矿权名称",
        "矿名",
        "矿山全称",
        "矿业权名称",
        "矿权名称",
        "项目矿山名称",
        "绿色矿山名称",
        "矿山或企业名称",
        "企业矿山名称",
        "矿山单位名称",
        "矿山单位",
        "采矿权矿山名称",
        "矿山矿区名称",
        "矿山名",
        "煤矿名称",
        "矿井名称",
        "采石场名称",
    ),
    "licence": (
        "采矿许可证号",
        "许可证号",
        "采矿证号",
        "采矿许可证编号",
        "采矿证编号",
        "许可证编号",
        "采矿许可证",
        "采矿权证号",
        "采矿许可证号码",
        "许可证号码",
        "证号",
        "采矿权许可证号",
        "采矿权许可证编号",
        "采矿许可证证号",
        "采矿许可证编码",
    ),
    "holder": (
        "采矿权人",
        "采矿权人名称",
        "采矿权人全称",
        "企业名称",
        "矿业权人",
        "采矿权所有人",
        "采矿权单位",
        "所属企业",
        "企业全称",
        "采矿权人企业名称",
        "权利人",
        "公司名称",
        "采矿权企业",
        "单位名称",
    ),
    "county": (
        "县市区",
        "县",
        "区县",
        "县区",
        "所在县",
        "所在县市区",
        "县市区名称",
        "所属县市区",
        "所属县区",
        "市县",
        "市县区",
        "行政区",
        "行政区划",
        "所在行政区",
        "所在县区",
        "县级行政区",
        "所在地",
        "县级",
        "所属区县",
        "县名",
        "县区名称",
        "区市县",
        "所在区县",
        "区县市",
        "所属县",
    ),
    "city": ("省辖市", "地市", "地级市", "市", "所在市", "市州", "所属市", "城市"),
    "mineral": (
        "开采矿种",
        "矿种",
        "开采主矿种",
        "主矿种",
        "主要矿种",
        "矿产种类",
        "主采矿种",
        "开采主要矿种",
        "矿类",
        "主要开采矿种",
        "矿种名称",
        "矿产名称",
    ),
    "method": ("开采方式", "采矿方式", "开采方法", "开采类型", "矿山开采方式"),
    "output": (
        "生产规模",
        "设计生产规模",
        "生产能力",
        "设计产能",
        "产能",
        "设计生产能力",
        "年产量",
        "核定生产能力",
        "矿山生产规模",
        "开采规模",
        "设计规模",
        "批准生产规模",
        "生产规模数量",
        "数量生产规模",
        "年生产规模",
        "证载生产规模",
        "证载规模",
        "核定产能",
        "设计年产量",
        "生产规模数值",
        "年生产能力",
        "登记生产规模",
    ),
    "output_unit": (
        "生产规模单位",
        "规模单位",
        "单位生产规模",
        "产能单位",
        "计量单位",
        "设计产能单位",
        "生产能力单位",
        "设计生产规模单位",
        "产量单位",
        "设计生产能力单位",
    ),
    "size_class": (
        "规模级别",
        "矿山规模",
        "规模",
        "规模类型",
        "规模等级",
        "矿山规模级别",
        "矿山规模等级",
        "规模类别",
        "矿山规模类型",
        "生产规模级别",
        "生产规模等级",
        "建设规模",
    ),
    "tier": (
        "任务类别",
        "任务类型",
        "任务性质",
        "目标类别",
        "任务层级",
        "类别",
        "任务级别",
        "目标任务类别",
        "目标任务类型",
    ),
    "planned": (
        "基本建成时间",
        "建成时间",
        "计划建成时间",
        "完成时间",
        "计划完成时间",
        "建设完成时间",
        "建成年度",
        "建成时限",
        "完成时限",
        "预计建成时间",
        "基本建成年度",
        "拟建成时间",
        "计划建成年度",
        "建成期限",
        "完成年度",
        "计划完成年度",
        "绿色矿山建成时间",
        "基本建成时限",
        "建成年份",
        "计划建成年份",
        "达标时间",
        "预计完成时间",
        "基本建成年份",
        "基本建成日期",
        "计划建成日期",
        "建成日期",
        "完成日期",
        "计划完成日期",
        "完成期限",
    ),
    "responsible": (
        "责任人",
        "负责人",
        "责任人姓名",
        "矿山责任人",
        "具体责任人",
        "联系人责任人",
        "矿山负责人",
        "包矿责任人",
    ),
    "note": ("备注", "备注说明", "说明", "备考", "附注"),
    "status": ("生产状态", "矿山状态", "开采状态", "矿山生产状态", "生产情况", "开发状态"),
    "area": ("矿区面积", "面积", "矿山面积", "矿区范围面积"),
    "issued_by": ("发证机关", "登记机关", "发证单位", "发证部门"),
    "valid_from": (
        "有效期起",
        "许可证有效期起",
        "有效期开始",
        "采矿许可证有效期起",
        "有效期自",
        "有效期限起",
    ),
    "valid_to": (
        "有效期止",
        "许可证有效期止",
        "有效期至",
        "有效期截止",
        "采矿许可证有效期止",
        "有效期限止",
        "证件到期日",
    ),
    "first_permitted_on": ("首次发证时间", "首次发证日期", "首次设立时间", "首次取得采矿许可证时间"),
    # Known, and read for nothing: they are no reason to name a column as not taken.
    "serial": ("序号", "编号", "序", "顺序号", "行号"),
    # The hidden columns of our own workbook (exports/breakdown.py).
    "task_id": ("任务标识",),
    "mine_id": ("矿山标识",),
    "lock": ("行锁",),
    "precision": ("时间精度",),
    "source": ("来源版本",),
}
OWN_COLUMNS = {"task_id", "mine_id", "lock", "precision", "source"}
TITLES = {field: words[0] for field, words in SYNONYMS.items()}
FIELDS = {word: field for field, words in SYNONYMS.items() for word in words}
# Words that say which column it is only under a heading above them.
_NEEDS_GROUP = {
    "数量",
    "单位",
    "名称",
    "证号",
    "编号",
    "类别",
    "规模",
    "说明",
    "级别",
    "起",
    "止",
    "市",
    "县",
    "面积",
    "等级",
}
SEARCHED_ROWS = 40
STOREYS = 3


@dataclass(frozen=True)
class Column:
    field: str
    index: int
    heading: str  # as it stands in the file
    unit: Unit | None = None


@dataclass
class Header:
    """`row` and `last_row` as the spreadsheet shows them; `unread` are headings without a field."""

    row: int
    last_row: int
    columns: list[Column]
    unread: list[str] = field(default_factory=list)
    repeated: list[Column] = field(default_factory=list)  # a second column for a field that has one

    @property
    def fields(self) -> set[str]:
        return {column.field for column in self.columns}

    def index(self, name: str) -> int | None:
        return next((column.index for column in self.columns if column.field == name), None)


def plain(text: str) -> str:
    """The heading with nothing but its words; "" for what is too long to be one."""
    return _plain(text) if len(text) <= 80 else ""


@lru_cache(maxsize=4096)
def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text)
    return re.sub(r"[\W_]+", "", "".join(c for c in folded if unicodedata.category(c) != "Cf"))


def field_of(text: str) -> str | None:
    """The field that a heading names, or None."""
    return _field_of(text) if len(text) <= 60 else None


@lru_cache(maxsize=4096)
def _field_of(text: str) -> str | None:
    folded = unicodedata.normalize("NFKC", text)
    bare = re.sub(r"[(\[〔【][^)\]〕】]*[)\]〕】]", "", folded)
    cut = re.split(r"[:,;，；:/]|单位", bare)[0]
    named = re.sub(r"^[\s\d.、*★]+|必填|选填", "", bare)
    without_unit = re.sub(
        r"(?:十万|百万|亿|万|千)?(?:立方米|吨|m3|t)(?:/?(?:年|a))?$", "", re.sub(r"\s", "", bare)
    )
    for candidate in map(plain, (folded, bare, cut, named, without_unit)):
        if candidate in FIELDS:
            return FIELDS[candidate]
    return None


def find_header(
    rows: list[tuple[int, list]],
    merges: list[tuple[int, int, int, int]],
    mapping: Mapping[str, str] | None = None,
) -> Header | None:
    """The best header within the first rows of a sheet, None where fewer than two columns are known.

    Merged headings count for every cell that they cover. `mapping` is what an agency said of its own
    headings, `plain(heading)` → field, "" for a column to pass over; it goes before the table above.
    """
    filled = _filled(rows, merges)
    best: tuple[tuple, Header] | None = None
    for start in range(min(len(filled), SEARCHED_ROWS)):
        for storeys in range(1, min(STOREYS, len(filled) - start) + 1):
            if storeys > 1 and filled[start + storeys - 1][0] - filled[start][0] > STOREYS:
                break
            header = _header(filled[start : start + storeys], mapping or {})
            known = len(header.fields - {"serial"})
            merit = ("mine" in header.fields, known, -storeys, -start)
            if known >= 2 and (best is None or merit > best[0]):
                best = merit, header
    return best[1] if best else None


def _filled(rows: list[tuple[int, list]], merges) -> list[tuple[int, list[str]]]:
    texts = {number: [_text(value) for value in row] for number, row in rows}
    for top, left, bottom, right in merges:
        if top not in texts or left >= len(texts[top]):
            continue
        text = texts[top][left]
        for number in range(top, min(bottom, top + STOREYS) + 1):
            if number in texts:
                row = texts[number]
                for column in range(left, min(right, len(row) - 1) + 1):
                    row[column] = row[column] or text
    return [(number, texts[number]) for number, _row in rows if any(texts[number])]


def _text(value) -> str:
    return value.strip() if isinstance(value, str) else str(value) if value not in ("", None) else ""


def _header(storeys: list[tuple[int, list[str]]], mapping: Mapping[str, str]) -> Header:
    header = Header(row=storeys[0][0], last_row=storeys[-1][0], columns=[])
    width = max(len(row) for _number, row in storeys)
    lowest = storeys[-1][1]
    if len(storeys) > 1 and not _is_title_storey(storeys, width):
        return header
    said, read = [], []
    for index in range(width):
        parts = [row[index] for _number, row in storeys if index < len(row) and row[index]]
        parts = list(dict.fromkeys(parts))
        if not parts:
            continue
        heading = " ".join(parts)
        is_said = plain(heading) in mapping
        name = (mapping[plain(heading)] or None) if is_said else _name(parts)
        if name is None:
            if index < len(lowest) or len(storeys) == 1:
                header.unread.append(heading)
            continue
        unit = next((unit for part in reversed(parts) if (unit := unit_in_heading(part))), None)
        (said if is_said else read).append(Column(name, index, heading, unit))
    for column in said + read:
        (header.repeated if column.field in header.fields else header.columns).append(column)
    header.columns.sort(key=lambda column: column.index)
    return header


def _is_title_storey(storeys, width: int) -> bool:
    """A first storey that is one text over everything is the table's title, no storey of its header."""
    first = {text for text in storeys[0][1] if text}
    return not (len(first) == 1 and width > 2)


def _name(parts: list[str]) -> str | None:
    """Group and heading together say more than the heading alone: 生产规模 · 单位."""
    lower = parts[-1]
    if len(parts) > 1:
        for group in (parts[-2], parts[0]):
            group = re.sub(r"[(\[（].*", "", group)
            group = re.sub(r"(基本情况|基本信息|情况|信息)$", "", plain(group))
            if name := FIELDS.get(group + plain(lower)):
                return name
        if plain(lower) in _NEEDS_GROUP and "矿山" in plain(parts[0]) and plain(lower) == "名称":
            return "mine"
    if plain(lower) == "单位" or (plain(lower) == "数量" and len(parts) == 1):
        return None
    if name := field_of(lower):
        return name
    return None if len(parts) == 1 else field_of(parts[-2])


def transposed(rows: list[tuple[int, list]]) -> bool:
    """Whether the headings run down the first or second column."""
    for index in (0, 1):
        down = {field_of(_text(row[index])) for _number, row in rows[:SEARCHED_ROWS] if index < len(row)}
        if len(down - {None, "serial"}) >= 3:
            return True
    return False
