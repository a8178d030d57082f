"""Statistics of all pixels, or of those along some axes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.compute.cells import Cells, lay_out
from jupimage.compute.eligibility import Eligibility
from jupimage.compute.extremes import Extreme
from jupimage.compute.figures import Figures, describe_rows
from jupimage.compute.ranks import Ranked, find_ranks, middle_ranks
from jupimage.compute.sortedrows import quarter_rank
from jupimage.compute.sums import Sums
from jupimage.compute.survey import find_first, survey
from jupimage.compute.walk import Walk
from jupimage.lattice import Block, Box, Lattice, SectionView, blocks

__all__ = ["describe", "describe_cells"]


def describe(
    lattice: Lattice, rule: Eligibility, walk: Walk, *, robust: bool
) -> tuple[Figures, tuple[Extreme, Extreme] | None]:
    """Return the figures of all pixels, as numbers, and the extremes with their positions.

    Parameters
    ----------
    lattice, rule
        The pixels, and which of them count.
    walk
        Goes over them.
    robust
        Whether the median and its like are wanted.

    Examples
    --------
    >>> from jupimage.lattice import MemoryLattice
    >>> pixels = MemoryLattice([1.0, 2.0, 6.0])
    >>> figures, extremes = describe(pixels, Eligibility(), Walk(), robust=True)
    >>> float(figures.median), extremes[1].position
    (2.0, (2,))
    """
    if robust:
        ranked = find_ranks(lattice, rule, _robust_ranks, walk, deviation=True)
    else:
        ranked = Ranked(survey(lattice, rule, walk))
    found = ranked.survey
    extremes, spoiled = found.extremes, False
    low, high = (math.nan,) * 2 if extremes is None else (e.value for e in extremes)
    if found.nans:
        first = find_first(lattice, rule, walk)
        spoiled = math.isnan(first.value)
        extremes = (first, first) if spoiled else extremes
    robust_figures = _robust_figures(ranked) if robust else {}
    facts = (np.asarray(fact) for fact in (low, high, found.nans, spoiled))
    figures = Figures(found.sums, *facts, **robust_figures)
    return figures, extremes


def _robust_ranks(count: int) -> tuple[int, ...]:
    return (*middle_ranks(count), quarter_rank(0.25, count), quarter_rank(0.75, count))


def _robust_figures(ranked: Ranked) -> dict[str, NDArray[Any]]:
    names = ("median", "deviation", "quartile")
    if not ranked.values:
        return {name: np.asarray(math.nan) for name in names}
    first, second, lower, upper = (
        ranked.values[rank] for rank in _robust_ranks(ranked.survey.valid)
    )
    with np.errstate(invalid="ignore"):
        found = (np.float64(first) + second) / 2, ranked.deviation, np.float64(upper) - lower
    return {name: np.asarray(value) for name, value in zip(names, found, strict=True)}


def describe_cells(
    lattice: Lattice, axes: tuple[int, ...], rule: Eligibility, walk: Walk, *, robust: bool
) -> Figures:
    """Return the figures of each cell, as arrays over the axes that are not collapsed.

    Parameters
    ----------
    lattice, rule, walk, robust
        As for `describe`.
    axes
        Those that are collapsed, ascending; not all of them.

    Examples
    --------
    >>> from jupimage.lattice import MemoryLattice
    >>> pixels = MemoryLattice([[1.0, 2.0, 6.0], [4.0, 4.0, 4.0]])
    >>> describe_cells(pixels, (1,), Eligibility(), Walk(), robust=False).sums.mean
    array([3., 4.])
    """
    cells = Cells(lattice.shape, axes)
    boxes = cells.boxes(lattice)
    work = partial(_describe_box, axes=axes, rule=rule, robust=robust)
    if boxes is not None:
        pairs = zip(boxes, walk.boxes(work, lattice, boxes), strict=True)
        return _gathered(cells, ((cells.place(box), found) for box, found in pairs))
    if robust:
        return _gathered(cells, _one_by_one(lattice, cells, rule, walk))
    found = _gathered(cells, [])
    pieces = blocks(lattice)
    for box, part in zip(pieces, walk.boxes(work, lattice, pieces), strict=True):
        _merge(found, cells.place(box), part)
    return found


def _one_by_one(
    lattice: Lattice, cells: Cells, rule: Eligibility, walk: Walk
) -> Iterator[tuple[Any, Figures]]:
    """Give the figures of each cell, which is too large to be held."""
    count = math.prod(cells.grid)
    for number, (place, box) in enumerate(cells.single()):
        part = walk.part(number, count)
        yield place, describe(SectionView(lattice, box), rule, part, robust=True)[0]


def _gathered(cells: Cells, found: Iterable[tuple[Any, Figures]]) -> Figures:
    """Return the figures of all cells in one, of those that are missing as if they were empty."""
    parts: dict[str, NDArray[Any]] = {}
    for place, figures in found:
        for name, array in figures.parts().items():
            if name not in parts:
                parts[name] = np.empty(cells.grid, array.dtype)
            parts[name][place] = array.reshape(parts[name][place].shape)
    if parts:
        return Figures.of(parts)
    zeros, nothing = (np.full((6, *cells.grid), value) for value in (0.0, math.nan))
    spoiled = np.zeros(cells.grid, bool)
    return Figures(Sums(*zeros[:5]), nothing[0], nothing[1], zeros[5].astype(np.int64), spoiled)


def _merge(target: Figures, place: Any, part: Figures) -> None:
    """Put the figures of a part of some cells to those of the parts before."""
    views = {name: array[place] for name, array in target.parts().items()}
    shape = views["low"].shape
    later = Figures.of({name: array.reshape(shape) for name, array in part.parts().items()})
    for name, array in Figures.of(views).merged(later).parts().items():
        views[name][...] = array


def _describe_box(
    box: Box, block: Block, *, axes: tuple[int, ...], rule: Eligibility, robust: bool
) -> Figures:
    values, good = rule.take(block)
    assert values is not None
    rows = lay_out(values, axes)
    flags = None if good is None else lay_out(good, axes)
    return describe_rows(rows, flags, robust=robust)
