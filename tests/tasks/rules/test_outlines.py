"""Outlines: what is read, what is refused and why, and that the drawing keeps the shapes."""

import json
import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.rules.outlines import OutlinesRefused, best_picture, parse, project, read

SQUARE = [[112, 33], [113, 33], [113, 34], [112, 34], [112, 33]]
HOLE = [[112.4, 33.4], [112.6, 33.4], [112.6, 33.6], [112.4, 33.6], [112.4, 33.4]]
ISLAND = [[114, 33], [114.1, 33], [114.1, 33.1], [114, 33.1], [114, 33]]


def feature(coordinates, kind="Polygon", **properties):
    return {
        "type": "Feature",
        "properties": properties or {"code": "1"},
        "geometry": {"type": kind, "coordinates": coordinates},
    }


def collection(*features) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def steps(path: str) -> list[list[tuple[int, int]]]:
    """The points of each ring, read back from the path data."""
    rings = []
    for x, y, moves in re.findall(r"M(-?\d+),(-?\d+)l([^z]*)z", path):
        ring = [(int(x), int(y))]
        for dx, dy in re.findall(r"(-?\d+),(-?\d+)", moves):
            ring.append((ring[-1][0] + int(dx), ring[-1][1] + int(dy)))
        rings.append(ring)
    return rings


def test_north_is_up_and_a_degree_of_longitude_is_narrowed_by_the_latitude():
    picture = project(parse(collection(feature([SQUARE])), "x"), width=1000, margin=0)
    corners = steps(picture.shapes["1"].path)[0]
    assert corners[0] == (0, picture.height), "the south-west corner comes first"
    assert corners[2] == (1000, 0)
    assert picture.width / picture.height == pytest.approx(math.cos(math.radians(33.5)), abs=0.002)


def test_a_hole_is_a_ring_of_its_own_and_the_label_stands_beside_it():
    shape = project(parse(collection(feature([SQUARE, HOLE])), "x"), width=1000, margin=0).shapes["1"]
    outer, hole = steps(shape.path)
    assert len(outer) == len(hole) == 5
    (left, bottom), (right, top) = hole[0], hole[2]
    assert not (left < shape.x < right and top < shape.y < bottom)


def test_a_place_in_two_parts_has_its_label_in_the_larger():
    two = feature([[ISLAND], [SQUARE]], "MultiPolygon")
    picture = project(parse(collection(two), "x"), width=1000)
    assert len(steps(picture.shapes["1"].path)) == 2
    assert picture.shapes["1"].x < 500


def test_features_of_one_place_are_one_outline_and_a_number_is_a_code_too():
    found = parse(collection(feature([SQUARE], code=411330), feature([ISLAND], unit="411330")), "x")
    assert {code: len(outline) for code, outline in found.items()} == {"411330": 2}


def test_neighbours_share_their_border_to_the_unit():
    east = [[113, 33], [114.3, 33], [114.3, 34], [113, 34], [113, 33]]
    picture = project(
        parse(collection(feature([SQUARE], code="w"), feature([east], code="e")), "x"), width=977
    )
    west_edge = {point for point in steps(picture.shapes["e"].path)[0] if point[0] < 500}
    assert west_edge <= set(steps(picture.shapes["w"].path)[0])


