"""The statistics that `image.statistics` gives: of real and complex pixels, whole or by axes."""

from __future__ import annotations

from dataclasses import replace

from jupimage.compute.eligibility import Eligibility
from jupimage.compute.extremes import Extreme
from jupimage.compute.statistics import describe, describe_cells
from jupimage.compute.statisticsrecord import Statistics, joined_parts, statistics_record
from jupimage.compute.walk import Cancelled, Progress, Walk
from jupimage.lattice import Lattice

__all__ = ["image_statistics"]


def image_statistics(
    lattice: Lattice,
    axes: tuple[int, ...],
    rule: Eligibility,
    *,
    robust: bool = True,
    origin: tuple[int, ...] | None = None,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Statistics:
    """Return the statistics of a lattice under casacore's names.

    Of complex pixels each value is complex: its real part is the statistic of the real parts, its
    imaginary part that of the imaginary parts.

    Parameters
    ----------
    lattice, rule
        The pixels, and which of them count.
    axes
        Those that are collapsed, ascending; none stands for all.
    robust
        Whether the median and its like are wanted.
    origin
        Added to positions: where the lattice starts in the image that they are meant for.
    progress, cancelled
        As for `map_blocks`.

    Examples
    --------
    >>> from jupimage.lattice import MemoryLattice
    >>> image_statistics(MemoryLattice([1 + 2j, 3 + 2j]), (), Eligibility())["mean"]
    array([2.+2.j])
    """
    walk = Walk(progress, cancelled)
    if lattice.dtype.kind != "c":
        return _real(lattice, axes, rule, walk, robust, origin)
    parts = (
        _real(lattice, axes, replace(rule, part=part), walk.part(k, 2), robust, origin)
        for k, part in enumerate(("real", "imag"))
    )
    return joined_parts(*parts)


def _real(
    lattice: Lattice,
    axes: tuple[int, ...],
    rule: Eligibility,
    walk: Walk,
    robust: bool,
    origin: tuple[int, ...] | None,
) -> Statistics:
    if axes and len(axes) < len(lattice.shape):
        return statistics_record(describe_cells(lattice, axes, rule, walk, robust=robust), None)
    figures, extremes = describe(lattice, rule, walk, robust=robust)
    if extremes is not None and origin is not None:
        extremes = _moved(extremes[0], origin), _moved(extremes[1], origin)
    return statistics_record(figures, extremes)


def _moved(extreme: Extreme, origin: tuple[int, ...]) -> Extreme:
    position = tuple(a + b for a, b in zip(extreme.position, origin, strict=True))
    return Extreme(extreme.value, position)
