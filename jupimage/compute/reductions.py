"""Sums, means, medians and extremes along some axes, as ``np.ma`` gives them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.compute.eligibility import Eligibility
from jupimage.compute.figures import Figures
from jupimage.compute.quantiles import cell_quantiles, quantiles
from jupimage.compute.statistics import describe, describe_cells
from jupimage.compute.walk import Walk
from jupimage.errors import ArgumentError, DataTypeError
from jupimage.lattice import Lattice

__all__ = ["REDUCTIONS", "reduce_cells"]

Array = NDArray[Any]
Bools = NDArray[np.bool_]
Reduction = Callable[[Figures, int], Array]

REDUCTIONS: dict[str, Reduction] = {
    "min": lambda figures, ddof: _spoiled(figures.low, figures),
    "max": lambda figures, ddof: _spoiled(figures.high, figures),
    "sum": lambda figures, ddof: figures.sums.total,
    "mean": lambda figures, ddof: figures.sums.mean,
    "std": lambda figures, ddof: figures.sums.deviation(ddof),
}
"""What is taken of the figures of a cell."""


def _spoiled(values: Array, figures: Figures) -> Array:
    """Return values, NaN where there is NaN among the pixels: so numpy has it."""
    return np.where(figures.nans > 0, np.nan, values)


def reduce_cells(
    lattice: Lattice, axes: tuple[int, ...], name: str, walk: Walk, *, ddof: int = 0
) -> tuple[Array, Bools]:
    """Reduce each cell to a number.

    Parameters
    ----------
    lattice
        The pixels; bad ones are left out.
    axes
        Those that are collapsed, ascending.
    name
        ``min``, ``max``, ``sum``, ``mean``, ``std`` or ``median``.
    walk
        Goes over the pixels.
    ddof
        For ``std``: what is taken from the number of pixels in the denominator.

    Returns
    -------
    values, good
        Over the axes that are left; True where a cell has pixels enough.

    Raises
    ------
    DataTypeError
        If complex pixels are to be put in order.

    Examples
    --------
    >>> from jupimage.lattice import MemoryLattice
    >>> reduce_cells(MemoryLattice([[1.0, 2.0], [4.0, 4.0]]), (1,), "sum", Walk())
    (array([3., 8.]), array([ True,  True]))
    """
    if not isinstance(ddof, int | float | np.number):
        raise ArgumentError(f"ddof must be a number, got {ddof!r}")
    if lattice.dtype.kind != "c":
        return _reduce(lattice, axes, name, Eligibility(), walk, ddof)
    if name in ("min", "max", "median"):
        raise DataTypeError(
            f"complex pixels have no order and so no {name}; take that of their amplitude, or of "
            "their real or imaginary parts"
        )
    real, imaginary = (
        _reduce(lattice, axes, name, Eligibility(part=part), walk.part(k, 2), ddof)
        for k, part in enumerate(("real", "imag"))
    )
    if name == "std":
        return np.hypot(real[0], imaginary[0]), real[1]
    return real[0] + 1j * imaginary[0], real[1]


def _reduce(
    lattice: Lattice,
    axes: tuple[int, ...],
    name: str,
    rule: Eligibility,
    walk: Walk,
    ddof: int,
) -> tuple[Array, Bools]:
    whole = len(axes) == len(lattice.shape)
    if name == "median":
        half = np.array([0.5])
        if whole:
            values = quantiles(lattice, half, rule, walk)[0]
        else:
            values = cell_quantiles(lattice, axes, half, rule, walk)[0]
        return np.asarray(values), _with_pixels(lattice, axes, np.asarray(values), walk)
    if whole:
        figures = describe(lattice, rule, walk, robust=False)[0]
    else:
        figures = describe_cells(lattice, axes, rule, walk, robust=False)
    enough = figures.sums.number > (ddof if name == "std" else 0)
    return REDUCTIONS[name](figures, ddof), np.asarray(enough)


def _with_pixels(lattice: Lattice, axes: tuple[int, ...], values: Array, walk: Walk) -> Bools:
    """Return which cells have a good pixel, where NaN leaves that open."""
    if not lattice.masked or not np.isnan(values).any():
        return np.ones(values.shape, bool)
    rule = Eligibility()
    if len(axes) == len(lattice.shape):
        return np.asarray(describe(lattice, rule, walk, robust=False)[0].sums.number > 0)
    return np.asarray(describe_cells(lattice, axes, rule, walk, robust=False).sums.number > 0)
