"""From the record of a region to the region.

Understood are lattice regions (in pixels of the image), slicers in absolute pixels, and, where the
coordinates of the image are given, regions in world coordinates.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from jupimage.errors import BoxError, FormatError, MaskError, ShapeError
from jupimage.lattice.box import Box
from jupimage.lattice.lattice import Lattice
from jupimage.regions.boxes import read_box
from jupimage.regions.compound import (
    CombinedRegion,
    ComplementRegion,
    SpreadRegion,
    StackedRegion,
)
from jupimage.regions.fields import integers, parts, record, text
from jupimage.regions.region import PlacedRegion, Region
from jupimage.regions.simplerecords import SIMPLE
from jupimage.regions.worldrecords import WORLD, read_world

if TYPE_CHECKING:
    from jupimage.coordinates import coordinatesystem

__all__ = ["Stored", "read_region"]

Record = Mapping[str, Any]
Stored = Callable[[Record], Lattice]
"""Opens the pixels of a mask that is stored elsewhere, given its record."""

_DEEPEST = 50


def read_region(
    region: Record,
    shape: tuple[int, ...],
    where: str,
    stored: Stored,
    *,
    system: coordinatesystem | None = None,
) -> Region:
    """Return the region that a record describes, as a lattice of Bools.

    Parameters
    ----------
    region
        The record.
    shape
        Of the image, slowest axis first.
    where
        What the record is called in messages.
    stored
        Opens the pixels of masks that have files of their own.
    system
        Coordinates of the image; without them, world regions are not understood.

    Raises
    ------
    FormatError
        If the record is damaged, or for an image of another shape.
    MaskError
        If it is of a kind that is not understood.

    Examples
    --------
    >>> from jupimage.regions.boxes import box_record
    >>> record = box_record(Box((0, 1), (1, 3)), (2, 3))
    >>> record["name"], read_region(record, (2, 3), "r", stored=None).read(Box.whole((2, 3))).values
    ('LCBox', array([[False,  True,  True],
           [False, False, False]]))
    """
    reader = _Reader(where, stored)
    try:
        if system is not None and region.get("name") in WORLD:
            return read_world(region, system, shape, where)
        return reader.read(region, shape, 0)
    except (BoxError, ShapeError) as error:
        raise FormatError(f"{where}: {error}") from error


class _Reader:
    """Reads a record and those in it."""

    def __init__(self, where: str, stored: Stored) -> None:
        self._where = where
        self._stored = stored

    def read(self, region: Record, shape: tuple[int, ...], level: int) -> Region:
        if level > _DEEPEST:
            raise FormatError(f"{self._where}: wanted regions at most {_DEEPEST} deep, got more")
        name = text(region, "name", self._where)
        if name in ("LCPagedMask", "LCHDF5Mask"):
            return self._open(region, shape)
        if (simple := SIMPLE.get(name)) is not None:
            return simple(region, shape, self._where)
        if (compound := _COMPOUND.get(name)) is not None:
            return compound(self, region, shape, level + 1)
        raise MaskError(f"{self._where}: a region of kind {name[:40]!r} cannot be used as a mask")

    def _open(self, region: Record, shape: tuple[int, ...]) -> Region:
        box = read_box(record(region, "box", self._where), shape, self._where)
        lattice = self._stored(region)
        if isinstance(lattice, Region) and lattice.shape == shape and box == Box.whole(shape):
            return lattice
        return PlacedRegion(lattice, box, shape)

    def complement(self, region: Record, shape: tuple[int, ...], level: int) -> Region:
        return ComplementRegion(self._parts(region, shape, level)[0])

    def union(self, region: Record, shape: tuple[int, ...], level: int) -> Region:
        return CombinedRegion(self._parts(region, shape, level), np.logical_or)

    def intersection(self, region: Record, shape: tuple[int, ...], level: int) -> Region:
        return CombinedRegion(self._parts(region, shape, level), np.logical_and)

    def difference(self, region: Record, shape: tuple[int, ...], level: int) -> Region:
        return CombinedRegion(self._parts(region, shape, level), np.greater)

    def _parts(self, region: Record, shape: tuple[int, ...], level: int) -> list[Region]:
        return [self.read(part, shape, level) for part in parts(region, self._where)]

    def extension(self, region: Record, shape: tuple[int, ...], level: int) -> Region:
        axes = self._axes(integers(region, "axes", self._where), len(shape))
        inner = tuple(n for axis, n in enumerate(shape) if axis not in axes)
        return self._spread(region, shape, axes, inner, level)

    def stretch(self, region: Record, shape: tuple[int, ...], level: int) -> Region:
        axes = self._axes(integers(region, "axes", self._where), len(shape))
        inner = tuple(1 if axis in axes else n for axis, n in enumerate(shape))
        return self._spread(region, shape, axes, inner, level)

    def _spread(
        self,
        region: Record,
        shape: tuple[int, ...],
        axes: tuple[int, ...],
        inner: tuple[int, ...],
        level: int,
    ) -> Region:
        ends = tuple(shape[axis] for axis in axes)
        box = read_box(record(region, "box", self._where), ends, self._where)
        part = self.read(record(region, "region", self._where), inner, level)
        return SpreadRegion(part, axes, box, shape)

    def concatenation(self, region: Record, shape: tuple[int, ...], level: int) -> Region:
        (axis,) = self._axes(integers(region, "axis", self._where)[:1], len(shape))
        box = read_box(record(region, "box", self._where), (shape[axis],), self._where)
        inner = tuple(n for other, n in enumerate(shape) if other != axis)
        found = self._parts(region, inner, level)
        if len(found) != box.size:
            raise FormatError(f"{self._where}: wanted {box.size} regions, got {len(found)}")
        return StackedRegion(found, axis, box.start[0], shape)

    def _axes(self, axes: Any, ndim: int) -> tuple[int, ...]:
        """Return numpy numbers of axes, in numpy order."""
        found = tuple(ndim - 1 - int(axis) for axis in axes[::-1])
        if not found or len(set(found)) != len(found) or not all(0 <= n < ndim for n in found):
            raise FormatError(f"{self._where}: wanted axes below {ndim}, got {axes.tolist()}")
        if len(found) == ndim:
            raise FormatError(f"{self._where}: wanted an axis of the region, got none")
        return found


_COMPOUND: dict[str, Callable[[_Reader, Record, tuple[int, ...], int], Region]] = {
    "LCComplement": _Reader.complement,
    "LCUnion": _Reader.union,
    "LCIntersection": _Reader.intersection,
    "LCDifference": _Reader.difference,
    "LCExtension": _Reader.extension,
    "LCStretch": _Reader.stretch,
    "LCConcatenation": _Reader.concatenation,
}
