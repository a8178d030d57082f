"""Reading pixels from a file of tiles.

A box is copied with a few strided copies (`jupimage.casatable.tilegrid`), straight from the
memory map into the array that the caller gets. Large copies are cut into pieces that stay in the
processor's cache, each a run of neighbouring tiles, and shared out among threads. Where the file
is not mapped a piece is also one read, so it is cut until not much is read in vain.

A box whose steps fit its tiles badly would fall into too many patches to be worth it: then each
pixel is taken on its own, by tables of places along each axis.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.casatable.bits import bit_window, pick_bits, take_bits
from jupimage.casatable.patches import calls, cut_patch, memory_view, plan_calls, share_out
from jupimage.casatable.scattered import Scattered, scatter
from jupimage.casatable.tiledcube import TiledCube
from jupimage.casatable.tilegrid import Box, Patch, TileGrid
from jupimage.errors import DataTypeError, ShapeError
from jupimage.files import Storage

__all__ = ["TiledArray"]

PIECE = 1 << 19
"""Pixels that are copied at one go."""

SHARE = 1 << 21
"""Pixels from which on threads are worth starting."""


class TiledArray:
    """Pixels of one array of a table; only read.

    Parameters
    ----------
    cube
        Where they are.
    storage
        The file.

    Examples
    --------
    >>> import os, tempfile
    >>> from jupimage.files import open_storage
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = os.path.join(folder.name, "table.f0_TSM0")
    >>> np.array([[0, 1, 4, 5], [2, 3, 6, 7]], "<f4").tofile(path)
    >>> storage = open_storage(path)
    >>> array = TiledArray(TiledCube(path, 0, (2, 4), (1, 2), "float", False), storage)
    >>> array.read((slice(0, 2, 1), slice(1, 3, 1)))
    array([[1., 4.],
           [3., 6.]], dtype=float32)
    >>> storage.close()
    >>> folder.cleanup()
    """

    __slots__ = ("_grid", "_item", "_offset", "_storage", "_stored", "_unit", "cube", "dtype")

    def __init__(self, cube: TiledCube, storage: Storage) -> None:
        self.cube = cube
        self.dtype = cube.dtype
        self._storage = storage
        self._grid = TileGrid(cube)
        self._offset = cube.offset
        self._stored = cube.stored
        self._item, self._unit = (1, 8) if cube.type == "Bool" else (self.dtype.itemsize, 1)

    @property
    def shape(self) -> tuple[int, ...]:
        """Length of each axis, slowest first."""
        return self.cube.shape

    @property
    def tile(self) -> tuple[int, ...]:
        """Shape of a tile."""
        return self.cube.tile

    def read(self, box: Box) -> NDArray[Any]:
        """Return the pixels of a box in an array of their own, in native byte order.

        Parameters
        ----------
        box
            A slice for each axis, with start, stop and step.

        Raises
        ------
        BoxError
            If the box is not one of this array.
        FormatError
            If the file was shortened.
        """
        plain = self._plain(box)
        if plain is None:
            found = np.empty(self._grid.check(box), self.dtype)
            self._fill(box, found)
            return found
        start, shape, counts, distances = plain
        with self._storage.hold():
            return self._look(start, counts, distances).astype(self.dtype, "C").reshape(shape)

    def read_into(self, box: Box, out: NDArray[Any]) -> None:
        """Put the pixels of a box into an array of the same shape and type."""
        shape = self._grid.check(box)
        if out.shape != shape:
            raise ShapeError(f"wanted an array of shape {shape}, got {out.shape}")
        if out.dtype != self.dtype:
            raise DataTypeError(f"wanted an array of {self.dtype}, got {out.dtype}")
        self._fill(box, out)

    def _plain(self, box: Box) -> tuple[int, list[int], list[int], list[int]] | None:
        """Describe a box that is a single small patch, as a plane or a spectrum often is.

        Returns where its first pixel is, its shape, and that of the patch in the order of the
        box with the distances in the file. Nothing here is shared with the general way, which
        takes three times as long.
        """
        start, size = self._grid.start, 1
        shape: list[int] = []
        counts: list[int] = []
        distances: list[int] = []
        for part, axis in zip(box, self._grid.axes, strict=True):
            length, tile, tile_stride, pixel_stride = axis
            low, high = part.start, part.stop
            count = high - low
            if part.step != 1 or low < 0 or count < 1 or high > length:
                return None
            number = low // tile
            pixel = low - number * tile
            start += number * tile_stride + pixel * pixel_stride
            shape.append(count)
            if count == 1:
                continue
            size *= count
            if pixel + count <= tile:
                counts.append(count)
                distances.append(pixel_stride)
            elif pixel or count % tile:
                return None
            else:
                counts += count // tile, tile
                distances += tile_stride, pixel_stride
        if size > PIECE or not self._storage.mapped:
            return None
        return start, shape, counts, distances

    def _look(self, start: int, counts: Sequence[int], distances: Sequence[int]) -> NDArray[Any]:
        """Return pixels as they are stored; not to be kept after the storage is let go."""
        if self._unit == 1:
            size = self._item
            for count, distance in zip(counts, distances, strict=True):
                size += (count - 1) * distance
            data = self._storage.window(self._offset + start, size)
            return np.ndarray(counts, self._stored, data, 0, distances)
        order = sorted(range(len(counts)), key=distances.__getitem__, reverse=True)
        window = bit_window(start, [(counts[axis], distances[axis], 0) for axis in order])
        data = self._storage.window(self._offset + window.first, window.length)
        return take_bits(window, data).transpose([order.index(axis) for axis in range(len(order))])

    def _fill(self, box: Box, out: NDArray[Any]) -> None:
        if not out.size:
            return
        threads = out.size >= SHARE
        with self._storage.hold():
            if self._grid.count_patches(box) > max(64, out.size >> 10):
                reads = scatter(
                    self._grid.places(box), self._item, self._unit, mapped=self._storage.mapped
                )
                share_out(lambda piece: self._pick(piece, out), reads, threads=threads)
            else:
                pieces = self._pieces(self._grid.patches(box, out.strides))
                share_out(lambda piece: self._copy(piece, out), pieces, threads=threads)

    def _pieces(self, patches: list[Patch]) -> Iterator[Patch]:
        for patch in patches:
            for piece in cut_patch(patch, PIECE):
                if self._storage.mapped:
                    yield piece
                else:
                    yield from calls(piece, plan_calls(piece.dims, self._item, unit=self._unit))

    def _copy(self, patch: Patch, out: NDArray[Any]) -> None:
        counts = [count for count, _, _ in patch.dims]
        distances = [distance for _, distance, _ in patch.dims]
        memory_view(out, patch)[...] = self._look(patch.start, counts, distances)

    def _pick(self, piece: Scattered, out: NDArray[Any]) -> None:
        data = self._storage.window(self._offset + piece.first, piece.length)
        if self._unit == 8:
            out[piece.part] = pick_bits(np.frombuffer(data, np.uint8), piece.places)
            return
        # as bytes without meaning, so that no misaligned file is copied as a whole first
        raw = np.frombuffer(data, f"V{self._item}").take(piece.places // self._item)
        out[piece.part] = raw.view(self._stored)
