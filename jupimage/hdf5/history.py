"""The history of an image.

Images in HDF5 have none that other programs know of; those keep to the names that they know, so
a group of another name does no harm. In ``/history`` there is a record for each time that lines
were added, under ``00000``, ``00001`` and so on: arrays of the lines and, if anything is known of
it, of when and by what they were written.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from jupimage.errors import FormatError
from jupimage.formats.entry import Entry
from jupimage.hdf5.records import GroupLike, read_record

__all__ = ["HISTORY", "MOST_LINES", "history_records", "read_history"]

HISTORY = "history"

MOST_LINES = 4000
"""Lines in one record."""

_TEXTS = ("priority", "location", "object_id")


def read_history(root: GroupLike, path: str) -> list[Entry]:
    """Return the lines of the history.

    Parameters
    ----------
    root
        The root group.
    path
        Of the file, for messages.

    Raises
    ------
    FormatError
        If the history is damaged.
    """
    group: Any = root.child(HISTORY)
    if group is None:
        return []
    if not hasattr(group, "attributes"):
        raise FormatError(f"{path}: wanted a group {HISTORY}, got something else")
    records = read_record(group, path)
    lines: list[Entry] = []
    for name in sorted(records, key=lambda name: (len(name), name)):
        lines += _lines(records[name], f"{path}: {HISTORY}/{name[:20]}")
    return lines


def _lines(record: Any, where: str) -> list[Entry]:
    messages = _texts(record, "message", where)
    count = len(messages)
    times = np.asarray(record.get("time", np.full(count, np.nan)))
    if times.shape != (count,) or times.dtype != np.float64:
        raise FormatError(f"{where}: wanted {count} times, got {times.shape} of {times.dtype}")
    others = {
        name: _texts(record, name, where) if name in record else [""] * count for name in _TEXTS
    }
    if any(len(other) != count for other in others.values()):
        raise FormatError(f"{where}: wanted {count} lines of everything")
    return [
        Entry(
            message,
            time=None if math.isnan(times[number]) else float(times[number]),
            **{name: other[number] for name, other in others.items()},
        )
        for number, message in enumerate(messages)
    ]


def _texts(record: Any, name: str, where: str) -> list[str]:
    found = record.get(name) if isinstance(record, dict) else None
    if not isinstance(found, list):
        raise FormatError(f"{where}: wanted strings {name!r}, got something else")
    return found


def history_records(lines: Sequence[str]) -> list[dict[str, Any]]:
    """Return the records that hold some lines.

    Examples
    --------
    >>> history_records(["imaged", Entry("cleaned", priority="INFO")])
    [{'message': ['imaged', 'cleaned'], 'priority': ['', 'INFO']}]
    """
    return [
        _record([Entry.of(line) for line in lines[start : start + MOST_LINES]])
        for start in range(0, len(lines), MOST_LINES)
    ]


def _record(lines: list[Entry]) -> dict[str, Any]:
    record: dict[str, Any] = {"message": [_plain(line) for line in lines]}
    if any(line.time is not None for line in lines):
        record["time"] = np.array([np.nan if line.time is None else line.time for line in lines])
    for name in _TEXTS:
        texts = [_plain(getattr(line, name)) for line in lines]
        if any(texts):
            record[name] = texts
    return record


def _plain(text: str) -> str:
    """Return a text that can be stored: without NULs and halves of surrogate pairs."""
    return text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")
