"""Where new images go, and what is there afterwards."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from jupimage.coordinates import default_system
from jupimage.errors import CoordinateError, DataTypeError, FormatError, MaskError, ShapeError
from jupimage.files import swap
from jupimage.formats import AttributeTable, Blueprint, open_path
from jupimage.lattice import Box
from jupimage.paged import PagedFormat
from tests.conftest import Oracle
from tests.paged.pagedfiles import make, pixels_of, read

SHAPE = (4, 5)


def blueprint(shape: tuple[int, ...] = SHAPE, **fields: Any) -> Blueprint:
    fields.setdefault("dtype", np.dtype(np.float32))
    fields.setdefault("coordinates", default_system(shape))
    return Blueprint(shape=shape, **fields)


def listing(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


@pytest.fixture(params=[True, False], ids=["exchange", "renames"])
def exchange(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Use, or do without, the system's way to exchange two folders."""
    monkeypatch.setattr(swap, "_allowed", request.param)
    return bool(request.param)


def test_draft_leaves_nothing_until_it_is_committed(tmp_path: Path) -> None:
    draft = PagedFormat().create(str(tmp_path / "a.img"), blueprint())
    draft.lattice.write(Box.whole(SHAPE), pixels_of(SHAPE))
    assert not (tmp_path / "a.img").exists()
    draft.abandon()
    draft.abandon()
    assert listing(tmp_path) == []


def test_commit_is_final(tmp_path: Path) -> None:
    draft = PagedFormat().create(str(tmp_path / "a.img"), blueprint())
    draft.commit()
    draft.abandon()
    draft.commit()
    values, good = read(str(tmp_path / "a.img"))
    np.testing.assert_array_equal(values, np.zeros(SHAPE))
    assert good is None
    assert [path.name for path in tmp_path.iterdir()] == ["a.img"]


def test_pixels_are_zero_and_good_until_written(oracle: Oracle, tmp_path: Path) -> None:
    path = str(tmp_path / "a.img")
    draft = PagedFormat().create(path, blueprint(mask="m", tile=(3, 2)))
    draft.lattice.write(Box((1, 1), (2, 3)), np.ones((1, 2)), np.zeros((1, 2), bool))
    draft.commit()
    values, good = read(path)
    assert values.sum() == 2
    assert good is not None
    assert good.sum() == 18
    image = oracle.images.image(path)
    assert image.getmask().sum() == 2
    oracle.count()


def test_blank_image_is_sparse(tmp_path: Path) -> None:
    shape = (512, 512, 512)
    path = tmp_path / "a.img"
    draft = PagedFormat().create(str(path), blueprint(shape))
    draft.lattice.write(Box((0, 0, 0), (64, 512, 512)), np.zeros((64, 512, 512), np.float32))
    draft.lattice.write(Box((100, 0, 0), (101, 1, 1)), np.ones((1, 1, 1), np.float32))
    draft.commit()
    status = os.stat(path / "table.f0_TSM0")
    assert status.st_size == 4 * 512**3
    assert status.st_blocks * 512 < 8e6
    values = open_path(str(path)).lattice.read(Box((99, 0, 0), (102, 2, 2))).values
    assert values is not None
    assert values.sum() == 1


def test_existing_image_is_replaced(exchange: bool, tmp_path: Path) -> None:
    path = tmp_path / "a.img"
    make(path, pixels_of((6, 7)), np.ones((6, 7), bool), attributes={"G": AttributeTable()})
    make(path, pixels_of(SHAPE))
    np.testing.assert_array_equal(read(str(path))[0], pixels_of(SHAPE))
    names = {"logtable", "table.dat", "table.f0", "table.f0_TSM0", "table.info", "table.lock"}
    assert set(os.listdir(path)) == names
    assert os.listdir(tmp_path) == ["a.img"]


