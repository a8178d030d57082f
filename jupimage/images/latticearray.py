"""An image as packages see arrays that are not theirs: a shape, a type, and pixels by index."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.lattice import Box, Lattice

__all__ = ["LatticeArray"]

Index = slice | int | NDArray[Any] | list[Any]


class LatticeArray:
    """The pixels of a lattice by numpy index, NaN where they are bad.

    It travels to other processes if the lattice does: one on disk is opened again there.

    Parameters
    ----------
    lattice
        Where to read.

    Examples
    --------
    >>> from jupimage.lattice import MemoryLattice
    >>> LatticeArray(MemoryLattice([1.0, 2.0, 3.0], [True, False, True]))[1:]
    array([nan,  3.])
    """

    def __init__(self, lattice: Lattice) -> None:
        self._lattice = lattice
        self.shape = tuple(lattice.shape)
        self.dtype = np.dtype(lattice.dtype)
        self.ndim = len(self.shape)

    def __getitem__(self, index: tuple[Index, ...] | Index) -> NDArray[Any]:
        items = index if isinstance(index, tuple) else (index,)
        items += (slice(None),) * (self.ndim - len(items))
        start, stop, step = [], [], []
        after: list[Any] = []  # what is left to do once the box is read
        for item, length in zip(items, self.shape, strict=True):
            a, b, s, left = 0, length, 1, item
            if isinstance(item, slice) and (item.step is None or item.step > 0):
                a, b, s = item.indices(length)
                left = slice(None)
            elif isinstance(item, int | np.integer):
                a = int(item) % length
                b, left = a + 1, 0
            start.append(a)
            stop.append(max(a, b))
            step.append(s)
            after.append(left)
        found = self._lattice.read(Box(tuple(start), tuple(stop), tuple(step))).filled()
        plain = all(isinstance(left, slice) and left == slice(None) for left in after)
        return found if plain else found[tuple(after)]
