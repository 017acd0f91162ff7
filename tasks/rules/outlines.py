"""The outlines of places: GeoJSON files read, checked and projected into the path data of a drawing.

An office may replace the files, so each is checked like any upload: a FeatureCollection of Polygon or
MultiPolygon features in degrees of longitude and latitude, each with its place's code in the property `code`
(or `unit`). What is wrong is said in a sentence that names the file and what is accepted.
"""

import json
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

Point = tuple[float, float]
Ring = tuple[Point, ...]
Polygon = tuple[Ring, ...]
Outline = tuple[Polygon, ...]

MAX_BYTES = 10 * 1024 * 1024


def _(msgid: str) -> str:
    """Marks a sentence for the translators; the page translates it."""
    return msgid


SENTENCES = {
    "no_files": _("No outlines: the folder named by OUTLINES_DIR holds no readable .geojson file."),
    "no_places": _(
        "No outlines: no file in the folder named by OUTLINES_DIR has the code of one of these places in “code”."
    ),
    "unreadable": _("%(file)s cannot be read; a text file in GeoJSON format is accepted."),
    "too_large": _("%(file)s is larger than %(limit)s MB; simplify the outlines before they are put here."),
    "not_json": _("%(file)s is not valid JSON; a GeoJSON FeatureCollection in UTF-8 is accepted."),
    "no_features": _(
        "%(file)s holds no features; a GeoJSON FeatureCollection with a feature a place is accepted."
    ),
    "no_code": _(
        "%(file)s, feature %(number)s: the property “code” is missing; the place's code is accepted."
    ),
    "geometry": _("%(file)s, feature %(number)s: neither Polygon nor MultiPolygon; these two are accepted."),
    "coordinates": _(
        "%(file)s, feature %(number)s: a ring is not a list of at least four points in degrees, longitude (−180 to "
        "180) before latitude (−90 to 90); coordinates in metres are to be converted first."
    ),
}


class OutlinesRefused(ValueError):
    """A file that is not taken. `sentence % detail` says what is wrong and what is accepted."""

    def __init__(self, code: str, **detail: object):
        self.code, self.detail, self.sentence = code, detail, SENTENCES[code]
        super().__init__(self.sentence % detail)


@dataclass(frozen=True)
class Shape:
    """One place in the drawing. `path` is SVG path data in whole units; (x, y) is where its label stands,
    and `room` how wide the label may be there before it leaves the place."""

    path: str
    x: int
    y: int
    room: int


@dataclass(frozen=True)
class Picture:
    width: int
    height: int
    shapes: Mapping[str, Shape]


def best_picture(
    folder: Path, codes: Iterable[str], *, width: int
) -> tuple[Picture | None, tuple[OutlinesRefused, ...]]:
    """The drawing from the folder's file that knows the most of the places, and what is wrong with the others.

    Which file is for which level is thus nowhere said: cities and counties may each have their own.
    """
    wanted, problems, files = frozenset(codes), [], []
    for file in sorted(folder.glob("*.geojson")):
        try:
            stamp = _stamp(file)
            files.append((len(wanted & _read(file, stamp).keys()), file, stamp))
        except OutlinesRefused as refused:
            problems.append(refused)
    known, best, stamp = max(files, key=lambda found: found[0], default=(0, folder, (0, 0)))
    if known:
        return _picture(best, stamp, wanted, width), tuple(problems)
    return None, tuple(problems or [OutlinesRefused("no_places" if files else "no_files")])


def read(file: Path) -> Mapping[str, Outline]:
    """Code → outline. Read once, and again when the file has changed. Raises OutlinesRefused."""
    return _read(file, _stamp(file))


