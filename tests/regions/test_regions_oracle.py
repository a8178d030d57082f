"""Regions have the pixels that casacore gives them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from jupimage.lattice import Box
from jupimage.regions import read_region
from tests.conftest import Oracle
from tests.regions.regionrecords import (
    box,
    compound,
    ellipsoid,
    integers,
    lattice_region,
    pixel_set,
    polygon,
)
from tests.regions.skyimages import pixels

PLANE = (13, 17)
CUBE = (4, 6, 8)
FLAT = (17, 13)


def casacore_regions(
    oracle: Oracle, folder: Path, records: dict[str, Any], shape: tuple[int, ...]
) -> dict[str, NDArray[np.bool_]]:
    """Return the pixels of regions as casacore sees them.

    As masks it takes regions of the whole image only, which the complement of each is.
    """
    path = str(folder / "a.img")
    oracle.images.image(path, shape=list(shape))
    with oracle.tables.table(path, readonly=False, ack=False) as table:
        complements = {name: compound("LCComplement", part) for name, part in records.items()}
        table.putkeyword("masks", complements)
    return {name: oracle.images.image(path, maskname=name).getmask() for name in records}


def ours(record: Any, shape: tuple[int, ...]) -> Any:
    lattice = read_region(record, shape, "r", stored=NotImplemented)
    assert lattice.shape == shape
    return pixels(lattice)


def test_ellipses(oracle: Oracle, tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    records = {}
    center: Any
    radii: Any
    for number in range(60):
        low, high = (2, 12), (1, 6)
        if number % 2:
            center, radii = rng.uniform(*low, 2), rng.uniform(*high, 2)
        else:
            center, radii = rng.integers(*low, 2), rng.integers(*high, 2)
        theta = rng.uniform(-4, 4) if number % 4 > 1 else 0.0
        records[f"e{number}"] = ellipsoid(tuple(center), tuple(radii), FLAT, theta)
    expected = casacore_regions(oracle, tmp_path, records, PLANE)
    for name, record in records.items():
        np.testing.assert_array_equal(ours(record, PLANE), expected[name], err_msg=name)
    oracle.count(len(records))


def test_polygons_but_for_slivers(oracle: Oracle, tmp_path: Path) -> None:
    # where a polygon is narrower than a pixel casacore may take the pixel beside it
    rng = np.random.default_rng(2)
    records = {}
    for number in range(60):
        count = int(rng.integers(3, 8))
        x, y = rng.uniform(1, 17, count), rng.uniform(1, 13, count)
        if number % 2:
            x, y = np.rint(x), np.rint(y)
        if abs(x @ np.roll(y, 1) - y @ np.roll(x, 1)) > 8:  # casacore refuses flat ones
            records[f"p{number}"] = polygon(x, y, FLAT)
    assert len(records) > 40
    expected = casacore_regions(oracle, tmp_path, records, PLANE)
    differing = 0
    for name, record in records.items():
        mine, theirs = ours(record, PLANE), expected[name]
        alone = mine & ~theirs
        assert not alone.any(), name
        differing += int((mine != theirs).sum())
    assert differing < 0.005 * len(records) * mine.size
    oracle.count(len(records))


def test_compound_regions(oracle: Oracle, tmp_path: Path) -> None:
    square, circle = box((2, 2), (6, 5), FLAT), ellipsoid((6, 5), (3, 2), FLAT)
    rng = np.random.default_rng(3)
    records = {
        "box": square,
        "fraction": box((1.6, 2.4), (4.6, 5.4), FLAT),
        "beyond": box((0, 2), (19, 5), FLAT),
        "pixels": pixel_set(rng.random((4, 5)) < 0.5, (3, 7), FLAT),
        "complement": compound("LCComplement", circle),
        "union": compound("LCUnion", square, circle, box((9, 9), (9, 9), FLAT)),
        "intersection": compound("LCIntersection", square, circle),
        "difference": compound("LCDifference", square, circle),
        "reverse": compound("LCDifference", circle, square),
        "nested": compound("LCUnion", compound("LCDifference", circle, square), square),
    }
    expected = casacore_regions(oracle, tmp_path, records, PLANE)
    for name, record in records.items():
        np.testing.assert_array_equal(ours(record, PLANE), expected[name], err_msg=name)
    oracle.count(len(records))


def test_regions_spread_over_further_axes(oracle: Oracle, tmp_path: Path) -> None:
    circle, small = ellipsoid((4, 3), (3, 2), (8, 6)), ellipsoid((4, 3), (2, 2), (8, 6))
    planes = box((2,), (3,), (4,))
    row = box((3,), (4,), (6,))
    records = {
        "slowest": lattice_region("LCExtension", region=circle, axes=integers(2), box=planes),
        "two": lattice_region(
            "LCExtension", region=row, axes=integers(0, 2), box=box((2, 2), (5, 3), (8, 4))
        ),
        "middle": lattice_region(
            "LCExtension",
            region=ellipsoid((4, 2), (3, 2), (8, 4)),
            axes=integers(1),
            box=box((2,), (5,), (6,)),
        ),
        "stretch": lattice_region(
            "LCStretch", region=box((2, 2, 1), (5, 3, 1), (8, 6, 1)), axes=integers(2), box=planes
        ),
        "stack": compound("LCConcatenation", circle, small, axis=2, box=planes),
    }
    expected = casacore_regions(oracle, tmp_path, records, CUBE)
    for name, record in records.items():
        np.testing.assert_array_equal(ours(record, CUBE), expected[name], err_msg=name)
    oracle.count(len(records))


@pytest.mark.parametrize("seed", range(10))
def test_any_box_of_a_region_is_that_part_of_it(seed: int) -> None:
    rng = np.random.default_rng(seed)
    circle = ellipsoid((4, 3), (3, 2), (8, 6))
    stack = compound(
        "LCConcatenation", circle, box((2, 2), (7, 3), (8, 6)), axis=2, box=box((2,), (3,), (4,))
    )
    extension = lattice_region(
        "LCExtension", region=circle, axes=integers(2), box=box((2,), (3,), (4,))
    )
    pixels = pixel_set(rng.random((3, 4, 5)) < 0.5, (3, 2, 1), (8, 6, 4))
    slicer = lattice_region(
        "LCSlicer",
        oneRel=True,
        blc=np.array([2, 1, 1], np.float32),
        trc=np.array([8, 5, 4], np.float32),
        inc=np.array([2, 3, 1], np.float32),
    )
    union = compound("LCUnion", stack, extension, pixels, compound("LCComplement", pixels))
    for record in (stack, extension, pixels, slicer, union):
        whole = ours(record, CUBE)
        start = [int(rng.integers(0, n)) for n in CUBE]
        stop = [int(rng.integers(a, n + 1)) for a, n in zip(start, CUBE, strict=True)]
        part = Box(tuple(start), tuple(stop), tuple(int(n) for n in rng.integers(1, 4, 3)))
        found = read_region(record, CUBE, "r", stored=NotImplemented).read(part).values
        np.testing.assert_array_equal(found, whole[part.slices])
