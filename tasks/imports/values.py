"""Cells as clerks write them, read one by one: figures, dates, permit numbers, words.

Three outcomes. What can be read is taken. What could be read in two ways, or only nearly, leaves the cell
empty with a warning that says what to write. What is no answer to the heading at all is an error, and the
row is left out. Nothing is guessed.
"""

import calendar
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

from tasks.imports.units import TONNES, Unit, read_unit
from tasks.rules import permits, planned_dates
from tasks.rules.planned_dates import PlannedDate

WARNING, ERROR = "warning", "error"
NOTHING = {
    "",
    "-",
    "--",
    "—",
    "——",
    "–",
    "－",
    "/",
    "／",
    "\\",
    "无",
    "暂无",
    "空",
    "*",
    "…",
    "……",
    "未知",
    "不详",
    "待定",
    "待核实",
    "N/A",
    "n/a",
}
MAX_OUTPUT = Decimal(100_000)  # 万吨 a year: more than any mine on earth
# Without a unit anywhere, more than this is likely in tonnes and not in 万吨.
DOUBTFUL_OUTPUT = 2000
FIRST_YEAR, LAST_YEAR = 2000, 2099
ACCEPTED_DATES = "请写成 2019年12月、2019-12-31 或 2019年底"


@dataclass(frozen=True)
class Reading:
    """`value` is None for an empty cell and for one that could not be taken."""

    value: Any = None
    level: str = ""
    message: str = ""


EMPTY = Reading()


def shown(value: Any, limit: int = 60) -> str:
    """The cell for a message or for JSON, cut when it is long."""
    if isinstance(value, float):
        value = f"{value:.15g}"
    elif isinstance(value, bool):
        value = "TRUE" if value else "FALSE"
    text = str(value)
    start = "".join(c if c.isprintable() or c == "\u3000" else " " for c in text[: 4 * limit]).strip()
    return start if len(start) <= limit else f"{start[:limit]}…（共 {len(text)} 字）"


# Text ---------------------------------------------------------------------------------------------------

_CONTROLS = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]|_x(?:00[01][0-9A-F]|FFF[EF])_"
)


