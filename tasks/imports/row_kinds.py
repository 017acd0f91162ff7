"""Which rows below a header are mines, and which are totals, notes, repeated headings or empty lines."""

import re
from enum import Enum

from tasks.imports.headings import Header, field_of, plain
from tasks.imports.values import text_of

_TOTAL = re.compile(
    r"[\u4e00-\u9fff]{0,8}?(?:合计|总计|小计|共计|累计|总和)(?:共?\d+[座个家处宗]?|[座个家处宗数])?"
)
_FOOT = re.compile(
    r"(?:注|备注|说明|填表说明|填报说明|填写说明|填报单位|填报人|填表人|填表日期|填报日期|单位负责人|审核人|制表人?|制表单位|"
    r"联系人|联系电话|负责人|审核|附注|数据来源|资料来源|单位盖章|盖章|报送单位|报送日期|分管领导|主要领导)"
)
_FOOT_START = re.compile(rf"\s*[※*]?\s*{_FOOT.pattern}\s*(?:[（(][^）)]*[）)])?\s*[:：]")
_NUMBERING = re.compile(r"\d{1,2}|[甲乙丙丁戊己庚辛壬癸A-Z]")


class RowKind(Enum):
    MINE = "mine"
    NAMELESS = "nameless"  # data of a mine without its name
    TOTAL = "total"
    NOTE = "note"
    HEADING = "heading"
    NUMBERING = "numbering"
    BLANK = "blank"


def kind_of(header: Header, row: list, name: str) -> RowKind:
    """`row` is the whole row of the sheet, `name` its cell under 矿山名称."""
    filled = [value for value in row if value != ""]
    if name and len(filled) > 2 and _is_plainly_a_mine(filled[0], name):
        return RowKind.MINE
    texts = [text for value in filled if (text := text_of(value).strip())]
    if not texts:
        return RowKind.BLANK
    if _is_total(header, row, name, texts):
        return RowKind.TOTAL
    if _is_heading(header, row, texts):
        return RowKind.HEADING
    if _is_numbering(name, texts):
        return RowKind.NUMBERING
    if _is_note(name, texts):
        return RowKind.NOTE
    return RowKind.MINE if name else _without_name(header, row)


def _is_plainly_a_mine(first, name: str) -> bool:
    """A quick look, for the many rows that begin with their serial number."""
    if not isinstance(first, float) and not (isinstance(first, str) and first.isdigit()):
        return False
    return len(name) > 2 and "计" not in name and "总和" not in name


def _is_total(header: Header, row: list, name: str, texts: list[str]) -> bool:
    leading = [texts[0], name]
    for field in ("serial", "city", "county"):
        index = header.index(field)
        if index is not None and index < len(row):
            leading.append(text_of(row[index]))
    return any(_TOTAL.fullmatch(plain(text)) for text in leading if text)


def _is_heading(header: Header, row: list, texts: list[str]) -> bool:
    words = {plain(part) for column in header.columns for part in column.heading.split()}
    same = sum(
        1 for text in texts if plain(text) in words or any(plain(part) in words for part in text.split())
    )
    if same >= 2 and same == len(texts):
        return True
    known = 0
    for column in header.columns:
        if column.index < len(row) and isinstance(row[column.index], str):
            known += field_of(row[column.index].strip()) == column.field
    return known >= 3


def _is_numbering(name: str, texts: list[str]) -> bool:
    if len(texts) < 3 or not all(_NUMBERING.fullmatch(text) for text in texts):
        return False
    numbers = [int(text) for text in texts if text.isdigit()]
    return numbers == list(range(numbers[0], numbers[0] + len(numbers))) if numbers else True


def _is_note(name: str, texts: list[str]) -> bool:
    if _FOOT_START.match(texts[0]):
        return True
    only = set(texts)
    if len(only) == 1 and len(texts[0]) > 40:
        return True
    return not name and len(only) == 1 and not texts[0].isdigit()


def _without_name(header: Header, row: list) -> RowKind:
    """A numbered line that nobody has filled in is no mine without a name."""
    for column in header.columns:
        if column.field in ("serial", "city", "county", "output_unit") or column.index >= len(row):
            continue
        if text_of(row[column.index]).strip():
            return RowKind.NAMELESS
    return RowKind.BLANK
