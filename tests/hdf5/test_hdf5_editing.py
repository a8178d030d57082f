"""Images are changed in their files, and all that have them open see it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from jupimage.coordinates import default_system
from jupimage.errors import (
    ArgumentError,
    CoordinateError,
    DataTypeError,
    FormatError,
    MaskError,
    ReadOnlyError,
)
from jupimage.formats import AttributeTable, Opened, open_path
from jupimage.formats.entry import Entry
from jupimage.hdf5.editing import MOST_BATCHES
from jupimage.lattice import Box
from tests.hdf5.hdf5files import REAL, copy, make, pixels_of, plain, read

BEAM = {
    "major": {"value": 4.0, "unit": "arcsec"},
    "minor": {"value": 3.0, "unit": "arcsec"},
    "positionangle": {"value": 20.0, "unit": "deg"},
}
CHANGES: dict[str, Any] = {
    "unit": "K",
    "imageinfo": {"imagetype": "Optical Depth", "objectname": "3C 48", "restoringbeam": BEAM},
    "miscinfo": {"a": 1, "deep": {"b": [1.0, 2.0], "c": "text"}},
    "default_mask": "",
    "regions": {"r": {"isRegion": 1, "name": "LCBox"}},
    "history": ["first", "second"],
}


def lattice_of(opened: Opened) -> Any:
    return opened.lattice


@pytest.fixture
def path(tmp_path: Path) -> str:
    pixels = pixels_of((5, 6, 7))
    return make(tmp_path / "a.h5", pixels, pixels > 0, unit="Jy", history=["made"])


@pytest.mark.parametrize("field", CHANGES)
def test_a_field_is_changed_alone(path: str, field: str) -> None:
    one, other = open_path(path), open_path(path)
    before = {name: plain(getattr(other, name)) for name in CHANGES}
    setattr(one, field, CHANGES[field])
    with one.store.changing():
        one.store.save(one, [field])
    other.store.renew(other)
    for opened in (other, open_path(path)):
        found = {name: plain(getattr(opened, name)) for name in CHANGES}
        assert found == before | {field: plain(CHANGES[field])}


def test_all_fields_are_changed_at_once(path: str) -> None:
    one = open_path(path)
    for name, value in CHANGES.items():
        setattr(one, name, value)
    one.coordinates = default_system((5, 6, 7)).copy()
    one.coordinates.dict()["observer"] = "somebody"
    one.store.save(one, [*CHANGES, "coordinates"])
    again = open_path(path)
    assert {name: plain(getattr(again, name)) for name in CHANGES} == plain(CHANGES)
    assert again.coordinates.get_observer() == "somebody"


@pytest.mark.parametrize("name", REAL)
def test_real_images_are_changed_without_touching_the_rest(name: str, tmp_path: Path) -> None:
    path = copy(name, tmp_path)
    opened = open_path(path)
    before = read(opened)
    regions, groups = plain(opened.regions), list(opened.store.attributes())
    opened.unit, opened.miscinfo = "mJy", {}
    opened.store.save(opened, ["unit", "miscinfo"])
    opened.store.add_history(opened, ["changed"], "test")
    again = open_path(path)
    assert (again.unit, again.miscinfo, list(again.history)) == ("mJy", {}, ["changed"])
    assert (plain(again.regions), list(again.store.attributes())) == (regions, groups)
    for ours, theirs in zip(read(again), before, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    with h5py.File(path) as file:  # and the library can read all of it
        file.visititems(lambda name, item: (list(item.attrs.items()), None)[1])


def test_what_is_empty_is_no_group(path: str) -> None:
    opened = open_path(path)
    opened.unit, opened.imageinfo = "", {"imagetype": "Intensity", "objectname": ""}
    opened.store.save(opened, ["unit", "imageinfo", "miscinfo", "regions"])
    with h5py.File(path) as file:
        assert sorted(file) == ["coordinfo", "history", "map", "maskinfo", "masks"]


@pytest.mark.parametrize(
    ("field", "value", "error", "message"),
    [
        ("imageinfo", {"imagetype": "Nonsense"}, ArgumentError, "imagetype is one of"),
        ("miscinfo", {"a": object()}, DataTypeError, "cannot hold miscinfo entry 'a'"),
        ("miscinfo", {"a": np.zeros(9000)}, DataTypeError, "72000 bytes, more than 64000"),
        ("miscinfo", {"a/b": {"c": 1}}, DataTypeError, "a name that nothing in a file can have"),
        ("default_mask", "other", MaskError, "wanted one of the masks mask0"),
        ("regions", {"mask0": {"isRegion": 1}}, MaskError, "cannot have the name of a mask"),
    ],
    ids=["imageinfo", "object", "too large", "path as name", "no such mask", "name of a mask"],
)
def test_impossible_changes_change_nothing(
    path: str, field: str, value: Any, error: type[Exception], message: str
) -> None:
    before = Path(path).read_bytes()
    opened = open_path(path)
    setattr(opened, field, value)
    with pytest.raises(error, match=message):
        opened.store.save(opened, ["unit", field])
    assert Path(path).read_bytes() == before


def test_coordinates_too_large_for_a_file_are_refused(path: str) -> None:
    opened = open_path(path)
    record = opened.coordinates.dict()
    table = {"crval": [1.0], "crpix": [0.0], "cdelt": [1.0], "pc": [[1.0]], "axes": ["Frequency"],
             "units": ["Hz"], "pixelvalues": np.arange(9000.0),
             "worldvalues": np.arange(9000.0) + 1e9}  # fmt: skip
    spectral = next(record[key] for key in record if key.startswith("spectral"))
    spectral.pop("wcs")
    spectral["tabular"] = {
        k: v if k in ("axes", "units") else np.array(v) for k, v in table.items()
    }
    with pytest.raises((CoordinateError, DataTypeError), match="72000 bytes"):
        opened.store.save(opened, ["coordinates"])
    with pytest.raises(CoordinateError, match="72000 bytes"):
        make(Path(path).parent / "b.h5", pixels_of((5, 6, 7)), coordinates=opened.coordinates)


# -- history ---------------------------------------------------------------------------------


def test_history_keeps_what_is_known_of_a_line(path: str) -> None:
    opened = open_path(path)
    line = Entry("cleaned\n\tdeeply", time=5e9, priority="WARN", location="clean", object_id="7")
    opened.store.add_history(opened, [line, "plain"], "me")
    opened.store.renew(opened)
    first, second, third = (Entry.of(line) for line in opened.history)
    assert (first, first.time) == ("made", None)
    assert second == line
    assert (second.time, second.priority, second.location, second.object_id) == (
        5e9, "WARN", "clean", "7",
    )  # fmt: skip
    assert (third, third.location, third.priority) == ("plain", "me", "NORMAL")
    assert third.time is not None
    assert third.time > 5e9


def test_history_of_many_additions_and_of_many_lines(path: str) -> None:
    opened = open_path(path)
    lines = ["made"]
    for number in range(MOST_BATCHES + 5):
        opened.store.add_history(opened, [f"line {number}"], "me")
        lines.append(f"line {number}")
    more = [f"ünïcode {number}" for number in range(9001)]
    opened.store.add_history(opened, more, "me")
    assert list(open_path(path).history) == lines + more
    with h5py.File(path) as file:
        assert len(file["history"]) < MOST_BATCHES


def test_history_survives_a_copy(path: str, tmp_path: Path) -> None:
    opened = open_path(path)
    opened.store.add_history(opened, ["cleaned"], "me")
    opened.store.renew(opened)
    again = make(tmp_path / "b.h5", pixels_of((5, 6, 7)), history=opened.history)
    found = open_path(again).history
    assert list(found) == ["made", "cleaned"]
    assert Entry.of(found[1]).location == "me"


# -- masks -----------------------------------------------------------------------------------


def test_masks_come_and_go(path: str) -> None:
    opened, other = open_path(path), open_path(path)
    first = read(opened)[1]
    opened.store.add_mask("second")
    other.store.renew(other)
    assert (other.masks, other.default_mask) == (("mask0", "second"), "mask0")
    box = Box.whole((5, 6, 7))
    assert opened.store.masked("second").read(box).good is not None
    assert opened.store.masked("second").read(box).good.all()  # type: ignore[union-attr]
    np.testing.assert_array_equal(read(other)[1], first)
    other.store.remove_mask("mask0")
    opened.store.renew(opened)
    assert (opened.masks, opened.default_mask) == (("second",), "")
    with pytest.raises(MaskError, match="has no mask 'mask0'; it has second"):
        opened.store.masked("mask0")
    with pytest.raises(FormatError, match="no dataset masks/mask0"):
        lattice_of(other).read(box)
    opened.store.remove_mask("second")
    with h5py.File(path) as file:
        assert sorted(file) == ["coordinfo", "history", "map", "unitinfo"]


def test_new_mask_of_a_lattice_is_used_and_default(path: str) -> None:
    opened = open_path(path)
    lattice_of(opened).add_mask("new")
    assert read(opened)[1].all()  # type: ignore[union-attr]
    again = open_path(path)
    assert again.default_mask == "new"
    lattice_of(again).write(Box((0, 0, 0), (1, 6, 7)), None, np.zeros((1, 6, 7), bool))
    assert not read(opened)[1][0].any()  # type: ignore[index]
    np.testing.assert_array_equal(
        opened.store.masked("mask0").read(Box.whole((5, 6, 7))).good, pixels_of((5, 6, 7)) > 0
    )


@pytest.mark.parametrize("name", ["mask0", "", "a/b", "."])
def test_masks_need_a_name_of_their_own(path: str, name: str) -> None:
    before = Path(path).read_bytes()
    with pytest.raises(MaskError, match=r"name|already"):
        open_path(path).store.add_mask(name)
    assert Path(path).read_bytes() == before


def test_mask_of_an_unknown_kind_leaves_the_pixels_readable(tmp_path: Path) -> None:
    path = make(tmp_path / "a.h5", pixels_of((5, 6)), np.ones((5, 6), bool))
    with h5py.File(path, "r+") as file:
        file["maskinfo/masks/mask0"].attrs["name"] = np.bytes_("WCLELMask")
    with pytest.warns(UserWarning, match="the mask cannot be used"):
        opened = open_path(path)
    np.testing.assert_array_equal(
        opened.lattice.read(Box.whole((5, 6)), good=False).values, pixels_of((5, 6))
    )
    with pytest.raises(FormatError, match="nomask"):
        read(opened)
    assert "WCLELMask" in opened.remarks[0]


def test_mask_of_a_part_is_false_elsewhere(tmp_path: Path) -> None:
    from jupimage.regions import box_record

    path = make(tmp_path / "a.h5", pixels_of((5, 6)), np.ones((5, 6), bool))
    opened = open_path(path)
    opened.store.remove_mask("mask0")
    with h5py.File(path, "r+") as file:
        record = file.create_group("maskinfo/masks/m")
        for name, value in box_record(Box((1, 2), (4, 4)), (5, 6)).items():
            kind = np.int8 if isinstance(value, bool) else None
            value = np.bytes_(value or "__empty__") if isinstance(value, str) else value
            record.attrs.create(name, value, dtype=kind)
    opened.store.renew(opened)
    opened.default_mask = "m"
    opened.store.save(opened, ["default_mask"])
    wanted = np.zeros((5, 6), bool)
    wanted[1:4, 2:4] = True
    again = open_path(path)
    np.testing.assert_array_equal(read(again)[1], wanted)
    with pytest.raises(MaskError, match="not stored pixel by pixel"):
        lattice_of(again).write(Box.whole((5, 6)), None, wanted)


# -- attribute groups ------------------------------------------------------------------------


def group_of(rows: int) -> AttributeTable:
    group = AttributeTable()
    for row in range(rows):
        group.put("NAME", row, f"CS{row:03d}")
        group.put("NR", row, row - 1)
        group.put("TSYS", row, np.float32(row / 3), unit=["K"])
        group.put("POSITION", row, [1.0, 2.0, row], unit=["m"] * 3, measure=["position", "ITRF"])
        group.put("FLAG", row, row % 2 == 0)
        group.put("GAIN", row, 1 - 1j * row)
    group.put("LATE", rows - 1, "only here")
    return group


def test_attribute_groups_come_back(path: str) -> None:
    opened = open_path(path)
    opened.store.save_attributes("ANTENNA", group_of(12))
    opened.store.save_attributes("ACCENT", group_of(1))
    found = open_path(path).store.attributes()
    assert list(found) == ["ACCENT", "ANTENNA"]
    wanted = group_of(12)
    assert found["ANTENNA"].rows == 12
    assert list(found["ANTENNA"].columns) == list(wanted.columns)
    for name, column in wanted.columns.items():
        ours = found["ANTENNA"].columns[name]
        assert (ours.type, ours.array) == (column.type, column.array)
        assert (ours.unit, ours.measure) == (column.unit, column.measure)
        assert plain(ours.values) == plain(column.values)


def test_group_without_rows_is_known_by_name(path: str) -> None:
    one, other = open_path(path), open_path(path)
    one.store.save_attributes("EMPTY", AttributeTable())
    one.store.save_attributes("ANOTHER", AttributeTable())
    assert list(other.store.attributes()) == ["ANOTHER", "EMPTY"]
    with h5py.File(path) as file:
        assert "ATTRGROUPS" not in file  # casacore writes no such group
    group = other.store.attributes()["EMPTY"]
    group.put("A", 0, 1.5)
    other.store.save_attributes("EMPTY", group)
    found = one.store.attributes()
    assert found["EMPTY"].columns["A"].values == [1.5]
    assert (list(found), found["ANOTHER"].rows) == (["ANOTHER", "EMPTY"], 0)
    one.store.save_attributes("ANOTHER", group)
    with h5py.File(path) as file:
        assert "emptygroups" not in file


def test_changing_the_answer_changes_nothing(path: str) -> None:
    opened = open_path(path)
    opened.store.save_attributes("G", group_of(2))
    opened.store.attributes()["G"].put("NR", 0, 99)
    assert opened.store.attributes()["G"].columns["NR"].values == [-1, 0]


@pytest.mark.parametrize("name", ["", "a/b", "."])
def test_groups_need_a_name(path: str, name: str) -> None:
    with pytest.raises(ArgumentError, match="name that a group can have"):
        open_path(path).store.save_attributes(name, group_of(1))


# -- several users ---------------------------------------------------------------------------


def in_another_process(code: str) -> str:
    """Run code in a new interpreter and return what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout.strip()


