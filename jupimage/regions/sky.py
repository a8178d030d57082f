"""Regions on the sky, exact on the sphere.

The directions of pixels are compared with the shape itself, not with what the shape becomes in
one projection. That is work, so it is done once for a box around the shape, and the answer is
kept: the channels of a cube share it. Of a large shape only the pixels near its edge are looked at
one by one: they are taken by cells, and most cells lie inside or outside as a whole.
"""

from __future__ import annotations

import math
import threading
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.lattice.box import Box
from jupimage.regions.figures import Figure
from jupimage.regions.plane import SkyPlane
from jupimage.regions.region import Bools, Region, overlap

__all__ = ["SkyRegion"]

Array = NDArray[np.float64]

_LARGEST_KEPT = 1 << 25
_PIECE = 1 << 17
_CELL = 32
_DISTANCES, _ANGLES = 9, 73


class SkyRegion(Region):
    """A shape on the sky, as the axes of the sky of an image see it.

    Parameters
    ----------
    plane
        Those axes. The region has no others.
    center
        Longitude and latitude in degrees, in the frame of the projection.
    figure
        The shape.

    Examples
    --------
    >>> from jupimage.coordinates import default_system
    >>> from jupimage.regions.figures import Ring
    >>> plane = SkyPlane(default_system((5, 5)), (5, 5))
    >>> region = SkyRegion(plane, (0.0, 0.0), Ring(0.0, math.radians(1.1 / 60)))
    >>> region.bounds
    Box(start=(1, 1), stop=(4, 4), step=(1, 1))
    """

    def __init__(self, plane: SkyPlane, center: tuple[float, float], figure: Figure) -> None:
        super().__init__(plane.shape)
        self._plane = plane
        self._axes = _axes_at(*center)
        self._figure = figure
        self._lock = threading.Lock()
        self._kept: tuple[Box, Bools | None] | None = None

    def __getstate__(self) -> dict[str, Any]:
        return {key: value for key, value in self.__dict__.items() if key != "_lock"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._lock = threading.Lock()

    @property
    def bounds(self) -> Box:
        """The smallest box, unless the region is very large."""
        return self._known()[0]

    def select(self, box: Box) -> Bools:
        """Return a fresh array, True where a pixel of `box` belongs to the region."""
        bounds, known = self._known()
        selected = np.zeros(box.shape, bool)
        common = overlap(box, bounds)
        if common is None:
            return selected
        index, inner = common
        if known is None:
            selected[index] = self._inside(inner)
            return selected
        start = tuple(a - low for a, low in zip(inner.start, bounds.start, strict=True))
        stop = tuple(b - low for b, low in zip(inner.stop, bounds.start, strict=True))
        selected[index] = known[Box(start, stop, inner.step).slices]
        return selected

    def _known(self) -> tuple[Box, Bools | None]:
        with self._lock:
            if self._kept is None:
                rough, smooth = self._rough()
                look = self._by_cells if smooth and rough.size > _PIECE else self._inside
                self._kept = (
                    _cut(rough, look(rough)) if rough.size <= _LARGEST_KEPT else (rough, None)
                )
            return self._kept

    def _inside(self, box: Box) -> Bools:
        """Compute which pixels of a box belong to the region, some rows at a time."""
        selected = np.empty(box.shape, bool)
        if not box.size or not box.ndim:
            return self._belong(*self._plane.directions(box))
        rows = max(1, _PIECE * box.shape[0] // box.size)
        for first in range(0, box.shape[0], rows):
            last = min(box.shape[0], first + rows)
            inner = Box((first, *(0,) * (box.ndim - 1)), (last, *box.shape[1:]))
            selected[first:last] = self._belong(*self._plane.directions(box.inside(inner)))
        return selected

    def _by_cells(self, box: Box) -> Bools:
        """Compute the same as `_inside` where the image is a smooth picture of the sky."""
        first = [np.arange(a, b, _CELL) for a, b in zip(box.start, box.stop, strict=True)]
        last = [np.minimum(a + _CELL, b) - 1 for a, b in zip(first, box.stop, strict=True)]
        middle = self._vectors_at((first[0] + last[0]) / 2, (first[1] + last[1]) / 2)
        away = np.zeros(middle.shape[1:])
        for rows in (first[0], last[0]):
            for columns in (first[1], last[1]):
                chord = np.linalg.norm(self._vectors_at(rows, columns) - middle, axis=0)
                away = np.maximum(away, 2 * np.arcsin(np.clip(chord / 2, 0, 1)))
        # a NaN, where a corner has no direction, makes a cell neither
        north, east, towards = middle
        inside, outside = self._figure.surely(north, east, towards, away * 1.1)
        selected = inside.repeat(_CELL, axis=0).repeat(_CELL, axis=1)
        selected = selected[: box.shape[0], : box.shape[1]].copy()
        for row, column in np.argwhere(~(inside | outside)):
            cell = Box(
                (row * _CELL, column * _CELL),
                tuple(
                    min(n, (i + 1) * _CELL) for i, n in zip((row, column), box.shape, strict=True)
                ),
            )
            selected[cell.slices] = self._belong(*self._plane.directions(box.inside(cell)))
        return selected

    def _vectors_at(self, rows: NDArray[Any], columns: NDArray[Any]) -> Array:
        """Return unit vectors (3, rows, columns) of the directions at pixels."""
        grid = np.stack(np.meshgrid(rows, columns, indexing="ij"), axis=-1).reshape(-1, 2)
        lonlat = self._plane.lonlat(grid.astype(float))
        return np.stack(self._vectors(*lonlat.T)).reshape(3, len(rows), len(columns))

    def _vectors(self, longitude: Array, latitude: Array) -> tuple[Array, Array, Array]:
        lon, lat = np.radians(longitude), np.radians(latitude)
        flat = np.cos(lat)
        x, y, z = flat * np.cos(lon), flat * np.sin(lon), np.sin(lat)
        north, east, towards = (x * a + y * b + z * c for a, b, c in self._axes)
        return north, east, towards

    def _belong(self, longitude: Array, latitude: Array) -> Bools:
        # directions that are NaN, outside the projection, compare False
        return np.asarray(self._figure.inside(*self._vectors(longitude, latitude)))

    def _rough(self) -> tuple[Box, bool]:
        """Return a box that holds the region, found by looking at few of its points.

        Where neighbours on the sky lie far apart in the image (at the seam of a map of the
        whole sky) there is no such box, and it is all of the image. Returned second is
        whether neighbours in the image are neighbours on the sky.
        """
        whole = Box.whole(self._shape)
        if len(self._shape) != 2 or self._figure.reach > 1.5:
            return whole, False
        pixels = self._sampled()
        if not _is_smooth(pixels):
            return whole, False
        low, high = pixels.min(axis=(0, 1)), pixels.max(axis=(0, 1))
        margin = 1.5 + 0.02 * (high - low)
        start = np.clip(np.floor(low - margin), 0, self._shape)
        stop = np.clip(np.ceil(high + margin) + 1, start, self._shape)
        found = Box(tuple(map(int, start)), tuple(map(int, stop)))
        step = tuple(max(1, n // 16) for n in self._shape)
        coarse = Box((0, 0), self._shape, step)
        seen = self._belong(*self._plane.directions(coarse))
        common = overlap(coarse, found)
        if common is not None:
            seen[common[0]] = False
        return (whole, False) if seen.any() else (found, self._plane.unbroken)

    def _sampled(self) -> Array:
        """Return pixels (distances, angles, 2) of points of the disc around the region."""
        north, east, towards = self._axes
        distance = np.linspace(0, self._figure.reach, _DISTANCES)[:, None, None]
        angle = np.linspace(0, 2 * math.pi, _ANGLES)[None, :, None]
        vectors = np.cos(distance) * towards + np.sin(distance) * (
            np.cos(angle) * north + np.sin(angle) * east
        )
        x, y, z = np.moveaxis(vectors, -1, 0)
        lonlat = np.stack([np.arctan2(y, x), np.arctan2(z, np.hypot(x, y))], axis=-1)
        pixels = self._plane.pixels(np.degrees(lonlat).reshape(-1, 2))
        return pixels.reshape(_DISTANCES, _ANGLES, 2)


def _axes_at(longitude: float, latitude: float) -> Array:
    """Return unit vectors towards north, towards east and of a direction itself."""
    lon, lat = math.radians(longitude), math.radians(latitude)
    towards = [math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)]
    north = [-math.sin(lat) * math.cos(lon), -math.sin(lat) * math.sin(lon), math.cos(lat)]
    return np.array([north, [-math.sin(lon), math.cos(lon), 0.0], towards])


def _is_smooth(pixels: Array) -> bool:
    """Whether points that are evenly spread over a disc of the sky are that in the image too."""
    if not np.isfinite(pixels).all():
        return False
    along = np.hypot(*np.moveaxis(np.diff(pixels, axis=0), -1, 0))
    around = np.hypot(*np.moveaxis(np.diff(pixels[-1], axis=0), -1, 0))
    return bool(
        along.max() <= 10 * max(np.median(along), 1e-3)
        and around.max() <= 10 * max(np.median(around), 1e-3)
    )


def _cut(box: Box, selected: Bools) -> tuple[Box, Bools]:
    """Return the smallest box around what is selected in a box, and the part in it."""
    if not selected.any():
        return Box(box.start, box.start), selected[(slice(0, 0),) * selected.ndim]
    start, stop = [], []
    for axis in range(selected.ndim):
        others = tuple(other for other in range(selected.ndim) if other != axis)
        there = np.flatnonzero(selected.any(axis=others))
        start.append(int(there[0]))
        stop.append(int(there[-1]) + 1)
    inner = Box(tuple(start), tuple(stop))
    return box.inside(inner), selected[inner.slices].copy()
