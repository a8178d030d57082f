"""Pixel to world and back for whatever a user hands in: one position, or many.

A `Conversion` is made from a record once and does not look at it again, so it is quick, and
threads may share it.
"""

from __future__ import annotations

import math
from typing import Any, TypeGuard

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jupimage.coordinates.axis import Axis, describe
from jupimage.coordinates.damage import reads_record
from jupimage.coordinates.record import Record
from jupimage.coordinates.transform import SystemTransform
from jupimage.errors import CoordinateError, DataTypeError

__all__ = ["Conversion"]

Array = NDArray[np.float64]

_FLOAT = {float}


class Conversion:
    """Pixel and world coordinates of an image, as its record was when this was made.

    Parameters
    ----------
    record
        The record of a coordinate system.

    Examples
    --------
    >>> from jupimage.coordinates import default_system
    >>> conversion = default_system((9,)).conversion()
    >>> conversion.toworld([5.0])
    [1415001000.0]
    >>> conversion.topixel(["1.415 GHz"])
    [4.0]
    """

    __slots__ = ("_world_axes", "ndim", "transform", "world_ndim")

    @reads_record
    def __init__(self, record: Record) -> None:
        self.transform = SystemTransform(record)
        self.ndim, self.world_ndim = self.transform.ndim, self.transform.world_ndim
        self._world_axes: tuple[Axis, ...] | None = None

    @property
    def world_axes(self) -> tuple[Axis, ...]:
        """What each value of a world vector is, slowest axis first."""
        if self._world_axes is None:
            found = {
                column: describe(part.entry, own, column)
                for part in self.transform.parts
                for own, column in enumerate(part.world_columns)
                if column >= 0
            }
            self._world_axes = tuple(found[column] for column in sorted(found))
        return self._world_axes

    def toworld(self, pixel: ArrayLike) -> Any:
        """Return the world values at pixels; see `coordinatesystem.toworld`."""
        values = pixel if _is_plain(pixel) else _numbers(pixel, self.ndim, "pixel")
        if isinstance(values, np.ndarray):
            return _many(self.transform.toworld, values)
        if len(values) != self.ndim:
            raise _wrong_length("pixel", self.ndim, (len(values),))
        answer = self.transform.world_at(values)
        if not math.isfinite(sum(answer)):
            raise CoordinateError(f"pixel {values} has no world values in these coordinates")
        return answer

    def topixel(self, world: Any) -> Any:
        """Return the pixels at world values; see `coordinatesystem.topixel`."""
        values = world
        if not _is_plain(world):
            if _is_mixed(world):
                from jupimage.coordinates.parsing import world_vector

                world = world_vector(world, self.world_axes)
            values = _numbers(world, self.world_ndim, "world")
        if isinstance(values, np.ndarray):
            return _many(self.transform.topixel, values)
        if len(values) != self.world_ndim:
            raise _wrong_length("world", self.world_ndim, (len(values),))
        answer = self.transform.pixel_at(values)
        if not math.isfinite(sum(answer)):
            raise CoordinateError(f"world {values} has no pixel in these coordinates")
        return answer


def _is_plain(values: Any) -> TypeGuard[list[float]]:
    """Return whether this is a list of nothing but Python's own floats."""
    return type(values) is list and set(map(type, values)) == _FLOAT


def _is_mixed(world: Any) -> bool:
    """Return whether there is more than plain numbers: text, quantities, directions."""
    items = world if isinstance(world, list | tuple) else (world,)
    return any(
        isinstance(item, str) or hasattr(item, "unit") or hasattr(item, "icrs") for item in items
    )


def _numbers(values: ArrayLike, width: int, what: str) -> Array | list[float]:
    """Return one position as a list, or many as an array."""
    try:
        array = np.asarray(values)
    except ValueError:
        array = np.asarray(None)
    if array.dtype.kind not in "fiub":
        raise DataTypeError(f"{what} needs {width} numbers, got {repr(values)[:80]}")
    if array.ndim == 0 and width == 1:
        array = array[None]
    if array.ndim == 0 or array.shape[-1] != width:
        raise _wrong_length(what, width, array.shape)
    if array.ndim > 1:
        return array.astype(np.float64, copy=False)
    return [float(value) for value in array.tolist()]


def _wrong_length(what: str, width: int, shape: tuple[int, ...]) -> CoordinateError:
    return CoordinateError(
        f"{what} needs {width} values for the {width} axes, got an array of {shape}"
    )


def _many(step: Any, array: Array) -> Array:
    answer: Array = step(array.reshape(-1, array.shape[-1]))
    return answer.reshape(*array.shape[:-1], answer.shape[1])
