"""Coordinates as astropy and matplotlib see them."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy import units
from astropy.coordinates import FK4, SkyCoord, SpectralCoord, StokesCoord
from astropy.io.fits import Header
from astropy.wcs import WCS
from astropy.wcs.wcsapi import BaseHighLevelWCS, BaseLowLevelWCS, SlicedLowLevelWCS

from jupimage.coordinates import ImageWCS, default_system
from jupimage.coordinates.fitsheader import from_header
from jupimage.lattice import Box

CARDS = {
    "CTYPE1": "RA---SIN", "CRVAL1": 10.0, "CDELT1": -0.01, "CRPIX1": 30.0, "RADESYS": "FK5",
    "CTYPE2": "DEC--SIN", "CRVAL2": -30.0, "CDELT2": 0.01, "CRPIX2": 20.0, "CROTA2": 20.0,
    "CTYPE3": "FREQ", "CRVAL3": 1.4e9, "CDELT3": 1e6, "CRPIX3": 1.0, "RESTFRQ": 1.42e9,
    "CTYPE4": "STOKES", "CRVAL4": -1.0, "CDELT4": -1.0, "CRPIX4": 1.0, "SPECSYS": "LSRK",
    "EQUINOX": 2000.0,
}  # fmt: skip
SHAPE = (2, 8, 40, 60)


def cube(**more: Any) -> ImageWCS:
    return ImageWCS(from_header(Header({**CARDS, **more}), SHAPE).system, SHAPE)


def test_values_are_those_of_astropy() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        reference = WCS(Header(CARDS))
    ours = cube()
    rng = np.random.default_rng(0)
    pixel = [rng.uniform(0, n - 1, (5, 3)) for n in (60, 40, 8)] + [np.ones((5, 3))]
    expected = reference.pixel_to_world_values(*pixel)
    found = ours.pixel_to_world_values(*pixel)
    for mine, theirs in zip(found, expected, strict=True):
        assert mine.shape == (5, 3)
        np.testing.assert_allclose(mine, theirs, rtol=1e-12)
    for mine, there in zip(ours.world_to_pixel_values(*found), pixel, strict=True):
        np.testing.assert_allclose(mine, there, atol=1e-8)


def test_interface_is_complete() -> None:
    wcs = cube()
    assert isinstance(wcs, BaseLowLevelWCS)
    assert isinstance(wcs, BaseHighLevelWCS)
    assert (wcs.pixel_n_dim, wcs.world_n_dim) == (4, 4)
    assert wcs.array_shape == SHAPE
    assert wcs.pixel_shape == SHAPE[::-1]
    assert wcs.pixel_bounds[0] == (-0.5, 59.5)
    assert wcs.world_axis_units == ["deg", "deg", "Hz", ""]
    assert wcs.world_axis_names == ["Right Ascension", "Declination", "Frequency", "Stokes"]
    assert wcs.world_axis_physical_types == [
        "pos.eq.ra", "pos.eq.dec", "em.freq", "phys.polarization.stokes"
    ]  # fmt: skip
    assert wcs.axis_correlation_matrix.tolist() == [
        [True, True, False, False], [True, True, False, False],
        [False, False, True, False], [False, False, False, True],
    ]  # fmt: skip
    assert "2 x 8 x 40 x 60" in repr(wcs)


def test_world_objects() -> None:
    wcs = cube()
    sky, frequency, stokes = wcs.pixel_to_world(29, 19, 3, 1)
    assert isinstance(sky, SkyCoord)
    assert sky.frame.name == "fk5"
    assert sky.ra.deg == pytest.approx(10)
    assert isinstance(frequency, SpectralCoord)
    assert frequency.to_value("MHz") == pytest.approx(1403)
    assert frequency.to_value(units.km / units.s) == pytest.approx(299792.458 * 17 / 1420)
    assert isinstance(stokes, StokesCoord)
    assert stokes.symbol == "LL"
    np.testing.assert_allclose(
        wcs.world_to_pixel(sky, frequency, stokes), (29, 19, 3, 1), atol=1e-9
    )


@pytest.mark.parametrize(
    ("cards", "name"),
    [
        ({"RADESYS": "ICRS"}, "icrs"),
        ({"RADESYS": "FK4", "EQUINOX": 1950.0}, "fk4"),
        ({"CTYPE1": "GLON-SIN", "CTYPE2": "GLAT-SIN"}, "galactic"),
        ({"CTYPE1": "SLON-SIN", "CTYPE2": "SLAT-SIN"}, "supergalactic"),
        ({"CTYPE1": "ELON-SIN", "CTYPE2": "ELAT-SIN"}, "barycentricmeanecliptic"),
    ],
)
def test_sky_frames(cards: dict[str, Any], name: str) -> None:
    wcs = cube(**cards)
    sky = wcs.pixel_to_world(29, 19, 0, 0)[0]
    assert sky.frame.name == name
    assert sky.spherical.lat.deg == pytest.approx(-30)
    np.testing.assert_allclose(
        wcs.world_to_pixel(*wcs.pixel_to_world(3, 4, 5, 1)), (3, 4, 5, 1), atol=1e-9
    )


def test_fk4_is_of_the_date_of_the_observation() -> None:
    cards = {"RADESYS": "FK4", "EQUINOX": 1950.0, "DATE-OBS": "1980-01-01"}
    frame = cube(**cards).pixel_to_world(0, 0, 0, 0)[0].frame
    assert isinstance(frame, FK4)
    assert frame.obstime.decimalyear == pytest.approx(1980.0)


def test_sky_alone_is_a_single_object() -> None:
    wcs = ImageWCS(default_system((20, 30)), (20, 30))
    assert isinstance(wcs.pixel_to_world(1, 2), SkyCoord)


def test_spectrum_alone() -> None:
    wcs = ImageWCS(default_system((20,)), (20,))
    assert wcs.pixel_to_world_values(10.0) == 1.415e9
    assert wcs.world_to_pixel_values(1.415e9) == 10.0
    assert isinstance(wcs.pixel_to_world(3), SpectralCoord)


def test_linear_axes_are_quantities() -> None:
    wcs = ImageWCS(default_system((4, 9, 5, 5)), (4, 9, 5, 5))  # linear would be a fifth axis
    assert wcs.world_n_dim == 4
    five = ImageWCS(default_system((3, 9, 4, 5, 5)), (3, 9, 4, 5, 5))
    assert five.world_axis_units[-1] == "km"
    assert five.pixel_to_world(0, 0, 0, 0, 2)[-1] == 1 * units.km


def test_strange_unit_does_not_stop_anything() -> None:
    header = Header({"CTYPE1": "PHASE", "CUNIT1": "furlong per <b>"})
    wcs = ImageWCS(from_header(header, (5,)).system, (5,))
    assert wcs.world_axis_units == [""]
    assert wcs.pixel_to_world(1).value == 2.0


def test_strip_of_sky_still_is_sky() -> None:
    system = from_header(Header(CARDS), SHAPE).system
    box = Box((0, 0, 7, 0), (1, 8, 8, 60))
    strip = ImageWCS(system.section(box, drop=(0, 2)), (8, 60))
    assert (strip.pixel_n_dim, strip.world_n_dim) == (2, 3)
    sky, frequency = strip.pixel_to_world(3, 4)
    whole = cube().pixel_to_world(3, 7, 4, 0)
    assert sky.separation(whole[0]) < 1e-6 * units.arcsec
    assert frequency == whole[1]
    np.testing.assert_allclose(strip.world_to_pixel(sky, frequency), (3, 4), atol=1e-8)
    alone = strip.without_partners()
    assert alone.world_n_dim == 2
    assert alone.pixel_to_world(3, 4)[0] == whole[0].ra


def test_later_changes_of_the_system_do_not_matter() -> None:
    system = default_system((20, 30))
    wcs = ImageWCS(system, (20, 30))
    before = wcs.pixel_to_world_values(1, 2)
    system["direction"].set_referencepixel([0, 0])
    assert wcs.pixel_to_world_values(1, 2) == before


def test_astropy_can_slice_it() -> None:
    part = SlicedLowLevelWCS(cube(), (0, slice(2, 5), slice(None), slice(10, None)))
    assert part.pixel_n_dim == 3
    whole = cube().pixel_to_world_values(11, 1, 2, 0)
    np.testing.assert_allclose(part.pixel_to_world_values(1, 1, 0), whole[:3])


@pytest.mark.parametrize("what", ["sky", "strip", "sky of a cube", "position and frequency"])
def test_matplotlib_draws_with_it(what: str, tmp_path: Path) -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    system = from_header(Header(CARDS), SHAPE).system
    options: dict[str, Any] = {}
    shape: tuple[int, ...] = (40, 60)
    if what == "sky":
        wcs = ImageWCS(system.section(Box((0, 0, 0, 0), (1, 1, 40, 60)), drop=(0, 1)), shape)
    elif what == "strip":
        shape = (8, 60)
        wcs = ImageWCS(system.section(Box((0, 0, 7, 0), (1, 8, 8, 60)), drop=(0, 2)), shape)
    elif what == "sky of a cube":
        wcs, options = ImageWCS(system, SHAPE), {"slices": ("x", "y", 3, 0)}
    else:
        shape = (8, 40)
        wcs, options = ImageWCS(system, SHAPE), {"slices": (3, "x", "y", 0)}
    figure = plt.figure()
    axes = plt.subplot(projection=wcs, **options)
    axes.imshow(np.zeros(shape), aspect="auto")
    if what in ("sky", "strip"):
        axes.coords.grid()
    figure.savefig(tmp_path / "picture.png")
    plt.close(figure)
    assert (tmp_path / "picture.png").stat().st_size > 1000
