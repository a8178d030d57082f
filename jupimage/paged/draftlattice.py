"""The pixels of an image in the making.

Nobody else sees its files, so no locks are taken on them. Threads that write whole tiles do so at
once; one that writes a part of a tile has to read and write back what lies around it, so it
writes alone.
"""

from __future__ import annotations

import os
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.casatable import read_table
from jupimage.casatable.tiled import read_cube
from jupimage.casatable.tiledarray import TiledArray
from jupimage.casatable.tiledcube import TiledCube
from jupimage.casatable.tiledwriting import TiledWriter
from jupimage.errors import ClosedError, MaskError
from jupimage.files import ReadersLock, open_regular, open_storage
from jupimage.lattice import Block, Box
from jupimage.paged.arraytable import IMAGE_COLUMN, MASK_COLUMN

__all__ = ["DraftLattice"]


class DraftLattice:
    """Pixels, and perhaps a mask, of a folder that this thread's draft has just made.

    Parameters
    ----------
    folder
        Of the image.
    mask
        Name of its mask, empty if there is none.
    """

    def __init__(self, folder: str, mask: str = "") -> None:
        self._folder = folder
        self._pixels = _Cells(folder, IMAGE_COLUMN)
        self._mask = _Cells(os.path.join(folder, mask), MASK_COLUMN) if mask else None
        self._turn = ReadersLock()

    @property
    def shape(self) -> tuple[int, ...]:
        """Length of each axis, slowest first."""
        return self._pixels.cube.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the pixels."""
        return self._pixels.cube.dtype

    @property
    def tile(self) -> tuple[int, ...]:
        """Shape of the tiles."""
        return self._pixels.cube.tile

    @property
    def masked(self) -> bool:
        """Whether there is a mask."""
        return self._mask is not None

    def read(self, box: Box, *, values: bool = True, good: bool = True) -> Block:
        """Read what was written so far."""
        box.check(self.shape)
        return Block(
            self._pixels.read(box) if values else None,
            self._mask.read(box) if good and self._mask is not None else None,
        )

    def write(
        self, box: Box, values: NDArray[Any] | None, good: NDArray[np.bool_] | None = None
    ) -> None:
        """Write pixels, their validity, or both, into `box`; zeros stay holes in the file."""
        box.check(self.shape)
        if good is not None and self._mask is None:
            raise MaskError("the image in the making has no mask to write to")
        whole = self._covers_tiles(box)
        turn = self._turn
        turn.start_reading() if whole else turn.start_writing()
        try:
            if values is not None:
                self._pixels.write(box, values, skip_zeros=True)
            if good is not None and self._mask is not None:
                self._mask.write(box, good, skip_zeros=False)
        finally:
            turn.stop_reading() if whole else turn.stop_writing()

    def _covers_tiles(self, box: Box) -> bool:
        """Whether a box consists of whole tiles."""
        return all(
            part.step == 1 and part.start % tile == 0 and (part.stop % tile == 0 or part.stop == n)
            for part, tile, n in zip(box.slices, self.tile, self.shape, strict=True)
        )

    def add_mask(self, name: str) -> None:
        """Refuse: which masks an image has is said before it is made."""
        raise MaskError(f"an image in the making cannot be given a mask {name!r}")

    def flush(self) -> None:
        """Do nothing: nobody looks yet."""

    def close(self) -> None:
        """Close the files."""
        self._pixels.close()
        if self._mask is not None:
            self._mask.close()


class _Cells:
    """The file of one array, open for writing."""

    def __init__(self, folder: str, column: str) -> None:
        self.cube: TiledCube = read_cube(folder, read_table(folder), column)
        self._descriptor: int | None = open_regular(self.cube.path, os.O_RDWR)
        self._writer = TiledWriter(self.cube, self._descriptor)

    def read(self, box: Box) -> NDArray[Any]:
        storage = open_storage(self.cube.path)
        try:
            return TiledArray(self.cube, storage).read(box.slices)
        finally:
            storage.close()

    def write(self, box: Box, values: NDArray[Any], *, skip_zeros: bool) -> None:
        if self._descriptor is None:
            raise ClosedError("the image in the making was closed")
        self._writer.write(box.slices, values, skip_zeros=skip_zeros)

    def close(self) -> None:
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)
