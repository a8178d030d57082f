"""Axes of Miriad images, and what casacore makes of the same header where it can."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from jupimage.formats import Opened, open_path
from tests.miriad.miriadfiles import FREQUENCY, SKY, write

if TYPE_CHECKING:
    from tests.conftest import Oracle

C = 299792.458  # km/s
REST = 1420405752.0

# What casacore understands as well.
SAME: dict[str, dict[str, Any]] = {
    "plain": {},
    **{
        code: {"ctype1": f"RA---{code}", "ctype2": f"DEC--{code}"}
        for code in ("TAN", "ARC", "STG", "ZEA", "CAR", "MER", "SFL", "AIT", "CEA", "HPX", "NCP")
    },
    "northern": {"crval2": 0.9},
    "northern NCP": {"ctype1": "RA---NCP", "ctype2": "DEC--NCP", "crval2": 0.9},
    "hyphens": {"ctype1": "RA--SIN", "ctype2": "DEC-SIN"},
    "galactic": {"ctype1": "GLON-TAN", "ctype2": "GLAT-TAN"},
    "direction cosines": {"ctype1": "LL---SIN", "ctype2": "MM---SIN"},
    "B1950": {"epoch": 1950.0},
    "B1950 real": {"epoch": np.float32(1950)},
    "epoch integer": {"epoch": 1950},
    "no epoch": {"epoch": None},
    "FREQ-HEL": {"ctype3": "FREQ-HEL"},
    "FREQ-OBS": {"ctype3": "FREQ-OBS"},
    "FREQ-LSRK": {"ctype3": "FREQ-LSRK"},
    "FREQ-LSD": {"ctype3": "FREQ-LSD"},
    "FREQ-GEO": {"ctype3": "FREQ-GEO"},
    "FREQ-SOU": {"ctype3": "FREQ-SOU"},
    "FREQ-GAL": {"ctype3": "FREQ-GAL"},
    "FREQ": {"ctype3": "FREQ"},
    "no rest frequency": {"restfreq": None},
    **{
        kind: {"ctype3": kind, "crval3": 1100.0, "cdelt3": -5.0}
        for kind in ("VELO-LSR", "VELO-HEL", "VELO-OBS", "VELO", "FELO-HEL", "FELO-LSR", "FELO")
    },
    "reals": {"crval1": np.float32(1.25), "crpix1": np.float32(2.5), "crpix2": 3},
    "unit": {"bunit": "JY/BEAM"},
    "Kelvin": {"bunit": "KELVIN"},
    "moment": {"bunit": "JY/BEAM.KM/S"},
    "beam": {"bmaj": 2e-4, "bmin": 1e-4, "bpa": -30.0},
    "beam of reals": {"bmaj": np.float32(2e-4), "bmin": np.float32(1e-4), "bpa": np.float32(20)},
    "no beam": {"bmaj": 0.0, "bmin": 0.0, "bpa": 3.0},
    "btype beam": {"btype": "beam"},
    "btype optical_depth": {"btype": "optical_depth"},
    "btype rotation_measure": {"btype": "rotation_measure"},
    "telescope": {"telescop": "WSRT"},
    "unknown telescope": {"telescop": "my scope"},
    "date": {"obstime": 2455000.75},
}


def make(folder: Path, items: dict[str, Any], shape: tuple[int, ...] = (5, 6, 8)) -> str:
    pixels = np.arange(np.prod(shape), dtype=np.float32).reshape(shape)
    return write(folder / "a.mir", pixels, items)


@pytest.mark.parametrize("case", SAME)
def test_headers_read_as_in_casacore(oracle: Oracle, tmp_path: Path, case: str) -> None:
    path = make(tmp_path, {**SKY, **FREQUENCY, **SAME[case]})
    ours, theirs = open_path(path), oracle.images.image(path)
    for pixel in ([0.0, 0.0, 0.0], [2.0, 3.5, 7.0], [4.0, -100.0, 250.0]):
        np.testing.assert_allclose(
            ours.coordinates.toworld(pixel), theirs.toworld(pixel), rtol=1e-12, atol=1e-12
        )
    record, wanted = ours.coordinates.dict(), theirs.coordinates().dict()
    assert record["direction0"]["system"] == wanted["direction0"]["system"]
    assert record["spectral1"]["system"] == wanted["spectral1"]["system"]
    assert record["spectral1"]["restfreq"] == pytest.approx(wanted["spectral1"]["restfreq"])
    assert record["telescope"] == wanted["telescope"]
    assert record["obsdate"] == wanted["obsdate"]
    assert record.get("telescopeposition") == wanted.get("telescopeposition")
    assert ours.unit == theirs.unit()
    assert ours.imageinfo == theirs.imageinfo()
    oracle.count(9)


def opened(folder: Path, shape: tuple[int, ...] = (5, 6, 8), **items: Any) -> Opened:
    return open_path(make(folder, items, shape))


def test_axes_are_mapped_where_they_are(tmp_path: Path) -> None:
    order = {1: 2, 2: 4, 3: 3, 4: 1}  # Dec, Stokes, frequency, RA
    base = {**SKY, **FREQUENCY, "ctype4": "STOKES", "crval4": -5.0, "cdelt4": -1.0, "crpix4": 1.0}
    moved = {
        f"{name[:-1]}{new}": base[f"{name[:-1]}{old}"]
        for name in base
        if name[-1] == "1"
        for new, old in order.items()
    }
    items = {**base, **moved}
    image = opened(tmp_path, (5, 3, 2, 4), **items)
    names = [axis.name for axis in image.coordinates.axes()]
    assert names == ["Right Ascension", "Frequency", "Stokes", "Declination"]
    plain = open_path(make(tmp_path, base, (2, 3, 4, 5)))
    ra, dec, frequency, stokes = 1.0, 2.0, 0.0, 1.0
    wanted = plain.coordinates.toworld([stokes, frequency, dec, ra])
    pixel = {1: ra, 2: dec, 3: frequency, 4: stokes}
    by_axis = dict(zip((4, 3, 2, 1), wanted, strict=True))
    axes = (4, 3, 2, 1)
    got = image.coordinates.toworld([pixel[order[axis]] for axis in axes])
    assert got == pytest.approx([by_axis[order[axis]] for axis in axes], rel=1e-14)


@pytest.mark.parametrize(
    ("kind", "slope"),
    [("VELO-LSR", -REST / C), ("FELO-LSR", -REST / C / (1 + 1100 / C) ** 2)],
)
def test_velocities_are_linear_in_frequency(tmp_path: Path, kind: str, slope: float) -> None:
    items = {**SKY, **FREQUENCY, "ctype3": kind, "crval3": 1100.0, "cdelt3": -5.0}
    system = opened(tmp_path, **items).coordinates
    first, last = (system.toworld([channel, 2, 3])[0] for channel in (0.0, 4.0))
    assert last - first == pytest.approx(4 * -5.0 * slope, rel=1e-9)
    assert system.dict()["spectral1"]["system"] == "LSRK"


@pytest.mark.parametrize(
    ("names", "system"),
    [
        (("ELON", "ELAT"), "ECLIPTIC"),
        (("SLON", "SLAT"), "SUPERGAL"),
        (("GLON", "GLAT"), "GALACTIC"),
    ],
)
def test_frames_that_casacore_takes_for_equatorial(
    tmp_path: Path, names: tuple[str, str], system: str
) -> None:
    items = {**SKY, "ctype1": f"{names[0]}-CAR", "ctype2": f"{names[1]}-CAR"}
    assert opened(tmp_path, (6, 8), **items).coordinates["direction"].get_frame() == system


def test_icrs_is_known_by_an_item_of_its_own(tmp_path: Path) -> None:
    image = opened(tmp_path, (6, 8), **SKY, radesys="ICRS")
    assert image.coordinates["direction"].get_frame() == "ICRS"
    assert image.miscinfo == {}


@pytest.mark.parametrize(("tag", "frame"), [("BAR", "BARY"), ("TOP", "TOPO"), ("CMB", "CMB")])
def test_frames_of_velocity_that_casacore_takes_for_the_observers(
    tmp_path: Path, tag: str, frame: str
) -> None:
    image = opened(tmp_path, **{**SKY, **FREQUENCY, "ctype3": f"FREQ-{tag}"})
    assert image.coordinates.dict()["spectral1"]["system"] == frame


def test_unknown_frame_of_velocity_is_undefined(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="the velocity frame 'XYZ' is not known"):
        image = opened(tmp_path, **{**SKY, **FREQUENCY, "ctype3": "FREQ-XYZ"})
    assert image.coordinates.dict()["spectral1"]["system"] == "Undefined"


def test_frequency_without_frame_is_barycentric_with_a_remark(tmp_path: Path) -> None:
    image = opened(tmp_path, **{**SKY, **FREQUENCY, "ctype3": "FREQ"})
    assert image.remarks == ("FREQ names no velocity frame, that of the barycentre is assumed",)


def test_sky_is_turned_by_llrot(tmp_path: Path) -> None:
    image = opened(tmp_path, (6, 8), **SKY, llrot=0.3)
    latitude, longitude = image.coordinates.toworld([3.0, 3.0])  # one pixel above the reference
    east = (longitude - 1.25) * np.cos(-0.6)
    assert east == pytest.approx(-1e-4 * np.sin(0.3), rel=1e-3)
    assert latitude + 0.6 == pytest.approx(1e-4 * np.cos(0.3), rel=1e-3)
    assert image.miscinfo == {}


def test_other_axes_are_linear(tmp_path: Path) -> None:
    items: dict[str, Any] = {
        "ctype3": "PIXEL",
        "crval3": 5.0,
        "cdelt3": 2.0,
        "crpix3": 1.0,
        "cunit3": "m",
    }
    image = opened(tmp_path, **SKY, **items)
    assert image.coordinates.toworld([3.0, 2.0, 3.0])[0] == 11.0
    first = image.coordinates.axes()[0]
    assert (first.name, first.unit) == ("PIXEL", "m")
    assert image.remarks == ()


def test_many_axes(tmp_path: Path) -> None:
    axes: dict[str, Any] = {}
    for n in range(1, 13):
        axes |= {f"ctype{n}": f"axis{n}", f"cdelt{n}": float(n), f"crpix{n}": 1.0, f"crval{n}": 0.0}
    image = opened(tmp_path, (1, 2) * 6, **axes)
    assert image.coordinates.toworld([1.0] * 12) == [float(n) for n in range(12, 0, -1)]


def test_image_without_coordinates(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="no item describes the axes, they count pixels from 1"):
        image = opened(tmp_path, (6, 8))
    assert image.coordinates.toworld([2.0, 3.0]) == [3.0, 4.0]


FALLBACKS: dict[str, tuple[dict[str, Any], str, str]] = {
    "RA alone": ({"ctype2": "OTHER"}, "no longitude and latitude that belong", "linear"),
    "two projections": ({"ctype2": "DEC--TAN"}, "no longitude and latitude that belong", "linear"),
    "unknown projection": ({"ctype1": "RA---XXX", "ctype2": "DEC--XXX"}, "XXX", "linear"),
    "other epoch": ({"epoch": 1975.0}, "equinox 1975.0 is not supported", "linear"),
    "beyond the pole": ({"crval2": 2.0}, "reference latitude", "linear"),
    "NCP on the equator": (
        {"ctype1": "RA---NCP", "ctype2": "DEC--NCP", "crval2": 0.0}, "NCP", "linear"
    ),
    "no rest frequency": (
        {"ctype3": "VELO-LSR", "restfreq": None}, "needs a rest frequency", "direction"
    ),
    "Stokes twice": (
        {"ctype3": "STOKES", "crval3": 1.0, "cdelt3": 0.1}, "not all different", "direction"
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", FALLBACKS)
def test_axes_that_cannot_be_understood_are_linear_with_a_warning(
    tmp_path: Path, case: str
) -> None:
    items, message, kind = FALLBACKS[case]
    path = make(tmp_path, {**SKY, **FREQUENCY, **items})
    with pytest.warns(UserWarning, match=message):
        image = open_path(path)
    assert "linear" in image.coordinates.get_names()
    assert ("direction" in image.coordinates.get_names()) == (kind == "direction")
    assert any(message in remark for remark in image.remarks)
