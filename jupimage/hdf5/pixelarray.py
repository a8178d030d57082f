"""The pixels of one dataset, by whatever way leads to them.

The chunks of a dataset that this package made follow each other in the file, in order and without
gaps: that is a file of tiles as tables have them, and is read and written as such. Chunks that lie
elsewhere are taken one by one. What is packed, or was never given a place, goes through the HDF5
library.
"""

from __future__ import annotations

from typing import Any, NoReturn, Protocol

import numpy as np
from numpy.typing import NDArray

from jupimage.casatable.tiledarray import TiledArray
from jupimage.casatable.tiledcube import TiledCube
from jupimage.casatable.tiledwriting import TiledWriter
from jupimage.errors import FormatError
from jupimage.hdf5.chunks import run_start
from jupimage.hdf5.hdf5file import Hdf5File
from jupimage.hdf5.libraryaccess import LibraryAccess
from jupimage.hdf5.pixelplace import PixelPlace
from jupimage.hdf5.records import GroupLike
from jupimage.hdf5.scatteredaccess import ScatteredAccess
from jupimage.hdf5.values import native
from jupimage.lattice import Box

__all__ = ["PixelArray", "find_dataset"]

_NAMES = {
    "f4": "float",
    "f8": "double",
    "c8": "Complex",
    "c16": "DComplex",
    "i1": "Char",
    "u1": "uChar",
}


class Access(Protocol):
    """A way to the pixels."""

    def read(self, box: Box) -> NDArray[Any]:
        """Return the pixels of a box as they are stored, in native byte order."""

    def write(self, box: Box, values: NDArray[Any], fresh: bool) -> bool:
        """Write the pixels of a box; return whether anything but pixels changed in the file.

        `fresh` says that none of them was ever written, so that zeros need not be.
        """


class RunAccess:
    """Pixels whose chunks follow each other in order.

    Parameters
    ----------
    cube
        Where they are.
    file
        Which file that is.
    """

    def __init__(self, cube: TiledCube, file: Hdf5File) -> None:
        self._array = TiledArray(cube, file.storage)
        self._writer = TiledWriter(cube, file.descriptor)

    def read(self, box: Box) -> NDArray[Any]:
        """Return the pixels of a box."""
        return self._array.read(box.slices)

    def write(self, box: Box, values: NDArray[Any], fresh: bool) -> bool:
        """Write the pixels of a box."""
        self._writer.write(box.slices, values, skip_zeros=fresh)
        return False


class PixelArray:
    """Pixels of a dataset: those of the image, or Bools of a mask.

    Parameters
    ----------
    file
        The file; it has to be held open by somebody.
    names
        What leads from the root to the dataset.
    dtype
        What the pixels have to be; None for any that an image can have.
    """

    def __init__(
        self, file: Hdf5File, names: tuple[str, ...], dtype: np.dtype[Any] | None = None
    ) -> None:
        self._file = file
        self._names = names
        with file.reading() as root:
            place = self._place(root)
            found = native(place.stored)
            if found is None or place.stored is None:
                self._fail("wanted numbers, got something else")
            wanted = "fc" if dtype is None else "bu"
            if found.kind not in wanted or (dtype is not None and found.itemsize != 1):
                self._fail(f"wanted {'pixels' if dtype is None else 'Bools'}, got {found}")
            self.place = place
            self.shape = place.shape
            self.dtype: np.dtype[Any] = found if dtype is None else dtype
            self._access: Access | None = None
            self._version = file.version

    @property
    def tile(self) -> tuple[int, ...]:
        """Shape of a chunk, no longer than the axes."""
        return tuple(min(t, n) for t, n in zip(self.place.tile, self.shape, strict=True))

    def read(self, box: Box) -> NDArray[Any]:
        """Return the pixels of a box in a fresh array."""
        with self._file.reading() as root:
            found = self._current(root).read(box)
        return found != 0 if self.dtype.kind == "b" else found

    def write(self, box: Box, values: NDArray[Any], *, fresh: bool = False) -> None:
        """Write the pixels of a box.

        Parameters
        ----------
        box
            Where.
        values
            Of the shape of the box.
        fresh
            Whether none of these pixels was ever written, so that zeros can be left out.
        """
        if self.dtype.kind == "b":
            values = np.asarray(values, bool).view(np.uint8)
        with self._file.writing() as root:
            if self._current(root).write(box, values, fresh):
                self._file.forget()

    def _current(self, root: GroupLike) -> Access:
        """Return the way to the pixels, found again if the file was changed."""
        if self._version != self._file.version:
            place = self._place(root)
            if place.shape != self.shape or place.stored != self.place.stored:
                self._fail("the pixels were replaced by others while the file was open")
            self.place = place
            self._access = None
            self._version = self._file.version
        if self._access is None:
            self._access = self._find_access(self.place)
        return self._access

    def _place(self, root: GroupLike) -> PixelPlace:
        return find_dataset(root, self._names, self._file.path)

    def _find_access(self, place: PixelPlace) -> Access:
        if place.places is None or place.stored is None or not place.simple:
            return LibraryAccess(self._file, self._names, place)
        places = place.places() if callable(place.places) else place.places
        start = run_start(places, place.length)
        if start is None:
            return ScatteredAccess(self._file, self._names, place, places)
        stored = place.stored
        kind = "uChar" if stored.itemsize == 1 else _NAMES[stored.str[1:]]
        cube = TiledCube(
            self._file.path, start, place.shape, place.tile, kind, stored.byteorder == ">"
        )
        return RunAccess(cube, self._file)

    def _fail(self, problem: str) -> NoReturn:
        raise FormatError(f"{self._file.path}, {'/'.join(self._names)}: {problem}")


def find_dataset(root: GroupLike, names: tuple[str, ...], path: str) -> PixelPlace:
    """Return what a dataset is, found by the names that lead to it.

    Raises
    ------
    FormatError
        If there is none.
    """
    found: Any = root
    for name in names:
        found = found.child(name) if hasattr(found, "child") else None
    if not hasattr(found, "place"):
        raise FormatError(f"{path}: there is no dataset {'/'.join(names)}")
    place: PixelPlace = found.place()
    if not place.shape or min(place.shape) < 1:
        raise FormatError(f"{path}, {place.where}: wanted pixels, got the shape {place.shape}")
    return place
