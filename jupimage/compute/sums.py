"""Sums over rows of pixels, in double precision.

Each row gets its own mean before deviations from it are squared, and rows are joined by the
differences of their means, so that a small scatter on top of a large level keeps its digits.
Work goes through a buffer that stays in the processor's cache; products are those of
``np.vecdot`` on rows that are too short for a linear algebra library to start threads of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from jupimage.compute.eligibility import zeroed

__all__ = ["Sums", "sum_all", "sum_rows"]

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]

_ROW = 4096
_BUFFER = 1 << 17
_ONES = np.ones(2 * _ROW)


class Sums(NamedTuple):
    """What is known of sets of pixels: arrays of one shape, an element for each set.

    Attributes
    ----------
    number
        How many pixels there are.
    total, squares
        Their sum, and that of their squares.
    mean
        Their mean, 0 where there are none.
    scatter
        Sum of the squared deviations from the mean.
    """

    number: Array
    total: Array
    squares: Array
    mean: Array
    scatter: Array

    @classmethod
    def stacked(cls, parts: Sequence[Sums]) -> Sums:
        """Return sums with a new first axis, along which the parts lie."""
        return cls(*(np.stack(kind) for kind in zip(*parts, strict=True)))

    def joined(self) -> Sums:
        """Return the sums of all sets along the first axis together.

        Examples
        --------
        >>> sums = sum_rows(np.array([[1.0, 2.0], [3.0, 6.0]]), None).joined()
        >>> float(sums.number), float(sums.mean), float(sums.scatter)
        (4.0, 3.0, 14.0)
        """
        with np.errstate(invalid="ignore", over="ignore"):
            count, total = self.number.sum(axis=0), self.total.sum(axis=0)
            mean = total / np.maximum(count, 1)
            apart = (self.number * np.square(self.mean - mean)).sum(axis=0)
            scatter = self.scatter.sum(axis=0) + apart
            return Sums(count, total, self.squares.sum(axis=0), mean, scatter)

    def deviation(self, ddof: int = 1) -> Array:
        """Return the standard deviation: 0 where there are not more than `ddof` pixels."""
        with np.errstate(invalid="ignore"):
            found = np.asarray(self.scatter / np.maximum(self.number - ddof, 1))
            np.sqrt(found, out=found)
        found[self.number <= ddof] = 0.0
        return found

    def rms(self) -> Array:
        """Return the root of the mean square, 0 where there are no pixels."""
        with np.errstate(invalid="ignore"):
            found = np.asarray(self.squares / np.maximum(self.number, 1))
            return np.sqrt(found, out=found)


def sum_rows(values: NDArray[Any], good: Bools | None) -> Sums:
    """Return the sums of each row.

    Parameters
    ----------
    values
        Real pixels, contiguous, of shape (rows, pixels).
    good
        True where a pixel counts, of the same shape; None if all do.
    """
    rows, length = values.shape
    if length > 2 * _ROW:
        each = [sum_all(values[k], None if good is None else good[k]) for k in range(rows)]
        return Sums.stacked(each)
    step = max(1, _BUFFER // max(1, length))
    buffer = np.empty(min(rows, step) * length)
    parts = [
        _sum_some(values[k : k + step], None if good is None else good[k : k + step], buffer)
        for k in range(0, rows, step)
    ]
    return parts[0] if len(parts) == 1 else Sums(*map(np.concatenate, zip(*parts, strict=True)))


def sum_all(values: NDArray[Any], good: Bools | None) -> Sums:
    """Return the sums of all pixels of a contiguous array of one axis.

    Examples
    --------
    >>> float(sum_all(np.ones(100_000, np.float32), None).total)
    100000.0
    """
    size = values.size
    whole = size // _ROW * _ROW
    parts = []
    for start, stop, length in ((0, whole, _ROW), (whole, size, size - whole)):
        if stop > start:
            part = None if good is None else good[start:stop].reshape(-1, length)
            parts.append(sum_rows(values[start:stop].reshape(-1, length), part).joined())
    return parts[0] if len(parts) == 1 else Sums.stacked(parts).joined()


def _sum_some(values: NDArray[Any], good: Bools | None, buffer: Array) -> Sums:
    work = buffer[: values.size].reshape(values.shape)
    ones = _ONES[: values.shape[1]]
    with np.errstate(invalid="ignore", over="ignore"):
        if good is None:
            np.copyto(work, values)
            count = np.full(len(values), float(values.shape[1]))
        else:
            np.copyto(work, zeroed(values, good))
            count = np.count_nonzero(good, axis=1).astype(np.float64)
        total, squares = np.vecdot(work, ones), np.vecdot(work, work)
        mean = total / np.maximum(count, 1)
        work -= mean[:, None]
        scatter = np.vecdot(work, work)
        if good is not None:
            # Each bad pixel, a zero, has added the square of the mean. To take that off again is
            # much faster than to clear them, and as exact while it is not most of the sum.
            added = (values.shape[1] - count) * np.square(mean)
            if (scatter >= 2 * added).all():
                scatter -= added
            else:
                work *= good
                scatter = np.vecdot(work, work)
        return Sums(count, total, squares, mean, scatter)
