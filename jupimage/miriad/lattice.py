"""The pixels of a Miriad image: one array of big-endian floats, fastest axis first.

In numpy's order that is a plain C array, so a box is one strided look at the file. The work is
cut into pieces that stay in the processor's cache, and shared out among threads where there is
enough of it. The mask, which lies in a file of its own, is read for the same pieces.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage import options
from jupimage.files.storage import Storage
from jupimage.lattice.block import Block
from jupimage.lattice.box import Box
from jupimage.lattice.memory import row_tile
from jupimage.miriad.mask import MaskReader

__all__ = ["HEAD", "PIXEL", "STORED", "MiriadLattice", "pixel_steps", "reopen"]

PIXEL = np.dtype(np.float32)
STORED = np.dtype(">f4")

HEAD = 4
"""Bytes of an image item before its pixels."""

_PIECE = 1 << 18  # pixels: a megabyte
_SHARE = 1 << 22  # pixels from which on threads are worth starting
_SPAN = 1 << 20  # pixels that one ordinary read may take in for the sake of a few

_Ranges = tuple[tuple[int, int], ...]


def pixel_steps(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return how many pixels farther on the next one is, along each axis."""
    return tuple(prod(shape[axis + 1 :]) for axis in range(len(shape)))


class MiriadLattice:
    """Pixels of a Miriad image, under its mask if it has one; only read.

    Parameters
    ----------
    storage
        The file that holds the image item.
    start
        Where its pixels begin.
    shape
        Length of each axis, slowest first.
    name
        What to open to get this lattice again, for pickle.
    mask
        The mask, None if there is none.
    """

    dtype: np.dtype[Any] = PIXEL

    def __init__(
        self,
        storage: Storage,
        start: int,
        shape: tuple[int, ...],
        name: str,
        mask: MaskReader | None = None,
    ) -> None:
        self._storage = storage
        self._start = start
        self._shape = shape
        self._name = name
        self._mask = mask
        self._steps = pixel_steps(shape)

    @property
    def shape(self) -> tuple[int, ...]:
        """Length of each axis, slowest first."""
        return self._shape

    @property
    def tile(self) -> tuple[int, ...]:
        """Natural unit of work: whole rows of the file, about a megabyte at a time."""
        return row_tile(self._shape, STORED.itemsize)

    @property
    def masked(self) -> bool:
        """Whether there is a mask."""
        return self._mask is not None

    def read(self, box: Box, *, values: bool = True, good: bool = True) -> Block:
        """Read the pixels of `box`, their validity, or both."""
        box.check(self._shape)
        pixels = np.empty(box.shape, PIXEL) if values else None
        valid = np.empty(box.shape, np.bool_) if good and self.masked else None
        with self._storage.hold():
            if box.size and pixels is not None:
                self._work(box, lambda first, steps, part: self._copy(first, steps, pixels[part]))
            if box.size and valid is not None and self._mask is not None:
                read = self._mask.read
                with self._mask.storage.hold():
                    self._work(box, lambda first, steps, part: read(first, steps, valid[part]))
        return Block(pixels, valid)

    def close(self) -> None:
        """Let go of the files; the lattice can no longer be read."""
        self._storage.close()
        if self._mask is not None:
            self._mask.storage.close()

    def __reduce__(self) -> tuple[Any, ...]:
        return reopen, (self._name, self.masked)

    def _copy(self, first: int, steps: list[int], values: NDArray[np.float32]) -> None:
        """Copy pixels out of the file."""
        size = STORED.itemsize
        span = _span(steps, values.shape)
        window = self._storage.window(self._start + size * first, size * span)
        np.copyto(values, np.ndarray(values.shape, STORED, window, 0, [size * n for n in steps]))

    def _work(self, box: Box, function: Any) -> None:
        """Call a function for each piece of a box, from several threads if it is large."""
        steps = [n * s for n, s in zip(self._steps, box.step, strict=True)]
        origin = sum(a * n for a, n in zip(box.start, self._steps, strict=True))

        def call(ranges: _Ranges) -> None:
            first = origin + sum(low * n for (low, _), n in zip(ranges, steps, strict=True))
            function(first, steps, tuple(slice(low, high) for low, high in ranges))

        pieces = self._pieces(box, steps)
        workers = options.workers()
        if workers == 1 or box.size < _SHARE:
            for ranges in pieces:
                call(ranges)
            return
        with ThreadPoolExecutor(workers, thread_name_prefix="jupimage-miriad") as pool:
            for _ in pool.map(call, pieces):
                pass

    def _pieces(self, box: Box, steps: list[int]) -> Iterator[_Ranges]:
        """Cut a box, in its own pixels, into pieces that are small and lie close together."""
        waiting: list[_Ranges] = [tuple((0, n) for n in box.shape)]
        while waiting:
            ranges = waiting.pop()
            lengths = tuple(high - low for low, high in ranges)
            size = prod(lengths)
            spread = 0 if self._storage.mapped else _span(steps, lengths)
            axis = next((axis for axis, n in enumerate(lengths) if n > 1), None)
            near = spread <= _SPAN or spread <= 2 * size * steps[-1]
            if axis is None or (size <= _PIECE and near):
                yield ranges
                continue
            low, high = ranges[axis]
            room = max(1, _PIECE * lengths[axis] // size) if near else 1
            room = min(room, max(1, lengths[axis] // 2))
            for cut in range(low + (high - low - 1) // room * room, low - 1, -room):
                part = (cut, min(cut + room, high))
                waiting.append((*ranges[:axis], part, *ranges[axis + 1 :]))


def _span(steps: list[int], shape: tuple[int, ...]) -> int:
    """Return the pixels from the first to the last of a strided part."""
    return sum((n - 1) * step for n, step in zip(shape, steps, strict=True)) + 1


def reopen(name: str, masked: bool) -> Any:
    """Open the image again, in the process that unpickles it."""
    from jupimage.formats.registry import open_path

    opened = open_path(name)
    return opened.lattice if masked else opened.store.masked("")
