"""Pixels that lie in the file without any pattern worth using, each with its own place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jupimage.casatable.patches import LONGEST_CALL

__all__ = ["Scattered", "scatter"]

PIECE = 1 << 16


class Scattered(NamedTuple):
    """Some pixels of a box, and the bytes of the file that hold them.

    Attributes
    ----------
    part
        Which ones they are.
    first, length
        Number of the first byte, counted from the first tile of the cube; how many there are.
    places
        Where among these bytes the pixels are, in bytes, or in bits for Bools.
    """

    part: tuple[slice, ...]
    first: int
    length: int
    places: NDArray[np.int64]


def scatter(
    places: list[NDArray[np.int64]], item: int, unit: int, *, mapped: bool
) -> Iterator[Scattered]:
    """Go through the pixels of a box, in pieces.

    Parameters
    ----------
    places
        What the pixels along each axis add to the place in the file.
    item, unit
        Size of a pixel, and of a byte, in what these are counted in.
    mapped
        Whether it does not matter how far apart the pixels of a piece are.
    """
    waiting = [tuple((0, len(steps)) for steps in places)]
    while waiting:
        ranges = waiting.pop()
        size, farthest, axis = 1, -1, 0
        distance = 0
        for number, ((low, high), steps) in enumerate(zip(ranges, places, strict=True)):
            size *= high - low
            here = int(steps[high - 1] - steps[low])
            distance += here
            if here > farthest:
                farthest, axis = here, number
        low, high = ranges[axis]
        if high - low > 1 and (size > PIECE or (distance > LONGEST_CALL * unit and not mapped)):
            middle = (low + high) // 2
            for half in ((middle, high), (low, middle)):
                waiting.append((*ranges[:axis], half, *ranges[axis + 1 :]))
            continue
        yield _piece(places, ranges, distance, item, unit)


def _piece(
    places: list[NDArray[np.int64]],
    ranges: tuple[tuple[int, int], ...],
    distance: int,
    item: int,
    unit: int,
) -> Scattered:
    index: NDArray[np.int64] = np.array(0)
    for (low, high), steps in zip(ranges, places, strict=True):
        index = index[..., None] + steps[low:high]
    start = int(index.flat[0])
    first = start // unit
    index -= first * unit
    last = start + distance + item - 1
    part = tuple(slice(low, high) for low, high in ranges)
    return Scattered(part, first, last // unit - first + 1, index)
