"""Who may read and write a table now: the agreement of all processes that use it.

A process asks for a read lock or a write lock. If it is refused, it enters itself in the list of
those that wait and asks again and again; who has the lock looks at that list from time to time
and gives the lock up when it needs it no longer. Nothing in this agreement is fair by itself:
who waits asks once a second, and one that gives up the lock and takes it again at once leaves
him a window of microseconds. So this process, when it was asked, lets the others go first.

Two processes that both read and both want to write would wait for each other for ever; one of
ours gives up its read lock before it waits.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from enum import IntEnum

from jupimage.casatable.lockfile import LockFile, open_lock_file
from jupimage.casatable.sync import Sync
from jupimage.errors import LockError, ReadOnlyError
from jupimage.files import Grant

__all__ = ["Held", "TableLock"]

PERIOD = 1.0
"""Seconds from one attempt to the next."""

FIRST_PAUSES = (0.01, 0.02, 0.04, 0.08, 0.15, 0.2, 0.25, 0.25)
LATER_PAUSES = (0.25,) * 4

TURN = 1.3
"""Seconds that others are given to take a lock that they have asked for."""


class Held(IntEnum):
    """The lock that this process has on the data of a table."""

    NONE = 0
    READ = 1
    WRITE = 2


class TableLock:
    """The lock of one table.

    All but `asked` and `held` is called by one thread at a time.

    Parameters
    ----------
    folder
        Of the table.
    """

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.held = Held.NONE
        self.unlockable = False
        self._file: LockFile | None = None
        self._using = False
        self._had_it = False
        self._waited_for: set[int] = set()
        self._guard = threading.RLock()  # the idle thread looks at the file at any time

    def acquire(self, *, write: bool, attempts: int) -> None:
        """Take a lock, if this process does not have it already.

        Parameters
        ----------
        write
            Whether it is for writing, too.
        attempts
            How often to ask, once a second; 0 for ever.

        Raises
        ------
        LockError
            If others have it after all attempts.
        ReadOnlyError
            If this user may not write the lock file, and wants to write.
        """
        wanted = Held.WRITE if write else Held.READ
        if self.held >= wanted:
            return
        file = self._open()
        if file is None:
            self.unlockable = True
            self.held = wanted
            return
        if write and not file.writable:
            raise ReadOnlyError(f"cannot write {file.path}")
        if self.held is Held.NONE and self._had_it:
            self._let_others_first(file)
        grant = file.lock(write=write)
        if not grant and attempts != 1:
            grant = self._wait(file, write=write, attempts=attempts)
        if not grant:
            raise LockError(self._refusal(file, write=write, attempts=attempts))
        self.unlockable = grant is Grant.UNLOCKABLE
        self.held = wanted
        self._had_it = True

    def _open(self) -> LockFile | None:
        with self._guard:
            if self._file is None:
                self._file = open_lock_file(self.folder)
            if self._file is not None and not self._using:
                self._file.use()
                self._using = True
            return self._file

    def _wait(self, file: LockFile, *, write: bool, attempts: int) -> Grant:
        had = self.held
        if had is Held.READ:
            self.held = Held.NONE
            file.unlock()
        grant = Grant.REFUSED
        try:
            for pause in _pauses(attempts):
                file.ask()
                time.sleep(pause)
                if grant := file.lock(write=write):
                    break
        finally:
            file.withdraw(served=bool(grant))
            if not grant and had is Held.READ and file.lock(write=False):
                self.held = Held.READ
        return grant

    def _let_others_first(self, file: LockFile) -> None:
        """Wait until those who asked have had their turn, or do not seem to want it."""
        if not file.asked():
            self._waited_for.clear()
            return
        waiting = set(file.requests()) - {os.getpid()}
        self._waited_for &= waiting
        end = time.monotonic() + TURN
        while waiting - self._waited_for and time.monotonic() < end:
            time.sleep(0.02)
            waiting &= set(file.requests())
        self._waited_for |= waiting

    def _refusal(self, file: LockFile, *, write: bool, attempts: int) -> str:
        kind = "write" if write else "read"
        times = "1 attempt" if attempts == 1 else f"{attempts} attempts"
        process = file.blocker(write=write)
        who = f"process {process}" if process else "another process"
        return f"wanted a {kind} lock on {self.folder}, got none in {times}: {who} has one"

    def release(self) -> None:
        """Give up the lock; the table stays marked as in use."""
        if self.held is not Held.NONE:
            self.held = Held.NONE
            if self._file is not None:
                self._file.unlock()

    def asked(self) -> bool:
        """Whether another process waits for the lock."""
        with self._guard:
            return self._file is not None and self._file.asked()

    def used_elsewhere(self) -> bool:
        """Whether another process has the table open."""
        file = self._open()
        return file is not None and file.used_elsewhere()

    def read_sync(self) -> Sync | None:
        """Return what the last writer noted."""
        return self._file.read_sync() if self._file is not None else None

    def write_sync(self, sync: Sync) -> None:
        """Note changes for others."""
        if self._file is not None:
            self._file.write_sync(sync)

    def is_deleted(self) -> bool:
        """Whether the lock file that this process has open is no longer that of the table."""
        return self._file is not None and self._file.is_deleted()

    def close(self) -> None:
        """Close the lock file, which gives up all locks."""
        with self._guard:
            file, self._file = self._file, None
            self.held = Held.NONE
            self._using = False
            if file is not None:
                file.close()

    def forget(self) -> None:
        """Start again in a child made by a fork: it has none of the locks."""
        self._guard = threading.RLock()
        self.held = Held.NONE
        self._using = False
        self._had_it = False


def _pauses(attempts: int) -> Iterator[float]:
    """Yield pauses that add up to a period for each attempt after the first.

    The lock is tried more often than once in that time: it costs little, and who has to wait
    for a short moment only does not wait a second.
    """
    yield from FIRST_PAUSES if attempts != 1 else ()
    done = 2
    while attempts == 0 or done < attempts:
        yield from LATER_PAUSES
        done += 1
