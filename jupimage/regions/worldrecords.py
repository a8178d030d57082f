"""Records of regions in world coordinates, laid on one image.

They say positions in the world and become the same shapes in pixels: a circle there is a circle of
pixels, as large as the increment of the axis says, and not exactly one on the sky. (`Circle` is.)
What they do not mention is covered whole.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from jupimage.errors import FormatError, MaskError
from jupimage.lattice.box import Box
from jupimage.regions.compound import CombinedRegion, ComplementRegion
from jupimage.regions.fields import integers, number, parts, record, text
from jupimage.regions.plane import spread
from jupimage.regions.region import PlacedRegion, Region
from jupimage.regions.shapes import EllipsoidRegion, PolygonRegion
from jupimage.regions.worldaxes import WorldAxes

if TYPE_CHECKING:
    from jupimage.coordinates import coordinatesystem

__all__ = ["WORLD", "read_world"]

Record = Mapping[str, Any]

_DEEPEST = 50
_ELLIPSOID, _SPHERE, _ELLIPSE = 0, 1, 2
_ABSOLUTE = 1


def read_world(
    region: Record, system: coordinatesystem, shape: tuple[int, ...], where: str, level: int = 0
) -> Region:
    """Return the region of an image that a record of a world region describes.

    Parameters
    ----------
    region
        The record.
    system, shape
        Of the image.
    where
        What the record is called in messages.
    level
        How deep in other records it is.

    Raises
    ------
    FormatError
        If the record is damaged.
    MaskError
        If it is of a kind that is not understood, or the image has not its axes.
    """
    if level > _DEEPEST:
        raise FormatError(f"{where}: wanted regions at most {_DEEPEST} deep, got more")
    name = text(region, "name", where)
    if (simple := _SIMPLE.get(name)) is not None:
        axes = WorldAxes(region, system, shape, where)
        return simple(region, axes, shape, where)
    if name not in WORLD:
        raise MaskError(f"{where}: a region of kind {name[:40]!r} is not understood")
    found = [read_world(part, system, shape, where, level + 1) for part in parts(region, where)]
    if name == "WCComplement":
        return ComplementRegion(found[0])
    if name == "WCConcatenation":
        return _concatenation(region, found, system, shape, where)
    return CombinedRegion(found, _COMBINE[name])


def _check_absolute(region: Record, where: str) -> None:
    if np.any(integers(region, "absrel", where) != _ABSOLUTE):
        raise MaskError(f"{where}: a region relative to the reference or centre is not understood")


def _quantities(region: Record, name: str, where: str) -> list[Record]:
    holder = record(region, name, where)
    return [record(holder, f"*{n}", where) for n in range(1, len(holder) + 1)]


def _box(region: Record, axes: WorldAxes, shape: tuple[int, ...], where: str) -> Region:
    _check_absolute(region, where)
    low = axes.pixels(_quantities(region, "blc", where))[0]
    high = axes.pixels(_quantities(region, "trc", where), last=True)[0]
    start, stop = [0] * len(shape), list(shape)
    for axis, a, b in zip(axes.axes, low, high, strict=True):
        first, last = (math.floor(min(max(n, -1.0), shape[axis] + 1.0) + 0.5) for n in (a, b))
        if a > b:
            raise MaskError(f"{where}: wanted a corner below the other, got pixels {a:g} and {b:g}")
        start[axis] = min(max(0, first), shape[axis])
        stop[axis] = max(start[axis], min(shape[axis], last + 1))
    return PlacedRegion(None, Box(tuple(start), tuple(stop)), shape)


def _ellipsoid(region: Record, axes: WorldAxes, shape: tuple[int, ...], where: str) -> Region:
    _check_absolute(region, where)
    kind = int(number(region, "type", where))
    # casacore counts the pixels of these centres from 0, whatever the record says
    center = axes.pixels(_quantities(region, "center", where), origin=0)[0]
    if kind == _SPHERE:
        size = axes.lengths([record(region, "radius", where)], axes.axes[:1])[0]
        radii = np.full(len(axes.axes), size)
    else:
        radii = axes.lengths(_quantities(region, "radii", where))
    if not radii.min() > 0:
        raise FormatError(f"{where}: wanted radii above 0, got {radii.tolist()}")
    order = np.argsort(axes.axes)
    lengths = tuple(shape[axes.axes[n]] for n in order)
    angle = _angle(region, axes, where) if kind == _ELLIPSE else 0.0
    if angle and order.tolist() != [1, 0]:
        angle = -angle if len(order) == 2 else 0.0
    found = EllipsoidRegion(center[order], radii[order], lengths, angle=angle)
    return spread(found, [axes.axes[n] for n in order], shape)


def _angle(region: Record, axes: WorldAxes, where: str) -> float:
    from jupimage.coordinates.units import degrees

    theta = record(region, "theta", where)
    return math.radians(number(theta, "value", where) * degrees(axes.unit(region, "theta")))


def _polygon(region: Record, axes: WorldAxes, shape: tuple[int, ...], where: str) -> Region:
    _check_absolute(region, where)
    if len(axes.axes) != 2:
        raise FormatError(f"{where}: wanted a polygon of 2 axes, got {len(axes.axes)}")
    corners = axes.pixels([record(region, name, where) for name in ("x", "y")])
    order = np.argsort(axes.axes)
    first, second = (axes.axes[n] for n in order)
    rows, columns = corners[:, order].T
    flat = PolygonRegion(columns, rows, (shape[first], shape[second]))
    return spread(flat, (first, second), shape)


def _concatenation(
    region: Record,
    found: list[Region],
    system: coordinatesystem,
    shape: tuple[int, ...],
    where: str,
) -> Region:
    """Return regions in the planes of a range of one axis, a plane each."""
    box = record(region, "box", where)
    (axis,) = WorldAxes(box, system, shape, where).axes[:1]
    planes = read_world(box, system, shape, where).bounds
    first, last = planes.start[axis], planes.stop[axis]
    if last - first != len(found):
        raise FormatError(f"{where}: wanted {last - first} regions, got {len(found)}")
    stack: list[Region] = []
    for place, part in enumerate(found, first):
        start, stop = list(planes.start), list(planes.stop)
        start[axis], stop[axis] = place, place + 1
        plane = PlacedRegion(None, Box(tuple(start), tuple(stop)), shape)
        stack.append(CombinedRegion([plane, part], np.logical_and))
    return CombinedRegion(stack, np.logical_or)


_SIMPLE: dict[str, Callable[[Record, WorldAxes, tuple[int, ...], str], Region]] = {
    "WCBox": _box,
    "WCEllipsoid": _ellipsoid,
    "WCPolygon": _polygon,
}

_COMBINE: dict[str, np.ufunc] = {
    "WCUnion": np.logical_or,
    "WCIntersection": np.logical_and,
    "WCExtension": np.logical_and,
    "WCDifference": np.greater,
}

WORLD = frozenset({*_SIMPLE, *_COMBINE, "WCComplement", "WCConcatenation"})
"""Kinds of world regions that are understood."""
