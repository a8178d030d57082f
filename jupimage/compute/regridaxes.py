"""Which axes are put on another grid, and what coordinates the result has.

A coordinate is taken from the template as a whole, by its kind; whatever the template says about
other axes, about telescope and date, is not looked at.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from jupimage.compute.regridmapping import native
from jupimage.coordinates import coordinatesystem
from jupimage.coordinates.record import Entry, Record, entries
from jupimage.coordinates.transform import make_transform
from jupimage.errors import ArgumentError, CoordinateError, DataTypeError, ShapeError

__all__ = ["Pair", "chosen_axes", "chosen_shape", "paired", "replaced"]

_NAMED = ("stokes", "quality")


@dataclass(frozen=True, slots=True)
class Pair:
    """A coordinate of the image, the new one in its place, and the numpy axes to work on."""

    old: Entry
    new: Record
    axes: tuple[int, ...]

    @property
    def plane(self) -> bool:
        """Whether its two axes hang together, and are worked on in one go."""
        return self.old.size == 2 and len(self.axes) == 2


def chosen_axes(axes: Any, system: coordinatesystem) -> tuple[int, ...]:
    """Return the axes that are meant, in the order of work: the last one named comes first.

    Where one of the two axes of the sky is named, both are meant; so with a linear coordinate of
    two axes.

    Raises
    ------
    DataTypeError
        If they are not ints.
    ArgumentError
        If one is not an axis of the image, or is named twice.

    Examples
    --------
    >>> from jupimage.coordinates import default_system
    >>> chosen_axes([0, -1], default_system((5, 6, 7)))
    (2, 0, 1)
    """
    ndim = system.ndim
    items = [axes] if np.ndim(axes) == 0 else list(axes)
    if isinstance(axes, str) or axes is None:
        items = [axes]
    found: list[int] = []
    for item in items:
        if isinstance(item, bool | np.bool_) or not isinstance(item, int | np.integer):
            raise DataTypeError(
                f"axes must be an int or several, got {type(item).__name__} {str(item)[:40]!r}"
            )
        if not -ndim <= item < ndim:
            raise ArgumentError(f"axes must lie in {-ndim}..{ndim - 1}, got {item}")
        axis = int(item) % ndim
        if axis in found:
            raise ArgumentError(f"axes name axis {axis} twice: {items}")
        found.append(axis)
    wanted = list(reversed(found or range(ndim)))
    for entry in entries(system.dict()):
        if entry.size == 2 and min(entry.pixelmap) >= 0:
            both = [ndim - 1 - axis for axis in entry.pixelmap]
            if set(wanted) & set(both):
                wanted += [axis for axis in both if axis not in wanted]
    return tuple(wanted)


def chosen_shape(
    outshape: Any, shape: tuple[int, ...], *, lengths: Mapping[int, int]
) -> tuple[int, ...]:
    """Return the shape of the result.

    Parameters
    ----------
    outshape
        A length for each axis, slowest first; empty, or with -1 as the last one, for that of
        the image, but along axes of the template whose length is known.
    shape
        Shape of the image.
    lengths
        Lengths of the template's axes.

    Raises
    ------
    DataTypeError
        If `outshape` does not consist of ints.
    ShapeError
        If it has not as many as the image has axes, or one is less than 1.
    """
    items = list(np.ravel(np.asarray(outshape)).tolist()) if _is_sequence(outshape) else [outshape]
    for item in items:
        if isinstance(item, bool) or not isinstance(item, int | np.integer):
            raise DataTypeError(f"outshape must consist of ints, got {str(outshape)[:60]}")
    if not items or items[-1] == -1:
        return tuple(lengths.get(axis, n) for axis, n in enumerate(shape))
    if len(items) != len(shape):
        raise ShapeError(f"outshape needs {len(shape)} lengths, got {tuple(items)}")
    if min(items) < 1:
        raise ShapeError(f"outshape needs lengths of at least 1, got {tuple(items)}")
    return tuple(int(n) for n in items)


def _is_sequence(value: Any) -> bool:
    return isinstance(value, list | tuple | np.ndarray) or (
        np.ndim(value) == 1 and not isinstance(value, str)
    )


def paired(
    system: coordinatesystem, template: coordinatesystem, axes: tuple[int, ...]
) -> tuple[list[Pair], list[str]]:
    """Return the coordinates to work on, in the order of their axes, and what is odd.

    Raises
    ------
    CoordinateError
        If the template's coordinate has another number of pixel axes.
    """
    ndim = system.ndim
    available: dict[str, Entry] = {}
    for entry in entries(template.dict()):
        available.setdefault(entry.kind, entry)
    found: dict[int, Pair] = {}
    remarks: list[str] = []
    for axis in axes:
        entry = next(e for e in entries(system.dict()) if ndim - 1 - axis in e.pixelmap)
        if entry.kind in _NAMED:
            continue
        if entry.number in found:
            known = found[entry.number]
            found[entry.number] = Pair(entry, known.new, (*known.axes, axis))
            continue
        match = available.get(entry.kind)
        if match is None:
            remarks.append(f"coordsys has no {entry.kind} coordinate: the image's own is kept")
            match = entry
        _check_axes(entry, match)
        _check_record(match)
        found[entry.number] = Pair(entry, match.record, (axis,))
    return list(found.values()), remarks


def _check_axes(old: Entry, new: Entry) -> None:
    counts = [sum(axis >= 0 for axis in entry.pixelmap) for entry in (old, new)]
    if counts[0] != counts[1] or old.size != new.size:
        raise CoordinateError(
            f"the {old.kind} coordinate of coordsys has {counts[1]} pixel axes, that of the "
            f"image {counts[0]}"
        )
    if old.kind == "direction" and counts[0] != 2:
        raise CoordinateError(
            "a direction that lost one of its axes cannot be regridded: take the section afterwards"
        )


def _check_record(entry: Entry) -> None:
    try:
        with np.errstate(all="ignore"):
            make_transform(entry.kind, native(entry.kind, entry.record))
    except CoordinateError as error:
        raise CoordinateError(
            f"coordsys has a {entry.kind} coordinate that cannot be used: {error}"
        ) from error


def replaced(system: coordinatesystem, pairs: list[Pair]) -> coordinatesystem:
    """Return the image's coordinates with new ones in the place of some."""
    record = copy.deepcopy(system.dict())
    for pair in pairs:
        record[pair.old.key] = copy.deepcopy(pair.new)
    return coordinatesystem(record)
