"""Pixels that are all zero and take no memory: a new image before anything is written."""

from __future__ import annotations

from typing import Any

import numpy as np

from jupimage.lattice.block import Block
from jupimage.lattice.box import Box
from jupimage.lattice.memory import row_tile

__all__ = ["ZeroLattice"]


class ZeroLattice:
    """A lattice of zeros, all of them good.

    Parameters
    ----------
    shape
        Length of each axis, slowest first.
    dtype
        Type of the pixels.
    masked
        Whether it counts as having a mask.

    Examples
    --------
    >>> ZeroLattice((1000, 100_000, 100_000), float).read(Box((5, 7, 7), (6, 8, 9))).values
    array([[[0., 0.]]])
    """

    def __init__(
        self, shape: tuple[int, ...], dtype: np.dtype[Any] | type, *, masked: bool = False
    ) -> None:
        self.shape = shape
        self.dtype = np.dtype(dtype)
        self.masked = masked

    @property
    def tile(self) -> tuple[int, ...]:
        """Natural unit of work, about a megabyte."""
        return row_tile(self.shape, self.dtype.itemsize)

    def read(self, box: Box, *, values: bool = True, good: bool = True) -> Block:
        """Return zeros, their validity, or both."""
        box.check(self.shape)
        return Block(
            np.zeros(box.shape, self.dtype) if values else None,
            np.ones(box.shape, np.bool_) if good and self.masked else None,
        )
