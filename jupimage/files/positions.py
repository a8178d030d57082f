"""Reads and writes at a given place of an open file, by several threads at once.

Some systems have no such calls (Windows). There the place is set first, and a lock keeps
threads from setting it for each other.
"""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing_extensions import Buffer

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


if hasattr(os, "pread") and hasattr(os, "pwrite"):
    _read = os.pread
    _write = os.pwrite
else:

    def _read(descriptor: int, count: int, offset: int, /) -> bytes:
        with _seeking:
            os.lseek(descriptor, offset, os.SEEK_SET)
            return os.read(descriptor, count)

    def _write(descriptor: int, data: Buffer, offset: int, /) -> int:
        with _seeking:
            os.lseek(descriptor, offset, os.SEEK_SET)
            return os.write(descriptor, data)
