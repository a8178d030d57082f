"""Miriad images against what casacore reads in them, and its Miriad library.

The data sets and their side-cars were made with python-casacore 3.8.1: `NAME.npz` holds the
pixels, and the mask as Miriad's own library reads it (casacore's images ignore it); `NAME.json`
the rest. One data set, `m_bylib`, was written by Miriad's library.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from jupimage.formats import Opened, open_path
from jupimage.lattice import Box
from tests.coordinates.sidecars import assert_same_record, decode
from tests.miriad.miriadfiles import DATA, GOLDEN, unpack

if TYPE_CHECKING:
    from tests.conftest import Oracle

HISTORY = ["made for jupimage", "second line"]
RICH = {"m_bylib.mir", "m_freq.mir"}


def side_car(name: str) -> dict[str, Any]:
    """Return what casacore said of a data set."""
    found: dict[str, Any] = decode(json.loads((DATA / f"{name}.json").read_text(encoding="utf-8")))
    return found


@pytest.fixture(params=GOLDEN)
def name(request: pytest.FixtureRequest) -> str:
    chosen: str = request.param
    return chosen


@pytest.fixture
def opened(name: str, tmp_path: Path) -> Opened:
    return open_path(unpack(name, tmp_path))


def test_corpus_is_there() -> None:
    assert len(GOLDEN) >= 8


def test_pixels_are_those_of_casacore(name: str, opened: Opened) -> None:
    block = opened.lattice.read(Box.whole(opened.lattice.shape))
    np.testing.assert_array_equal(block.values, np.load(DATA / f"{name}.npz")["data"])
    assert opened.lattice.dtype == np.float32
    assert opened.kind == side_car(name)["imagetype"]


def test_mask_is_that_of_the_file(name: str, opened: Opened) -> None:
    wanted = np.load(DATA / f"{name}.npz")["pixelmask_mask"]
    block = opened.lattice.read(Box.whole(opened.lattice.shape))
    if opened.masks:
        np.testing.assert_array_equal(block.good, wanted)
        assert opened.default_mask == "mask"
    else:
        assert block.good is None
        assert wanted.all()


def test_world_coordinates_are_those_of_casacore(name: str, opened: Opened) -> None:
    for known in side_car(name)["toworld"]:
        world = opened.coordinates.toworld(known["pixel"])
        np.testing.assert_allclose(world, known["world"], rtol=1e-12, atol=1e-12)
        pixel = opened.coordinates.topixel(known["world"])
        np.testing.assert_allclose(pixel, known["topixel"], rtol=0, atol=1e-7)


def test_coordinate_record_is_that_of_casacore_but_for_the_observer(
    name: str, opened: Opened
) -> None:
    record = dict(opened.coordinates.dict())
    assert record.pop("observer") == ("nobody" if name in RICH else "UNKNOWN")
    wanted = side_car(name)["coordinates"]
    assert wanted.pop("observer") == "UNKNOWN"
    assert_same_record(record, wanted)


def test_information_is_that_of_casacore_but_for_the_object(name: str, opened: Opened) -> None:
    wanted = side_car(name)
    info = dict(opened.imageinfo)
    assert info.pop("objectname") == ("M31" if name in RICH else "")
    assert wanted["info"]["imageinfo"].pop("objectname") == ""
    assert info == wanted["info"]["imageinfo"]
    assert opened.unit == wanted["unit"]


def test_history_and_left_over_items_are_read(name: str, opened: Opened) -> None:
    assert opened.history == ([] if name == "m_bylib.mir" else HISTORY)
    assert opened.miscinfo == ({"pbtype": "gaus"} if name in RICH else {})
    assert opened.remarks == ()


def test_live_oracle_agrees(oracle: Oracle, name: str, tmp_path: Path) -> None:
    path = unpack(name, tmp_path)
    theirs, ours = oracle.images.image(path), open_path(path)
    block = ours.lattice.read(Box.whole(ours.lattice.shape))
    np.testing.assert_array_equal(block.values, theirs.getdata())
    pixel = [n / 3 for n in ours.lattice.shape]
    if "stokes" not in ours.coordinates.get_names():
        np.testing.assert_allclose(
            ours.coordinates.toworld(pixel), theirs.toworld(pixel), rtol=1e-12, atol=1e-12
        )
    oracle.count(2)
