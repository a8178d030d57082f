"""A walk over boxes of one's own choice, in place of the blocks that `scan` cuts.

Statistics per plane or per spectrum want whole planes or spectra at a time; a sample wants a few
small boxes here and there. `BoxList` looks to the walker like a lattice with one pixel for each
box, so that threads, cluster, progress and cancelling are those of every other walk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, TypeVar

import numpy as np

from jupimage.lattice import Block, Box, Lattice, map_blocks

__all__ = ["map_boxes"]

R = TypeVar("R")

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]


class BoxList:
    """Some boxes of a lattice, each of which the walker takes for a pixel.

    Parameters
    ----------
    parent
        The lattice.
    boxes
        What is read from it, one after the other.
    """

    tile = (1,)

    def __init__(self, parent: Lattice, boxes: Sequence[Box]) -> None:
        self.parent = parent
        self.boxes = tuple(boxes)
        # Its size makes pixels come one at a time, and only as many at once as memory allows.
        largest = max(box.size for box in self.boxes) * parent.dtype.itemsize
        self.dtype: np.dtype[Any] = np.dtype((np.void, max(1 << 20, largest)))

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of boxes."""
        return (len(self.boxes),)

    @property
    def masked(self) -> bool:
        """Whether the lattice has a mask."""
        return self.parent.masked

    def read(self, box: Box, *, values: bool = True, good: bool = True) -> Block:
        """Read one of the boxes from the lattice, in its own shape."""
        return self.parent.read(self.boxes[box.start[0]], values=values, good=good)


def map_boxes(
    function: Callable[[Box, Block], R],
    lattice: Lattice,
    boxes: Sequence[Box],
    *,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Iterator[R]:
    """Apply a function to given boxes of a lattice, and give the results in their order.

    Parameters
    ----------
    function
        As for `map_blocks`.
    lattice
        What is read.
    boxes
        Where; each is read at one go.
    progress, cancelled
        As for `map_blocks`.

    Examples
    --------
    >>> from jupimage.lattice import MemoryLattice
    >>> boxes = [Box((0,), (2,)), Box((1,), (5,))]
    >>> list(map_boxes(lambda box, block: block.values.sum(), MemoryLattice(np.arange(5)), boxes))
    [np.int64(1), np.int64(10)]
    """
    listed = BoxList(lattice, boxes)
    return map_blocks(
        partial(_placed, function, listed.boxes), listed, progress=progress, cancelled=cancelled
    )


def _placed(
    function: Callable[[Box, Block], R], boxes: tuple[Box, ...], box: Box, block: Block
) -> R:
    return function(boxes[box.start[0]], block)
