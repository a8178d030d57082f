"""The counters by which the users of a table learn what others have changed.

A change is announced before it is made: the counters go up, then the files change. A process that
is killed in between has made the others read again for nothing; the other way round they would
miss a change, and undo it with what they know. The number of rows is noted last, after the rows
are there.
"""

from __future__ import annotations

import dataclasses
import time

from jupimage.casatable.locking import TableLock
from jupimage.casatable.sync import Sync
from jupimage.casatable.tabledata import TableData

__all__ = ["DESCRIPTION", "Changes"]

DESCRIPTION = -1
"""Stands for the description of the table among the numbers of its managers."""


class Changes:
    """The counters as this process knows them.

    Parameters
    ----------
    lock
        Of the table, held for writing by those who announce something.
    """

    def __init__(self, lock: TableLock) -> None:
        self.known: Sync | None = None
        self._lock = lock
        self._announced: set[int] = set()

    def announce(self, what: int, data: TableData) -> None:
        """Count a change, once until the next `settle`.

        Parameters
        ----------
        what
            Index of a manager, or `DESCRIPTION`.
        data
            Description of the table.
        """
        if what in self._announced:
            return
        known = self._complete(data)
        described, managers = known.table_changes, list(known.manager_changes)
        if what == DESCRIPTION:
            described = _next(described)
        else:
            managers[what] = _next(managers[what])
        self._note(
            dataclasses.replace(
                known,
                modified=_next(known.modified),
                table_changes=described,
                manager_changes=tuple(managers),
            )
        )
        self._announced.add(what)

    def settle(self, data: TableData) -> None:
        """Note what is only true now that all files have changed."""
        if self._announced:
            known = self._complete(data)
            self._note(dataclasses.replace(known, rows=data.rows, columns=len(data.columns)))
            self._announced.clear()

    def _complete(self, data: TableData) -> Sync:
        """Return what is known, with a counter for each manager."""
        known = self.known
        if known is None:
            # unlike all that anybody may remember of a file whose counters are lost
            start = int(time.time()) % 2**32
            known = Sync(data.rows, len(data.columns), start, start)
        managers = known.manager_changes[: len(data.managers)]
        missing = len(data.managers) - len(managers)
        return dataclasses.replace(known, manager_changes=managers + (known.modified,) * missing)

    def _note(self, sync: Sync) -> None:
        if sync != self.known:
            self._lock.write_sync(sync)
            self.known = sync

    def forget(self) -> None:
        """Start again in a child made by a fork: the parent settles what it announced."""
        self.known = None
        self._announced.clear()


def _next(count: int) -> int:
    return (count + 1) % 2**32
