"""The small tables in the folder of an image: its log, its attribute groups.

They are opened for a moment only, as casacore does, so nothing of them stays locked. To change
one, a whole new table is made beside it and put in its place in one step, while the old one is
locked: a reader finds the old rows or the new ones, and so does whoever comes after a killed
process. The caller holds the write lock of the image, which keeps two such changes apart.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from jupimage.casatable import TableData, read_columns
from jupimage.casatable.opentable import OpenTable
from jupimage.errors import FormatError
from jupimage.files import beside, place
from jupimage.files.leftovers import remove

__all__ = ["Token", "is_table_name", "place_table", "read_all", "token_of"]

Token = tuple[tuple[int, int, int], ...]

LONGEST_NAME = 200
"""Bytes of the name of a table; private names beside it are longer."""

_DEVICES = {"CON", "PRN", "AUX", "NUL", *(f"{d}{n}" for d in ("COM", "LPT") for n in range(1, 10))}
"""What Windows takes for devices, with any ending."""

_FILES = ("table.dat", "table.f0", "table.f0i", "table.lock")


def is_table_name(name: str) -> bool:
    """Whether a table in the folder of an image can have a name, on every system.

    Examples
    --------
    >>> is_table_name("mask 1"), is_table_name("a/b"), is_table_name("logtable")
    (True, False, False)
    """
    bad_signs = set('/\\:<>"|?*') | {chr(code) for code in range(32)}
    if name == "logtable" or name.startswith(("table.", ".")) or name.endswith((" ", ".")):
        return False
    if not name or bad_signs & set(name) or name.split(".")[0].upper() in _DEVICES:
        return False
    return len(name.encode("utf-8", "surrogatepass")) <= LONGEST_NAME


def token_of(folder: str) -> Token:
    """Return something that differs once a table has changed; empty if there is no table."""
    found = []
    for name in _FILES:
        try:
            status = os.stat(os.path.join(folder, name))
        except OSError:
            found.append((0, 0, 0))
            continue
        found.append((status.st_ino, status.st_mtime_ns, status.st_size))
    return tuple(found) if found[0] != (0, 0, 0) else ()


def read_all(folder: str) -> tuple[TableData, dict[str, Any]]:
    """Return the description of a table and all its columns, read while nobody writes.

    Raises
    ------
    FormatError
        If the table is missing or damaged.
    """
    with _opened(folder) as table, table.reading():
        return table.data, read_columns(folder, table.data)


def place_table(folder: str, write: Callable[[str], None]) -> None:
    """Put a new table in place of the one in a folder, if there is one.

    Parameters
    ----------
    folder
        Where the table is to be, inside that of an image.
    write
        Makes the table in a folder that is not there yet. If the old table is to go on in the
        new one, it is read by this function, so that nobody changes it in between.
    """
    new = beside(folder)
    try:
        if not os.path.lexists(folder):
            write(new)
            place(new, folder)
            return
        with _opened(folder) as table, table.writing():
            write(new)
            if os.name != "nt":  # there nothing in a folder may be open when it is renamed
                place(new, folder)
        if os.name == "nt":
            place(new, folder)
    finally:
        remove(new)


@contextmanager
def _opened(folder: str) -> Iterator[OpenTable]:
    if not os.path.isdir(folder):
        raise FormatError(f"there is no table {folder}")
    table = OpenTable.open(folder)
    try:
        yield table
    finally:
        table.close()
