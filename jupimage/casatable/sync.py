"""What the users of one table tell each other: the content of file ``table.lock``.

The file starts with the list of the processes that wait for the lock (260 bytes). Then come the
length of a block and the block itself, in which the last writer left the number of rows and
counters of the changes: a reader whose counters differ reads again what they stand for. How the
file is locked is no matter of this module.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

from jupimage.casatable.aipsio import AipsReader, AipsWriter
from jupimage.errors import FormatError

__all__ = [
    "REQUEST_BYTES",
    "Sync",
    "lock_bytes",
    "parse_sync",
    "request_bytes",
    "request_list",
    "sync_bytes",
]

REQUEST_BYTES = 260
"""Length of the list of waiting processes; the block follows it."""

MOST_REQUESTS = 32


@dataclass(frozen=True, slots=True)
class Sync:
    """The state of a table that its last writer left.

    Attributes
    ----------
    rows
        Of the table.
    columns
        Of the table; -1 if the block holds nothing but the number of rows.
    modified
        Changes of any kind.
    table_changes
        Changes of the table's description.
    manager_changes
        Changes of the data of each manager.
    """

    rows: int
    columns: int = -1
    modified: int = 0
    table_changes: int = 0
    manager_changes: tuple[int, ...] = ()


def parse_sync(data: bytes, name: str = "table.lock") -> Sync | None:
    """Return the state of a table, if its lock file tells it.

    Parameters
    ----------
    data
        The content of the whole file.
    name
        Of the file, for messages.

    Returns
    -------
    Sync or None
        None if the file ends before the block, or if the block is empty.

    Raises
    ------
    FormatError
        If the block is damaged.
    """
    if len(data) < REQUEST_BYTES + 4:
        return None
    reader = AipsReader(data, name, position=REQUEST_BYTES)
    length = reader.integer()
    if not length:
        return None
    stop = reader.need(length)
    version, end = reader.begin("sync", (1, 2), outermost=True)
    rows = reader.unsigned() if version == 1 else reader.unsigned_long()
    columns = reader.integer()
    if columns < 0:
        found = Sync(rows)
    else:
        modified, table_changes = reader.unsigned(), reader.unsigned()
        found = Sync(rows, columns, modified, table_changes, tuple(reader.block().tolist()))
    reader.finish(end)
    if reader.position != stop:
        got = reader.position - REQUEST_BYTES - 4
        reader.fail(f"wanted a block of {length} bytes, got one of {got}")
    return found


def sync_bytes(sync: Sync) -> bytes:
    """Return the block and its length, which belong at byte 260 of the lock file.

    Examples
    --------
    >>> state = Sync(1, 1, 3, 1, (2,))
    >>> parse_sync(request_bytes([]) + sync_bytes(state)) == state
    True
    """
    wide = sync.rows >= 2**32
    writer = AipsWriter()
    writer.begin("sync", 2 if wide else 1, outermost=True)
    (writer.unsigned_long if wide else writer.unsigned)(sync.rows)
    writer.integer(sync.columns)
    if sync.columns >= 0:
        writer.unsigned(sync.modified % 2**32)
        writer.unsigned(sync.table_changes % 2**32)
        writer.block([count % 2**32 for count in sync.manager_changes])
    writer.finish()
    return struct.pack(">i", len(writer)) + writer.data()


def request_list(data: bytes) -> list[int]:
    """Return the numbers of the processes that wait for the lock, the first one first.

    Parameters
    ----------
    data
        The content of the lock file, or at least its first 260 bytes. A shorter one has no list.

    Raises
    ------
    FormatError
        If the number of processes makes no sense.
    """
    if len(data) < REQUEST_BYTES:
        return []
    count = struct.unpack_from(">i", data)[0]
    if not 0 <= count <= MOST_REQUESTS:
        raise FormatError(f"wanted 0 to {MOST_REQUESTS} processes that wait, got {count}")
    return list(struct.unpack_from(f">{2 * count}i", data, 4)[::2])


def request_bytes(pids: Sequence[int]) -> bytes:
    """Return the first 260 bytes of the lock file, for processes that wait for the lock.

    Examples
    --------
    >>> request_list(request_bytes([77, 78]))
    [77, 78]
    """
    kept = list(pids)[:MOST_REQUESTS]
    pairs = [number for pid in kept for number in (pid, 0)]  # the second is the host, never used
    return struct.pack(f">{1 + len(pairs)}i", len(kept), *pairs).ljust(REQUEST_BYTES, b"\0")


def lock_bytes(sync: Sync) -> bytes:
    """Return the content of the lock file of a table for which nobody waits."""
    return request_bytes(()) + sync_bytes(sync)
