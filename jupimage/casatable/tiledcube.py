"""An array in a file of tiles: where it is, how its pixels are stored."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import prod
from typing import Any

import numpy as np

from jupimage.casatable.datatype import TYPES

__all__ = ["TiledCube"]


@dataclass(frozen=True, slots=True)
class TiledCube:
    """One array of a table, cut into tiles of equal size.

    The tiles follow each other in the file, last axis fastest, and so do the pixels in each.
    Those at the upper edges are padded to the full size. Bools take a bit each, the lowest of a
    byte first; each tile starts on a byte.

    Attributes
    ----------
    path
        Of the file.
    offset
        Where the first tile begins in it.
    shape, tile
        Of the array and of a tile, slowest axis first.
    type
        Of the pixels: a key of `jupimage.casatable.TYPES`.
    big_endian
        Byte order of the pixels.
    rows, row
        Where arrays of several rows share each tile, one after the other: how many, and which of
        them this one is.

    Examples
    --------
    >>> cube = TiledCube("table.f0_TSM0", 0, (9, 5), (4, 2), "float", False)
    >>> cube.grid, cube.pitch, cube.size
    ((3, 3), 32, 288)
    """

    path: str
    offset: int
    shape: tuple[int, ...]
    tile: tuple[int, ...]
    type: str
    big_endian: bool
    rows: int = 1
    row: int = 0

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the pixels in memory, in native order."""
        return np.dtype(TYPES[self.type].code)

    @property
    def stored(self) -> np.dtype[Any]:
        """Type of the pixels as they are stored; that of a Bool is of no use here."""
        return self.dtype.newbyteorder(">" if self.big_endian else "<")

    @property
    def grid(self) -> tuple[int, ...]:
        """Tiles along each axis."""
        return tuple(-(-n // tile) for n, tile in zip(self.shape, self.tile, strict=True))

    @property
    def pitch(self) -> int:
        """Bytes from one tile to the next."""
        pixels = prod(self.tile) * self.rows
        return (pixels + 7) // 8 if self.type == "Bool" else pixels * TYPES[self.type].size

    @property
    def size(self) -> int:
        """Bytes of all tiles together."""
        return prod(self.grid) * self.pitch

    @property
    def lead(self) -> int:
        """Pixels of other rows that come first in each tile."""
        return self.row * prod(self.tile)

    def at_row(self, position: int) -> TiledCube:
        """Return the array at one position of the first axis, if that is an axis of rows."""
        group, row = divmod(position, self.tile[0])
        return replace(
            self,
            offset=self.offset + group * prod(self.grid[1:]) * self.pitch,
            shape=self.shape[1:],
            tile=self.tile[1:],
            rows=self.tile[0],
            row=row,
        )
