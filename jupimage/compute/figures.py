"""The figures that describe sets of pixels: one array for each figure, an element for each set."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.compute.eligibility import voided
from jupimage.compute.sortedrows import SortedRows
from jupimage.compute.sums import Sums, sum_rows

__all__ = ["Figures", "describe_rows"]

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Figures:
    """What is known of sets of pixels.

    Parameters
    ----------
    sums
        Number, sum, sum of squares, mean and scatter.
    low, high
        The smallest and the largest pixel that is not NaN; NaN if there is none.
    nans
        How many pixels are NaN.
    spoiled
        Whether the first pixel is NaN. Compared one by one nothing is then smaller or larger.
    median, deviation, quartile
        The median, the median distance from it, and the difference of the quartiles; None where
        they were not asked for. NaN in sets with NaN.
    """

    sums: Sums
    low: Array
    high: Array
    nans: Array
    spoiled: Array
    median: Array | None = None
    deviation: Array | None = None
    quartile: Array | None = None

    def parts(self) -> dict[str, Array]:
        """Return all arrays by name."""
        found: dict[str, Array] = self.sums._asdict()
        for entry in fields(self):
            array = getattr(self, entry.name)
            if entry.name != "sums" and array is not None:
                found[entry.name] = array
        return found

    @classmethod
    def of(cls, parts: dict[str, Array]) -> Figures:
        """Return figures of arrays by name: the reverse of `parts`."""
        rest = dict(parts)
        sums = Sums(*(rest.pop(name) for name in Sums._fields))
        return cls(sums, **rest)

    def merged(self, later: Figures) -> Figures:
        """Return the figures of these sets together with others, without the robust ones."""
        sums = Sums.stacked([self.sums, later.sums]).joined()
        low, high = np.fmin(self.low, later.low), np.fmax(self.high, later.high)
        spoiled = np.where(self.sums.number > 0, self.spoiled, later.spoiled)
        return Figures(sums, low, high, self.nans + later.nans, spoiled)


def describe_rows(values: Array, good: Array | None, *, robust: bool) -> Figures:
    """Return the figures of each row of pixels.

    Parameters
    ----------
    values
        Pixels of shape (rows, pixels), contiguous; they are overwritten.
    good
        True where a pixel counts; None if all do.
    robust
        Whether the median and its like are wanted.

    Examples
    --------
    >>> found = describe_rows(np.array([[1.0, 2.0, 6.0]]), None, robust=True)
    >>> found.sums.mean, found.median
    (array([3.]), array([2.]))
    """
    sums = sum_rows(values, good)
    counts = sums.number.astype(np.int64)
    nans = np.zeros(len(values), np.int64)
    suspects = np.flatnonzero(~np.isfinite(sums.total))
    spoiled = np.zeros(len(values), bool)
    if suspects.size:
        missing = np.isnan(values[suspects])
        if good is not None:
            missing &= good[suspects]
        nans[suspects] = np.count_nonzero(missing, axis=1)
        first = 0 if good is None else good[suspects].argmax(axis=1)
        spoiled[suspects] = missing[np.arange(suspects.size), first]
    if good is not None:
        values = voided(values, good)
    found: dict[str, Array] = {}
    if robust:
        rows = SortedRows(values, counts - nans)
        low, high = rows.at(np.zeros_like(counts)), rows.at(counts - nans - 1)
        found = {
            "median": rows.median(),
            "deviation": rows.deviation(),
            "quartile": rows.quartile(),
        }
        for array in found.values():
            array[nans > 0] = np.nan
    else:
        low = np.fmin.reduce(values, axis=1).astype(np.float64)
        high = np.fmax.reduce(values, axis=1).astype(np.float64)
    return Figures(sums, low, high, nans, spoiled, **found)
