"""Lattices joined along one axis, without copying a pixel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage import options
from jupimage.errors import BoxError, DataTypeError, MaskError, ReadOnlyError, ShapeError
from jupimage.lattice.block import Block
from jupimage.lattice.box import Box
from jupimage.lattice.lattice import FillingLattice, Lattice, WritableLattice

__all__ = ["ConcatView"]

_SHARE = 1 << 21  # pixels from which on threads are worth starting

_Piece = tuple[Lattice, Box, tuple[slice, ...]]


class ConcatView:
    """Several lattices joined along one axis; reads and writes go to the parts.

    Where some parts have a mask and others have none, the pixels of the others are good.

    Parameters
    ----------
    parts
        Lattices of one type and, apart from `axis`, one shape.
    axis
        The axis along which they follow each other (0 = slowest).

    Raises
    ------
    ShapeError, DataTypeError, BoxError
        If shapes or types differ, or there is no such axis.

    Examples
    --------
    >>> from jupimage.lattice import MemoryLattice
    >>> both = ConcatView([MemoryLattice([1.0, 2.0]), MemoryLattice([3.0])], axis=0)
    >>> both.read(Box((1,), (3,))).values
    array([2., 3.])
    """

    def __init__(self, parts: Sequence[Lattice], *, axis: int) -> None:
        if not parts:
            raise ShapeError("at least one image is needed to concatenate, got none")
        first = parts[0]
        if not 0 <= axis < len(first.shape):
            raise BoxError(f"axis {axis} lies outside 0..{len(first.shape) - 1}")
        for number, part in enumerate(parts):
            if part.dtype != first.dtype:
                raise DataTypeError(
                    f"images to concatenate must have one type, got {first.dtype} and, "
                    f"for number {number}, {part.dtype}"
                )
            if _without(part.shape, axis) != _without(first.shape, axis):
                raise ShapeError(
                    f"images to concatenate along axis {axis} must agree in the others, got "
                    f"{first.shape} and, for number {number}, {part.shape}"
                )
        self.parts = tuple(parts)
        self.axis = axis
        self._masked = any(part.masked for part in parts)
        self._ends = tuple(accumulate(part.shape[axis] for part in parts))

    @property
    def shape(self) -> tuple[int, ...]:
        """Length of each axis, slowest first."""
        shape = list(self.parts[0].shape)
        shape[self.axis] = self._ends[-1]
        return tuple(shape)

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the pixels."""
        return self.parts[0].dtype

    @property
    def tile(self) -> tuple[int, ...]:
        """Storage unit of the first part."""
        return self.parts[0].tile

    @property
    def masked(self) -> bool:
        """Whether any part had a mask when the view was made; one made later is not seen."""
        return self._masked

    def read(self, box: Box, *, values: bool = True, good: bool = True) -> Block:
        """Read a box; it may straddle any number of parts, with any stride."""
        box.check(self.shape)
        pieces = list(self._pieces(box))
        if len(pieces) == 1 and not self.masked:
            part, inner, _ = pieces[0]
            return part.read(inner, values=values, good=False)
        pixels = np.empty(box.shape, self.dtype) if values else None
        valid = np.ones(box.shape, bool) if good and self.masked else None

        def fill(piece: _Piece) -> None:
            part, inner, where = piece
            if pixels is not None and isinstance(part, FillingLattice):
                part.read_into(inner, pixels[where])
                block = part.read(inner, values=False, good=good)
            else:
                block = part.read(inner, values=values, good=good)
            if pixels is not None and block.values is not None:
                pixels[where] = block.values
            if valid is not None and block.good is not None:
                valid[where] = block.good

        workers = options.workers()
        if workers == 1 or box.size < _SHARE:
            for piece in pieces:
                fill(piece)
        else:
            with ThreadPoolExecutor(workers, thread_name_prefix="jupimage-join") as pool:
                for _ in pool.map(fill, pieces):
                    pass
        return Block(pixels, valid)

    def write(
        self, box: Box, values: NDArray[Any] | None, good: NDArray[np.bool_] | None = None
    ) -> None:
        """Write a box into the parts; nothing is written unless all of them can be."""
        box.check(self.shape)
        pieces = list(self._pieces(box))
        for part, _, _ in pieces:
            if not isinstance(part, WritableLattice):
                raise ReadOnlyError("one of the concatenated images cannot be written")
            if good is not None and not part.masked:
                raise MaskError("one of the concatenated images has no mask to write to")
        for part, inner, where in pieces:
            assert isinstance(part, WritableLattice)
            part.write(
                inner,
                None if values is None else np.broadcast_to(values, box.shape)[where],
                None if good is None else np.broadcast_to(good, box.shape)[where],
            )

    def add_mask(self, name: str) -> None:
        """Refuse: masks belong to the parts."""
        raise MaskError("a concatenation cannot be given a mask of its own")

    def flush(self) -> None:
        """Bring what was written to the storage of the parts."""
        for part in self.parts:
            if isinstance(part, WritableLattice):
                part.flush()

    def close(self) -> None:
        """Do nothing: the parts belong to somebody else."""

    def _pieces(self, box: Box) -> Iterator[_Piece]:
        """Give for each part that `box` meets: the part, the box in it, its place in the result."""
        axis, step = self.axis, box.step[self.axis]
        done = 0
        for part, end in zip(self.parts, self._ends, strict=True):
            begin = end - part.shape[axis]
            first = box.start[axis] + done * step
            last = min(box.stop[axis], end)
            if first >= last:
                continue
            inner = Box(
                _with(box.start, axis, first - begin), _with(box.stop, axis, last - begin), box.step
            )
            count = inner.shape[axis]
            where = [slice(None)] * box.ndim
            where[axis] = slice(done, done + count)
            yield part, inner, tuple(where)
            done += count


def _without(shape: tuple[int, ...], axis: int) -> tuple[int, ...]:
    return shape[:axis] + shape[axis + 1 :]


def _with(values: tuple[int, ...], axis: int, value: int) -> tuple[int, ...]:
    return (*values[:axis], value, *values[axis + 1 :])
