"""A lattice seen through another mask than its own, or through none."""

from __future__ import annotations

from typing import Any

import numpy as np

from jupimage.errors import ShapeError
from jupimage.lattice.block import Block
from jupimage.lattice.box import Box
from jupimage.lattice.lattice import Lattice

__all__ = ["MaskedView"]


class MaskedView:
    """The pixels of one lattice under the mask that another one holds.

    Parameters
    ----------
    parent
        The lattice with the pixels; its own mask is not used.
    selection
        A Bool lattice of the same shape, True where a pixel is valid; None for no mask.

    Raises
    ------
    ShapeError
        If the two shapes differ.

    Examples
    --------
    >>> from jupimage.lattice import MemoryLattice
    >>> view = MaskedView(MemoryLattice([1.0, 2.0]), MemoryLattice([True, False]))
    >>> view.read(Box.whole((2,))).good
    array([ True, False])
    """

    def __init__(self, parent: Lattice, selection: Lattice | None) -> None:
        if selection is not None and selection.shape != parent.shape:
            raise ShapeError(f"a mask of shape {selection.shape} for pixels of {parent.shape}")
        self.parent = parent
        self.selection = selection

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
        """Storage unit of the pixels."""
        return self.parent.tile

    @property
    def masked(self) -> bool:
        """Whether a mask is in use."""
        return self.selection is not None

    def read(self, box: Box, *, values: bool = True, good: bool = True) -> Block:
        """Read the parent's pixels and the other lattice's validity."""
        box.check(self.shape)
        pixels = self.parent.read(box, good=False).values if values else None
        if not good or self.selection is None:
            return Block(pixels)
        validity = self.selection.read(box, good=False).values
        assert validity is not None
        return Block(pixels, validity.astype(bool, copy=False))

    def close(self) -> None:
        """Do nothing: both lattices belong to somebody else."""
