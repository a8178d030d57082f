"""A whole coordinate system: which axis of which coordinate is which axis of the image.

Vectors here are in numpy order (slowest axis first); the records count from the fastest.
An axis that was removed from a system still has a pixel, or a world value, that is fixed.
Pixel to world then is simple: the fixed pixel is filled in. World to pixel is not, where
axes hang together: of a strip of sky that kept only its longitude, the latitude follows from
the fixed pixel, not from one number in the record. Such coordinates are solved by Newton's
method for the pixels that are left.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from jupimage.coordinates.direction import DirectionTransform
from jupimage.coordinates.linear import LinearTransform, TableTransform
from jupimage.coordinates.record import Entry, Record, entries
from jupimage.coordinates.spectral import SpectralTransform
from jupimage.coordinates.stokes import QUALITY_CODES, STOKES_CODES, LabelTransform
from jupimage.errors import CoordinateError

__all__ = ["Part", "SystemTransform", "Transform", "make_transform"]

Array = NDArray[np.float64]


class Transform(Protocol):
    """Pixel to world and back for one coordinate; NaN where there is no answer."""

    @property
    def separable(self) -> bool:
        """Whether each world axis depends on one pixel axis only."""
        ...

    def toworld(self, pixel: Array) -> Array:
        """Return world values (n, axes) of pixels (n, axes)."""
        ...

    def topixel(self, world: Array) -> Array:
        """Return pixels (n, axes) of world values (n, axes)."""
        ...

    def world_at(self, pixel: list[float]) -> list[float]:
        """Return the world values of one position, the same as `toworld` to the last bit."""
        ...

    def pixel_at(self, world: list[float]) -> list[float]:
        """Return the pixels of one set of world values, the same as `topixel`."""
        ...


def make_transform(kind: str, record: Record) -> Transform:
    """Build what converts between pixel and world for one coordinate record."""
    try:
        if kind == "direction":
            return DirectionTransform(record)
        if kind == "spectral":
            return SpectralTransform(record)
        if kind == "stokes":
            return LabelTransform([str(name) for name in record["stokes"]], STOKES_CODES)
        if kind == "quality":
            return LabelTransform([str(name) for name in record["quality"]], QUALITY_CODES)
        if kind == "tabular" and len(record.get("pixelvalues", ())) > 1:
            return TableTransform(_floats(record, "pixelvalues"), _floats(record, "worldvalues"))
        return LinearTransform(
            _floats(record, "crval"),
            _floats(record, "cdelt"),
            _floats(record, "crpix"),
            np.atleast_2d(np.array(record["pc"], float)),
        )
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, CoordinateError):
            raise
        raise CoordinateError(f"a {kind} record that cannot be read: {error!r}") from error


def _floats(record: Record, key: str) -> Array:
    return np.array(record[key], float).ravel()  # a copy: records may change


@dataclass(frozen=True, slots=True)
class Part:
    """One coordinate, ready to convert."""

    entry: Entry
    transform: Transform
    pixel_columns: tuple[int, ...]  # for each own axis the numpy axis, -1 = removed
    world_columns: tuple[int, ...]

    def pixels(self, pixel: Array) -> Array:
        """Pick the coordinate's pixels out of whole vectors."""
        return _gather(pixel, self.pixel_columns, self.entry.pixelreplace)

    def worlds(self, pixel: Array) -> Array:
        """Return all world values of the coordinate, removed ones too, for whole vectors."""
        return self.transform.toworld(self.pixels(pixel))

    def solve(self, world: Array) -> Array:
        """Return all pixels of the coordinate for whole world vectors."""
        known = [i for i, column in enumerate(self.world_columns) if column >= 0]
        free = [i for i, column in enumerate(self.pixel_columns) if column >= 0]
        worlds = _gather(world, self.world_columns, self.entry.worldreplace)
        if self.transform.separable or len(known) == self.entry.size or len(known) != len(free):
            return self.transform.topixel(worlds)
        start = np.broadcast_to(self.entry.pixelreplace, worlds.shape).copy()
        start[:, free] = _floats(self.entry.record, "crpix")[free]
        return _newton(self.transform, worlds[:, known], known, start, free)


def _gather(vectors: Array, columns: tuple[int, ...], replace: Array) -> Array:
    own: Array = np.empty((len(vectors), len(columns)))
    for axis, column in enumerate(columns):
        own[:, axis] = vectors[:, column] if column >= 0 else replace[axis]
    return own


