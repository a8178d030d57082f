"""One walker for everything that touches a whole lattice.

Statistics, saving, regridding, limits of a picture: each is a function of one block, and this
module brings it the blocks. They are aligned to the lattice's tiles and small enough that all
threads together stay inside the memory budget; results come back in the order of the blocks,
whatever order they were worked in, so that a sum is the same on one thread and on many.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from math import prod
from typing import TypeVar

from jupimage import options
from jupimage.errors import CancelledError
from jupimage.lattice.block import Block
from jupimage.lattice.box import Box
from jupimage.lattice.lattice import Lattice

__all__ = ["blocks", "map_blocks", "reduce_blocks"]

T = TypeVar("T")
R = TypeVar("R")

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]

# Larger pieces fall out of the processor's cache between the passes of one function.
_PIECE = 1 << 20


def blocks(
    lattice: Lattice,
    *,
    box: Box | None = None,
    tile: tuple[int, ...] | None = None,
    memory: float | None = None,
) -> list[Box]:
    """Cut a lattice into boxes that are aligned to its tiles and fit the memory budget.

    Parameters
    ----------
    lattice
        The lattice to cut.
    box
        The part of it to cut, unstrided; all of it if None.
    tile
        What to align the boxes to instead of the lattice's tiles: the tile of what is written.
    memory
        Bytes that all threads together may hold; `jupimage.options.memory` if None.

    Returns
    -------
    list of Box
        The pieces, in C order.

    Examples
    --------
    >>> import numpy as np
    >>> from jupimage.lattice import MemoryLattice
    >>> cube = MemoryLattice(np.zeros((100, 64, 64), np.float32))
    >>> pieces = blocks(cube, memory=1e6)
    >>> len(pieces) > 1, sum(piece.size for piece in pieces) == 100 * 64 * 64
    (True, True)
    """
    budget = options.memory if memory is None else memory
    itemsize = lattice.dtype.itemsize + (1 if lattice.masked else 0)
    # A worker holds the block it reads and about as much again while it works on it.
    room = min(budget / (2 * options.workers()), _PIECE) // itemsize
    whole = Box.whole(lattice.shape) if box is None else box
    return list(whole.tiles(_grown(tile or lattice.tile, lattice.shape, max(1, int(room)))))


def map_blocks(
    function: Callable[[Box, Block], R],
    lattice: Lattice,
    *,
    box: Box | None = None,
    tile: tuple[int, ...] | None = None,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Iterator[R]:
    """Apply a function to every block of a lattice, on threads, and give the results in order.

    Parameters
    ----------
    function
        Called with the box and the block read from it. It runs in several threads at once.
    lattice, box, tile
        What to walk through, as for `blocks`.
    progress
        Called with the number of blocks done and their total, in the calling thread.
    cancelled
        Asked before each block; once it says True, the walk ends with `CancelledError`.

    Yields
    ------
    object
        What `function` returned for each block, in C order of the blocks.
    """
    pieces = blocks(lattice, box=box, tile=tile)

    def work(piece: Box) -> R:
        return function(piece, lattice.read(piece))

    for done, result in enumerate(_ordered(work, pieces, cancelled), 1):
        if progress is not None:
            progress(done, len(pieces))
        yield result


def reduce_blocks(
    function: Callable[[Box, Block], T],
    combine: Callable[[T, T], T],
    lattice: Lattice,
    *,
    box: Box | None = None,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> T:
    """Apply a function to every block and fold the results, always in the order of the blocks.

    Examples
    --------
    >>> import numpy as np
    >>> from jupimage.lattice import MemoryLattice
    >>> cube = MemoryLattice(np.ones((30, 40, 50)))
    >>> reduce_blocks(lambda box, block: block.values.sum(), lambda a, b: a + b, cube)
    np.float64(60000.0)
    """
    results = map_blocks(function, lattice, box=box, progress=progress, cancelled=cancelled)
    total = next(results)
    for result in results:
        total = combine(total, result)
    return total


def _ordered(
    work: Callable[[Box], R], pieces: list[Box], cancelled: Cancelled | None
) -> Iterator[R]:
    """Run `work` over the pieces, a few ahead of the reader, and give the results in order."""

    def check() -> None:
        if cancelled is not None and cancelled():
            raise CancelledError("stopped before the end, as asked")

    workers = options.workers()
    if workers == 1 or len(pieces) == 1:
        for piece in pieces:
            check()
            yield work(piece)
        return
    waiting: deque[Future[R]] = deque()
    with ThreadPoolExecutor(workers, thread_name_prefix="jupimage-scan") as pool:
        try:
            for piece in pieces:
                check()
                waiting.append(pool.submit(work, piece))
                if len(waiting) > workers:
                    yield waiting.popleft().result()
            while waiting:
                check()
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


def _grown(tile: tuple[int, ...], shape: tuple[int, ...], room: int) -> tuple[int, ...]:
    """Return a multiple of `tile` that fits into `room` pixels, grown from the fastest axis."""
    size = [max(1, min(t, n)) for t, n in zip(tile, shape, strict=True)]
    for axis in range(len(size) - 1, -1, -1):
        times = room // max(1, prod(size))
        if times <= 1:
            break
        size[axis] = min(shape[axis], size[axis] * times)
        if size[axis] < shape[axis]:
            break
    for axis in range(len(size)):  # a tile larger than the room is cut, slowest axis first
        excess = prod(size) / room
        if excess > 1:
            size[axis] = max(1, int(size[axis] / excess))
    return tuple(max(1, n) for n in size)
