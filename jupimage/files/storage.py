"""The bytes of an open file, through a memory map or through ordinary reads.

A map is only ever read. A file that somebody shortens under a map ends the process at the
next touch of a lost page, so the size is asked before each piece: it costs a microsecond. No
array that leaves a read looks into a map, so that `close` can let go of the file; a read that
runs in another thread finishes first.
"""

from __future__ import annotations

import mmap
import os
import threading
import weakref
from contextlib import AbstractContextManager
from typing import Protocol, Self

from jupimage import options
from jupimage.errors import ClosedError, FormatError
from jupimage.files.links import open_regular

__all__ = ["MappedFile", "ReadFile", "SharedFile", "Storage", "open_storage", "wrap_descriptor"]


class Storage(Protocol):
    """Bytes that stay where they are while they are held."""

    @property
    def mapped(self) -> bool:
        """Whether a window costs nothing, however large it is."""

    def hold(self) -> AbstractContextManager[None]:
        """Return a context in which `window` may be called, and no `close` takes effect."""

    def window(self, offset: int, count: int) -> memoryview:
        """Return `count` bytes from `offset` on; not to be kept beyond the context."""

    def close(self) -> None:
        """Let go of the file."""


class SharedFile:
    """Counts the readers of something, so that it is released after the last one."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._lock = threading.Lock()
        self._readers = 0
        self._closed = False

    def hold(self) -> Self:
        """Keep the file open while the context lasts that this is."""
        return self

    def __enter__(self) -> None:
        # Not a generator: this is a good part of the time that reading a spectrum takes.
        with self._lock:
            if self._closed:
                raise ClosedError(f"{self.name} was closed")
            self._readers += 1

    def __exit__(self, *error: object) -> None:
        with self._lock:
            self._readers -= 1
            last = self._closed and not self._readers
        if last:
            self._release()

    def close(self) -> None:
        """Let go of the file, now or when the last reader is done."""
        with self._lock:
            idle = not self._closed and not self._readers
            self._closed = True
        if idle:
            self._release()

    def _release(self) -> None:
        raise NotImplementedError

    def _check(self, size: int, offset: int, count: int) -> None:
        if offset + count > size:
            raise FormatError(
                f"{self.name} was shortened while it was open: wanted {offset + count} bytes, "
                f"got {size}"
            )


class MappedFile(SharedFile):
    """A file read through a memory map.

    Parameters
    ----------
    descriptor
        Of the open file; it is closed here.
    name
        For messages.
    """

    mapped = True

    def __init__(self, descriptor: int, name: str) -> None:
        super().__init__(name)
        try:
            self._map: mmap.mmap | None = mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ)
        finally:
            os.close(descriptor)
        self._length = len(self._map)

    def window(self, offset: int, count: int) -> memoryview:
        """Return a look into the map."""
        self.check(offset + count)
        assert self._map is not None
        return memoryview(self._map)[offset : offset + count]

    def check(self, end: int) -> None:
        """Raise unless the file is open and still reaches to `end`.

        Raises
        ------
        ClosedError, FormatError
            If it was closed, or shortened.
        """
        held = self._map
        if held is None:
            raise ClosedError(f"{self.name} was closed")
        size = held.size()
        if end > size or end > self._length:
            self._check(min(size, self._length), end, 0)

    def _release(self) -> None:
        held, self._map = self._map, None
        try:
            if held is not None:
                held.close()
        except BufferError:
            pass  # the traceback of a failed read still looks into it; it goes with that


class ReadFile(SharedFile):
    """A file read with ordinary reads.

    Parameters
    ----------
    descriptor
        Of the open file; `close` closes it.
    name
        For messages.
    """

    mapped = False

    def __init__(self, descriptor: int, name: str) -> None:
        super().__init__(name)
        self._descriptor = descriptor
        self._seeking = threading.Lock()
        self._finalizer = weakref.finalize(self, os.close, descriptor)

    def window(self, offset: int, count: int) -> memoryview:
        """Return a copy of the bytes."""
        self._check(os.fstat(self._descriptor).st_size, offset, count)
        parts = bytearray()
        while len(parts) < count:
            part = self._read(offset + len(parts), count - len(parts))
            if not part:
                self._check(offset + len(parts), offset, count)
            parts += part
        return memoryview(parts)

    def _read(self, offset: int, count: int) -> bytes:
        if hasattr(os, "pread"):
            return os.pread(self._descriptor, count, offset)
        with self._seeking:
            os.lseek(self._descriptor, offset, os.SEEK_SET)
            return os.read(self._descriptor, count)

    def _release(self) -> None:
        self._finalizer()


def open_storage(path: str) -> Storage:
    """Open a file as `jupimage.options.map` says.

    Raises
    ------
    FormatError
        If it cannot be opened, or is no regular file.
    """
    return wrap_descriptor(open_regular(path), path)


def wrap_descriptor(descriptor: int, name: str) -> Storage:
    """Return the storage for an open file, whose descriptor it takes over."""
    if options.map:
        spare = os.dup(descriptor)
        try:
            mapped = MappedFile(descriptor, name)
        except (OSError, ValueError, OverflowError):
            return ReadFile(spare, name)  # some file systems and small machines map nothing
        os.close(spare)
        return mapped
    return ReadFile(descriptor, name)
