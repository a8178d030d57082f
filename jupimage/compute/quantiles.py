"""Quantiles, exactly: linear between two pixels, as ``np.quantile`` has them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.compute.cells import Cells, lay_out
from jupimage.compute.eligibility import Eligibility, voided
from jupimage.compute.ranks import find_ranks
from jupimage.compute.sortedrows import SortedRows, interpolated
from jupimage.compute.walk import Walk
from jupimage.errors import ArgumentError, DataTypeError
from jupimage.lattice import Block, Box, Lattice, SectionView

__all__ = ["as_shares", "cell_quantiles", "quantiles"]

Array = NDArray[np.float64]


def as_shares(wanted: Any, *, whole: float = 1.0, name: str = "q") -> Array:
    """Return shares of the pixels as an array of numbers between 0 and 1.

    Parameters
    ----------
    wanted
        A number or an array of them, between 0 and `whole`.
    whole
        What stands for all pixels: 1, or 100 for percents.
    name
        What the argument is called in messages.

    Raises
    ------
    DataTypeError
        If they are not real numbers.
    ArgumentError
        If one lies outside.

    Examples
    --------
    >>> as_shares([25, 50], whole=100)
    array([0.25, 0.5 ])
    """
    try:
        given = np.asarray(wanted)
    except ValueError:
        given = np.asarray(None)
    if given.dtype.kind not in "iuf":
        raise DataTypeError(f"{name} must be numbers between 0 and {whole:g}, got {wanted!r}")
    if not ((given >= 0) & (given <= whole)).all():
        raise ArgumentError(f"{name} must lie between 0 and {whole:g}, got {wanted!r}")
    return np.asarray(given, np.float64) / whole


def quantiles(lattice: Lattice, shares: Array, rule: Eligibility, walk: Walk) -> Array:
    """Return quantiles of all pixels that count; NaN if there are none, or NaN counts.

    Parameters
    ----------
    lattice, rule, walk
        The pixels, which of them count, and what goes over them.
    shares
        Which quantiles, of any shape.

    Examples
    --------
    >>> from jupimage.lattice import MemoryLattice
    >>> quantiles(MemoryLattice([1.0, 2.0, 4.0]), np.array([0.5, 0.75]), Eligibility(), Walk())
    array([2., 3.])
    """
    flat = [float(share) for share in shares.ravel()]
    ranked = find_ranks(lattice, rule, partial(_ranks, flat), walk)
    found = np.full(len(flat), math.nan)
    if ranked.values:
        count = ranked.survey.valid
        for k, share in enumerate(flat):
            low, high = _ranks([share], count)
            first, second = np.float64(ranked.values[low]), np.float64(ranked.values[high])
            rest = np.float64(share * (count - 1) - low)
            found[k] = interpolated(np.asarray(first), np.asarray(second), np.asarray(rest))
    return found.reshape(shares.shape)


def _ranks(shares: Sequence[float], count: int) -> list[int]:
    """Return, for each share, the ranks of the two pixels that it lies between."""
    found = []
    for share in shares:
        low = min(math.floor(share * (count - 1)), count - 1)
        found += [low, min(low + 1, count - 1)]
    return found


def cell_quantiles(
    lattice: Lattice, axes: tuple[int, ...], shares: Array, rule: Eligibility, walk: Walk
) -> Array:
    """Return quantiles of each cell, one after the other along a new first axis.

    Parameters
    ----------
    lattice, rule, walk
        As for `quantiles`.
    axes
        Those that are collapsed, ascending; not all of them.
    shares
        Which quantiles, in one axis.

    Examples
    --------
    >>> from jupimage.lattice import MemoryLattice
    >>> pixels = MemoryLattice([[1.0, 2.0, 4.0], [4.0, 4.0, 4.0]])
    >>> cell_quantiles(pixels, (1,), np.array([0.5]), Eligibility(), Walk())
    array([[2., 4.]])
    """
    cells = Cells(lattice.shape, axes)
    found = np.empty((len(shares), *cells.grid))
    boxes = cells.boxes(lattice)
    if boxes is None:
        count = math.prod(cells.grid)
        for number, (place, box) in enumerate(cells.single()):
            own = walk.part(number, count)
            index: tuple[Any, ...] = (slice(None), *place)
            found[index] = quantiles(SectionView(lattice, box), shares, rule, own)
        return found
    work = partial(_box_quantiles, axes=axes, shares=shares, rule=rule)
    for box, values in zip(boxes, walk.boxes(work, lattice, boxes), strict=True):
        part = found[:, *cells.place(box)]
        part[...] = values.reshape(part.shape)
    return found


def _box_quantiles(
    box: Box, block: Block, *, axes: tuple[int, ...], shares: Array, rule: Eligibility
) -> Array:
    values, good = rule.take(block)
    assert values is not None
    rows = lay_out(values, axes)
    counts = np.full(len(rows), rows.shape[1])
    if good is not None:
        flags = lay_out(good, axes)
        rows, counts = voided(rows, flags), np.count_nonzero(flags, axis=1)
    nans = np.count_nonzero(np.isnan(rows), axis=1) - (rows.shape[1] - counts)
    ordered = SortedRows(rows, counts)
    found = np.stack([ordered.quantile(float(share)) for share in shares])
    found[:, nans > 0] = np.nan
    return found
