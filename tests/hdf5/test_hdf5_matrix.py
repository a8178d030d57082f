"""Every type, number of axes, mask and shape of chunks comes back as it was written."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jupimage.casatable.tileshape import default_tile
from jupimage.coordinates import default_system
from jupimage.errors import CoordinateError, DataTypeError, FormatError, MaskError, ShapeError
from jupimage.formats import Blueprint, find_format, open_path
from jupimage.hdf5 import Hdf5Format
from jupimage.lattice import Box
from tests.hdf5.hdf5files import make, pixels_of, read

SHAPES = {1: (37,), 2: (9, 14), 3: (5, 6, 7), 4: (3, 2, 5, 4), 5: (2, 3, 2, 4, 3)}
TYPES = ("f4", "f8", "c8", "c16")


@pytest.mark.parametrize("masked", [False, True], ids=["plain", "masked"])
@pytest.mark.parametrize("axes", SHAPES)
@pytest.mark.parametrize("dtype", TYPES)
def test_comes_back_as_written(dtype: str, axes: int, masked: bool, tmp_path: Path) -> None:
    pixels = pixels_of(SHAPES[axes], dtype)
    good = np.random.default_rng(axes).random(pixels.shape) > 0.3 if masked else None
    tile = tuple(max(1, n // 2) for n in pixels.shape)
    path = make(tmp_path / "a.h5", pixels, good, tile=tile, unit="Jy/beam")
    values, valid = read(path)
    assert values.dtype == pixels.dtype
    np.testing.assert_array_equal(values, pixels)
    np.testing.assert_array_equal(valid, good)
    opened = open_path(path)
    assert (opened.unit, opened.masks) == ("Jy/beam", ("mask0",) if masked else ())
    layout = opened.store.layout
    assert layout is not None
    assert layout.tile == tile


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_random_boxes_of_random_images(data: st.DataObject) -> None:
    shape = tuple(data.draw(st.lists(st.integers(1, 9), min_size=1, max_size=4)))
    tile = tuple(data.draw(st.integers(1, n)) for n in shape)
    pixels = pixels_of(shape, data.draw(st.sampled_from(TYPES)))
    good = pixels.real > 0
    with tempfile.TemporaryDirectory() as folder:
        opened = open_path(make(Path(folder) / "a.h5", pixels, good, tile=tile))
        for _ in range(4):
            start = tuple(data.draw(st.integers(0, n - 1)) for n in shape)
            stop = tuple(
                data.draw(st.integers(a + 1, n)) for a, n in zip(start, shape, strict=True)
            )
            box = Box(start, stop, tuple(data.draw(st.integers(1, 4)) for _ in shape))
            block = opened.lattice.read(box)
            np.testing.assert_array_equal(block.values, pixels[box.slices])
            np.testing.assert_array_equal(block.good, good[box.slices])
            new = pixels_of(box.shape, pixels.dtype, seed=7)
            opened.lattice.write(box, new, new.imag > 0)  # type: ignore[attr-defined]
            pixels[box.slices], good[box.slices] = new, new.imag > 0
        values, valid = read(opened)
        np.testing.assert_array_equal(values, pixels)
        np.testing.assert_array_equal(valid, good)
        opened.lattice.close()  # type: ignore[attr-defined]


def test_format_is_found_by_name() -> None:
    assert find_format("hdf5").name == "HDF5"
    assert find_format("h5").name == "HDF5"


@pytest.mark.parametrize("shape", [(256, 512, 512), (100, 120), (7, 1, 3000)])
def test_chunks_have_the_shape_of_casacores_tiles(shape: tuple[int, ...], tmp_path: Path) -> None:
    blueprint = Blueprint(shape, np.dtype(np.float32), default_system(shape))
    draft = Hdf5Format().create(str(tmp_path / "a.h5"), blueprint)
    assert draft.lattice.tile == default_tile(shape)
    draft.abandon()


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"dtype": np.dtype(np.int16)}, DataTypeError, "wanted pixels of float32.*got int16"),
        ({"shape": (0, 3)}, ShapeError, "wanted up to 31 axes"),
        ({"tile": (3, 7)}, ShapeError, "wanted a tile that fits"),
        ({"coordinates": default_system((4, 4, 4))}, CoordinateError, "coordinates of 2 axes"),
        ({"mask": "a/b"}, MaskError, "name that a dataset can have"),
        ({"mask": "m", "regions": {"m": {"isRegion": 1}}}, MaskError, "a region is"),
    ],
    ids=["type", "shape", "tile", "coordinates", "mask name", "region of that name"],
)
def test_impossible_images_are_refused(
    changes: dict[str, object], error: type[Exception], message: str, tmp_path: Path
) -> None:
    fields: dict[str, object] = {
        "shape": (5, 6),
        "dtype": np.dtype(np.float32),
        "coordinates": default_system((5, 6)),
    }
    with pytest.raises(error, match=message):
        Hdf5Format().create(str(tmp_path / "a.h5"), Blueprint(**(fields | changes)))  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "a.h5").mkdir()
    with pytest.raises(FormatError, match="is a folder"):
        make(tmp_path / "a.h5", pixels_of((3, 4)))
    assert [path.name for path in tmp_path.iterdir()] == ["a.h5"]
