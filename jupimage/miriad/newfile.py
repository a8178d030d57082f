"""A new file that is written at any position, from several threads."""

from __future__ import annotations

import os

from jupimage.errors import ClosedError, FormatError
from jupimage.files.positions import read_at, write_at
from jupimage.files.storage import ReadFile

__all__ = ["NewFile"]


class NewFile:
    """A file of a known size, of zeros until something is written; they take no room on the disk.

    Parameters
    ----------
    path
        Where to make it.
    size
        In bytes.

    Raises
    ------
    FormatError
        If it cannot be made or is too large for the file system.
    """

    def __init__(self, path: str, size: int) -> None:
        self.path = path
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        try:
            self._descriptor = os.open(path, flags, 0o666)
        except OSError as error:
            raise self._failure(error) from error
        try:
            os.ftruncate(self._descriptor, size)
        except OSError as error:
            os.close(self._descriptor)
            raise self._failure(error) from error

    def storage(self) -> ReadFile:
        """Return the bytes for reading, through a descriptor of their own."""
        return ReadFile(os.open(self.path, os.O_RDONLY | getattr(os, "O_BINARY", 0)), self.path)

    def read(self, start: int, count: int) -> bytes:
        """Read bytes."""
        found = read_at(self._open(), count, start)
        if len(found) < count:
            raise FormatError(
                f"{self.path}: wanted {count} bytes at {start}, got {len(found)}; somebody "
                "shortened the file"
            )
        return found

    def write(self, start: int, content: bytes | memoryview) -> None:
        """Write bytes.

        Raises
        ------
        FormatError
            If they cannot be written, as on a full disk.
        """
        try:
            write_at(self._open(), content, start)
        except OSError as error:
            raise self._failure(error) from error

    def close(self) -> None:
        """Close the file."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)

    def _open(self) -> int:
        if self._descriptor < 0:
            raise ClosedError(f"{self.path} was closed")
        return self._descriptor

    def _failure(self, error: OSError) -> FormatError:
        return FormatError(f"cannot write {self.path}: {(error.strerror or str(error)).lower()}")
