"""The tiles that a box covers as a whole, and their bytes.

A tile at the upper edge of the array counts as covered if all its pixels are: its padding may
hold anything, and becomes zero here.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from jupimage.casatable.bits import pack_bits
from jupimage.casatable.tiledcube import TiledCube
from jupimage.casatable.tilegrid import Box

__all__ = ["TileBlock", "covered_tiles", "cut_tiles", "rest_of_box", "tile_bytes"]

LARGEST_TILE = 1 << 24
"""Bytes; larger tiles are not put together in memory."""


class TileBlock(NamedTuple):
    """A block of neighbouring tiles: for each axis the first one, and the one after the last."""

    first: tuple[int, ...]
    stop: tuple[int, ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """Tiles along each axis."""
        return tuple(high - low for low, high in zip(self.first, self.stop, strict=True))

    def box(self, cube: TiledCube) -> Box:
        """Return the pixels of these tiles."""
        return tuple(
            slice(low * tile, min(high * tile, length), 1)
            for low, high, tile, length in zip(
                self.first, self.stop, cube.tile, cube.shape, strict=True
            )
        )


def covered_tiles(box: Box, cube: TiledCube) -> TileBlock | None:
    """Return the tiles that a box covers as a whole; None if there are none of use.

    Examples
    --------
    >>> cube = TiledCube("table.f0_TSM0", 0, (9,), (4,), "float", False)
    >>> covered_tiles((slice(1, 9, 1),), cube)
    TileBlock(first=(1,), stop=(3,))
    """
    if cube.rows > 1 or cube.pitch > LARGEST_TILE or any(part.step != 1 for part in box):
        return None
    first, stop = [], []
    for part, tile, length in zip(box, cube.tile, cube.shape, strict=True):
        first.append(-(-part.start // tile))
        stop.append(-(-length // tile) if part.stop == length else part.stop // tile)
        if first[-1] >= stop[-1]:
            return None
    return TileBlock(tuple(first), tuple(stop))


def rest_of_box(box: Box, inner: Box) -> Iterator[Box]:
    """Cut what lies around a box inside another one into boxes.

    Examples
    --------
    >>> outer = (slice(0, 4, 1), slice(0, 6, 1))
    >>> list(rest_of_box(outer, (slice(0, 4, 1), slice(2, 6, 1))))
    [(slice(0, 4, 1), slice(0, 2, 1))]
    """
    for axis, (outside, inside) in enumerate(zip(box, inner, strict=True)):
        for low, high in ((outside.start, inside.start), (inside.stop, outside.stop)):
            if low < high:
                yield (*inner[:axis], slice(low, high, 1), *box[axis + 1 :])


def cut_tiles(block: TileBlock, cube: TiledCube, most: int) -> Iterator[TileBlock]:
    """Cut a block of tiles into ones of about `most` bytes that lie close together in the file."""
    first, stop = block
    lengths = block.shape
    if prod(lengths) * cube.pitch <= most or prod(lengths) == 1:
        yield block
        return
    axis = next(axis for axis, n in enumerate(lengths) if n > 1)
    room = max(1, most // (prod(lengths[axis + 1 :]) * cube.pitch))
    for low in range(first[axis], stop[axis], room):
        high = min(low + room, stop[axis])
        piece = TileBlock(
            (*first[:axis], low, *first[axis + 1 :]), (*stop[:axis], high, *stop[axis + 1 :])
        )
        yield from cut_tiles(piece, cube, most)


def tile_bytes(block: TileBlock, cube: TiledCube, values: NDArray[Any]) -> NDArray[np.uint8]:
    """Return the bytes of some tiles, one line for each tile, in the order of the file.

    Parameters
    ----------
    block
        The tiles.
    cube
        Which they belong to.
    values
        The pixels of these tiles.
    """
    axes = len(cube.tile)
    split = [n for pair in zip(block.shape, cube.tile, strict=True) for n in pair]
    padded = [n * tile for n, tile in zip(block.shape, cube.tile, strict=True)]
    if values.shape != tuple(padded):
        filled = np.zeros(padded, values.dtype)
        filled[tuple(slice(n) for n in values.shape)] = values
        values = filled
    tiles = np.empty((*block.shape, *cube.tile), cube.stored)
    order = (*range(0, 2 * axes, 2), *range(1, 2 * axes, 2))
    with np.errstate(over="ignore"):  # what is too large for the type becomes infinite
        np.copyto(tiles, values.reshape(split).transpose(order), casting="same_kind")
    lines = tiles.reshape(prod(block.shape), -1)
    return pack_bits(lines) if cube.type == "Bool" else lines.view(np.uint8)
