"""The figures of several regions in every channel, in one pass over the image.

Each part of the image that some region reaches into is read once, and handed to all regions.
Medians need all pixels of a channel at a time: where a channel is too large for that they are
found region by region afterwards.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import partial, reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.compute.cells import Cells, lay_out
from jupimage.compute.eligibility import Eligibility
from jupimage.compute.figures import Figures, describe_rows
from jupimage.compute.statistics import describe_cells
from jupimage.compute.sums import Sums
from jupimage.compute.walk import Walk
from jupimage.lattice import Block, Box, Lattice, SectionView, blocks
from jupimage.regions.region import Region
from jupimage.regions.selection import SelectedView

__all__ = ["describe_regions"]

Array = NDArray[Any]
Parts = list[list[Figures]]


def describe_regions(
    lattice: Lattice,
    regions: Sequence[Region],
    axis: int,
    rule: Eligibility,
    walk: Walk,
    *,
    robust: bool,
) -> Figures:
    """Return the figures of each region in each channel, as arrays (regions, channels).

    Parameters
    ----------
    lattice, rule, walk
        The pixels, which of them count, and what goes over them.
    regions
        Each has the shape of the lattice.
    axis
        The one that channels lie along.
    robust
        Whether the median and its like are wanted.

    Examples
    --------
    >>> from jupimage.lattice import MemoryLattice
    >>> from jupimage.regions.region import PlacedRegion
    >>> pixels = MemoryLattice([[1.0, 2.0, 6.0], [4.0, 4.0, 4.0]])
    >>> first = PlacedRegion(None, Box((0, 0), (2, 2)), (2, 3))
    >>> describe_regions(pixels, [first], 0, Eligibility(), Walk(), robust=False).sums.total
    array([[3., 8.]])
    """
    hull = _hull(regions, lattice)
    others = tuple(a for a in range(len(lattice.shape)) if a != axis)
    section = SectionView(lattice, hull)
    boxes = Cells(section.shape, others).boxes(section)
    whole = boxes is not None
    if boxes is None:
        boxes = blocks(section)
    boxes = [hull.inside(box) for box in boxes]
    work = partial(_look, regions=tuple(regions), axis=axis, rule=rule, robust=robust and whole)
    channels = lattice.shape[axis]
    parts: list[Parts] = [[[] for _ in range(channels)] for _ in regions]
    for box, found in zip(boxes, walk.boxes(work, lattice, boxes), strict=True):
        for number, figures in found:
            for row, channel in enumerate(range(box.start[axis], box.stop[axis])):
                parts[number][channel].append(_row(figures, row))
    table = [[_joined(some, robust=robust) for some in part] for part in parts]
    if robust and not whole:
        for number, region in enumerate(regions):
            view = SectionView(SelectedView(lattice, region), region.bounds)
            figures = describe_cells(view, others, rule, walk, robust=True)
            first = region.bounds.start[axis]
            for row in range(view.shape[axis]):
                table[number][first + row] = _row(figures, row)
    flat = [figures.parts() for row in table for figures in row]
    shape = len(regions), channels
    return Figures.of(
        {name: np.stack([part[name] for part in flat]).reshape(shape) for name in flat[0]}
    )


def _hull(regions: Sequence[Region], lattice: Lattice) -> Box:
    """Return the box around all regions."""
    bounds = [region.bounds for region in regions if region.bounds.size]
    if not bounds:
        return Box.whole(lattice.shape)
    start = tuple(min(numbers) for numbers in zip(*(box.start for box in bounds), strict=True))
    stop = tuple(max(numbers) for numbers in zip(*(box.stop for box in bounds), strict=True))
    return Box(start, stop)


def _look(
    box: Box,
    block: Block,
    *,
    regions: Sequence[Region],
    axis: int,
    rule: Eligibility,
    robust: bool,
) -> list[tuple[int, Figures]]:
    values, good = rule.take(block)
    assert values is not None
    others = tuple(a for a in range(box.ndim) if a != axis)
    found = []
    for number, region in enumerate(regions):
        part = _common(box, region.bounds, axis)
        if part is None:
            continue
        inner = tuple(
            slice(a - c, b - c) for a, b, c in zip(part.start, part.stop, box.start, strict=True)
        )
        flags = region.select(part)
        if good is not None:
            flags &= good[inner]
        rows = lay_out(values[inner], others).copy()
        found.append((number, describe_rows(rows, lay_out(flags, others), robust=robust)))
    return found


def _common(box: Box, bounds: Box, axis: int) -> Box | None:
    """Return what two boxes have in common, with all channels of the first one."""
    start = [max(a, b) for a, b in zip(box.start, bounds.start, strict=True)]
    stop = [min(a, b) for a, b in zip(box.stop, bounds.stop, strict=True)]
    if any(a >= b for a, b in zip(start, stop, strict=True)):
        return None
    start[axis], stop[axis] = box.start[axis], box.stop[axis]
    return Box(tuple(start), tuple(stop))


def _row(figures: Figures, row: int) -> Figures:
    return Figures.of({name: array[row] for name, array in figures.parts().items()})


def _joined(parts: Sequence[Figures], *, robust: bool) -> Figures:
    """Return the figures of one set of pixels that was seen in parts."""
    if len(parts) == 1:
        return parts[0]
    missing = np.asarray(math.nan)
    more: dict[str, Any] = {}
    if robust:
        more = dict.fromkeys(("median", "deviation", "quartile"), missing)
    if not parts:
        nothing = np.asarray(0.0)
        facts = missing, missing, np.asarray(0), np.asarray(False)
        return Figures(Sums(*[nothing] * 5), *facts, **more)
    found = reduce(Figures.merged, parts)
    return replace(found, **more)
