"""Files of the newer form of the format give the same as those of the older one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from jupimage.errors import FormatError
from jupimage.formats import AttributeTable, Opened, open_path
from jupimage.lattice import Box
from tests.hdf5.hdf5files import DATA, REAL, make, pixels_of, plain, read

VERSIONS = ("earliest", "v108", "latest")


def convert(name: str, path: Path, **settings: Any) -> str:
    """Copy all of a file into a new one."""
    with h5py.File(DATA / name) as old, h5py.File(path, "w", **settings) as new:
        for key in old:
            old.copy(key, new)
    return str(path)


def everything(opened: Opened) -> list[Any]:
    """Return all fields of an image, comparable."""
    names = ("unit", "imageinfo", "miscinfo", "masks", "default_mask", "regions", "history")
    groups = {
        name: {key: plain(column.values) for key, column in table.columns.items()}
        for name, table in opened.store.attributes().items()
    }
    fields = [plain(getattr(opened, name)) for name in names]
    return [*fields, plain(opened.coordinates.dict()), groups, *map(plain, read(opened))]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", REAL)
def test_newer_files_say_the_same(name: str, version: str, tmp_path: Path) -> None:
    path = convert(name, tmp_path / "new.h5", libver=version)
    assert everything(open_path(path)) == everything(open_path(str(DATA / name)))


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", REAL)
def test_newer_files_can_be_changed(name: str, version: str, tmp_path: Path) -> None:
    path = convert(name, tmp_path / "new.h5", libver=version)
    opened: Any = open_path(path)
    wanted = everything(opened)
    box = Box.whole(opened.lattice.shape)
    pixels = pixels_of(box.shape, opened.lattice.dtype)
    opened.unit = "K"
    opened.store.save(opened, ["unit"])
    opened.store.add_history(opened, ["changed"], "me")
    opened.store.add_mask("new")
    group = AttributeTable()
    group.put("A", 0, 1.5)
    opened.store.save_attributes("NEW", group)
    opened.lattice.write(box, pixels)
    again = open_path(path)
    assert (again.unit, list(again.history)) == ("K", ["changed"])
    assert "new" in again.masks
    assert again.store.masked("new").read(box).good.all()  # type: ignore[union-attr]
    assert plain(again.miscinfo) == wanted[2]
    assert plain(again.coordinates.dict()) == wanted[7]
    assert {"NEW", *wanted[8]} == set(again.store.attributes())
    np.testing.assert_array_equal(read(again)[0], pixels)
    with h5py.File(path) as file:
        assert file["unitinfo"].attrs["units"] == b"K"
        np.testing.assert_array_equal(file["masks/new"][...], 1)


@pytest.mark.parametrize("version", VERSIONS)
def test_bytes_before_the_file_do_no_harm(version: str, tmp_path: Path) -> None:
    path = convert("f4.h5", tmp_path / "new.h5", libver=version, userblock_size=512)
    opened: Any = open_path(path)
    assert everything(opened) == everything(open_path(str(DATA / "f4.h5")))
    opened.unit = "K"
    opened.store.save(opened, ["unit"])
    opened.lattice.write(Box((0, 0, 0), (1, 6, 7)), np.full((1, 6, 7), 3))
    again = open_path(path)
    assert again.unit == "K"
    assert (read(again)[0][0] == 3).all()
    with h5py.File(path) as file:
        assert (file["map"][0] == 3).all()
    with pytest.raises(FormatError, match="begins with 512 other bytes"):
        opened.store.add_mask("m")


@pytest.mark.parametrize("order", [False, True], ids=["by name", "as made"])
def test_newer_groups_in_an_older_file(order: bool, tmp_path: Path) -> None:
    path = make(tmp_path / "a.h5", pixels_of((3, 4)))
    with h5py.File(path, "r+") as file:
        group = file.create_group("miscinfo", track_order=order)
        for number in range(30):  # more than such a group keeps with itself
            group.attrs[f"z{29 - number}"] = np.float64(number)
            group.create_group(f"r{29 - number}")
    opened = open_path(path)
    records: dict[str, Any] = {f"r{n}": {} for n in range(30)}
    assert opened.miscinfo == {f"z{29 - n}": float(n) for n in range(30)} | records
    if order:
        assert list(opened.miscinfo)[:3] == ["z29", "z28", "z27"]


def test_strings_of_h5py_are_read(tmp_path: Path) -> None:
    path = make(tmp_path / "a.h5", pixels_of((3, 4)))
    with h5py.File(path, "r+") as file:
        group = file.create_group("miscinfo")
        group.attrs["variable"] = "löng"
        group.attrs["padded"] = np.array(b"abc", "S7")
        group.attrs["list"] = ["a", "", "ccc"]
        group.attrs["fixed"] = np.array([b"a", b"bcd"])
    assert open_path(path).miscinfo == {
        "variable": "löng", "padded": "abc", "list": ["a", "", "ccc"], "fixed": ["a", "bcd"],
    }  # fmt: skip
