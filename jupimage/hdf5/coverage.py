"""Which chunks of a dataset were written, so that nothing need be read to know it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np
from numpy.typing import NDArray

from jupimage.lattice import Box

__all__ = ["Coverage"]


class Coverage:
    """Marks for the chunks of a dataset.

    Parameters
    ----------
    shape, chunk
        Of the dataset and of a chunk, slowest axis first.

    Examples
    --------
    >>> coverage = Coverage((4, 5), (2, 2))
    >>> coverage.mark(Box((0, 0), (2, 3))), coverage.mark(Box((1, 1), (3, 2)))
    (True, False)
    >>> list(coverage.unmarked())
    [Box(start=(0, 4), stop=(2, 5), step=(1, 1)), Box(start=(2, 2), stop=(4, 4), step=(1, 1)), \
Box(start=(2, 4), stop=(4, 5), step=(1, 1))]
    """

    def __init__(self, shape: tuple[int, ...], chunk: tuple[int, ...]) -> None:
        self._shape = shape
        self._chunk = chunk
        grid = tuple(-(-n // c) for n, c in zip(shape, chunk, strict=True))
        self._marks = np.zeros(grid, bool)

    def mark(self, box: Box) -> bool:
        """Mark the chunks that a box touches; return whether none of them was marked."""
        part = self._marks[self._range(box)]
        fresh = not part.any()
        part[...] = True
        return fresh

    def marked(self, box: Box) -> NDArray[np.bool_]:
        """Return for each pixel of a box whether its chunk is marked."""
        index = np.ix_(
            *(
                np.arange(part.start, part.stop, part.step) // chunk
                for part, chunk in zip(box.slices, self._chunk, strict=True)
            )
        )
        found: NDArray[np.bool_] = self._marks[index]
        return found

    def unmarked_edges(self, box: Box) -> Iterator[Box]:
        """Yield the chunks without a mark that a box touches, but does not cover."""
        for place in self._chunks(self._range(box)):
            piece = self._box(place)
            inside = zip(piece.slices, box.slices, strict=True)
            if not all(b.step == 1 and b.start <= p.start and p.stop <= b.stop for p, b in inside):
                yield piece

    def unmarked(self) -> Iterator[Box]:
        """Yield boxes of chunks without a mark, whole layers of them where that is so."""
        inner = tuple(slice(0, n) for n in self._marks.shape[1:])
        for layer in range(self._marks.shape[0]):
            if not self._marks[layer].any():
                start = (layer * self._chunk[0], *(0 for _ in inner))
                stop = min((layer + 1) * self._chunk[0], self._shape[0])
                yield Box(start, (stop, *self._shape[1:]))
            else:
                for place in self._chunks((slice(layer, layer + 1), *inner)):
                    yield self._box(place)

    def _range(self, box: Box) -> tuple[slice, ...]:
        return tuple(
            slice(start // chunk, -(-stop // chunk))
            for start, stop, chunk in zip(box.start, box.stop, self._chunk, strict=True)
        )

    def _chunks(self, part: tuple[slice, ...]) -> Iterator[tuple[int, ...]]:
        """Yield the places, among those in a part of the grid, that have no mark."""
        if self._marks[part].all():
            return
        for place in product(*(range(s.start, s.stop) for s in part)):
            if not self._marks[place]:
                yield place

    def _box(self, place: tuple[int, ...]) -> Box:
        start = tuple(number * chunk for number, chunk in zip(place, self._chunk, strict=True))
        stop = (min(a + c, n) for a, c, n in zip(start, self._chunk, self._shape, strict=True))
        return Box(start, tuple(stop))
