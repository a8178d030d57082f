"""How a box of pixels falls on the tiles that hold them.

Along one axis a box covers the end of a tile, whole tiles, the start of a tile. What it covers
of the whole ones lies in the file as regularly as a numpy array does: so many tiles, so many
bytes from one to the next, in each of them so many pixels. Over all axes such *cuts* combine to
*patches*, each of which is one strided copy, however many tiles it touches.

A box with steps is as regular, if the step divides the tile or the tile the step. Otherwise the
same pixels of a tile are wanted every few tiles: the pattern repeats after ``step / gcd`` tiles,
and each of these gets a cut of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from math import gcd, prod
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jupimage.casatable.tiledcube import TiledCube
from jupimage.errors import BoxError

__all__ = ["Box", "Dim", "Patch", "TileGrid", "cut_axis"]

Box = tuple[slice, ...]
"""Start, stop and step along each axis, all given, no step below one."""

Cut = tuple[int, int, int, int, int, int, int]
"""What a box covers of some tiles along one axis: number of the first tile, how many, how far
apart; first pixel in each, how many; place in the box of the first pixel of the first tile,
distance to that of the next."""

Dim = tuple[int, int, int]
"""Items along one dimension, distance of two in the file, distance of two in memory in bytes.

Distances in the file are in bytes too, but in bits for Bools."""


class Patch(NamedTuple):
    """Pixels that lie regularly in the file and in memory.

    Attributes
    ----------
    start
        Where the first pixel is, counted from the first tile of the cube.
    place
        Bytes from the start of the array in memory to where it belongs.
    dims
        All dimensions of more than one item, in falling order of the distance in the file.
    """

    start: int
    place: int
    dims: tuple[Dim, ...]


def cut_axis(start: int, stop: int, step: int, tile: int) -> list[Cut]:
    """Cut a section of an axis that has tiles of length `tile`; it must not be empty.

    Examples
    --------
    The last two pixels of the first tile, the next two tiles, four pixels of the fourth:

    >>> cut_axis(3, 19, 1, 5)
    [(0, 1, 1, 3, 2, 0, 0), (1, 2, 1, 0, 5, 2, 5), (3, 1, 1, 0, 4, 12, 0)]
    """
    if step != 1:
        return _cut_steps(start, -(-(stop - start) // step), step, tile)
    first, pixel = divmod(start, tile)
    last, rest = divmod(stop, tile)
    if first == last:
        return [(first, 1, 1, pixel, rest - pixel, 0, 0)]
    cuts, place = [], 0
    if pixel:
        cuts.append((first, 1, 1, pixel, tile - pixel, 0, 0))
        first += 1
        place = tile - pixel
    if first < last:
        cuts.append((first, last - first, 1, 0, tile, place, tile))
        place += (last - first) * tile
    if rest:
        cuts.append((last, 1, 1, 0, rest, place, 0))
    return cuts


def _cut_steps(start: int, count: int, step: int, tile: int) -> list[Cut]:
    first, pixel = divmod(start, tile)
    end = start + (count - 1) * step
    last = end // tile
    if first == last:
        return [(first, 1, 1, pixel, count, 0, 0)]
    if step % tile == 0:
        return [(first, count, step // tile, pixel, 1, 0, 1)]
    cuts: list[Cut] = []
    place = 0
    if pixel >= step:  # the first tile lacks pixels that others of its kind have
        place = -(-(tile - pixel) // step)
        cuts.append((first, 1, 1, pixel, place, 0, 0))
        first = (start + place * step) // tile
    period = step // gcd(step, tile)
    for number in range(first, min(first + period, last + 1)):
        place = max(place, -(-(number * tile - start) // step))
        pixel = start + place * step - number * tile
        if pixel < tile:
            cuts += _cut_periodic(number, pixel, place, end, step, tile)
    return cuts


def _cut_periodic(
    number: int, pixel: int, place: int, end: int, step: int, tile: int
) -> Iterator[Cut]:
    """Cut tiles of one kind, from `number` on; the last one may lack pixels."""
    period, place_step = step // gcd(step, tile), tile // gcd(step, tile)
    pixels = -(-(tile - pixel) // step)
    tiles = (end // tile - number) // period + 1
    final = number + (tiles - 1) * period
    left = (end - final * tile - pixel) // step + 1
    if left < pixels:
        tiles -= 1
        if left > 0:
            yield final, 1, 1, pixel, left, place + tiles * place_step, 0
    if tiles:
        yield number, tiles, period, pixel, pixels, place, place_step


class TileGrid:
    """The tiles of a cube.

    Parameters
    ----------
    cube
        Whose tiles they are.

    Attributes
    ----------
    start
        Where the first pixel of the cube is, counted from its first tile. This and all distances
        in the file are in bytes, but in bits for Bools.
    axes
        For each axis its length, the length of a tile, the distances in the file of two tiles
        and of two pixels of a tile.
    """

    __slots__ = ("axes", "start")

    def __init__(self, cube: TiledCube) -> None:
        bits = cube.type == "Bool"
        pixel, pitch = (1, 8 * cube.pitch) if bits else (cube.dtype.itemsize, cube.pitch)
        self.start = cube.lead * pixel
        self.axes = tuple(
            (
                cube.shape[axis],
                cube.tile[axis],
                prod(cube.grid[axis + 1 :]) * pitch,
                prod(cube.tile[axis + 1 :]) * pixel,
            )
            for axis in range(len(cube.shape))
        )

    def check(self, box: Box) -> tuple[int, ...]:
        """Return the shape of a box, after a check that it lies in the cube.

        Raises
        ------
        BoxError
            If it does not.
        """
        if len(box) != len(self.axes):
            raise BoxError(f"wanted a box of {len(self.axes)} axes, got {len(box)}")
        shape = []
        for axis, part in enumerate(box):
            length = self.axes[axis][0]
            start, stop, step = part.start, part.stop, part.step
            if not (0 <= start <= length and stop <= length and step > 0):
                raise BoxError(
                    f"wanted a section of 0:{length} on axis {axis}, got {start}:{stop}:{step}"
                )
            shape.append(max(0, (stop - start - 1) // step + 1))
        return tuple(shape)

    def count_patches(self, box: Box) -> int:
        """Return an upper limit for the number of patches of a box, without making them."""
        found = 1
        for part, (_, tile, _, _) in zip(box, self.axes, strict=True):
            tiles = max(0, part.stop - 1) // tile - part.start // tile + 1
            if part.step == 1 or tile % part.step == 0:
                found *= min(tiles, 3)
            elif part.step % tile:
                found *= min(tiles, 2 * part.step // gcd(part.step, tile) + 1)
        return found

    def patches(self, box: Box, strides: tuple[int, ...]) -> list[Patch]:
        """Cut a box, which must not be empty, into patches.

        Parameters
        ----------
        box
            The box.
        strides
            Bytes from one pixel to the next along each axis of the array in memory.
        """
        cuts = [
            cut_axis(part.start, part.stop, part.step, axis[1])
            for part, axis in zip(box, self.axes, strict=True)
        ]
        return [self._patch(chosen, box, strides) for chosen in product(*cuts)]

    def _patch(self, cuts: tuple[Cut, ...], box: Box, strides: tuple[int, ...]) -> Patch:
        start, place = self.start, 0
        tile_dims: list[Dim] = []
        pixel_dims: list[Dim] = []
        for (tile, tiles, tile_step, pixel, pixels, first, place_step), part, axis, stride in zip(
            cuts, box, self.axes, strides, strict=True
        ):
            _, _, tile_stride, pixel_stride = axis
            start += tile * tile_stride + pixel * pixel_stride
            place += first * stride
            if tiles > 1:
                tile_dims.append((tiles, tile_step * tile_stride, place_step * stride))
            if pixels > 1:
                pixel_dims.append((pixels, part.step * pixel_stride, stride))
        return Patch(start, place, (*tile_dims, *pixel_dims))

    def places(self, box: Box) -> list[NDArray[np.int64]]:
        """Return, for each axis, what the pixels of a box add to the place in the file."""
        found = []
        for part, (_, tile, tile_stride, pixel_stride) in zip(box, self.axes, strict=True):
            number, pixel = np.divmod(np.arange(part.start, part.stop, part.step), tile)
            found.append(number * tile_stride + pixel * pixel_stride)
        found[0] += self.start
        return found