def test_old_image_stays_until_the_new_one_is_complete(exchange: bool, tmp_path: Path) -> None:
    path = make(tmp_path / "a.img", pixels_of((6, 7)))
    before = {name: (tmp_path / name).stat().st_mtime_ns for name in listing(tmp_path)}
    draft = PagedFormat().create(path, blueprint())
    draft.lattice.write(Box.whole(SHAPE), pixels_of(SHAPE))
    draft.abandon()
    assert {name: (tmp_path / name).stat().st_mtime_ns for name in listing(tmp_path)} == before


def test_image_that_is_open_here_is_not_replaced(tmp_path: Path) -> None:
    path = make(tmp_path / "a.img", pixels_of((6, 7)))
    draft = PagedFormat().create(path, blueprint())
    opened = open_path(path)
    with pytest.raises(FormatError, match="is open in this process: close it first"):
        PagedFormat().create(path, blueprint())
    with pytest.raises(FormatError, match="is open in this process: close it first"):
        draft.commit()
    draft.abandon()
    np.testing.assert_array_equal(read(opened)[0], pixels_of((6, 7)))
    assert os.listdir(tmp_path) == ["a.img"]


def test_what_an_image_does_not_own_stays_in_its_folder(exchange: bool, tmp_path: Path) -> None:
    path = tmp_path / "a.img"
    make(path, pixels_of((6, 7)), np.ones((6, 7), bool))
    (path / "notes.txt").write_text("mine", encoding="utf-8")
    (path / "plots").mkdir()
    (path / "plots" / "one.png").write_bytes(b"png")
    make(path, pixels_of(SHAPE))
    assert (path / "notes.txt").read_text(encoding="utf-8") == "mine"
    assert (path / "plots" / "one.png").read_bytes() == b"png"
    assert not (path / "mask0").exists()
    with pytest.raises(FormatError, match=r"holds plots, which the new image has too"):
        make(path, pixels_of(SHAPE), np.ones(SHAPE, bool), mask="plots")
    np.testing.assert_array_equal(read(str(path))[0], pixels_of(SHAPE))


def test_empty_folder_becomes_the_image(exchange: bool, tmp_path: Path) -> None:
    (tmp_path / "a.img").mkdir()
    make(tmp_path / "a.img", pixels_of(SHAPE))
    np.testing.assert_array_equal(read(str(tmp_path / "a.img"))[0], pixels_of(SHAPE))


def test_plain_folder_keeps_its_files(tmp_path: Path) -> None:
    path = tmp_path / "folder"
    path.mkdir()
    (path / "data.txt").write_text("mine", encoding="utf-8")
    make(path, pixels_of(SHAPE))
    assert (path / "data.txt").read_text(encoding="utf-8") == "mine"
    np.testing.assert_array_equal(read(str(path))[0], pixels_of(SHAPE))
    assert os.listdir(tmp_path) == ["folder"]


def test_plain_folder_with_files_of_such_names_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "folder"
    path.mkdir()
    (path / "table.f0").write_text("mine", encoding="utf-8")
    with pytest.raises(FormatError, match=r"holds table\.f0, which the new image has too"):
        make(path, pixels_of(SHAPE))
    assert listing(path) == ["table.f0"]


def test_file_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "a.img").write_text("mine", encoding="utf-8")
    with pytest.raises(
        FormatError, match="is a file, which an image of this format cannot replace"
    ):
        make(tmp_path / "a.img", pixels_of(SHAPE))
    assert (tmp_path / "a.img").read_text(encoding="utf-8") == "mine"


def test_other_table_is_not_replaced(oracle: Oracle, tmp_path: Path) -> None:
    path = str(tmp_path / "t.tab")
    description = oracle.tables.maketabdesc([oracle.tables.makescacoldesc("a", 1)])
    oracle.tables.table(path, description, nrow=2, ack=False).close()
    before = listing(tmp_path)
    with pytest.raises(FormatError, match="is a table but no image, so it is not replaced"):
        make(Path(path), pixels_of(SHAPE))
    assert listing(tmp_path) == before


def test_missing_parent_is_said(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="there is no folder"):
        make(tmp_path / "no" / "a.img", pixels_of(SHAPE))


