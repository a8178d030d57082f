"""The pixels of a mask that has a table of its own, and what stands for one that has none left."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from jupimage.errors import FormatError
from jupimage.lattice import Box
from jupimage.paged.arraytable import MASK_COLUMN
from jupimage.paged.handles import TableHandle, writing_errors
from jupimage.regions import Region

__all__ = ["StoredMask", "UnusableMask"]

Bools = NDArray[np.bool_]


class StoredMask(Region):
    """A mask in a table of its own: True where a pixel is good.

    Parameters
    ----------
    folder
        Of the table.
    """

    def __init__(self, folder: str) -> None:
        self._handle = TableHandle(folder, MASK_COLUMN)
        table = self._handle.table
        with table.reading():
            if (kind := table.data.column(MASK_COLUMN).type) != "Bool":
                raise FormatError(f"{folder}: wanted a mask of Bools, got {kind}")
            array = table.array(MASK_COLUMN)
        super().__init__(array.shape)
        self._steps = (1,) * len(array.shape)
        self._tile = array.tile

    @property
    def tile(self) -> tuple[int, ...]:
        """Shape of the tiles in the file."""
        return self._tile

    @property
    def version(self) -> tuple[int, ...]:
        """What differs once it was written."""
        return self._handle.version

    def select(self, box: Box) -> Bools:
        """Return which pixels of `box` are good."""
        table = self._handle.table
        with table.reading():
            array = table.array(MASK_COLUMN)
            dense = box.step == self._steps
            good: Bools
            good = array.read_dense(box.start, box.shape) if dense else array.read(box.slices)
            return good

    def write(self, box: Box, good: Bools) -> None:
        """Write which pixels of `box` are good."""
        self._handle.check_writable()
        table = self._handle.table
        with writing_errors(self._handle.folder), table.writing():
            table.writer(MASK_COLUMN).write(box.slices, good)

    def flush(self) -> None:
        """Let others see what was written."""
        self._handle.table.flush()

    def close(self) -> None:
        """Let go of the table."""
        self._handle.close()


class UnusableMask(Region):
    """Stands for a mask that cannot be read: the pixels can, their validity cannot.

    Parameters
    ----------
    shape
        Of the image.
    problem
        What to say to those who ask.
    """

    def __init__(self, shape: tuple[int, ...], problem: str) -> None:
        super().__init__(shape)
        self._problem = problem

    def select(self, box: Box) -> Bools:
        """Refuse."""
        raise FormatError(self._problem)
