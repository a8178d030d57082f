"""The history of an image: the table ``logtable`` in its folder.

casacore finds it by that name, whatever the keyword says, and opens no image without it. The
messages, in the order of the rows, are the history that people see.
"""

from __future__ import annotations

import os
import threading
import time
import warnings
from collections.abc import Iterable, Sequence
from typing import Any, overload

import numpy as np

from jupimage.casatable import Column, TableInfo, write_standard_table
from jupimage.errors import FormatError, ImageError
from jupimage.files import path_inside
from jupimage.formats import Entry
from jupimage.paged.subtables import Token, place_table, read_all, token_of

__all__ = ["History", "append_log", "replace_log", "write_log"]

NAME = "logtable"

PRIORITIES = ("DEBUGGING", "INFO", "NORMAL", "WARN", "SEVERE")

_EPOCH = 40587 * 86400.0
"""The first of January 1970 as a modified Julian date, in seconds."""

_UNREAD: Token = ((-1, -1, -1),)

_OTHERS = ("TIME", "PRIORITY", "LOCATION", "OBJECT_ID")

_INFO = TableInfo("Log message", "", "Repository for software-generated logging messages")
_TIME = {"UNIT": "s", "MEASURE_TYPE": "EPOCH", "MEASURE_REFERENCE": "UTC"}


class History(Sequence[str]):
    """The lines of an image's history, read when they are first asked for, and when they changed.

    A log that cannot be read counts as empty; a warning says so.

    Parameters
    ----------
    folder
        Of the image.
    """

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._token: Token = _UNREAD
        self._entries: list[Entry] = []
        self._lock = threading.Lock()

    def _current(self) -> list[Entry]:
        with self._lock:
            token = token_of(os.path.join(self._folder, NAME))
            if token != self._token:
                try:
                    self._entries = _read_log(self._folder)
                except FormatError as error:
                    message = f"the history of {self._folder} is taken as empty: {error}"
                    warnings.warn(message, UserWarning, stacklevel=3)
                    self._entries = []
                self._token = token
            return self._entries

    def __len__(self) -> int:
        return len(self._current())

    @overload
    def __getitem__(self, index: int) -> str: ...

    @overload
    def __getitem__(self, index: slice) -> list[str]: ...

    def __getitem__(self, index: int | slice) -> Any:
        return self._current()[index]

    def __iter__(self) -> Any:
        return iter(list(self._current()))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return repr(list(self))


def _read_log(folder: str) -> list[Entry]:
    log = path_inside(folder, NAME)
    _, columns = read_all(log)
    messages = columns.get("MESSAGE")
    if not isinstance(messages, list):
        raise FormatError(f"{log}: wanted a column of texts MESSAGE, got {', '.join(columns)}")
    count = len(messages)
    if missing := [name for name in _OTHERS if name not in columns]:
        message = f"{log}: no columns {', '.join(missing)}, which all logs have"
        warnings.warn(message, UserWarning, stacklevel=4)
    times = columns.get("TIME", [None] * count)
    texts = [columns.get(name, [""] * count) for name in _OTHERS[1:]]
    if not all(len(column) == count for column in (times, *texts)):
        raise FormatError(f"{log}: wanted {count} rows in all columns")
    return [
        Entry(message, time=at, priority=priority, location=location, object_id=object_id)
        for message, at, priority, location, object_id in zip(
            messages, np.asarray(times).tolist(), *texts, strict=True
        )
    ]


def write_log(folder: str, lines: Iterable[str], *, big_endian: bool, origin: str = "") -> None:
    """Make a log table.

    Parameters
    ----------
    folder
        Where; it is made.
    lines
        The messages; what an `Entry` knows beside its message is kept.
    big_endian
        Byte order of the data.
    origin
        Who says so, for lines that do not know.
    """
    entries = [Entry.of(line) for line in lines]
    now = time.time() + _EPOCH
    columns: list[tuple[Column, Any]] = [
        (
            Column("TIME", "double", comment="MJD in seconds", keywords=dict(_TIME)),
            np.array([now if entry.time is None else entry.time for entry in entries], float),
        ),
        (Column("PRIORITY", "String", max_length=9), [_priority(entry) for entry in entries]),
        (Column("MESSAGE", "String"), [str(entry) for entry in entries]),
        (Column("LOCATION", "String"), [entry.location or origin for entry in entries]),
        (Column("OBJECT_ID", "String"), [entry.object_id for entry in entries]),
    ]
    write_standard_table(
        folder,
        columns,
        info=_INFO,
        comment="Log message table",
        big_endian=big_endian,
        bucket_size=32768,
        manager_name="SSM",
    )


def _priority(entry: Entry) -> str:
    return entry.priority if entry.priority in PRIORITIES else "NORMAL"


def append_log(folder: str, lines: Sequence[str], origin: str, *, big_endian: bool) -> None:
    """Append lines to the history of an image, whose write lock the caller holds.

    Raises
    ------
    FormatError
        If the log is damaged: what may be left of it is not thrown away.
    """

    def write(new: str) -> None:
        old = _read_log(folder) if os.path.lexists(target) else []
        added = [_from(line, origin) for line in lines]
        write_log(new, [*old, *added], big_endian=big_endian)

    target = path_inside(folder, NAME)
    place_table(target, write)


def replace_log(folder: str, lines: Sequence[str], origin: str, *, big_endian: bool) -> None:
    """Replace the history of an image, whose write lock the caller holds.

    Lines that were there before, from the first on, keep their times.
    """

    def write(new: str) -> None:
        try:
            old = _read_log(folder) if os.path.lexists(target) else []
        except ImageError:
            old = []
        kept = 0
        while kept < min(len(old), len(lines)) and old[kept] == lines[kept]:
            kept += 1
        added = [_from(line, origin) for line in lines[kept:]]
        write_log(new, [*old[:kept], *added], big_endian=big_endian)

    target = path_inside(folder, NAME)
    place_table(target, write)


def _from(line: str, origin: str) -> Entry:
    entry = Entry.of(line)
    return Entry(
        entry,
        time=entry.time,
        priority=entry.priority,
        location=entry.location or origin,
        object_id=entry.object_id,
    )
