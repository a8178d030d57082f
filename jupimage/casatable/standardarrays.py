"""Arrays of varying shape of the standard storage manager: file ``table.f<n>i``.

A cell holds the offset of its array, 0 for none. There are the number of axes, their lengths
and the values, in the byte order of the table. Version 1 of the file has a count of references
before each array.
"""

from __future__ import annotations

import math
from typing import Any

from numpy.typing import NDArray

from jupimage.casatable.aipsio import MOST_AXES, AipsReader, shaped
from jupimage.casatable.datafile import DataFile
from jupimage.casatable.datatype import DataType
from jupimage.errors import FormatError

__all__ = ["FIRST_ARRAY", "IndirectArrays"]

FIRST_ARRAY = 16
"""Where the arrays begin: after the version, the length used, and a number that is not."""

WINDOW = 512


class IndirectArrays:
    """Reads the arrays of a file.

    Parameters
    ----------
    file
        The file.
    big_endian
        Its byte order.
    """

    def __init__(self, file: DataFile, *, big_endian: bool) -> None:
        self._file = file
        self._big_endian = big_endian
        reader = AipsReader(file.read(0, FIRST_ARRAY), file.path, big_endian=big_endian)
        if (version := reader.unsigned()) > 1:
            raise FormatError(f"{file.path}: wanted version 0 or 1, got {version}")
        self._counted = version == 1
        # arrays may be shared, but not so often that a damaged file fills the memory
        self._left = 4 * file.size + 2**20

    def read(self, offset: int, kind: DataType) -> NDArray[Any] | None:
        """Return the array at an offset, in numpy shape; None for offset 0."""
        if not offset:
            return None
        if offset < FIRST_ARRAY or offset > self._file.size:
            raise FormatError(
                f"{self._file.path} is damaged: wanted an array inside {self._file.size} bytes, "
                f"got one at byte {offset}"
            )
        window = self._file.read_some(offset, WINDOW)
        reader = AipsReader(window, f"{self._file.path}, array", big_endian=self._big_endian)
        if self._counted:
            reader.unsigned()
        axes = reader.unsigned()
        if axes > MOST_AXES:
            reader.fail(f"wanted at most {MOST_AXES} axes, got {axes}")
        shape = [reader.unsigned() for _ in range(axes)]
        count = math.prod(shape) if axes else 0
        size = (count + 7) // 8 if kind.name == "Bool" else count * kind.size
        self._left -= size
        if self._left < 0:
            reader.fail("wanted arrays of no more bytes than the file, got more")
        if reader.position + size > len(window):
            reader.data = self._file.read(offset + reader.position, size)
            reader.position = 0
        found: NDArray[Any] = shaped(reader.values(kind, count), shape[::-1] or [0], reader.name)
        return found
