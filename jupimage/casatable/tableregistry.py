"""The tables that this process has open, each of them once.

Locks on files belong to the process, and closing any descriptor of a file drops them all: two
objects for one table would take the locks from each other. So a table is known by its folder's
device and number, whatever its path, and all who open it share one object, which is closed when
the last of them gives it back.

A child made by a fork has the objects, but none of the locks: they start again there.
"""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Generic, Protocol, TypeVar

from jupimage.errors import FormatError, MissingImageError

__all__ = ["TableKey", "TableRegistry", "table_key"]

TableKey = tuple[int, int] | str


class Shared(Protocol):
    """What the registry asks of a table."""

    def move(self, folder: str) -> None:
        """Take note of the path that leads to the table now."""

    def is_in_place(self) -> bool:
        """Whether the files that are open are those that a path leads to now."""

    def forget(self) -> None:
        """Start again in a child made by a fork."""

    def shut(self) -> None:
        """Close all files."""


T = TypeVar("T", bound=Shared)


def table_key(folder: str) -> TableKey:
    """Return what tells a folder from all others, whatever path leads to it.

    Raises
    ------
    MissingImageError
        If there is no such folder.
    """
    try:
        found = os.stat(folder)
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        raise MissingImageError(f"there is no table {folder}") from error
    except OSError as error:
        problem = (error.strerror or str(error)).lower()
        raise FormatError(f"cannot open table {folder}: {problem}") from error
    if not stat.S_ISDIR(found.st_mode):
        raise FormatError(f"{folder}: wanted the folder of a table, got a file")
    if not found.st_ino:  # some file systems do not number
        return os.path.normcase(os.path.realpath(folder))
    return found.st_dev, found.st_ino


class TableRegistry(Generic[T]):
    """Tables by key, and how often each is open."""

    def __init__(self) -> None:
        self._mutex = threading.RLock()
        self._tables: dict[TableKey, T] = {}
        self._counts: dict[T, int] = {}
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._forget)

    def share(self, folder: str, make: Callable[[str], T]) -> T:
        """Return the table of a folder, and count it once more.

        Parameters
        ----------
        folder
            Of the table.
        make
            Makes a table of the path of a folder, without opening anything.
        """
        folder = os.path.abspath(folder)
        with self._mutex:
            key = table_key(folder)
            table = self._tables.get(key)
            if table is None or not table.is_in_place():
                # the number of a deleted folder is soon that of another one
                table = self._tables[key] = make(folder)
            table.move(folder)  # it may have been renamed
            self._counts[table] = self._counts.get(table, 0) + 1
            return table

    def give_back(self, table: T) -> bool:
        """Count a table once less, and return whether nobody else has it."""
        with self._mutex:
            if not self._counts.get(table):
                return False
            self._counts[table] -= 1
            return not self._counts[table]

    def shut(self, table: T) -> bool:
        """Close a table that nobody has, and return whether that is so.

        The files are closed before anybody can open the table again: closing them later would
        take the locks of the new object.
        """
        with self._mutex:
            if self._counts.get(table, 1):
                return False
            del self._counts[table]
            for key in [key for key, found in self._tables.items() if found is table]:
                del self._tables[key]
            table.shut()
            return True

    def find(self, folder: str) -> T | None:
        """Return the table of a folder if this process has it open."""
        with self._mutex:
            table = self._tables.get(table_key(folder))
            return table if table is not None and table.is_in_place() else None

    def alone(self) -> AbstractContextManager[object]:
        """Return a context in which nobody else opens or closes a table."""
        return self._mutex

    def _forget(self) -> None:
        self._mutex = threading.RLock()
        for table in list(self._counts):
            table.forget()
