"""Small sections of Bools out of a mapped file of tiles: what `TileView` is for other pixels."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.casatable.bits import bit_window, take_bits
from jupimage.casatable.tiledcube import TiledCube
from jupimage.casatable.tilegrid import TileGrid
from jupimage.casatable.tileview import LARGEST
from jupimage.files import MappedFile

__all__ = ["BitView"]


class BitView:
    """A mapped file of tiles with a bit for each pixel; it keeps the map in use while it lives.

    Parameters
    ----------
    cube
        The array in the file, of Bools.
    file
        The file.

    Raises
    ------
    FormatError
        If the file was shortened.
    """

    __slots__ = ("_axes", "_data", "_end", "_file", "_first")

    def __init__(self, cube: TiledCube, file: MappedFile) -> None:
        grid = TileGrid(cube)
        self._file = file
        self._data = file.window(cube.offset, cube.size)
        self._end = cube.offset + cube.size
        self._first, self._axes = grid.start, grid.axes

    def read(self, start: tuple[int, ...], shape: tuple[int, ...]) -> NDArray[Any] | None:
        """Return the pixels of a box, None if it takes more than one patch.

        Raises
        ------
        FormatError, ClosedError
            If the file was shortened or closed.
        """
        first = self._first
        counts: list[int] = []
        distances: list[int] = []
        for low, count, (length, tile, tile_stride, pixel_stride) in zip(
            start, shape, self._axes, strict=False
        ):
            if low < 0 or count < 1 or low + count > length:
                return None
            number, low = divmod(low, tile)
            first += number * tile_stride + low * pixel_stride
            if count == 1:
                continue
            if low + count <= tile:
                counts.append(count)
                distances.append(pixel_stride)
            elif low or count % tile:
                return None
            else:
                counts += count // tile, tile
                distances += tile_stride, pixel_stride
        if prod(shape) > LARGEST:
            return None
        self._file.check(self._end)
        window = bit_window(first, counts, distances)
        found = take_bits(window, self._data[window.first : window.first + window.length])
        return np.ascontiguousarray(found).reshape(shape)
