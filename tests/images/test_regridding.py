"""What `regrid` does beyond the reference, and what it refuses."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io.fits import Header
from astropy.wcs import WCS

from jupimage import image, options
from jupimage.coordinates import coordinatesystem, default_system
from jupimage.coordinates.record import assemble, direction_record, observation, spectral_record
from jupimage.errors import (
    ArgumentError,
    CancelledError,
    CoordinateError,
    DataTypeError,
    FormatError,
    ImageError,
    ShapeError,
)
from jupimage.lattice import Box
from tests.images.regridcases import other_system, system


@pytest.fixture(autouse=True)
def settings() -> Iterator[None]:
    threads = options.threads
    yield
    options.threads = threads


def shifted(shape: tuple[int, ...], *, pixels: float = 0.0, channels: float = 0.0) -> Any:
    """Return default coordinates, moved."""
    new = default_system(shape)
    for name, part in new.dict().items():
        if name.startswith("direction"):
            part["crpix"] = part["crpix"] + pixels
        elif name.startswith("spectral"):
            part["wcs"]["crpix"] += channels
    return new


def test_mask_tells_what_could_not_be_computed() -> None:
    values = np.arange(300.0, dtype=np.float32).reshape(15, 20)
    bad = np.zeros(values.shape, bool)
    bad[7, 9] = True
    im = image("", values=values, mask=bad)
    plain = im.regrid((), shifted((15, 20), pixels=4.5), decimate=0)
    masked = im.regrid((), shifted((15, 20), pixels=4.5), decimate=0, mask=True)
    np.testing.assert_array_equal(plain.getdata(), masked.getdata())
    assert not plain.getmask().any()
    wanted = np.zeros(values.shape, bool)
    wanted[:4] = wanted[:, :4] = True  # beyond a pixel outside nothing can be computed
    wanted[11:13, 13:15] = True  # the bad one is among the four
    np.testing.assert_array_equal(masked.getmask(), wanted)


@pytest.mark.parametrize("method", ["nearest", "linear", "cubic", "lanczos"])
def test_masked_channels_do_not_leak(method: str) -> None:
    rng = np.random.default_rng(1)
    shape = (12, 3, 4)
    values = rng.normal(size=shape).astype(np.float32)
    bad = np.zeros(shape, bool)
    bad[5, 1, 2] = bad[0, 0, 0] = True
    results = []
    for fill in (1e30, -7.0, np.nan):
        values[bad] = fill
        made = image("", values=values, mask=bad).regrid(
            [0], shifted(shape, channels=0.25), interpolation=method, mask=True
        )
        results.append(made.get())
    for other in results[1:]:
        np.testing.assert_array_equal(results[0].mask, other.mask)
        np.testing.assert_array_equal(results[0].filled(0), other.filled(0))
    mask = np.asarray(results[0].mask)
    assert mask[:, 1, 2].sum() == (1 if method == "nearest" else 2)
    assert not mask[:, 2, 3].any()
    plain = image("", values=values, mask=bad).regrid(
        [0], shifted(shape, channels=0.25), interpolation=method
    )
    assert np.isnan(plain.getdata()).any()  # as in the reference


def test_spline_past_bad_channels_is_that_of_the_line_between_its_neighbours() -> None:
    values = np.linspace(0, 11, 12, dtype=np.float32)
    bad = np.zeros(12, bool)
    bad[[4, 5, 8]] = True
    values[bad] = 99.0
    made = image("", values=values, mask=bad).regrid(
        0, shifted((12,), channels=0.5), interpolation="cubic", mask=True
    )
    result = made.get()
    np.testing.assert_allclose(result.compressed(), (np.arange(12) - 0.5)[~result.mask], atol=1e-6)
    np.testing.assert_array_equal(np.flatnonzero(result.mask), [4, 5, 6, 8, 9])


def test_channels_outside_are_masked() -> None:
    im = image("", values=np.arange(6.0, dtype=np.float32))
    made = im.regrid(0, shifted((6,), channels=2.0), mask=True).get()
    np.testing.assert_array_equal(made.mask, [True, True, False, False, False, False])
    np.testing.assert_array_equal(made.compressed(), [0, 1, 2, 3])


def test_two_passes_with_mask() -> None:
    rng = np.random.default_rng(2)
    shape = (9, 30, 31)
    values, bad = rng.normal(size=shape).astype(np.float32), rng.random(shape) < 0.05
    new = shifted(shape, pixels=0.5, channels=0.5)
    masked = image("", values=values, mask=bad).regrid((), new, mask=True, decimate=0).get()
    noisy = np.where(bad, 1e20, values).astype(np.float32)
    again = image("", values=noisy, mask=bad).regrid((), new, mask=True, decimate=0).get()
    np.testing.assert_array_equal(masked.mask, again.mask)
    np.testing.assert_array_equal(masked.filled(0), again.filled(0))
    spoiled = bad[:-1] | bad[1:]
    spoiled = spoiled[:, :-1] | spoiled[:, 1:]
    spoiled = spoiled[:, :, :-1] | spoiled[:, :, 1:]
    np.testing.assert_array_equal(np.asarray(masked.mask)[1:, 1:, 1:], spoiled)


@pytest.mark.parametrize("method", ["nearest", "linear", "cubic", "lanczos"])
@pytest.mark.parametrize("kind", ["float64", "complex64", "complex128"])
def test_other_pixel_types(kind: str, method: str) -> None:
    rng = np.random.default_rng(3)
    shape = (8, 25, 26)
    values = rng.normal(size=shape).astype(kind)
    if kind.startswith("complex"):
        values = values + (1j * rng.normal(size=shape)).astype(kind)
    values = values.astype(np.complex64).astype(kind) if "complex" in kind else values
    old = system(rng, "fd", shape)
    arguments: dict[str, Any] = {
        "coordsys": other_system(rng, old), "interpolation": method, "decimate": 5
    }  # fmt: skip
    made = image("", values=values, coordsys=old).regrid((), **arguments)
    assert made.dtype == values.dtype
    single = [
        image("", values=part.astype(np.float32), coordsys=old).regrid((), **arguments).getdata()
        for part in (values.real, values.imag)
    ]
    size = np.abs(single[0]).max()
    if method != "nearest":  # elsewhere ties depend on the precision of positions
        np.testing.assert_allclose(made.getdata().real, single[0], atol=2e-5 * size)
        np.testing.assert_allclose(made.getdata().imag, single[1], atol=2e-5 * size)
    if kind == "complex64":
        np.testing.assert_array_equal(made.getdata().real, single[0])
        np.testing.assert_array_equal(made.getdata().imag, single[1])


def test_doubles_keep_their_digits() -> None:
    values = 1e9 + np.linspace(0, 1, 40)
    made = image("", values=values).regrid(0, shifted((40,), channels=0.3))
    np.testing.assert_allclose(
        made.getdata()[1:-1], 1e9 + (np.arange(40) - 0.3)[1:-1] / 39, rtol=1e-15
    )


def test_axes_count_from_the_end_too() -> None:
    rng = np.random.default_rng(4)
    old = system(rng, "fd", (6, 15, 16))
    new = other_system(rng, old)
    im = image("", values=rng.normal(size=(6, 15, 16)).astype(np.float32), coordsys=old)
    for negative, positive in ((-3, 0), ([-1], 2), ([-2, 0], [1, 0]), (np.int64(-3), 0)):
        np.testing.assert_array_equal(
            im.regrid(negative, new).getdata(), im.regrid(positive, new).getdata()
        )


@pytest.mark.parametrize("axes", [[1], [0, 1]], ids=str)
def test_only_stokes_axes_give_a_copy(axes: list[int]) -> None:
    values = np.arange(4.0 * 30).reshape(1, 4, 5, 6).astype(np.float32)
    im = image("", values=values, mask=values == 3)
    assert im.coordinates().get_names() == ["spectral", "stokes", "direction"]
    made = im.regrid(axes, im.coordinates())
    np.testing.assert_array_equal(made.getdata(), values)
    assert not made.getmask().any()
    made = im.regrid(axes, im.coordinates(), mask=True)
    np.testing.assert_array_equal(made.getmask(), values == 3)
    made.putdata(np.float32(9), (0, 0, 0, 0))
    assert im.getdata()[0, 0, 0, 0] == 0


def test_spectrum_without_sky_telescope_or_date() -> None:
    axis = spectral_record(crval=1e9, cdelt=1e6)
    old = coordinatesystem(assemble([("spectral", axis, (0,))], observation()))
    new = copy.deepcopy(old.dict())
    new["spectral0"]["wcs"]["crpix"] = 0.5
    im = image("", values=np.arange(5.0), coordsys=old)
    made = im.regrid(0, coordinatesystem(new)).getdata()
    np.testing.assert_allclose(made, [0, 0.5, 1.5, 2.5, 3.5])
    new["spectral0"]["system"] = new["spectral0"]["conversion"]["system"] = "BARY"
    with pytest.raises(CoordinateError, match="from BARY to LSRK the image needs a direction"):
        im.regrid(0, coordinatesystem(new))
    assert im.regrid(0, coordinatesystem(new), refchange=False).size == 5


def test_velocity_frame_needs_a_known_telescope() -> None:
    old = default_system((5, 6, 7))
    old.dict()["telescope"] = "MY GARDEN"
    del old.dict()["telescopeposition"]
    new = old.copy()
    new.dict()["spectral1"]["system"] = new.dict()["spectral1"]["conversion"]["system"] = "TOPO"
    with pytest.raises(CoordinateError, match=r"TOPO to LSRK .* telescope .* got 'MY GARDEN'"):
        image("", shape=(5, 6, 7), coordsys=old).regrid(0, new)


def gaussian(shape: tuple[int, int], width: float) -> Any:
    y, x = np.indices(shape)
    return np.exp(-((y - shape[0] / 2) ** 2 + (x - shape[1] / 2) ** 2) / (2 * width**2))


def per_pixel(values: Any, coordsys: Any) -> image:
    made = image("", values=values, coordsys=coordsys)
    made._opened.unit = "Jy/pixel"
    return made


@pytest.mark.parametrize("step", [0.4, 1.0, 2.7, 5.0])
@pytest.mark.parametrize("method", ["nearest", "linear", "cubic"])
def test_conserved_sum(step: float, method: str) -> None:
    values = gaussian((80, 90), 3.0)
    old = default_system(values.shape)
    new = old.dict().copy()
    shape = tuple(int(n / step) + 4 for n in values.shape)
    new["direction0"] = direction_record(
        crval=(0.3, 0.4), cdelt=(-step, step), crpix=(shape[1] / 2 + 0.2, shape[0] / 2),
        pc=[[0.9, -0.1], [0.2, 0.95]], units=("'", "'"), projection="TAN", parameters=(),
    )  # fmt: skip
    im = per_pixel(values, old)
    made = im.regrid(
        (), coordinatesystem(new), outshape=shape, conserve=True, interpolation=method, decimate=0
    )
    tolerance = 3e-2 if method == "nearest" else 2e-3
    assert made.getdata().sum() == pytest.approx(values.sum(), rel=tolerance)
    assert made.unit() == "Jy/pixel"


def test_conserving_needs_a_unit_per_pixel() -> None:
    im = image("", shape=(20, 20))
    with pytest.raises(ArgumentError, match="conserve=True needs an image in Jy/pixel"):
        im.regrid((), im.coordinates(), conserve=True)


def test_exact_coordinates() -> None:
    """Over a wide field the coarse grid misses by much of a pixel, exact positions do not."""
    shape = (120, 120)
    record = direction_record(
        crval=(30.0, 60.0), cdelt=(-0.5, 0.5), crpix=(60, 60), units=("deg", "deg"),
        projection="TAN", parameters=(),
    )  # fmt: skip
    old = coordinatesystem(assemble([("direction", record, (0, 1))]))
    new = coordinatesystem(assemble([("direction", {**record, "projection": "ZEA"}, (0, 1))]))
    y, x = np.indices(shape)
    im = image("", values=(x + 2 * y).astype(float), coordsys=old)
    pixels = np.stack([y, x], axis=-1).reshape(-1, 2)
    wanted = old.topixel(new.toworld(pixels)) @ [2.0, 1.0]
    inside = (im.regrid((), new, decimate=0).getdata() != 0).ravel()
    assert inside.mean() > 0.8
    exact = im.regrid((), new, decimate=0).getdata().ravel()
    coarse = im.regrid((), new, decimate=30).getdata().ravel()
    np.testing.assert_allclose(exact[inside], wanted[inside], atol=1e-8)
    assert np.abs(coarse[inside] - wanted[inside]).max() > 0.1


def test_no_rows_are_lost_at_the_upper_edges() -> None:
    rng = np.random.default_rng(5)
    for n in (58, 64, 109, 119):
        im = image("", values=rng.normal(size=(n, n)).astype(np.float32))
        new = shifted((n, n), pixels=0.25)
        made = [im.regrid((), new, decimate=decimate).getdata() for decimate in (0, 10)]
        np.testing.assert_allclose(made[0], made[1], atol=1e-6)


def test_plan_warns_of_planes_that_the_coarse_grid_loses() -> None:
    im = image("", values=np.ones((25, 25), np.float32))
    plan = im.plan_regrid((), shifted((25, 25), pixels=0.25))
    assert "too small for decimate=10" in str(plan)
    assert not im.regrid((), shifted((25, 25), pixels=0.25)).getdata().any()
    assert im.regrid((), shifted((25, 25), pixels=0.25), decimate=0).getdata().all()


HEADER = Header(
    {
        "NAXIS": 2, "NAXIS1": 20, "NAXIS2": 18, "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN",
        "CRVAL1": 0.02, "CRVAL2": 0.01, "CRPIX1": 9.5, "CRPIX2": 8.0, "CDELT1": -0.02,
        "CDELT2": 0.02, "CUNIT1": "deg", "CUNIT2": "deg", "RADESYS": "FK5", "EQUINOX": 2000.0,
    }
)  # fmt: skip


def templates() -> dict[str, Any]:
    wcs = WCS(HEADER)
    bare = WCS(HEADER)
    bare.array_shape = None
    made = image("", shape=(18, 20), coordsys=coordinatesystem(default_system((18, 20)).dict()))
    return {"header": HEADER, "wcs": wcs, "wcs without shape": bare, "image": made}


@pytest.mark.parametrize("name", templates())
def test_templates(name: str) -> None:
    template = templates()[name]
    rng = np.random.default_rng(6)
    im = image("", values=rng.normal(size=(3, 30, 31)).astype(np.float32))
    outshape = (3, 18, 20) if name == "wcs without shape" else ()
    made = im.regrid([1, 2], template, outshape=outshape, decimate=0)
    assert made.shape == (3, 18, 20)
    pixels = np.array([[1.0, 3.0, 4.0], [0.0, 17.0, 19.0]])
    world = made.coordinates().toworld(pixels)
    np.testing.assert_allclose(world[:, 0], im.coordinates().toworld(pixels)[:, 0])
    if name == "image":
        np.testing.assert_allclose(world[:, 1:], template.coordinates().toworld(pixels[:, 1:]))
    else:
        sky = WCS(HEADER).pixel_to_world(pixels[:, 2], pixels[:, 1])
        ours = made.wcs.pixel_to_world(*pixels.T[::-1])
        assert ours[0].separation(sky).arcsec.max() < 1e-6
    assert made.getdata()[1, 8, 9] == pytest.approx(bilinear(im.getdata()[1], *back_of(im, made)))


def back_of(im: image, made: image) -> tuple[float, float]:
    x, y, _ = im.wcs.world_to_pixel_values(*made.wcs.pixel_to_world_values(9, 8, 1))
    return float(y), float(x)


def bilinear(plane: Any, y: float, x: float) -> float:
    j, i = int(y), int(x)
    u, t = y - j, x - i
    low = plane[j, i] * (1 - t) + plane[j, i + 1] * t
    high = plane[j + 1, i] * (1 - t) + plane[j + 1, i + 1] * t
    return float(low * (1 - u) + high * u)


def test_template_image_with_other_axes() -> None:
    im = image("", values=np.ones((5, 30, 31), np.float32))
    cube = image("", shape=(7, 2, 12, 13))
    assert im.regrid([1, 2], cube).shape == (5, 12, 13)
    assert im.regrid((), cube).shape == (7, 12, 13)
    assert im.regrid([1, 2], cube, outshape=(5, 9, 9)).shape == (5, 9, 9)


def test_threads_share_no_wcs() -> None:
    """Objects of wcslib hold scratch values, and astropy shifts the arrays that it is given."""
    rng = np.random.default_rng(7)
    shape = (600, 640)
    record = direction_record(
        crval=(30.0, 60.0), cdelt=(-0.01, 0.01), crpix=(300, 300), units=("deg", "deg"),
        projection="TAN", parameters=(),
    )  # fmt: skip
    old = coordinatesystem(assemble([("direction", record, (0, 1))]))
    new = old.copy()
    new["direction"].set_referencepixel([310.3, 290.7])
    im = image("", values=rng.normal(size=shape), coordsys=old)
    options.threads = 1
    alone = im.regrid((), new, decimate=0).getdata()
    options.threads = 4
    for _ in range(3):
        np.testing.assert_array_equal(im.regrid((), new, decimate=0).getdata(), alone)
    with ThreadPoolExecutor(4) as pool:  # one image, one coordinate system, four callers
        for made in pool.map(lambda _: im.regrid((), new, decimate=0).getdata(), range(4)):
            np.testing.assert_array_equal(made, alone)
    assert new["direction"].get_referencepixel().tolist() == [310.3, 290.7]


def note(seen: list[tuple[int, int]], done: int, total: int) -> None:
    seen.append((done, total))


def test_progress_and_cancel(tmp_path: Path) -> None:
    im = image("", values=np.ones((40, 128, 128), np.float32))
    new = shifted((40, 128, 128), pixels=0.3, channels=0.3)
    for outname in ("", tmp_path / "made.img"):
        seen: list[tuple[int, int]] = []
        made = im.regrid((), new, outname, progress=partial(note, seen))
        assert made.shape == im.shape
        assert seen[-1][0] == seen[-1][1] == len(seen) > 1
    before = image(tmp_path / "made.img").getdata()
    made.unlock()
    for outname in ("", tmp_path / "made.img", tmp_path / "other.img"):
        with pytest.raises((CancelledError, FormatError)):
            im.regrid((), new, outname, cancelled=lambda: True)
    assert not (tmp_path / "other.img").exists()
    np.testing.assert_array_equal(image(tmp_path / "made.img").getdata(), before)


def test_stored_result_is_that_in_memory(tmp_path: Path) -> None:
    rng = np.random.default_rng(8)
    shape = (70, 65, 66)
    old = system(rng, "fd", shape)
    new = other_system(rng, old)
    values, bad = rng.normal(size=shape).astype(np.float32), rng.random(shape) < 0.01
    im = image(tmp_path / "source.img", values=values, mask=bad, coordsys=old)
    for method in ("linear", "cubic"):
        for axes in ((), [1, 0]):
            here = im.regrid(axes, new, interpolation=method, mask=True)
            there = im.regrid(axes, new, tmp_path / method, interpolation=method, mask=True)
            np.testing.assert_array_equal(here.getdata(), there.getdata())
            np.testing.assert_array_equal(here.getmask(), there.getmask())
            assert there.ispersistent()
            del there


def test_plan(tmp_path: Path) -> None:
    im = image("", values=np.ones((6, 30, 40), np.float32))
    plan = im.plan_regrid(
        (), shifted((6, 30, 40), pixels=0.5, channels=0.5), tmp_path / "new.img",
        outshape=(8, 50, 60), mask=True,
    )  # fmt: skip
    assert plan.shape == (8, 50, 60)
    assert plan.bytes == 8 * 50 * 60 * 5
    assert 0 < plan.seconds < 1
    assert "8 x 50 x 60 float32: 120 kB in" in str(plan)
    assert "axes 1 and 2 (direction): 30 x 40 to 50 x 60, linear" in str(plan)
    assert "axis 0 (spectral): 6 to 8 pixels, linear" in str(plan)
    assert not (tmp_path / "new.img").exists()
    with pytest.raises(AttributeError):
        plan.path = ""  # type: ignore[misc]


def test_plan_of_a_stored_image_travels(tmp_path: Path) -> None:
    rng = np.random.default_rng(9)
    shape = (6, 40, 41)
    old = system(rng, "fd", shape)
    im = image(
        tmp_path / "source.img", values=rng.normal(size=shape).astype(np.float32), coordsys=old
    )
    im.unlock()
    for decimate in (0, 5):
        plan = im.plan_regrid((), other_system(rng, old), decimate=decimate, interpolation="cubic")
        again = pickle.loads(pickle.dumps(plan.lattice))
        box = Box((1, 3, 0), (6, 30, 41), (2, 1, 5))
        np.testing.assert_array_equal(again.read(box).values, plan.lattice.read(box).values)


def broken(key: str, value: Any, name: str = "direction1") -> Any:
    new = default_system((5, 40, 3, 30)) if name == "x" else default_system((5, 30, 31))
    part = new.dict()[name]
    if key in part.get("wcs", {}):
        part["wcs"][key] = value
    else:
        part[key] = value
    return new


BAD: dict[str, tuple[dict[str, Any], type[ImageError], str]] = {
    "axes None": ({"axes": None}, DataTypeError, "axes must be an int or several, got NoneType"),
    "axes text": ({"axes": "0"}, DataTypeError, "axes must be an int or several, got str"),
    "axes float": ({"axes": [1.0]}, DataTypeError, "axes must be an int or several, got float"),
    "axes bool": ({"axes": True}, DataTypeError, "axes must be an int or several, got bool"),
    "axes too small": ({"axes": [-4]}, ArgumentError, r"axes must lie in -3\.\.2, got -4"),
    "axes twice": ({"axes": [0, -3]}, ArgumentError, "axes name axis 0 twice"),
    "coordsys None": ({"coordsys": None}, DataTypeError, "coordsys must be a coordinate system"),
    "coordsys array": ({"coordsys": np.eye(3)}, DataTypeError, "astropy WCS or a FITS header"),
    "outshape float": ({"outshape": (5, 30.0, 31)}, DataTypeError, "outshape must consist of ints"),
    "outshape text": ({"outshape": "big"}, DataTypeError, "outshape must consist of ints, got big"),
    "outshape zero": ({"outshape": (5, 0, 31)}, ShapeError, r"at least 1, got \(5, 0, 31\)"),
    "outshape huge": ({"outshape": (5, 10**6, 10**6)}, ShapeError, r"needs 20000.0 GB, there are"),
    "interpolation": ({"interpolation": "quintic"}, ArgumentError, "one of .* got 'quintic'"),
    "interpolation None": ({"interpolation": None}, ArgumentError, "one of .* got None"),
    "decimate": ({"decimate": 2.5}, DataTypeError, r"decimate must be an int .*, got 2\.5"),
    "sky frame": (
        {"coordsys": broken("system", "AZEL", "direction0")},
        CoordinateError,
        "no conversion from sky frame 'AZEL' to 'J2000'",
    ),
    "velocity frame": (
        {"coordsys": broken("system", "WARP", "spectral1")}, CoordinateError, "frame 'WARP'",
    ),
    "projection": (
        {"coordsys": broken("projection", "XYZ", "direction0")}, CoordinateError, "'XYZ'",
    ),
    "no inverse": (
        {"coordsys": broken("pc", np.ones((2, 2)), "direction0")},
        CoordinateError,
        "coordsys has a direction coordinate that cannot be used: .* cannot be inverted",
    ),
    "NaN on the sky": (
        {"coordsys": broken("crval", np.array([np.nan, 0.0]), "direction0")},
        CoordinateError,
        "coordsys has a direction coordinate that cannot be used: crval .* is not finite",
    ),
    "NaN channel": (
        {"coordsys": broken("crpix", np.nan, "spectral1")},
        CoordinateError,
        r"coordsys (has a spectral coordinate that cannot be used|gives no position)",
    ),
    "no increment": (
        {"coordsys": broken("cdelt", 0.0, "spectral1")}, CoordinateError, "cannot be inverted",
    ),
    "record": ({"coordsys": coordinatesystem({"direction0": {}})}, CoordinateError, "direction"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_input(name: str, tmp_path: Path) -> None:
    arguments, kind, message = BAD[name]
    im = image("", values=np.ones((5, 30, 31), np.float32))
    full = {"axes": (), "coordsys": shifted((5, 30, 31), pixels=1), **arguments}
    with pytest.raises(kind, match=message) as caught:
        im.regrid(**full)
    assert isinstance(caught.value, RuntimeError)
    with pytest.raises(kind, match=message):
        im.plan_regrid(**full, outname=tmp_path / "new.img" if name != "outshape huge" else "")
    assert not (tmp_path / "new.img").exists()


def test_number_of_axes_has_to_fit() -> None:
    old = default_system((5, 30, 31))
    im = image("", shape=(5, 30, 31), coordsys=old)
    strip = old.section(Box((0, 0, 3), (5, 30, 4)), drop=(2,))
    with pytest.raises(CoordinateError, match="coordsys has 1 pixel axes, that of the image 2"):
        im.regrid((), strip)
    with pytest.raises(CoordinateError, match="lost one of its axes cannot be regridded"):
        im[:, :, 3].regrid([1], strip)


def test_beams_of_planes_are_in_the_way() -> None:
    im = image("", shape=(5, 30, 31))
    im._opened.imageinfo = {"perplanebeams": {}}
    with pytest.raises(ArgumentError, match="include the spectral axis 0, along which each plane"):
        im.regrid((), im.coordinates())
    assert im.regrid([1, 2], im.coordinates()).shape == (5, 30, 31)


def test_file_that_may_not_be_replaced(tmp_path: Path) -> None:
    im = image("", values=np.ones((5, 6), np.float32))
    (tmp_path / "text").write_text("mine")
    im.saveas(tmp_path / "old.img")
    for outname, overwrite in (("text", True), ("old.img", False), ("no/such/folder", True)):
        with pytest.raises(RuntimeError):
            im.plan_regrid((), im.coordinates(), tmp_path / outname, overwrite)
        with pytest.raises(RuntimeError):
            im.regrid((), im.coordinates(), tmp_path / outname, overwrite)
    assert (tmp_path / "text").read_text() == "mine"


def test_no_overlap_is_said() -> None:
    im = image("", values=np.ones((30, 31), np.float32))
    far = shifted((30, 31), pixels=5000.0)
    assert "all new pixels lie outside the old ones" in str(im.plan_regrid((), far))
    made = im.regrid((), far, mask=True)
    assert made.getmask().all()
    assert not made.getdata().any()


MEMORY = """
    import resource, sys
    import numpy as np
    from jupimage import image
    from jupimage.coordinates import default_system

    shape = (1024, 1024, 1024)
    cube = image(sys.argv[1] + "/cube.img", shape=shape)
    cube.putdata(np.ones((1, 1024, 1024), np.float32), (3, 0, 0))
    used = int([l for l in open("/proc/self/status") if l.startswith("VmData")][0].split()[1])
    resource.setrlimit(resource.RLIMIT_DATA, (used * 1024 + 300_000_000,) * 2)
    new = default_system((16, 64, 64))
    new["direction"].set_increment([16.0, -16.0])
    new["spectral"].set_increment(2000.0)
    new["spectral"].set_referencepixel(16.0)
    new["spectral"].set_referencevalue(cube.coordinates()["spectral"].get_referencevalue() - 477e3)
    made = cube.regrid((), new, outshape=(16, 64, 64), decimate=0)
    print(made.getdata().max())
"""


def test_memory_is_bounded(tmp_path: Path) -> None:
    """A file of 4 GB, almost all of it holes, within 300 MB."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(MEMORY), str(tmp_path)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) == 1.0
