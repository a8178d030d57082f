"""The pixels of a FITS image on disk.

They are one array in C order, so any box is a strided look at the file and one conversion.
The work is cut into pieces that stay in the processor's cache, and shared out among threads
when there is enough of it; opening reads nothing.
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
from jupimage.fits.pixels import PIXEL, Encoding
from jupimage.lattice.block import Block
from jupimage.lattice.box import Box
from jupimage.lattice.memory import row_tile

__all__ = ["FitsLattice", "reopen"]

_PIECE = 1 << 18  # pixels: a megabyte
_SHARE = 1 << 22  # pixels from which on threads are worth starting
_SPAN = 1 << 22  # bytes that one ordinary read may take in for the sake of a few pixels

_Ranges = tuple[tuple[int, int], ...]


class FitsLattice:
    """Pixels of one uncompressed FITS image; only read.

    Parameters
    ----------
    storage
        The file.
    start
        Where the pixels begin in it.
    shape
        Length of each axis, slowest first.
    encoding
        How stored numbers stand for pixels.
    name
        What to open to get this lattice again, for pickle.
    """

    dtype: np.dtype[Any] = PIXEL

    def __init__(
        self, storage: Storage, start: int, shape: tuple[int, ...], encoding: Encoding, name: str
    ) -> None:
        self._storage = storage
        self._start = start
        self._shape = shape
        self._encoding = encoding
        self._name = name
        item = encoding.stored.itemsize
        self._strides = tuple(prod(shape[axis + 1 :]) * item for axis in range(len(shape)))

    @property
    def shape(self) -> tuple[int, ...]:
        """Length of each axis, slowest first."""
        return self._shape

    @property
    def tile(self) -> tuple[int, ...]:
        """Natural unit of work: whole rows of the file, about a megabyte at a time."""
        return row_tile(self._shape, self._encoding.stored.itemsize)

    @property
    def masked(self) -> bool:
        """Whether pixels can be bad."""
        return self._encoding.masked

    def read(self, box: Box, *, values: bool = True, good: bool = True) -> Block:
        """Read the pixels of `box`, their validity, or both."""
        box.check(self._shape)
        pixels = np.empty(box.shape, PIXEL) if values else None
        valid = np.empty(box.shape, np.bool_) if good and self.masked else None
        if box.size and (pixels is not None or valid is not None):
            with self._storage.hold():
                self._fill(box, pixels, valid)
        return Block(pixels, valid)

    def close(self) -> None:
        """Let go of the file; the lattice can no longer be read."""
        self._storage.close()

    def __reduce__(self) -> tuple[Any, ...]:
        return reopen, (self._name,)

    def _fill(
        self, box: Box, values: NDArray[np.float32] | None, good: NDArray[np.bool_] | None
    ) -> None:
        def convert(ranges: _Ranges) -> None:
            part = tuple(slice(low, high) for low, high in ranges)
            self._encoding.decode(
                self._raw(box, ranges),
                None if values is None else values[part],
                None if good is None else good[part],
            )

        pieces = self._pieces(box)
        workers = options.workers()
        if workers == 1 or box.size < _SHARE:
            for ranges in pieces:
                convert(ranges)
            return
        with ThreadPoolExecutor(workers, thread_name_prefix="jupimage-fits") as pool:
            for _ in pool.map(convert, pieces):
                pass

    def _raw(self, box: Box, ranges: _Ranges) -> NDArray[Any]:
        """Return the stored numbers of part of a box, as they lie in the file."""
        steps = [n * s for n, s in zip(self._strides, box.step, strict=True)]
        first = self._start + sum(
            (a + low * s) * n
            for a, s, n, (low, _) in zip(box.start, box.step, self._strides, ranges, strict=True)
        )
        window = self._storage.window(first, self._span(steps, ranges))
        shape = tuple(high - low for low, high in ranges)
        return np.ndarray(shape, self._encoding.stored, window, strides=tuple(steps))

    def _span(self, steps: list[int], ranges: _Ranges) -> int:
        """Return the bytes from the first to the last number of part of a box."""
        distance = sum((high - low - 1) * n for n, (low, high) in zip(steps, ranges, strict=True))
        return distance + self._encoding.stored.itemsize

    def _pieces(self, box: Box) -> Iterator[_Ranges]:
        """Cut a box, in its own pixels, into pieces that are small and lie close together."""
        steps = [n * s for n, s in zip(self._strides, box.step, strict=True)]
        waiting: list[_Ranges] = [tuple((0, n) for n in box.shape)]
        while waiting:
            ranges = waiting.pop()
            lengths = [high - low for low, high in ranges]
            size = prod(lengths)
            spread = 0 if self._storage.mapped else self._span(steps, ranges)
            if size <= _PIECE and (spread <= _SPAN or spread <= 2 * size * steps[-1]):
                yield ranges
                continue
            axis = next((axis for axis, n in enumerate(lengths) if n > 1), None)
            if axis is None:
                yield ranges
                continue
            low, high = ranges[axis]
            room = max(1, _PIECE * lengths[axis] // size) if spread <= _SPAN else 1
            room = min(room, max(1, lengths[axis] // 2))
            for cut in range(low + (high - low - 1) // room * room, low - 1, -room):
                part = (cut, min(cut + room, high))
                waiting.append((*ranges[:axis], part, *ranges[axis + 1 :]))


def reopen(name: str) -> Any:
    """Open the image again, in the process that unpickles it."""
    from jupimage.formats.registry import open_path

    return open_path(name).lattice
