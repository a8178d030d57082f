"""What is known about a paged image can be changed, and casacore sees it."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from jupimage.coordinates import default_system
from jupimage.errors import ArgumentError, DataTypeError, FormatError, MaskError, ReadOnlyError
from jupimage.files import beside
from jupimage.formats import AttributeTable, Opened, open_path
from jupimage.lattice import Box
from jupimage.paged import PagedFormat
from tests.conftest import Oracle
from tests.files.unprivileged import common_folder, unprivileged
from tests.paged.pagedfiles import make, pixels_of, read

BEAM = {
    "major": {"value": 12.5, "unit": "arcsec"},
    "minor": {"value": 7.25, "unit": "arcsec"},
    "positionangle": {"value": -35.0, "unit": "deg"},
}
MISCINFO = {
    "text": "ångström",
    "empty": "",
    "int": 7,
    "large": 2**40,
    "float": 1.5,
    "complex": 1 + 2j,
    "bool": True,
    "single": np.float32(2.5),
    "byte": np.uint8(200),
    "names": ["a", "", "long enough"],
    "matrix": np.arange(6.0).reshape(2, 3),
    "flags": np.array([True, False, True]),
    "nothing": np.array([], np.int32),
    "record": {"deep": {"deeper": 3}, "none": {}},
}


SHAPE = (7, 5, 6)


def simple(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: simple(item) for key, item in value.items()}
    return value.tolist() if isinstance(value, np.ndarray | np.generic) else value


def change(opened: Opened, **fields: Any) -> None:
    with opened.store.changing():
        opened.store.renew(opened)
        for name, value in fields.items():
            setattr(opened, name, value)
        opened.store.save(opened, tuple(fields))


@pytest.fixture
def path(tmp_path: Path) -> str:
    return make(tmp_path / "a.img", pixels_of(SHAPE), np.ones(SHAPE, bool))


def test_all_fields_survive_creation(oracle: Oracle, tmp_path: Path) -> None:
    path = make(
        tmp_path / "a.img",
        pixels_of(SHAPE),
        unit="Jy/beam",
        imageinfo={"imagetype": "Intensity", "objectname": "M 51", "restoringbeam": BEAM},
        miscinfo=MISCINFO,
        history=["one"],
    )
    opened = open_path(path)
    assert opened.unit == "Jy/beam"
    assert opened.imageinfo["restoringbeam"] == BEAM
    assert simple(opened.miscinfo) == simple(MISCINFO)
    assert opened.history == ["one"]
    image = oracle.images.image(path)
    assert image.unit() == "Jy/beam"
    assert image.imageinfo()["restoringbeam"] == BEAM
    assert simple(image.miscinfo()) == simple(MISCINFO)
    assert image.history() == ["one"]
    oracle.count(4)


@pytest.mark.parametrize("shape", [(40,), (5, 6), (7, 5, 6), (3, 4, 5, 6), (2, 3, 4, 5, 6)])
def test_coordinates_are_those_that_casacore_reads(
    shape: tuple[int, ...], oracle: Oracle, tmp_path: Path
) -> None:
    path = make(tmp_path / "a.img", pixels_of(shape))
    theirs = oracle.images.image(path).coordinates().dict()
    assert simple(open_path(path).coordinates.dict()) == simple(theirs)
    oracle.count()


def test_changes_are_seen_by_another_handle_and_by_casacore(oracle: Oracle, path: str) -> None:
    mine, other = open_path(path), open_path(path)
    system = default_system(SHAPE).copy()
    system["spectral"].set_restfrequency(1.6e9)
    change(
        mine,
        unit="K",
        imageinfo={"imagetype": "Velocity", "objectname": "x", "restoringbeam": BEAM},
        miscinfo={"a": 1},
        coordinates=system,
        default_mask="",
        history=["new"],
    )
    other.store.renew(other)
    for opened in (mine, other, open_path(path)):
        assert (opened.unit, opened.miscinfo, opened.default_mask) == ("K", {"a": 1}, "")
        assert opened.imageinfo["imagetype"] == "Velocity"
        assert opened.coordinates["spectral"].get_restfrequency() == 1.6e9
        assert opened.history == ["new"]
    image = oracle.images.image(path)
    assert (image.unit(), image.miscinfo(), image.history()) == ("K", {"a": 1}, ["new"])
    assert image.coordinates()["spectral"].get_restfrequency() == 1.6e9
    assert not image.getmask().any()
    oracle.count(5)


def test_changes_by_casacore_are_seen(oracle: Oracle, path: str) -> None:
    opened = open_path(path)
    opened.store.unlock()
    with oracle.tables.table(path, readonly=False, ack=False) as table:
        table.putkeyword("units", "mJy")
        table.putkeyword("miscinfo", {"b": "c"})
    opened.store.renew(opened)
    assert (opened.unit, opened.miscinfo) == ("mJy", {"b": "c"})
    oracle.count()


def test_beams_of_channels_are_read_by_casacore(oracle: Oracle, tmp_path: Path) -> None:
    beams: dict[str, Any] = {"nChannels": 4, "nStokes": 1}
    for channel in range(4):
        beams[f"*{channel}"] = BEAM | {"major": {"value": 20.0 + channel, "unit": "arcsec"}}
    info = {"imagetype": "Intensity", "objectname": "", "perplanebeams": beams}
    shape = (4, 7, 5, 6)
    system = default_system((7, 4, 5, 6))
    path = make(tmp_path / "a.img", pixels_of((7, 4, 5, 6)), coordinates=system)
    opened = open_path(path)
    assert len(shape) == opened.coordinates.ndim
    beams["nChannels"] = 7
    for channel in range(4, 28):
        beams[f"*{channel}"] = BEAM
    beams["nStokes"] = 4
    change(opened, imageinfo=info)
    assert open_path(path).imageinfo == info
    assert oracle.images.image(path).imageinfo() == info
    oracle.count()


def test_units_with_blanks_are_read_as_casacore_does(oracle: Oracle, path: str) -> None:
    for unit in ("K km s-1", "Jy/beam", "foo bar", "counts", ""):
        change(open_path(path), unit=unit)
        assert open_path(path).unit == oracle.images.image(path).unit()
        oracle.count()


def test_regions_are_kept(path: str) -> None:
    box = {
        "isRegion": 1,
        "name": "LCBox",
        "comment": "",
        "oneRel": True,
        "blc": np.ones(3, np.float32),
        "trc": np.full(3, 2, np.float32),
        "shape": np.array([6, 5, 4], np.int32),
    }
    change(open_path(path), regions={"box": box})
    assert simple(open_path(path).regions) == simple({"box": box})
    with pytest.raises(MaskError, match="a region cannot have the name of a mask: mask0"):
        change(open_path(path), regions={"mask0": box})


@pytest.mark.parametrize(
    ("field", "value", "kind", "message"),
    [
        ("miscinfo", {"a": None}, DataTypeError, "wanted a number, text, an array or a dict"),
        ("miscinfo", {"a": [1, "x", None]}, DataTypeError, "miscinfo.a"),
        ("imageinfo", {"imagetype": "nonsense"}, ArgumentError, "imagetype is one of"),
        ("imageinfo", {"restoringbeam": {}}, ArgumentError, "restoringbeam"),
        ("default_mask", "other", MaskError, "wanted one of the masks mask0 as the default one"),
    ],
)
def test_what_cannot_be_stored_changes_nothing(
    path: str, field: str, value: Any, kind: type[Exception], message: str
) -> None:
    opened = open_path(path)
    before = Path(path, "table.dat").read_bytes()
    with pytest.raises(kind, match=message):
        change(opened, **{field: value})
    assert Path(path, "table.dat").read_bytes() == before
    assert sorted(p.name for p in Path(path).iterdir() if p.name.startswith("table.")) == [
        "table.dat",
        "table.f0",
        "table.f0_TSM0",
        "table.info",
        "table.lock",
    ]


def test_odd_keywords_are_left_out_with_a_warning(oracle: Oracle, path: str) -> None:
    with oracle.tables.table(path, readonly=False, ack=False) as table:
        table.removekeyword("units")
        table.putkeyword("units", 5)
        table.removekeyword("miscinfo")
        table.putkeyword("miscinfo", "text")
        table.putkeyword("Image_defaultmask", "gone")
        table.putkeyword(
            "imageinfo", {"restoringbeam": BEAM | {"minor": BEAM["major"] | {"value": 90.0}}}
        )
    with pytest.warns(UserWarning, match="left out|no mask is used") as caught:
        opened = open_path(path)
    assert len(caught) == 4
    assert len(opened.remarks) == 4
    assert (opened.unit, opened.miscinfo, opened.default_mask) == ("", {}, "")
    assert opened.imageinfo == {"imagetype": "Intensity", "objectname": ""}
    assert not opened.lattice.masked


def test_image_without_coordinates_is_refused(oracle: Oracle, path: str) -> None:
    with oracle.tables.table(path, readonly=False, ack=False) as table:
        table.removekeyword("coords")
    with pytest.raises(FormatError, match="coords: wanted a record, got nothing"):
        open_path(path)


def test_missing_table_info_is_remarked(path: str) -> None:
    expected, _ = read(path)
    Path(path, "table.info").unlink()
    opened = open_path(path)
    np.testing.assert_array_equal(read(opened)[0], expected)
    assert opened.remarks == (
        "table.info does not say that this is an image: casacore does not open it",
    )


def test_table_that_is_no_image_is_not_taken_for_one(oracle: Oracle, tmp_path: Path) -> None:
    path = str(tmp_path / "t.tab")
    description = oracle.tables.maketabdesc([oracle.tables.makescacoldesc("a", 1)])
    oracle.tables.table(path, description, nrow=2, ack=False).close()
    with pytest.raises(FormatError, match="is a casacore table, but no image"):
        open_path(path)


def test_selector_is_refused(path: str) -> None:
    with pytest.raises(FormatError, match="has no parts to choose from"):
        open_path(f"{path}[1]")


def test_lattice_pickles_with_its_mask(path: str) -> None:
    opened = open_path(path)
    opened.store.add_mask("other")
    lattice: Any = opened.store.masked("other")
    lattice.write(Box((0, 0, 0), (1, 1, 1)), None, np.zeros((1, 1, 1), bool))
    again = pickle.loads(pickle.dumps(lattice))
    good = again.read(Box.whole(SHAPE), values=False).good
    assert good.sum() == 209
    without = pickle.loads(pickle.dumps(opened.store.masked("")))
    assert not without.masked


def test_forgotten_handles_free_the_image(path: str) -> None:
    blueprint_of = make  # replaces the image
    opened = open_path(path)
    with pytest.raises(FormatError, match="is open in this process: close it first"):
        blueprint_of(Path(path), pixels_of((2, 3)))
    del opened
    blueprint_of(Path(path), pixels_of((2, 3)))
    assert open_path(path).lattice.shape == (2, 3)


def test_closing_one_handle_leaves_the_others(path: str) -> None:
    first, second = open_path(path), open_path(path)
    first.lattice.close()  # type: ignore[attr-defined]
    assert read(second)[0].shape == SHAPE


def test_read_only_image_refuses_writes() -> None:
    with common_folder() as folder:
        path = make(folder / "a.img", pixels_of(SHAPE), np.ones(SHAPE, bool))
        for inner in (Path(path), *Path(path).rglob("*")):
            inner.chmod(0o555 if inner.is_dir() else 0o444)
        with unprivileged():
            opened = open_path(path)
            lattice: Any = opened.lattice
            assert not opened.store.writable
            for write in (
                lambda: lattice.write(Box.whole(SHAPE), np.zeros(SHAPE)),
                lambda: change(opened, unit="K"),
                lambda: opened.store.add_mask("x"),
                lambda: opened.store.remove_mask("mask0"),
                lambda: opened.store.add_history(opened, ["x"], "test"),
                lambda: opened.store.save_attributes("x", AttributeTable()),
            ):
                with pytest.raises(ReadOnlyError, match="cannot be written"):
                    write()
            assert read(opened)[0].shape == SHAPE
            lattice.close()


def test_format_is_found_by_its_name() -> None:
    from jupimage.formats import find_format

    assert isinstance(find_format("casa"), PagedFormat)


def test_threads_read_while_one_writes(path: str) -> None:
    opened = open_path(path)
    lattice: Any = opened.lattice
    stop = threading.Event()

    def look() -> int:
        count = 0
        while not stop.is_set():
            block = lattice.read(Box.whole(SHAPE))
            assert len(np.unique(block.values[0])) == 1
            opened.store.renew(opened)
            list(opened.history)
            count += 1
        return count

    lattice.write(Box.whole(SHAPE), np.zeros(SHAPE))
    with ThreadPoolExecutor(4) as pool:
        readers = [pool.submit(look) for _ in range(4)]
        for number in range(30):
            lattice.write(Box((0, 0, 0), (1, 5, 6)), np.full((1, 5, 6), number))
            change(open_path(path), miscinfo={"number": number})
            opened.store.add_history(opened, [str(number)], "test")
        stop.set()
    assert all(reader.result() for reader in readers)
    assert list(opened.history) == [str(number) for number in range(30)]
    assert open_path(path).miscinfo == {"number": 29}


CHANGES = {
    "keywords": lambda opened: change(opened, unit="K"),
    "history": lambda opened: opened.store.add_history(opened, ["x"], "test"),
    "an attribute group": lambda opened: opened.store.save_attributes("G", AttributeTable()),
    "a mask": lambda opened: opened.store.add_mask("m"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_next_change_removes_what_a_killed_writer_left(tmp_path: Path, what: str) -> None:
    path = make(tmp_path / "a.img", pixels_of(SHAPE))
    with subprocess.Popen([sys.executable, "-S", "-c", ""]) as process:
        process.wait()
    name = beside(str(Path(path, "removed"))).replace(f".{os.getpid()}.", f".{process.pid}.")
    for _ in range(2):  # a group that is there already is another case
        Path(name).mkdir()
        CHANGES[what](open_path(path))
        assert not Path(name).exists()
        what = what if what != "a mask" else "keywords"
