"""From whatever a user calls a region to the region of one image."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from jupimage.errors import ArgumentError, ShapeError
from jupimage.lattice.box import Box
from jupimage.lattice.lattice import Lattice
from jupimage.lattice.memory import MemoryLattice
from jupimage.regions.packageregions import from_package, is_package_region
from jupimage.regions.recordspec import RecordSpec
from jupimage.regions.region import PlacedRegion, Region
from jupimage.regions.regionfiles import (
    is_region_file,
    is_region_text,
    one_region,
    read_region_file,
)
from jupimage.regions.spec import RegionSpec

if TYPE_CHECKING:
    from jupimage.coordinates import coordinatesystem

__all__ = ["as_region", "as_spec"]

_NONE: dict[str, dict[str, Any]] = {}


def as_region(
    what: Any,
    system: coordinatesystem,
    shape: tuple[int, ...],
    *,
    stored: Mapping[str, dict[str, Any]] = _NONE,
) -> Region:
    """Return the region of an image that a user asks for.

    Parameters
    ----------
    what
        A spec of ours; a region of the package `regions`; the name of a region that the image
        has; a record of casacore; the path of a ds9 or CRTF file, or such a text; an array or a
        lattice of Bools with the shape of the image.
    system, shape
        Coordinates and shape of the image.
    stored
        Records of the regions that the image has, by name.

    Raises
    ------
    ArgumentError
        If it is none of these, or no pixel of the image can belong to it.
    ShapeError
        If Bools have not the shape of the image.
    CoordinateError
        If its positions have no place in the image's coordinates.
    FormatError
        If a file, a text or a record is damaged.

    Examples
    --------
    >>> from jupimage.coordinates import default_system
    >>> as_region("image; circle(4, 3, 1)", default_system((5, 5)), (5, 5)).bounds
    Box(start=(1, 2), stop=(4, 5), step=(1, 1))
    """
    shape = tuple(shape)
    if isinstance(what, np.ndarray | Lattice):
        return _of_bools(what, shape)
    region = as_spec(what, stored=stored).place(system, shape)
    if not region.bounds.size:
        raise ArgumentError(
            f"the region {_called(what)} has no pixel in an image of "
            f"{' x '.join(map(str, shape))} pixels"
        )
    return region


def as_spec(what: Any, *, stored: Mapping[str, dict[str, Any]] = _NONE) -> RegionSpec:
    """Return what a user asks for as a spec; arguments and errors are those of `as_region`.

    Examples
    --------
    >>> as_spec("image; circle(4, 3, 1)").radius
    1.0
    """
    if isinstance(what, RegionSpec):
        return what
    if isinstance(what, os.PathLike):
        return read_region_file(what)
    if isinstance(what, str):
        return _of_text(what, stored)
    if isinstance(what, Mapping):
        return RecordSpec(what)
    if is_package_region(what):
        return from_package(what)
    raise ArgumentError(
        "wanted a region (a spec, a region of the package regions, a name, a record, a file or "
        f"text of ds9 or CRTF, Bools), got {type(what).__name__} {what!r:.60}"
    )


def _of_text(what: str, stored: Mapping[str, dict[str, Any]]) -> RegionSpec:
    if what in stored:
        return RecordSpec(stored[what], name=what)
    if is_region_file(what):
        return read_region_file(what)
    if is_region_text(what):
        return one_region(what)
    known = ", ".join(stored) or "none"
    raise ArgumentError(
        f"there is no region {what[:60]!r}; stored are {known}, and it is neither a file (.reg, "
        ".crtf) nor a text of ds9 or CRTF"
    )


def _of_bools(what: Any, shape: tuple[int, ...]) -> Region:
    if what.shape != shape or what.dtype != np.bool_:
        raise ShapeError(
            f"wanted Bools of shape {shape} as a region, got {what.dtype} of shape {what.shape}"
        )
    if isinstance(what, Region):
        return what
    lattice = MemoryLattice(what, copy=False) if isinstance(what, np.ndarray) else what
    return PlacedRegion(lattice, Box.whole(shape), shape)


def _called(what: Any) -> str:
    name = getattr(what, "name", "") if isinstance(what, RegionSpec) else ""
    if name:
        return repr(name)
    return f"{what!r:.120}"
