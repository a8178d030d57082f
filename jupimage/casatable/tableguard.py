"""Who may use an open table now: the threads of this process, and the process among others.

Threads share the table or exclude each other by a lock of their own; the lock on the file belongs
to the process as a whole. It is taken when it is first needed, and kept: until `unlock`, until
another process asks for it while nothing here uses the table, or until the table is closed. A
lock that was taken by `lock` is given up on request only after some seconds without use, so that
nobody comes between the steps of somebody's read, compute and write.

To read what is known to be true already costs two entries in a dictionary. All else (taking a
lock, giving it up, learning what others have changed) is done by one thread, which excludes the
others meanwhile.
"""

from __future__ import annotations

from types import TracebackType
from typing import Protocol

from jupimage.casatable.locking import Held, TableLock
from jupimage.casatable.tableregistry import table_key
from jupimage.errors import ArgumentError, ClosedError, FormatError, ReadOnlyError
from jupimage.files import ReadersLock

__all__ = ["Guarded", "Reading", "TableGuard", "Writing"]

ATTEMPTS = 60
"""How often an automatic lock is asked for, once a second."""

POLITENESS = 0.25
"""Seconds for which one who wants to read waits for other threads to be done, so that the lock
can be given up; in vain if they wait for him, so that is not long."""

REST = 3
"""Looks, one each second, without use after which even a lock taken by `lock` is given up."""


class Guarded(Protocol):
    """What is guarded, and told when something happens to its lock."""

    def refresh(self) -> None:
        """Learn what others have changed; the lock was just taken."""

    def settle(self) -> None:
        """Let others see what was changed; a `writing` ends, or the lock is about to go."""

    def finish(self) -> bool:
        """Close all files if nobody has the table, and return whether that is so."""

    def watch(self) -> None:
        """See to it that `TableGuard.look` is called from now on."""


class TableGuard:
    """The locks of one table.

    Parameters
    ----------
    folder
        Of the table.
    table
        What is guarded.

    Attributes
    ----------
    lock
        The lock on the file.
    threads
        The lock among threads.
    writable
        Whether a write lock is of any use.
    reading, writing
        Contexts in which the table may be read, or read and written.
    """

    __slots__ = (
        "_asked",
        "_closed",
        "_closing",
        "_key",
        "_pinned",
        "_ready",
        "_table",
        "_unused",
        "_used",
        "folder",
        "lock",
        "reading",
        "threads",
        "writable",
        "writing",
    )

    def __init__(self, folder: str, table: Guarded) -> None:
        self.folder = folder
        self.writable = False
        self.lock = TableLock(folder)
        self.threads = ReadersLock()
        self.reading = Reading(self)
        self.writing = Writing(self)
        self._table = table
        self._key = table_key(folder)
        self._ready = False  # a lock is held, and what is known is true
        self._asked = False  # `_let_go` waits until nobody uses the table
        self._closing = False  # nobody has the table any more
        self._closed = False
        self._pinned = False  # by somebody who does more than one thing with it
        self._used = False  # since the last look
        self._unused = 0

    def move(self, folder: str) -> None:
        """Take note of the path that leads to the table now."""
        self.folder = self.lock.folder = folder

    def has(self, *, write: bool) -> bool:
        """Whether this process has the lock."""
        return self.lock.held >= (Held.WRITE if write else Held.READ)

    def take(self, *, write: bool, attempts: int) -> None:
        """Take the lock, and keep it as if it were used all the time."""
        if attempts < 0:
            raise ArgumentError(f"wanted 0 or more attempts to lock, got {attempts}")
        self.threads.start_writing()
        try:
            self._prepare(write=write, attempts=attempts)
            self._pinned = True
        finally:
            self.threads.stop_writing()

    def give_up(self) -> None:
        """Give up the lock."""
        self.threads.start_writing()
        try:
            self._table.settle()
            self._release()
        finally:
            self.threads.stop_writing()

    def close_when_unused(self) -> None:
        """Close the table if nobody has it, when other threads are done.

        One who reads from it in this very thread may finish.
        """
        self._asked = self._closing = True
        if not self.threads.reads():
            self.threads.start_writing()
            try:
                self._let_go()
            finally:
                self.threads.stop_writing()

    def used_elsewhere(self) -> bool:
        """Whether another process has the table open."""
        self.threads.start_writing()
        try:
            self._check()
            return self.lock.used_elsewhere()
        finally:
            self.threads.stop_writing()

    def is_in_place(self) -> bool:
        """Whether the table is open, and its files have not been deleted."""
        return not self._closed and not self.lock.is_deleted()

    def look(self) -> bool:
        """Give up the lock if others wait and nothing here uses it; return False without one."""
        if self._closed or self.lock.held is Held.NONE:
            return False
        self._unused = 0 if self._used else self._unused + 1
        self._used = False
        if self.lock.unlockable:
            return not self._doubt_if_unused()
        if self.lock.asked() and (not self._pinned or self._unused >= REST):
            self._asked = True
            self._let_go_if_unused()
        return self.has(write=False)

    def _doubt_if_unused(self) -> bool:
        """Let the next use look for changes, where nobody can ask for a lock."""
        if not self.threads.try_writing():
            return False
        self._ready = False
        self.threads.stop_writing()
        return True

    def _let_go_if_unused(self, seconds: float = 0) -> bool:
        if not self.threads.try_writing(seconds):
            return False
        try:
            self._let_go()
        finally:
            self.threads.stop_writing()
        return True

    def _let_go(self) -> None:
        """Do what has waited until nobody used the table: close it, or give up the lock."""
        if not self._asked or self._closed:
            return
        try:
            self._table.settle()
        finally:
            if not (self._closing and self._table.finish()):
                self._closing = False  # somebody has opened it again
                self._release()

    def _release(self) -> None:
        self.lock.release()
        self._ready = self._pinned = False
        self._asked = self._closing

    def _prepare(self, *, write: bool, attempts: int = ATTEMPTS) -> None:
        """Take the lock, and learn what has changed; nobody else uses the table meanwhile."""
        self._check_open()
        if self._asked:
            self._table.settle()
            self._release()
        self._ready = False
        self._used = True
        if write and not self.writable:
            raise ReadOnlyError(f"table {self.folder} cannot be written")
        self.lock.acquire(write=write, attempts=attempts)
        try:
            self._check()
            self._table.refresh()
        except BaseException:
            self._release()
            raise
        self._ready = True
        self._table.watch()

    def _check_open(self) -> None:
        if self._closed:
            raise ClosedError(f"table {self.folder} was closed")

    def _check(self) -> None:
        self._check_open()
        if self.lock.is_deleted() or table_key(self.folder) != self._key:
            raise FormatError(f"table {self.folder} was replaced while it was open: open it again")

    def forget(self) -> None:
        """Start again in a child made by a fork: it has no locks, and others may write."""
        self.threads.forget_others()
        self.lock.forget()
        self._ready = self._asked = self._pinned = False

    def shut(self) -> None:
        """Close the lock file, which gives up all locks, for good."""
        self._closed = True
        self._ready = self._asked = False
        self.lock.close()


