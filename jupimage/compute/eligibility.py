"""Which pixels count: the good ones, inside or outside a range of values, NaN or not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.lattice import Block

__all__ = ["Eligibility", "voided", "zeroed"]

Bools = NDArray[np.bool_]

_UNSIGNED: dict[int, type[np.unsignedinteger[Any]]] = {4: np.uint32, 8: np.uint64}


@dataclass(frozen=True, slots=True)
class Eligibility:
    """A rule that says which pixels count.

    Parameters
    ----------
    low, high
        Range of values that counts, both ends included, in the precision of the pixels; None for
        no range. Of complex pixels it is the amplitude that has to lie in it. NaN never does.
    exclude
        Whether the range is what does *not* count. NaN then counts.
    ignore_nan
        Whether NaN never counts.
    part
        ``'real'`` or ``'imag'``: what to take of complex pixels.

    Examples
    --------
    >>> rule = Eligibility(low=1.0, high=2.0)
    >>> rule.take(Block(np.array([0.5, 1.0, 2.0, np.nan]))).good
    array([False,  True,  True, False])
    """

    low: float | None = None
    high: float | None = None
    exclude: bool = False
    ignore_nan: bool = False
    part: str = ""

    def dtype(self, stored: np.dtype[Any]) -> np.dtype[Any]:
        """Return the type of the values that are taken of pixels of a type."""
        return np.zeros(0, stored).real.dtype if self.part else stored

    def take(self, block: Block) -> Block:
        """Return the values of a block, contiguous, and which of them count (None: all)."""
        values, good = block.values, block.good
        assert values is not None
        if self.low is not None and self.high is not None:
            good = _both(good, self._in_range(values, self.low, self.high))
        if self.ignore_nan:
            missing = np.isnan(values)
            if missing.any():
                good = _both(good, ~missing)
        if self.part:
            values = values.imag if self.part == "imag" else values.real
        if good is not None and good.all():
            good = None
        return Block(
            np.ascontiguousarray(values), None if good is None else np.ascontiguousarray(good)
        )

    def _in_range(self, values: NDArray[Any], low: float, high: float) -> Bools:
        size = np.abs(values) if values.dtype.kind == "c" else values
        with np.errstate(over="ignore"):
            inside: Bools = size >= size.dtype.type(low)
            inside &= size <= size.dtype.type(high)
        return np.logical_not(inside, out=inside) if self.exclude else inside


def _both(good: Bools | None, more: Bools) -> Bools:
    return more if good is None else good & more


def zeroed(values: NDArray[Any], good: Bools) -> NDArray[Any]:
    """Return a copy with zeros where pixels are bad.

    Masks are rarely predictable, and ``np.where`` takes ten times as long on them as a few
    operations on the bits of the numbers do.

    Examples
    --------
    >>> zeroed(np.array([1.0, np.nan, 3.0]), np.array([True, False, True]))
    array([1., 0., 3.])
    """
    kind = _UNSIGNED[values.itemsize]
    keep = good.astype(kind)
    np.subtract(kind(0), keep, out=keep)
    keep &= values.view(kind)
    return keep.view(values.dtype)


def voided(values: NDArray[Any], good: Bools) -> NDArray[Any]:
    """Return a copy with NaN where pixels are bad.

    Examples
    --------
    >>> voided(np.array([1.0, 2.0, 3.0]), np.array([True, False, True]))
    array([ 1., nan,  3.])
    """
    kind = _UNSIGNED[values.itemsize]
    drop = good.astype(kind)
    drop -= kind(1)
    drop |= values.view(kind)
    return drop.view(values.dtype)
