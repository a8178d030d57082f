"""A lock for threads that lets many read or one write.

It guards objects that all threads of a process share, beside the lock on the file, which belongs
to the process as a whole. Reading is what happens often, so it has to cost next to nothing when
nobody writes: a reader enters itself in a table, and only then looks whether a writer is there or
waits; a writer raises its flag, and only then looks at the table. Whichever order that happens
in, at least one of the two sees the other, and no third lock is needed.

A thread that waits to write keeps new readers out, so that it comes to its turn; threads that
read already may read again, otherwise they would wait for themselves. New readers are kept out
for a moment only: a thread that reads may be waiting for what they do.
"""

from __future__ import annotations

import threading
from threading import get_ident

from jupimage.errors import LockError

__all__ = ["ReadersLock"]


POLITENESS = 1.0
"""Seconds for which a reader lets those go first that wait to write."""


class ReadersLock:
    """Many readers or one writer; a writer may write again and read inside.

    A thread that reads cannot start to write: two of them would wait for each other.

    Examples
    --------
    >>> lock = ReadersLock()
    >>> lock.start_reading()
    >>> lock.try_writing()
    False
    >>> lock.stop_reading()
    >>> lock.try_writing()
    True
    >>> lock.writes()
    True
    >>> lock.stop_writing()
    """

    __slots__ = ("_depth", "_free", "_raised", "_readers", "_waiting", "_writer")

    def __init__(self) -> None:
        # re-entrant, because the collector of garbage may close a file at any moment
        self._free = threading.Condition(threading.RLock())
        self._readers: dict[int, int] = {}
        self._raised = False  # a writer is there or waits
        self._writer: int | None = None
        self._depth = 0
        self._waiting = 0

    def start_reading(self) -> None:
        """Wait until nobody writes, and keep writers out."""
        me = get_ident()
        readers = self._readers
        readers[me] = readers.get(me, 0) + 1
        if self._raised:
            self._start_reading_slowly(me)

    def _start_reading_slowly(self, me: int) -> None:
        with self._free:
            if self._readers[me] > 1 or self._writer == me:
                return
            del self._readers[me]
            self._free.notify_all()
            self._free.wait_for(lambda: not self._raised, POLITENESS)
            self._free.wait_for(lambda: self._writer is None)
            self._readers[me] = 1

    def stop_reading(self) -> None:
        """Undo one `start_reading` of this thread."""
        me = get_ident()
        depth = self._readers[me] - 1
        if depth:
            self._readers[me] = depth
        else:
            del self._readers[me]
        if self._raised:
            with self._free:
                self._free.notify_all()

    def start_writing(self) -> None:
        """Wait until nobody else reads or writes, and keep all others out.

        Raises
        ------
        LockError
            If this thread reads.
        """
        me = get_ident()
        with self._free:
            if self._writer != me:
                if me in self._readers:
                    raise LockError("a thread that reads cannot write before it is done")
                self._wait_to_write(None)
                self._writer = me
            self._depth += 1

    def _wait_to_write(self, seconds: float | None) -> bool:
        self._raised = True
        self._waiting += 1
        done = False
        try:
            done = self._is_free() or self._free.wait_for(self._is_free, seconds)
        finally:
            self._waiting -= 1
            if not done:
                self._lower()
        return done

    def _is_free(self) -> bool:
        return self._writer is None and not self._readers

    def _lower(self) -> None:
        """Let readers in again, unless there is a writer."""
        if self._writer is None and not self._waiting:
            self._raised = False
        self._free.notify_all()

    def try_writing(self, seconds: float = 0) -> bool:
        """Start to write if that is possible, and return whether it was.

        Parameters
        ----------
        seconds
            How long to wait for others. A thread that reads is not waited for by itself.
        """
        me = get_ident()
        with self._free:
            if self._writer != me:
                if me in self._readers or not self._wait_to_write(seconds):
                    return False
                self._writer = me
            self._depth += 1
            return True

    def stop_writing(self, *, read: bool = False) -> None:
        """Undo one `start_writing` of this thread.

        Parameters
        ----------
        read
            Whether to go on as a reader, with no other writer in between.
        """
        with self._free:
            if read:
                me = get_ident()
                self._readers[me] = self._readers.get(me, 0) + 1
            self._depth -= 1
            if not self._depth:
                self._writer = None
                self._lower()

    def reads(self) -> bool:
        """Whether this thread reads."""
        return get_ident() in self._readers

    def reading_depth(self) -> int:
        """Return how often this thread has started to read."""
        return self._readers.get(get_ident(), 0)

    def writes(self) -> bool:
        """Whether this thread writes."""
        return self._writer == get_ident()

    def writing_depth(self) -> int:
        """Return how often the thread that writes has started to."""
        return self._depth

    def forget_others(self) -> None:
        """Start again in a child made by a fork, in which no thread but this one goes on."""
        me = get_ident()
        self._free = threading.Condition(threading.RLock())
        self._readers = {me: self._readers[me]} if me in self._readers else {}
        if self._writer != me:
            self._writer, self._depth = None, 0
        self._waiting = 0
        self._raised = self._writer is not None
