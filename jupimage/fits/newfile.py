"""A file that is written in pieces, in any order, by several threads.

It has its full size from the start, and is sparse: pieces that are zero throughout, and were
not written before, stay holes.
"""

from __future__ import annotations

import os
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.errors import ClosedError, FormatError
from jupimage.files import read_at, write_at

__all__ = ["NewFile"]

_CHUNK = 1 << 20  # bytes of the file about which it is known whether they were written


class NewFile:
    """An open file that is being written.

    Parameters
    ----------
    path
        Its name, which must be free.
    size
        Bytes that it will have.
    name
        What messages call it.

    Raises
    ------
    OSError
        If it cannot be made.
    """

    def __init__(self, path: str, size: int, name: str) -> None:
        self.name = name
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        self._descriptor: int | None = os.open(path, flags, 0o666)
        self._touched = bytearray(size // _CHUNK + 1)
        try:
            os.ftruncate(self._descriptor, size)
        except BaseException:
            self.close()
            raise

    def write(self, data: NDArray[Any] | bytes, offset: int) -> None:
        """Write bytes; zeros where nothing was written yet are left as a hole.

        Raises
        ------
        FormatError
            If the disk is full, or fails.
        """
        view = memoryview(data).cast("B") if isinstance(data, bytes) else data.data.cast("B")
        first, last = offset // _CHUNK, (offset + len(view) - 1) // _CHUNK
        if _holds_something(view):
            self._touched[first : last + 1] = b"\1" * (last + 1 - first)
            self._put(view, offset)
            return
        for chunk in range(first, last + 1):
            if self._touched[chunk]:
                low, high = max(chunk * _CHUNK, offset), (chunk + 1) * _CHUNK
                self._put(view[low - offset : high - offset], low)

    def _put(self, view: memoryview, offset: int) -> None:
        try:
            write_at(self._open(), view, offset)
        except OSError as error:
            raise self._failure(error) from error

    def read(self, count: int, offset: int) -> bytes:
        """Return bytes of the file."""
        return read_at(self._open(), count, offset)

    def close(self) -> None:
        """Close the file; what was written stays.

        Raises
        ------
        FormatError
            If the system only now finds that it cannot keep what was written.
        """
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            try:
                os.close(descriptor)
            except OSError as error:
                raise self._failure(error) from error

    def _open(self) -> int:
        if self._descriptor is None:
            raise ClosedError(f"{self.name} was closed")
        return self._descriptor

    def _failure(self, error: OSError) -> FormatError:
        reason = (error.strerror or str(error)).lower()
        return FormatError(f"writing {self.name} failed: {reason}")


def _holds_something(view: memoryview) -> bool:
    whole = len(view) // 8 * 8
    return bool(np.frombuffer(view[:whole], np.uint64).any()) or any(view[whole:])
