"""What we write has the types, extents and order of what casacore writes, item by item.

One thing differs on purpose: chunks get their places when a dataset is made, not when they are
first written, so that writing pixels changes nothing else in the file.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from jupimage.coordinates import default_system
from jupimage.formats import Blueprint, Opened, open_path
from jupimage.formats.saving import blueprint_of, plan_save, save
from jupimage.hdf5 import Hdf5Format
from jupimage.lattice import Box
from tests.hdf5.hdf5files import DATA, REAL
from tests.hdf5.hdf5tree import walk


def rewrite(source: Opened, path: Path) -> str:
    """Write an image again, with all its masks."""
    layout = source.store.layout
    assert layout is not None
    blueprint = blueprint_of(source, mask=source.default_mask, tile=layout.tile)
    save(plan_save(source.lattice, str(path), Hdf5Format(), blueprint, {}, strict=True))
    made = open_path(str(path))
    box = Box.whole(source.lattice.shape)
    for name in source.masks:
        if name != source.default_mask:
            made.store.add_mask(name)
            good = source.store.masked(name).read(box, values=False).good
            made.store.masked(name).write(box, None, good)  # type: ignore[attr-defined]
    return str(path)


def without_names(tree: dict[str, Any], path: str) -> dict[str, Any]:
    """Leave out the file names in the records of masks, which have to differ."""
    found = {}
    for where, (attributes, *rest) in ((k, v) for k, v in tree.items() if k.endswith("/")):
        kept = []
        for attribute in attributes:
            if attribute[0] == b"filename":
                assert attribute[3] == path.encode(), where
                assert attribute[1][:2] == ("string", len(path.encode()))
                attribute = (b"filename",)
            kept.append(attribute)
        found[where] = (kept, *rest)
    return tree | found


@pytest.mark.parametrize("name", REAL)
def test_tree_is_that_of_casacore(name: str, tmp_path: Path) -> None:
    source = str(DATA / name)
    made = rewrite(open_path(source), tmp_path / "new.h5")
    # the real files had their absolute paths replaced by bare names
    theirs, ours = without_names(walk(source), name), without_names(walk(made), made)
    assert list(ours) == list(theirs)
    for where in theirs:
        assert ours[where] == theirs[where], where


@pytest.mark.parametrize("name", REAL)
def test_tree_stays_so_when_all_is_changed_in_place(name: str, tmp_path: Path) -> None:
    source = open_path(str(DATA / name))
    made = rewrite(source, tmp_path / "new.h5")
    before = walk(made)
    opened = open_path(made)
    fields = ["unit", "miscinfo", "coordinates", "default_mask", "regions", "imageinfo"]
    opened.store.save(opened, fields)
    for group, table in opened.store.attributes().items():
        opened.store.save_attributes(group, table)
    after = walk(made)
    assert list(after) == list(before)
    for where in before:
        assert after[where] == before[where], where


def test_history_is_the_only_thing_that_casacore_does_not_know(tmp_path: Path) -> None:
    made = rewrite(open_path(str(DATA / "c8.h5")), tmp_path / "new.h5")
    before = set(walk(made))
    (again := open_path(made)).store.add_history(again, ["cleaned"], "test")
    added = set(walk(made)) - before
    assert added == {"/history/", "/history/00000/"}


def test_every_chunk_has_its_place_and_zeros_are_holes(tmp_path: Path) -> None:
    shape = (64, 512, 512)
    blueprint = Blueprint(shape, np.dtype(np.float64), default_system(shape))
    path = tmp_path / "zero.h5"
    Hdf5Format().create(str(path), blueprint).commit()
    dataset = walk(str(path))["/map"]
    size = 64 * 512 * 512 * 8
    assert dataset[-2] == size  # bytes of all chunks
    status = path.stat()
    assert status.st_size > size
    if hasattr(status, "st_blocks"):
        assert status.st_blocks * 512 < 2_000_000
