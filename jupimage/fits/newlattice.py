"""Pixels of a FITS image in the making: what is written goes straight to the file.

Values are encoded in pieces that stay in the processor's cache and written where they belong.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.errors import MaskError
from jupimage.fits.encoders import Encoder
from jupimage.fits.newfile import NewFile
from jupimage.lattice.block import Block
from jupimage.lattice.box import Box
from jupimage.lattice.memory import row_tile

__all__ = ["NewLattice"]

_PIECE = 1 << 18  # pixels


class NewLattice:
    """The pixels of one image in a new file.

    Parameters
    ----------
    file
        The file.
    start
        Where the pixels begin.
    shape
        Length of each axis, slowest first.
    dtype
        Type of the values that are written.
    encoder
        What makes stored numbers of them.
    """

    def __init__(
        self,
        file: NewFile,
        start: int,
        shape: tuple[int, ...],
        dtype: np.dtype[Any],
        encoder: Encoder,
    ) -> None:
        self._file = file
        self._start = start
        self._shape = shape
        self._dtype = dtype
        self._encoder = encoder
        if any(encoder.zero):
            self._fill(encoder.zero)

    @property
    def shape(self) -> tuple[int, ...]:
        """Length of each axis, slowest first."""
        return self._shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the values."""
        return self._dtype

    @property
    def tile(self) -> tuple[int, ...]:
        """Whole rows, about a megabyte."""
        return row_tile(self._shape, self._encoder.stored.itemsize)

    @property
    def masked(self) -> bool:
        """Whether a pixel can be bad."""
        return self._encoder.masked

    def read(self, box: Box, *, values: bool = True, good: bool = True) -> Block:
        """Read what was written; of a bad pixel the value is NaN."""
        box.check(self._shape)
        found: NDArray[Any] = np.empty(box.shape, self._dtype)
        item = self._encoder.stored.itemsize
        for index, offset, count in self._runs(box):
            raw = np.frombuffer(self._file.read(count * item, offset), self._encoder.stored)
            part = self._encoder.decode(raw)
            found[index] = part.reshape(found[index].shape)
        valid = ~np.isnan(found) if good and self.masked else None
        return Block(found if values else None, valid)

    def write(
        self, box: Box, values: NDArray[Any] | None, good: NDArray[np.bool_] | None = None
    ) -> None:
        """Write values, their validity, or both; a pixel that became bad stays so."""
        box.check(self._shape)
        if values is None:
            if good is None:
                return
            values = self.read(box, good=False).values
            assert values is not None
        values = np.broadcast_to(np.asarray(values), box.shape)
        if good is not None:
            good = np.broadcast_to(good, box.shape)
        item = self._encoder.stored.itemsize
        for index, offset, count in self._runs(box):
            run = values[index].reshape(count)
            valid = None if good is None else good[index].reshape(count)
            for low in range(0, count, _PIECE):
                piece = slice(low, low + _PIECE)
                numbers = self._encoder.encode(run[piece], None if valid is None else valid[piece])
                self._file.write(numbers, offset + low * item)

    def add_mask(self, name: str) -> None:
        """Do nothing: bad pixels are marked in the values themselves.

        Raises
        ------
        MaskError
            If they cannot be.
        """
        if not self.masked:
            raise MaskError(f"{self._file.name} was begun without a value for bad pixels")

    def flush(self) -> None:
        """Do nothing: nothing is kept back."""

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _runs(self, box: Box) -> Iterator[tuple[tuple[Any, ...], int, int]]:
        """Give the parts of a box that are one piece of the file: index, offset and length."""
        ndim, item = len(self._shape), self._encoder.stored.itemsize
        if not box.size:
            return
        outer = ndim  # axes from here on are taken whole
        while outer and box.shape[outer - 1] == self._shape[outer - 1]:
            outer -= 1
        if outer and box.step[outer - 1] == 1:
            outer -= 1  # the run goes over a part of this axis
        inner = prod(box.shape[outer:])
        strides = [prod(self._shape[axis + 1 :]) * item for axis in range(ndim)]
        first = self._start + sum(a * n for a, n in zip(box.start, strides, strict=True))
        steps = [s * n for s, n in zip(box.step, strides, strict=True)]
        for index in product(*(range(n) for n in box.shape[:outer])):
            yield index, first + sum(i * n for i, n in zip(index, steps, strict=False)), inner

    def _fill(self, number: bytes) -> None:
        """Write the stored number of the value 0 everywhere."""
        count = prod(self._shape)
        for low in range(0, count, _PIECE):
            part = number * min(_PIECE, count - low)
            self._file.write(part, self._start + low * len(number))
