"""Regridded pixels against those of casacore, bit for bit where it is exact."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

import jupimage
from jupimage.coordinates import coordinatesystem
from jupimage.coordinates.frames import convert
from jupimage.coordinates.record import assemble, direction_record
from tests.conftest import Oracle
from tests.images.regridcases import (
    PARAMETERS,
    TOLERANCE,
    assert_same,
    both,
    observed,
    other_system,
    sky,
    system,
)

METHODS = list(TOLERANCE)
IMAGES = [
    ("d", (45, 37)),
    ("fd", (12, 33, 31)),
    ("fds", (9, 17, 31, 3)),
    ("dsf", (17, 31, 2, 9)),
    ("df", (32, 35, 11)),
    ("ld", (9, 15, 17)),
    ("td", (9, 15, 14)),
    ("Td", (9, 15, 14)),
    ("d2", (14, 12, 10, 9)),
    ("2d", (11, 9, 13, 12)),
    ("lt", (9, 8)),
    ("t", (20,)),
]


def seed_of(*words: Any) -> int:
    return sum(map(ord, "".join(map(str, words))))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("kinds", "shape"), IMAGES, ids=lambda value: str(value))
def test_all_axes(oracle: Oracle, kinds: str, shape: tuple[int, ...], method: str) -> None:
    rng = np.random.default_rng(seed_of(kinds, method))
    for decimate, masked in ((0, False), (10, True), (3, True), (-5, True)):
        old = system(rng, kinds, shape)
        values = rng.normal(size=shape).astype(np.float32)
        mask = rng.random(shape) < 0.02 if masked else ()
        new = other_system(rng, old)
        ours, theirs = both(
            oracle, values, old, new, mask=mask, interpolation=method, decimate=decimate
        )
        assert_same(ours, theirs, rtol=TOLERANCE[method])


@pytest.mark.parametrize("decimate", [0, 10])
@pytest.mark.parametrize("projection", PARAMETERS)
def test_projection(oracle: Oracle, projection: str, decimate: int) -> None:
    rng = np.random.default_rng(seed_of(projection, decimate))
    shape = (38, 41)
    old = coordinatesystem(assemble([("direction", sky(rng, shape[::-1], projection), (0, 1))]))
    new = other_system(rng, old, str(rng.choice(["SIN", "TAN", "ZEA", "SFL", "AIT"])))
    values = rng.normal(size=shape).astype(np.float32)
    for method in METHODS:
        ours, theirs = both(oracle, values, old, new, interpolation=method, decimate=decimate)
        assert_same(ours, theirs, rtol=TOLERANCE[method])


@pytest.mark.parametrize(
    "axes",
    [0, 1, (2,), [0, 3], [3, 0], [2, 0], [0, 2], [1, 0], [0, 1, 2, 3], np.array([2, 3]), [1, 2]],
    ids=str,
)
def test_some_axes(oracle: Oracle, axes: Any) -> None:
    rng = np.random.default_rng(7)
    shape = (9, 17, 31, 3)
    old = system(rng, "fds", shape)
    new = other_system(rng, old)
    values, mask = rng.normal(size=shape).astype(np.float32), rng.random(shape) < 0.02
    assert_same(*both(oracle, values, old, new, axes, mask=mask))


@pytest.mark.parametrize("axes", [[0], [2], [3], [2, 3, 0, 1], [2, 3, 1], [1, 0, 2, 3]], ids=str)
def test_linear_axes_that_hang_together(oracle: Oracle, axes: list[int]) -> None:
    rng = np.random.default_rng(8)
    shape = (14, 12, 10, 9)
    old = system(rng, "d2", shape)
    new = other_system(rng, old)
    values, mask = rng.normal(size=shape).astype(np.float32), rng.random(shape) < 0.02
    ours, theirs = both(oracle, values, old, new, axes, mask=mask, interpolation="cubic")
    assert_same(ours, theirs, rtol=5e-7)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "outshape",
    [(5, 20, 31, 3), (9, 1, 31, 3), (9, 17, 1, 3), (40, 10, 10, 3), (9, 17, 31, -1), [5, 6, 7, -1]],
    ids=str,
)
def test_outshape(oracle: Oracle, outshape: Any, method: str) -> None:
    rng = np.random.default_rng(9)
    shape = (9, 17, 31, 3)
    old = system(rng, "fds", shape)
    values = rng.normal(size=shape).astype(np.float32)
    ours, theirs = both(
        oracle, values, old, other_system(rng, old), outshape=outshape, interpolation=method,
        decimate=0,
    )  # fmt: skip
    assert_same(ours, theirs, rtol=TOLERANCE[method])


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("outshape", [(20, 40, 50), (4, 9, 13), (9, 17, 31), (1, 30, 8)], ids=str)
def test_replicate(oracle: Oracle, outshape: tuple[int, ...], method: str) -> None:
    rng = np.random.default_rng(10)
    shape = (1, 17, 31) if outshape[0] == 1 else (9, 17, 31)
    old = system(rng, "fd", shape)
    values, mask = rng.normal(size=shape).astype(np.float32), rng.random(shape) < 0.02
    ours, theirs = both(
        oracle, values, old, other_system(rng, old), mask=mask, outshape=outshape,
        interpolation=method, replicate=True,
    )  # fmt: skip
    assert_same(ours, theirs, rtol=TOLERANCE[method])


def patch(frame: str, projection: str, centre: Any) -> coordinatesystem:
    record = direction_record(
        crval=centre, cdelt=(-1 / 60, 1 / 60), crpix=(32, 30), units=("deg", "deg"),
        system=frame, projection=projection, parameters=PARAMETERS[projection],
    )  # fmt: skip
    return coordinatesystem(assemble([("direction", record, (0, 1))], observed()))


# casacore's conversions differ from astropy's by so many seconds of arc.
FRAMES = {
    ("J2000", "GALACTIC"): 0.5, ("GALACTIC", "J2000"): 0.5, ("J2000", "B1950"): 0.25,
    ("J2000", "ICRS"): 0.06, ("ICRS", "ECLIPTIC"): 0.06, ("SUPERGAL", "J2000"): 0.5,
    ("B1950", "GALACTIC"): 0.75,
}  # fmt: skip


@pytest.mark.parametrize("method", ["linear", "cubic"])
@pytest.mark.parametrize("frames", FRAMES, ids=lambda pair: "-".join(pair))
def test_sky_frames(oracle: Oracle, frames: tuple[str, str], method: str) -> None:
    rng = np.random.default_rng(seed_of(frames))
    values = gaussian_filter(rng.normal(size=(60, 64)), 4).astype(np.float32)
    centre = np.array([[200.0, 30.0]])
    old, new = (
        patch(frames[0], "TAN", centre[0]),
        patch(frames[1], "SIN", convert(centre, *frames)[0]),
    )
    for decimate in (0, 10):
        ours, theirs = both(oracle, values, old, new, interpolation=method, decimate=decimate)
        steepest = max(np.abs(np.diff(values, axis=axis)).max() for axis in (0, 1))
        # pixels at the very edge are in for one and out for the other
        inside = (ours != 0) & (theirs != 0)
        assert (inside == (theirs != 0)).mean() > 0.99
        miss = 2 * steepest * FRAMES[frames] / 60
        np.testing.assert_allclose(ours[inside], theirs[inside], rtol=0, atol=miss)
    apart = patch(frames[1], "SIN", centre[0] + 0.05)
    ours, theirs = both(oracle, values, old, apart, interpolation=method, refchange=False)
    assert_same(ours, theirs, rtol=TOLERANCE[method])


@pytest.mark.parametrize("step", [2.0, 2.6, 4.0])
@pytest.mark.parametrize("projections", [("SIN", "ZEA"), ("ZEA", "SIN"), ("TAN", "AIT")], ids=str)
def test_pixels_off_the_sky(oracle: Oracle, projections: tuple[str, str], step: float) -> None:
    """They are 0 and the others are computed.

    casacore does so only where the sky frames differ; between equal ones a single pixel that is
    nowhere makes it give up the whole plane.
    """
    rng = np.random.default_rng(22)

    def field(projection: str, size: float, frame: str) -> coordinatesystem:
        latitude = 0.0 if projection == "AIT" else 30.0
        record = direction_record(
            crval=(40.0, latitude), cdelt=(-size, size), crpix=(30, 30), units=("deg", "deg"),
            projection=projection, parameters=PARAMETERS[projection], system=frame,
        )  # fmt: skip
        return coordinatesystem(assemble([("direction", record, (0, 1))]))

    old, new = field(projections[0], 1.5, "J2000"), field(projections[1], step, "ICRS")
    values = gaussian_filter(rng.normal(size=(60, 61)), 2).astype(np.float32)
    for decimate in (0, 10):
        ours, theirs = both(oracle, values, old, new, decimate=decimate)
        assert ((ours == 0) == (theirs == 0)).mean() > 0.999
        assert 0.01 < (theirs == 0).mean() < 0.99
        np.testing.assert_allclose(ours, theirs, atol=1e-4)
    same = field(projections[1], step, "J2000")
    made = jupimage.image("", values=values, coordsys=old).regrid((), same, decimate=0).getdata()
    pixels = np.moveaxis(np.indices(made.shape), 0, -1).reshape(-1, 2)
    back = old.topixel(same.toworld(pixels)).reshape(*made.shape, 2)
    inside = ((back > 0) & (back < np.array(made.shape) - 1)).all(axis=-1)
    assert inside.any()
    assert made[inside].all()
    assert not made[np.isnan(back[..., 0])].any()


@pytest.mark.parametrize("target", ["LSRK", "BARY", "TOPO"])
@pytest.mark.parametrize(
    "source", ["LSRK", "BARY", "TOPO", "GEO", "LSRD", "GALACTO", "CMB", "LGROUP"]
)
def test_velocity_frames(oracle: Oracle, source: str, target: str) -> None:
    rng = np.random.default_rng(11)
    shape = (40, 5, 4)
    old = system(rng, "fd", shape)
    axis = old.dict()["spectral1"]
    axis["system"] = axis["conversion"]["system"] = source
    new = other_system(rng, old)
    axis = new.dict()["spectral1"]
    axis["system"] = axis["conversion"]["system"] = target
    values = gaussian_filter(rng.normal(size=shape), (2, 0, 0)).astype(np.float32)
    ours, theirs = both(oracle, values, old, new, [0])
    assert_same(ours, theirs, rtol=0.0 if source == target else 1e-4)
    assert_same(*both(oracle, values, old, new, [0], refchange=False))


def test_rest_frequencies_are_not_converted(oracle: Oracle) -> None:
    rng = np.random.default_rng(12)
    old = system(rng, "fd", (10, 5, 4))
    new = other_system(rng, old)
    axis = new.dict()["spectral1"]
    axis["system"] = axis["conversion"]["system"] = "REST"
    values = rng.normal(size=(10, 5, 4)).astype(np.float32)
    with pytest.warns(UserWarning, match="'REST' and 'LSRK' cannot be converted"):
        ours, theirs = both(oracle, values, old, new, [0])
    assert_same(ours, theirs)


@pytest.mark.parametrize("key", ["crpix", "crval", "cdelt", "pc"])
@pytest.mark.parametrize("kind", ["direction", "spectral", "linear", "tabular"])
def test_what_counts_as_no_change(oracle: Oracle, kind: str, key: str) -> None:
    rng = np.random.default_rng(13)
    shape = (12, 9, 8)
    old = system(rng, {"direction": "fd", "spectral": "fd", "linear": "ld"}.get(kind, "td"), shape)
    values, mask = rng.normal(size=shape).astype(np.float32), rng.random(shape) < 0.1
    name = next(name for name in old.dict() if name.startswith(kind))
    for change in (3e-7, 1e-5):
        new = copy.deepcopy(old.dict())
        part = new[name]["wcs"] if kind == "spectral" else new[name]
        part[key] = part[key] * (1 + change)
        ours, theirs = both(
            oracle, values, old, coordinatesystem(new), [2] if kind == "direction" else [0],
            mask=mask, decimate=0,
        )  # fmt: skip
        np.testing.assert_array_equal(ours == values, theirs == values)


@pytest.mark.parametrize("force", [False, True], ids=["copied", "forced"])
def test_same_coordinates(oracle: Oracle, force: bool) -> None:
    rng = np.random.default_rng(14)
    shape = (6, 31, 30)
    old = system(rng, "fd", shape)
    values, mask = rng.normal(size=shape).astype(np.float32), rng.random(shape) < 0.1
    for method in METHODS:
        ours, theirs = both(
            oracle, values, old, old, mask=mask if not force else (), forceregrid=force,
            interpolation=method,
        )  # fmt: skip
        assert_same(ours, theirs, rtol=TOLERANCE[method] if force else 0.0)


@pytest.mark.parametrize("shift", [29.4, 29.6, 30.4, 31.2, -29.4, -29.6, -30.4, 1000.0])
def test_hardly_or_no_overlap(oracle: Oracle, shift: float) -> None:
    rng = np.random.default_rng(15)
    old = system(rng, "d", (31, 30))
    new = copy.deepcopy(old.dict())
    new["direction0"]["crpix"][0] -= shift
    values = rng.normal(size=(31, 30)).astype(np.float32)
    for method in METHODS:
        ours, theirs = both(
            oracle, values, old, coordinatesystem(new), interpolation=method, decimate=0
        )
        assert_same(ours, theirs, rtol=TOLERANCE[method])


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("kinds", ["d", "fd"])
def test_pixels_that_are_no_numbers(oracle: Oracle, kinds: str, method: str) -> None:
    rng = np.random.default_rng(16)
    shape = (31, 30) if kinds == "d" else (14, 7, 6)
    old = system(rng, kinds, shape)
    values = rng.normal(size=shape).astype(np.float32)
    flat = values.reshape(-1)
    for value in (np.nan, np.inf, -np.inf):
        flat[rng.integers(0, flat.size, 2)] = value
    ours, theirs = both(
        oracle, values, old, other_system(rng, old), [0], interpolation=method, decimate=0
    )
    with np.errstate(all="ignore"):
        np.testing.assert_array_equal(np.isnan(ours), np.isnan(theirs))
        np.testing.assert_array_equal(np.isinf(ours), np.isinf(theirs))
        np.testing.assert_allclose(ours, theirs, rtol=3e-5, atol=1e-6)


def test_units_are_made_equal(oracle: Oracle) -> None:
    rng = np.random.default_rng(17)
    shape = (12, 16, 15)
    old = system(rng, "ld", shape)
    new = other_system(rng, old).dict()
    line, sky = new["linear1"], new["direction0"]
    line.update(units=["m"], crval=line["crval"] * 1000, cdelt=line["cdelt"] * 1000)
    size = {"rad": 180 / np.pi, "deg": 1.0, "'": 1 / 60}[sky["units"][0]] * 3600
    sky.update(units=["arcsec"] * 2, crval=sky["crval"] * size, cdelt=sky["cdelt"] * size)
    values = rng.normal(size=shape).astype(np.float32)
    assert_same(*both(oracle, values, old, coordinatesystem(new)))


@pytest.mark.parametrize(
    "name", ["n", "NEAR", "l", "La", "Z", "zz", "cUb", "lanczos", "linear", "nearest"]
)
def test_names_of_methods(oracle: Oracle, name: str) -> None:
    rng = np.random.default_rng(18)
    old = system(rng, "fd", (4, 17, 21))
    values = rng.normal(size=(4, 17, 21)).astype(np.float32)
    ours, theirs = both(oracle, values, old, other_system(rng, old), interpolation=name)
    assert_same(ours, theirs, rtol=5e-7)


def test_jansky_per_pixel_and_file(oracle: Oracle, tmp_path: Path) -> None:
    rng = np.random.default_rng(19)
    old = system(rng, "fd", (5, 17, 21))
    values = rng.normal(size=(5, 17, 21)).astype(np.float32)
    made = jupimage.image("", values=values, coordsys=old)
    made._opened.unit = "JY/Pixel"
    made._opened.miscinfo = {"answer": 42}
    made._opened.history = ["it was made"]
    made.saveas(tmp_path / "source.img")
    new = other_system(rng, old)
    theirs_of = oracle.images.coordinates.coordinatesystem
    source = oracle.images.image(str(tmp_path / "source.img"))
    wanted = source.regrid((), theirs_of(new.dict()), outname=str(tmp_path / "theirs.img"))
    ours = jupimage.image(tmp_path / "source.img").regrid((), new, tmp_path / "ours.img")
    assert_same(ours.getdata(), wanted.getdata())
    read = oracle.images.image(str(tmp_path / "ours.img"))
    np.testing.assert_array_equal(read.getdata(), ours.getdata())
    assert read.unit() == wanted.unit() == ours.unit()
    assert read.info()["miscinfo"] == wanted.info()["miscinfo"]
    assert ours.history() == wanted.history()
    assert ours.imagetype() == wanted.imagetype() == "PagedImage"
    assert (ours.haslock(), ours.haslock(True)) == (wanted.haslock(), wanted.haslock(True))
    oracle.count(4)


def test_coordinates_of_the_result(oracle: Oracle) -> None:
    rng = np.random.default_rng(20)
    shape = (9, 17, 31, 3)
    old = system(rng, "fds", shape)
    new = other_system(rng, old)
    new.dict()["telescope"] = "VLA"
    theirs_of = oracle.images.coordinates.coordinatesystem
    values = np.zeros(shape, np.float32)
    for axes in ([0], [1], (), [0, 3]):
        ours = jupimage.image("", values=values, coordsys=old).regrid(axes, new)
        theirs = oracle.images.image("", values=values, coordsys=theirs_of(old.dict()))
        wanted = coordinatesystem(theirs.regrid(axes, theirs_of(new.dict())).coordinates().dict())
        pixels = rng.random((20, 4)) * (np.array(shape) - 1)
        np.testing.assert_allclose(
            ours.coordinates().toworld(pixels), wanted.toworld(pixels), rtol=1e-12
        )
        assert ours.coordinates().get_telescope() == wanted.get_telescope() == "ALMA"
        oracle.count()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"axes": 4}, "axes must lie in -4..3, got 4"),
        ({"axes": [0, 0]}, "axes name axis 0 twice"),
        ({"axes": [0, 1, 2, 3, 0]}, "axes name axis 0 twice"),
        ({"interpolation": ""}, "interpolation must be one of"),
        ({"interpolation": "x"}, "interpolation must be one of nearest, linear, cubic, lanczos"),
        ({"outshape": (3, 3)}, r"outshape needs 4 lengths, got \(3, 3\)"),
        ({"outshape": (9, 17, 0, 3)}, "outshape needs lengths of at least 1"),
        ({"outshape": (9, 17, 31, 2)}, "outshape must keep the length 3 of axis 3"),
        ({"outshape": (1, 17, 31, 3)}, "outshape must keep the length 9 of axis 0"),
        ({"outshape": (9, 1, 1, 3)}, "outshape needs more than a single pixel on the sky"),
        ({"axes": [1, 2], "outshape": (5, 17, 31, 3)}, "outshape must keep the length 9 of axis 0"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_both_refuse(oracle: Oracle, arguments: dict[str, Any], message: str) -> None:
    rng = np.random.default_rng(21)
    shape = (9, 17, 31, 3)
    old = system(rng, "fds", shape)
    arguments = {"axes": (), "coordsys": other_system(rng, old), "decimate": 0, **arguments}
    with pytest.raises(RuntimeError, match=message):
        jupimage.image("", shape=shape, coordsys=old).regrid(**arguments)
    theirs_of = oracle.images.coordinates.coordinatesystem
    theirs = oracle.images.image("", shape=shape, coordsys=theirs_of(old.dict()))
    arguments["coordsys"] = theirs_of(arguments["coordsys"].dict())
    with pytest.raises(RuntimeError):
        theirs.regrid(**arguments)
    oracle.count()
