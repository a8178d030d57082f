"""Coordinates of a part of an image."""

from __future__ import annotations

import copy
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from jupimage.coordinates.axis import LABELLED
from jupimage.coordinates.record import Entry, Record, entries
from jupimage.coordinates.transform import Part, SystemTransform
from jupimage.errors import CoordinateError
from jupimage.lattice import Box

__all__ = ["annotate", "cut"]

Array = NDArray[np.float64]

_PER_COORDINATE = ("worldmap", "worldreplace", "pixelmap", "pixelreplace")


def cut(system: Record, box: Box, drop: Sequence[int] = ()) -> Record:
    """Return the coordinates of a section of an image, some of its axes dropped.

    Parameters
    ----------
    system
        Coordinates of the whole image.
    box
        The section.
    drop
        Numpy axes that the section loses; each must have length 1 in it.

    Returns
    -------
    dict
        A new record. Of a direction that loses one axis, the world value goes that varies
        most along that axis.
    """
    result = copy.deepcopy(system)
    found = entries(result)
    ndim = sum(axis >= 0 for entry in found for axis in entry.pixelmap)
    if box.ndim != ndim:
        raise CoordinateError(f"a section of {box.ndim} axes of coordinates of {ndim}")
    for axis in drop:
        if not 0 <= axis < ndim or box.shape[axis] != 1:
            raise CoordinateError(f"only an axis of length 1 can be dropped, got {axis} of {box}")
    for entry in found:
        _shift(entry, box)
    if drop:
        result = _without(result, found, {ndim - 1 - axis for axis in drop})
    return annotate(result, [n for axis, n in enumerate(box.shape) if axis not in drop])


def _shift(entry: Entry, box: Box) -> None:
    """Rewrite a coordinate for pixels counted from the start of the box in its steps."""
    start, step = np.zeros(entry.size), np.ones(entry.size)
    for i, axis in enumerate(entry.pixelmap):
        if axis >= 0:
            start[i], step[i] = box.start[box.ndim - 1 - axis], box.step[box.ndim - 1 - axis]
    record = entry.record
    if entry.kind in LABELLED:
        axis = entry.pixelmap[0]
        if axis >= 0:
            _subset(entry.kind, record, box.slices[box.ndim - 1 - axis])
        return
    if entry.kind == "spectral":
        if "wcs" in record:
            wcs = record["wcs"]
            wcs["crpix"] = (float(wcs["crpix"]) - float(start[0])) / float(step[0])
            wcs["cdelt"] = float(wcs["cdelt"]) * float(step[0])
            return
        record = record["tabular"]
    record["crpix"] = (np.asarray(record["crpix"], float) - start) / step
    if "distortion" in record:
        record["distortion"]["step"] = np.asarray(record["distortion"]["step"], float) * step
    record["cdelt"] = np.asarray(record["cdelt"], float) * step
    # The matrix comes before the increments, so a stride that differs between the axes of a
    # rotated coordinate has to be taken out of one and put into the other.
    record["pc"] = np.asarray(record["pc"], float) * step[None, :] / step[:, None]
    if len(record.get("pixelvalues", ())):
        record["pixelvalues"] = (np.asarray(record["pixelvalues"], float) - start) / step


def _subset(kind: str, record: Record, part: slice) -> None:
    """Keep the names of the pixels in a slice, in a Stokes or quality coordinate."""
    from jupimage.coordinates.stokes import QUALITY_CODES, STOKES_CODES

    names = list(record[kind])[part]
    if not names:
        raise CoordinateError(f"{part} leaves nothing of the {kind} axis {list(record[kind])}")
    codes = STOKES_CODES if kind == "stokes" else QUALITY_CODES
    record[kind] = names
    record["crval"] = np.array([codes.get(str(names[0]), 0)], float)


