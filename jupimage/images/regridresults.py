"""Where regridded pixels go: into memory, or into a new file.

They are computed block by block by whoever walks through the lattice of a plan. On a cluster the
workers compute, and send blocks to this process, which keeps them.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from math import prod

import numpy as np

from jupimage import options
from jupimage.compute.regridplanes import PLANES, shared_axes, whole_axes
from jupimage.errors import ShapeError
from jupimage.formats import Opened, blueprint_of, find_format
from jupimage.lattice import Block, Box, Lattice, MemoryLattice, map_blocks

__all__ = ["check_room", "computed", "store"]

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]
Keep = Callable[[Box, Block], None]

# Pixels of a block that a walk through a lattice takes.
_PIECE = 1 << 18


def check_room(shape: tuple[int, ...], size: int, path: str) -> None:
    """Refuse a result for which there is no room.

    Parameters
    ----------
    shape, size
        Of the result; its size in bytes.
    path
        Where it will be stored; empty for memory.

    Raises
    ------
    ShapeError
        If it is larger than the memory of the computer, or than what is free on the disk.
    """
    if path:
        free, where = shutil.disk_usage(os.path.dirname(path)).free, "free on its disk"
    else:
        free, where = _memory(), "of memory: give an outname or a smaller outshape"
    if size > free:
        raise ShapeError(
            f"outshape {shape} needs {size / 1e9:.1f} GB, there are {free / 1e9:.1f} GB {where}"
        )


def _memory() -> int:
    """Return the size of the computer's memory, without end where that is not known."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return sys.maxsize


def computed(
    lattice: Lattice, *, progress: Progress | None = None, cancelled: Cancelled | None = None
) -> MemoryLattice:
    """Read all pixels of a lattice into memory.

    Raises
    ------
    ShapeError
        If they do not fit.
    CancelledError
        If `cancelled` said so.
    """
    try:
        values = np.zeros(lattice.shape, lattice.dtype)
        good = np.zeros(lattice.shape, bool) if lattice.masked else None
    except MemoryError as error:
        raise ShapeError(
            f"outshape {lattice.shape} does not fit into memory: give an outname"
        ) from error

    def keep(box: Box, block: Block) -> None:
        assert block.values is not None
        values[box.slices] = block.values
        if good is not None:
            good[box.slices] = True if block.good is None else block.good

    _walk(keep, lattice, lattice.tile, progress, cancelled)
    return MemoryLattice(values, good, copy=False)


def store(
    made: Opened,
    path: str,
    *,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> None:
    """Write an image into a new casacore table, which appears when it is complete.

    Raises
    ------
    FormatError
        If it cannot be made there.
    CancelledError
        If `cancelled` said so; then nothing is changed.
    """
    draft = find_format("casacore").create(path, blueprint_of(made, mask=made.default_mask))
    target = draft.lattice

    def keep(box: Box, block: Block) -> None:
        assert block.values is not None
        target.write(box, block.values, block.good if target.masked else None)

    try:
        tile = _good_tile(target.tile, made.lattice)
        _walk(keep, made.lattice, tile, progress, cancelled)
        draft.commit()
    finally:
        draft.abandon()


def _good_tile(tile: tuple[int, ...], lattice: Lattice) -> tuple[int, ...]:
    """Return the tile of a file, changed to what is computed well at once.

    It holds whole axes where these are computed as a whole (what then is too large is taken from
    the other axes, slowest first), and several planes where these share their weights.
    """
    size = list(tile)
    whole = whole_axes(lattice)
    for axis in whole:
        size[axis] = lattice.shape[axis]
    for axis in range(len(size)):
        excess = prod(size) / _PIECE
        if whole and axis not in whole and excess > 1:
            size[axis] = max(1, int(size[axis] / excess))
    for axis in reversed(shared_axes(lattice)):
        planes = prod(size[other] for other in shared_axes(lattice))
        times = min(PLANES // planes, _PIECE // prod(size), -(-lattice.shape[axis] // size[axis]))
        size[axis] *= max(1, times)
    return tuple(size)


def _walk(
    keep: Keep,
    lattice: Lattice,
    tile: tuple[int, ...],
    progress: Progress | None,
    cancelled: Cancelled | None,
) -> None:
    if options.cluster is None:
        done = map_blocks(
            keep, lattice, tile=tile, cluster=False, progress=progress, cancelled=cancelled
        )
        for _ in done:
            pass
    else:  # what a worker keeps would not be kept here
        for box, block in map_blocks(
            _given, lattice, tile=tile, progress=progress, cancelled=cancelled
        ):
            keep(box, block)


def _given(box: Box, block: Block) -> tuple[Box, Block]:
    return box, block