def test_link_to_an_image_stays_a_link(tmp_path: Path) -> None:
    make(tmp_path / "a.img", pixels_of((6, 7)))
    (tmp_path / "latest").symlink_to("a.img")
    make(tmp_path / "latest", pixels_of(SHAPE))
    assert (tmp_path / "latest").is_symlink()
    np.testing.assert_array_equal(read(str(tmp_path / "a.img"))[0], pixels_of(SHAPE))


@pytest.mark.parametrize(
    ("fields", "kind", "message"),
    [
        ({"dtype": np.dtype(np.int32)}, DataTypeError, "wanted pixels of float, double"),
        ({"dtype": np.dtype(bool)}, DataTypeError, "wanted pixels of float, double"),
        ({"coordinates": default_system((3, 4, 5))}, CoordinateError, "wanted coordinates of 2"),
        ({"tile": (5, 5)}, ShapeError, "wanted a tile that fits"),
        ({"tile": (2,)}, ShapeError, "wanted a tile that fits"),
        ({"mask": "a/b"}, MaskError, "wanted a name that a folder can have"),
        ({"mask": "G", "attributes": {"G": AttributeTable()}}, MaskError, "cannot be called 'G'"),
        ({"mask": "R", "regions": {"R": {}}}, MaskError, "cannot be called 'R'"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_written(
    tmp_path: Path, fields: dict[str, Any], kind: type[Exception], message: str
) -> None:
    with pytest.raises(kind, match=message):
        PagedFormat().create(str(tmp_path / "a.img"), blueprint(**fields))
    assert listing(tmp_path) == []


def test_losses_are_named_and_left_out(tmp_path: Path) -> None:
    plan = blueprint(
        miscinfo={"good": 1, "bad": None, "nested": {"x": [object()]}},
        attributes={"a/b": AttributeTable(), "fine": AttributeTable()},
    )
    format = PagedFormat()
    assert format.losses(plan) == (
        "miscinfo entry 'bad', a NoneType",
        "miscinfo entry 'nested', a dict",
        "attribute group 'a/b', whose name no folder can have",
    )
    format.create(str(tmp_path / "a.img"), plan).commit()
    opened = open_path(str(tmp_path / "a.img"))
    assert opened.miscinfo == {"good": 1}
    assert list(opened.store.attributes()) == ["fine"]


@pytest.mark.parametrize("shape", [(1,), (1, 1), (200_000,), (3, 1, 1, 1000), (600, 700)])
def test_default_tiles_are_those_of_casacore(
    shape: tuple[int, ...], oracle: Oracle, tmp_path: Path
) -> None:
    make(tmp_path / "ours.img", np.zeros(shape, np.float32), np.ones(shape, bool))
    oracle.images.image(str(tmp_path / "theirs.img"), shape=list(shape))
    for name in ("ours.img", "ours.img/mask0"):
        found, wanted = (
            oracle.tables.table(str(tmp_path / part), ack=False).getdminfo()["*1"]["SPEC"]
            for part in (name, "theirs.img")
        )
        mine, theirs = (spec["HYPERCUBES"]["*1"]["TileShape"] for spec in (found, wanted))
        assert mine.tolist() == theirs.tolist()
        oracle.count()


WRITER = """
import resource, signal, sys
import numpy as np
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
from tests.paged.pagedfiles import make, pixels_of
from jupimage.errors import FormatError
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
from pathlib import Path
try:
    make(Path(sys.argv[1]), pixels_of((8, 8)), np.ones((8, 8), bool), history=["x" * 3000] * 9)
except FormatError as error:
    print("refused:", error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits of file sizes are POSIX")
@pytest.mark.parametrize("limit", [0, 200, 300, 5000, 40_000])
def test_full_disk_leaves_the_old_image(limit: int, tmp_path: Path) -> None:
    path = make(tmp_path / "a.img", pixels_of(SHAPE))
    done = subprocess.run(
        [sys.executable, "-c", WRITER, path, str(limit)],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parent.parent.parent,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("refused: cannot ")
    np.testing.assert_array_equal(read(path)[0], pixels_of(SHAPE))
    assert os.listdir(tmp_path) == ["a.img"]
