"""FITS files that casacore wrote, against what casacore reads back from them.

The files and their side-cars were made with python-casacore 3.8.1: `NAME.npz` holds pixels and mask
(True = bad), `NAME.json` the rest.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from jupimage.formats import open_path
from jupimage.lattice import Box

DATA = Path(__file__).parent.parent / "data" / "formats"
FILES = sorted(DATA.glob("*.fits"))


def side_car(path: Path) -> dict[str, Any]:
    """Return what casacore said of a file."""
    found: dict[str, Any] = json.loads(Path(f"{path}.json").read_text(encoding="utf-8"))
    return found


def test_golden_files_are_there() -> None:
    assert len(FILES) >= 14


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_pixels_and_mask_are_those_of_casacore(path: Path) -> None:
    wanted = np.load(f"{path}.npz")
    opened = open_path(str(path))
    block = opened.lattice.read(Box.whole(opened.lattice.shape))
    assert block.values is not None
    np.testing.assert_array_equal(block.values, wanted["data"])
    assert str(block.values.dtype) == side_car(path)["numpy_dtype"]
    np.testing.assert_array_equal(block.masked().mask, wanted["mask"])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_information_is_that_of_casacore(path: Path) -> None:
    wanted = side_car(path)
    opened = open_path(str(path))
    assert opened.kind == wanted["imagetype"]
    assert opened.unit == wanted["unit"]
    assert opened.history == wanted["history"]
    assert opened.imageinfo == wanted["info"]["imageinfo"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_left_over_cards_are_those_of_casacore(path: Path) -> None:
    wanted = side_car(path)["info"]["miscinfo"]
    # casacore hands these two back although it wrote them itself, as part of the coordinates
    wanted = {key: value for key, value in wanted.items() if key not in ("altrval", "altrpix")}
    assert open_path(str(path)).miscinfo == wanted


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_coordinates_have_an_axis_for_each_axis_of_the_pixels(path: Path) -> None:
    opened = open_path(str(path))
    assert opened.coordinates.ndim == len(opened.lattice.shape)
