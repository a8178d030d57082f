"""Reading pixels from a file of tiles.

A box is copied with a few strided copies (`jupimage.casatable.tilegrid`), straight from the
memory map into the array that the caller gets. Large copies are cut into pieces that stay in the
processor's cache, each a run of neighbouring tiles, and shared out among threads. Where the file
is not mapped a piece is also one read, so it is cut until not much is read in vain.

A box whose steps fit its tiles badly would fall into too many patches to be worth it: then each
pixel is taken on its own, by tables of places along each axis.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.casatable.bits import bit_window, pick_bits, take_bits
from jupimage.casatable.bitview import BitView
from jupimage.casatable.patches import calls, cut_patch, memory_view, plan_calls, reach, share_out
from jupimage.casatable.scattered import Scattered, scatter
from jupimage.casatable.tiledcube import TiledCube
from jupimage.casatable.tilegrid import Box, Patch, TileGrid
from jupimage.casatable.tileview import TileView
from jupimage.errors import DataTypeError, ShapeError
from jupimage.files import MappedFile, Storage

__all__ = ["TiledArray"]

PATCH = 1 << 14
"""Pixels that are copied in the time that one more patch takes."""

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

    __slots__ = (
        "_bits",
        "_grid",
        "_item",
        "_mapped",
        "_offset",
        "_size",
        "_storage",
        "_stored",
        "_unit",
        "_view",
        "cube",
        "dtype",
    )

    def __init__(self, cube: TiledCube, storage: Storage) -> None:
        self.cube = cube
        self.dtype = cube.dtype
        self._storage = storage
        self._mapped = storage.mapped
        self._grid = TileGrid(cube)
        self._view: TileView | BitView | None = None
        self._offset, self._size = cube.offset, cube.size
        self._stored = cube.stored
        self._bits = cube.type == "Bool"
        self._item, self._unit = (1, 8) if self._bits else (self.dtype.itemsize, 1)

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
        for part in box:
            if part.step != 1:
                return self._read_any(box)
        start = tuple([part.start for part in box])
        return self.read_dense(start, tuple([part.stop - part.start for part in box]))

    def read_dense(self, start: tuple[int, ...], shape: tuple[int, ...]) -> NDArray[Any]:
        """Return the pixels of a box without steps in an array of their own.

        Parameters
        ----------
        start, shape
            First pixel and number of pixels along each axis.

        Raises
        ------
        BoxError
            If the box is not one of this array.
        FormatError
            If the file was shortened.
        """
        view = self._view or self._tile_view()
        if view is not None and len(start) == len(self.cube.shape):
            found = view.read(start, shape)
            if found is not None:
                return found
        return self._read_any(
            tuple([slice(a, a + n, 1) for a, n in zip(start, shape, strict=True)])
        )

    def _tile_view(self) -> TileView | BitView | None:
        if isinstance(self._storage, MappedFile):
            with self._storage.hold():
                view = BitView if self._bits else TileView
                self._view = view(self.cube, self._storage)
        return self._view

    def read_into(self, box: Box, out: NDArray[Any]) -> None:
        """Put the pixels of a box into an array of the same shape and type."""
        shape = self._grid.check(box)
        if out.shape != shape:
            raise ShapeError(f"wanted an array of shape {shape}, got {out.shape}")
        if out.dtype != self.dtype:
            raise DataTypeError(f"wanted an array of {self.dtype}, got {out.dtype}")
        self._fill(box, out)

    def _read_any(self, box: Box) -> NDArray[Any]:
        found = np.empty(self._grid.check(box), self.dtype)
        self._fill(box, found)
        return found

    def _fill(self, box: Box, out: NDArray[Any]) -> None:
        if not out.size:
            return
        patches = self._grid.count_patches(box)
        dense = prod(part.stop - part.start for part in box)
        if self._mapped and out.size < dense <= min(PIECE, patches * PATCH):
            steps = tuple(slice(None, None, part.step) for part in box)
            out[...] = self.read(tuple(slice(part.start, part.stop, 1) for part in box))[steps]
            return
        with self._storage.hold():
            threads = out.size >= SHARE
            if out.size <= PIECE and patches <= 64 and self._is_plain(out):
                self._copy_patches(box, out)
            elif patches > max(64, out.size >> 10):
                places = self._grid.places(box)
                found = scatter(places, self._item, self._unit, mapped=self._mapped)
                share_out(lambda piece: self._pick(piece, out), found, threads=threads)
            else:
                pieces = self._pieces(self._grid.patches(box, out.strides))
                share_out(lambda piece: self._copy(piece, out), pieces, threads=threads)

    def _is_plain(self, out: NDArray[Any]) -> bool:
        return self._mapped and not self._bits and out.flags.c_contiguous

    def _copy_patches(self, box: Box, out: NDArray[Any]) -> None:
        """Copy a small box, with a single look at the file."""
        data = self._storage.window(self._offset, self._size)
        for start, place, dims in self._grid.patches(box, out.strides):
            counts = [count for count, _, _ in dims]
            distances = [distance for _, distance, _ in dims]
            stored: NDArray[Any] = np.ndarray(counts, self._stored, data, start, distances)
            steps = [step for _, _, step in dims]
            np.ndarray(counts, self.dtype, out, place, steps)[...] = stored

    def _pieces(self, patches: list[Patch]) -> Iterator[Patch]:
        for patch in patches:
            for piece in cut_patch(patch, PIECE):
                if self._mapped:
                    yield piece
                else:
                    yield from calls(piece, plan_calls(piece.dims, self._item, unit=self._unit))

    def _copy(self, patch: Patch, out: NDArray[Any]) -> None:
        if self._bits:  # in the order of memory: they often come out as they are to lie there
            dims = tuple(sorted(patch.dims, key=lambda dim: -dim[2]))
            patch = patch._replace(dims=dims)
        counts = [count for count, _, _ in patch.dims]
        distances = [distance for _, distance, _ in patch.dims]
        if self._bits:
            memory_view(out, patch)[...] = self._take_bits(patch.start, counts, distances)
            return
        data = self._storage.window(self._offset + patch.start, reach(patch.dims) + self._item)
        stored: NDArray[Any] = np.ndarray(counts, self._stored, data, 0, distances)
        memory_view(out, patch)[...] = stored

    def _take_bits(self, start: int, counts: list[int], distances: list[int]) -> NDArray[np.bool_]:
        window = bit_window(start, counts, distances)
        data = self._storage.window(self._offset + window.first, window.length)
        return take_bits(window, data)

    def _pick(self, piece: Scattered, out: NDArray[Any]) -> None:
        data = self._storage.window(self._offset + piece.first, piece.length)
        if self._bits:
            out[piece.part] = pick_bits(np.frombuffer(data, np.uint8), piece.places)
            return
        # as bytes without meaning, so that no misaligned file is copied as a whole first
        raw = np.frombuffer(data, f"V{self._item}").take(piece.places // self._item)
        out[piece.part] = raw.view(self._stored)
