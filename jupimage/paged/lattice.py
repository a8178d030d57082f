"""The pixels of a paged image, with the mask in use."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.errors import MaskError
from jupimage.lattice import Block, Box
from jupimage.paged.handles import TableHandle, writing_errors
from jupimage.paged.masks import add_mask, open_mask
from jupimage.paged.storedmask import StoredMask
from jupimage.regions import Region

__all__ = ["PagedLattice", "reopen"]


class PagedLattice:
    """Pixels in a table.

    Parameters
    ----------
    handle
        Of the image; lattices with other masks may share it.
    mask
        True where a pixel is good; None for no mask.
    maskname
        What the image calls that mask, empty if there is none.
    """

    def __init__(self, handle: TableHandle, mask: Region | None = None, maskname: str = "") -> None:
        self.handle = handle
        self.mask = mask
        self.maskname = maskname
        with handle.table.reading():
            array = handle.table.array(handle.column)
            self._shape = array.shape
            self._steps = (1,) * len(array.shape)
            self._dtype = array.dtype
            self._tile = tuple(min(t, n) for t, n in zip(array.tile, array.shape, strict=True))

    @property
    def shape(self) -> tuple[int, ...]:
        """Length of each axis, slowest first."""
        return self._shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the pixels."""
        return self._dtype

    @property
    def tile(self) -> tuple[int, ...]:
        """Shape of the tiles in the file."""
        return self._tile

    @property
    def masked(self) -> bool:
        """Whether a mask is in use."""
        return self.mask is not None

    @property
    def version(self) -> tuple[Any, ...]:
        """What differs once pixels or mask were written."""
        return self.handle.version, getattr(self.mask, "version", None)

    def read(self, box: Box, *, values: bool = True, good: bool = True) -> Block:
        """Read the pixels of `box`, their validity, or both."""
        box.check(self._shape)
        handle = self.handle
        pixels = None
        if values:
            table = handle.table
            with table.reading():
                array = table.array(handle.column)
                dense = box.step == self._steps
                pixels = array.read_dense(box.start, box.shape) if dense else array.read(box.slices)
        if not good or self.mask is None:
            return Block(pixels)
        _ = handle.table  # a closed image has no mask either
        return Block(pixels, self.mask.select(box))

    def read_into(self, box: Box, out: NDArray[Any]) -> None:
        """Read the pixels of `box` into an array of its shape and of the lattice's type."""
        box.check(self._shape)
        table = self.handle.table
        with table.reading():
            table.array(self.handle.column).read_into(box.slices, out)

    def write(
        self, box: Box, values: NDArray[Any] | None, good: NDArray[np.bool_] | None = None
    ) -> None:
        """Write pixels, their validity, or both, into `box`."""
        box.check(self._shape)
        handle = self.handle
        handle.check_writable()
        if good is not None:
            mask = self._writable_mask()
        if values is not None:
            table = handle.table
            with writing_errors(handle.folder), table.writing():
                table.writer(handle.column).write(box.slices, values)
        if good is not None:
            mask.write(box, good)

    def _writable_mask(self) -> StoredMask:
        if self.mask is None:
            raise MaskError(f"{self.handle.folder} has no mask in use to write to")
        if not isinstance(self.mask, StoredMask):
            raise MaskError(
                f"mask {self.maskname!r} of {self.handle.folder} cannot be written: "
                "it is not stored pixel by pixel"
            )
        return self.mask

    def add_mask(self, name: str) -> None:
        """Make a mask with all pixels good, which becomes the default one, and use it."""
        add_mask(self.handle, name, self._shape, self._tile, default=True)
        self.mask = open_mask(self.handle, self._shape, name)
        self.maskname = name

    def flush(self) -> None:
        """Let other processes see what was written."""
        with writing_errors(self.handle.folder):
            self.handle.table.flush()
            if isinstance(self.mask, StoredMask):
                self.mask.flush()

    def close(self) -> None:
        """Let go of the image; neither this lattice nor others on its handle can be read."""
        if isinstance(self.mask, StoredMask):
            self.mask.close()
        self.handle.close()

    def __reduce__(self) -> tuple[Any, ...]:
        name = self.maskname if self.mask is not None else None
        return reopen, (self.handle.folder, self.handle.column, name)


def reopen(folder: str, column: str, maskname: str | None) -> PagedLattice:
    """Open the image again, in the process that unpickles it."""
    lattice = PagedLattice(TableHandle(folder, column))
    if maskname is not None:
        lattice.mask = open_mask(lattice.handle, lattice.shape, maskname)
        lattice.maskname = maskname
    return lattice
