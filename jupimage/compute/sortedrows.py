"""Medians and their like of many short rows of pixels at once: each row is sorted.

A sorted row answers every rank at once. The median of the distances from the median needs no
sorting of its own: going outwards from the median the distances rise on both sides, and where
both sides together have passed half of the pixels is found by halving.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["SortedRows", "quarter_rank"]

Array = NDArray[np.float64]
Counts = NDArray[np.int64]


def quarter_rank(share: float, count: int) -> int:
    """Return the rank, from 0, of the first pixel that a share of all pixels does not exceed.

    A product that rounding has moved off a whole number counts as that number.

    Examples
    --------
    >>> quarter_rank(0.25, 8), quarter_rank(0.25, 9)
    (1, 2)
    """
    return min(max(math.ceil(round(share * count, 9)) - 1, 0), max(0, count - 1))


class SortedRows:
    """Rows of pixels in ascending order.

    Parameters
    ----------
    values
        Pixels of shape (rows, pixels); pixels that do not count are NaN. They are sorted in place.
    counts
        How many of each row count.

    Examples
    --------
    >>> rows = SortedRows(np.array([[4.0, 1.0, 2.0, np.nan]]), np.array([3]))
    >>> rows.median(), rows.deviation(), rows.quartile()
    (array([2.]), array([1.]), array([3.]))
    """

    def __init__(self, values: NDArray[Any], counts: Counts) -> None:
        values.sort(axis=1)
        self.values = values
        self.counts = counts
        self._rows = np.arange(len(values))

    def at(self, ranks: Counts) -> Array:
        """Return the pixel of a rank (from 0) in each row; NaN where there are fewer pixels."""
        clipped = np.clip(ranks, 0, self.values.shape[1] - 1)
        found = self.values[self._rows, clipped].astype(np.float64)
        found[(ranks < 0) | (ranks >= self.counts)] = np.nan
        return found

    def median(self) -> Array:
        """Return the median of each row: the mean of the two pixels in the middle."""
        with np.errstate(invalid="ignore"):
            return (self.at((self.counts - 1) // 2) + self.at(self.counts // 2)) / 2

    def quartile(self) -> Array:
        """Return the difference of upper and lower quartile, both of them pixels."""
        with np.errstate(invalid="ignore"):
            return self.at((3 * self.counts + 3) // 4 - 1) - self.at((self.counts + 3) // 4 - 1)

    def quantile(self, share: float) -> Array:
        """Return a quantile of each row, linear between two pixels."""
        place = share * (self.counts - 1)
        low = np.floor(place).astype(np.int64)
        first, second = self.at(low), self.at(np.minimum(low + 1, self.counts - 1))
        return interpolated(first, second, place - low)

    def deviation(self) -> Array:
        """Return the median distance from the median."""
        median = self.median()
        half = self.counts // 2
        taken = self._nearer(median, half, (self.counts - 1) // 2 + 1)
        # ranks (n-1)//2 and n//2 of the distances: the last one taken, and perhaps the next
        below, above = half - taken, half + ((self.counts - 1) // 2 + 1 - taken)
        with np.errstate(invalid="ignore"):
            last = np.fmax(
                np.where(taken > 0, median - self.at(below), np.nan),
                np.where(above > half, self.at(above - 1) - median, np.nan),
            )
            following = np.fmin(median - self.at(below - 1), self.at(above) - median)
        even = self.counts % 2 == 0
        found = np.where(even, (last + following) / 2, last)
        found[~np.isfinite(median)] = np.nan
        return found

    def _nearer(self, median: Array, half: Counts, wanted: Counts) -> Counts:
        """Return how many of the `wanted` pixels nearest to the median lie in the lower half."""
        low = np.maximum(0, wanted - (self.counts - half))
        high = np.minimum(half, wanted)
        while (low < high).any():
            middle = (low + high) // 2
            # with `middle` taken below, is the next one below nearer than the last one above?
            with np.errstate(invalid="ignore"):
                next_below = median - self.at(half - 1 - middle)
                last_above = self.at(half + wanted - middle - 1) - median
            more = (low < high) & (next_below < last_above)
            low = np.where(more, middle + 1, low)
            high = np.where(more, high, middle)
        return low


def interpolated(first: Array, second: Array, share: Array) -> Array:
    """Return values between two, computed from the nearer one, as numpy does.

    Examples
    --------
    >>> interpolated(np.array(1.0), np.array(3.0), np.array(0.75))
    array(2.5)
    """
    with np.errstate(invalid="ignore"):
        step = second - first
        found = np.where(share < 0.5, first + step * share, second - step * (1 - share))
    return np.where((first == second) | (share == 0), first, found)
