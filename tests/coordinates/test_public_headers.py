"""Systems from headers and WCS objects of astropy, and as headers: the same places each time."""

from __future__ import annotations

import copy
import warnings
from typing import Any

import numpy as np
import pytest
from astropy.io.fits import Header
from astropy.wcs import WCS, FITSFixedWarning

from jupimage.coordinates import coordinatesystem, default_system
from jupimage.coordinates.record import (
    assemble,
    direction_record,
    linear_record,
    spectral_record,
    stokes_record,
)
from jupimage.errors import CoordinateError, DataTypeError

PARAMETERS: dict[str, list[float]] = {
    "AZP": [2.0, 30.0], "SZP": [2.0, 180.0, 60.0], "TAN": [], "STG": [], "SIN": [0.1, -0.2],
    "ARC": [], "ZPN": [0.0, 1.0, 0.0, -0.05], "ZEA": [], "AIR": [45.0], "CYP": [0.5, 0.7],
    "CEA": [0.5], "CAR": [], "MER": [], "COP": [45.0, 10.0], "COE": [45.0, 10.0],
    "COD": [45.0, 10.0], "COO": [45.0, 10.0], "SFL": [], "PAR": [], "MOL": [], "AIT": [],
    "BON": [45.0], "PCO": [], "TSC": [], "CSC": [], "QSC": [], "HPX": [], "XPH": [],
}  # fmt: skip


def sky(code: str, *, longpole: float | None = None, system: str = "ICRS") -> dict[str, Any]:
    return direction_record(
        crval=(200.0, 35.0), cdelt=(-0.1, 0.12), crpix=(12.5, 7.0),
        pc=[[0.8, -0.6], [0.5, 0.9]], units=("deg", "deg"), projection=code,
        parameters=PARAMETERS[code], longpole=longpole, system=system,
    )  # fmt: skip


def cube(code: str = "TAN", **more: Any) -> coordinatesystem:
    spectral = spectral_record(crval=1.4e9, cdelt=1e6, crpix=3.0, restfrequency=1.42e9)
    parts = [
        ("direction", sky(code, **more), (0, 1)),
        ("stokes", stokes_record(["I", "V"]), (2,)),
        ("spectral", spectral, (3,)),
    ]
    return coordinatesystem(assemble(parts))


SHAPE = (5, 2, 20, 30)


def positions(shape: tuple[int, ...] = SHAPE) -> Any:
    rng = np.random.default_rng(5)
    pixels = rng.uniform(0, 1, (40, len(shape))) * (np.array(shape) - 1)
    pixels[:, 1] = np.round(pixels[:, 1])
    return pixels


def degrees_of(system: coordinatesystem, pixels: Any) -> Any:
    """Return longitude and latitude in degrees, whatever the unit of the system."""
    world = system.toworld(pixels)[:, [-1, -2]]
    return world * (180 / np.pi) if system["direction"].get_unit()[0] == "rad" else world


@pytest.mark.parametrize("longpole", [None, 10.0], ids=["usual pole", "other pole"])
@pytest.mark.parametrize("code", PARAMETERS)
def test_header_and_back(code: str, longpole: float | None) -> None:
    system = cube(code, longpole=longpole)
    header = system.to_header(SHAPE)
    assert isinstance(header, Header)
    again = coordinatesystem.from_header(header, SHAPE)
    assert isinstance(again, coordinatesystem)
    before, after = system.toworld(positions()), again.toworld(positions())
    assert np.isfinite(before).any()
    np.testing.assert_allclose(after[:, :2], before[:, :2], rtol=1e-12)
    np.testing.assert_allclose(
        degrees_of(again, positions()), degrees_of(system, positions()), rtol=1e-9
    )
    twice = again.to_header(SHAPE)
    assert list(twice) == list(header)
    known = [card.value for card in header.cards]
    for ours, other in zip([card.value for card in twice.cards], known, strict=True):
        assert ours == (pytest.approx(other, rel=1e-12) if isinstance(other, float) else other)


@pytest.mark.parametrize("code", sorted(set(PARAMETERS) - {"XPH"}))
def test_header_means_to_astropy_what_it_means_here(code: str) -> None:
    system = cube(code)
    header = system.to_header(SHAPE)
    wcs = WCS(header)
    pixels = positions()
    known = wcs.wcs_pix2world(pixels[:, ::-1].copy(), 0)
    ours = system.toworld(pixels)
    good = np.isfinite(ours).all(axis=1)
    assert good.any()
    np.testing.assert_allclose(ours[good][:, 0], known[good][:, 3], rtol=1e-12)
    np.testing.assert_allclose(ours[good][:, [3, 2]], known[good][:, :2], rtol=1e-9)
    there = ours[good][:, [3, 2, 1, 0]]
    back = wcs.wcs_world2pix(there, 0)[:, ::-1]
    # a code of Stokes is a name here, and may lie between two pixels there
    np.testing.assert_allclose(
        system.topixel(ours[good])[:, [0, 2, 3]], back[:, [0, 2, 3]], rtol=1e-9, atol=1e-8
    )


