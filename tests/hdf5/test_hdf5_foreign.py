"""Pixels that other programs laid out in their own ways are read, and written in place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from h5py import h5d, h5p, h5s, h5t

from jupimage.formats import open_path
from jupimage.lattice import Box
from tests.hdf5.hdf5files import make, pixels_of, read

SHAPE = (5, 8, 9)
PIXELS = pixels_of(SHAPE)


def contiguous(file: Any) -> None:
    file["map"] = PIXELS


def big_endian(file: Any) -> None:
    file.create_dataset("map", data=PIXELS, dtype=">f4", chunks=(2, 3, 4))


def packed(file: Any) -> None:
    file.create_dataset("map", data=PIXELS, chunks=(2, 3, 4), compression="gzip", shuffle=True)


def checked(file: Any) -> None:
    file.create_dataset("map", data=PIXELS, chunks=(2, 3, 4), fletcher32=True)


def scattered(file: Any) -> None:
    dataset = file.create_dataset("map", SHAPE, "<f4", chunks=(2, 3, 4))
    for plane in (4, 0, 2, 1, 3):
        dataset[plane] = PIXELS[plane]


def partly(file: Any) -> None:
    file.create_dataset("map", SHAPE, "<f4", chunks=(2, 3, 4))[:3, 2:5] = PIXELS[:3, 2:5]


def late(file: Any) -> None:
    file.create_dataset("map", SHAPE, "<f4")


def filled(file: Any) -> None:
    file.create_dataset("map", SHAPE, "<f4", chunks=(2, 3, 4), fillvalue=7.5)[1] = PIXELS[1]


def extendable(file: Any) -> None:
    file.create_dataset("map", data=PIXELS, chunks=(2, 3, 4), maxshape=(None, None, None))


def compact(file: Any) -> None:
    made = h5p.create(h5p.DATASET_CREATE)
    made.set_layout(h5d.COMPACT)
    dataset = h5d.create(file.id, b"map", h5t.IEEE_F32LE, h5s.create_simple(SHAPE), dcpl=made)
    dataset.write(h5s.ALL, h5s.ALL, PIXELS)


WAYS = [
    contiguous,
    big_endian,
    packed,
    checked,
    scattered,
    partly,
    late,
    filled,
    extendable,
    compact,
]


@pytest.fixture(params=WAYS, ids=lambda way: way.__name__)
def path(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    way: Callable[[Any], None] = request.param
    path = make(tmp_path / "a.h5", PIXELS, PIXELS > 0)
    with h5py.File(path, "r+") as file:
        del file["map"]
        way(file)
    return path


def by_library(path: str) -> Any:
    with h5py.File(path) as file:
        return file["map"][...]


def test_pixels_are_those_that_the_library_reads(path: str) -> None:
    values, good = read(path)
    np.testing.assert_array_equal(values, by_library(path))
    np.testing.assert_array_equal(good, PIXELS > 0)
    assert values.dtype == np.float32


@pytest.mark.parametrize(
    "box",
    [Box.whole(SHAPE), Box((1, 2, 3), (2, 3, 4)), Box((0, 1, 0), (5, 8, 9), (2, 3, 1))],
    ids=["all", "a pixel", "steps"],
)
def test_pixels_are_written_in_place(path: str, box: Box) -> None:
    wanted = by_library(path)
    one, other = open_path(path), open_path(path)
    wanted[box.slices] = new = pixels_of(box.shape, seed=3)
    one.lattice.write(box, new)  # type: ignore[attr-defined]
    for opened in (one, other):
        np.testing.assert_array_equal(read(opened)[0], wanted)
    np.testing.assert_array_equal(by_library(path), wanted)
    np.testing.assert_array_equal(read(path)[1], PIXELS > 0)


def test_an_empty_box_writes_nothing(path: str) -> None:
    wanted = by_library(path)
    opened = open_path(path)
    opened.lattice.write(Box((0, 0, 0), (0, 8, 9)), np.zeros((0, 8, 9)))  # type: ignore[attr-defined]
    np.testing.assert_array_equal(by_library(path), wanted)


def test_what_describes_the_image_is_changed_without_touching_pixels(path: str) -> None:
    wanted = by_library(path)
    opened = open_path(path)
    opened.unit = "K"
    opened.store.save(opened, ["unit"])
    opened.store.add_mask("m")
    again = open_path(path)
    assert (again.unit, again.masks) == ("K", ("m", "mask0"))
    np.testing.assert_array_equal(read(again)[0], wanted)
    np.testing.assert_array_equal(by_library(path), wanted)


def test_layout_is_told(path: str) -> None:
    opened = open_path(path)
    layout = opened.store.layout
    assert layout is not None
    with h5py.File(path) as file:
        chunks = file["map"].chunks
        is_packed = bool(file["map"].compression or file["map"].fletcher32)
    kind = "chunked HDF5" if chunks else "contiguous HDF5"
    assert layout.manager == kind + (", packed" if is_packed else "")
    assert layout.tile == chunks
    assert len(opened.lattice.tile) == 3
