"""A section of a lattice, seen as a lattice of its own.

A section of a section is one view of the first lattice, so that long chains of slices cost
what one slice costs.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.errors import BoxError, MaskError, ReadOnlyError
from jupimage.lattice.block import Block
from jupimage.lattice.box import Box
from jupimage.lattice.lattice import Lattice, WritableLattice

__all__ = ["SectionView"]


class SectionView:
    """The pixels of one box of another lattice; reading and writing go through to it.

    Parameters
    ----------
    parent
        The lattice to look into.
    box
        The section, inside the parent's shape.
    drop
        Axes of length 1 in the section that the view does not have.

    Examples
    --------
    >>> from jupimage.lattice import MemoryLattice
    >>> cube = MemoryLattice(np.arange(24.0).reshape(2, 3, 4))
    >>> view = SectionView(cube, Box((1, 0, 0), (2, 3, 4), (1, 1, 2)), drop=(0,))
    >>> view.shape
    (3, 2)
    >>> view.read(Box.whole(view.shape)).values
    array([[12., 14.],
           [16., 18.],
           [20., 22.]])
    """

    def __init__(self, parent: Lattice, box: Box, *, drop: Iterable[int] = ()) -> None:
        box.check(parent.shape)
        dropped = frozenset(drop)
        for axis in dropped:
            if not 0 <= axis < box.ndim or box.shape[axis] != 1:
                raise BoxError(f"only an axis of length 1 can be dropped, got axis {axis} of {box}")
        if isinstance(parent, SectionView):
            box, dropped = parent._outer(box), parent._outer_axes(dropped)
            parent = parent.parent
        self.parent: Lattice = parent
        self.box = box
        self._masked = parent.masked
        self._kept = tuple(axis for axis in range(box.ndim) if axis not in dropped)

    @property
    def shape(self) -> tuple[int, ...]:
        """Length of each axis that is left, slowest first."""
        full = self.box.shape
        return tuple(full[axis] for axis in self._kept)

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the pixels."""
        return self.parent.dtype

    @property
    def tile(self) -> tuple[int, ...]:
        """Storage unit of the parent, in pixels of the view."""
        tile = self.parent.tile
        return tuple(max(1, tile[axis] // self.box.step[axis]) for axis in self._kept)

    @property
    def masked(self) -> bool:
        """Whether the parent had a mask when the view was made; one made later is not seen."""
        return self._masked

    def read(self, box: Box, *, values: bool = True, good: bool = True) -> Block:
        """Read a box of the view from the parent."""
        box.check(self.shape)
        block = self.parent.read(self._outer(box), values=values, good=good and self._masked)
        return Block(
            None if block.values is None else block.values.reshape(box.shape),
            None if block.good is None else block.good.reshape(box.shape),
        )

    def write(
        self, box: Box, values: NDArray[Any] | None, good: NDArray[np.bool_] | None = None
    ) -> None:
        """Write a box of the view into the parent."""
        box.check(self.shape)
        if not isinstance(self.parent, WritableLattice):
            raise ReadOnlyError("the image that this is a section of cannot be written")
        if good is not None and not self._masked:
            raise MaskError("the image that this is a section of has no mask to write to")
        outer = self._outer(box)
        self.parent.write(
            outer,
            None if values is None else np.broadcast_to(values, box.shape).reshape(outer.shape),
            None if good is None else np.broadcast_to(good, box.shape).reshape(outer.shape),
        )

    def add_mask(self, name: str) -> None:
        """Refuse: a mask belongs to a whole image."""
        raise MaskError("a section of an image without a mask cannot be given one of its own")

    def flush(self) -> None:
        """Bring what was written to the parent's storage."""
        if isinstance(self.parent, WritableLattice):
            self.parent.flush()

    def close(self) -> None:
        """Do nothing: the parent belongs to somebody else."""

    def _outer(self, box: Box) -> Box:
        """Return `box`, a section of this view, as a section of the parent."""
        ndim = self.box.ndim
        start, stop, step = [0] * ndim, [1] * ndim, [1] * ndim
        for axis, a, b, s in zip(self._kept, box.start, box.stop, box.step, strict=True):
            start[axis], stop[axis], step[axis] = a, b, s
        return self.box.inside(Box(tuple(start), tuple(stop), tuple(step)))

    def _outer_axes(self, dropped: frozenset[int]) -> frozenset[int]:
        """Return all axes of the parent that are gone once `dropped` of this view are."""
        kept = {axis for i, axis in enumerate(self._kept) if i not in dropped}
        return frozenset(range(self.box.ndim)) - kept
