"""Pixels at positions: where a direction lies in an image, and reading pixels here and there.

Pixels are read in groups, the box around those of one storage tile at a time, so that many
positions in a compressed or tiled file do not unpack a tile each. Where few pixels lie far apart
in their tile each is read by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise, product
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.coordinates import coordinatesystem
from jupimage.coordinates.direction import DirectionTransform
from jupimage.coordinates.record import entries
from jupimage.errors import ArgumentError, CoordinateError
from jupimage.lattice import Box, Lattice

__all__ = ["gather", "interpolate", "sky_pixels"]

Array = NDArray[np.float64]

_EDGE = 1e-6  # pixels: rounding at the outer edge is forgiven
_ALONE = 10_000  # a read costs about as much as so many pixels of a larger one
_LARGEST = 1 << 23  # pixels read at once


def sky_pixels(system: coordinatesystem, shape: tuple[int, ...], sky: Any) -> Array:
    """Return where directions lie.

    Parameters
    ----------
    system, shape
        Of the image, which has both axes of the sky.
    sky
        A `SkyCoord` or a frame with data, one position or many; or in the image's frame a text
        such as ``'12h30m -45d'`` (colons mean hours for a right ascension), a list of those, or a
        tuple (longitude, latitude) of quantities or texts.

    Returns
    -------
    ndarray
        Pixels (..., 2) along the axes of longitude and latitude; NaN for a direction that the
        projection does not show.

    Raises
    ------
    ArgumentError
        If it is no position.
    CoordinateError
        If it cannot be converted to the image's frame.

    Examples
    --------
    >>> from jupimage.coordinates import default_system
    >>> sky_pixels(default_system((64, 64)), (64, 64), "0h0m0s 0d1m0s").round(6)
    array([32., 33.])
    """
    from astropy.coordinates import SkyCoord

    from jupimage.coordinates import ImageWCS

    frame = next(
        (
            keywords["frame"]
            for kind, _, keywords in ImageWCS(system, shape).world_axis_object_classes.values()
            if kind is SkyCoord
        ),
        None,
    )
    record = next(
        e.record for e in entries(system.dict()) if e.kind == "direction" and min(e.pixelmap) >= 0
    )
    if frame is None:
        shown = record.get("conversionSystem") or record.get("system")
        raise CoordinateError(f"positions cannot be converted to the sky frame {shown!r}")
    there = _in_frame(_as_sky(sky, frame), frame).spherical
    transform = DirectionTransform(record)
    lonlat = np.stack([np.asarray(there.lon.deg, float), np.asarray(there.lat.deg, float)], axis=-1)
    flat = transform.topixel(lonlat.reshape(-1, 2) / transform.degrees_per_unit)
    pixels: Array = flat.reshape(lonlat.shape)
    return pixels


def _as_sky(given: Any, frame: Any) -> Any:
    from astropy import units
    from astropy.coordinates import BaseCoordinateFrame, SkyCoord

    try:
        if isinstance(given, BaseCoordinateFrame):
            return SkyCoord(given)
        if isinstance(given, SkyCoord):
            return given
        if isinstance(given, tuple) and len(given) == 2:
            return SkyCoord(*given, frame=frame)
        if isinstance(given, str | list):
            first = units.hourangle if frame.name in ("icrs", "fk5", "fk4") else units.deg
            colons = {"unit": (first, units.deg)} if ":" in str(given) else {}
            return SkyCoord(given, frame=frame, **colons)
    except (ValueError, TypeError) as error:
        raise ArgumentError(f"sky: {given!r:.80} is no position: {str(error)[:160]}") from error
    raise ArgumentError(
        "sky must be a SkyCoord, a text such as '12h30m -45d' or two angles with units, "
        f"got {given!r:.80}"
    )


def _in_frame(sky: Any, frame: Any) -> Any:
    """Convert positions; of those that a place and a time on the Earth belong to, refuse."""
    from astropy.coordinates import ConvertError

    if {"location", "obsgeoloc"} & set(sky.frame.frame_attributes):
        raise CoordinateError(
            f"sky: positions in the frame {sky.frame.name!r} belong to an observer; convert them "
            "to ICRS first"
        )
    try:
        return sky.transform_to(frame)
    except (ConvertError, ValueError, TypeError) as error:
        raise CoordinateError(
            f"sky: no conversion from the frame {sky.frame.name!r}: {str(error)[:160]}"
        ) from error


def interpolate(
    lattice: Lattice, axes: Sequence[int], pixels: Array, *, linear: bool
) -> NDArray[Any]:
    """Return the pixels at positions, NaN where they are bad or outside.

    Parameters
    ----------
    lattice
        Where to read.
    axes
        The numpy axes along which positions are given; the others are read in full.
    pixels
        Positions (n, len(axes)), with fractions.
    linear
        Whether to interpolate linearly between pixels, or to take the nearest.

    Returns
    -------
    ndarray
        (n, lengths of the other axes); floats or complex numbers.

    Examples
    --------
    >>> from jupimage.lattice import MemoryLattice
    >>> plane = MemoryLattice(np.arange(12.0).reshape(3, 4))
    >>> interpolate(plane, (0, 1), np.array([[1.0, 2.5], [9.0, 9.0]]), linear=True)
    array([6.5, nan])
    """
    lengths = np.array([lattice.shape[axis] for axis in axes])
    with np.errstate(invalid="ignore"):
        inside = ((pixels >= -0.5 - _EDGE) & (pixels <= lengths - 0.5 + _EDGE)).all(axis=1)
    near = np.clip(pixels[inside], 0, lengths - 1)
    others = [n for axis, n in enumerate(lattice.shape) if axis not in axes]
    result = np.full((len(pixels), *others), np.nan, lattice.dtype)
    if not linear:
        result[inside] = gather(lattice, axes, np.floor(near + 0.5).astype(np.int64))
        return result
    low = np.minimum(np.floor(near).astype(np.int64), np.maximum(lengths - 2, 0))
    share = near - low
    # a bad pixel beside a position in the centre of a good one does no harm
    share = np.where(np.abs(share - np.round(share)) < _EDGE, np.round(share), share)
    total = np.zeros((len(near), *others), np.result_type(lattice.dtype, np.float64))
    for corner in product((0, 1), repeat=len(axes)):
        weight = np.prod(np.where(corner, share, 1 - share), axis=1)
        used = weight > 0
        found = gather(lattice, axes, low[used] + np.array(corner))
        total[used] += found * weight[used].reshape(-1, *(1,) * len(others))
    result[inside] = total
    return result


def gather(lattice: Lattice, axes: Sequence[int], pixels: NDArray[np.int64]) -> NDArray[Any]:
    """Return the pixels at whole positions inside the lattice, NaN where they are bad.

    Parameters and result are those of `interpolate`.
    """
    others = [axis for axis in range(len(lattice.shape)) if axis not in axes]
    rest = [lattice.shape[axis] for axis in others]
    result = np.empty((len(pixels), *rest), lattice.dtype)
    if not len(pixels):
        return result
    tile = np.array([max(1, lattice.tile[axis]) for axis in axes])
    groups, members = np.unique(pixels // tile, axis=0, return_inverse=True)
    order = np.argsort(members.ravel(), kind="stable")
    bounds = np.searchsorted(members.ravel()[order], np.arange(len(groups) + 1))
    for first, last in pairwise(bounds.tolist()):
        rows = order[first:last]
        for part in _portions(pixels[rows], prod(rest)):
            chosen = rows[part]
            result[chosen] = _read(lattice, axes, others, pixels[chosen])
    return result


def _portions(pixels: NDArray[np.int64], rest: int) -> list[Any]:
    """Return which pixels of a tile to read together: all, or each by itself."""
    size = int(np.prod(np.ptp(pixels, axis=0) + 1)) * rest
    if size <= min(_LARGEST, len(pixels) * (_ALONE + rest)):
        return [slice(None)]
    return [slice(i, i + 1) for i in range(len(pixels))]


def _read(
    lattice: Lattice, axes: Sequence[int], others: Sequence[int], pixels: NDArray[np.int64]
) -> NDArray[Any]:
    """Read the box around pixels, and take them out of it."""
    start, stop = [0] * len(lattice.shape), list(lattice.shape)
    for axis, low, high in zip(axes, pixels.min(axis=0), pixels.max(axis=0), strict=True):
        start[axis], stop[axis] = int(low), int(high) + 1
    filled = lattice.read(Box(tuple(start), tuple(stop))).filled()
    moved = filled.transpose(*axes, *others)
    inner = pixels - pixels.min(axis=0)
    found: NDArray[Any] = moved[tuple(inner.T)]
    return found
