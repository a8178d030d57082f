"""A table that is open: its description, its pixels, its locks.

Other processes, casacore among them, may use the same table at the same time. All agree on locks
(`jupimage.casatable.locking`) and on counters of changes in the lock file
(`jupimage.casatable.changes`): whoever gets a lock compares the counters with those it knows, and
reads again what others have changed. ``table.dat`` is replaced as a whole.

Nothing protects a table from a process that also has it open through another library, such as
python-casacore: when that one closes its lock file, the system drops the locks of both.
"""

from __future__ import annotations

import dataclasses
import os

from jupimage import options
from jupimage.casatable.changes import DESCRIPTION, Changes
from jupimage.casatable.idle import IdleWatch
from jupimage.casatable.lockfile import open_lock_file
from jupimage.casatable.table import read_table, write_table
from jupimage.casatable.tablecells import TableCells
from jupimage.casatable.tabledata import TableData
from jupimage.casatable.tableguard import Reading, TableGuard, Writing
from jupimage.casatable.tableregistry import TableRegistry
from jupimage.casatable.tiledarray import TiledArray
from jupimage.casatable.tiledwriting import TiledWriter
from jupimage.errors import ArgumentError, ClosedError, ImageError, ReadOnlyError

__all__ = ["OpenTable", "is_table_open", "is_table_used_elsewhere"]

FILE = "table.dat"