def test_changes_of_other_processes_are_seen(path: str) -> None:
    opened = open_path(path)
    in_another_process(
        "from jupimage.formats import open_path\n"
        "from jupimage.lattice import Box\n"
        "import numpy as np\n"
        f"im = open_path({path!r})\n"
        "im.unit = 'K'\n"
        "im.store.save(im, ['unit'])\n"
        "im.lattice.write(Box((0, 0, 0), (1, 6, 7)), np.full((1, 6, 7), 42))\n"
    )
    opened.store.renew(opened)
    assert opened.unit == "K"
    assert (read(opened)[0][0] == 42).all()


def test_changes_by_the_hdf5_library_are_seen(path: str) -> None:
    opened = open_path(path)
    read(opened)
    with h5py.File(path, "r+") as file:
        file["map"][1] = 7
        del file["unitinfo"]
    opened.store.renew(opened)
    assert opened.unit == ""
    assert (read(opened)[0][1] == 7).all()


def test_library_finds_the_file_unlocked_while_an_image_is_open(path: str) -> None:
    opened = open_path(path)
    read(opened)
    code = f"import h5py; file = h5py.File({path!r}, 'r+', locking=True); print(file['map'].shape)"
    assert in_another_process(code) == "(5, 6, 7)"


def test_image_that_was_replaced_by_another_shape_says_so(path: str, tmp_path: Path) -> None:
    opened = open_path(path)
    with h5py.File(path, "r+") as file:
        del file["map"]
        file["map"] = np.zeros((2, 3), np.float32)
    with pytest.raises(FormatError, match="replaced by others"):
        read(opened)


