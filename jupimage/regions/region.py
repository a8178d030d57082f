"""A region is a lattice of Bools: which pixels of an image belong to it.

It has the shape of the image and is read box by box like every other lattice, so a mask need not
know whether it is stored pixel by pixel or is a circle of four numbers. Nothing is computed or
read but what the box asks for.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.errors import ShapeError
from jupimage.lattice.block import Block
from jupimage.lattice.box import Box
from jupimage.lattice.lattice import Lattice
from jupimage.lattice.memory import row_tile

__all__ = ["Bools", "PlacedRegion", "Region", "overlap"]

Bools = NDArray[np.bool_]


class Region:
    """Pixels of an image; a subclass says in `select` which.

    Parameters
    ----------
    shape
        Of the image, slowest axis first.
    """

    dtype: np.dtype[Any] = np.dtype(bool)
    masked = False

    def __init__(self, shape: tuple[int, ...]) -> None:
        self._shape = shape

    @property
    def shape(self) -> tuple[int, ...]:
        """Length of each axis, slowest first."""
        return self._shape

    @property
    def tile(self) -> tuple[int, ...]:
        """Natural unit of work."""
        return row_tile(self._shape, 1)

    @property
    def bounds(self) -> Box:
        """A box that holds all pixels of the region; empty (of size 0) if it has none.

        It is as tight as can be said without looking at many pixels: the whole image where
        nothing is known.
        """
        return Box.whole(self._shape)

    @property
    def filled(self) -> bool:
        """Whether all pixels of `bounds` are known to belong to the region: it is a plain box."""
        return False

    def read(self, box: Box, *, values: bool = True, good: bool = True) -> Block:
        """Read which pixels of `box` belong to the region."""
        box.check(self._shape)
        return Block(self.select(box) if values else None)

    def select(self, box: Box) -> Bools:
        """Return a fresh array, True where a pixel of `box` belongs to the region."""
        raise NotImplementedError


class PlacedRegion(Region):
    """A lattice of Bools that covers a part of an image; nothing else belongs to the region.

    Parameters
    ----------
    lattice
        True where a pixel belongs to the region; None if all do.
    box
        Where it lies in the image.
    shape
        Of the image.

    Raises
    ------
    ShapeError
        If the lattice has not the shape of the box.

    Examples
    --------
    >>> region = PlacedRegion(None, Box((1, 0), (2, 2)), (2, 3))
    >>> region.read(Box.whole((2, 3))).values
    array([[False, False, False],
           [ True,  True, False]])
    """

    def __init__(self, lattice: Lattice | None, box: Box, shape: tuple[int, ...]) -> None:
        super().__init__(shape)
        box.check(shape)
        if lattice is not None and lattice.shape != box.shape:
            raise ShapeError(f"a mask of shape {lattice.shape} for a box of {box.shape}")
        self.lattice = lattice
        self.box = box

    @property
    def bounds(self) -> Box:
        """Where the lattice lies."""
        return self.box

    @property
    def filled(self) -> bool:
        """Whether there is no lattice."""
        return self.lattice is None

    def select(self, box: Box) -> Bools:
        """Return a fresh array, True where a pixel of `box` belongs to the region."""
        selected = np.zeros(box.shape, bool)
        common = overlap(box, self.box)
        if common is None:
            return selected
        part, there = common
        if self.lattice is None:
            selected[part] = True
            return selected
        start = tuple(a - low for a, low in zip(there.start, self.box.start, strict=True))
        stop = tuple(b - low for b, low in zip(there.stop, self.box.start, strict=True))
        selected[part] = self.lattice.read(Box(start, stop, there.step), good=False).values
        return selected


def overlap(box: Box, bounds: Box) -> tuple[tuple[slice, ...], Box] | None:
    """Return the part of a box that lies in another one without strides.

    Returns
    -------
    tuple of slice, Box
        The part as an index of an array of the shape of `box`, and as a box; None if there
        is none.

    Examples
    --------
    >>> overlap(Box((0,), (9,), (2,)), Box((3,), (7,)))
    ((slice(2, 4, None),), Box(start=(4,), stop=(7,), step=(2,)))
    """
    there = [
        _overlap(part, low, high)
        for part, low, high in zip(box.slices, bounds.start, bounds.stop, strict=True)
    ]
    if any(first >= last for first, last in there):
        return None
    start = tuple(
        a + first * step for a, step, (first, _) in zip(box.start, box.step, there, strict=True)
    )
    stop = tuple(
        a + (last - first - 1) * step + 1
        for a, step, (first, last) in zip(start, box.step, there, strict=True)
    )
    return tuple(slice(first, last) for first, last in there), Box(start, stop, box.step)


def _overlap(part: slice, low: int, high: int) -> tuple[int, int]:
    """Return which elements of a slice lie in ``low:high``, as a half-open range."""
    start, step = part.start, part.step
    count = max(0, -(-(part.stop - start) // step))
    first = max(0, -(-(low - start) // step))
    last = min(count, max(0, -(-(high - start) // step)))
    return first, last
