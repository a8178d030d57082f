"""A file that seems to be changed: what is written stays in memory, the file as it is.

The HDF5 library changes a file in several places, in its own order; a process that is killed
meanwhile leaves half of it. So the library is given this instead of the file, and what it wrote is
looked at when it is done.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from jupimage.files import read_at

__all__ = ["Overlay"]


class Overlay:
    """A file in memory on top of one on disk; what the library needs of a Python file.

    Parameters
    ----------
    descriptor
        Of the file; only read.
    size
        Its length.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryFile() as file:
    ...     _ = file.write(b"abcdef"), file.flush()
    ...     overlay = Overlay(file.fileno(), 6)
    ...     _ = overlay.seek(4), overlay.write(b"XYZ")
    ...     overlay.look(0, 8), overlay.look(6, 7)
    (b'abcdXYZ\\x00', b'Z')
    """

    def __init__(self, descriptor: int, size: int) -> None:
        self._descriptor = descriptor
        self._old = size
        self._size = size
        self._position = 0
        self._writes: list[tuple[int, bytes]] = []

    @property
    def size(self) -> int:
        """Length with what was written."""
        return self._size

    def look(self, start: int, end: int) -> bytes:
        """Return bytes as they would be in the changed file."""
        count = max(0, end - start)
        base = read_at(self._descriptor, count, start) if start < self._old else b""
        found = bytearray(base.ljust(count, b"\0"))
        for offset, data in self._writes:
            low, high = max(offset, start), min(offset + len(data), end)
            if low < high:
                found[low - start : high - start] = data[low - offset : high - offset]
        return bytes(found)

    def written(self, start: int) -> Iterator[tuple[int, bytes]]:
        """Yield what was written from a place of the file on: where, and the bytes."""
        for offset, data in self._writes:
            if offset + len(data) > start:
                skip = max(0, start - offset)
                yield offset + skip, data[skip:]

    def revert(self, start: int, offset: int, data: bytes) -> None:
        """Keep only what was written from `start` on, and `data` at `offset`."""
        self._writes = [*self.written(start), (offset, data)]

    # -- as a storage ------------------------------------------------------------------------

    mapped = False

    def hold(self) -> AbstractContextManager[None]:
        """Return a context in which `window` may be called."""
        return nullcontext()

    def window(self, offset: int, count: int) -> memoryview:
        """Return bytes of the changed file."""
        return memoryview(self.look(offset, offset + count))

    def close(self) -> None:
        """Do nothing: the file belongs to others."""

    # -- what the library calls --------------------------------------------------------------

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        self._position = start + offset
        return self._position

    def tell(self) -> int:
        """Return the place."""
        return self._position

    def readinto(self, buffer: Any) -> int:
        """Read at the place."""
        view = memoryview(buffer).cast("B")
        view[:] = self.look(self._position, self._position + len(view))
        self._position += len(view)
        return len(view)

    def write(self, data: Any) -> int:
        """Keep what is written at the place."""
        copy = bytes(data)
        self._writes.append((self._position, copy))
        self._position += len(copy)
        self._size = max(self._size, self._position)
        return len(copy)

    def truncate(self, size: int | None = None) -> int:
        """Change the length."""
        self._size = self._position if size is None else size
        return self._size

    def flush(self) -> None:
        """Do nothing: nothing goes anywhere."""
