"""From whatever a user calls a region to the record that an image stores."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from jupimage.errors import CoordinateError, MaskError
from jupimage.regions.asking import as_region, as_spec
from jupimage.regions.latticewriting import lattice_record
from jupimage.regions.recordspec import RecordSpec
from jupimage.regions.region import Region
from jupimage.regions.worldrecords import read_world
from jupimage.regions.worldwriting import world_record

if TYPE_CHECKING:
    from jupimage.coordinates import coordinatesystem

__all__ = ["to_record"]

_NONE: dict[str, dict[str, Any]] = {}
_MOST_COMPARED = 1 << 24


def to_record(
    what: Any,
    system: coordinatesystem,
    shape: tuple[int, ...],
    *,
    coordinates: Mapping[str, Any] | None = None,
    stored: Mapping[str, dict[str, Any]] = _NONE,
) -> dict[str, Any]:
    """Return the record of a region of an image, as casacore reads it.

    It has the same pixels in this image. In world coordinates are polygons, boxes and ranges that
    were asked for so; all else is in pixels, and fits images of this shape only.

    Parameters
    ----------
    what, system, shape, stored
        As for `as_region`.
    coordinates
        Record of the coordinates as files hold it, if not that of `system` itself.

    Raises
    ------
    ArgumentError, CoordinateError, ShapeError, FormatError
        As `as_region` does.

    Examples
    --------
    >>> from jupimage.coordinates import default_system
    >>> from jupimage.regions import Circle, Range
    >>> system = default_system((8, 9, 7))
    >>> to_record(Circle((4, 3), 2), system, (8, 9, 7))["name"]
    'LCExtension'
    >>> to_record(Range("spectral", "1415 MHz", "1.5 GHz"), system, (8, 9, 7))["name"]
    'WCBox'
    """
    region = as_region(what, system, shape, stored=stored)
    if not isinstance(what, np.ndarray | Region) and not hasattr(what, "tile"):
        spec = as_spec(what, stored=stored)
        if isinstance(spec, RecordSpec):
            return dict(spec.record)
        found = world_record(spec, system, shape, coordinates or system.dict())
        if found is not None and _is_same(found, region, system, shape):
            return found
    return lattice_record(region)


def _is_same(
    record: Mapping[str, Any], region: Region, system: coordinatesystem, shape: tuple[int, ...]
) -> bool:
    """Whether a world record says the same pixels as a region of the image."""
    try:
        found = read_world(record, system, shape, "region")
    except (CoordinateError, MaskError):
        return False
    box = region.bounds
    if found.bounds != box:
        return False
    if box.size > _MOST_COMPARED:
        return True
    return bool(np.array_equal(found.select(box), region.select(box)))
