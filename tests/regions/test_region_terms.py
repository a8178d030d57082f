"""What users say positions and sizes in is checked where it is written."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from astropy import units as u
from astropy.coordinates import SkyCoord

from jupimage.coordinates import coordinatesystem, default_system
from jupimage.coordinates.record import assemble, linear_record
from jupimage.errors import (
    ArgumentError,
    CoordinateError,
    FormatError,
    MissingImageError,
    ShapeError,
)
from jupimage.lattice import Box, MemoryLattice
from jupimage.regions import (
    Annulus,
    Circle,
    Ellipse,
    Line,
    Point,
    Polygon,
    Range,
    Rectangle,
    SkyPosition,
    as_region,
    as_spec,
    box_record,
)
from tests.regions.skyimages import sky_system

SHAPE = (20, 30)
SYSTEM = sky_system(SHAPE)


@pytest.mark.parametrize(
    "place",
    [
        "12h30m -45d",
        "12h30m00s, -45d00m00s",
        "12:30:00 -45:00:00",
        "187.5deg -45deg",
        "187.5 deg, -45 deg",
        ("12h30m", "-45d"),
        (187.5 * u.deg, -2700 * u.arcmin),
        [12.5 * u.hourangle, "-45d"],
        SkyPosition(187.5, -45.0),
    ],
)
def test_positions_on_the_sky(place: Any) -> None:
    found = Circle(place, 1).center
    assert (round(found.longitude, 9), round(found.latitude, 9)) == (187.5, -45.0)
    assert found.frame == ""


@pytest.mark.parametrize(
    ("place", "frame"),
    [
        ("J2000 12h30m -45d", "J2000"),
        ("fk5 12h30m -45d", "J2000"),
        ("GALACTIC 187.5d -45d", "GALACTIC"),
        (SkyCoord(187.5, -45, unit="deg"), "ICRS"),
        (SkyCoord(187.5, -45, unit="deg", frame="galactic"), "GALACTIC"),
        (SkyCoord(187.5, -45, unit="deg", frame="fk4"), "B1950"),
        (SkyCoord(187.5, -45, unit="deg", frame="fk5", equinox="J1990"), "ICRS"),
    ],
)
def test_frames_of_positions(place: Any, frame: str) -> None:
    assert Circle(place, 1).center.frame == frame


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Circle((1, 2, 3), 1), "center needs a row and a column in pixels, or a position"),
        (lambda: Circle(7, 1), "center needs a row and a column"),
        (lambda: Circle((1, np.nan), 1), r"center needs finite pixels, got \(1.0, nan\)"),
        (lambda: Circle((1, "3d"), 1), "center needs two pixels or two angles"),
        (
            lambda: Circle("somewhere", 1),
            "center needs a longitude and a latitude, got",
        ),
        (lambda: Circle("MARS 12h -3d", 1), "center in an unknown frame 'MARS'; known are J2000"),
        (lambda: Circle("12h 95d", 1), "a latitude of -90 to 90 deg, got 180.0 and 95.0"),
        (lambda: Circle("12 -45", 1), "center needs an angle with its unit, such as '3 arcmin'"),
        (lambda: Circle("12h x", 1), "center needs an angle with its unit"),
        (lambda: Circle((3 * u.Jy, 3 * u.deg), 1), "center needs an angle, got"),
        (
            lambda: Circle(SkyCoord([1, 2], 3, unit="deg"), 1),
            "center needs one position, got 2",
        ),
        (lambda: Circle((1, 2), 0), "radius needs a size above 0, got 0"),
        (lambda: Circle((1, 2), -3 * u.deg), "radius needs a size above 0"),
        (lambda: Circle((1, 2), np.inf), "radius needs a size above 0, got inf"),
        (lambda: Circle((1, 2), "wide"), "radius needs an angle with its unit"),
        (lambda: Circle((1, 2), 3 * u.m), "radius needs an angle, got"),
        (lambda: Circle((1, 2), True), "radius needs an angle, got True"),
        (lambda: Ellipse((1, 2), 3), "radii needs two sizes, got 3"),
        (lambda: Ellipse((1, 2), (3, "3 deg")), "radii needs two pixels or two angles"),
        (lambda: Ellipse((1, 2), (3, 4), np.nan), "angle needs an angle, got nan"),
        (lambda: Rectangle((1, 2), (3, 4, 5)), "size needs two sizes"),
        (lambda: Annulus((1, 2), 5, 3), "an inner radius below the outer one, got 5 and 3"),
        (lambda: Polygon([(1, 2), (3, 4)]), "a polygon needs at least three vertices"),
        (lambda: Polygon(5), "a polygon needs at least three vertices, got 5"),
        (lambda: Polygon([(1, 2), (3, 4), "x"]), "vertex 2 needs a longitude and a latitude"),
        (lambda: Line((1, 2), None), "end needs a row and a column"),
    ],
)
def test_specs_are_checked_when_they_are_made(make: Any, message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        make()


@pytest.mark.parametrize(
    ("what", "message"),
    [
        (Circle((200, 3), 5), r"the region Circle\(center=\(200.0, 3.0\).* no pixel in .* 20 x 30"),
        (Circle("80d 10d", "1 arcmin"), "has no pixel in an image of 20 x 30 pixels"),
        (Circle((5, 3), 5) & Circle((5, 20), 5), "has no pixel"),
        (Range(0, 40, 50, name="far"), "the region 'far' has no pixel"),
        (Point((3, 30)), "has no pixel"),
        ("nothing", "there is no region 'nothing'; stored are mine, and it is neither a file"),
        (3.5, "wanted a region .* got float 3.5"),
        (None, "wanted a region .* got NoneType"),
        ([Circle((3, 3), 2)], "wanted a region .* got list"),
        (Circle((1, 2), 3, axes=(0, 0)), r"wanted two axes of the 2 of the image, got \(0, 0\)"),
        ({"name": "LCBox"}, "wanted the record of a region, got"),
    ],
)
def test_what_is_no_region_or_has_no_pixels_is_refused(what: Any, message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        as_region(what, SYSTEM, SHAPE, stored={"mine": {}})


@pytest.mark.parametrize("size", [(30, 20), (20,), (2, 20, 30)])
def test_bools_have_the_shape_of_the_image(size: tuple[int, ...]) -> None:
    with pytest.raises(ShapeError, match=r"wanted Bools of shape \(20, 30\) as a region"):
        as_region(np.ones(size, bool), SYSTEM, SHAPE)
    with pytest.raises(ShapeError, match="got float64 of shape"):
        as_region(MemoryLattice(np.ones(SHAPE)), SYSTEM, SHAPE)


def test_bools_are_regions() -> None:
    bools = np.random.default_rng(1).random(SHAPE) < 0.5
    for each in (bools, MemoryLattice(bools)):
        found = as_region(each, SYSTEM, SHAPE)
        np.testing.assert_array_equal(found.select(Box.whole(SHAPE)), bools)
        assert as_region(found, SYSTEM, SHAPE) is found


def test_stored_regions_are_found_by_name() -> None:
    record = box_record(Box((1, 2), (3, 4)), SHAPE)
    stored = {"mine": record}
    assert as_region("mine", SYSTEM, SHAPE, stored=stored).bounds == Box((1, 2), (3, 4))
    assert as_region(record, SYSTEM, SHAPE).bounds == Box((1, 2), (3, 4))
    both = as_spec("mine", stored=stored) | Circle((10, 10), 1)
    assert as_region(both, SYSTEM, SHAPE).bounds == Box((1, 2), (12, 12))


def test_files_that_are_missing_or_hold_something_else_are_named(tmp_path: Any) -> None:
    with pytest.raises(MissingImageError, match=r"there is no file of regions .*none\.reg"):
        as_region(str(tmp_path / "none.reg"), SYSTEM, SHAPE)
    (tmp_path / "a.reg").write_text("dear diary")
    with pytest.raises(FormatError, match=r"a\.reg: wanted regions of ds9 or CRTF"):
        as_region(tmp_path / "a.reg", SYSTEM, SHAPE)
    (tmp_path / "b.crtf").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(FormatError, match=r"b\.crtf cannot be read as a file of regions"):
        as_region(tmp_path / "b.crtf", SYSTEM, SHAPE)


def test_images_without_sky_have_no_regions_on_it() -> None:
    record = linear_record(
        names=["x", "y"], units=["m", "m"], crval=[0, 0], cdelt=[1, 1], crpix=[0, 0]
    )
    flat = coordinatesystem(assemble([("linear", record, [0, 1])]))
    with pytest.raises(CoordinateError, match=r"needs axes of the sky, there are \['linear'\]"):
        as_region(Circle("1d 2d", "3d"), flat, SHAPE)
    assert as_region(Circle((3, 4), 1), flat, SHAPE).bounds == Box((2, 3), (5, 6))


def test_positions_outside_the_projection_are_named() -> None:
    system = sky_system(SHAPE, projection="SIN")
    with pytest.raises(CoordinateError, match="center 220d 30d has no pixel: it lies outside"):
        as_region(Circle("220d 30d", 4), system, SHAPE)
    far = Polygon(["40d -30d", "41d -30d", "220d 30d"])
    with pytest.raises(CoordinateError, match="vertex 220d 30d has no pixel"):
        as_region(far, system, SHAPE)
    whole = sky_system(SHAPE, projection="AIT", step=(-20, 20))
    with pytest.raises(CoordinateError, match="center at row 0, column 0 is no position"):
        as_region(Circle((0, 0), "3 deg"), whole, SHAPE)


def test_flat_shapes_need_two_axes() -> None:
    with pytest.raises(ArgumentError, match="needs an image of two axes, got one of 1"):
        as_region(Circle((3, 3), 2), default_system((9,)), (9,))
    strip = sky_system((3, 9, 8)).section(Box((0, 4, 0), (3, 5, 8)), drop=(1,))
    with pytest.raises(CoordinateError, match="center 40d -30d needs both axes of the sky"):
        as_region(Point("40d -30d"), strip, (3, 8))