def text_of(value: Any) -> str:
    """A cell as text: a whole number without its point, a date in ISO form."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    return "" if value is None else str(value)


def read_text(value: Any, limit: int) -> Reading:
    """Text with its line breaks, no control characters, at most `limit` characters."""
    text = text_of(value)
    if not text:
        return EMPTY
    message = ""
    if not text.isprintable():
        kept = _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
        if _CONTROLS.search(text):
            message = "夹有不可见的控制字符，已去掉"
        text = kept
    elif "_x" in text and _CONTROLS.search(text):
        text, message = _CONTROLS.sub("", text), "夹有不可见的控制字符，已去掉"
    text = text.strip()
    if len(text) > limit:
        return Reading(
            None, WARNING, f"有 {len(text)} 字，超过 {limit} 字的上限，本格未采用；请缩短到 {limit} 字以内"
        )
    return Reading(text or None, WARNING if message else "", message)


# Figures ------------------------------------------------------------------------------------------------

_FIGURE = re.compile(r"\+?((?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)(.*)", re.ASCII)
_NEARLY = re.compile(
    r"(?:约|大约|近|不足|超过?|>|<|≥|≤|≈|~)?\d[\d.,\s。·]*(?:e[+-]?\d+)?(?:余|多|左右|以上|以下|上下|不到)?",
    re.ASCII,
)
_FULL_WIDTH = str.maketrans("０１２３４５６７８９．，＋－／（）％：", "0123456789.,+-/()%:")
ACCEPTED_FIGURES = "请只填一个数，如 12.5"


def read_output(value: Any, unit: Unit | None) -> Reading:
    """A mine's output as a Decimal in 万吨 or 万立方米, together with its unit: Reading.value is
    (Decimal, unit name or None where neither heading nor cell says it)."""
    reading = _figure(value) if isinstance(value, str) else _number(value)
    if reading.value is None:
        return reading
    figure, written = reading.value
    own = read_unit(written) if written else None
    if written and own is None:
        return Reading(
            None, WARNING, f"“{shown(value)}”的单位看不懂，本格未采用；请按万吨/年或万立方米/年填，只填数"
        )
    used = own or unit
    if used is not None and not used.name:
        return Reading(
            None, WARNING, f"列名里的单位“{used.text}”不是产量单位，本格未采用；请用万吨/年或万立方米/年"
        )
    scaled = figure * (used.factor if used else 1)
    if used is None and scaled > DOUBTFUL_OUTPUT:
        message = f"“{shown(value)}”没有单位，按万吨/年过大，可能是吨，本格未采用；请在列名或单位栏写明单位"
        return Reading(None, WARNING if scaled < MAX_OUTPUT * 10_000 else ERROR, message)
    level, message = "", ""
    if own and own.factor != 1:
        level, message = WARNING, f"“{shown(value)}”已按单位换算为 {_plain(scaled)} {own.name}"
    if own and unit and own.name != unit.name:
        level, message = WARNING, f"“{shown(value)}”的单位与列名不同，按本格所写的 {own.name} 采用"
    if scaled > MAX_OUTPUT:
        return Reading(None, ERROR, f"“{shown(value)}”过大（上限 {MAX_OUTPUT} {TONNES}），请核对数值和单位")
    rounded = _rounded(scaled)
    if rounded != scaled and not message:
        level, message = WARNING, f"“{shown(value)}”小数位过多，已四舍五入为 {_plain(rounded)}"
    return Reading((rounded, used.name if used else None), level, message)


def _plain(figure: Decimal) -> str:
    return f"{figure.normalize():f}"


def _rounded(figure: Decimal) -> Decimal:
    """Four places are kept as they stand; a longer tail comes from a division and is cut to two, as the
    tables write it, unless that would make a small figure another one."""
    if figure == figure.quantize(Decimal("0.0001")):
        return figure
    places = Decimal("0.01") if figure >= 1 else Decimal("0.0001")
    return figure.quantize(places, rounding=ROUND_HALF_UP)


def _number(value: Any) -> Reading:
    if isinstance(value, bool):
        return Reading(None, ERROR, f"是逻辑值 {shown(value)}，不是数；{ACCEPTED_FIGURES}")
    if isinstance(value, (date, time)):
        return Reading(
            None, ERROR, f"是日期 {shown(value)}，不是数；{ACCEPTED_FIGURES}，并把单元格格式改为“常规”"
        )
    if value != value or abs(value) > 1e15:
        return Reading(None, ERROR, f"“{shown(value)}”不是可用的数；{ACCEPTED_FIGURES}")
    if value < 0:
        return Reading(None, ERROR, f"“{shown(value)}”是负数；产量不能小于 0")
    # Fifteen digits, as the spreadsheet shows them: 12.500000000000002 is 12.5.
    return Reading((Decimal(f"{value:.15g}"), ""))


# Longer than any figure, date or word; a longer text is told without remembering it.
MAX_WORD = 60


def _figure(text: str) -> Reading:
    if len(text) > MAX_WORD:
        return Reading(None, ERROR, f"“{shown(text)}”不是数；{ACCEPTED_FIGURES}")
    return _short_figure(text)


@lru_cache(maxsize=20_000)
def _short_figure(text: str) -> Reading:
    bare = "".join(c for c in text if unicodedata.category(c) != "Cf").strip().translate(_FULL_WIDTH)
    if bare in NOTHING:
        return EMPTY
    found = _FIGURE.fullmatch(bare)
    if found and len(found[1]) <= 30:
        rest = found[2].strip()
        if not rest or read_unit(rest):
            return Reading((Decimal(found[1].replace(",", "")), rest))
    squeezed = re.sub(r"\s", "", bare).lower()
    for unit_length in range(len(squeezed)):
        core, tail = squeezed[: len(squeezed) - unit_length], squeezed[len(squeezed) - unit_length :]
        is_scale = tail in ("万", "亿", "千") or not tail or read_unit(tail)
        if is_scale and _NEARLY.fullmatch(core) and not re.search(r"\.\d+,|,\d+,?\d*\.\d+\.", core):
            return Reading(None, WARNING, f"“{shown(text)}”不是一个确定的数，本格未采用；{ACCEPTED_FIGURES}")
        if unit_length > 8:
            break
    return Reading(None, ERROR, f"“{shown(text)}”不是数；{ACCEPTED_FIGURES}")


# Dates --------------------------------------------------------------------------------------------------


def read_date(value: Any, precision: str = "", date_1904: bool = False) -> Reading:
    """A day or a period, as PlannedDate. `precision` is what the cell's number format shows."""
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):  # a time alone is none
        return _checked(value, precision or "day", value)
    if isinstance(value, (bool, time)):
        return Reading(None, ERROR, f"“{shown(value)}”不是日期；{ACCEPTED_DATES}")
    if isinstance(value, float):
        return _date_from_number(value, precision, date_1904)
    return _date_from_text(value, date_1904)


@lru_cache(maxsize=4096)
def _checked(day: date, precision: str, value: Any) -> Reading:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        message = f"日期 {shown(value)} 不在 {FIRST_YEAR}—{LAST_YEAR} 年之间，可能填错；{ACCEPTED_DATES}"
        return Reading(None, ERROR, message)
    return Reading(PlannedDate(last_day(day, precision), precision))


