"""矿山规模: large, medium, small or very small, by what a mine yields a year (国土资发〔2004〕208号).

The thresholds are data (fixtures/minerals.json): they depend on the mineral, the method and the unit. The
class that the clerk keeps on file stands; this one is a hint beside it.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

# Unit → (what it measures, how many of the smallest unit it holds).
UNITS = {
    "吨/年": ("mass", Decimal(1)),
    "万吨/年": ("mass", Decimal(10_000)),
    "立方米/年": ("volume", Decimal(1)),
    "万立方米/年": ("volume", Decimal(10_000)),
}


@dataclass(frozen=True)
class SizeStandard:
    """`method` None: for any. `large` and `medium` are the least output a year of that class, in `unit`."""

    mineral: str
    method: str | None
    unit: str
    large: Decimal
    medium: Decimal


def size_class(
    standard: SizeStandard | None, output: Decimal | None, unit: str | None = None
) -> Literal["large", "medium", "small", "tiny"] | None:
    """large, medium, small or tiny; None where the thresholds, the output or its measure are unknown.

    `output` is a year's, in `unit`; without a unit it is in the standard's. Tonnes are never taken for cubic
    metres. Source: domain.md section 5.
    """
    if standard is None or output is None:
        return None
    measured = convert(output, unit, standard.unit) if unit is not None else output
    if measured is None or not measured.is_finite() or measured < 0:
        return None
    if measured >= standard.large:
        return "large"
    if measured >= standard.medium:
        return "medium"
    # 小矿: below a tenth of where the small class ends.
    return "tiny" if measured < standard.medium / 10 else "small"


def convert(value: Decimal, from_unit: str, to_unit: str) -> Decimal | None:
    """Between units that measure the same; None between tonnes and cubic metres, or for an unknown unit."""
    source, target = UNITS.get(from_unit), UNITS.get(to_unit)
    if source is None or target is None or source[0] != target[0]:
        return None
    return value * source[1] / target[1]
