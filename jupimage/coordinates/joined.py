"""Coordinates of images that follow each other along one axis."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from jupimage.coordinates.axis import Axis
from jupimage.coordinates.record import Entry, entries, stokes_record, tabular_record
from jupimage.coordinates.system import coordinatesystem
from jupimage.coordinates.table import is_monotonic
from jupimage.coordinates.transform import make_transform

__all__ = ["join_systems"]

Array = NDArray[np.float64]

# How far from its place, in pixels, a part may begin and still count as contiguous.
_TOLERANCE = 0.01


def join_systems(
    systems: Sequence[coordinatesystem], axis: int, lengths: Sequence[int]
) -> coordinatesystem:
    """Return the coordinates of a concatenation.

    Where the parts follow each other in steps of the increment, they are those of the first
    part. Polarisations are listed one after the other. A spectral, linear or tabulated axis
    with gaps becomes a table of all world values. Where none of this works (a polarisation
    comes twice, a table would not rise or fall throughout, parts of the sky with gaps between
    them) they are those of the first part, with a warning.

    Parameters
    ----------
    systems
        Coordinates of the parts.
    axis
        Numpy axis along which the parts follow each other.
    lengths
        Length of each part along it.

    Examples
    --------
    >>> from jupimage.coordinates import default_system
    >>> from jupimage.lattice import Box
    >>> whole = default_system((9, 4, 4, 4))
    >>> ends = [whole.section(Box((a, 0, 0, 0), (b, 4, 4, 4))) for a, b in ((0, 3), (6, 9))]
    >>> joined = join_systems(ends, 0, [3, 3])
    >>> joined.toworld([3, 0, 2, 2])[0] == whole.toworld([6, 0, 2, 2])[0]
    True
    """
    first = systems[0].copy()
    about = first.axes()[axis]
    entry = _entry(first, axis)
    if about.labels:
        return _labelled(first, entry, systems, axis)
    if _contiguous(systems, axis, lengths):
        return first
    if entry.size > 1:
        return _as_first(first, f"the parts are not contiguous along {about.name or 'the axis'}")
    worlds = np.concatenate(
        [_along(system, axis, n) for system, n in zip(systems, lengths, strict=True)]
    )
    if not (np.isfinite(worlds).all() and is_monotonic(worlds)):
        return _as_first(first, f"{about.name or 'the axis'} does not rise or fall throughout")
    return _tabulated(first, entry, about, worlds)


def _as_first(first: coordinatesystem, reason: str) -> coordinatesystem:
    warnings.warn(
        f"{reason}, so the concatenation has the coordinates of its first part", stacklevel=4
    )
    return first


def _entry(system: coordinatesystem, axis: int) -> Entry:
    """Return the coordinate that a numpy axis belongs to."""
    number = system.ndim - 1 - axis
    return next(entry for entry in entries(system.dict()) if number in entry.pixelmap)


def _labelled(
    first: coordinatesystem, entry: Entry, systems: Sequence[coordinatesystem], axis: int
) -> coordinatesystem:
    names = [name for system in systems for name in system.axes()[axis].labels]
    if entry.kind != "stokes" or len(set(names)) < len(names):
        return _as_first(first, f"{', '.join(names)} names one of them twice")
    first.dict()[entry.key] = stokes_record(names)
    return first


def _positions(system: coordinatesystem, axis: int, along: Array) -> Array:
    """Return pixel positions along an axis, at the reference pixels of the others."""
    pixels = np.tile([about.reference_pixel for about in system.axes()], (len(along), 1))
    pixels[:, axis] = along
    return pixels


def _along(system: coordinatesystem, axis: int, length: int) -> Array:
    """Return the world values of all pixels along an axis."""
    world = system.toworld(_positions(system, axis, np.arange(length, dtype=float)))
    values: Array = world[:, system.axes()[axis].world]
    return values


def _contiguous(systems: Sequence[coordinatesystem], axis: int, lengths: Sequence[int]) -> bool:
    """Tell whether each part lies, in the coordinates of the first, where the one before ends."""
    entry = _entry(systems[0], axis)
    if entry.size == 1:
        return _contiguous_line([_entry(system, axis) for system in systems], lengths)
    begin = lengths[0]
    for system, length in zip(systems[1:], lengths[1:], strict=True):
        ends = np.array([0.0, length - 1.0])
        world = system.toworld(_positions(system, axis, ends))
        if world.shape[1] != systems[0].world_ndim:
            return False
        if not _in_place(systems[0].topixel(world)[:, axis], begin + ends):
            return False
        begin += length
    return True


def _contiguous_line(found: Sequence[Entry], lengths: Sequence[int]) -> bool:
    """Tell the same of coordinates of one axis, without asking the whole systems.

    Those take most of the time in which many images are joined.
    """
    first = make_transform(found[0].kind, found[0].record)
    begin = lengths[0]
    for entry, length in zip(found[1:], lengths[1:], strict=True):
        if entry.kind != found[0].kind:
            return False
        ends = np.array([0.0, length - 1.0])
        world = make_transform(entry.kind, entry.record).toworld(ends[:, None])
        if not _in_place(first.topixel(world)[:, 0], begin + ends):
            return False
        begin += length
    return True


def _in_place(pixels: Array, wanted: Array) -> bool:
    return bool((np.abs(pixels - wanted) < _TOLERANCE).all())


def _tabulated(
    first: coordinatesystem, entry: Entry, about: Axis, worlds: Array
) -> coordinatesystem:
    """Write a table of world values in the place of a linear coordinate."""
    table = tabular_record(
        np.arange(len(worlds), dtype=float), worlds, name=about.name, unit=about.unit
    )
    record = first.dict()
    if entry.kind == "spectral":
        spectral = copy.deepcopy(entry.record)
        spectral.pop("wcs", None)
        spectral["tabular"] = table
        record[entry.key] = spectral
        return first
    replaced = {
        (f"tabular{entry.number}" if key == entry.key else key): value
        for key, value in record.items()
    }
    replaced[f"tabular{entry.number}"] = table
    return coordinatesystem(replaced)
