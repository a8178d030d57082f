"""An HDF5 file that is open: one object for all that use it in this process.

Nothing of the HDF5 library stays open. A file of the older form is read without it; what is
written through it is opened, written and closed while the file is locked. So other processes find
a complete file at any time, and the library never writes what it remembers of an older state.

Whoever reads holds the lock for a moment and sees first whether the file was changed: then its
root group is read again, and `version` grows. A time stamp that is younger than the clock's step
proves nothing, so in that case the superblock is compared, which each change of ours changes.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from jupimage.errors import ClosedError, FormatError, ReadOnlyError
from jupimage.files import ReadersLock, Storage, open_regular, read_at, wrap_descriptor
from jupimage.hdf5.items import open_group
from jupimage.hdf5.library import open_file, writing_errors
from jupimage.hdf5.locking import FileLock, library_locks
from jupimage.hdf5.newer import read_newer
from jupimage.hdf5.records import GroupLike
from jupimage.hdf5.source import Source
from jupimage.hdf5.superblock import LONGEST, Superblock, find_superblock

__all__ = ["Hdf5File"]

CLOCK_STEP = 50_000_000
"""Nanoseconds by which a time stamp may be too old; more than any system needs."""


class Hdf5File:
    """A file; `jupimage.hdf5.openfiles` gives the one object for it.

    Parameters
    ----------
    path
        Of the file.
    private
        Whether nobody else knows of the file: then neither locks nor looks for changes are needed,
        and who has it sees to it that its threads do not get into each other's way.
    """

    def __init__(self, path: str, *, private: bool = False) -> None:
        self.path = path
        self.version = 0
        self._private = private
        self._process = os.getpid()
        self._gate = threading.RLock()
        self._closed = False
        self._open()

    def _open(self) -> None:
        self._threads = ReadersLock()
        self._readers = 0
        self._root: GroupLike | None = None
        self._source: Source | None = None
        self._seen: tuple[int, ...] = ()
        self.offset, self.head = 0, b""
        try:
            self.descriptor = open_regular(self.path, os.O_RDWR)
            self.writable = True
        except (ReadOnlyError, FormatError):
            self.descriptor = open_regular(self.path, os.O_RDONLY)
            self.writable = False
        self._lock = FileLock(self.descriptor, self.path)
        self._mapped = os.fstat(self.descriptor).st_size
        try:
            self.storage: Storage = wrap_descriptor(os.dup(self.descriptor), self.path)
        except BaseException:
            os.close(self.descriptor)
            raise

    def close(self) -> None:
        """Let go of the file, whoever has it."""
        with self._gate:
            if not self._closed:
                self._closed = True
                self._root = None
                self.storage.close()
                os.close(self.descriptor)

    def is_in_place(self) -> bool:
        """Whether the path still leads to the file that is open."""
        try:
            there, here = os.stat(self.path), os.fstat(self.descriptor)
        except OSError:
            return False
        return (there.st_dev, there.st_ino) == (here.st_dev, here.st_ino)

    # -- reading -----------------------------------------------------------------------------

    @contextmanager
    def reading(self) -> Iterator[GroupLike]:
        """Return a context in which nobody writes the file; it gives the root group."""
        self._check_process()
        if self._threads.writes():
            yield self._current_root()
            return
        self._threads.start_reading()
        try:
            with self._gate:
                self._check_open()
                if not self._readers and not self._private:
                    self._lock.take(write=False)
                self._readers += 1
            try:
                yield self._current_root()
            finally:
                with self._gate:
                    self._readers -= 1
                    if not self._readers and not self._private:
                        self._lock.give()
        finally:
            self._threads.stop_reading()

    def _current_root(self) -> GroupLike:
        with self._gate:
            if self._root is None or self._is_changed():
                self._root = None
                self._root = self._read_root()
                self.version += 1
            if self._source is not None:
                self._source.spent = 0
            return self._root

    def _is_changed(self) -> bool:
        if self._private:
            return False
        found = _state(self.descriptor)
        if found != self._seen:
            return True
        if time.time_ns() - found[1] > CLOCK_STEP:
            return False
        return read_at(self.descriptor, LONGEST, self.offset) != self.head

    def _read_root(self) -> GroupLike:
        state = _state(self.descriptor)
        start = read_at(self.descriptor, 1 << 16, 0)
        offset = find_superblock(start)
        if offset is None:
            raise FormatError(f"{self.path} is no HDF5 file")
        head = read_at(self.descriptor, LONGEST, offset)
        block = Superblock.parse(head, offset, self.path)
        if block.end > state[0] or block.base != offset:
            raise FormatError(f"{self.path} is cut off: wanted {block.end} bytes, got {state[0]}")
        self._map_again(state[0])
        newer = partial(read_newer, self.path, state[0])
        self._source = Source(self.storage, state[0], self.path, block.base, newer)
        root: GroupLike = open_group(self._source, block.root)
        self.offset, self.head, self._seen = offset, head, state
        return root

    def _map_again(self, size: int) -> None:
        """Let the map cover a file that has grown."""
        if size != self._mapped:
            self.storage.close()
            self.storage = wrap_descriptor(os.dup(self.descriptor), self.path)
            self._mapped = size

    # -- writing -----------------------------------------------------------------------------

    @contextmanager
    def writing(self) -> Iterator[GroupLike]:
        """Return a context in which nobody else has the file; it gives the root group.

        Raises
        ------
        ReadOnlyError
            If the file cannot be written, or is no longer where it was.
        LockError
            If another process keeps it for too long.
        """
        self._check_process()
        self.check_writable()
        if self._private:
            self._check_open()
            yield self._current_root()
            return
        nested = self._threads.writes()
        self._threads.start_writing()
        try:
            self._check_open()
            if nested:
                yield self._current_root()
                return
            self._lock.take(write=True)
            try:
                if not self.is_in_place():
                    raise FormatError(f"{self.path} was removed or replaced while it was open")
                yield self._current_root()
            finally:
                self._note()
                self._lock.give()
        finally:
            self._threads.stop_writing()

    def _note(self) -> None:
        """Take the state of the file for the one that is known: nobody else made it."""
        if self._root is not None:
            self._seen = _state(self.descriptor)

    def forget(self) -> None:
        """Note, while writing, that more than pixels was changed."""
        self._root = None

    def check_writable(self) -> None:
        """Raise a `ReadOnlyError` unless the file can be written."""
        if not self.writable:
            raise ReadOnlyError(f"{self.path} cannot be written: the system forbids it")

    @contextmanager
    def library(self, *, write: bool = False) -> Iterator[Any]:
        """Return a context that gives the file as the HDF5 library opens it.

        Within `reading`, or `writing` if it is to be written.
        """
        if library_locks():
            self._lock.give()
        try:
            handle = open_file(self.path, write=write)
            try:
                yield handle
            finally:
                with writing_errors(self.path):
                    handle.close()
        finally:
            if library_locks():
                self._lock.take(write=write)

    def _check_open(self) -> None:
        if self._closed:
            raise ClosedError(f"{self.path} was closed")

    def _check_process(self) -> None:
        """After a fork, open the file anew: its lock belongs to the parent."""
        if self._process == os.getpid():
            return
        with self._gate:
            if self._process != os.getpid() and not self._closed:
                os.close(self.descriptor)
                self._process = os.getpid()
                self._open()

    def start_anew(self) -> None:
        """In the child of a fork: let go of what another thread of the parent may have held."""
        self._gate = threading.RLock()


def _state(descriptor: int) -> tuple[int, ...]:
    """Return what changes whenever a file does, its size first and then the time."""
    found = os.fstat(descriptor)
    return found.st_size, max(found.st_mtime_ns, found.st_ctime_ns), found.st_mtime_ns