def _without(system: Record, found: tuple[Entry, ...], gone: set[int]) -> Record:
    """Remove pixel axes (record numbers), their world axes, and coordinates left with none."""
    transform = SystemTransform(system)
    kept: list[tuple[Entry, Record]] = []
    for part in transform.parts:
        entry = part.entry
        lost = [i for i, axis in enumerate(entry.pixelmap) if axis in gone]
        left = [i for i, axis in enumerate(entry.pixelmap) if axis >= 0 and i not in lost]
        if lost and not left:
            continue
        kept.append((entry, _removed(part, lost)))
    result = {key: value for key, value in system.items() if not _belongs(key, found)}
    for kind in ("pixel", "world"):
        _renumber(f"{kind}map", [changed for _, changed in kept])
    for number, (entry, changed) in enumerate(kept):
        result[f"{entry.kind}{number}"] = entry.record
        result.update({f"{key}{number}": changed[key] for key in _PER_COORDINATE})
    if not kept:
        raise CoordinateError("a section has to keep an axis, all of them were dropped")
    return result


def _removed(part: Part, lost: list[int]) -> Record:
    """Return the maps and replacement values of a coordinate without some of its pixel axes."""
    entry = part.entry
    pixelmap, worldmap = list(entry.pixelmap), list(entry.worldmap)
    pixelreplace, worldreplace = entry.pixelreplace.copy(), entry.worldreplace.copy()
    for axis in lost:
        pixelmap[axis], pixelreplace[axis] = -1, 0.0
    if lost:
        pixel = np.ravel(entry.record.get("crpix", np.zeros(entry.size))).astype(float)
        for i, number in enumerate(pixelmap):
            pixel[i] = pixel[i] if number >= 0 else pixelreplace[i]
        values = part.transform.toworld(pixel[None])[0]
        for axis in lost:
            world = _steepest(entry, axis, worldmap)
            worldmap[world] = -1
        known = [i for i, number in enumerate(worldmap) if number < 0]
        worldreplace[known] = np.where(np.isfinite(values), values, worldreplace)[known]
    return {
        "worldmap": np.array(worldmap, np.int32),
        "worldreplace": worldreplace,
        "pixelmap": np.array(pixelmap, np.int32),
        "pixelreplace": pixelreplace,
    }


def _steepest(entry: Entry, axis: int, worldmap: list[int]) -> int:
    """Return the world axis, of those left, that varies most along a pixel axis."""
    pc = np.asarray(entry.record["pc"], float)
    cdelt = np.ravel(np.asarray(entry.record["cdelt"], float))
    slope = np.abs(cdelt * pc[:, axis]) * [number >= 0 for number in worldmap]
    if entry.kind != "direction":  # other axes differ in unit, so sizes do not compare
        slope = np.abs(pc[:, axis]) * [number >= 0 for number in worldmap]
    if worldmap[axis] >= 0 and slope[axis] >= slope.max():
        return axis
    return int(np.argmax(slope))


def _renumber(key: str, changed: list[Record]) -> None:
    """Close the gaps in the axis numbers."""
    left = sorted(int(axis) for record in changed for axis in record[key] if axis >= 0)
    new = {old: number for number, old in enumerate(left)} | {-1: -1}
    for record in changed:
        record[key] = np.array([new[int(axis)] for axis in record[key]], np.int32)


def _belongs(key: str, found: tuple[Entry, ...]) -> bool:
    return any(
        key == entry.key or key in {f"{name}{entry.number}" for name in _PER_COORDINATE}
        for entry in found
    )


def annotate(system: Record, shape: Sequence[int]) -> Record:
    """Write into each coordinate which image axes it has and how long they are.

    ``_image_axes`` are numpy axis numbers in numpy order; ``_axes_sizes`` are in the order of
    the record, which is what `coordinate.get_axis_size` is known to answer. The record is
    changed and returned.

    Examples
    --------
    >>> from jupimage.coordinates import default_system
    >>> record = annotate(default_system((7, 9, 8)).dict(), (7, 9, 8))
    >>> record["direction0"]["_image_axes"], record["direction0"]["_axes_sizes"]
    (array([1, 2], dtype=int32), array([8, 9], dtype=int32))
    """
    ndim = len(shape)
    for entry in entries(system):
        axes = [ndim - 1 - axis if 0 <= axis < ndim else -1 for axis in entry.pixelmap]
        entry.record["_image_axes"] = np.array(axes[::-1], np.int32)
        sizes = [min(shape[axis], 2**31 - 1) if axis >= 0 else 1 for axis in axes]
        entry.record["_axes_sizes"] = np.array(sizes, np.int32)
    return system