class OpenTable:
    """A table of this process, shared by all who opened it; made by `open`.

    Attributes
    ----------
    folder
        Absolute path of the table.
    version
        Grows whenever something else than pixels may have changed: the description, where the
        pixels are.
    writes
        Grows whenever this process is about to write pixels.
    """

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.version = 0
        self.writes = 0
        self._data: TableData | None = None
        self._stamp: tuple[int, ...] = ()
        self._guard = TableGuard(folder, self)
        self._changes = Changes(self._guard.lock)
        self._cells = TableCells(folder)
        self._reading = self._guard.reading
        self._writing = self._guard.writing

    @classmethod
    def open(cls, folder: str, *, writable: bool | None = None) -> OpenTable:
        """Open a table, or share it if this process has it open already.

        Parameters
        ----------
        folder
            Of the table.
        writable
            True if it has to be possible to write; None if that would be nice; False if nobody
            wants to. One who wants to is enough.

        Raises
        ------
        MissingImageError
            If there is no table.
        FormatError
            If it is damaged.
        ReadOnlyError
            If it is to be written and cannot be.
        LockError
            If somebody writes and does not stop.
        """
        table = _registry.share(folder, cls)
        try:
            table._attach(writable)
        except BaseException:
            table.close()
            raise
        return table

    def _attach(self, wanted: bool | None) -> None:
        if not os.path.lexists(os.path.join(self.folder, FILE)):
            read_table(self.folder)  # says what is wrong; a lock file would be out of place
        if wanted is not False and not self.writable:
            self._guard.writable = _is_writable(self.folder)
        if wanted and not self.writable:
            raise ReadOnlyError(f"table {self.folder} cannot be written")
        with self._reading:
            pass

    @property
    def writable(self) -> bool:
        """Whether the table can be written, and somebody here wanted that."""
        return self._guard.writable

    @property
    def data(self) -> TableData:
        """Description of the table as it was at the last `reading` or `writing`; not to be
        changed (a changed copy goes to `replace`)."""
        if self._data is None:
            raise ClosedError(f"table {self.folder} is not open")
        return self._data

    def reading(self) -> Reading:
        """Return a context in which nobody writes, and what is known of the table is true."""
        return self._reading

    def writing(self) -> Writing:
        """Return a context in which nobody else reads or writes; not within `reading`."""
        return self._writing

    def array(self, column: str, row: int = 0) -> TiledArray:
        """Return the pixels of a cell, to be read within `reading` and asked for each time."""
        return self._cells.array(self.data, column, row)

    def writer(self, column: str, row: int = 0) -> TiledWriter:
        """Return what writes pixels of a cell, within this `writing`."""
        self.touched(column)
        return self._cells.writer(self.data, column, row)

    def touched(self, column: str) -> None:
        """Announce that files of a column's manager are about to change, within `writing`."""
        self._need_writing()
        self.writes += 1
        manager = self.data.manager(column)
        self._changes.announce(self.data.managers.index(manager), self.data)

    def replace(self, data: TableData) -> None:
        """Replace the description of the table, within `writing`."""
        self._need_writing()
        self._changes.announce(DESCRIPTION, self.data)
        write_table(self.folder, data, durable=options.durable)
        self._data = data
        self._stamp = _stamp(self.folder)
        self.version += 1
        self._cells.keep_valid(data)

    def _need_writing(self) -> None:
        if not self._guard.threads.writes():
            raise ArgumentError(
                f"wanted a change of {self.folder} within `writing`, got one outside"
            )

    def lock(self, write: bool, attempts: int = 0) -> None:
        """Take a lock and keep it as if it were used all the time.

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
        """
        self._guard.take(write=write, attempts=attempts)

    def unlock(self) -> None:
        """Give up all locks; the next read or write takes what it needs."""
        self._guard.give_up()

    def haslock(self, write: bool = False) -> bool:
        """Whether this process has a lock for reading, or also for writing."""
        return self._guard.has(write=write)

    def flush(self) -> None:
        """Let everybody see what was written, and have it on the disk if `options.durable`."""
        if self.haslock(write=True) and not self._guard.threads.reads():
            self._guard.threads.start_writing()
            try:
                self.settle()
            finally:
                self._guard.threads.stop_writing()

    def close(self) -> None:
        """Give the table back; the last one who does so closes it."""
        if _registry.give_back(self):
            self._guard.close_when_unused()

    def is_used_elsewhere(self) -> bool:
        """Whether another process has the table open."""
        return self._guard.used_elsewhere()

    def settle(self) -> None:
        """Let others see what was changed; called when that is due."""
        if self.haslock(write=True):
            if options.durable:
                self._cells.sync()
            self._changes.settle(self.data)

    def refresh(self) -> None:
        """Read again what others have changed; called when a lock was taken."""
        sync, known, stamp = self._guard.lock.read_sync(), self._changes.known, _stamp(self.folder)
        if (
            self._data is None
            or sync is None
            or known is None
            or sync.table_changes != known.table_changes
            or stamp != self._stamp
        ):
            self._data = read_table(self.folder)
            self._stamp = stamp
            self.version += 1
        elif sync == known:
            return
        self._changes.known = sync
        if sync is not None and sync.rows and sync.rows != self._data.rows:
            # rows are added without a new description
            self._data = dataclasses.replace(self._data, rows=sync.rows)
            self.version += 1
        if self._cells.keep_valid(self._data):
            self.version += 1

    def watch(self) -> None:
        """Let the idle thread look who waits for the lock; called when one was taken."""
        _idle.watch(self)

    def look(self) -> bool:
        """Give up the lock if others wait for it and nothing here uses it."""
        return self._guard.look()

    def is_in_place(self) -> bool:
        """Whether the table is open, and its files have not been deleted."""
        return self._guard.is_in_place()

    def move(self, folder: str) -> None:
        """Take note of the path that leads to the table now."""
        if folder != self.folder:
            self.folder = folder
            self._guard.move(folder)
            self._cells.move(folder)

    def forget(self) -> None:
        """Start again in a child made by a fork."""
        self._guard.forget()
        self._changes.forget()
        self._cells = TableCells(self.folder)  # threads that are gone may have locked the old

    def finish(self) -> bool:
        """Close all files if nobody has the table, and return whether that is so."""
        return _registry.shut(self)

    def shut(self) -> None:
        """Close all files: the pixels first, the lock last."""
        self._cells.close()
        self._guard.shut()


def _is_writable(folder: str) -> bool:
    return os.access(folder, os.W_OK) and os.access(os.path.join(folder, FILE), os.W_OK)


def _stamp(folder: str) -> tuple[int, ...]:
    """Return what changes whenever the description is replaced."""
    try:
        found = os.stat(os.path.join(folder, FILE))
    except OSError:
        return ()
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def is_table_open(folder: str) -> bool:
    """Whether this process has a table open."""
    try:
        return _registry.find(folder) is not None
    except ImageError:
        return False


def is_table_used_elsewhere(folder: str) -> bool:
    """Whether another process has a table open.

    Raises
    ------
    MissingImageError
        If there is no table.
    """
    with _registry.alone():
        if _registry.find(folder) is None:
            file = open_lock_file(folder, make=False)
            if file is None:
                return False
            try:
                return file.used_elsewhere()
            finally:
                file.close()
        table = _registry.share(folder, OpenTable)
    try:
        return table.is_used_elsewhere()
    finally:
        table.close()


_registry: TableRegistry[OpenTable] = TableRegistry()
_idle = IdleWatch()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_idle.forget)
