"""Regions of the astropy package `regions`, ds9 files and CRTF files."""

from __future__ import annotations

import operator
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import regions as package
from astropy import units as u
from astropy.coordinates import SkyCoord
from astropy.wcs import WCS
from regions import PixCoord

from jupimage.errors import ArgumentError, FormatError
from jupimage.regions import (
    Annulus,
    Circle,
    Complement,
    Corners,
    Ellipse,
    Line,
    Point,
    Polygon,
    Range,
    Rectangle,
    RegionSpec,
    as_region,
    from_package,
    parse_regions,
    read_regions,
    to_package,
    write_regions,
)
from tests.regions.skyimages import pixels, selected, sky_system

SHAPE = (40, 50)
CUBE = (3, 20, 40, 50)
SYSTEM = sky_system(SHAPE)
ROWS, COLUMNS = np.indices(SHAPE)
GRID = PixCoord(x=COLUMNS, y=ROWS)
CENTER = PixCoord(x=21.3, y=17.8)


@pytest.mark.parametrize(
    "region",
    [
        package.CirclePixelRegion(CENTER, 7.3),
        package.CircleAnnulusPixelRegion(CENTER, 3.2, 7.3),
        package.EllipsePixelRegion(CENTER, 17.3, 8.2, 30 * u.deg),
        package.EllipseAnnulusPixelRegion(CENTER, 7.3, 17.2, 4.1, 12.3, 30 * u.deg),
        package.RectanglePixelRegion(CENTER, 17.3, 8.2, -50 * u.deg),
        package.RectangleAnnulusPixelRegion(CENTER, 7.3, 17.2, 4.1, 12.3, 30 * u.deg),
        package.PolygonPixelRegion(PixCoord(x=[2.3, 30.1, 14.2], y=[1.2, 8.3, 35.4])),
        package.RegularPolygonPixelRegion(CENTER, 5, 9.1, 20 * u.deg),
        package.CirclePixelRegion(CENTER, 7.3) & package.RectanglePixelRegion(CENTER, 4.1, 20.2),
        package.CirclePixelRegion(CENTER, 7.3) | package.RectanglePixelRegion(CENTER, 4.1, 20.2),
        package.CirclePixelRegion(CENTER, 7.3) ^ package.RectanglePixelRegion(CENTER, 4.1, 20.2),
    ],
    ids=lambda region: f"{type(region).__name__} {getattr(region, 'operator', '')}",
)
def test_pixel_regions_have_the_pixels_that_the_package_gives_them(region: Any) -> None:
    found = pixels(as_region(region, SYSTEM, SHAPE))
    np.testing.assert_array_equal(found, region.contains(GRID))


def wcs() -> WCS:
    made = WCS(naxis=2)
    made.wcs.ctype = ["RA---TAN", "DEC--TAN"]
    made.wcs.crval, made.wcs.crpix, made.wcs.cdelt = [40, -30], [26, 21], [-0.1, 0.1]
    made.wcs.radesys, made.wcs.equinox = "FK5", 2000.0
    return made


@pytest.mark.parametrize("frame", ["fk5", "galactic"])
def test_sky_regions_are_those_of_the_package_but_for_edges(frame: str) -> None:
    center = SkyCoord(40.03, -29.98, unit="deg", frame="fk5").transform_to(frame)
    turned = frame == "fk5"
    cases = [
        package.CircleSkyRegion(center, 0.83 * u.deg),
        package.CircleAnnulusSkyRegion(center, 0.41 * u.deg, 1.13 * u.deg),
        package.PolygonSkyRegion(
            SkyCoord([39, 41, 40.3], [-31, -30.5, -29], unit="deg", frame="fk5")
        ),
    ]
    if turned:
        cases += [
            package.EllipseSkyRegion(center, 2.3 * u.deg, 0.9 * u.deg, 30 * u.deg),
            package.RectangleSkyRegion(center, 2.3 * u.deg, 0.9 * u.deg, 30 * u.deg),
        ]
    for region in cases:
        found = pixels(as_region(region, SYSTEM, SHAPE))
        expected = region.to_pixel(wcs()).contains(GRID)
        assert expected.sum() > 100
        assert (found != expected).sum() <= 0.02 * expected.sum(), region


