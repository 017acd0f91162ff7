"""The provincial 分解表: one place a row with its 省下达任务数, compared first, written when confirmed.

A place is found by its code or its name. An empty figure says nothing: what is unknown stays unknown.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import islice

from django.db import transaction

from agencies.models import Agency, Channel, Membership
from tasks.actions.quotas import MOST, record_quota
from tasks.imports.containers import identify
from tasks.imports.headings import SEARCHED_ROWS, plain
from tasks.imports.places import fold_place
from tasks.imports.reading import Remark, TableReading
from tasks.imports.refusals import RESAVE, Refused
from tasks.imports.register import Change
from tasks.imports.sheets import Sheet, letter, open_sheets
from tasks.imports.values import NOTHING, shown, text_of
from tasks.models import Programme, Quota

SYNONYMS: dict[str, tuple[str, ...]] = {
    "code": ("行政区划代码", "区划代码", "代码", "机构代码"),
    "place": (
        "县市区",
        "市县",
        "地区",
        "单位",
        "名称",
        "市县区",
        "省辖市",
        "省辖市省直管县",
        "省直管县",
        "行政区",
        "行政区划",
        "机构",
        "市",
        "县",
        "市县名称",
    ),
    "count": (
        "省下达任务数",
        "任务数",
        "下达任务数",
        "底线任务数",
        "底线任务",
        "目标任务",
        "目标任务数",
        "任务目标",
        "目标数",
        "绿色矿山数量",
        "建设任务数",
        "任务座数",
        "数量",
    ),
}
TITLES = {"code": "行政区划代码", "place": "县（市、区）", "count": "省下达任务数"}
FIELDS = {word: name for name, words in SYNONYMS.items() for word in words}
TOTALS = {"合计", "总计", "小计", "全省", "全市", "全省合计"}
ACCEPTED = "接受不带小数的座数，如 12"
NO_TABLE = "没有找到表头：需要“县（市、区）”（或“行政区划代码”）和“省下达任务数”两列。可下载任务数模板，填好后再上传。"


@dataclass(slots=True)
class QuotaRow:
    """A row, its place, and the quota that stands (None: unknown)."""

    row: int
    sheet: str
    agency: Agency
    count: int
    current: int | None

    @property
    def changes(self) -> list[Change]:
        return [] if self.current == self.count else [Change("count", self.current, self.count)]


class QuotaReading(TableReading):
    """Places instead of mines, so another message. `taken`: how many of them have a figure."""

    taken: int = 0

    @property
    def message(self) -> str:
        if self.refusal:
            return self.refusal
        return "".join([f"读出 {self.taken} 个单位的任务数。", *self.notes])


@dataclass
class QuotaComparison:
    agency: Agency
    programme: Programme
    reading: QuotaReading
    rows: list[QuotaRow] = field(default_factory=list)

    @property
    def new(self) -> list[QuotaRow]:
        return [each for each in self.rows if each.current is None]

    @property
    def changed(self) -> list[QuotaRow]:
        return [each for each in self.rows if each.current is not None and each.changes]

    @property
    def same(self) -> list[QuotaRow]:
        return [each for each in self.rows if not each.changes]


def read_quotas(
    name: str,
    data: bytes,
    *,
    agency: Agency,
    programme: Programme,
    on: date,
    mapping: Mapping[str, str] | None = None,
) -> QuotaComparison:
    """Read a table of quotas for the places below `agency`; never raises for what the file holds."""
    comparison = QuotaComparison(agency, programme, QuotaReading())
    try:
        sheets = [sheet for sheet in open_sheets(identify(name, data)) if not sheet.is_hidden]
        _read_sheets(comparison, sheets, on, mapping or {})
    except Refused as refused:
        comparison.reading.refusal, comparison.reading.refusal_code = str(refused), refused.code
    return comparison


def _read_sheets(
    comparison: QuotaComparison, sheets: list[Sheet], on: date, mapping: Mapping[str, str]
) -> None:
    reading = comparison.reading
    tables = [(sheet, header) for sheet in sheets if (header := find_header(sheet, mapping))]
    if not tables:
        reading.refusal, reading.refusal_code = NO_TABLE + RESAVE, "no_header"
        return
    places = _Places(comparison.agency)
    current = current_quotas(comparison.programme, on)
    seen: dict[int, int] = {}
    for sheet, (last, columns) in tables:
        for number, row in sheet.rows():
            if number > last:
                _read_row(comparison, sheet, number, row, columns, places, current, seen)
    reading.taken = len(comparison.rows)
    if not comparison.rows and reading.errors:
        reading.refusal_code = "nothing_left"
        reading.refusal = (
            f"{len(reading.errors)} 行都不能采用，没有可以导入的内容。请按所列各条改正后再上传。"
        )


def find_header(sheet: Sheet, mapping: Mapping[str, str]) -> tuple[int, dict[str, int]] | None:
    """The row of the header and the columns of its fields; a place and a count are needed."""
    for number, row in islice(sheet.rows(), SEARCHED_ROWS):
        columns: dict[str, int] = {}
        for index, value in enumerate(row):
            heading = plain(text_of(value))
            bare = plain(re.sub(r"[(\[（【].*", "", text_of(value)))
            name = mapping.get(heading, FIELDS.get(heading) or FIELDS.get(bare))
            if heading and name:
                columns.setdefault(name, index)
        if "count" in columns and ({"place", "code"} & columns.keys()):
            return number, columns
    return None


def _read_row(comparison, sheet, number, row, columns, places, current, seen) -> None:
    def text(name: str) -> str:
        index = columns.get(name)
        return text_of(row[index]).strip() if index is not None and index < len(row) else ""

    def refuse(name: str, value: str, message: str) -> None:
        column = letter(columns.get(name, columns["count"]))
        said = f"{column}{number}：{message}。"
        comparison.reading.remarks.append(
            Remark("error", said, number, column, shown(value) if value else None, sheet.name)
        )

    name, code, figure = text("place"), text("code").removesuffix(".0"), text("count")
    if not name and not code:
        return
    if fold_place(name) in TOTALS:
        comparison.reading.notes.append(f"第 {number} 行“{name}”是合计行，没有读入。")
        return
    agency = places.find(code, name)
    where = "place" if name else "code"
    if agency is None:
        refuse(
            where, name or code, f"“{shown(name or code)}”不是本单位下级的市、县，本行不导入；请写全称或代码"
        )
        return
    if figure in NOTHING:
        comparison.reading.notes.append(f"第 {number} 行“{agency.name}”没有填数，保持未知或原数。")
        return
    count = whole_number(figure)
    if count is None:
        refuse("count", figure, f"“{shown(figure)}”不是任务数，本行不导入；{ACCEPTED}")
    elif agency.pk in seen:
        refuse(where, name or code, f"{agency.name}与第 {seen[agency.pk]} 行重复，只采用先出现的一行")
    else:
        seen[agency.pk] = number
        comparison.rows.append(QuotaRow(number, sheet.name, agency, count, current.get(agency.pk)))


def whole_number(text: str) -> int | None:
    """12, 12.0, １２ and 12座 are twelve; None for what is no whole number of mines."""
    plain_text = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).removesuffix("座").removesuffix("个")
    match = re.fullmatch(r"(\d{1,6})(?:\.0+)?", plain_text, re.ASCII)
    return int(match[1]) if match and int(match[1]) <= MOST else None


class _Places:
    """The agencies strictly below one, by code and by name."""

    def __init__(self, agency: Agency) -> None:
        below = [one for one in Agency.objects.below(agency).filing() if one.pk != agency.pk]
        self._own = agency.name
        self._by_code = {one.code: one for one in below}
        self._by_name: dict[str, list[Agency]] = {}
        for one in below:
            for name in {one.name, one.name.removesuffix("市").removesuffix("县").removesuffix("区")}:
                self._by_name.setdefault(name, []).append(one)

    def find(self, code: str, name: str) -> Agency | None:
        """By code; a name beside it must agree. None also where a name is ambiguous."""
        folded = fold_place(name)
        named = self._by_name.get(folded) or self._by_name.get(folded.removeprefix(self._own), [])
        if code:
            coded = self._by_code.get(code)
            return coded if coded and (not name or coded in named) else None
        exact = [one for one in named if one.name == folded]
        found = exact or named
        return found[0] if len(found) == 1 else None


def current_quotas(programme: Programme, on: date) -> dict[int, int]:
    """Agency id → the quota in force on a day; who is missing has none that is known."""
    return dict(Quota.objects.filter(programme=programme).in_force(on).values_list("agency_id", "count"))


@transaction.atomic
def commit_quotas(comparison: QuotaComparison, *, by: Membership, day: date, document: str) -> None:
    """Record what is new or changed, all or none."""
    for each in comparison.rows:
        if each.changes:
            record_quota(
                programme=comparison.programme,
                agency=each.agency,
                count=each.count,
                by=by,
                day=day,
                document=document,
                channel=Channel.IMPORT,
            )
