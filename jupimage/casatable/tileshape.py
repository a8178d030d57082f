"""The tile shape that casacore gives an image when none is asked for.

Any shape is legal. This one makes tiles of about 32768 pixels, with the proportions of the
image, that fill it without much padding: of all combinations of lengths that divide the axes
and lie within a factor of two of the ideal, the one of least cost.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["default_tile"]

PIXELS = 32768
LARGEST_SINGLE = 4 * PIXELS
"""An array of at most so many pixels becomes one tile."""
MOST_COMBINATIONS = 1 << 18


def default_tile(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return the tile shape that casacore chooses for an array.

    Parameters
    ----------
    shape
        Length of each axis, slowest first; so is the result.

    Examples
    --------
    >>> default_tile((256, 512, 512))
    (16, 32, 64)
    >>> default_tile((100, 120))
    (100, 120)
    """
    ideal = _ideal_tile(shape)
    if all(length % tile == 0 for length, tile in zip(shape, ideal, strict=True)):
        return ideal
    if prod(shape) <= LARGEST_SINGLE:
        return shape
    best = _cheapest(shape, ideal)
    return tuple(-(-n // -(-n // tile)) for n, tile in zip(shape, best, strict=True))


def _ideal_tile(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Scale all axes alike; those that would become too short or too long are fixed first."""
    tile = [1.0] * len(shape)
    left = float(PIXELS)
    # casacore goes through the axes fastest first, which matters where two are equally bad
    free = list(reversed(range(len(shape))))
    while free:
        scale = (left / prod(float(shape[axis]) for axis in free)) ** (1 / len(free))
        for axis in free:
            tile[axis] = shape[axis] * scale
        badness = [max(tile[axis] / shape[axis], 1 / tile[axis]) for axis in free]
        worst = free[badness.index(max(badness))]
        if max(badness) <= 1:
            break
        tile[worst] = 1.0 if tile[worst] < 1 else float(shape[worst])
        left /= tile[worst]
        free.remove(worst)
    return tuple(int(length + 0.5) for length in tile)


def _candidates(length: int, tile: int) -> NDArray[np.int64]:
    """Return the lengths to try: divisors of the axis, else those in the middle of the range."""
    low, high = max(1, tile // 2), min(length, 2 * tile)
    lengths = np.arange(low, high + 1)
    divisors: NDArray[np.int64] = lengths[length % lengths == 0]
    if divisors.size:
        return divisors
    return np.arange((tile + low) // 2, (tile + high) // 2 + 1)


def _cheapest(shape: tuple[int, ...], ideal: tuple[int, ...]) -> tuple[int, ...]:
    tried = [_candidates(*pair) for pair in zip(shape, ideal, strict=True)]
    _thin_out(tried, ideal)
    cost: NDArray[Any] = np.zeros((1,) * len(shape))
    pixels = padded = np.ones((1,) * len(shape))
    # the order of the additions decides between combinations that are equally good
    for axis in reversed(range(len(shape))):
        lengths = tried[axis].reshape([-1 if a == axis else 1 for a in range(len(shape))])
        cost = cost + np.abs(lengths - ideal[axis]) / ideal[axis]
        padded = padded * (-(-shape[axis] // lengths) * lengths)
        pixels = pixels * lengths
    total = float(prod(shape))
    cost = cost + 10 * ((padded - total) / total) + np.abs(pixels - PIXELS) / PIXELS
    best = np.unravel_index(int(np.argmin(cost)), cost.shape)
    return tuple(int(lengths[i]) for lengths, i in zip(tried, best, strict=True))


def _thin_out(tried: list[NDArray[np.int64]], ideal: tuple[int, ...]) -> None:
    """Keep the number of combinations bounded (eleven axes or so may have too many)."""
    while prod(lengths.size for lengths in tried) > MOST_COMBINATIONS:
        axis = max(range(len(tried)), key=lambda axis: tried[axis].size)
        distance = np.abs(tried[axis] - ideal[axis])
        tried[axis] = np.delete(tried[axis], int(np.argmax(distance)))