SPECS: list[RegionSpec] = [
    Circle("ICRS 40.1d -30.2d", "0.6 deg"),
    Ellipse("J2000 40.1d -30.2d", ("0.9 deg", "0.4 deg"), 35),
    Annulus("J2000 40.1d -30.2d", "0.2 deg", "0.7 deg"),
    Rectangle("J2000 40.1d -30.2d", ("0.9 deg", "0.4 deg"), 35),
    Polygon(["J2000 39.1d -30.2d", "J2000 41d -30.6d", "J2000 40d -29d"]),
    Line("J2000 39.1d -30.2d", "J2000 41d -30.6d"),
    Point("J2000 39.1d -30.2d"),
    Circle((9.25, 12.5), 4.25),
    Ellipse((9.25, 12.5), (7.5, 3.25), 35),
    Annulus((9.25, 12.5), 2.5, 6.25),
    Rectangle((9.25, 12.5), (7.5, 3.25), 35),
    Polygon([(2.5, 3.25), (30, 9), (12, 40)]),
    Line((2.5, 3.25), (30, 9)),
    Point((9, 12)),
]


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: type(spec).__name__)
def test_shapes_go_to_the_package_and_back(spec: RegionSpec) -> None:
    (made,) = to_package(spec)
    np.testing.assert_array_equal(
        selected(from_package(made), SYSTEM, SHAPE), selected(spec, SYSTEM, SHAPE)
    )


@pytest.mark.parametrize("ending", ["reg", "crtf"])
def test_files_hold_shapes_names_and_signs(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"a.{ending}"
    specs = [*SPECS, ~Circle("J2000 39.5d -30.2d", "0.3 deg"), ~Circle((3, 4), 2)]
    specs[0] = Circle("ICRS 40.1d -30.2d", "0.6 deg", name="M 51")
    write_regions(path, specs)
    found = read_regions(path)
    assert len(found) == len(specs)
    assert found[0].name == "M 51"
    for one, other in zip(found, specs, strict=True):
        assert isinstance(one, Complement) == isinstance(other, Complement)
        mine, theirs = (selected(each, SYSTEM, SHAPE) for each in (one, other))
        # CRTF has positions as J2000, ds9 with eight decimals: edges may move
        assert (mine != theirs).sum() <= 1, other
    with pytest.raises(ArgumentError, match="is there already: overwrite=True replaces it"):
        write_regions(path, SPECS[0])
    write_regions(path, SPECS[1] - SPECS[7], overwrite=True)
    np.testing.assert_array_equal(
        pixels(as_region(str(path), SYSTEM, SHAPE)),
        selected(SPECS[1] - SPECS[7], SYSTEM, SHAPE),
    )


def test_ds9_text_is_understood_whatever_its_order() -> None:
    text = """# Region file format: DS9
    fk5
    -ellipse(40.0,-30.0,0.3,0.5,10) # text={hole}
    circle(40.0,-30.0,1.2)
    image; box(4,5,3,7,0) # color=red
    text(3,4) # text={no region}
    """
    hole, disc, box = parse_regions(text)
    assert (hole.name, isinstance(hole, Complement)) == ("hole", True)
    assert box == Rectangle((4, 3), (7, 3))
    expected = selected((disc | box) - hole.part, SYSTEM, SHAPE)  # type: ignore[attr-defined]
    np.testing.assert_array_equal(pixels(as_region(text, SYSTEM, SHAPE)), expected)


def test_crtf_excludes_in_order() -> None:
    text = """#CRTFv0
    global coord=J2000
    circle[[40.0deg, -30.0deg], 1.2deg]
    -circle[[40.0deg, -30.0deg], 0.6deg]
    circle[[25pix, 20pix], 2pix]
    ann circle[[25pix, 20pix], 9pix]
    """
    first, second, third = parse_regions(text)
    assert third == Circle((20, 25), 2)
    expected = selected(first - second.part | third, SYSTEM, SHAPE)  # type: ignore[attr-defined]
    np.testing.assert_array_equal(pixels(as_region(text, SYSTEM, SHAPE)), expected)


@pytest.mark.parametrize(
    ("said", "spec"),
    [
        ("range=[1.403GHz, 1.407GHz]", Range("spectral", "1.403 GHz", "1.407 GHz")),
        ("range=[3chan, 9chan]", Range("spectral", 3, 9)),
        ("range=[1000km/s, 3000km/s], veltype=RADIO", Range("spectral", "1000km/s", "3000km/s")),
        (
            "range=[1000km/s, 3000km/s], veltype=OPTICAL",
            Range("spectral", "1000km/s", "3000km/s", doppler="optical"),
        ),
        ("corr=[I]", Range("stokes", "I")),
        ("corr=[I, U]", Range("stokes", "I") | Range("stokes", "U")),
        (
            "range=[3chan, 9chan], corr=[Q]",
            Range("spectral", 3, 9) & Range("stokes", "Q"),
        ),
    ],
)
def test_crtf_ranges_are_honoured_and_written(said: str, spec: RegionSpec, tmp_path: Path) -> None:
    system = sky_system(CUBE)
    circle = Circle((20, 25), 9)
    expected = selected(circle & spec, system, CUBE)
    assert expected.any()
    text = f"circle[[25pix, 20pix], 9pix], {said}"
    np.testing.assert_array_equal(pixels(as_region(text, system, CUBE)), expected)
    whole = circle & spec
    if isinstance(spec, Range | type(circle | circle)):
        write_regions(tmp_path / "a.crtf", whole)
        again = as_region(tmp_path / "a.crtf", system, CUBE)
        np.testing.assert_array_equal(pixels(again), expected)


def test_box_between_corners_is_as_wide_as_the_sky_there() -> None:
    system = sky_system(SHAPE, center=(40.0, 60.0))
    (box,) = parse_regions("box[[39.0deg, 59.5deg], [41.0deg, 60.5deg]]")
    assert isinstance(box, Rectangle)
    found = selected(box, system, SHAPE)
    assert found.any(axis=0).sum() in (10, 11)
    assert found.any(axis=1).sum() in (10, 11)


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        (Corners((1, 2), (3, 4)), "wanted flat shapes, got Corners"),
        (Range("spectral", 3), "wanted flat shapes, got Range"),
        (Circle((3, 4), "3 deg"), "a Circle in pixels and on the sky at once"),
        (Circle((3, 4), 5) & Circle((3, 4), 6), "an intersection can only be written as one flat"),
        (Circle((3, 4), 5) - ~Circle((3, 4), 3), "cannot be taken away from one that is"),
        (Circle((3, 4), 5) & Range("stokes", 0, 1), "only single Stokes parameters"),
    ],
)
def test_what_files_cannot_say_is_refused(spec: RegionSpec, message: str, tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match=message):
        write_regions(tmp_path / "a.crtf", spec)
    assert not list(tmp_path.iterdir())


