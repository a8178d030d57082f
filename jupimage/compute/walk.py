"""Several walks over a lattice that show one progress and are cancelled as one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TypeVar

from jupimage.compute.batches import map_boxes
from jupimage.lattice import Block, Box, Lattice, map_blocks

__all__ = ["Cancelled", "Progress", "Walk"]

R = TypeVar("R")

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]

_PARTS = 1000


class Walk:
    """Work that goes over a lattice once or more often.

    Parameters
    ----------
    progress
        Called with the number of pieces done and their total over all expected passes; if there
        turn out to be more passes, the total grows.
    cancelled
        Asked before each piece.
    passes
        How many are expected.

    Examples
    --------
    >>> import numpy as np
    >>> from jupimage.lattice import MemoryLattice
    >>> walk = Walk(lambda done, total: print(done, "of", total), passes=2)
    >>> pixels = MemoryLattice(np.zeros(5))
    >>> for _ in range(2):
    ...     shapes = list(walk.blocks(lambda box, block: box.shape, pixels))
    1 of 2
    2 of 2
    """

    def __init__(
        self,
        progress: Progress | None = None,
        cancelled: Cancelled | None = None,
        *,
        passes: int = 1,
    ) -> None:
        self._progress = progress
        self._cancelled = cancelled
        self._expected = passes
        self._done = 0

    def blocks(self, function: Callable[[Box, Block], R], lattice: Lattice) -> Iterator[R]:
        """Do one pass over all blocks of a lattice; results come in their order."""
        progress = self._next()
        return map_blocks(function, lattice, progress=progress, cancelled=self._cancelled)

    def boxes(
        self, function: Callable[[Box, Block], R], lattice: Lattice, boxes: Sequence[Box]
    ) -> Iterator[R]:
        """Do one pass over given boxes."""
        progress = self._next()
        return map_boxes(function, lattice, boxes, progress=progress, cancelled=self._cancelled)

    def look(
        self, function: Callable[[Box, Block], R], lattice: Lattice, boxes: Sequence[Box]
    ) -> Iterator[R]:
        """Go over a few small boxes, which does not count as a pass."""
        return map_boxes(function, lattice, boxes, cancelled=self._cancelled)

    def part(self, number: int, count: int) -> Walk:
        """Return a walk of its own that is one of `count` parts of this one."""
        progress = (
            None if self._progress is None else partial(_share, self._progress, number, count)
        )
        return Walk(progress, self._cancelled)

    def _next(self) -> Progress | None:
        done, self._done = self._done, self._done + 1
        self._expected = max(self._expected, self._done)
        return None if self._progress is None else partial(self._report, done)

    def _report(self, passes: int, done: int, total: int) -> None:
        assert self._progress is not None
        self._progress(passes * total + done, self._expected * total)


def _share(progress: Progress, number: int, count: int, done: int, total: int) -> None:
    progress(round((number + done / total) * _PARTS), count * _PARTS)
