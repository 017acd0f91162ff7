"""One figure of a bench: what it measures, against what, and how much is allowed."""

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter


@dataclass(frozen=True)
class Ratio:
    name: str
    ours: float
    plain: float
    allowed: float
    unit: str = "s"

    @property
    def ratio(self) -> float:
        return self.ours / self.plain

    @property
    def is_met(self) -> bool:
        return self.ratio <= self.allowed

    def __str__(self) -> str:
        sign = "✓" if self.is_met else "✕"
        figures = f"{self.ours:.2f} {self.unit} / {self.plain:.2f} {self.unit}"
        return f"{sign} {self.name}: {self.ratio:.2f}× (≤ {self.allowed}×)  {figures}"


def seconds(function: Callable[[], object], *, repeat: int = 2) -> float:
    """The quickest of some runs: what else the PC does only ever adds."""
    times = []
    for _ in range(repeat):
        start = perf_counter()
        function()
        times.append(perf_counter() - start)
    return min(times)
