"""Records that groups hold.

Scalars and arrays are attributes, in the order in which they were made; records in records are
groups in the group, so they come after all others, sorted by name.
"""

from __future__ import annotations

from typing import Any, Protocol

from jupimage.errors import FormatError

__all__ = ["MOST_LEVELS", "GroupLike", "read_record"]

Record = dict[str, Any]

MOST_LEVELS = 50


class GroupLike(Protocol):
    """A group, whoever reads it."""

    @property
    def where(self) -> str:
        """What it is called in messages."""

    @property
    def address(self) -> int:
        """What tells it from all other groups, by whatever name it is reached."""

    def names(self) -> list[str]:
        """Return the names of what is in the group, sorted."""

    def child(self, name: str) -> Any | None:
        """Return what has a name in the group, None if nothing has."""

    def attributes(self) -> list[tuple[str, Any]]:
        """Return names and values of the attributes, in the order in which they were made."""


def read_record(group: GroupLike, path: str) -> Record:
    """Return the record that a group holds.

    Parameters
    ----------
    group
        The group.
    path
        Of the file, for messages.

    Raises
    ------
    FormatError
        If anything in it cannot be read, or is nothing that records hold.
    """
    return _read(group, path, set(), 0)


def _read(group: GroupLike, path: str, seen: set[int], level: int) -> Record:
    if level > MOST_LEVELS or group.address in seen:
        problem = "lies too deep" if level > MOST_LEVELS else "is in a record twice"
        raise FormatError(f"{path}: {group.where} {problem}")
    seen.add(group.address)  # each group once: links may lead round in circles
    record: Record = {}
    for name, value in group.attributes():
        if name in record:
            raise FormatError(f"{path}: {group.where} has two fields {name[:60]!r}")
        record[name] = value
    for name in group.names():
        inner: Any = group.child(name)
        if name in record or not hasattr(inner, "attributes"):
            raise FormatError(f"{path}: {group.where}/{name[:60]} is no record")
        record[name] = _read(inner, path, seen, level + 1)
    return record
