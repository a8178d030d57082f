"""The lock on a whole file that programs with the HDF5 library take.

The library locks a file as long as it is open: for reading, so that nobody writes, or for writing,
so that nobody else has it open. Here the same lock is taken for as short as possible, so that an
image that is open in a notebook keeps no pipeline waiting. Where there are no such locks (Windows,
some network file systems) the library does without them, and so does this. As with the library,
the environment variable ``HDF5_USE_FILE_LOCKING=FALSE`` turns locks off.
"""

from __future__ import annotations

import os
import time

from jupimage.errors import LockError
from jupimage.files.ranges import NO_LOCKS, REFUSALS

__all__ = ["FileLock"]

PAUSES = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, *([0.1] * 19))
"""Seconds between attempts, two in all."""

_OFF = {"FALSE", "0"}
_LIBRARY = {"TRUE", "1", "BEST_EFFORT"}


class FileLock:
    """The lock on one open file.

    Parameters
    ----------
    descriptor
        Of the file.
    name
        What it is called in messages.
    """

    def __init__(self, descriptor: int, name: str) -> None:
        self._descriptor = descriptor
        self._name = name

    def take(self, *, write: bool) -> None:
        """Wait until nobody writes (or, if `write`, nobody has the file), and keep it so.

        Raises
        ------
        LockError
            If that takes too long.
        """
        if os.environ.get("HDF5_USE_FILE_LOCKING", "").upper() in _OFF:
            return
        for pause in (*PAUSES, None):
            if self._try(write):
                return
            if pause is not None:
                time.sleep(pause)
        use = "has it open" if write else "writes it"
        raise LockError(f"{self._name} is locked: another process {use}")

    def give(self) -> None:
        """Let others have the file."""
        try:
            import fcntl

            fcntl.flock(self._descriptor, fcntl.LOCK_UN)
        except (ImportError, OSError):
            pass  # there was no lock either

    def _try(self, write: bool) -> bool:
        try:
            import fcntl
        except ImportError:
            return True
        try:
            fcntl.flock(
                self._descriptor, (fcntl.LOCK_EX if write else fcntl.LOCK_SH) | fcntl.LOCK_NB
            )
        except OSError as error:
            if error.errno in REFUSALS:
                return False
            if error.errno not in NO_LOCKS:
                raise
        return True


def library_locks() -> bool:
    """Whether the user wants the HDF5 library to lock files by itself."""
    return os.environ.get("HDF5_USE_FILE_LOCKING", "").upper() in _LIBRARY
