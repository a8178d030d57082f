"""A few pixels from all over a lattice, to guess from where the others are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from jupimage.compute.eligibility import Eligibility
from jupimage.compute.walk import Walk
from jupimage.lattice import Block, Box, Lattice, blocks

__all__ = ["Sample", "take_sample"]

Values = NDArray[Any]

_SHARE = 64
_LEAST, _MOST = 1 << 17, 1 << 21
_BOX = 4096
_GOLDEN = 0.6180339887498949


class Sample(NamedTuple):
    """Values of some pixels.

    Attributes
    ----------
    values
        Those that count and are not NaN, sorted.
    spread
        How many times farther the share of them below some value is from that of all pixels than
        it would be if they had nothing to do with their neighbours.
    """

    values: Values
    spread: float


def take_sample(
    lattice: Lattice, rule: Eligibility, walk: Walk, center: float | None = None
) -> Sample:
    """Read some small boxes that lie all over a lattice.

    Parameters
    ----------
    lattice, rule
        The pixels, and which of them count.
    walk
        Does it.
    center
        If given, the distances from it are taken instead of the values.
    """
    work = partial(_values, rule=rule, center=center)
    parts = [part for part in walk.look(work, lattice, _boxes(lattice)) if part.size]
    if not parts:
        return Sample(np.empty(0), 1.0)
    values = np.sort(np.concatenate(parts))
    return Sample(values, _spread(parts, values))


def _boxes(lattice: Lattice) -> list[Box]:
    """Return small boxes, one in each of some blocks, at places that follow no pattern."""
    pixels = math.prod(lattice.shape)
    wanted = min(_MOST, max(_LEAST, pixels // _SHARE))
    all_blocks = blocks(lattice)
    count = min(len(all_blocks), max(1, wanted // _BOX))
    size = max(1, wanted // count)
    chosen = [all_blocks[int((k + 0.5) * len(all_blocks) / count)] for k in range(count)]
    return [_inner(block, size, (k * _GOLDEN) % 1) for k, block in enumerate(chosen)]


def _inner(block: Box, size: int, place: float) -> Box:
    lengths = list(block.shape)
    for axis in range(len(lengths)):
        excess = math.prod(lengths) / size
        lengths[axis] = max(1, int(lengths[axis] / max(1.0, excess)))
    start = tuple(
        a + int(place * (full - part + 1))
        for a, full, part in zip(block.start, block.shape, lengths, strict=True)
    )
    return Box(start, tuple(a + n for a, n in zip(start, lengths, strict=True)))


def _values(box: Box, block: Block, *, rule: Eligibility, center: float | None) -> Values:
    values, good = rule.take(block)
    assert values is not None
    chosen: Values = values.reshape(-1) if good is None else values[good]
    chosen = chosen[~np.isnan(chosen)]
    if center is not None:
        chosen = np.abs(np.subtract(chosen, center, dtype=np.float64))
    return chosen


def _spread(parts: Sequence[Values], values: Values) -> float:
    """Return how much shares differ between boxes, compared with those of independent pixels.

    The boxes follow each other through the image, so it is the differences between neighbours that
    tell what such a sample may miss: a level that rises from plane to plane is no harm.
    """
    if len(parts) < 4:
        return 2.0
    sizes = np.array([part.size for part in parts], float)
    worst = 1.0
    for share in (0.25, 0.5, 0.75):
        level = values[int(share * values.size)]
        shares = np.array([np.count_nonzero(part <= level) for part in parts]) / sizes
        mean = float(np.average(shares, weights=sizes))
        steps = np.square(np.diff(shares)) * sizes[1:] * sizes[:-1]
        doubt = float(steps.sum()) / 2 / values.size**2
        worst = max(worst, doubt / (max(mean * (1 - mean), 1e-3) / values.size))
    return min(50.0, math.sqrt(worst))