@pytest.mark.parametrize("code", sorted(set(PARAMETERS) - {"XPH"}))
def test_wcs_of_astropy_becomes_a_system(code: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FITSFixedWarning)
        wcs = WCS(cube(code).to_header(SHAPE))
    system = coordinatesystem.from_header(wcs, SHAPE)
    pixels = positions()
    known = wcs.wcs_pix2world(pixels[:, ::-1].copy(), 0)
    good = np.isfinite(known).all(axis=1)
    np.testing.assert_allclose(degrees_of(system, pixels)[good], known[good][:, :2], rtol=1e-9)


def test_wcs_knows_its_shape() -> None:
    wcs = WCS(naxis=2)
    wcs.wcs.ctype = ["GLON-CAR", "GLAT-CAR"]
    wcs.wcs.cdelt = [-0.5, 0.5]
    wcs.wcs.crval = [10.0, 0.0]
    wcs.array_shape = (7, 9)
    system = coordinatesystem.from_header(wcs)
    assert system["direction"].get_frame() == "GALACTIC"
    assert system.get_axis_lengths() == [[7, 9]]
    known = wcs.wcs_pix2world([[3.0, 2.0]], 0)[0]
    np.testing.assert_allclose(degrees_of(system, np.array([[2.0, 3.0]]))[0], known)


def test_header_says_the_shape() -> None:
    header = cube().to_header(SHAPE)
    header["NAXIS"] = 4
    for number, length in enumerate(SHAPE[::-1], 1):
        header[f"NAXIS{number}"] = length
    for given in (header, dict(header), {key.lower(): header[key] for key in header}):
        system = coordinatesystem.from_header(given)
        assert [sum(part) for part in system.get_axis_lengths()] == [5, 2, 50]
        assert system["stokes"].get_stokes() == ["I", "V"]


def test_header_without_lengths_has_axes_of_one_pixel() -> None:
    assert coordinatesystem.from_header({"CTYPE1": "FREQ", "CRVAL1": 1e9}).ndim == 1
    header = {"CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CDELT1": -1.0, "CDELT2": 1.0}
    assert coordinatesystem.from_header(header).get_names() == ["direction"]


def test_system_of_an_image_knows_its_shape() -> None:
    header = default_system((6, 7, 8)).to_header()
    again = coordinatesystem.from_header(header, (6, 7, 8))
    assert again.toworld([1, 2, 3])[0] == pytest.approx(
        default_system((6, 7, 8)).toworld([1, 2, 3])[0]
    )
    with pytest.raises(CoordinateError, match="give a shape"):
        cube().to_header()
    with pytest.raises(CoordinateError, match="of 4 pixel axes cannot describe 2 axes"):
        cube().to_header((2, 3))


def test_velocities_can_be_written() -> None:
    header = cube().to_header(SHAPE, velocity=True, optical=False)
    assert (header["CTYPE4"], header["CUNIT4"]) == ("VRAD", "m/s")
    again = coordinatesystem.from_header(header, SHAPE)
    ours, known = (s.toworld(positions())[:, 0] for s in (again, cube()))
    np.testing.assert_allclose(ours, known, rtol=1e-9)


@pytest.mark.parametrize("frame", ["J2000", "B1950", "ICRS", "GALACTIC", "SUPERGAL", "ECLIPTIC"])
def test_frames_go_through_headers(frame: str) -> None:
    system = coordinatesystem(assemble([("direction", sky("SIN", system=frame), (0, 1))]))
    again = coordinatesystem.from_header(system.to_header((20, 30)), (20, 30))
    assert again["direction"].get_frame() == frame
    assert again["direction"].get_projection() == "SIN"
    assert again["direction"].dict()["projection_parameters"].tolist() == [0.1, -0.2]


def test_linear_axes_go_through_headers() -> None:
    record = linear_record(names=["X", "Y"], units=["m", "s"], crval=[1, 2], cdelt=[3, 4],
                           crpix=[0, 9], pc=[[1.0, 0.2], [0.1, 1.0]])  # fmt: skip
    system = coordinatesystem(assemble([("linear", record, (0, 1))]))
    again = coordinatesystem.from_header(system.to_header((5, 6)), (5, 6))
    np.testing.assert_allclose(again.toworld([2, 3]), system.toworld([2, 3]), rtol=1e-12)


@pytest.mark.parametrize(
    ("header", "shape", "error", "words"),
    [
        (None, None, DataTypeError, "a header, a dict of keywords or a WCS of astropy, got None"),
        ("SIMPLE", (3,), DataTypeError, "a header, a dict of keywords or a WCS"),
        ({}, None, CoordinateError, "shape needs axes of at least one pixel"),
        ({"CTYPE1": "FREQ"}, (0,), CoordinateError, r"at least one pixel, got \(0,\)"),
    ],
)
def test_header_that_is_none(header: Any, shape: Any, error: Any, words: str) -> None:
    with pytest.raises(error, match=words):
        coordinatesystem.from_header(header, shape)


def test_header_of_a_broken_system_is_refused() -> None:
    broken = cube()
    record = copy.deepcopy(broken.dict())
    record["direction0"]["pc"] = np.ones((2, 2))
    with pytest.raises(CoordinateError, match="cannot be inverted"):
        coordinatesystem(record).to_header(SHAPE)
