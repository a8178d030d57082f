"""Pixels in tiles, read and written in boxes of any kind, against plain numpy."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from jupimage import options
from jupimage.casatable import patches, scattered, tiledarray, tiledwriting, wholetiles
from jupimage.casatable.tiledarray import TiledArray
from jupimage.casatable.tiledcube import TiledCube
from jupimage.casatable.tiledwriting import TiledWriter
from jupimage.casatable.tilegrid import Box
from jupimage.errors import BoxError, ClosedError, DataTypeError, FormatError, ShapeError
from jupimage.files import open_storage
from tests.casatable.tiledfiles import (
    TYPES,
    boxes,
    cubes,
    full,
    own_bits,
    pixels_of,
    random_bytes,
    random_pixels,
)

# The folder is used again by each example, and each makes its file anew.
RANDOM = settings(
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(params=["map", "reads"])
def _map(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read through a map, or with ordinary reads."""
    monkeypatch.setattr(options, "map", request.param == "map")


@pytest.fixture(params=["as is", "cut up", "too large to be put together"])
def _pieces(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut small boxes up and share them among threads, as large ones are."""
    if request.param == "cut up":
        monkeypatch.setattr(tiledarray, "PIECE", 7)
        monkeypatch.setattr(tiledarray, "SHARE", 1)
        monkeypatch.setattr(tiledwriting, "PIECE", 50)
        monkeypatch.setattr(tiledwriting, "SHARE", 1)
        monkeypatch.setattr(scattered, "PIECE", 5)
        monkeypatch.setattr(patches, "LONGEST_CALL", 100)
        monkeypatch.setattr(patches, "CALL", 16)
    elif request.param != "as is":
        monkeypatch.setattr(wholetiles, "LARGEST_TILE", 20)
        monkeypatch.setattr(tiledwriting, "PIECE", 50)


def memory_of(array: NDArray[Any]) -> NDArray[Any]:
    """Return the array whose memory an array uses."""
    return array if array.base is None else memory_of(array.base)


@contextmanager
def reading(cube: TiledCube) -> Iterator[TiledArray]:
    """Open the file of a cube and read it."""
    storage = open_storage(cube.path)
    try:
        yield TiledArray(cube, storage)
    finally:
        storage.close()


@contextmanager
def writing(cube: TiledCube) -> Iterator[TiledWriter]:
    """Open the file of a cube and write it."""
    descriptor = os.open(cube.path, os.O_RDWR | getattr(os, "O_BINARY", 0))
    try:
        yield TiledWriter(cube, descriptor)
    finally:
        os.close(descriptor)


@pytest.mark.usefixtures("_map", "_pieces")
@given(data=st.data(), seed=st.integers(0, 1000))
@RANDOM
def test_any_box_reads_as_numpy_does(tmp_path: Path, data: st.DataObject, seed: int) -> None:
    path = tmp_path / "tiles"
    cube = data.draw(cubes(str(path)))
    pixels = pixels_of(cube, random_bytes(cube, path, seed))
    with reading(cube) as array:
        assert (array.shape, array.tile, array.dtype) == (cube.shape, cube.tile, cube.dtype)
        for _ in range(3):
            box = data.draw(boxes(cube.shape))
            found = array.read(box)
            assert found.dtype == pixels.dtype
            assert found.dtype.isnative
            assert found.flags.c_contiguous
            assert memory_of(found).flags.owndata
            assert found.shape == pixels[box].shape
            assert found.tobytes() == pixels[box].tobytes()


@pytest.mark.usefixtures("_pieces")
@given(data=st.data(), seed=st.integers(0, 1000))
@RANDOM
def test_any_box_is_written_as_numpy_does(tmp_path: Path, data: st.DataObject, seed: int) -> None:
    path = tmp_path / "tiles"
    cube = data.draw(cubes(str(path)))
    before = random_bytes(cube, path, seed)
    pixels = pixels_of(cube, before)
    with writing(cube) as writer:
        for number in range(3):
            box = data.draw(boxes(cube.shape))
            values = random_pixels(cube, pixels[box].shape, seed + number)
            if data.draw(st.booleans()):
                values = values[(slice(None, None, -1),) * values.ndim]
            pixels[box] = values
            writer.write(box, values)
    after = np.fromfile(path, np.uint8)
    assert after.size == before.size
    assert pixels_of(cube, after).tobytes() == pixels.tobytes()
    if cube.rows > 1:  # otherwise what is changed beside the pixels is padding
        changed = np.unpackbits(after ^ before, bitorder="little").astype(bool)
        assert not np.any(changed & ~own_bits(cube, before.size))


@given(data=st.data(), seed=st.integers(0, 1000))
@RANDOM
def test_boxes_are_read_into_parts_of_arrays(
    tmp_path: Path, data: st.DataObject, seed: int
) -> None:
    path = tmp_path / "tiles"
    cube = data.draw(cubes(str(path)))
    pixels = pixels_of(cube, random_bytes(cube, path, seed))
    box = data.draw(boxes(cube.shape))
    whole = np.zeros([2 * n + 1 for n in pixels[box].shape], cube.dtype)
    part = whole[tuple(slice(1, 2 * n + 1, 2) for n in pixels[box].shape)]
    with reading(cube) as array:
        array.read_into(box, part)
    assert part.tobytes() == pixels[box].tobytes()
    part[...] = 0
    assert not whole.any()


LARGE = (
    pytest.param((70, 300, 310), (16, 32, 64), id="padded tiles"),
    pytest.param((64, 256, 512), (16, 32, 64), id="tiles that fit"),
    pytest.param((3, 1100, 700), (3, 1100, 700), id="one tile"),
    pytest.param((60, 250, 250), (5, 25, 25), id="lines that end inside bytes"),
)


@pytest.mark.usefixtures("_map")
@pytest.mark.parametrize("kind", ["float", "Bool"])
@pytest.mark.parametrize(("shape", "tile"), LARGE)
def test_what_was_written_is_read_in_large_pieces(
    tmp_path: Path, kind: str, shape: tuple[int, ...], tile: tuple[int, ...]
) -> None:
    path = tmp_path / "tiles"
    cube = TiledCube(str(path), 0, shape, tile, kind, kind == "float")
    with open(path, "wb") as file:
        file.truncate(cube.size)
    pixels = random_pixels(cube, shape, 1)
    inner = tuple(slice(1, n - 1 or n, 1) for n in shape)
    with writing(cube) as writer, reading(cube) as array:
        writer.write(full(shape), pixels)
        assert np.array_equal(array.read(full(shape)), pixels)
        pixels[inner] = pixels[inner][..., ::-1].copy()
        writer.write(inner, pixels[inner])
        assert np.array_equal(array.read(full(shape)), pixels)
        for box in (
            (slice(1, 2, 1), *full(shape[1:])),
            (slice(0, shape[0], 1), slice(7, 8, 1), slice(9, 10, 1)),
            (slice(0, shape[0], 1), slice(7, 8, 1), slice(0, shape[2], 1)),
            (slice(0, shape[0], 1), slice(0, shape[1], 1), slice(9, 10, 1)),
            (slice(0, shape[0], 3), slice(2, shape[1], 7), slice(1, shape[2], 5)),
            (slice(0, 1, 1), slice(2, shape[1], 251), slice(1, shape[2], 97)),
            inner,
        ):
            assert np.array_equal(array.read(box), pixels[box])
            pixels[box] = ~pixels[box] if kind == "Bool" else pixels[box] + 1
            writer.write(box, pixels[box])
        assert np.array_equal(array.read(full(shape)), pixels)


@pytest.mark.parametrize("kind", TYPES)
def test_one_value_is_spread_over_a_box(tmp_path: Path, kind: str) -> None:
    cube = TiledCube(str(tmp_path / "tiles"), 0, (5, 6), (2, 4), kind, False)
    random_bytes(cube, tmp_path / "tiles", 1)
    with writing(cube) as writer, reading(cube) as array:
        writer.write(full((5, 6)), np.zeros((), cube.dtype))
        writer.write((slice(1, 5, 2), slice(2, 6, 1)), np.ones((), cube.dtype))
        expected = np.zeros((5, 6), cube.dtype)
        expected[1:5:2, 2:6] = 1
        assert np.array_equal(array.read(full((5, 6))), expected)


@pytest.mark.parametrize("kind", ["float", "Bool"])
def test_tiles_of_zeros_stay_holes(tmp_path: Path, kind: str) -> None:
    cube = TiledCube(str(tmp_path / "tiles"), 0, (32, 512, 512), (8, 32, 64), kind, False)
    with open(cube.path, "wb") as file:
        file.truncate(cube.size)
    pixels = np.zeros((32, 512, 512), cube.dtype)
    pixels[20:23, 5, 7] = 1
    with writing(cube) as writer, reading(cube) as array:
        writer.write(full(cube.shape), pixels, skip_zeros=True)
        assert np.array_equal(array.read(full(cube.shape)), pixels)
    if hasattr(os, "SEEK_DATA"):
        with open(cube.path, "rb") as file:
            start = os.lseek(file.fileno(), 0, os.SEEK_DATA)
            assert start <= int(np.flatnonzero(np.fromfile(cube.path, np.uint8))[0])
            assert os.stat(cube.path).st_blocks * 512 <= cube.size // 8


@pytest.mark.parametrize("largest", [1 << 24, 0])
def test_only_zeros_are_left_out(
    tmp_path: Path, largest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wholetiles, "LARGEST_TILE", largest)
    cube = TiledCube(str(tmp_path / "tiles"), 0, (30, 70), (8, 16), "float", True)
    (tmp_path / "tiles").write_bytes(bytes(cube.size))
    pixels = random_pixels(cube, (30, 70), 1)
    pixels[5:20, 10:50] = 0
    box = (slice(3, 29, 1), slice(1, 70, 1))
    with writing(cube) as writer, reading(cube) as array:
        writer.write(box, pixels[box], skip_zeros=True)
        assert np.array_equal(array.read(box), pixels[box])
        assert not array.read((slice(0, 3, 1), slice(0, 70, 1))).any()


def test_values_too_large_for_the_type_become_infinite(tmp_path: Path) -> None:
    cube = TiledCube(str(tmp_path / "tiles"), 0, (30, 70), (8, 16), "float", False)
    (tmp_path / "tiles").write_bytes(bytes(cube.size))
    with writing(cube) as writer, reading(cube) as array:
        for step in (1, 3, 11):
            writer.write((slice(0, 30, step), slice(1, 70, step)), 1e300)
        assert np.isinf(array.read(full(cube.shape))[:, 1:]).all()


def test_negative_zero_is_no_hole(tmp_path: Path) -> None:
    cube = TiledCube(str(tmp_path / "tiles"), 0, (64,), (32,), "double", False)
    (tmp_path / "tiles").write_bytes(bytes(cube.size))
    with writing(cube) as writer, reading(cube) as array:
        writer.write(full((64,)), np.full(64, -0.0), skip_zeros=True)
        assert np.signbit(array.read(full((64,)))).all()


@pytest.mark.parametrize(
    ("box", "message"),
    [
        pytest.param((slice(0, 4, 1),), "wanted a box of 2 axes, got 1", id="axes"),
        pytest.param(
            (slice(0, 4, 1), slice(0, 7, 1)),
            "wanted a section of 0:6 on axis 1, got 0:7:1",
            id="behind the end",
        ),
        pytest.param(
            (slice(-1, 4, 1), slice(0, 6, 1)),
            "wanted a section of 0:4 on axis 0, got -1:4:1",
            id="before the start",
        ),
        pytest.param(
            (slice(0, 4, 0), slice(0, 6, 1)),
            "wanted a section of 0:4 on axis 0, got 0:4:0",
            id="no step",
        ),
    ],
)
def test_boxes_outside_are_refused(tmp_path: Path, box: Box, message: str) -> None:
    cube = TiledCube(str(tmp_path / "tiles"), 0, (4, 6), (2, 3), "float", False)
    random_bytes(cube, tmp_path / "tiles", 1)
    with reading(cube) as array, pytest.raises(BoxError, match=message):
        array.read(box)
    with writing(cube) as writer, pytest.raises(BoxError, match=message):
        writer.write(box, 1)


def test_values_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    cube = TiledCube(str(tmp_path / "tiles"), 0, (4, 6), (2, 3), "float", False)
    before = random_bytes(cube, tmp_path / "tiles", 1)
    with writing(cube) as writer:
        with pytest.raises(ShapeError, match=r"wanted pixels of shape \(4, 6\), got \(6, 4\)"):
            writer.write(full((4, 6)), np.zeros((6, 4)))
        with pytest.raises(DataTypeError, match="wanted pixels of type float32, got complex128"):
            writer.write(full((4, 6)), 1j)
    with reading(cube) as array:
        with pytest.raises(ShapeError, match=r"wanted an array of shape \(4, 6\), got \(4, 5\)"):
            array.read_into(full((4, 6)), np.zeros((4, 5), np.float32))
        with pytest.raises(DataTypeError, match="wanted an array of float32, got float64"):
            array.read_into(full((4, 6)), np.zeros((4, 6)))
    assert np.array_equal(np.fromfile(cube.path, np.uint8), before)


@pytest.mark.usefixtures("_map")
def test_file_that_was_shortened_is_an_error(tmp_path: Path) -> None:
    cube = TiledCube(str(tmp_path / "tiles"), 0, (4, 6), (2, 3), "float", False)
    random_bytes(cube, tmp_path / "tiles", 1)
    with reading(cube) as array, writing(cube) as writer:
        os.truncate(cube.path, 50)
        with pytest.raises(FormatError, match="shortened while it was open: wanted 96 bytes"):
            array.read(full((4, 6)))
        with pytest.raises(FormatError, match="shortened while it was open: wanted 96 bytes"):
            writer.write((slice(0, 1, 1), slice(0, 1, 1)), 1)
    assert os.path.getsize(cube.path) == 50


def test_reason_of_the_system_is_given(tmp_path: Path) -> None:
    cube = TiledCube(str(tmp_path / "tiles"), 0, (4, 6), (2, 3), "float", False)
    random_bytes(cube, tmp_path / "tiles", 1)
    with open(cube.path, "rb") as file:
        writer = TiledWriter(cube, file.fileno())
        with pytest.raises(FormatError, match=r"cannot write .*tiles: [a-z]"):
            writer.write(full((4, 6)), 1)


def test_closed_file_is_not_read(tmp_path: Path) -> None:
    cube = TiledCube(str(tmp_path / "tiles"), 0, (4, 6), (2, 3), "float", False)
    pixels = pixels_of(cube, random_bytes(cube, tmp_path / "tiles", 1))
    with reading(cube) as array:
        kept = array.read(full((4, 6)))
    with pytest.raises(ClosedError, match="was closed"):
        array.read(full((4, 6)))
    assert kept.tobytes() == pixels.tobytes()