def _stamp(file: Path) -> tuple[int, int]:
    try:
        found = file.stat()
    except OSError as error:
        raise OutlinesRefused("unreadable", file=file.name) from error
    if found.st_size > MAX_BYTES:
        raise OutlinesRefused("too_large", file=file.name, limit=MAX_BYTES // 1024 // 1024)
    return found.st_mtime_ns, found.st_size


@lru_cache(maxsize=8)
def _read(file: Path, stamp: tuple[int, int]) -> Mapping[str, Outline]:
    try:
        text = file.read_bytes()
    except OSError as error:
        raise OutlinesRefused("unreadable", file=file.name) from error
    return parse(text, file.name)


def parse(text: bytes, name: str) -> Mapping[str, Outline]:
    """Code → outline from a file's bytes. Several features of one place are one outline."""
    try:
        data = json.loads(text.decode("utf-8-sig"))
    # Nested a thousand times deep, or a number of a thousand digits, it is no JSON of ours either.
    except (ValueError, RecursionError) as error:
        raise OutlinesRefused("not_json", file=name) from error
    features = data.get("features") if isinstance(data, dict) else None
    if not isinstance(features, list) or not features:
        raise OutlinesRefused("no_features", file=name)
    found: dict[str, Outline] = defaultdict(tuple)
    for number, feature in enumerate(features, 1):
        code, outline = _feature(feature, file=name, number=number)
        found[code] += outline
    return dict(found)


def _feature(feature: Any, **where: object) -> tuple[str, Outline]:
    properties = _part(feature, "properties")
    code = properties.get("code", properties.get("unit"))
    if isinstance(code, bool) or not isinstance(code, str | int) or not str(code).strip():
        raise OutlinesRefused("no_code", **where)
    geometry = _part(feature, "geometry")
    coordinates = geometry.get("coordinates")
    match geometry.get("type"):
        case "Polygon":
            polygons = [coordinates]
        case "MultiPolygon" if isinstance(coordinates, list) and coordinates:
            polygons = coordinates
        case _:
            raise OutlinesRefused("geometry", **where)
    try:
        return str(code).strip(), tuple(_polygon(polygon) for polygon in polygons)
    except (TypeError, ValueError, OverflowError) as error:
        raise OutlinesRefused("coordinates", **where) from error


def _part(feature: Any, key: str) -> dict[str, Any]:
    part = feature.get(key) if isinstance(feature, dict) else None
    return part if isinstance(part, dict) else {}


def _polygon(rings: Any) -> Polygon:
    if not isinstance(rings, list) or not rings:
        raise ValueError("no rings")
    return tuple(_ring(ring) for ring in rings)


def _ring(points: Any) -> Ring:
    if not isinstance(points, list) or len(points) < 4:
        raise ValueError("too few points")
    return tuple(_point(point) for point in points)


def _point(point: Any) -> Point:
    if not isinstance(point, list) or len(point) < 2 or any(isinstance(n, bool | str) for n in point[:2]):
        raise ValueError("not a point")
    east, north = float(point[0]), float(point[1])
    # A comparison with "not a number" is false, so that it is refused here too.
    if not (abs(east) <= 180 and abs(north) <= 90):
        raise ValueError("not in degrees")
    return east, north


@lru_cache(maxsize=32)
def _picture(file: Path, stamp: tuple[int, int], codes: frozenset[str], width: int) -> Picture:
    outlines = _read(file, stamp)
    return project({code: outlines[code] for code in sorted(codes & outlines.keys())}, width=width)


def project(outlines: Mapping[str, Outline], *, width: int, margin: int = 6) -> Picture:
    """Equirectangular, narrowed by the cosine of the middle latitude: true enough within one province.

    Points are rounded to whole units, so that neighbours share the rounded border without a gap.
    """
    points = [point for outline in outlines.values() for ring in _rings(outline) for point in ring]
    west, east = min(x for x, _y in points), max(x for x, _y in points)
    south, north = min(y for _x, y in points), max(y for _x, y in points)
    narrowed = max(math.cos(math.radians((south + north) / 2)), 0.01)
    # The longer side of an outline that is hardly wider than a line still fits into the drawing.
    scale = (width - 2 * margin) / max((east - west) * narrowed, (north - south) / 2, 1e-6)

    def place(point: Point) -> tuple[int, int]:
        x, y = point
        return round(margin + (x - west) * narrowed * scale), round(margin + (north - y) * scale)

    height = round(2 * margin + (north - south) * scale)
    shapes = {}
    for code, outline in outlines.items():
        placed = [[[place(point) for point in ring] for ring in polygon] for polygon in outline]
        path = "".join(_path(ring) for polygon in placed for ring in polygon)
        shapes[code] = Shape(path, *_label(max(placed, key=_size)))
    return Picture(width, height, shapes)


def _rings(outline: Outline) -> Iterable[Ring]:
    return (ring for polygon in outline for ring in polygon)


def _path(ring: Sequence[tuple[int, int]]) -> str:
    """`Mx,yl…z`: the first point, then the steps from each to the next; a step of nothing is left out."""
    x, y = ring[0]
    parts = [f"M{x},{y}l"]
    for next_x, next_y in ring[1:]:
        if (next_x, next_y) != (x, y):
            parts.append(f"{next_x - x},{next_y - y} ")
            x, y = next_x, next_y
    return "".join(parts).rstrip() + "z"


def _size(polygon: Sequence[Sequence[tuple[int, int]]]) -> float:
    ring = polygon[0]
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, [*ring[1:], ring[0]], strict=True)))


