"""Gives up locks that somebody waits for while nothing here uses them.

A lock is kept after use, because taking it again and looking for changes takes time. So a
notebook that rests would keep a pipeline waiting, if not a thread looked once a second who waits.
It runs only while locks are held.
"""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from typing import Protocol

__all__ = ["Holder", "IdleWatch"]

PERIOD = 1.0
"""Seconds from one look to the next."""


class Holder(Protocol):
    """Something that holds a lock."""

    def look(self) -> bool:
        """Give the lock up if somebody waits for it and nothing uses it; return False if it is
        not held, so that nobody need look again."""


class IdleWatch:
    """The thread, and what it looks at."""

    def __init__(self) -> None:
        self._mutex = threading.RLock()
        self._holders: set[Holder] = set()
        self._running = False

    def watch(self, holder: Holder) -> None:
        """Look at a holder from now on, until it holds nothing any more."""
        with self._mutex:
            self._holders.add(holder)
            if self._running or sys.platform == "emscripten":
                return
            self._running = True
        thread = threading.Thread(target=self._run, name="jupimage-locks", daemon=True)
        try:
            thread.start()
        except RuntimeError:  # the interpreter ends, and with it all locks
            self._running = False

    def _run(self) -> None:
        while True:
            time.sleep(PERIOD)
            with self._mutex:
                holders = list(self._holders)
            for holder in holders:
                self._look(holder)
            del holders
            with self._mutex:
                if not self._holders:
                    self._running = False
                    return

    def _look(self, holder: Holder) -> None:
        with self._mutex:
            self._holders.discard(holder)  # before, so that a `watch` meanwhile is not lost
        held = False
        with contextlib.suppress(OSError):  # the file system has gone
            held = holder.look()
        if held:
            with self._mutex:
                self._holders.add(holder)

    def forget(self) -> None:
        """Start again in a child made by a fork, which has neither the thread nor locks."""
        self._mutex = threading.RLock()
        self._holders = set()
        self._running = False