def test_image_that_was_removed_can_be_read_but_not_written(path: str) -> None:
    opened = open_path(path)
    Path(path).unlink()
    assert read(opened)[0].shape == (5, 6, 7)
    with pytest.raises(FormatError, match="removed or replaced while it was open"):
        lattice_of(opened).write(Box((0, 0, 0), (1, 6, 7)), np.zeros((1, 6, 7)))
    opened.unit = "K"
    with pytest.raises(FormatError, match="removed or replaced"):
        opened.store.save(opened, ["unit"])


def test_image_that_is_open_here_is_not_replaced(path: str) -> None:
    opened = open_path(path)
    with pytest.raises(FormatError, match="is open in this process: close it first"):
        make(Path(path), pixels_of((2, 3)))
    lattice_of(opened).close()
    make(Path(path), pixels_of((2, 3)))
    assert read(path)[0].shape == (2, 3)


def test_image_that_another_process_replaces_stays_readable(path: str, tmp_path: Path) -> None:
    old = open_path(path)
    Path(make(tmp_path / "b.h5", pixels_of((2, 3), np.float64))).replace(path)
    assert read(old)[0].shape == (5, 6, 7)
    assert read(path)[0].shape == (2, 3)


def test_image_without_permission_is_read_only(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    real = os.open

    def deny(name: Any, flags: int, *rest: Any, **more: Any) -> int:
        if name == path and flags & os.O_RDWR:
            raise PermissionError(13, "Permission denied")
        return real(name, flags, *rest, **more)

    monkeypatch.setattr(os, "open", deny)  # root may write everything
    opened = open_path(path)
    assert not opened.store.writable
    assert read(opened)[0].shape == (5, 6, 7)
    opened.unit = "K"
    for change in (
        lambda: opened.store.save(opened, ["unit"]),
        lambda: opened.store.add_mask("m"),
        lambda: opened.store.changing().__enter__(),
        lambda: lattice_of(opened).write(Box((0, 0, 0), (1, 6, 7)), np.zeros((1, 6, 7))),
    ):
        with pytest.raises(ReadOnlyError, match="cannot be written"):
            change()
