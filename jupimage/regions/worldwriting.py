"""From a spec in world terms to the record of a world region, where there is one like it.

Such a record can be used with other images too. Polygons, ranges and boxes mean the same to
casacore; a circle on the sky does not (it is one of pixels there), so it is stored in pixels.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from jupimage.errors import CoordinateError
from jupimage.regions.compound import SpreadRegion
from jupimage.regions.flatshapes import Polygon
from jupimage.regions.latticewriting import compound_record, is_empty
from jupimage.regions.plane import SkyPlane
from jupimage.regions.ranges import Corners, Range
from jupimage.regions.shapes import PolygonRegion
from jupimage.regions.spec import Complement, Difference, Intersection, RegionSpec, Union
from jupimage.regions.terms import SkyPosition

if TYPE_CHECKING:
    from jupimage.coordinates import coordinatesystem

__all__ = ["world_record"]

Record = dict[str, Any]
_ABSOLUTE = 1


def world_record(
    spec: RegionSpec,
    system: coordinatesystem,
    shape: tuple[int, ...],
    coordinates: Mapping[str, Any],
) -> Record | None:
    """Return the record of a world region, None if there is none that says the same.

    Parameters
    ----------
    spec
        What is asked for.
    system, shape
        Of the image.
    coordinates
        The record of `system`, as files hold it.
    """
    return _Writer(system, shape, coordinates).write(spec) if _is_world(spec) else None


def _is_world(spec: RegionSpec) -> bool:
    """Whether anything is said in world terms."""
    if isinstance(spec, Polygon):
        return any(isinstance(vertex, SkyPosition) for vertex in spec.vertices)
    if isinstance(spec, Range):
        return isinstance(spec.low, tuple) or isinstance(spec.high, tuple)
    if isinstance(spec, Corners):
        return any(isinstance(value, tuple) for value in (*spec.blc, *spec.trc))
    return any(map(_is_world, _parts(spec)))


def _parts(spec: RegionSpec) -> Sequence[RegionSpec]:
    if isinstance(spec, Union | Intersection):
        return spec.parts
    if isinstance(spec, Difference):
        return (spec.first, spec.second)
    return (spec.part,) if isinstance(spec, Complement) else ()


_NAMES: dict[type[RegionSpec], str] = {
    Union: "WCUnion",
    Intersection: "WCIntersection",
    Difference: "WCDifference",
    Complement: "WCComplement",
}


class _Writer:
    """Writes the records of specs for one image."""

    def __init__(
        self, system: coordinatesystem, shape: tuple[int, ...], coordinates: Mapping[str, Any]
    ) -> None:
        self._system = system
        self._shape = shape
        self._coordinates = coordinates

    def write(self, spec: RegionSpec) -> Record | None:
        if (name := _NAMES.get(type(spec))) is not None:
            # casacore refuses a compound of which a part has no pixels
            parts = _parts(spec)
            if any(is_empty(part.place(self._system, self._shape)) for part in parts):
                return None
            made = [self.write(part) for part in parts]
            found = [record for record in made if record is not None]
            return compound_record(name, found, kind=2) if len(found) == len(made) else None
        if isinstance(spec, Polygon):
            return self._polygon(spec)
        if isinstance(spec, Range | Corners):
            return self._box(spec)
        return None

    def _named(self, name: str, axes: Sequence[int]) -> Record:
        """Return the fields of every record; `axes` are those of the image."""
        ndim = len(self._shape)
        return {
            "isRegion": 2,
            "name": name,
            "comment": "",
            "oneRel": True,
            "pixelAxes": np.array([ndim - axis for axis in axes], np.int32),
            "coordinates": dict(self._coordinates),
        }

    def _polygon(self, spec: Polygon) -> Record | None:
        if not all(isinstance(vertex, SkyPosition) for vertex in spec.vertices):
            return None
        plane = SkyPlane(self._system, self._shape)
        pair = self._system.direction_axes()
        if pair is None or not self._is_clear(spec):
            return None
        pixels = np.zeros((len(spec.vertices), len(self._shape)))
        for n, vertex in enumerate(spec.vertices):
            pixels[n, list(plane.axes)] = plane.pixel(vertex, "vertex")
        world = self._system.transform().toworld(pixels)
        record = self._named("WCPolygon", pair)
        for name, axis in zip(("x", "y"), pair, strict=True):
            known = self._system.axes()[axis]
            record[name] = {"value": world[:, known.world], "unit": known.unit}
        return record | {"absrel": _ABSOLUTE}

    def _is_clear(self, spec: Polygon) -> bool:
        region = spec.place(self._system, self._shape)
        flat = region.part if isinstance(region, SpreadRegion) else region
        return isinstance(flat, PolygonRegion) and flat.clear

    def _box(self, spec: Range | Corners) -> Record | None:
        """Return the box of the pixels themselves: casacore rounds corners to the next pixel."""
        box = spec.place(self._system, self._shape).bounds
        if not box.size:
            return None
        whole = zip(box.start, box.stop, self._shape, strict=True)
        axes = [axis for axis, (a, b, n) in enumerate(whole) if b - a < n]
        sky = self._system.direction_axes()
        if sky is not None and set(sky) & set(axes):
            axes = sorted({*axes, *sky})
        axes = axes[::-1] or [len(self._shape) - 1]
        record = self._named("WCBox", axes) | {"absrel": np.full(len(axes), _ABSOLUTE, np.int32)}
        for name, ends in (("blc", box.start), ("trc", [stop - 1 for stop in box.stop])):
            quantities = self._quantities(ends, axes)
            if quantities is None:
                return None
            record[name] = quantities
        return record

    def _quantities(self, pixel: Sequence[int], axes: Sequence[int]) -> Record | None:
        """Return world values of a pixel along some axes, None where one has none."""
        try:
            world = self._system.toworld(list(pixel))
        except CoordinateError:
            return None
        found: Record = {}
        for number, axis in enumerate(axes, 1):
            known = self._system.axes()[axis]
            if known.world < 0:
                return None
            found[f"*{number}"] = {"value": world[known.world], "unit": known.unit}
            if known.kind in ("stokes", "quality"):
                found[f"*{number}"] = {"value": float(pixel[axis] + 1), "unit": "pix"}
        return found
