"""One axis on another grid, as a lattice: the pixels are computed when they are read."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.compute.interpolation import Method
from jupimage.compute.interpolationaxis import AxisStencil, bridged
from jupimage.compute.regridplanes import shared_axes, whole_axes
from jupimage.lattice import Block, Box, Lattice

__all__ = ["AxisRegridView"]

Values = NDArray[Any]

# Pixels that one read computes: what fits into the pieces that a walk through a lattice takes.
_PIECE = 1 << 18


class AxisRegridView:
    """Another lattice, interpolated along one of its axes.

    Parameters
    ----------
    source
        The old pixels.
    axis
        Numpy axis.
    positions
        Where the new pixels lie on it, in old pixels; NaN where there is no position.
    method
        How to interpolate.
    masked
        Whether to have a mask, in which a pixel is good if all pixels that count were good and
        its position is not outside. Without one a mask of `source` plays no part: its bad
        pixels count like others, and go on beyond the ends.

    Examples
    --------
    >>> from jupimage.lattice import MemoryLattice
    >>> old = MemoryLattice([[1.0, 2.0], [3.0, 6.0]])
    >>> new = AxisRegridView(old, 0, np.array([0.0, 0.25, 1.0], np.float64), "linear")
    >>> new.read(Box.whole((3, 2))).values
    array([[1. , 2. ],
           [1.5, 3. ],
           [3. , 6. ]])
    """

    def __init__(
        self,
        source: Lattice,
        axis: int,
        positions: Values,
        method: Method,
        *,
        masked: bool = False,
    ) -> None:
        self.source = source
        self._axis = axis
        self._positions = positions
        self._method: Method = method
        self._masked = masked
        self._shape = (*source.shape[:axis], len(positions), *source.shape[axis + 1 :])

    @property
    def shape(self) -> tuple[int, ...]:
        """Length of each axis, slowest first."""
        return self._shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the pixels: that of the old ones."""
        return self.source.dtype

    @property
    def tile(self) -> tuple[int, ...]:
        """The whole axis where that can be held, so that old pixels are read once."""
        tile = [1] * len(self._shape)
        room = _PIECE
        whole = (self._axis, *self.whole_axes)
        for axis in (*dict.fromkeys(whole), *range(len(tile) - 1, -1, -1)):
            if tile[axis] == 1:
                tile[axis] = max(1, min(self._shape[axis], room))
                room //= max(tile[axis], self.source.shape[axis] if axis == self._axis else 1)
        return tuple(tile)

    @property
    def whole_axes(self) -> tuple[int, ...]:
        """Axes that are best read in whole, as a part of them costs as much."""
        before = tuple(axis for axis in whole_axes(self.source) if axis != self._axis)
        return (self._axis, *before) if self._method == "cubic" else before

    @property
    def shared_axes(self) -> tuple[int, ...]:
        """Axes along which pixels share the work of computing them: those of the old pixels."""
        return shared_axes(self.source)

    @property
    def masked(self) -> bool:
        """Whether pixels without a clean value are marked as bad."""
        return self._masked

    def read(self, box: Box, *, values: bool = True, good: bool = True) -> Block:
        """Compute the pixels of a box."""
        box.check(self._shape)
        axis = self._axis
        wanted = self._positions[box.start[axis] : box.stop[axis] : box.step[axis]]
        stencil = AxisStencil(self._method, wanted, self.source.shape[axis])
        first, end = stencil.span()
        old = Box(
            _replaced(box.start, axis, first),
            _replaced(box.stop, axis, end),
            _replaced(box.step, axis, 1),
        )
        block = self.source.read(old, good=self._masked and self.source.masked)
        assert block.values is not None
        lines = np.moveaxis(block.values, axis, 0)
        marks = None
        if self._masked:
            clean = np.ones(lines.shape, bool)
            if block.good is not None:
                clean = np.moveaxis(block.good, axis, 0)
                if self._method == "cubic":
                    lines = bridged(lines, clean)
            marks = stencil.clean(clean, first=first)
        found = _interpolated(stencil, lines, first)
        return Block(
            np.ascontiguousarray(np.moveaxis(found, 0, axis)) if values else None,
            np.ascontiguousarray(np.moveaxis(marks, 0, axis))
            if marks is not None and good
            else None,
        )


def _replaced(values: tuple[int, ...], axis: int, value: int) -> tuple[int, ...]:
    return (*values[:axis], value, *values[axis + 1 :])


def _interpolated(stencil: AxisStencil, lines: Values, first: int) -> Values:
    """Interpolate lines; the real and the imaginary part of complex ones each on its own."""
    if lines.dtype.kind != "c":
        return stencil.values(lines, first=first)
    parts = np.ascontiguousarray(lines).view(lines.real.dtype).reshape(*lines.shape, 2)
    found = np.ascontiguousarray(stencil.values(parts, first=first))
    return found.reshape(*found.shape[:-2], -1).view(lines.dtype)