def last_day(day: date, precision: str) -> date:
    """A cell formatted as yyyy年m月 holds the first of the month and means its last day."""
    months = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}.get(precision)
    if months is None:
        return day
    month = -(-day.month // months) * months
    return date(day.year, month, calendar.monthrange(day.year, month)[1])


def _date_from_number(value: float, precision: str, date_1904: bool) -> Reading:
    if precision:
        day = _from_serial(value, date_1904)
        if day:
            return _checked(day, precision, day)
        return Reading(None, ERROR, f"日期单元格的数值 {shown(value)} 超出范围；{ACCEPTED_DATES}")
    return _bare_number(f"{value:.15g}", date_1904)


def _bare_number(digits: str, date_1904: bool) -> Reading:
    """2019, 201912, 20191231 and 2019.12 as clerks type them, or the number that Excel keeps for a day."""
    year, point, rest = digits.partition(".")
    if re.fullmatch(r"20\d\d", year) and point and len(rest) <= 2:
        if rest == "1":
            return Reading(
                None,
                WARNING,
                f"“{digits}”可能是 1 月，也可能是 10 月（Excel 去掉了末尾的 0），本格未采用；{ACCEPTED_DATES}",
            )
        return _parsed(f"{year}年{int(rest)}月", digits)
    if re.fullmatch(r"20\d\d|20\d{4}|20\d{6}", digits):
        parts = [digits[:4], digits[4:6], digits[6:]]
        return _parsed(
            "".join(part.lstrip("0") + mark for part, mark in zip(parts, "年月日", strict=True) if part),
            digits,
        )
    try:
        day = _from_serial(float(digits), date_1904)
    except ValueError:
        day = None
    if day and FIRST_YEAR <= day.year <= LAST_YEAR:
        message = (
            f"“{digits}”是 Excel 的日期序号，按 {day.isoformat()} 采用，请核对；以后请把这一列设为日期格式"
        )
        return Reading(PlannedDate(day, "day"), WARNING, message)
    return Reading(None, ERROR, f"“{digits}”不是日期；{ACCEPTED_DATES}")


def _from_serial(value: float, date_1904: bool) -> date | None:
    if not 61 <= value <= 2_958_465 or value != int(value):
        return None
    return (date(1904, 1, 1) if date_1904 else date(1899, 12, 30)) + timedelta(days=int(value))


def _date_from_text(text: str, date_1904: bool) -> Reading:
    if len(text) > MAX_WORD:
        return Reading(None, ERROR, f"“{shown(text)}”不是日期；{ACCEPTED_DATES}")
    return _short_date(text, date_1904)


@lru_cache(maxsize=20_000)
def _short_date(text: str, date_1904: bool) -> Reading:
    bare = "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf").strip()
    bare = re.sub(r"T\d\d:\d\d.*$", "", bare)
    bare = re.sub(r"(?<=\d)\s+\d{1,2}:\d{2}(:\d{2})?$", "", bare)
    squeezed = re.sub(r"\s+", "", bare)
    if squeezed in NOTHING:
        return EMPTY
    if re.fullmatch(r"\d+(\.\d+)?", squeezed, re.ASCII):
        return _bare_number(squeezed, date_1904)
    return _parsed(squeezed, text)


_DAY = re.compile(r"(20\d\d)[年./\-](\d{1,2})[月./\-](\d{1,2})日?", re.ASCII)


def _parsed(text: str, written: str) -> Reading:
    try:
        day = _DAY.fullmatch(text)
        planned = PlannedDate(date(*map(int, day.groups())), "day") if day else planned_dates.parse(text)
    except ValueError:
        planned = None
    if planned:
        return _checked(planned.last_day, planned.precision, written)
    if re.fullmatch(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}", text, re.ASCII):
        return Reading(None, WARNING, f"“{shown(written)}”的年、月、日次序不清，本格未采用；{ACCEPTED_DATES}")
    if re.fullmatch(
        r"(约|大约|预计|计划|拟|力争|待|暂定)?.*(20\d\d|\d\d年|年|月|季度).*", text
    ) and not re.search(r"20\d\d\D?\d{1,2}\D?\d{0,2}日?$", text):
        return Reading(None, WARNING, f"“{shown(written)}”读不出确定的日期，本格未采用；{ACCEPTED_DATES}")
    return Reading(None, ERROR, f"“{shown(written)}”不是日期；{ACCEPTED_DATES}")


# Permit numbers -----------------------------------------------------------------------------------------

_DECORATION = re.compile(
    r"^(?:采矿)?(?:许可)?证?(?:编?号|号码)?[:：]?|[\-‐‑‒–—―−'’‘`\"“”.。,，;；、]+", re.IGNORECASE
)
DESTROYED = "已被 Excel 破坏（{written}），后面的数字已经丢失，本格按空处理；请把这一列设为文本格式后重新填写 23 位证号"


