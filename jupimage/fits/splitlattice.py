"""Several images seen as one, with an axis more: data and errors in parts of a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.fits.newlattice import NewLattice
from jupimage.lattice.block import Block
from jupimage.lattice.box import Box

__all__ = ["SplitLattice"]


class SplitLattice:
    """Writes each index along one axis to an image of its own.

    Parameters
    ----------
    parts
        One image for each index, all of the same shape.
    axis
        The axis that they do not have.
    """

    def __init__(self, parts: Sequence[NewLattice], axis: int) -> None:
        self._parts = tuple(parts)
        self._axis = axis

    @property
    def shape(self) -> tuple[int, ...]:
        """Length of each axis, slowest first."""
        shape = self._parts[0].shape
        return (*shape[: self._axis], len(self._parts), *shape[self._axis :])

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the values."""
        return self._parts[0].dtype

    @property
    def tile(self) -> tuple[int, ...]:
        """That of a part."""
        tile = self._parts[0].tile
        return (*tile[: self._axis], 1, *tile[self._axis :])

    @property
    def masked(self) -> bool:
        """Whether a pixel can be bad."""
        return self._parts[0].masked

    def read(self, box: Box, *, values: bool = True, good: bool = True) -> Block:
        """Read what was written."""
        box.check(self.shape)
        blocks = [part.read(inner, good=good) for part, inner, _ in self._members(box)]

        def joined(arrays: list[Any]) -> Any:
            empty = np.empty(box.shape, self.dtype)
            return np.stack(arrays, self._axis) if arrays else empty

        found = joined([block.values for block in blocks])
        valid = joined([block.good for block in blocks]) if good and self.masked else None
        return Block(found if values else None, None if valid is None else valid.astype(bool))

    def write(
        self, box: Box, values: NDArray[Any] | None, good: NDArray[np.bool_] | None = None
    ) -> None:
        """Write values, their validity, or both."""
        box.check(self.shape)
        for part, inner, number in self._members(box):
            part.write(
                inner,
                None if values is None else np.take(values, number, self._axis),
                None if good is None else np.take(good, number, self._axis),
            )

    def add_mask(self, name: str) -> None:
        """Make a mask in each part."""
        for part in self._parts:
            part.add_mask(name)

    def flush(self) -> None:
        """Do nothing: nothing is kept back."""

    def close(self) -> None:
        """Close the file."""
        self._parts[0].close()

    def _members(self, box: Box) -> Iterator[tuple[NewLattice, Box, int]]:
        """Give the parts that a box concerns, the box in each, and its place along the axis."""
        axis = self._axis

        def without(values: tuple[int, ...]) -> tuple[int, ...]:
            return values[:axis] + values[axis + 1 :]

        inner = Box(without(box.start), without(box.stop), without(box.step))
        for number, index in enumerate(range(box.start[axis], box.stop[axis], box.step[axis])):
            yield self._parts[index], inner, number
