"""Images that casacore wrote give what casacore reads in them, in every field."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from jupimage.errors import CoordinateError
from jupimage.formats import open_path
from jupimage.lattice import Box
from tests.hdf5.hdf5files import DATA, REAL, copy, make, plain, side_car


def assert_close(ours: Any, theirs: Any, where: str = "") -> None:
    """Compare records: the same fields, the same numbers up to rounding."""
    if isinstance(theirs, dict):
        assert set(ours) - {"_image_axes", "_axes_sizes"} == set(theirs), where
        for key, item in theirs.items():
            assert_close(ours[key], item, f"{where}/{key}")
    elif isinstance(theirs, np.ndarray):
        assert isinstance(ours, np.ndarray), where
        assert ours.dtype.kind == theirs.dtype.kind, where
        np.testing.assert_allclose(ours, theirs, rtol=1e-13, err_msg=where)
    elif isinstance(theirs, int | float):
        np.testing.assert_allclose(ours, theirs, rtol=1e-13, err_msg=where)
    else:
        assert ours == theirs, where


def test_golden_images_are_there() -> None:
    assert len(REAL) >= 5


@pytest.mark.parametrize("name", REAL)
def test_pixels_and_masks(name: str) -> None:
    wanted = np.load(DATA / f"{name}.npz")
    opened = open_path(str(DATA / name))
    box = Box.whole(opened.lattice.shape)
    block = opened.lattice.read(box)
    np.testing.assert_array_equal(block.values, wanted["data"])
    assert block.values is not None
    assert block.values.dtype == wanted["data"].dtype
    np.testing.assert_array_equal(block.masked().mask, wanted["mask"])
    stored = {key.removeprefix("pixelmask_") for key in wanted if key.startswith("pixelmask_")}
    assert set(opened.masks) == stored
    for mask in stored:
        good = opened.store.masked(mask).read(box).good
        np.testing.assert_array_equal(good, wanted[f"pixelmask_{mask}"])
    assert opened.store.masked("").read(box).good is None


@pytest.mark.parametrize("name", REAL)
def test_information(name: str) -> None:
    wanted = side_car(name)
    opened = open_path(str(DATA / name))
    assert (opened.kind, opened.name, opened.remarks) == ("HDF5Image", str(DATA / name), ())
    assert opened.unit == wanted["unit"]
    assert opened.imageinfo == wanted["imageinfo"]
    assert plain(opened.miscinfo) == plain(wanted["miscinfo"])
    assert list(opened.history) == wanted["history"]
    assert opened.default_mask == wanted["default_mask"]
    assert sorted(opened.masks) == sorted(wanted["masks"])
    assert_close(opened.regions, wanted["regions"])


@pytest.mark.parametrize("name", REAL)
def test_fields_of_miscinfo_have_the_types_of_casacore(name: str) -> None:
    wanted = side_car(name)["miscinfo"]
    found = open_path(str(DATA / name)).miscinfo
    for key, value in wanted.items():
        if isinstance(value, np.ndarray):
            assert found[key].dtype == value.dtype, key
            assert found[key].shape == value.shape, key


@pytest.mark.parametrize("name", REAL)
def test_coordinates(name: str) -> None:
    wanted = side_car(name)
    system = open_path(str(DATA / name)).coordinates
    assert_close(system.dict(), wanted["coordinates"])
    assert list(system.dict()) == list(wanted["coordinates"])
    for case in wanted.get("toworld", []):
        if case["world"] is None:
            with pytest.raises(CoordinateError):
                system.toworld(case["pixel"])
        else:
            np.testing.assert_allclose(system.toworld(case["pixel"]), case["world"], rtol=1e-9)


@pytest.mark.parametrize("name", REAL)
def test_attribute_groups(name: str) -> None:
    wanted = side_car(name)["attrgroups"]
    found = open_path(str(DATA / name)).store.attributes()
    assert set(found) == set(wanted)
    for group, table in found.items():
        assert table.rows == wanted[group]["nrows"]
        assert list(table.columns) == list(wanted[group]["attrs"])
        for attribute, column in table.columns.items():
            theirs = wanted[group]["attrs"][attribute]
            assert plain(column.values) == plain(theirs["values"])
            assert list(column.unit) == list(theirs["unit"])
            assert list(column.measure) == list(theirs["meas"])


@pytest.mark.parametrize("name", REAL)
def test_layout(name: str) -> None:
    wanted = side_car(name)
    layout = open_path(str(DATA / name)).store.layout
    assert layout is not None
    assert layout.manager == "chunked HDF5"
    assert layout.tile == tuple(wanted["hdf5_tree"]["/map"]["chunks"])
    assert layout.itemsize == np.dtype(wanted["numpy_dtype"]).itemsize


@pytest.mark.parametrize("name", REAL)
def test_a_renamed_file_keeps_its_mask(name: str, tmp_path: Path) -> None:
    # The record of a mask names a file: here another image of the same shape, with other masks.
    wanted = np.load(DATA / f"{name}.npz")
    make(tmp_path / name, wanted["data"], np.zeros(wanted["data"].shape, bool))
    path = Path(copy(name, tmp_path)).rename(tmp_path / "other.h5")
    make(tmp_path / name, wanted["data"], np.zeros(wanted["data"].shape, bool))
    opened = open_path(str(path))
    block = opened.lattice.read(Box.whole(opened.lattice.shape))
    np.testing.assert_array_equal(block.masked().mask, wanted["mask"])


def test_reading_and_writing_pixels_needs_no_hdf5_library(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from jupimage.formats import open_path\n"
        "from jupimage.lattice import Box\n"
        f"im = open_path({copy('f4.h5', tmp_path)!r})\n"
        "im.store.attributes()\n"
        "block = im.lattice.read(Box.whole(im.lattice.shape))\n"
        "im.lattice.write(Box.whole(im.lattice.shape), block.values + 1, ~block.good)\n"
        "assert 'h5py' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
    before = np.load(DATA / "f4.h5.npz")
    opened = open_path(str(tmp_path / "f4.h5"))
    block = opened.lattice.read(Box.whole(opened.lattice.shape))
    np.testing.assert_array_equal(block.values, before["data"] + 1)
    np.testing.assert_array_equal(block.good, before["mask"])
