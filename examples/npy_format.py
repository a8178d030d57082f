"""A format of one's own in thirty lines: arrays saved by `numpy.save`, opened as images.

A package announces it in its pyproject.toml; `image("array.npy")` works where it is installed:

    [project.entry-points."jupimage.formats"]
    npy = "npy_format:NpyFormat"

In a notebook ``jupimage.formats.register(NpyFormat())`` does the same for the session.
"""

import numpy as np

from jupimage.coordinates import default_system
from jupimage.formats import Format, Opened, Target
from jupimage.lattice import Block, Box


class NpyLattice:
    """The pixels: whatever has a shape, a type, a tile and reads boxes."""

    masked = False

    def __init__(self, path: str) -> None:
        self._array = np.load(path, mmap_mode="r")
        self.shape, self.tile = self._array.shape, (1, *self._array.shape[1:])
        self.dtype = np.result_type(self._array.dtype, np.float32)  # images hold no integers

    def read(self, box: Box, *, values: bool = True, good: bool = True) -> Block:
        """Read one section; `good` would say which of its pixels are valid."""
        box.check(self.shape)
        return Block(self._array[box.slices].astype(self.dtype) if values else None)


class NpyFormat(Format):
    """Recognises files by what is in them, and opens them without reading a pixel."""

    name = "NPY"

    def sniff(self, target: Target) -> bool:
        """Tell from the first bytes whether a file is of this format."""
        return target.start.startswith(b"\x93NUMPY")

    def open(self, target: Target) -> Opened:
        """Return pixels, coordinates and whatever else is known: unit, beam, history."""
        lattice = NpyLattice(target.path)
        return Opened(lattice, default_system(lattice.shape), "NpyImage", target.path)
