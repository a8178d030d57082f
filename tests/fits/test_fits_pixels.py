"""Any box of any kind of pixels is what plain numpy makes of the same bytes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from jupimage import options
from jupimage.formats import open_path
from jupimage.lattice import Box
from tests.fits.fitsfiles import BITPIX, header, image, write


@st.composite
def shapes_and_boxes(draw: st.DrawFn) -> tuple[tuple[int, ...], Box]:
    """Draw a shape and a box in it."""
    shape = tuple(draw(st.lists(st.integers(1, 9), min_size=1, max_size=5)))
    start, stop, step = [], [], []
    for length in shape:
        a = draw(st.integers(0, length))
        start.append(a)
        stop.append(draw(st.integers(a, length)))
        step.append(draw(st.integers(1, 4)))
    return shape, Box(tuple(start), tuple(stop), tuple(step))


def stored(kind: str, shape: tuple[int, ...]) -> NDArray[Any]:
    """Return pixels of a type, some of them to be taken as blank."""
    values = np.arange(np.prod(shape)).reshape(shape) % 100
    if kind[0] == "f":
        return np.where(values % 7 == 3, np.nan, values).astype(kind)
    return values.astype(kind)


def decoded(pixels: NDArray[Any], scale: float, zero: float) -> NDArray[np.float32]:
    """Return pixels as they have to come back."""
    if pixels.dtype == np.float64:
        return (pixels * scale + zero).astype(np.float32)
    scaled = pixels.astype(np.float32) * np.float32(scale) + np.float32(zero)
    if pixels.dtype.kind != "f":
        scaled[pixels == 42] = np.nan
    return scaled


@pytest.mark.parametrize("mapped", [True, False], ids=["map", "reads"])
@pytest.mark.parametrize("kind", BITPIX)
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    case=shapes_and_boxes(),
    scaling=st.sampled_from([(1.0, 0.0), (0.5, 0.0), (1.0, -3.0), (0.1, 7.0)]),
)
def test_any_box(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    mapped: bool,
    case: tuple[tuple[int, ...], Box],
    scaling: tuple[float, float],
) -> None:
    monkeypatch.setattr(options, "map", mapped)
    shape, box = case
    pixels = stored(kind, shape)
    cards = {"BSCALE": scaling[0], "BZERO": scaling[1]} | ({} if kind[0] == "f" else {"BLANK": 42})
    opened = open_path(write(tmp_path / "a.fits", image(pixels, cards)))
    wanted = decoded(pixels, *scaling)[box.slices]
    block = opened.lattice.read(box)
    np.testing.assert_array_equal(block.values, wanted)
    np.testing.assert_array_equal(block.good, ~np.isnan(wanted))
    np.testing.assert_array_equal(opened.lattice.read(box, values=False).good, ~np.isnan(wanted))
    opened.lattice.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize(("kind", "zero"), [("i2", 2**15), ("i4", 2**31), ("i8", 2**63)])
def test_unsigned_integers(tmp_path: Path, kind: str, zero: int) -> None:
    values = np.array([[0, 1, 1000], [zero, zero + 1000, 2 * zero - 1]], object)
    pixels = (values - zero).astype(kind)
    opened = open_path(write(tmp_path / "a.fits", image(pixels, {"BSCALE": 1, "BZERO": zero})))
    got = opened.lattice.read(Box.whole((2, 3))).values
    assert got is not None
    np.testing.assert_allclose(got, values.astype(np.float32), atol=zero * 6e-8)
    assert not opened.lattice.masked


def test_signed_bytes(tmp_path: Path) -> None:
    pixels = np.array([[0, 127, 128, 255]], np.uint8)
    opened = open_path(write(tmp_path / "a.fits", image(pixels, {"BSCALE": 1, "BZERO": -128})))
    got = opened.lattice.read(Box.whole((1, 4))).values
    np.testing.assert_array_equal(got, np.array([[-128, -1, 0, 127]], np.float32))


@pytest.mark.parametrize("blank", [300, -1, 2**70])
def test_blank_that_no_pixel_can_have(tmp_path: Path, blank: int) -> None:
    pixels = np.array([[0, 127, 128, 255]], np.uint8)
    opened = open_path(write(tmp_path / "a.fits", image(pixels, {"BLANK": blank})))
    block = opened.lattice.read(Box.whole((1, 4)))
    assert block.good is not None
    assert block.good.all()
    np.testing.assert_array_equal(block.values, pixels.astype(np.float32))


def test_large_reads_agree_on_any_number_of_threads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pixels = np.random.default_rng(0).integers(-3000, 3000, (9, 700, 800), np.int16)
    path = write(tmp_path / "a.fits", image(pixels, {"BSCALE": 0.1, "BZERO": 3.0, "BLANK": 5}))
    blocks = []
    for threads in (1, 4):
        monkeypatch.setattr(options, "threads", threads)
        blocks.append(open_path(path).lattice.read(Box.whole(pixels.shape)))
    np.testing.assert_array_equal(blocks[0].values, blocks[1].values)
    np.testing.assert_array_equal(blocks[0].good, pixels != 5)
    np.testing.assert_array_equal(blocks[1].good, pixels != 5)


def test_opening_reads_no_pixel(tmp_path: Path) -> None:
    path = tmp_path / "a.fits"
    wanted = {"NAXIS1": 100_000, "NAXIS2": 100_000}
    path.write_bytes(header({"SIMPLE": True, "BITPIX": -32, "NAXIS": 2, **wanted}))
    with path.open("r+b") as file:
        file.truncate(2880 + 4 * 10**10)  # a hole: 40 GB that take no room
    opened = open_path(str(path))
    assert opened.lattice.shape == (100_000, 100_000)
    block = opened.lattice.read(Box((0, 0), (100_000, 1), (50_000, 1)))
    np.testing.assert_array_equal(block.values, np.zeros((2, 1), np.float32))
