"""Pixels whose chunks lie anywhere in the file, each by itself.

Chunks that were never written have no place; their pixels have the value that the dataset says.
To give one a place is left to the HDF5 library.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.files import read_at, write_at
from jupimage.hdf5.chunks import MISSING
from jupimage.hdf5.hdf5file import Hdf5File
from jupimage.hdf5.libraryaccess import LibraryAccess
from jupimage.hdf5.pixelplace import PixelPlace
from jupimage.lattice import Box

__all__ = ["ScatteredAccess"]

_Piece = tuple[int, tuple[slice, ...], tuple[slice, ...]]


class ScatteredAccess:
    """Pixels of chunks that lie anywhere.

    Parameters
    ----------
    file
        The file.
    names
        What leads to the dataset.
    place
        What the dataset is.
    places
        Where the chunks lie, an array of the shape of their grid.
    """

    def __init__(
        self,
        file: Hdf5File,
        names: tuple[str, ...],
        place: PixelPlace,
        places: NDArray[np.int64],
    ) -> None:
        assert place.stored is not None
        self._file = file
        self._names = names
        self._place = place
        self._places = places
        self._stored = place.stored
        self._memory = place.stored.newbyteorder("=")
        fill = np.frombuffer(place.fill.ljust(self._stored.itemsize, b"\0"), self._stored, 1)
        self._fill = fill.astype(self._memory)[0]

    def read(self, box: Box) -> NDArray[Any]:
        """Return the pixels of a box."""
        found = np.empty(box.shape, self._memory)
        storage = self._file.storage
        with storage.hold():
            for start, inside, part in self._pieces(box):
                if start == MISSING:
                    found[part] = self._fill
                    continue
                window = storage.window(start, self._place.length)
                chunk = np.frombuffer(window, self._stored).reshape(self._place.tile)
                found[part] = chunk[inside]
                del chunk, window
        return found

    def write(self, box: Box, values: NDArray[Any], fresh: bool) -> bool:
        """Write the pixels of a box; return whether chunks were given places for that."""
        pieces = list(self._pieces(box))
        if any(start == MISSING for start, _, _ in pieces):
            return LibraryAccess(self._file, self._names, self._place).write(box, values, fresh)
        descriptor, length = self._file.descriptor, self._place.length
        for start, inside, part in pieces:
            data = bytearray(read_at(descriptor, length, start))
            np.frombuffer(data, self._stored).reshape(self._place.tile)[inside] = values[part]
            write_at(descriptor, memoryview(data), start)
        return False

    def _pieces(self, box: Box) -> Iterator[_Piece]:
        """Yield place of a chunk, what of it lies in the box, and where in the box that is."""
        cuts = [
            list(_cuts(part, tile)) for part, tile in zip(box.slices, self._place.tile, strict=True)
        ]
        for choice in product(*cuts):
            numbers, inside, parts = zip(*choice, strict=True)
            yield int(self._places[numbers]), inside, parts


def _cuts(part: slice, tile: int) -> Iterator[tuple[int, slice, slice]]:
    """Cut a section of an axis at the ends of chunks: number, section of the chunk, of the box."""
    start, step, done = part.start, part.step, 0
    while start < part.stop:
        number, first = divmod(start, tile)
        last = min(part.stop - number * tile, tile)
        count = -(-(last - first) // step)
        yield number, slice(first, last, step), slice(done, done + count)
        done += count
        start += count * step
