"""Images that casacore wrote give what casacore reads in them, in every field."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from jupimage.errors import ImageError
from jupimage.formats import open_path
from jupimage.lattice import Box
from tests.casatable.realtables import DATA, IMAGES, decode, unpack
from tests.conftest import Oracle
from tests.coordinates.sidecars import assert_same_record
from tests.paged.pagedfiles import make

REGIONS = "regions.img"


def side_car(name: str) -> dict[str, Any]:
    found: dict[str, Any] = decode(json.loads((DATA / f"{name}.json").read_text(encoding="utf-8")))
    found.update(found.pop("info", {}))
    return found


def plain(value: Any) -> Any:
    """Let arrays and lists compare, and numbers of different types."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        return value.tolist()
    return list(value) if isinstance(value, list | tuple) else value


def test_golden_images_are_there() -> None:
    assert len(IMAGES) >= 40


@pytest.mark.parametrize("name", IMAGES)
def test_pixels_and_masks(name: str, tmp_path: Path) -> None:
    wanted = np.load(DATA / f"{name}.npz")
    opened = open_path(unpack(name, tmp_path))
    box = Box.whole(opened.lattice.shape)
    block = opened.lattice.read(box)
    assert block.values is not None
    np.testing.assert_array_equal(block.values, wanted["data"])
    assert block.values.dtype == wanted["data"].dtype
    np.testing.assert_array_equal(block.masked().mask, wanted["mask"])
    stored = {key.removeprefix("pixelmask_") for key in wanted if key.startswith("pixelmask_")}
    assert set(opened.masks) == stored
    for mask in stored:
        good = opened.store.masked(mask).read(box).good
        np.testing.assert_array_equal(good, wanted[f"pixelmask_{mask}"])
    assert opened.store.masked("").read(box).good is None


@pytest.mark.parametrize("name", IMAGES)
def test_information(name: str, tmp_path: Path) -> None:
    wanted = side_car(name)
    path = unpack(name, tmp_path)
    opened = open_path(path)
    assert (opened.kind, opened.name, opened.remarks) == ("PagedImage", path, ())
    assert opened.unit == wanted["unit"]
    assert opened.imageinfo == wanted["imageinfo"]
    assert plain(opened.miscinfo) == plain(wanted["miscinfo"])
    assert opened.history == wanted["history"]
    keywords = wanted["keywords"]
    assert opened.default_mask == keywords.get("Image_defaultmask", "")
    assert plain(opened.regions) == plain(keywords.get("regions", {}))


@pytest.mark.parametrize("name", IMAGES)
def test_coordinates(name: str, tmp_path: Path) -> None:
    wanted = side_car(name)
    system = open_path(unpack(name, tmp_path)).coordinates
    record = wanted["coordinates"]
    if name == REGIONS:  # its side-car was made by other means, and has whole numbers as such
        assert plain(_without_axes(system.dict())) == plain(_without_axes(record))
    else:
        assert_same_record(system.dict(), record)
    # between frames casacore is a fraction of an arcsecond, or a few m/s, away from astropy
    rtol = {"dir_conv.img": 1e-6, "info.img": 1e-8, "spec_vel.img": 1e-8}.get(name, 1e-10)
    for case in wanted.get("toworld", ()):
        if case["world"] is None:
            with pytest.raises(ImageError):
                system.toworld(case["pixel"])
        else:
            np.testing.assert_allclose(system.toworld(case["pixel"]), case["world"], rtol=rtol)


def _without_axes(record: Any) -> Any:
    if not isinstance(record, dict):
        return record
    hidden = ("_image_axes", "_axes_sizes")
    return {key: _without_axes(item) for key, item in record.items() if key not in hidden}


@pytest.mark.parametrize("name", IMAGES)
def test_rows_of_the_log(name: str, tmp_path: Path) -> None:
    rows = side_car(name).get("log_rows")
    if not rows:
        return
    history: Any = list(open_path(unpack(name, tmp_path)).history)
    assert [entry.time for entry in history] == list(rows["TIME"])
    assert [entry.priority for entry in history] == list(rows["PRIORITY"])
    assert [entry.location for entry in history] == list(rows["LOCATION"])
    assert [entry.object_id for entry in history] == list(rows["OBJECT_ID"])


@pytest.mark.parametrize("name", IMAGES)
def test_attribute_groups(name: str, tmp_path: Path) -> None:
    wanted = side_car(name)["attrgroups"]
    groups = open_path(unpack(name, tmp_path)).store.attributes()
    assert list(groups) == sorted(wanted)
    for group, about in wanted.items():
        assert groups[group].rows == about["nrows"]
        assert list(groups[group].columns) == list(about["attrs"])
        for attribute, held in about["attrs"].items():
            column = groups[group].columns[attribute]
            assert plain([plain(value) for value in column.values]) == plain(
                [plain(value) for value in held["values"]]
            )
            assert list(column.unit) == plain(held["unit"])
            assert list(column.measure) == plain(held["meas"])


def test_array_of_bools_without_coordinates(tmp_path: Path) -> None:
    wanted = np.load(DATA / "bool_array.npz")["data"]
    opened = open_path(unpack("bool_array", tmp_path))
    block = opened.lattice.read(Box.whole(opened.lattice.shape))
    np.testing.assert_array_equal(block.values, wanted)
    assert opened.kind == "PagedArray"
    assert opened.coordinates.toworld([3, 4]) == [3.0, 4.0]


@pytest.mark.parametrize("name", ["info.img", "be_c16.img", "tsm_shape.img"])
def test_layout_is_told(name: str, tmp_path: Path) -> None:
    wanted = side_car(name)
    layout = open_path(unpack(name, tmp_path)).store.layout
    assert layout is not None
    assert layout.manager == f"{wanted['dminfo']['*1']['TYPE']}, {wanted['endian']} endian"
    assert layout.itemsize == np.dtype(wanted["numpy_dtype"]).itemsize


@pytest.mark.parametrize(
    ("kind", "dtype"),
    [
        ("boolean", "bool"),
        ("uchar", "u1"),
        ("short", "i2"),
        ("int", "i4"),
        ("uint", "u4"),
        ("int64", "i8"),
    ],
)
def test_pixels_of_other_types(kind: str, dtype: str, oracle: Oracle, tmp_path: Path) -> None:
    values = (np.arange(42).reshape(6, 7) % 5 > 1).astype(dtype)
    path = str(tmp_path / "a.img")
    image = make(tmp_path / "b.img", np.zeros((6, 7), np.float32))
    tables = oracle.tables
    column = tables.makearrcoldesc("map", 0, ndim=2, valuetype=kind)
    manager = {
        "TYPE": "TiledCellStMan",
        "NAME": "map",
        "COLUMNS": ["map"],
        "SPEC": {"DEFAULTTILESHAPE": [3, 4]},
    }
    with tables.table(path, tables.maketabdesc(column), nrow=1, dminfo={"*1": manager}) as table:
        table.putcell("map", 0, values)
        with tables.table(image, ack=False) as other:
            table.putkeyword("coords", other.getkeyword("coords"))
        table.putinfo({"type": "Image"})
    with pytest.warns(UserWarning, match="the table logtable is missing"):
        opened = open_path(path)
    block = opened.lattice.read(Box.whole((6, 7)))
    np.testing.assert_array_equal(block.values, values)
    assert block.values is not None
    assert block.values.dtype == np.dtype(dtype)
    oracle.count()