def _label(polygon: Sequence[Sequence[tuple[int, int]]], lines: int = 24) -> tuple[int, int, int]:
    """(x, y, room) of the spot inside the polygon where a label has the most room: where two lines of it
    hardly fit, the spot for one."""
    ys = [y for _x, y in polygon[0]]
    top, step = min(ys), max((max(ys) - min(ys)) / lines, 0.5)
    # The centre of each line of a raster, so that no line runs through a corner of whole units.
    spans = [_inside(polygon, top + step * (n + 0.5) + 0.01) for n in range(lines)]
    middle_x = sum(x for x, _y in polygon[0]) / len(ys)
    for half_height in (22, 11, 0):
        reach = max(1, round(half_height / step)) if half_height else 0
        x, line, room = _roomiest(spans, middle_x=middle_x, reach=reach)
        if room > 40 or not half_height:
            break
    return round(x), round(top + step * (line + 0.5)), round(room)


def _roomiest(spans: Sequence[Sequence[Point]], *, middle_x: float, reach: int) -> tuple[float, int, float]:
    """(x, line, room): the middle of a span, as wide as all the lines up to `reach` above and below allow."""
    best = (middle_x, len(spans) // 2, -1.0)
    for n, found in enumerate(spans):
        near = spans[max(0, n - reach) : n + reach + 1]
        # A label at the rim sticks out above or below.
        at_rim = n < reach or n >= len(spans) - reach
        for left, right in found:
            middle = (left + right) / 2
            room = 2 * min(_reach(line, middle) for line in near) / (2 if at_rim else 1)
            if room > best[2]:
                best = (middle, n, room)
    return best


def _inside(polygon: Sequence[Sequence[tuple[int, int]]], y: float) -> list[Point]:
    """Where a level line runs inside the polygon, holes left out: (from, to) pairs."""
    crossings = []
    for ring in polygon:
        for (x1, y1), (x2, y2) in zip(ring, ring[1:], strict=False):
            if (y1 > y) != (y2 > y):
                crossings.append(x1 + (y - y1) * (x2 - x1) / (y2 - y1))
    crossings.sort()
    return list(zip(crossings[::2], crossings[1::2], strict=False))


def _reach(spans: Sequence[Point], x: float) -> float:
    """How far one may go from x to both sides without leaving the span it lies in; 0 outside."""
    return next((min(x - left, right - x) for left, right in spans if left <= x <= right), 0.0)
