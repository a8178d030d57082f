"""The pixels of an HDF5 image in the making."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.errors import MaskError
from jupimage.files import ReadersLock
from jupimage.hdf5.coverage import Coverage
from jupimage.hdf5.hdf5file import Hdf5File
from jupimage.hdf5.pixelarray import PixelArray
from jupimage.lattice import Block, Box

__all__ = ["DraftLattice"]

_BOOL = np.dtype(bool)


class DraftLattice:
    """Pixels, and perhaps a mask, of a file in the making.

    Parameters
    ----------
    path
        Of the file.
    mask
        Name of the mask, empty if there is none.
    """

    def __init__(self, path: str, mask: str) -> None:
        self._file = Hdf5File(path, private=True)
        try:
            self._pixels = PixelArray(self._file, ("map",))
            self._mask = PixelArray(self._file, ("masks", mask), _BOOL) if mask else None
        except BaseException:
            self._file.close()
            raise
        self._written = Coverage(self.shape, self.tile)
        self._judged = Coverage(self.shape, self.tile)
        self._turn = ReadersLock()

    @property
    def shape(self) -> tuple[int, ...]:
        """Length of each axis, slowest first."""
        return self._pixels.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the pixels."""
        return self._pixels.dtype

    @property
    def tile(self) -> tuple[int, ...]:
        """Shape of the chunks."""
        return self._pixels.tile

    @property
    def masked(self) -> bool:
        """Whether there is a mask."""
        return self._mask is not None

    def read(self, box: Box, *, values: bool = True, good: bool = True) -> Block:
        """Read what was written so far."""
        box.check(self.shape)
        valid = None
        if good and self._mask is not None:
            valid = self._mask.read(box) | ~self._judged.marked(box)
        return Block(self._pixels.read(box) if values else None, valid)

    def write(
        self, box: Box, values: NDArray[Any] | None, good: NDArray[np.bool_] | None = None
    ) -> None:
        """Write pixels, their validity, or both, into `box`; zeros stay holes in the file."""
        box.check(self.shape)
        if good is not None and self._mask is None:
            raise MaskError("the image in the making has no mask to write to")
        if not box.size:
            return
        alone = not self._covers_chunks(box)
        self._turn.start_writing() if alone else self._turn.start_reading()
        try:
            if values is not None:
                pixels = np.broadcast_to(values, box.shape)
                self._pixels.write(box, pixels, fresh=self._written.mark(box))
            if good is not None and self._mask is not None:
                for part in self._judged.unmarked_edges(box):
                    self._mask.write(part, np.broadcast_to(np.True_, part.shape))
                self._judged.mark(box)
                self._mask.write(box, np.broadcast_to(good, box.shape))
        finally:
            self._turn.stop_writing() if alone else self._turn.stop_reading()

    def _covers_chunks(self, box: Box) -> bool:
        """Whether a box consists of whole chunks, which threads can write at the same time."""
        return all(
            part.step == 1 and part.start % tile == 0 and (part.stop % tile == 0 or part.stop == n)
            for part, tile, n in zip(box.slices, self.tile, self.shape, strict=True)
        )

    def finish(self) -> None:
        """Make all pixels good of which nothing else was said."""
        if self._mask is not None:
            for part in self._judged.unmarked():
                self._mask.write(part, np.broadcast_to(np.True_, part.shape))

    def add_mask(self, name: str) -> None:
        """Refuse: which masks an image has is said before it is made."""
        raise MaskError(f"an image in the making cannot be given a mask {name!r}")

    def flush(self) -> None:
        """Do nothing: nobody looks yet."""

    def close(self) -> None:
        """Close the file."""
        self._file.close()