@given(
    st.lists(st.tuples(st.floats(-179, 179), st.floats(-89, 89)), min_size=3, max_size=12, unique=True),
    st.integers(100, 2000),
)
def test_everything_stays_inside_the_drawing(corners, width):
    ring = [*map(list, corners), list(corners[0])]
    picture = project(parse(collection(feature([ring])), "x"), width=width)
    shape = picture.shapes["1"]
    for x, y in [*steps(shape.path)[0], (shape.x, shape.y)]:
        assert 0 <= x <= picture.width
        assert 0 <= y <= picture.height


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b"", "not_json"),
        (b"\xff\xfe<gml/>", "not_json"),
        (b"[" * 100_000, "not_json"),
        (b"9" * 10_000, "not_json"),
        (b"[]", "no_features"),
        (b'"features"', "no_features"),
        (b'{"features": {}}', "no_features"),
        (collection(), "no_features"),
        (collection(1), "no_code"),
        (collection({"properties": None}), "no_code"),
        (collection(feature([SQUARE], code=True)), "no_code"),
        (collection(feature([SQUARE], code=" ")), "no_code"),
        (collection({"properties": {"code": "1"}, "geometry": None}), "geometry"),
        (collection(feature([112, 33], "Point")), "geometry"),
        (collection(feature([], "MultiPolygon")), "geometry"),
        (collection(feature(None)), "coordinates"),
        (collection(feature([])), "coordinates"),
        (collection(feature([[]])), "coordinates"),
        (collection(feature([SQUARE[:3]])), "coordinates"),
        (collection(feature([[[38412000.5, 3691000.2]] * 4])), "coordinates"),
        (collection(feature([[["112", "33"]] * 4])), "coordinates"),
        (collection(feature([[[True, False]] * 4])), "coordinates"),
        (collection(feature([[[None, 33]] * 4])), "coordinates"),
        (collection(feature([["1123"] * 4])), "coordinates"),
        (collection(feature([[[math.nan, 33]] * 4])), "coordinates"),
        (collection(feature([[[math.inf, 33]] * 4])), "coordinates"),
        (collection(feature([[[10**400, 33]] * 4])), "coordinates"),
        (collection(feature([[[112, 1e300]] * 4])), "coordinates"),
        (collection(feature([SQUARE]), feature([[[0]] * 4])), "coordinates"),
    ],
)
def test_what_is_no_outline_is_refused_with_a_sentence(text, code):
    with pytest.raises(OutlinesRefused) as refused:
        parse(text, "县界.geojson")
    assert refused.value.code == code
    sentence = str(refused.value)
    assert "县界.geojson" in sentence
    assert "accepted" in sentence or "converted" in sentence


def test_the_sentence_names_the_feature():
    with pytest.raises(OutlinesRefused, match="feature 2"):
        parse(collection(feature([SQUARE]), feature([[[0]] * 4])), "x")


def test_a_dot_is_drawn_and_does_not_divide_by_nothing():
    shape = project(parse(collection(feature([[[112, 33]] * 4])), "x"), width=500).shapes["1"]
    assert len(steps(shape.path)) == 1


def test_the_file_that_knows_the_most_of_the_places_is_drawn(tmp_path):
    (tmp_path / "a.geojson").write_bytes(collection(feature([SQUARE], code="city")))
    (tmp_path / "b.geojson").write_bytes(
        collection(feature([SQUARE], code="county"), feature([ISLAND], code="other"))
    )
    picture, problems = best_picture(tmp_path, ["county", "other", "unknown"], width=500)
    assert set(picture.shapes) == {"county", "other"}
    assert problems == ()


def test_a_broken_file_is_named_and_the_others_are_used(tmp_path):
    (tmp_path / "broken.geojson").write_text("{")
    (tmp_path / "good.geojson").write_bytes(collection(feature([SQUARE], code="county")))
    picture, problems = best_picture(tmp_path, ["county"], width=500)
    assert set(picture.shapes) == {"county"}
    assert [(refused.code, refused.detail["file"]) for refused in problems] == [
        ("not_json", "broken.geojson")
    ]


@pytest.mark.parametrize("folder", ["", "missing"])
def test_without_a_file_there_is_no_drawing_and_the_setting_is_named(tmp_path, folder):
    picture, problems = best_picture(tmp_path / folder, ["county"], width=500)
    assert picture is None
    assert "OUTLINES_DIR" in str(problems[0])


def test_files_of_other_places_are_not_called_missing(tmp_path):
    (tmp_path / "a.geojson").write_bytes(collection(feature([SQUARE], code="elsewhere")))
    assert [refused.code for refused in best_picture(tmp_path, ["county"], width=500)[1]] == ["no_places"]


def test_a_replaced_file_is_read_again(tmp_path):
    file = tmp_path / "a.geojson"
    file.write_bytes(collection(feature([SQUARE], code="old")))
    assert set(read(file)) == {"old"}
    file.write_bytes(collection(feature([SQUARE], code="newer")))
    assert set(read(file)) == {"newer"}


def test_a_file_too_large_to_draw_is_refused_before_it_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr("tasks.rules.outlines.MAX_BYTES", 10)
    file = tmp_path / "a.geojson"
    file.write_bytes(collection(feature([SQUARE])))
    with pytest.raises(OutlinesRefused) as refused:
        read(file)
    assert refused.value.code == "too_large"
