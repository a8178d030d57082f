"""The pixels of an HDF5 image, with the mask in use."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.errors import MaskError
from jupimage.hdf5.description import read_item
from jupimage.hdf5.handles import FileHandle
from jupimage.hdf5.maskediting import add_mask
from jupimage.hdf5.masks import StoredMask, open_mask
from jupimage.hdf5.pixelarray import PixelArray
from jupimage.lattice import Block, Box
from jupimage.lattice.memory import row_tile
from jupimage.regions import Region

__all__ = ["Hdf5Lattice", "reopen"]


class Hdf5Lattice:
    """Pixels in a file.

    Parameters
    ----------
    handle
        Of the file; lattices with other masks may share it.
    pixels
        The dataset.
    mask
        True where a pixel is good; None for no mask.
    maskname
        What the image calls that mask, empty if there is none.
    """

    def __init__(
        self,
        handle: FileHandle,
        pixels: PixelArray,
        mask: Region | None = None,
        maskname: str = "",
    ) -> None:
        self.handle = handle
        self.pixels = pixels
        self.mask = mask
        self.maskname = maskname

    @property
    def shape(self) -> tuple[int, ...]:
        """Length of each axis, slowest first."""
        return self.pixels.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the pixels."""
        return self.pixels.dtype

    @property
    def tile(self) -> tuple[int, ...]:
        """Shape of a chunk; whole rows where there are none."""
        if self.pixels.place.chunk is None:
            return row_tile(self.shape, self.dtype.itemsize)
        return self.pixels.tile

    @property
    def masked(self) -> bool:
        """Whether a mask is in use."""
        return self.mask is not None

    def read(self, box: Box, *, values: bool = True, good: bool = True) -> Block:
        """Read the pixels of `box`, their validity, or both."""
        box.check(self.shape)
        _ = self.handle.file  # open still
        pixels = self.pixels.read(box) if values else None
        if not good or self.mask is None:
            return Block(pixels)
        return Block(pixels, self.mask.select(box))

    def write(
        self, box: Box, values: NDArray[Any] | None, good: NDArray[np.bool_] | None = None
    ) -> None:
        """Write pixels, their validity, or both, into `box`."""
        box.check(self.shape)
        self.handle.file.check_writable()
        if good is not None:
            mask = self._writable_mask()
        if values is not None:
            self.pixels.write(box, np.broadcast_to(values, box.shape))
        if good is not None:
            mask.write(box, np.broadcast_to(good, box.shape))

    def _writable_mask(self) -> StoredMask:
        if self.mask is None:
            raise MaskError(f"{self.handle.path} has no mask in use to write to")
        if not isinstance(self.mask, StoredMask):
            raise MaskError(
                f"mask {self.maskname!r} of {self.handle.path} cannot be written: "
                "it is not stored pixel by pixel"
            )
        return self.mask

    def add_mask(self, name: str) -> None:
        """Make a mask with all pixels good, which becomes the default one, and use it."""
        add_mask(self.handle.file, name, self.shape, self.tile, default=True)
        self.mask = stored_mask(self.handle, self.shape, name)
        self.maskname = name

    def flush(self) -> None:
        """Do nothing: all that is written is in the file at once."""

    def close(self) -> None:
        """Let go of the file; neither this lattice nor others on its handle can be read."""
        self.handle.close()

    def __reduce__(self) -> tuple[Any, ...]:
        return reopen, (self.handle.path, self.maskname if self.mask is not None else None)


def stored_mask(handle: FileHandle, shape: tuple[int, ...], name: str) -> Region:
    """Return a mask of the image as a region.

    Parameters
    ----------
    handle
        Of the file.
    shape
        Of the image.
    name
        Of the mask.
    """
    file = handle.file
    with file.reading() as root:
        masks = read_item(root, "maskinfo", file.path).get("masks", {})
        return open_mask(file, masks, shape, name)


def reopen(path: str, maskname: str | None) -> Hdf5Lattice:
    """Open the image again, in the process that unpickles it."""
    handle = FileHandle(path)
    lattice = Hdf5Lattice(handle, PixelArray(handle.file, ("map",)))
    if maskname is not None:
        lattice.mask = stored_mask(handle, lattice.shape, maskname)
        lattice.maskname = maskname
    return lattice
