"""Records of regions that hold no other region, and need no other file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from jupimage.errors import FormatError, MaskError
from jupimage.lattice.box import Box
from jupimage.lattice.memory import MemoryLattice
from jupimage.regions.boxes import read_box
from jupimage.regions.fields import first_pixel, number, numbers, record
from jupimage.regions.region import PlacedRegion, Region
from jupimage.regions.shapes import EllipsoidRegion, PolygonRegion, SlicedRegion

__all__ = ["SIMPLE"]

Record = Mapping[str, Any]
Shape = tuple[int, ...]

_LARGEST = 1 << 31


def _box(region: Record, shape: Shape, where: str) -> Region:
    return PlacedRegion(None, read_box(region, shape, where), shape)


def _pixels(region: Record, shape: Shape, where: str) -> Region:
    box = read_box(record(region, "box", where), shape, where)
    mask = np.asarray(region.get("mask"))
    if mask.dtype != np.bool_ or mask.shape != box.shape:
        raise FormatError(
            f"{where}: wanted Bools of shape {box.shape} as field 'mask', "
            f"got {mask.dtype} of {mask.shape}"
        )
    return PlacedRegion(MemoryLattice(mask), box, shape)


def _slicer(region: Record, shape: Shape, where: str) -> Region:
    for name in ("fracblc", "fractrc", "fracinc"):
        if name in region and np.any(region[name]):
            raise MaskError(f"{where}: a slicer in fractions cannot be used as a mask")
    for name in ("arblc", "artrc"):
        if name in region and np.any(np.asarray(region[name]) != 1):
            raise MaskError(f"{where}: a relative slicer cannot be used as a mask")
    origin, axes = first_pixel(region, where), len(shape)
    low = numbers(region, "blc", where, count=axes)[::-1] - origin
    high = numbers(region, "trc", where, count=axes)[::-1] - origin
    step = numbers(region, "inc", where, count=axes)[::-1]
    if not np.abs(np.concatenate([low, high, step])).max() < _LARGEST or step.min() < 1:
        raise FormatError(f"{where}: wanted corners and steps, got {low}, {high}, {step}")
    start = np.clip(np.rint(low), 0, None).astype(int)
    stop = np.minimum(np.rint(high).astype(int) + 1, shape)
    box = Box(tuple(start.tolist()), tuple(stop.tolist()), tuple(step.astype(int).tolist()))
    return SlicedRegion(box, shape)


def _ellipsoid(region: Record, shape: Shape, where: str) -> Region:
    axes = len(shape)
    center = numbers(region, "center", where, count=axes)
    radii = numbers(region, "radii", where, count=axes)
    if not radii.min() > 0:
        raise FormatError(f"{where}: wanted radii above 0, got {radii.tolist()}")
    angle = number(region, "theta", where) if "theta" in region and axes == 2 else 0.0
    origin = first_pixel(region, where)
    return EllipsoidRegion(center[::-1] - origin, radii[::-1], shape, angle=angle)


def _polygon(region: Record, shape: Shape, where: str) -> Region:
    if len(shape) != 2:
        raise FormatError(f"{where}: wanted a polygon of 2 axes, got {len(shape)}")
    origin = first_pixel(region, where)
    x = numbers(region, "x", where) - origin
    y = numbers(region, "y", where, count=x.size) - origin
    if not x.size or not np.isfinite(x + y).all():
        raise FormatError(f"{where}: wanted the corners of a polygon, got {x.size}")
    return PolygonRegion(x, y, shape)


SIMPLE: dict[str, Callable[[Record, Shape, str], Region]] = {
    "LCBox": _box,
    "LCPixelSet": _pixels,
    "LCSlicer": _slicer,
    "LCEllipsoid": _ellipsoid,
    "LCPolygon": _polygon,
}
"""What reads a record, given the shape of the image and a name for messages."""