class Reading:
    """The context of those who read; one serves all."""

    __slots__ = ("_guard",)

    def __init__(self, guard: TableGuard) -> None:
        self._guard = guard

    def __enter__(self) -> None:
        guard = self._guard
        threads = guard.threads
        threads.start_reading()
        if guard._ready:
            guard._used = True
            if guard._asked and threads.reading_depth() == 1 and not threads.writes():
                self._let_others_first()
        elif not (threads.writes() or threads.reading_depth() > 1):
            threads.stop_reading()
            self._enter_slowly()

    def _let_others_first(self) -> None:
        guard = self._guard
        guard.threads.stop_reading()
        if not guard._let_go_if_unused(POLITENESS):
            guard._asked = guard._closing  # the idle thread comes again
        guard.threads.start_reading()
        if not guard._ready:
            guard.threads.stop_reading()
            self._enter_slowly()

    def _enter_slowly(self) -> None:
        guard = self._guard
        guard.threads.start_writing()
        try:
            guard._prepare(write=False)
        except BaseException:
            guard.threads.stop_writing()
            raise
        guard.threads.stop_writing(read=True)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        guard = self._guard
        guard.threads.stop_reading()
        if guard._asked:
            guard._let_go_if_unused()


class Writing:
    """The context of those who write; one serves all."""

    __slots__ = ("_guard",)

    def __init__(self, guard: TableGuard) -> None:
        self._guard = guard

    def __enter__(self) -> None:
        guard = self._guard
        guard.threads.start_writing()
        try:
            nested = guard.threads.writing_depth() > 1
            ready = nested or (guard._ready and not guard._asked)
            if not (ready and guard.lock.held is Held.WRITE):
                guard._prepare(write=True)
            guard._used = True
        except BaseException:
            guard.threads.stop_writing()
            raise

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        guard = self._guard
        try:
            if guard.threads.writing_depth() == 1:
                guard._table.settle()
        finally:
            guard.threads.stop_writing()
        if guard._asked:
            guard._let_go_if_unused()
