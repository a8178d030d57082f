"""``rebin``: means over blocks of pixels."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.coordinates import coordinatesystem
from jupimage.errors import ReadOnlyError
from jupimage.lattice import Block, Box, Lattice

__all__ = ["RebinnedView", "rebinned_system"]


class RebinnedView:
    """Means of the valid pixels in blocks; a last block that is cut off is the mean of the rest.

    Parameters
    ----------
    parent
        The lattice.
    bins
        Length of a block along each axis.

    Examples
    --------
    >>> from jupimage.lattice import MemoryLattice
    >>> view = RebinnedView(MemoryLattice([1.0, 3.0, 8.0]), (2,))
    >>> view.read(Box((0,), (2,))).values
    array([2., 8.])
    """

    def __init__(self, parent: Lattice, bins: tuple[int, ...]) -> None:
        self._parent = parent
        self._bins = tuple(min(b, n) for b, n in zip(bins, parent.shape, strict=True))
        self.sources: tuple[Lattice, ...] = getattr(parent, "sources", (parent,))

    @property
    def shape(self) -> tuple[int, ...]:
        """Length of each axis, slowest first."""
        return tuple(-(-n // b) for n, b in zip(self._parent.shape, self._bins, strict=True))

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the pixels."""
        return self._parent.dtype

    @property
    def masked(self) -> bool:
        """Whether the lattice has a mask."""
        return self._parent.masked

    @property
    def tile(self) -> tuple[int, ...]:
        """Storage unit of the parent in blocks."""
        return tuple(max(1, t // b) for t, b in zip(self._parent.tile, self._bins, strict=True))

    def read(self, box: Box, *, values: bool = True, good: bool = True) -> Block:
        """Compute the pixels of `box`, their validity, or both."""
        box.check(self.shape)
        if any(step != 1 for step in box.step):
            block = self.read(Box(box.start, box.stop))
            steps = tuple(slice(None, None, step) for step in box.step)
            return Block(*(None if part is None else part[steps].copy() for part in block))
        start = tuple(a * b for a, b in zip(box.start, self._bins, strict=True))
        stop = tuple(
            min(c * b, n) for c, b, n in zip(box.stop, self._bins, self._parent.shape, strict=True)
        )
        block = self._parent.read(Box(start, stop))
        assert block.values is not None
        counts = np.ones(block.values.shape, np.float32) if block.good is None else block.good
        pixels = block.values if block.good is None else np.where(block.good, block.values, 0)
        sums, counts = self._sums(pixels), self._sums(counts.astype(np.float32))
        with np.errstate(all="ignore"):
            found = np.where(counts > 0, sums / np.maximum(counts, 1), 0).astype(self.dtype)
        return Block(
            found if values else None, (counts > 0) if good and block.good is not None else None
        )

    def _sums(self, found: NDArray[Any]) -> NDArray[Any]:
        """Add up the pixels of each block, in the type of the pixels."""
        for axis, width in enumerate(self._bins):
            if width > 1:
                starts = np.arange(0, found.shape[axis], width)
                found = np.add.reduceat(found, starts, axis=axis)
        return found

    def write(self, box: Box, values: Any, good: Any = None) -> None:
        """Refuse."""
        raise ReadOnlyError("means of pixels cannot be written")


def rebinned_system(system: coordinatesystem, bins: tuple[int, ...]) -> coordinatesystem:
    """Return the coordinates of blocks of pixels."""
    result = system.copy()
    for entry_key, pixel_axes in _pixel_axes(result):
        record = result.dict()[entry_key]
        where = record["wcs"] if "wcs" in record and isinstance(record["wcs"], dict) else record
        if "crpix" not in where:
            continue
        crpix, cdelt = np.array(where["crpix"], float), np.array(where["cdelt"], float)
        for own, axis in enumerate(pixel_axes):
            if axis < 0:
                continue
            width = bins[len(bins) - 1 - axis]
            place = own if crpix.ndim else ()
            crpix[place] = (crpix[place] + 0.5) / width - 0.5
            cdelt[place] *= width
        where["crpix"] = crpix if crpix.ndim else float(crpix)
        where["cdelt"] = cdelt if cdelt.ndim else float(cdelt)
    return result


def _pixel_axes(system: coordinatesystem) -> list[tuple[str, tuple[int, ...]]]:
    from jupimage.coordinates.record import entries

    return [(entry.key, entry.pixelmap) for entry in entries(system.dict())]
