"""How many pixels have values in which interval."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.compute.eligibility import Eligibility
from jupimage.compute.walk import Walk
from jupimage.errors import ArgumentError, DataTypeError
from jupimage.lattice import Block, Box, Lattice

__all__ = ["as_edges", "histogram"]

Array = NDArray[Any]
Counts = NDArray[np.int64]

_PIECE = 1 << 16


def as_edges(bins: Any, limits: Any, lattice: Lattice, rule: Eligibility, walk: Walk) -> Array:
    """Return the edges of bins, as numpy places them.

    Parameters
    ----------
    bins
        Their number, or their edges.
    limits
        From where to where a number of bins reach; None for from the smallest to the largest
        finite pixel, which takes a pass over them.
    lattice, rule, walk
        The pixels, which of them count, and what goes over them.

    Raises
    ------
    DataTypeError
        If they are not numbers.
    ArgumentError
        If there are no bins, their edges do not rise, or the limits are not finite.
    """
    given = np.asarray(bins) if isinstance(bins, list | tuple | np.ndarray) else bins
    if isinstance(given, np.ndarray) and given.ndim:
        if given.dtype.kind not in "iuf":
            raise DataTypeError(f"bins must be a number of bins or their edges, got {bins!r}")
        if given.ndim != 1 or given.size < 2 or not (np.diff(given) > 0).all():
            raise ArgumentError(f"edges of bins must rise, at least two of them, got {bins!r}")
        return given
    if isinstance(bins, bool) or not isinstance(bins, int | np.integer):
        raise DataTypeError(f"bins must be a number of bins or their edges, got {bins!r}")
    if not 1 <= bins <= 1 << 24:
        raise ArgumentError(f"the number of bins must lie in 1..{1 << 24}, got {bins}")
    low, high = _limits(limits, lattice, rule, walk)
    ends = np.array([low, high], rule.dtype(lattice.dtype))
    return np.histogram_bin_edges(ends, int(bins), None if limits is None else (low, high))


def _limits(limits: Any, lattice: Lattice, rule: Eligibility, walk: Walk) -> tuple[float, float]:
    if limits is None:
        found = [pair for pair in walk.blocks(partial(_finite, rule=rule), lattice) if pair]
        if not found:
            return 0.0, 1.0
        return min(low for low, _ in found), max(high for _, high in found)
    try:
        low, high = (float(number) for number in limits)
    except (TypeError, ValueError):
        raise DataTypeError(f"range must be two numbers, got {limits!r}") from None
    if not (math.isfinite(low) and math.isfinite(high) and low <= high):
        raise ArgumentError(f"range must be two finite numbers, rising, got {limits!r}")
    return low, high


def _finite(box: Box, block: Block, *, rule: Eligibility) -> tuple[float, float] | None:
    values, good = rule.take(block)
    assert values is not None
    chosen = values.reshape(-1) if good is None else values[good]
    low, high = (np.min(chosen), np.max(chosen)) if chosen.size else (math.nan,) * 2
    if not (math.isfinite(low) and math.isfinite(high)):
        chosen = chosen[np.isfinite(chosen)]
        if not chosen.size:
            return None
        low, high = chosen.min(), chosen.max()
    return float(low), float(high)


def histogram(lattice: Lattice, edges: Array, rule: Eligibility, walk: Walk) -> Counts:
    """Return the number of pixels in each bin; the last one includes its upper edge.

    Parameters
    ----------
    lattice, rule, walk
        The pixels, which of them count, and what goes over them. NaN is in no bin.
    edges
        Of the bins, rising.

    Examples
    --------
    >>> from jupimage.lattice import MemoryLattice
    >>> pixels = MemoryLattice([1.0, 2.0, 2.5, 3.0])
    >>> histogram(pixels, np.array([1.0, 2.0, 3.0]), Eligibility(), Walk())
    array([1, 3])
    """
    found = np.zeros(len(edges) - 1, np.int64)
    for counts in walk.blocks(partial(_count, edges=edges, rule=rule), lattice):
        found += counts
    return found


def _count(box: Box, block: Block, *, edges: Array, rule: Eligibility) -> Counts:
    values, good = rule.take(block)
    assert values is not None
    chosen = values.reshape(-1) if good is None else values[good]
    passed = np.zeros(len(edges), np.int64)
    for start in range(0, chosen.size, _PIECE):
        # Sorted, a piece tells all counts at once, and to the last pixel on an edge.
        piece = np.sort(chosen[start : start + _PIECE])
        passed[:-1] += piece.searchsorted(edges[:-1], "left")
        passed[-1] += piece.searchsorted(edges[-1], "right")
    return np.diff(passed)
