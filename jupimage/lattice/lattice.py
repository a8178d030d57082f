"""The one thing that everything else reads: box in, block out.

A file, an array, a section of another lattice, a concatenation, a masked view and (later) an
expression all look like this. The seam is kept this narrow so that a new kind of pixels is
one small class, and so that a walker such as `jupimage.lattice.scan` works on all of them.
"""

from __future__ import annotations

from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from jupimage.lattice.block import Block
from jupimage.lattice.box import Box

__all__ = ["FillingLattice", "Lattice", "WritableLattice"]


@runtime_checkable
class Lattice(Protocol):
    """An n-dimensional array of pixels that is read box by box.

    `read` may be called from several threads at once. It returns fresh arrays in native byte
    order that the caller may change, and touches only the storage that the box needs.
    """

    @property
    def shape(self) -> tuple[int, ...]:
        """Length of each axis, slowest first."""

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the pixels that `read` returns (native byte order)."""

    @property
    def tile(self) -> tuple[int, ...]:
        """Shape of the natural storage unit; work on a whole lattice is aligned to it."""

    @property
    def masked(self) -> bool:
        """Whether the lattice has a mask. If False, `read` gives ``good=None``."""

    def read(self, box: Box, *, values: bool = True, good: bool = True) -> Block:
        """Read the pixels of `box`, their validity, or both.

        Parameters
        ----------
        box
            The section, inside `shape`.
        values, good
            Whether to read the pixels and whether to read the mask; what is not asked for is
            None in the result.
        """


@runtime_checkable
class FillingLattice(Lattice, Protocol):
    """A lattice that can read into an array that is there, which spares one copy."""

    def read_into(self, box: Box, out: NDArray[Any]) -> None:
        """Read the pixels of `box` into an array of its shape and of the lattice's type."""


@runtime_checkable
class WritableLattice(Lattice, Protocol):
    """A lattice that can be changed in place."""

    def write(
        self, box: Box, values: NDArray[Any] | None, good: NDArray[np.bool_] | None = None
    ) -> None:
        """Write pixels, their validity, or both, into `box` (None leaves that part alone)."""

    def add_mask(self, name: str) -> None:
        """Make a mask with all pixels good and use it from now on."""

    def flush(self) -> None:
        """Bring what was written to the storage."""

    def close(self) -> None:
        """Flush, then release the storage; a closed lattice can no longer be read."""
