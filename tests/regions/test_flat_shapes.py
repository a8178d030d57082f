"""Shapes have the pixels whose centres lie in them, whatever the projection."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest
from astropy import units as u
from astropy.coordinates import SkyCoord, SkyOffsetFrame

from jupimage.coordinates import default_system
from jupimage.regions import Annulus, Circle, Ellipse, Line, Point, Polygon, Rectangle, RegionSpec
from tests.regions.skyimages import pixels, positions, random_box, selected, sky_system

SHAPE = (23, 31)
ROWS, COLUMNS = np.indices(SHAPE)
FLAT = default_system(SHAPE)


def offsets(center: tuple[float, float], angle: float) -> tuple[Any, Any]:
    """Return distances up and across from a centre; up is turned towards lower columns."""
    rows, columns = ROWS - center[0], COLUMNS - center[1]
    cosine, sine = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    return rows * cosine - columns * sine, columns * cosine + rows * sine


@pytest.mark.parametrize("seed", range(20))
def test_shapes_in_pixels(seed: int) -> None:
    rng = np.random.default_rng(seed)
    center = (float(rng.uniform(-3, 26)), float(rng.uniform(-3, 34)))
    one, other = float(rng.uniform(1, 9)), float(rng.uniform(1, 9))
    angle = float(rng.uniform(-200, 200))
    distance = np.hypot(ROWS - center[0], COLUMNS - center[1])
    up, across = offsets(center, angle)
    cases: list[tuple[RegionSpec, Any]] = [
        (Circle(center, one), distance <= one),
        (Annulus(center, one, one + other), (distance >= one) & (distance <= one + other)),
        (Ellipse(center, (one, other), angle), (up / one) ** 2 + (across / other) ** 2 <= 1),
        (
            Rectangle(center, (2 * one, 2 * other), angle),
            (np.abs(up) <= one) & (np.abs(across) <= other),
        ),
    ]
    for spec, expected in cases:
        np.testing.assert_array_equal(selected(spec, FLAT, SHAPE), expected, err_msg=repr(spec))


def test_first_radius_of_a_turned_ellipse_points_to_lower_columns() -> None:
    found = selected(Ellipse((11, 15), (9, 1.5), 45), FLAT, SHAPE)
    assert found[11 + 5, 15 - 5]
    assert not found[11 + 5, 15 + 5]


def test_edges_belong() -> None:
    circle = selected(Circle((10, 12), 5), FLAT, SHAPE)
    ring = selected(Annulus((10, 12), 5, 8), FLAT, SHAPE)
    assert circle[13, 16]
    assert ring[13, 16]
    assert selected(Rectangle((10, 12), (4, 6)), FLAT, SHAPE).sum() == 5 * 7
    assert selected(Polygon([(2, 3), (2, 9), (7, 9), (7, 3)]), FLAT, SHAPE).sum() == 6 * 7


@pytest.mark.parametrize("seed", range(10))
def test_polygons_in_pixels(seed: int) -> None:
    rng = np.random.default_rng(seed)
    corners = [(float(rng.uniform(0, 23)), float(rng.uniform(0, 31))) for _ in range(5)]
    inside = np.zeros(SHAPE, bool)
    for (r1, c1), (r2, c2) in zip(corners, corners[1:] + corners[:1], strict=True):
        crosses = (max(r1, r2) > ROWS) & (min(r1, r2) <= ROWS)
        inside ^= crosses & (c1 + (ROWS - r1) * (c2 - c1) / (r2 - r1) > COLUMNS)
    np.testing.assert_array_equal(selected(Polygon(corners), FLAT, SHAPE), inside)


@pytest.mark.parametrize("seed", range(10))
def test_lines_have_a_pixel_for_each_step(seed: int) -> None:
    rng = np.random.default_rng(seed)
    start, end = rng.uniform(0, 22, 2), rng.uniform(0, 22, 2)
    found = selected(Line(tuple(start), tuple(end)), FLAT, SHAPE)
    first, last = np.floor(start + 0.5).astype(int), np.floor(end + 0.5).astype(int)
    assert np.abs(np.argwhere(found) - first).max(axis=1).min() <= 1
    assert np.abs(np.argwhere(found) - last).max(axis=1).min() <= 1
    away = end - start
    assert found.sum() == abs(last - first)[np.argmax(np.abs(away))] + 1
    distance = np.abs((ROWS - start[0]) * away[1] - (COLUMNS - start[1]) * away[0])
    assert (distance[found] / np.hypot(*away) <= np.sqrt(0.5) + 1e-9).all()


def test_line_that_leaves_the_image_stops_there() -> None:
    found = selected(Line((-1e6, 5), (1e6, 5)), FLAT, SHAPE)
    np.testing.assert_array_equal(found, COLUMNS == 5)
    assert not selected(Line((-9, -9), (-2, 30)), FLAT, SHAPE).any()
    assert selected(Line((3, 3), (3, 3)), FLAT, SHAPE).sum() == 1


def test_point_is_the_pixel_that_it_lies_in() -> None:
    assert np.argwhere(selected(Point((2.49, 3.5)), FLAT, SHAPE)).tolist() == [[2, 4]]
    assert not selected(Point((-3, 4)), FLAT, SHAPE).any()
    assert not selected(Point((1e300, 4)), FLAT, SHAPE).any()


SKIES: list[dict[str, Any]] = [
    {},
    {"turned": 33.0, "step": (-0.1, 0.07)},
    {"center": (0.02, 20.0), "projection": "SIN", "unit": "rad"},
    {"center": (359.9, -5.0), "projection": "CAR", "step": (0.1, -0.1)},
    {"center": (75.0, 89.6), "projection": "ZEA"},
    {"center": (75.0, -89.9), "projection": "ARC", "turned": -60.0},
    {"center": (0.0, 0.0), "projection": "AIT", "step": (-13.0, 9.0)},
    {"center": (10.0, 40.0), "projection": "TAN", "step": (-7.0, 7.0)},
]
IDS = [
    "plain",
    "turned",
    "right ascension 0",
    "mirrored",
    "near the pole",
    "at the pole",
    "whole sky",
    "half the sky",
]


@pytest.mark.parametrize("sky", SKIES, ids=IDS)
def test_circles_on_the_sky_are_exact(sky: dict[str, Any]) -> None:
    system = sky_system(SHAPE, **sky)
    lon, lat = positions(system, SHAPE)
    rng = np.random.default_rng(4)
    where = np.argwhere(np.isfinite(lon))
    scale = abs(sky.get("step", (-0.1, 0.1))[1])
    there = SkyCoord(np.nan_to_num(lon), np.nan_to_num(lat), unit="deg", frame="fk5")
    for number in range(8):
        row, column = where[rng.integers(len(where))]
        center = SkyCoord(lon[row, column] + scale / 3, lat[row, column], unit="deg", frame="fk5")
        radius = float(rng.uniform(0.5, 9)) * scale
        away = np.where(np.isfinite(lon), there.separation(center).deg, 999)
        disc = selected(Circle(center, radius * u.deg), system, SHAPE)
        np.testing.assert_array_equal(disc, away <= radius, err_msg=f"{number} {center}")
        ring = Annulus(center, radius / 2 * u.deg, radius * u.deg)
        expected = (away <= radius) & (away >= radius / 2)
        np.testing.assert_array_equal(selected(ring, system, SHAPE), expected)


@pytest.mark.parametrize("sky", SKIES[:6], ids=IDS[:6])
def test_ellipses_and_rectangles_turn_from_north_through_east(sky: dict[str, Any]) -> None:
    system = sky_system(SHAPE, **sky)
    lon, lat = positions(system, SHAPE)
    center = SkyCoord(lon[11, 15], lat[11, 15], unit="deg", frame="fk5")
    there = SkyCoord(lon, lat, unit="deg", frame="fk5")
    away, towards = there.separation(center).deg, center.position_angle(there).rad
    angle = np.radians(25.0)
    up, across = away * np.cos(towards - angle), away * np.sin(towards - angle)
    ellipse = Ellipse(center, ("0.9deg", "0.35 deg"), "25 deg")
    expected = (up / 0.9) ** 2 + (across / 0.35) ** 2 <= 1
    np.testing.assert_array_equal(selected(ellipse, system, SHAPE), expected)
    rectangle = Rectangle(center, (1.2 * u.deg, 30.5 * u.arcmin), 25)
    expected = (np.abs(up) <= 0.6) & (np.abs(across) <= 30.5 / 120)
    np.testing.assert_array_equal(selected(rectangle, system, SHAPE), expected)


def test_rectangle_on_the_sky_is_one_in_offsets_from_its_centre() -> None:
    system = sky_system(SHAPE, center=(40.0, 70.0))
    lon, lat = positions(system, SHAPE)
    center = SkyCoord(40.03, 70.02, unit="deg", frame="fk5")
    there = SkyCoord(lon, lat, unit="deg", frame="fk5").transform_to(SkyOffsetFrame(origin=center))
    across = there.lon.wrap_at(180 * u.deg).deg * np.cos(there.lat.rad)
    expected = (np.abs(there.lat.deg) <= 0.55) & (np.abs(across) <= 0.75)
    found = selected(Rectangle(center, ("1.1deg", "1.5deg")), system, SHAPE)
    assert (found != expected).sum() <= 2


@pytest.mark.parametrize("frame", ["galactic", "icrs", "fk4", "barycentricmeanecliptic"])
def test_positions_may_be_in_any_frame(frame: str) -> None:
    system = sky_system(SHAPE)
    center = SkyCoord(40.1, -30.1, unit="deg", frame="fk5")
    expected = selected(Circle(center, "0.53 deg"), system, SHAPE)
    found = selected(Circle(center.transform_to(frame), "0.53 deg"), system, SHAPE)
    np.testing.assert_array_equal(found, expected)


def test_positions_without_frame_are_in_that_of_the_image() -> None:
    system = sky_system(SHAPE, frame="GALACTIC")
    center = SkyCoord(40.1, -30.1, unit="deg", frame="galactic")
    expected = selected(Circle(center, "0.53 deg"), system, SHAPE)
    for same in ("40.1d -30.1d", (40.1 * u.deg, -30.1 * u.deg), "GALACTIC 40.1deg, -30.1deg"):
        np.testing.assert_array_equal(selected(Circle(same, "0.53 deg"), system, SHAPE), expected)


def test_frame_that_is_shown_is_the_one_of_positions() -> None:
    system = sky_system(SHAPE)
    system.dict()["direction0"]["conversionSystem"] = "GALACTIC"
    center = SkyCoord(40.1, -30.1, unit="deg", frame="fk5")
    galactic = center.galactic
    expected = selected(Circle(center, "0.53 deg"), system, SHAPE)
    text = f"{galactic.l.deg}d {galactic.b.deg}d"
    np.testing.assert_array_equal(selected(Circle(text, "0.53 deg"), system, SHAPE), expected)


def test_centre_and_size_may_be_in_different_terms() -> None:
    system = sky_system(SHAPE)
    lon, lat = positions(system, SHAPE)
    center = SkyCoord(lon[9, 12], lat[9, 12], unit="deg", frame="fk5")
    expected = selected(Circle(center, "0.4 deg"), system, SHAPE)
    np.testing.assert_array_equal(selected(Circle((9, 12), "0.4 deg"), system, SHAPE), expected)
    expected = selected(Circle((9, 12), 4.1), system, SHAPE)
    np.testing.assert_array_equal(selected(Circle(center, 4.1), system, SHAPE), expected)


def test_polygons_and_marks_on_the_sky_are_those_of_their_pixels() -> None:
    system = sky_system(SHAPE, center=(0.1, 60.0), turned=20.0)
    lon, lat = positions(system, SHAPE)

    def at(row: int, column: int) -> SkyCoord:
        return SkyCoord(lon[row, column], lat[row, column], unit="deg", frame="fk5")

    places = [(2, 3), (4, 25), (20, 14)]
    expected = selected(Polygon(places), system, SHAPE)
    found = selected(Polygon([at(*place) for place in places]), system, SHAPE)
    np.testing.assert_array_equal(found, expected)
    together = SkyCoord([at(*place) for place in places])
    np.testing.assert_array_equal(selected(Polygon(together), system, SHAPE), expected)
    assert selected(Point(at(7, 9)), system, SHAPE)[7, 9]
    expected = selected(Line((2, 3), (20, 14)), system, SHAPE)
    np.testing.assert_array_equal(selected(Line(at(2, 3), at(20, 14)), system, SHAPE), expected)


CUBE = (2, 3, 23, 31)


@pytest.mark.parametrize("shape", [(3, 23, 31), CUBE], ids=["3-d", "4-d"])
def test_flat_shapes_cover_all_other_axes(shape: tuple[int, ...]) -> None:
    system = sky_system(shape)
    plane = sky_system(SHAPE)
    for spec in (Circle("40.1d -30.1d", "0.6 deg"), Circle((9, 9), 5), Point((3, 4))):
        expected = np.broadcast_to(selected(spec, plane, SHAPE), shape)
        np.testing.assert_array_equal(selected(spec, system, shape), expected)


def test_sky_need_not_be_the_fastest_axes() -> None:
    shape = (31, 4, 23)
    record = sky_system((4, 23, 31)).dict()
    record["pixelmap0"] = record["worldmap0"] = np.array([2, 0], np.int32)
    record["pixelmap1"] = record["worldmap1"] = np.array([1], np.int32)
    system = type(sky_system(SHAPE))(record)
    expected = selected(Circle("40.1d -30.2d", "0.6 deg"), sky_system(SHAPE), SHAPE)
    found = selected(Circle("40.1d -30.2d", "0.6 deg"), system, shape)
    np.testing.assert_array_equal(found, np.broadcast_to(expected.T[:, None], shape))
    expected = selected(Circle((9, 12), 4), FLAT, SHAPE)
    found = selected(Circle((12, 9), 4), system, shape)
    np.testing.assert_array_equal(found, np.broadcast_to(expected.T[:, None], shape))


def test_axes_of_shapes_in_pixels_can_be_chosen() -> None:
    system = sky_system((6, 23, 31))
    found = selected(Circle((2, 9), 2, axes=(0, 2)), system, (6, 23, 31))
    planes, columns = np.ogrid[:6, :31]
    expected = (planes - 2) ** 2 + (columns - 9) ** 2 <= 4
    np.testing.assert_array_equal(found, np.broadcast_to(expected[:, None, :], (6, 23, 31)))


def test_strip_of_the_sky_is_cut_by_circles() -> None:
    from jupimage.lattice import Box

    system = sky_system((3, *SHAPE), turned=30.0)
    whole = selected(Circle("40.1d -30.2d", "0.6 deg"), system, (3, *SHAPE))
    strip = system.section(Box((0, 9, 0), (3, 10, 31)), drop=(1,))
    found = selected(Circle("40.1d -30.2d", "0.6 deg"), strip, (3, 31))
    np.testing.assert_array_equal(found, whole[:, 9])


@pytest.mark.parametrize("seed", range(5))
def test_boxes_of_regions_and_pickled_regions(seed: int) -> None:
    rng = np.random.default_rng(seed)
    system = sky_system(CUBE, turned=15.0)
    for spec in (
        Circle("40.1d -30.1d", "0.6 deg"),
        Ellipse((9, 9), (5, 3), 30),
        Rectangle((9, 9), (5, 3), 30),
        Line((2, 3), (17, 9)),
        Polygon([(2, 3), (17, 9), (4, 25)]),
        Annulus((9, 9), 2, 6) | ~Point((3, 3)),
    ):
        region = spec.place(system, CUBE)
        whole = pixels(region)
        box = random_box(rng, CUBE)
        again = pickle.loads(pickle.dumps(region))
        assert again.bounds == region.bounds
        for each in (region, again, spec.place(system, CUBE)):
            np.testing.assert_array_equal(each.select(box), whole[box.slices])


def test_bounds_of_small_regions_on_the_sky_are_tight() -> None:
    shape = (400, 500)
    region = Circle("40.1d -30.1d", "0.61 deg").place(sky_system(shape), shape)
    rows, columns = np.nonzero(pixels(region))
    assert region.bounds.start == (rows.min(), columns.min())
    assert region.bounds.stop == (rows.max() + 1, columns.max() + 1)


@pytest.mark.parametrize(
    "sky",
    [
        {"step": (-0.01, 0.01), "center": (0.0, 60.0), "turned": 20.0},
        {"step": (-0.1, 0.1), "projection": "ZEA", "center": (10.0, 90.0)},
        {"step": (-0.12, 0.1), "projection": "SIN", "center": (0.0, 0.0)},
        {"step": (-0.3, 0.3), "projection": "CAR", "center": (180.0, 0.0)},
        {"step": (-0.3, 0.3), "projection": "HPX", "center": (0.0, 0.0)},
    ],
    ids=lambda sky: sky.get("projection", "TAN"),
)
def test_large_shapes_on_the_sky_are_exact_too(sky: dict[str, Any]) -> None:
    shape = (420, 480)
    system = sky_system(shape, **sky)
    lon, lat = positions(system, shape)
    there = SkyCoord(np.nan_to_num(lon), np.nan_to_num(lat), unit="deg", frame="fk5")
    center = SkyCoord(lon[230, 220], lat[230, 220], unit="deg", frame="fk5")
    radius = 170.3 * sky["step"][1] * u.deg
    away = np.where(np.isfinite(lon), there.separation(center).deg, 999)
    towards = np.where(np.isfinite(lon), center.position_angle(there).rad, 0)
    disc = selected(Annulus(center, radius / 3, radius), system, shape)
    expected = (away <= radius.value) & (away >= radius.value / 3)
    np.testing.assert_array_equal(disc, expected)
    up, across = away * np.cos(towards - 0.4), away * np.sin(towards - 0.4)
    turned = Ellipse(center, (radius, radius / 2), 0.4 * u.rad)
    expected = np.hypot(up / radius.value, 2 * across / radius.value) <= 1
    np.testing.assert_array_equal(selected(turned, system, shape), expected)
    square = Rectangle(center, (radius * 1.2, radius), 0.4 * u.rad)
    expected = (np.abs(up) <= 0.6 * radius.value) & (np.abs(across) <= 0.5 * radius.value)
    np.testing.assert_array_equal(selected(square, system, shape), expected)
