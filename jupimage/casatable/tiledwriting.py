"""Writing pixels into a file of tiles; never through a map.

What covers tiles wholly, their padding included, is put together tile by tile and written in
large pieces, by several threads. The rest goes through patches (`jupimage.casatable.tilegrid`):
runs of bytes that follow each other are written as they are; where that would take too many
calls, and always for bits, a stretch of the file is read, changed and written back. That is done
one after the other, since such stretches overlap. Nobody else may write meanwhile.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from math import prod
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jupimage.casatable.bits import bit_window, put_bits
from jupimage.casatable.patches import calls, cut_patch, memory_view, plan_calls, reach, share_out
from jupimage.casatable.scattered import Scattered, scatter
from jupimage.casatable.tiledcube import TiledCube
from jupimage.casatable.tilegrid import Box, Patch, TileGrid
from jupimage.casatable.wholetiles import (
    TileBlock,
    covered_tiles,
    cut_tiles,
    rest_of_box,
    tile_bytes,
)
from jupimage.errors import DataTypeError, FormatError, ShapeError
from jupimage.files import read_at, write_at

__all__ = ["TiledWriter"]

PIECE = 1 << 20
"""Bytes of whole tiles (before bits are packed), and pixels of other patches, that are put
together at one go."""

SHARE = 1 << 23
"""Bytes from which on threads are worth starting."""


class TiledWriter:
    """Changes pixels of one array of a table.

    Parameters
    ----------
    cube
        Where they are.
    descriptor
        Of the file, opened for reading and writing; it stays open.

    Examples
    --------
    >>> import os, tempfile
    >>> file = tempfile.TemporaryFile()
    >>> file.truncate(48)
    48
    >>> cube = TiledCube("table.f0_TSM0", 0, (2, 5), (2, 2), "float", False)
    >>> TiledWriter(cube, file.fileno()).write((slice(0, 2, 1), slice(1, 3, 1)), 1)
    >>> np.fromfile(file, "<f4").astype(int)
    array([0, 1, 0, 1, 1, 0, 1, 0, 0, 0, 0, 0])
    >>> file.close()
    """

    __slots__ = ("_bits", "_descriptor", "_end", "_grid", "_item", "_unit", "cube")

    def __init__(self, cube: TiledCube, descriptor: int) -> None:
        self.cube = cube
        self._descriptor = descriptor
        self._grid = TileGrid(cube)
        self._bits = cube.type == "Bool"
        self._item, self._unit = (1, 8) if self._bits else (cube.dtype.itemsize, 1)
        self._end = cube.offset + cube.size

    def write(self, box: Box, values: ArrayLike, *, skip_zeros: bool = False) -> None:
        """Write the pixels of a box.

        Parameters
        ----------
        box
            A slice for each axis, with start, stop and step.
        values
            For the whole box, or something that numpy spreads over it.
        skip_zeros
            Leave out tiles of zeros, which stay holes in a new file. Only for pixels that were
            never written: others would keep their old values.

        Raises
        ------
        BoxError
            If the box is not one of this array.
        ShapeError, DataTypeError
            If the values do not fit it.
        FormatError
            If the file was shortened, or the system does not take the bytes.
        """
        found = self._fitting(self._grid.check(box), np.asarray(values))
        if not found.size:
            return
        try:
            if (size := os.fstat(self._descriptor).st_size) < self._end:
                self._cut_off(size)
            self._write(box, found, skip_zeros)
        except OSError as error:
            if isinstance(error, FormatError):
                raise
            problem = (error.strerror or str(error)).lower()
            raise FormatError(f"cannot write {self.cube.path}: {problem}") from error

    def _cut_off(self, size: int) -> None:
        raise FormatError(
            f"{self.cube.path} was shortened while it was open: wanted {self._end} bytes, "
            f"got {size}"
        )

    def _fitting(self, shape: tuple[int, ...], values: NDArray[Any]) -> NDArray[Any]:
        if not np.can_cast(values.dtype, self.cube.dtype, "same_kind"):
            raise DataTypeError(f"wanted pixels of type {self.cube.dtype}, got {values.dtype}")
        if values.shape == shape:
            return values
        try:
            return np.broadcast_to(values, shape)
        except ValueError:
            raise ShapeError(f"wanted pixels of shape {shape}, got {values.shape}") from None

    def _write(self, box: Box, values: NDArray[Any], skip_zeros: bool) -> None:
        tiles = covered_tiles(box, self.cube)
        if tiles is None:
            self._write_rest(box, values, skip_zeros)
            return
        inner = tiles.box(self.cube)
        self._write_tiles(tiles, _part(values, inner, box), skip_zeros)
        for rest in rest_of_box(box, inner):
            self._write_rest(rest, _part(values, rest, box), skip_zeros)

    def _write_tiles(self, tiles: TileBlock, values: NDArray[Any], skip_zeros: bool) -> None:
        whole = tiles.box(self.cube)

        def write(block: TileBlock) -> None:
            part = _part(values, block.box(self.cube), whole)
            lines = tile_bytes(block, self.cube, part)
            for start, stop, offset in self._runs(block):
                self._put_lines(lines[start:stop], offset, skip_zeros)

        threads = prod(tiles.shape) * self.cube.pitch * self._unit >= SHARE
        share_out(write, cut_tiles(tiles, self.cube, PIECE // self._unit), threads=threads)

    def _runs(self, block: TileBlock) -> Iterator[tuple[int, int, int]]:
        """Find tiles of a block that follow each other: first, one after the last, offset."""
        grid = self.cube.grid
        axis = len(grid) - 1
        while axis > 0 and block.shape[axis] == grid[axis]:
            axis -= 1
        length = prod(block.shape[axis:])
        for number, outer in enumerate(np.ndindex(block.shape[:axis])):
            corner = (*(low + n for low, n in zip(block.first, outer, strict=False)),)
            tile = int(np.ravel_multi_index((*corner, *block.first[axis:]), grid))
            yield number * length, (number + 1) * length, tile * self.cube.pitch

    def _put_lines(self, lines: NDArray[np.uint8], offset: int, skip_zeros: bool) -> None:
        if not skip_zeros:
            self._put(lines.data, offset)
            return
        edges = np.flatnonzero(np.diff(_any_set(lines), prepend=False, append=False))
        for start, stop in edges.reshape(-1, 2).tolist():
            self._put(lines[start:stop].data, offset + start * self.cube.pitch)

    def _write_rest(self, box: Box, values: NDArray[Any], skip_zeros: bool) -> None:
        if self._grid.count_patches(box) > max(64, values.size >> 10):
            places = self._grid.places(box)
            for found in scatter(places, self._item, self._unit, mapped=False):
                self._put_scattered(found, values[found.part])
            return
        for patch in self._grid.patches(box, values.strides):
            for piece in cut_patch(patch, PIECE):
                self._put_patch(piece, values, skip_zeros)

    def _put_patch(self, patch: Patch, values: NDArray[Any], skip_zeros: bool) -> None:
        found = memory_view(values, patch)
        pixels = np.empty(found.shape, self.cube.stored)
        with np.errstate(over="ignore"):  # what is too large for the type becomes infinite
            np.copyto(pixels, found, casting="same_kind")
        if skip_zeros and not pixels.reshape(-1).view(np.uint8).max():
            return
        depth = plan_calls(patch.dims, self._item, unit=self._unit, gaps=2)
        rest = patch.dims[depth:]
        lines = pixels.reshape(-1, *(count for count, _, _ in rest))
        for number, piece in enumerate(calls(patch, depth)):
            self._put_line(lines[number, ...], piece)

    def _put_line(self, pixels: NDArray[Any], patch: Patch) -> None:
        if self._bits:
            counts = [count for count, _, _ in patch.dims]
            distances = [distance for _, distance, _ in patch.dims]
            window = bit_window(patch.start, counts, distances, apart=True)
            data = self._get(window.first, window.length)
            put_bits(window, data, pixels)
            self._put(data, window.first)
            return
        size = reach(patch.dims) + self._item
        if size == pixels.nbytes:
            self._put(pixels.reshape(-1).view(np.uint8).data, patch.start)
            return
        data = self._get(patch.start, size)
        strides = tuple(distance for _, distance, _ in patch.dims)
        np.ndarray(pixels.shape, pixels.dtype, data, 0, strides)[...] = pixels
        self._put(data, patch.start)

    def _put_scattered(self, piece: Scattered, values: NDArray[Any]) -> None:
        data = self._get(piece.first, piece.length)
        if self._bits:
            bits = np.unpackbits(np.frombuffer(data, np.uint8), bitorder="little")
            bits[piece.places] = values
            data[:] = np.packbits(bits, bitorder="little").data
        else:
            with np.errstate(over="ignore"):
                pixels = values.astype(self.cube.stored)
            raw = np.frombuffer(data, f"V{self._item}")
            raw[piece.places // self._item] = pixels.view(f"V{self._item}")
        self._put(data, piece.first)

    def _get(self, offset: int, count: int) -> bytearray:
        found = read_at(self._descriptor, count, self.cube.offset + offset)
        if len(found) < count:
            self._cut_off(self.cube.offset + offset + len(found))
        return bytearray(found)

    def _put(self, data: bytearray | memoryview, offset: int) -> None:
        write_at(self._descriptor, memoryview(data), self.cube.offset + offset)


def _part(values: NDArray[Any], part: Box, whole: Box) -> NDArray[Any]:
    """Return the values of a box inside another one, both without steps."""
    return values[
        tuple(
            slice(inner.start - outer.start, inner.stop - outer.start)
            for inner, outer in zip(part, whole, strict=True)
        )
    ]


def _any_set(lines: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Whether a line has anything but zero bytes; looks at the start of each line first."""
    found: NDArray[np.bool_] = lines[:, :64].max(axis=1) > 0
    doubtful = np.flatnonzero(~found)
    if doubtful.size:
        found[doubtful] = lines[doubtful].max(axis=1) > 0
    return found
