"""Cutting a lattice into the blocks that work on the whole of it goes through.

They are aligned to the lattice's tiles, small enough for the processor's cache, and so small that
many are held at a time inside the memory budget. How many are depends on the threads; the blocks
do not, so that sums over them are the same on every computer.
"""

from __future__ import annotations

from math import prod

from jupimage import options
from jupimage.lattice.box import Box
from jupimage.lattice.lattice import Lattice

__all__ = ["blocks", "count_held"]

# Larger pieces fall out of the processor's cache between the passes of one function.
_PIECE = 1 << 20

# A worker holds the block it reads and about as much again while it works on it.
_HELD = 2

# Where memory is short, blocks are so small that this many are held at a time: a number of its
# own, for if it were that of the threads, sums would differ from computer to computer.
_SHARES = 16


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
        Bytes that all blocks in work may hold together; `jupimage.options.memory` if None.

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
    room = min(budget / (_HELD * _SHARES), _PIECE) // _itemsize(lattice)
    whole = Box.whole(lattice.shape) if box is None else box
    return list(whole.tiles(_grown(tile or lattice.tile, lattice.shape, max(1, int(room)))))


def count_held(lattice: Lattice, pieces: list[Box]) -> int:
    """Return how many of its blocks may be in work at a time, at least one.

    Examples
    --------
    >>> import numpy as np
    >>> from jupimage.lattice import MemoryLattice
    >>> cube = MemoryLattice(np.zeros((100, 512, 512), np.float32))
    >>> count_held(cube, blocks(cube))
    45
    """
    largest = max((piece.size for piece in pieces[:1]), default=1)
    return max(1, int(options.memory // (_HELD * _itemsize(lattice) * largest)))


def _itemsize(lattice: Lattice) -> int:
    """Return the bytes of a pixel and its validity."""
    return lattice.dtype.itemsize + (1 if lattice.masked else 0)


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
