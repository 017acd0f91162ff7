"""Where the points of a burn-up stand on the page: plain numbers for an SVG drawn by a template.

The same burn-up as data for other programs, and for the chart that a browser draws over the SVG.
"""

from dataclasses import asdict, dataclass
from datetime import date

from django.utils.translation import gettext as _

from tasks.reports.burn_up import BurnUp
from tasks.rules.deadlines import required_count
from tasks.rules.progress import Criterion
from tasks.rules.standing import Forecast
from tasks.standing.progress import Progress
from tasks.words import CRITERIA

WIDTH, HEIGHT = 640, 260
LEFT, RIGHT, TOP, BOTTOM = 40, 20, 24, 28
# Beyond this a word at the left of its point would leave the drawing.
WORD = 90


@dataclass(frozen=True)
class Line:
    """A curve; each of `dots` has its own shape in the template, so that black-and-white paper tells them apart."""

    name: str
    dots: tuple[tuple[float, float], ...]
    end: int

    @property
    def points(self) -> str:
        return " ".join(f"{x},{y}" for x, y in self.dots)


@dataclass(frozen=True)
class Mark:
    x: float
    y: float
    share: int
    required: int
    anchor: str


@dataclass(frozen=True)
class Ahead:
    """The forecast: a line from today's figure to the expected one, within the band from low to high."""

    x: float
    y: float
    band: str
    line: str
    expected: int


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
    ahead: Ahead | None


class Scale:
    """Months are linear: the distance between two points is the time between them."""

    def __init__(self, curve: BurnUp):
        self.first, self.last = curve.points[0].day.replace(day=1), curve.points[-1].day
        self.top = max([curve.target, *(point.planned for point in curve.points), 1])

    def x(self, day: date) -> float:
        """Days outside the drawing stand at its rim."""
        within = min(max(day, self.first), self.last)
        return round(
            LEFT + (WIDTH - LEFT - RIGHT) * (within - self.first).days / (self.last - self.first).days, 1
        )

    def y(self, count: int) -> float:
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * count / self.top, 1)


def seen_on(point, curve: BurnUp) -> date:
    """The day of a point's done figures: the month's end, in the running month the day looked at."""
    return min(point.day, curve.on)


def drawing(curve: BurnUp, found: Progress, checkpoints, forecast: Forecast | None = None) -> Drawing:
    scale = Scale(curve)
    lines = [_line("planned", [(point.day, point.planned) for point in curve.points], scale)]
    if curve.on >= scale.first:
        lines += [
            _line(c.value, [(seen_on(point, curve), point.done[c]) for point in curve.points], scale)
            for c in Criterion
        ]
    return Drawing(
        width=WIDTH,
        height=HEIGHT,
        lines=lines,
        marks=[_mark(point, curve, scale) for point in checkpoints],
        months=[(scale.x(p.day.replace(day=1)), p.day) for p in curve.points if p.day.month in (1, 7)],
        today_x=scale.x(curve.on),
        target_y=scale.y(curve.target),
        target=curve.target,
        floor_y=HEIGHT - BOTTOM,
        ahead=_ahead(found, forecast, scale) if forecast else None,
    )


def _line(name: str, values, scale: Scale) -> Line:
    shown = [(day, n) for day, n in values if n is not None]
    return Line(name, tuple((scale.x(day), scale.y(n)) for day, n in shown), shown[-1][1])


def _mark(checkpoint, curve: BurnUp, scale: Scale) -> Mark:
    required = required_count(checkpoint.share, curve.target)
    x = scale.x(checkpoint.due_on)
    return Mark(x, scale.y(required), checkpoint.share, required, "start" if x < LEFT + WORD else "end")


def _ahead(found: Progress, forecast: Forecast, scale: Scale) -> Ahead:
    day = found.checkpoint.due_on
    x, y = scale.x(day), scale.y(forecast.expected)
    start = f"{scale.x(found.on)},{scale.y(len(found.done))}"
    band = f"{start} {x},{scale.y(forecast.high)} {x},{scale.y(forecast.low)}"
    return Ahead(x, y, band, f"{start} {x},{y}", forecast.expected)


def curve_json(curve: BurnUp | None, found: Progress | None, checkpoints, forecast: Forecast | None) -> dict:
    """The burn-up for other programs. `seen_on` is the day of a point's done figures, null before it begins."""
    if curve is None or found is None:
        return {"target": None, "points": [], "checkpoints": [], "forecast": None}
    return {
        "target": curve.target,
        "criterion": found.criterion,
        "points": [
            {
                "day": point.day,
                "planned": point.planned,
                "seen_on": None if point.done[found.criterion] is None else seen_on(point, curve),
                **{c.value: n for c, n in point.done.items()},
            }
            for point in curve.points
        ],
        "checkpoints": [
            {
                "code": point.code,
                "due_on": point.due_on,
                "share": point.share,
                "required": required_count(point.share, curve.target),
            }
            for point in checkpoints
        ],
        "forecast": {"day": found.checkpoint.due_on, **asdict(forecast)} if forecast else None,
    }


def curve_labels() -> dict[str, str]:
    """What the parts of the chart are called on the screen, in its language."""
    return {
        "planned": _("Planned"),
        **{criterion.value: str(word) for criterion, word in CRITERIA.items()},
        "checkpoint": _("Checkpoint"),
        "forecast": _("Forecast, no plan"),
        "today": _("Day looked at"),
        "required": _("Required"),
    }