def test_ds9_files_hold_no_ranges_and_need_a_known_ending(tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match="a ds9 file has no ranges of channels: write CRTF"):
        write_regions(tmp_path / "a.reg", Circle((3, 4), 5) & Range("spectral", 3))
    with pytest.raises(ArgumentError, match=r"wanted a file \.reg or .*, got '.*a\.txt'"):
        write_regions(str(tmp_path / "a.txt"), Circle((3, 4), 5))
    with pytest.raises(ArgumentError, match="wanted regions to write, got none"):
        write_regions(tmp_path / "a.reg", [])


@pytest.mark.parametrize(
    "text",
    ["circle(1,2)", "fk5; circle(1,2,x)", "circle[[1pix], 2pix]", "blob[[1pix, 2pix], 3pix]", ""],
)
def test_damaged_texts_are_refused(text: str) -> None:
    with pytest.raises(FormatError, match="text: "):
        parse_regions(text)


def test_kinds_without_pixels_are_refused() -> None:
    with pytest.raises(ArgumentError, match="a TextPixelRegion has no pixels"):
        from_package(package.TextPixelRegion(CENTER, "a"))
    circle = package.CirclePixelRegion(CENTER, 7.3)
    strange = package.CompoundPixelRegion(circle, circle, operator.add)
    with pytest.raises(ArgumentError, match="regions cannot be combined with"):
        from_package(strange)


def test_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "regions", None)
    with pytest.raises(ArgumentError, match="need the package regions: pip install regions"):
        to_package(Circle((3, 4), 5))
    with pytest.raises(ImportError):
        parse_regions("circle[[1pix, 2pix], 3pix]")
