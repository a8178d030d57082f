"""Records of regions that are damaged or not understood are refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from jupimage.errors import FormatError, MaskError
from jupimage.lattice import Box, MemoryLattice
from jupimage.regions import PlacedRegion, box_record, read_box, read_region
from tests.regions.regionrecords import box, compound, ellipsoid, lattice_region, pixel_set, polygon

SHAPE = (6, 8)
FLAT = (8, 6)


def read(record: Any, shape: tuple[int, ...] = SHAPE) -> Any:
    return read_region(record, shape, "m", stored=lambda _: MemoryLattice(np.ones(SHAPE, bool)))


def without(record: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in record.items() if key != name}


@pytest.mark.parametrize(
    ("record", "message"),
    [
        (without(box((1, 1), (2, 2), FLAT), "blc"), "m: wanted a field 'blc'"),
        (without(box((1, 1), (2, 2), FLAT), "oneRel"), "m: wanted a field 'oneRel'"),
        (box((1, 1), (2, 2), (8, 7)), r"m: wanted a region of an image of shape \(6, 8\)"),
        (box((5, 1), (2, 2), FLAT), "m: wanted corners inside an image"),
        (box((9, 1), (12, 2), FLAT), "m: wanted corners inside an image"),
        (box((np.nan, 1), (12, 2), FLAT), "m: wanted corners"),
        (box((1,), (2,), FLAT), "m: wanted 2 numbers 'blc', got 1"),
        (box((1, 1), (2, 2), FLAT) | {"blc": "x"}, "m: wanted a row of numbers 'blc'"),
        (box((1, 1), (2, 2), FLAT) | {"shape": 1.5}, "m: wanted whole numbers 'shape'"),
        (ellipsoid((4, 3), (0, 2), FLAT), "m: wanted radii above 0"),
        (ellipsoid((4, 3), (np.nan, 2), FLAT), "m: wanted radii above 0"),
        (polygon([1, 2, np.inf], [1, 2, 3], FLAT), "m: wanted the corners of a polygon"),
        (lattice_region("LCPolygon", oneRel=True, x=[], y=[]), "m: wanted the corners"),
        (pixel_set(np.ones((2, 3)), (1, 1), FLAT), "m: wanted Bools of shape"),
        (without(pixel_set(np.ones((2, 3), bool), (1, 1), FLAT), "mask"), "m: wanted Bools"),
        (compound("LCUnion"), "m: wanted regions, as many as"),
        (lattice_region("LCUnion", regions={"nr": 9}), "m: wanted regions, as many as 1 fields"),
        (lattice_region("LCUnion", regions={"*1": 3, "nr": 1}), r"m: wanted a record '\*1'"),
        (lattice_region("LCUnion"), "m: wanted a field 'regions'"),
        ({"isRegion": 1}, "m: wanted a field 'name'"),
        ({"name": 3}, "m: wanted a text 'name'"),
        (lattice_region("LCExtension", axes=[5]), "m: wanted axes below 2"),
        (lattice_region("LCExtension", axes=[0, 1]), "m: wanted an axis of the region"),
        (
            compound(
                "LCConcatenation",
                box((1,), (2,), (8,)),
                axis=1,
                box=box((2,), (3,), (6,)),
            ),
            "m: wanted 2 regions, got 1",
        ),
        (
            lattice_region("LCSlicer", oneRel=True, blc=[1, 1], trc=[2, 2], inc=[0, 1]),
            "m: wanted corners and steps",
        ),
    ],
)
def test_damaged_records_are_refused(record: Any, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        read(record)


def test_records_too_deep_are_refused() -> None:
    record = box((1, 1), (2, 2), FLAT)
    for _ in range(60):
        record = compound("LCComplement", record)
    with pytest.raises(FormatError, match="m: wanted regions at most 50 deep, got more"):
        read(record)


@pytest.mark.parametrize(
    ("record", "message"),
    [
        (lattice_region("WCBox"), "m: a region of kind 'WCBox' cannot be used as a mask"),
        (lattice_region("LCSlicer", fracblc=[True]), "m: a slicer in fractions"),
        (lattice_region("LCSlicer", arblc=[2]), "m: a relative slicer"),
    ],
)
def test_what_is_not_understood_is_no_mask(record: Any, message: str) -> None:
    with pytest.raises(MaskError, match=message):
        read(record)


def test_boxes_of_masks_are_stored_from_one() -> None:
    record = box_record(Box((1, 2), (4, 8)), SHAPE)
    assert (record["blc"].tolist(), record["trc"].tolist()) == ([3, 2], [8, 4])
    assert read_box(record, SHAPE, "m") == Box((1, 2), (4, 8))
    from_zero = record | {"oneRel": False, "blc": record["blc"] - 1, "trc": record["trc"] - 1}
    assert read_box(from_zero, SHAPE, "m") == Box((1, 2), (4, 8))


def test_boxes_reach_the_end_of_axes_longer_than_single_precision() -> None:
    shape = (2, 20_000_001)
    assert read_box(box_record(Box.whole(shape), shape), shape, "m") == Box.whole(shape)


def test_stored_mask_of_the_whole_image_is_used_as_it_is() -> None:
    mask = PlacedRegion(None, Box((0, 0), (2, 2)), SHAPE)
    record = lattice_region("LCPagedMask", mask="t", box=box((1, 1), (8, 6), FLAT))
    assert read_region(record, SHAPE, "m", stored=lambda _: mask) is mask


def test_outside_the_box_of_a_stored_mask_nothing_is_good() -> None:
    mask = MemoryLattice(np.ones((2, 3), bool))
    record = lattice_region("LCPagedMask", mask="t", box=box((2, 3), (4, 4), FLAT))
    found = read_region(record, SHAPE, "m", stored=lambda _: mask)
    values = found.read(Box.whole(SHAPE)).values
    assert values is not None
    assert values.sum() == 6
    assert values[2:4, 1:4].all()


def test_mask_of_another_shape_than_its_box_is_refused() -> None:
    record = lattice_region("LCPagedMask", mask="t", box=box((2, 3), (4, 4), FLAT))
    with pytest.raises(FormatError, match=r"m: a mask of shape \(6, 8\) for a box of \(2, 3\)"):
        read(record)


def test_region_reads_nothing_unless_asked() -> None:
    region = PlacedRegion(None, Box((0, 0), (1, 1)), SHAPE)
    assert region.read(Box.whole(SHAPE), values=False).values is None
    assert not region.masked
    assert region.dtype == bool
