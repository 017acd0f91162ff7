"""Units of a mine's output a year, as headings and cells write them, and what turns them into 万吨 or 万立方米."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

TONNES, CUBIC_METRES = "万吨/年", "万立方米/年"


@dataclass(frozen=True)
class Unit:
    """`name` is one of the two units that are stored, `factor` what a figure is multiplied with;
    `name` is "" for a text that is no unit of output, such as 元. `text` is as written."""

    name: str
    factor: Decimal
    text: str


_SCALES = {
    "": "0.0001",
    "十": "0.001",
    "百": "0.01",
    "千": "0.1",
    "万": "1",
    "十万": "10",
    "百万": "100",
    "亿": "10000",
}
_MASSES = {
    "吨": 1,
    "公斤": Decimal("0.001"),
    "千克": Decimal("0.001"),
    "t": 1,
    "kg": Decimal("0.001"),
    "kt": 1000,
    "mt": 1_000_000,
}
_VOLUMES = {"立方米", "立方", "m3", "方", "m³", "立米"}
_UNIT = re.compile(
    r"(?P<scale>十万|百万|亿|万|千|百|十)?(?P<base>立方米|立方|立米|公斤|千克|吨|kg|kt|mt|t|m3|方)"
    r"(?:矿石|荒料|原矿|石墨|金属量)?(?P<year>(?:/|每|／)?(?:年|a|y))?"
)


def read_unit(text: str) -> Unit | None:
    """The unit a whole text is, None when it is none."""
    return _read_unit(text) if len(text) <= 40 else None


@lru_cache(maxsize=512)
def _read_unit(text: str) -> Unit | None:
    folded = re.sub(r"[\s·]", "", unicodedata.normalize("NFKC", text)).lower()
    found = _UNIT.fullmatch(folded)
    if not found:
        return None
    scale, base = found["scale"] or "", found["base"]
    if base in _VOLUMES:
        return Unit(CUBIC_METRES, Decimal(_SCALES[scale]), text)
    return Unit(TONNES, Decimal(_SCALES[scale]) * _MASSES[base], text)


def unit_in_heading(heading: str) -> Unit | None:
    """The unit in brackets or after the name: 生产规模（吨/年）, 产能 万吨/年, 生产规模:千吨."""
    if len(heading) > 80:
        return None
    folded = unicodedata.normalize("NFKC", heading)
    inside = re.findall(r"[(\[〔【]([^)\]〕】]+)[)\]〕】]", folded)
    tail = re.split(r"[:,;\s]|单位", re.sub(r"[(\[〔【].*", "", folded))[1:]
    whole = re.sub(r"^.*?(?=(?:十万|百万|亿|万|千)?(?:立方米|吨|m3))", "", folded) if not inside else ""
    for text in [*inside, *tail, "".join(tail), whole]:
        text = re.sub(r"^单位:?|^计量单位:?", "", text.strip())
        if unit := read_unit(text):
            return unit
    other = next((text for text in inside if re.search(r"[元%吨方米亩]|公顷|km|m2|m3|t/|/a", text)), None)
    return Unit("", Decimal(0), other) if other else None
