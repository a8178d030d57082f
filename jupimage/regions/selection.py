"""The pixels of a lattice as far as a region has them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.errors import MaskError, ReadOnlyError, ShapeError
from jupimage.lattice.block import Block
from jupimage.lattice.box import Box
from jupimage.lattice.lattice import Lattice, WritableLattice
from jupimage.regions.region import Region

__all__ = ["SelectedView"]


class SelectedView:
    """A lattice in which a pixel is good if it is good in another one and lies in a region.

    Values are read from the parent, and written to it, inside the region or not. The mask
    is made of two that belong to others, so it cannot be written.

    Parameters
    ----------
    parent
        The lattice with the pixels.
    region
        Of the same shape.

    Raises
    ------
    ShapeError
        If the shapes differ.

    Examples
    --------
    >>> from jupimage.lattice import MemoryLattice
    >>> from jupimage.regions.region import PlacedRegion
    >>> pixels = MemoryLattice([1.0, 2.0, 3.0], [True, False, True])
    >>> SelectedView(pixels, PlacedRegion(None, Box((0,), (2,)), (3,))).read(Box.whole((3,))).good
    array([ True, False, False])
    """

    masked = True

    def __init__(self, parent: Lattice, region: Region) -> None:
        if region.shape != parent.shape:
            raise ShapeError(f"a region of shape {region.shape} for pixels of {parent.shape}")
        self.parent = parent
        self.region = region

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

    def read(self, box: Box, *, values: bool = True, good: bool = True) -> Block:
        """Read the parent's pixels, and which of them are good there and lie in the region."""
        box.check(self.shape)
        if not good:
            return self.parent.read(box, values=values, good=False)
        selected = self.region.select(box)
        if not values and not self.parent.masked:
            return Block(None, selected)
        block = self.parent.read(box, values=values)
        if block.good is not None:
            np.logical_and(selected, block.good, out=selected)
        return Block(block.values, selected)

    def write(
        self, box: Box, values: NDArray[Any] | None, good: NDArray[np.bool_] | None = None
    ) -> None:
        """Write values into the parent; the mask cannot be written."""
        if good is not None:
            raise MaskError("the mask of a region of an image cannot be written")
        if not isinstance(self.parent, WritableLattice):
            raise ReadOnlyError("the image that this is a region of cannot be written")
        self.parent.write(box, values)

    def add_mask(self, name: str) -> None:
        """Refuse: there is a mask already."""
        raise MaskError("a region of an image cannot be given a mask of its own")

    def flush(self) -> None:
        """Bring what was written to the parent's storage."""
        if isinstance(self.parent, WritableLattice):
            self.parent.flush()

    def close(self) -> None:
        """Do nothing: the parent belongs to somebody else."""
