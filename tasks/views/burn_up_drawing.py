"""Where the points of a burn-up stand on the page: plain numbers for an SVG drawn by a template."""

from dataclasses import dataclass
from datetime import date

from tasks.reports.burn_up import BurnUp
from tasks.rules.deadlines import required_count
from tasks.rules.progress import Criterion

WIDTH, HEIGHT = 640, 240
LEFT, RIGHT, TOP, BOTTOM = 40, 20, 16, 28


@dataclass(frozen=True)
class Line:
    name: str
    points: str
    end_x: float
    end_y: float
    end: int


@dataclass(frozen=True)
class Mark:
    x: float
    y: float
    share: int
    required: int


@dataclass(frozen=True)
class Drawing:
    width: int
    height: int
    lines: list[Line]
    marks: list[Mark]
    months: list[tuple[float, date]]
    today_x: float
    target_y: float
    target: int
    floor_y: int


def drawing(curve: BurnUp, checkpoints) -> Drawing:
    """Months are linear: the distance between two points is the time between them."""
    first, last = curve.points[0].day.replace(day=1), curve.points[-1].day
    span = (last - first).days
    top = max([curve.target, *(point.planned for point in curve.points), 1])

    def x(day: date) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * (day - first).days / span, 1)

    def y(count: int) -> float:
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * count / top, 1)

    def line(name: str, values) -> Line:
        shown = [
            (min(point.day, curve.on) if name != "planned" else point.day, n)
            for point, n in values
            if n is not None
        ]
        path = " ".join(f"{x(day)},{y(n)}" for day, n in shown)
        day, n = shown[-1]
        return Line(name, path, x(day), y(n), n)

    lines = [line("planned", [(point, point.planned) for point in curve.points])]
    if curve.on >= first:
        lines += [line(c.value, [(point, point.done[c]) for point in curve.points]) for c in Criterion]
    required = {point: required_count(point.share, curve.target) for point in checkpoints}
    marks = [Mark(x(point.due_on), y(n), point.share, n) for point, n in required.items()]
    months = [
        (x(p.day.replace(day=1)), p.day)
        for p in curve.points
        if p.day.month in (1, 7) or p is curve.points[0]
    ]
    return Drawing(
        WIDTH,
        HEIGHT,
        lines,
        marks,
        months,
        x(min(max(curve.on, first), last)),
        y(curve.target),
        curve.target,
        HEIGHT - BOTTOM,
    )
