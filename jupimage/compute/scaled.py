"""A lattice whose pixels are those of another one times a factor, which may vary along axes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jupimage.errors import ShapeError
from jupimage.lattice import Block, Box, Lattice

__all__ = ["ScaledView"]


class ScaledView:
    """The pixels of another lattice, each times a factor; the mask is the other one's.

    The product is computed with double precision and has the type of the pixels.

    Parameters
    ----------
    parent
        The lattice with the pixels.
    factor
        A number, or an array with as many axes as the lattice, of length 1 where it is constant.

    Raises
    ------
    ShapeError
        If the factor does not fit.

    Examples
    --------
    >>> from jupimage.lattice import MemoryLattice
    >>> view = ScaledView(MemoryLattice(np.ones((2, 3))), np.array([[2.0], [3.0]]))
    >>> view.read(Box((1, 1), (2, 3))).values
    array([[3., 3.]])
    """

    def __init__(self, parent: Lattice, factor: ArrayLike) -> None:
        array = np.array(factor, np.float64)
        if array.ndim == 0:
            array = array.reshape((1,) * len(parent.shape))
        fits = array.ndim == len(parent.shape) and all(
            n in (1, length) for n, length in zip(array.shape, parent.shape, strict=True)
        )
        if not fits:
            raise ShapeError(f"a factor of shape {array.shape} for pixels of {parent.shape}")
        self.parent = parent
        self.factor: NDArray[np.float64] = array

    @property
    def shape(self) -> tuple[int, ...]:
        """Length of each axis, slowest first."""
        return self.parent.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the pixels."""
        return self.parent.dtype

    @property
    def tile(self) -> tuple[int, ...]:
        """Storage unit of the other lattice."""
        return self.parent.tile

    @property
    def masked(self) -> bool:
        """Whether the other lattice has a mask."""
        return self.parent.masked

    def read(self, box: Box, *, values: bool = True, good: bool = True) -> Block:
        """Read a box of the other lattice and multiply it."""
        block = self.parent.read(box, values=values, good=good)
        if block.values is None:
            return block
        factor = self.factor[
            tuple(
                slice(None) if n == 1 else part
                for n, part in zip(self.factor.shape, box.slices, strict=True)
            )
        ]
        with np.errstate(all="ignore"):  # infinities and NaN are pixels like others
            np.multiply(block.values, factor, out=block.values, casting="same_kind")
        return block

    def close(self) -> None:
        """Do nothing: the other lattice belongs to somebody else."""
