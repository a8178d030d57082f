"""Pixels held in memory: temporary images, and the stand-in for a file in tests."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jupimage.errors import ClosedError, DataTypeError, MaskError, ShapeError
from jupimage.lattice.block import Block
from jupimage.lattice.box import Box

__all__ = ["MemoryLattice"]


class MemoryLattice:
    """A lattice whose pixels are a numpy array of its own.

    Parameters
    ----------
    values
        The pixels; copied unless `copy` is False, in which case the array is shared.
    good
        True where a pixel is valid, of the same shape; None for no mask.
    copy
        Whether to copy both arrays.

    Examples
    --------
    >>> lattice = MemoryLattice(np.arange(6.0).reshape(2, 3))
    >>> lattice.read(Box((1, 0), (2, 3))).values
    array([[3., 4., 5.]])
    """

    def __init__(
        self, values: ArrayLike, good: ArrayLike | None = None, *, copy: bool = True
    ) -> None:
        array = np.asarray(values)
        if array.dtype.kind not in "biufc":
            raise DataTypeError(f"pixels must be numbers, got an array of {array.dtype}")
        native = array.dtype.newbyteorder("=")
        self._values = np.array(array, native, copy=True if copy else None, order="C", ndmin=1)
        self._good: NDArray[np.bool_] | None = None
        if good is not None:
            self._good = np.array(good, bool, copy=True if copy else None, ndmin=1)
            if self._good.shape != self._values.shape:
                raise ShapeError(
                    f"a mask of shape {self._good.shape} for pixels of shape {self._values.shape}"
                )
        self._lock = threading.RLock()
        self._closed = False
        self._writes = 0

    @classmethod
    def zeros(cls, shape: tuple[int, ...], dtype: np.dtype[Any] | type) -> MemoryLattice:
        """Return a lattice of zeros; the system hands out the memory when it is written."""
        return cls(np.zeros(shape, dtype), copy=False)

    @property
    def shape(self) -> tuple[int, ...]:
        """Length of each axis, slowest first."""
        return self._values.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the pixels."""
        return self._values.dtype

    @property
    def tile(self) -> tuple[int, ...]:
        """Natural unit of work: whole rows of the array, about a megabyte at a time."""
        return row_tile(self._values.shape, self._values.itemsize)

    @property
    def masked(self) -> bool:
        """Whether there is a mask."""
        return self._good is not None

    @property
    def version(self) -> int:
        """What differs once pixels or mask were written."""
        return self._writes

    def read(self, box: Box, *, values: bool = True, good: bool = True) -> Block:
        """Read a copy of the pixels of `box`, their validity, or both."""
        self._check(box)
        with self._lock:
            return Block(
                self._values[box.slices].copy() if values else None,
                self._good[box.slices].copy() if good and self._good is not None else None,
            )

    def write(
        self, box: Box, values: NDArray[Any] | None, good: NDArray[np.bool_] | None = None
    ) -> None:
        """Write pixels, their validity, or both, into `box`."""
        self._check(box)
        with self._lock:
            if good is not None and self._good is None:
                raise MaskError("the image has no mask to write to")
            self._writes += 1
            if values is not None:
                self._values[box.slices] = values
            if good is not None:
                assert self._good is not None
                self._good[box.slices] = good

    def add_mask(self, name: str) -> None:
        """Make a mask with all pixels good; in memory there is one, whatever its name."""
        with self._lock:
            self._writes += 1
            self._good = np.ones(self._values.shape, bool)

    def flush(self) -> None:
        """Do nothing: what is in memory is where it belongs."""

    def close(self) -> None:
        """Let go of the memory."""
        with self._lock:
            shape, dtype = self._values.shape, self._values.dtype
            self._values = np.broadcast_to(np.zeros((), dtype), shape)
            self._good = None
            self._closed = True

    def _check(self, box: Box) -> None:
        if self._closed:
            raise ClosedError("the image was closed")
        box.check(self._values.shape)

    def __getstate__(self) -> dict[str, Any]:
        return {"_values": self._values, "_good": self._good, "_closed": self._closed}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._writes = 0
        self._lock = threading.RLock()


def row_tile(shape: tuple[int, ...], itemsize: int, target: int = 1 << 20) -> tuple[int, ...]:
    """Return the tile of a plain C array: as many whole fast axes as fit into `target` bytes.

    Examples
    --------
    >>> row_tile((100, 512, 512), 4)
    (1, 512, 512)
    >>> row_tile((100, 4096, 4096), 4)
    (1, 64, 4096)
    """
    room = max(1, target // itemsize)
    tile = [1] * len(shape)
    for axis in range(len(shape) - 1, -1, -1):
        tile[axis] = max(1, min(shape[axis], room))
        room //= tile[axis]
        if tile[axis] < shape[axis]:
            break
    return tuple(tile)