def read_licence(value: Any) -> Reading:
    """A permit number as text: `C` and 22 digits or 13 digits; other shapes are kept with a warning."""
    if isinstance(value, float):
        if value != value or abs(value) >= 1e15 or not value.is_integer():
            return Reading(None, WARNING, DESTROYED.format(written=f"{value:.15g}".upper()))
        return _licence(f"{value:.0f}")
    return _licence(text_of(value))


def _licence(text: str) -> Reading:
    if text.isascii() and text.isalnum() and not permits.doubt(text):
        return Reading(text)
    if len(text) > 200:
        return Reading(
            None, WARNING, f"“{shown(text)}”不是许可证号，本格未采用；一行填一个证号（C 加 22 位数字）"
        )
    number = permits.clean(text)
    if not permits.doubt(number):
        return Reading(number)
    if number in NOTHING:
        return EMPTY
    if permits.doubt(number) == "destroyed":
        return Reading(None, WARNING, DESTROYED.format(written=shown(number)))
    stripped = _CONTROLS.sub("", number)
    stripped = _DECORATION.sub("", re.sub(r"\(.*?\)$", "", stripped)).upper()
    stripped = re.sub(r"^(\d{13})\.0+$", r"\1", stripped)
    if not permits.doubt(stripped):
        return Reading(stripped)
    if len(number) > 40 or len(re.findall(r"\d", number, re.ASCII)) < 3:
        return Reading(
            None, WARNING, f"“{shown(number)}”不是许可证号，本格未采用；一行填一个证号（C 加 22 位数字）"
        )
    return Reading(
        number, WARNING, f"“{shown(number)}”不是 C 加 22 位数字，也不是旧的 13 位数字，请核对；暂按原样采用"
    )


# Words --------------------------------------------------------------------------------------------------

WORDS: dict[str, dict[str, str]] = {
    "method": {
        "露天": "open_pit", "露天开采": "open_pit", "露采": "open_pit", "露天采矿": "open_pit", "山坡露天": "open_pit",
        "凹陷露天": "open_pit", "地下": "underground", "地下开采": "underground", "井工": "underground",
        "井工开采": "underground", "坑采": "underground", "井下": "underground", "井下开采": "underground",
        "地采": "underground", "露天地下联合": "combined", "露天地下": "combined", "联合": "combined", "联合开采": "combined",
        "露天地下联合开采": "combined", "露天转地下": "combined", "露天加地下": "combined", "地下露天": "combined",
        "露天井下": "combined", "其他": "other", "其它": "other", "钻孔水溶": "other", "水溶开采": "other",
    },
    "size_class": {
        "大型": "large", "大": "large", "大型矿山": "large", "中型": "medium", "中": "medium", "中型矿山": "medium", "小型": "small",
        "小": "small", "小型矿山": "small", "小矿": "tiny", "小型以下": "tiny", "小矿山": "tiny",
    },
    "tier": {
        "底线任务": "baseline", "底线": "baseline", "底线目标": "baseline", "自我加压": "self_imposed", "加压": "self_imposed",
        "自加": "self_imposed", "自我加压任务": "self_imposed", "自加压力": "self_imposed", "增量": "stretch", "增量任务": "stretch",
        "增量完成": "stretch", "增量目标": "stretch",
    },
    "status": {
        "生产": "producing", "在产": "producing", "正常生产": "producing", "生产中": "producing", "在建": "building",
        "基建": "building", "建设": "building", "停产": "suspended", "停产整改": "suspended", "停采": "suspended", "关闭": "closed",
        "已关闭": "closed", "政策性关闭": "closed", "闭坑": "exhausted", "已闭坑": "exhausted",
    },
}  # fmt: skip
ACCEPTED_WORDS = {
    "method": "露天、地下、露天-地下联合、其他",
    "size_class": "大型、中型、小型、小矿",
    "tier": "底线任务、自我加压、增量",
    "status": "生产、在建、停产、关闭、闭坑",
}


def read_word(field: str, text: str) -> Reading:
    """One of the words of a column, as its code."""
    if len(text) > MAX_WORD:
        return Reading(
            None, WARNING, f"“{shown(text)}”不在可选范围，本格未采用；可填：{ACCEPTED_WORDS[field]}"
        )
    return _short_word(field, text)


@lru_cache(maxsize=4096)
def _short_word(field: str, text: str) -> Reading:
    bare = re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text))
    if not bare or text.strip() in NOTHING:
        return EMPTY
    code = WORDS[field].get(bare)
    if code:
        return Reading(code)
    return Reading(None, WARNING, f"“{shown(text)}”不在可选范围，本格未采用；可填：{ACCEPTED_WORDS[field]}")
