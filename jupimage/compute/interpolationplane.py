"""Values between the pixels of a plane, at many positions at once.

A `Stencil` is made once for a set of positions, then applied to as many planes as there are.
What it does for a plane is a few gathers and sums over flat arrays, which numpy does without
holding the interpreter, so that threads work side by side. Indices are worked out as floating
point numbers, which processors round in parallel, and turned into integers once.

The rules are those of the reference, edges included: each kind says what it does with
positions near and beyond them. Sums are taken in double precision, weight times pixel, so that
infinite pixels and NaN come out as they do there.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Linear", "Nearest", "Stencil", "Window", "flat_index", "squares_good", "window_of"]

Array = NDArray[np.float64]
Indices = NDArray[np.intp]
Bools = NDArray[np.bool_]

# How far outside the first and last pixel the nearest one still is one.
_NEAREST_REACH = 0.5001


class Window(NamedTuple):
    """The part of a plane that was read, and where the positions in it lie.

    Parameters
    ----------
    row, column, rows, columns
        First row and column, and how many.
    plane
        Rows and columns of the whole plane.
    low, high
        Least and greatest distance of a position from the first row or column, and from the
        end of the plane: negative if it is outside. NaN if there is a pixel without position.
    """

    row: int
    column: int
    rows: int
    columns: int
    plane: tuple[int, int]
    low: float
    high: float

    def holds(self, before: float, after: float) -> bool:
        """Return whether all positions keep such distances from the edges of the plane."""
        return self.low >= before and self.high > after


def window_of(x: Array, y: Array, plane: tuple[int, int]) -> Window | None:
    """Return what has to be read of a plane for values at positions, None if nothing.

    Parameters
    ----------
    x, y
        Columns and rows; NaN where there is no position.
    plane
        Rows and columns of the plane.

    Examples
    --------
    >>> window_of(np.array([5.3, 30.0]), np.array([7.0, 2.0]), (100, 100))[:4]
    (0, 2, 11, 32)
    """
    left, right, bottom, top = x.min(), x.max(), y.min(), y.max()
    low = float(np.minimum(left, bottom))
    high = float(np.minimum(plane[1] - right, plane[0] - top))
    if not (low > -1 and high > 0):
        near = (x > -1) & (x < plane[1]) & (y > -1) & (y < plane[0])
        if not near.any():
            return None
        x, y = x[near], y[near]
        left, right, bottom, top = x.min(), x.max(), y.min(), y.max()
    row, rows = _span(bottom, top, plane[0])
    column, columns = _span(left, right, plane[1])
    return Window(row, column, rows, columns, plane, low, high)


def _span(low: float, high: float, length: int) -> tuple[int, int]:
    first = max(int(np.floor(low)) - 3, 0)
    first = min(first, max(length - 2, 0))  # the last pixel needs the one before it
    return first, min(int(np.floor(high)) + 4, length) - first


class Stencil:
    """Where the values of a set of positions come from.

    Parameters
    ----------
    width
        Columns of the window.
    computed
        Which positions get a value at all; None if all of them do.
    """

    def __init__(self, width: int, computed: Bools | None) -> None:
        self.width = width
        self.computed = None if computed is None or computed.all() else computed

    def values(self, flat: Array) -> Array:
        """Return the values of a plane, given as its flattened window."""
        raise NotImplementedError

    def clean(self, good: Bools) -> Bools:
        """Return where all pixels that count are good; the window's good pixels, flattened."""
        raise NotImplementedError

    def apply(self, flat: Array, good: Bools | None) -> tuple[Array, Bools | None]:
        """Return values, 0 where there is none, and which were computed (None: all).

        Pixels that are infinite or NaN make numpy warn, unless the caller prevents it.
        """
        computed = self.computed
        if computed is not None and not computed.any():
            return np.zeros(computed.shape), computed
        values = self.values(flat)
        if good is not None:
            clean = self.clean(good)
            computed = clean if computed is None else clean & computed
        if computed is not None:
            values[~computed] = 0.0
        return values, computed


class Nearest(Stencil):
    """The nearest pixel; upwards from the middle between two."""

    def __init__(self, x: Array, y: Array, window: Window) -> None:
        inside = None
        column, row = np.floor(x + 0.5), np.floor(y + 0.5)
        if not window.holds(-0.5, 0.5):
            rows, columns = window.plane
            inside = _reached(x, columns) & _reached(y, rows)
            column = np.where(inside, np.clip(column, 0, columns - 1), window.column)
            row = np.where(inside, np.clip(row, 0, rows - 1), window.row)
        super().__init__(window.columns, inside)
        self._index = flat_index(column, row, window)

    def values(self, flat: Array) -> Array:
        return flat.take(self._index, mode="clip")

    def clean(self, good: Bools) -> Bools:
        return good.take(self._index, mode="clip")


def _reached(at: Array, length: int) -> Bools:
    found: Bools = (at >= -_NEAREST_REACH) & (at <= length - 1 + _NEAREST_REACH)
    return found


class Linear(Stencil):
    """The four pixels around; up to one pixel outside the plane the last two go on."""

    def __init__(self, x: Array, y: Array, window: Window) -> None:
        inside = None
        column, row = np.trunc(x), np.trunc(y)
        if not window.holds(0, 1):
            rows, columns = window.plane
            inside = (x > -1) & (x < columns) & (y > -1) & (y < rows)
            if min(window.plane) < 2:
                inside[:] = False
            column = np.where(inside, np.minimum(column, columns - 2), window.column)
            row = np.where(inside, np.minimum(row, rows - 2), window.row)
        super().__init__(window.columns, inside)
        self._index = flat_index(column, row, window)
        self._t, self._u = x - column, y - row
        self._s, self._v = 1.0 - self._t, 1.0 - self._u

    def values(self, flat: Array) -> Array:
        index, width = self._index, self.width
        low = flat.take(index, mode="clip")
        low *= self._s
        beside = flat[1:].take(index, mode="clip")
        beside *= self._t
        low += beside
        low *= self._v
        high = flat[width:].take(index, mode="clip")
        high *= self._s
        flat[width + 1 :].take(index, mode="clip", out=beside)
        beside *= self._t
        high += beside
        high *= self._u
        low += high
        return low

    def clean(self, good: Bools) -> Bools:
        return squares_good(good, self.width, 2).take(self._index, mode="clip")


def flat_index(column: Array, row: Array, window: Window) -> Indices:
    """Return where pixels are in the flattened window; columns and rows are whole numbers."""
    place = row * window.columns
    place += column
    place -= window.row * window.columns + window.column
    return place.astype(np.intp)


def squares_good(good: Bools, width: int, side: int) -> Bools:
    """Return for each pixel whether the square that begins there is good throughout.

    Examples
    --------
    >>> squares_good(np.array([True, True, False, True, True, True]), 3, 2)
    array([ True, False, False, False, False, False])
    """
    plane = good.reshape(-1, width)
    rows, columns = max(plane.shape[0] - side + 1, 0), max(width - side + 1, 0)
    result = np.zeros(plane.shape, bool)
    if rows and columns:
        lines = plane[:, :columns].copy()
        for i in range(1, side):
            lines &= plane[:, i : i + columns]
        square = result[:rows, :columns]
        square[...] = lines[:rows]
        for j in range(1, side):
            square &= lines[j : j + rows]
    return result.ravel()
