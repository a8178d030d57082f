"""A data file of a table, read here and there."""

from __future__ import annotations

import os
from types import TracebackType
from typing import Self

from jupimage.errors import FormatError
from jupimage.files import open_regular, read_at

__all__ = ["DataFile"]


class DataFile:
    """An open data file of a table.

    Parameters
    ----------
    folder, name
        Where it is.

    Raises
    ------
    MissingImageError
        If there is no such file.
    FormatError
        If it cannot be opened, or ends before what is wanted.
    """

    def __init__(self, folder: str, name: str) -> None:
        self.path = os.path.join(folder, name)
        self._descriptor = open_regular(self.path)
        self.size = os.fstat(self._descriptor).st_size

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.close(self._descriptor)

    def read(self, offset: int, count: int) -> bytes:
        """Return `count` bytes from `offset` on."""
        if offset < 0 or count < 0 or offset + count > self.size:
            raise FormatError(
                f"{self.path}: wanted {count} bytes at byte {offset}, got a file of {self.size}"
            )
        found = self.read_some(offset, count)
        if len(found) < count:
            raise FormatError(
                f"{self.path} was shortened while it was read: wanted {offset + count} bytes, "
                f"got {offset + len(found)}"
            )
        return found

    def read_some(self, offset: int, most: int) -> bytes:
        """Return at most `most` bytes from `offset` on, fewer only at the end of the file."""
        try:
            return read_at(self._descriptor, most, offset)
        except (OSError, ValueError, OverflowError) as error:
            raise FormatError(f"cannot read {self.path} at byte {offset}: {error}") from error
