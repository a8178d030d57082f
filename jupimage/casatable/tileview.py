"""Small sections out of a mapped file of tiles, in as few steps as Python allows.

The whole file of tiles is one numpy array, with two dimensions for each axis: which tile, which
pixel in it. What lies inside one tile along each axis, or fills whole tiles, is one index of that
array and one copy. A spectrum of a cube is there in a few microseconds, most of which are the
questions whether it may be read; a general way that suits every section takes several times that.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.casatable.tiledcube import TiledCube
from jupimage.files import MappedFile

__all__ = ["TileView"]

LARGEST = 1 << 19
"""Pixels from which on a copy is better made in several pieces."""

_ALL = slice(None)


class TileView:
    """A mapped file of tiles seen as an array.

    It keeps the map in use for as long as it lives.

    Parameters
    ----------
    cube
        The array in the file; not of Bools.
    file
        The file, which was checked to hold all of it.

    Raises
    ------
    FormatError
        If the file was shortened.
    """

    __slots__ = ("_axes", "_dtype", "_end", "_file", "_lines", "_pixels")

    def __init__(self, cube: TiledCube, file: MappedFile) -> None:
        item = cube.dtype.itemsize
        data = file.window(cube.offset, cube.size)
        counts: list[int] = []
        distances: list[int] = []
        for axis, tile in enumerate(cube.tile):
            counts += cube.grid[axis], tile
            distances += (
                prod(cube.grid[axis + 1 :]) * cube.pitch,
                prod(cube.tile[axis + 1 :]) * item,
            )
        first = cube.lead * item
        self._file = file
        self._end = cube.offset + cube.size
        self._axes = tuple(zip(cube.shape, cube.tile, strict=True))
        self._dtype = cube.dtype
        self._pixels: NDArray[Any] = np.ndarray(counts, cube.stored, data, first, distances)
        self._lines: NDArray[Any] | None = None
        if cube.stored.isnative:
            # lines of pixels as single items: numpy spends less time between them
            line = np.dtype((np.void, cube.tile[-1] * item))
            self._lines = np.ndarray(counts[:-1], line, data, first, distances[:-1])

    def read(self, start: tuple[int, ...], shape: tuple[int, ...]) -> NDArray[Any] | None:
        """Return the pixels of a box, None if it takes more than one index.

        Raises
        ------
        FormatError, ClosedError
            If the file was shortened or closed.
        """
        index: list[Any] = []
        for low, count, (length, tile) in zip(start, shape, self._axes, strict=False):
            if low < 0 or count < 1 or low + count > length:
                return None
            number, low = divmod(low, tile)
            if count == 1:
                index += number, low
            elif count != tile and low + count <= tile:
                index += number, slice(low, low + count)
            elif low or count % tile:
                return None
            else:
                index += slice(number, number + count // tile), _ALL
        if prod(shape) > LARGEST or len(index) != 2 * len(shape):
            return None
        self._file.check(self._end)
        found: NDArray[Any]
        if self._lines is None:
            found = self._pixels[(*index, ...)].astype(self._dtype, "C")
        elif index[-1] is _ALL:
            index[-1] = ...
            found = self._lines[tuple(index)].copy().reshape(-1).view(self._dtype)
        else:
            found = self._pixels[(*index, ...)].copy()
        return found.reshape(shape)
