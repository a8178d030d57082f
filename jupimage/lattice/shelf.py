"""What a process holds open from one task to the next, and lets go of when nobody comes back.

A walk over an image on a cluster arrives in a worker as many tasks. The first one opens the
file; the others find it here. Whatever was not asked for in a while is forgotten, with which
its file is closed, and only so many things are held at all.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

__all__ = ["Shelf"]

T = TypeVar("T")


class _Place(Generic[T]):
    """One thing, made by the first who asks for it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.content: list[T] = []
        self.used = time.monotonic()


class Shelf(Generic[T]):
    """Things that are made once for each key, used by several threads, and forgotten.

    Parameters
    ----------
    room
        How many are kept; the one that was asked for longest ago makes room.
    patience
        Seconds after which one that nobody asks for is forgotten.

    Examples
    --------
    >>> shelf = Shelf(room=2, patience=60)
    >>> shelf.take("a", lambda: [1]) is shelf.take("a", lambda: [2])
    True
    >>> shelf.clear()
    >>> shelf.take("a", lambda: [2])
    [2]
    >>> shelf.clear()
    """

    def __init__(self, *, room: int, patience: float) -> None:
        self._room = room
        self._patience = patience
        self._lock = threading.Lock()
        self._places: OrderedDict[Hashable, _Place[T]] = OrderedDict()
        self._alarm: threading.Timer | None = None

    def __len__(self) -> int:
        return len(self._places)

    def take(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return the thing of that key; `make` it if it is not there."""
        with self._lock:
            place = self._places.setdefault(key, _Place())
            place.used = time.monotonic()
            self._places.move_to_end(key)
            while len(self._places) > self._room:
                self._places.popitem(last=False)
            self._watch()
        with place.lock:
            if not place.content:
                place.content.append(make())
            return place.content[0]

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._places.clear()
            if self._alarm is not None:
                self._alarm.cancel()
                self._alarm = None

    def _watch(self) -> None:
        """See to it that somebody looks after the things, as long as there are any."""
        if self._alarm is None and self._places:
            self._alarm = threading.Timer(self._patience, self._tidy)
            self._alarm.daemon = True
            self._alarm.start()

    def _tidy(self) -> None:
        """Forget what nobody asked for lately."""
        with self._lock:
            since = time.monotonic() - self._patience
            for key in [key for key, place in self._places.items() if place.used <= since]:
                del self._places[key]
            self._alarm = None
            self._watch()
