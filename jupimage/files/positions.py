"""Reads and writes at a given place of an open file, by several threads at once.

Some systems have no such calls (Windows). There the place is set first, and a lock keeps
threads from setting it for each other.
"""

from __future__ import annotations

import os
import threading

__all__ = ["read_at", "write_at"]

_seeking = threading.Lock()


def read_at(descriptor: int, count: int, offset: int) -> bytes:
    """Return `count` bytes from `offset` on, fewer at the end of the file."""
    found = _read(descriptor, count, offset)
    while 0 < len(found) < count and (
        more := _read(descriptor, count - len(found), offset + len(found))
    ):
        found += more
    return found


def write_at(descriptor: int, data: bytes | memoryview, offset: int) -> None:
    """Write all bytes from `offset` on; in one piece, unless the system takes only a part."""
    view = memoryview(data).cast("B")
    while view:
        done = _write(descriptor, view, offset)
        view, offset = view[done:], offset + done


def _read(descriptor: int, count: int, offset: int) -> bytes:
    if hasattr(os, "pread"):
        return os.pread(descriptor, count, offset)
    with _seeking:
        os.lseek(descriptor, offset, os.SEEK_SET)
        return os.read(descriptor, count)


def _write(descriptor: int, data: memoryview, offset: int) -> int:
    if hasattr(os, "pwrite"):
        return os.pwrite(descriptor, data, offset)
    with _seeking:
        os.lseek(descriptor, offset, os.SEEK_SET)
        return os.write(descriptor, data)