class SystemTransform:
    """Pixel to world and back for all axes of an image, in numpy order.

    Parameters
    ----------
    system
        The record of a coordinate system.

    Raises
    ------
    CoordinateError
        If the record cannot be used.
    """

    def __init__(self, system: Record) -> None:
        found = entries(system)
        self.ndim = sum(axis >= 0 for entry in found for axis in entry.pixelmap)
        self.world_ndim = sum(axis >= 0 for entry in found for axis in entry.worldmap)
        self.parts = tuple(
            Part(
                entry,
                make_transform(entry.kind, entry.record),
                tuple(self.ndim - 1 - axis if axis >= 0 else -1 for axis in entry.pixelmap),
                tuple(self.world_ndim - 1 - axis if axis >= 0 else -1 for axis in entry.worldmap),
            )
            for entry in found
        )
        self._single = _single(self.parts)

    def world_at(self, pixel: list[float]) -> list[float]:
        """Return the world vector of one pixel position; NaN where there is no answer."""
        if self._single is None:
            values: list[float] = self.toworld(np.array([pixel]))[0].tolist()
            return values
        world = [0.0] * self.world_ndim
        ones, others = self._single
        for transform, own, column in ones:
            world[column] = transform.world_at([pixel[own]])[0]
        for transform, owns, columns in others:
            for column, value in zip(
                columns, transform.world_at([pixel[own] for own in owns]), strict=True
            ):
                world[column] = value
        return world

    def pixel_at(self, world: list[float]) -> list[float]:
        """Return the pixel position of one world vector; NaN where there is no answer."""
        if self._single is None:
            values: list[float] = self.topixel(np.array([world]))[0].tolist()
            return values
        pixel = [0.0] * self.ndim
        ones, others = self._single
        for transform, column, own in ones:
            pixel[column] = transform.pixel_at([world[own]])[0]
        for transform, columns, owns in others:
            for column, value in zip(
                columns, transform.pixel_at([world[own] for own in owns]), strict=True
            ):
                pixel[column] = value
        return pixel

    @np.errstate(over="ignore", invalid="ignore")
    def toworld(self, pixel: Array) -> Array:
        """Return world vectors (n, world_ndim) of pixels (n, ndim); NaN rows without answer."""
        world: Array = np.empty((len(pixel), self.world_ndim))
        bad = np.zeros(len(pixel), bool)
        for part in self.parts:
            own = part.worlds(pixel)
            for axis, column in enumerate(part.world_columns):
                if column >= 0:
                    world[:, column] = own[:, axis]
                    bad |= ~np.isfinite(own[:, axis])
        world[bad] = np.nan
        return world

    @np.errstate(over="ignore", invalid="ignore")
    def topixel(self, world: Array) -> Array:
        """Return pixels (n, ndim) of world vectors (n, world_ndim); NaN rows without answer."""
        pixel: Array = np.empty((len(world), self.ndim))
        bad = np.zeros(len(world), bool)
        for part in self.parts:
            if all(column < 0 for column in part.pixel_columns):
                continue
            own = part.solve(world)
            for axis, column in enumerate(part.pixel_columns):
                if column >= 0:
                    pixel[:, column] = own[:, axis]
                    bad |= ~np.isfinite(own[:, axis])
        pixel[bad] = np.nan
        return pixel


_Ones = list[tuple[Transform, int, int]]
_Others = list[tuple[Transform, tuple[int, ...], tuple[int, ...]]]


def _single(parts: tuple[Part, ...]) -> tuple[_Ones, _Others] | None:
    """Return coordinates of one axis and of more, with their pixel and world columns.

    None where a coordinate has lost some of its axes: those that lost all of them do not matter.
    """
    ones: _Ones = []
    others: _Others = []
    for part in parts:
        columns = part.pixel_columns + part.world_columns
        if max(columns) < 0:
            continue
        if min(columns) < 0:
            return None
        if part.entry.size == 1:
            ones.append((part.transform, part.pixel_columns[0], part.world_columns[0]))
        else:
            others.append((part.transform, part.pixel_columns, part.world_columns))
    return ones, others


def _newton(
    transform: Transform, wanted: Array, known: list[int], pixel: Array, free: list[int]
) -> Array:
    """Find the free pixels at which the known world values are those wanted."""
    size: Array = np.full(wanted.shape, np.inf)
    turn, longitude = 0.0, 0
    if isinstance(transform, DirectionTransform) and 0 in known:
        turn, longitude = 360.0 / transform.degrees_per_unit[0], known.index(0)

    def within_half_a_turn(differences: Array) -> Array:
        if turn:
            differences[:, longitude] -= turn * np.round(differences[:, longitude] / turn)
        return differences

    for _ in range(50):
        world = transform.toworld(pixel)[:, known]
        jacobian = np.empty((len(pixel), len(known), len(free)))
        for column, axis in enumerate(free):
            beside = pixel.copy()
            beside[:, axis] += 1e-3
            change = within_half_a_turn(transform.toworld(beside)[:, known] - world)
            jacobian[:, :, column] = change / 1e-3
        miss = within_half_a_turn(wanted - world)
        step = _solve(jacobian, miss)
        pixel[:, free] += step
        size = np.abs(step)
        if not np.any(size > 1e-9 * (1 + np.abs(pixel[:, free]))):
            return pixel
    pixel[np.any(~(size < 1e-6), axis=1)] = np.nan
    return pixel


def _solve(jacobian: Array, miss: Array) -> Array:
    """Solve many small systems; NaN where one has no solution."""
    finite = np.isfinite(jacobian).all(axis=(1, 2)) & np.isfinite(miss).all(axis=1)
    usable = np.where(np.reshape(finite, (-1, 1, 1)), jacobian, 0.0)
    rows = np.flatnonzero(np.linalg.det(usable))
    step: Array = np.full(miss.shape, np.nan)
    if len(rows):
        step[rows] = np.linalg.solve(jacobian[rows], miss[rows][..., None])[..., 0]
    return step
