"""File ``table.lock`` of an open table: whose bytes are locked, who waits, what was changed.

Byte 0 stands for the table's data: a read lock there means reading, a write lock writing. Each
process that has the table open has a read lock on byte 1. Both are locks of the process, and the
system drops them all as soon as the process closes *any* descriptor of the file: that is why a
table has one of these objects in a process, and no other code opens the file meanwhile.

A file of any length will do. One that is empty or damaged is like one in which nobody waits and
no change was ever noted.
"""

from __future__ import annotations

import os

from jupimage import options
from jupimage.casatable.sync import (
    REQUEST_BYTES,
    Sync,
    parse_sync,
    request_bytes,
    request_list,
    sync_bytes,
)
from jupimage.errors import FormatError, MissingImageError, ReadOnlyError
from jupimage.files import (
    Grant,
    blocker,
    lock_range,
    open_regular,
    read_at,
    unlock_range,
    write_at,
)

__all__ = ["LockFile", "open_lock_file"]

FILE = "table.lock"
DATA_BYTE = 0
USE_BYTE = 1

FIRST_READ = 2048
MOST_BYTES = 2**20
"""More than any table's managers need; what is behind is not read."""


def open_lock_file(folder: str, *, make: bool = True) -> LockFile | None:
    """Open the lock file of a table.

    Parameters
    ----------
    folder
        Of the table.
    make
        Whether to make one if there is none and the folder can be written.

    Returns
    -------
    LockFile or None
        None if there is none and none was made, or this user may not read it: then the table
        is read without locks.

    Raises
    ------
    FormatError
        If it is no regular file.
    """
    path = os.path.join(folder, FILE)
    try:
        return LockFile(open_regular(path, os.O_RDWR), path, writable=True)
    except MissingImageError:
        return _make(path) if make else None
    except ReadOnlyError:
        pass
    try:
        descriptor = open_regular(path)
    except FormatError as error:
        if isinstance(error.__cause__, PermissionError):
            return None
        raise
    return LockFile(descriptor, path, writable=False)


def _make(path: str) -> LockFile | None:
    try:
        return LockFile(open_regular(path, os.O_RDWR | os.O_CREAT), path, writable=True)
    except (ReadOnlyError, MissingImageError):
        return None


class LockFile:
    """The open lock file of a table.

    Parameters
    ----------
    descriptor
        Of the file; `close` closes it.
    path
        Of the file, for messages.
    writable
        Whether it is open for writing.
    """

    def __init__(self, descriptor: int, path: str, *, writable: bool) -> None:
        self.descriptor = descriptor
        self.path = path
        self.writable = writable
        self._known: tuple[bytes, Sync | None] = b"", None

    def lock(self, *, write: bool) -> Grant:
        """Ask once for the lock on the data."""
        return lock_range(self.descriptor, DATA_BYTE, 1, write=write)

    def unlock(self) -> None:
        """Give up the lock on the data."""
        unlock_range(self.descriptor, DATA_BYTE, 1)

    def blocker(self, *, write: bool) -> int | None:
        """Return a process whose lock on the data is in the way, None if it is not known."""
        return blocker(self.descriptor, DATA_BYTE, 1, write=write) or None

    def use(self) -> None:
        """Let others know that this process has the table open."""
        lock_range(self.descriptor, USE_BYTE, 1, write=False)

    def used_elsewhere(self) -> bool:
        """Whether another process has the table open."""
        if not self.writable:
            return blocker(self.descriptor, USE_BYTE, 1, write=True) is not None
        grant = lock_range(self.descriptor, USE_BYTE, 1, write=True)
        if grant:
            self.use()
        return not grant

    def asked(self) -> bool:
        """Whether somebody waits for the lock on the data."""
        return read_at(self.descriptor, 4, 0) not in (b"", bytes(4))

    def requests(self) -> list[int]:
        """Return the processes that wait, the first one first."""
        try:
            return request_list(read_at(self.descriptor, REQUEST_BYTES, 0))
        except FormatError:
            return []

    def ask(self) -> None:
        """Let the process that has the lock know that this one waits."""
        waiting = self.requests()
        if self.writable and os.getpid() not in waiting:
            self._put_requests([*waiting, os.getpid()])

    def withdraw(self, *, served: bool) -> None:
        """Take this process from the list of those that wait.

        Parameters
        ----------
        served
            Whether it got the lock. Then those before it no longer wait either, since they were
            asked first.
        """
        waiting = self.requests()
        if self.writable and os.getpid() in waiting:
            here = waiting.index(os.getpid())
            self._put_requests(
                waiting[here + 1 :] if served else waiting[:here] + waiting[here + 1 :]
            )

    def _put_requests(self, waiting: list[int]) -> None:
        self._write(request_bytes(waiting), 0)
        os.fsync(self.descriptor)  # others have to see it though this process has no lock

    def read_sync(self) -> Sync | None:
        """Return what the last writer noted; None if nothing, or nothing that makes sense."""
        data = read_at(self.descriptor, FIRST_READ, 0)
        if len(data) == FIRST_READ:
            data += read_at(self.descriptor, MOST_BYTES, FIRST_READ)
        block = data[REQUEST_BYTES:]
        if block != self._known[0]:
            self._known = block, self._parsed(data)
        return self._known[1]

    def _parsed(self, data: bytes) -> Sync | None:
        try:
            found = parse_sync(data, self.path)
        except FormatError:
            return None
        return found if found is not None and found.columns >= 0 else None

    def write_sync(self, sync: Sync) -> None:
        """Note changes, in a single write."""
        self._write(sync_bytes(sync), REQUEST_BYTES)
        if options.durable:
            os.fsync(self.descriptor)

    def _write(self, data: bytes, offset: int) -> None:
        try:
            write_at(self.descriptor, data, offset)
        except OSError as error:
            problem = (error.strerror or str(error)).lower()
            raise FormatError(f"cannot write {self.path}: {problem}") from error

    def is_deleted(self) -> bool:
        """Whether the file has lost its name."""
        return os.fstat(self.descriptor).st_nlink == 0

    def close(self) -> None:
        """Close the file, which gives up all locks."""
        os.close(self.descriptor)
