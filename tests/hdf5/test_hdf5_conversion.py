"""Paged images become HDF5 images and paged ones again, and nothing is lost on the way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from jupimage.formats import Opened, find_format, open_path
from jupimage.formats.entry import Entry
from jupimage.formats.saving import blueprint_of, plan_save, save
from tests.casatable.realtables import IMAGES, unpack
from tests.conftest import Oracle
from tests.coordinates.sidecars import assert_same_record
from tests.hdf5.hdf5files import plain, read


def convert(source: Opened, path: Path, kind: str) -> Opened:
    """Copy an image into a file of another format, refusing all losses."""
    blueprint = blueprint_of(source, mask=source.default_mask)
    save(plan_save(source.lattice, str(path), find_format(kind), blueprint, {}, strict=True))
    return open_path(str(path))


def assert_same(one: Opened, other: Opened) -> None:
    for ours, theirs in zip(read(one), read(other), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    for name in ("unit", "imageinfo", "miscinfo", "regions", "default_mask"):
        assert plain(getattr(one, name)) == plain(getattr(other, name)), name
    assert_same_record(one.coordinates.dict(), other.coordinates.dict())
    assert list(map(known, one.history)) == list(map(known, other.history))
    assert groups(one) == groups(other)


def known(line: str) -> tuple[Any, ...]:
    entry = Entry.of(line)
    return str(entry), entry.time, entry.priority, entry.location, entry.object_id


def groups(opened: Opened) -> Any:
    return {
        name: (table.rows, {
            key: (column.type, column.array, plain(column.values), column.unit, column.measure)
            for key, column in table.columns.items()
        })
        for name, table in opened.store.attributes().items()
    }  # fmt: skip


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("name", IMAGES)
def test_there_and_back(name: str, tmp_path: Path, oracle: Oracle) -> None:
    source = open_path(unpack(name, tmp_path))
    there = convert(source, tmp_path / "there.h5", "hdf5")
    assert_same(source, there)
    back = convert(there, tmp_path / "back.img", "casacore")
    assert_same(source, back)
    if back.lattice.dtype.kind in "fc":
        theirs = oracle.images.image(str(tmp_path / "back.img"))
        np.testing.assert_array_equal(theirs.getdata(), read(source)[0])
        oracle.count()
