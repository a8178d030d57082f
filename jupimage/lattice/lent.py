"""An array of somebody else, looked at block by block and never copied as a whole."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.lattice.block import Block
from jupimage.lattice.box import Box
from jupimage.lattice.memory import row_tile

__all__ = ["LentLattice"]


class LentLattice:
    """The pixels of an array for the time of one walk, as when an array is saved.

    Its blocks look into the array: whoever reads them may not change them, and who keeps one
    keeps the array.

    Parameters
    ----------
    values
        The pixels, in native byte order.
    good
        True where a pixel is valid, of the same shape; None for no mask.

    Examples
    --------
    >>> lattice = LentLattice(np.arange(6.0).reshape(2, 3))
    >>> lattice.read(Box((1, 0), (2, 3))).values
    array([[3., 4., 5.]])
    """

    def __init__(self, values: NDArray[Any], good: NDArray[np.bool_] | None = None) -> None:
        self._values = values
        self._good = good

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
        """Natural unit of work, about a megabyte."""
        return row_tile(self.shape, self.dtype.itemsize)

    @property
    def masked(self) -> bool:
        """Whether there is a mask."""
        return self._good is not None

    def read(self, box: Box, *, values: bool = True, good: bool = True) -> Block:
        """Return a look at the pixels of `box`, at their validity, or both."""
        box.check(self.shape)
        return Block(
            self._values[box.slices] if values else None,
            self._good[box.slices] if good and self._good is not None else None,
        )
