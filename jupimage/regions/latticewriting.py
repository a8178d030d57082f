"""From a region of an image to its record in pixels, as casacore reads it.

A record holds positions in single precision, so the shape in it may miss a pixel at the edge.
Each one is read again: where a pixel differs, the region is stored pixel by pixel. So are polygons
of which casacore would take other pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from jupimage.errors import ArgumentError, FormatError
from jupimage.lattice.box import Box
from jupimage.regions.boxes import box_record
from jupimage.regions.compound import CombinedRegion, ComplementRegion, SpreadRegion
from jupimage.regions.region import PlacedRegion, Region
from jupimage.regions.shapes import EllipsoidRegion, PolygonRegion
from jupimage.regions.simplerecords import SIMPLE

__all__ = ["compound_record", "is_empty", "lattice_record"]

Record = dict[str, Any]

_LARGEST = 1 << 31
_FRACTION = 64
_MOST_LOOKED_AT = 1 << 24
_NAMES: dict[Any, str] = {
    np.logical_or: "LCUnion",
    np.logical_and: "LCIntersection",
    np.greater: "LCDifference",
}


def lattice_record(region: Region) -> Record:
    """Return the record of a region in pixels.

    Raises
    ------
    ArgumentError
        If it has no pixels, or so many one by one that no record holds them.

    Examples
    --------
    >>> circle = EllipsoidRegion(np.array([2.0, 2.0]), np.array([1.0, 1.0]), (5, 5))
    >>> record = lattice_record(circle)
    >>> record["name"], record["center"].tolist()
    ('LCEllipsoid', [3.0, 3.0])
    """
    if is_empty(region):
        raise ArgumentError("a region without pixels cannot be stored")
    if isinstance(region, ComplementRegion):
        if is_empty(region.part):
            return box_record(Box.whole(region.shape), region.shape)
        return compound_record("LCComplement", [lattice_record(region.part)])
    if isinstance(region, CombinedRegion):
        return _combined(region)
    if isinstance(region, SpreadRegion):
        return _spread(region)
    shape = _shape_record(region)
    if shape is not None and _is_same(shape, region):
        return shape
    return _pixel_set(region)


def is_empty(region: Region) -> bool:
    """Whether a region has no pixels, as far as can be told without looking at very many."""
    box = region.bounds
    if not box.size or box.size > _MOST_LOOKED_AT:
        return not box.size
    return not region.select(box).any()


def compound_record(name: str, parts: Sequence[Record], *, kind: int = 1) -> Record:
    """Return the record of regions put together.

    Parameters
    ----------
    name
        ``LCUnion``, ``WCUnion``, ...
    parts
        The records of the regions, in order.
    kind
        1 for regions in pixels, 2 for those in world coordinates.
    """
    regions: Record = {f"*{number}": part for number, part in enumerate(parts, 1)}
    regions["nr"] = len(parts)
    return {"isRegion": kind, "name": name, "comment": "", "regions": regions}


def _combined(region: CombinedRegion) -> Record:
    parts = list(region.parts)
    if region.combine is not np.logical_and:
        # casacore refuses a compound of which a part has no pixels
        parts = [part for n, part in enumerate(parts) if n == 0 or not is_empty(part)]
        if region.combine is np.logical_or and is_empty(parts[0]):
            parts = parts[1:]
    if len(parts) == 1:
        return lattice_record(parts[0])
    return compound_record(_NAMES[region.combine], [lattice_record(part) for part in parts])


def _spread(region: SpreadRegion) -> Record:
    ndim = len(region.shape)
    if len(region.part.shape) == ndim:
        return _pixel_set(region)
    return {
        "isRegion": 1,
        "name": "LCExtension",
        "comment": "",
        "region": lattice_record(region.part),
        "axes": np.array([ndim - 1 - axis for axis in region.axes[::-1]], np.int32),
        "box": box_record(region.box, tuple(region.shape[axis] for axis in region.axes)),
    }


def _shape_record(region: Region) -> Record | None:
    """Return the record of a shape, None if it is none that records know."""
    if isinstance(region, PlacedRegion) and region.lattice is None:
        return box_record(region.box, region.shape)
    if isinstance(region, EllipsoidRegion):
        record = _named("LCEllipsoid", region.shape)
        record["center"] = _floats(region.center[::-1] + 1)
        record["radii"] = _floats(region.radii[::-1])
        if len(region.shape) == 2:
            record["theta"] = np.float32(region.angle)
        return record if _is_clear(region) else None
    if isinstance(region, PolygonRegion) and region.clear:
        x, y = region.corners
        record = _named("LCPolygon", region.shape)
        record["x"], record["y"] = _floats([*x, x[0]]) + 1, _floats([*y, y[0]]) + 1
        return record
    return None


def _is_clear(region: EllipsoidRegion) -> bool:
    """Whether no pixel lies so near the edge that single precision decides over it.

    Positions in simple fractions are exact there, and so is what lies on the edge then.
    """
    numbers = np.concatenate([region.center, region.radii])
    if not region.angle and (numbers * _FRACTION == np.rint(numbers * _FRACTION)).all():
        return True
    error = 8 * float(np.finfo(np.float32).eps) * float(np.abs(numbers).max())
    if not region.radii.min() > error:
        return False
    small, large = (
        EllipsoidRegion(region.center, region.radii + each, region.shape, angle=region.angle)
        for each in (-error, error)
    )
    return bool(np.array_equal(small.select(large.bounds), large.select(large.bounds)))


def _named(name: str, shape: tuple[int, ...]) -> Record:
    return {
        "isRegion": 1,
        "name": name,
        "comment": "",
        "oneRel": True,
        "shape": np.array(shape[::-1], np.int32),
    }


def _floats(values: ArrayLike) -> Any:
    return np.array(values, np.float32)


def _is_same(record: Record, region: Region) -> bool:
    """Whether a record says the same pixels as a region."""
    try:
        found = SIMPLE[record["name"]](record, region.shape, "region")
    except FormatError:
        return False
    box = region.bounds
    around = Box(
        tuple(max(0, a - 1) for a in box.start),
        tuple(min(n, b + 1) for b, n in zip(box.stop, region.shape, strict=True)),
    )
    if isinstance(region, PlacedRegion):
        return found.bounds == region.bounds
    return bool(np.array_equal(found.select(around), region.select(around)))


def _pixel_set(region: Region) -> Record:
    """Return the record that says of each pixel of the smallest box whether it belongs."""
    box = region.bounds
    if box.size >= _LARGEST:
        raise ArgumentError(f"a region of {box.size} single pixels is too large for a record")
    selected = region.select(box)
    return {
        "isRegion": 1,
        "name": "LCPixelSet",
        "comment": "",
        "mask": selected,
        "box": box_record(box, region.shape),
    }
