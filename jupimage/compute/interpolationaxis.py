"""Values between the pixels along one axis, in the pixels' own precision.

The arrays have that axis first: what is computed for a position is computed for all lines at
once. Beyond the ends the first or last pixel goes on for ever, but for the spline, whose last
segment does.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.compute.interpolation import Method

__all__ = ["AxisStencil", "bridged"]

Values = NDArray[Any]
Bools = NDArray[np.bool_]
Indices = NDArray[np.intp]


class AxisStencil:
    """Where the values of a set of positions along an axis come from.

    Parameters
    ----------
    method
        How to interpolate; ``cubic`` is a spline, ``lanczos`` is ``linear``.
    positions
        In pixels, NaN where there is none. Their precision is what is computed with.
    length
        Pixels along the axis.

    Examples
    --------
    >>> stencil = AxisStencil("linear", np.array([0.5, 1.0, 7.0]), 3)
    >>> stencil.values(np.array([[10.0], [20.0], [40.0]])).ravel()
    array([15., 20., 40.])
    """

    def __init__(self, method: Method, positions: Values, length: int) -> None:
        self.method: Method = "linear" if method == "lanczos" else method
        self._length = length
        self._missing = ~np.isfinite(positions)
        at = np.where(self._missing, 0, positions).astype(positions.dtype)
        after = np.clip(np.ceil(np.clip(at, -1, length)), 0, length).astype(np.intp)
        self._at, self._after = at, after
        # A mask says more than values do: nothing was observed half a pixel beyond the ends.
        self._outside: Bools = self._missing | (at < -0.5) | (at > length - 0.5)

    def span(self) -> tuple[int, int]:
        """Return the first pixel and the end of those that the values come from."""
        if self.method == "cubic":
            return 0, self._length
        after = np.clip(self._after, 1, max(self._length - 1, 1))
        return int(after.min()) - 1, min(int(after.max()) + 1, self._length)

    def values(self, lines: Values, *, first: int = 0) -> Values:
        """Return the values, 0 where there is no position.

        Parameters
        ----------
        lines
            Pixels, the axis first: those of `span`.
        first
            Which pixel along the axis the first one is.
        """
        with np.errstate(invalid="ignore", over="ignore"):  # pixels may be infinite or NaN
            found = self._interpolate(lines, first)
        if self._missing.any():
            found[self._missing] = 0
        return found

    def _interpolate(self, lines: Values, first: int) -> Values:
        if self._length == 1 or self.method == "nearest":
            return lines[self._nearest() - first]
        if self.method == "cubic":
            return self._spline(lines)
        low, fraction = self._segments()
        low = low - first
        found = lines[low + 1]
        found -= lines[low]
        found *= _column(fraction, lines)
        found += lines[low]
        for end, pixels in ((0, low), (1, low + 1)):  # exactly those, whatever their neighbours
            exact = np.flatnonzero(fraction == end)
            found[exact] = lines[pixels[exact]]
        return found

    def clean(self, good: Bools, *, first: int = 0) -> Bools:
        """Return where every pixel that counts is good and the position is not outside."""
        if self._length == 1 or self.method == "nearest":
            clean = good[self._nearest() - first]
        else:
            low, fraction = self._segments()
            low = low - first
            clean = good[low] | _column(fraction == 1, good)
            clean &= good[low + 1] | _column(fraction == 0, good)
        clean[self._outside] = False
        return clean

    def _nearest(self) -> Indices:
        after, n = self._after, self._length
        before = np.maximum(after - 1, 0)
        upper = np.minimum(after, n - 1)
        closer = (upper - self._at) < (self._at - before)
        nearest: Indices = np.where(closer | (after == 0), upper, before)
        return nearest

    def _segments(self) -> tuple[Indices, Values]:
        """Return the pixel before each position and the distance from it, from 0 to 1."""
        after = np.clip(self._after, 1, self._length - 1)
        fraction = np.clip(self._at - (after - 1).astype(self._at.dtype), 0, 1)
        tiny = np.finfo(self._at.dtype).eps
        fraction[fraction <= tiny] = 0
        fraction[fraction >= 1 - tiny] = 1
        return after - 1, fraction

    def _spline(self, lines: Values) -> Values:
        found: Values
        after = np.clip(self._after, 1, self._length - 1)
        high = _column((self._at - (after - 1)).astype(self._at.dtype), lines)
        low = (1 - high).astype(high.dtype)
        bend = _bends(lines)
        found = lines[after - 1] * low
        found += lines[after] * high
        found += (
            (low**3 - low) * bend[after - 1] + (high**3 - high) * bend[after]
        ) / lines.real.dtype.type(6)
        return found


def _bends(lines: Values) -> Values:
    """Return the second derivatives of the natural spline, as the reference computes them.

    Its way back through the equations ends before pixel 1, which so keeps the value of the way
    forth. Scripts depend on these numbers.
    """
    count = len(lines)
    kind = lines.real.dtype.type
    bend = np.zeros_like(lines)
    ratio = np.zeros(count, kind)
    for i in range(1, count - 1):
        delta = kind(4) - ratio[i - 1]
        ratio[i] = kind(1) / delta
        bend[i] = (
            kind(6) * (lines[i + 1] - kind(2) * lines[i] + lines[i - 1]) - bend[i - 1]
        ) / delta
    for i in range(count - 2, 1, -1):
        bend[i] -= ratio[i] * bend[i + 1]
    return bend


def _column(values: NDArray[Any], lines: NDArray[Any]) -> Values:
    return values.reshape(-1, *(1,) * (lines.ndim - 1))


def bridged(lines: Values, good: Bools) -> Values:
    """Return lines whose bad pixels lie on straight lines between the good ones around them.

    So a spline, which depends on all pixels, knows nothing of the bad ones. Beyond the first
    and the last good pixel of a line these go on; a line without any becomes 0.

    Examples
    --------
    >>> good = np.array([[False], [True], [False], [True]])
    >>> bridged(np.array([[9.0], [1.0], [9.0], [2.0]]), good).ravel()
    array([1. , 1. , 1.5, 2. ])
    """
    if good.all():
        return lines
    count = len(lines)
    index = _column(np.arange(count), lines)
    before = np.maximum.accumulate(np.where(good, index, -1), axis=0)
    after = np.minimum.accumulate(np.where(good, index, count)[::-1], axis=0)[::-1]
    empty = (before < 0) & (after >= count)
    before, after = (
        np.where(before < 0, after, before).clip(0, count - 1),
        np.where(after >= count, before, after).clip(0, count - 1),
    )
    share = ((index - before) / np.maximum(after - before, 1)).astype(lines.real.dtype)
    low = np.take_along_axis(lines, before, axis=0)
    with np.errstate(invalid="ignore", over="ignore"):
        found = low + (np.take_along_axis(lines, after, axis=0) - low) * share
    found = np.where(good, lines, found)
    found[empty] = 0
    return found
