"""Names in groups: in a tree of tables, with the names themselves in a heap; or one message each.

The latter are in groups that hold what the older form has no place for, such as a link to another
file.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

from jupimage.hdf5.source import UNDEFINED, Source

__all__ = ["Link", "parse_link", "read_links"]

MOST_LINKS = 1_000_000
_DEEPEST = 32
_MOST_CHILDREN = 1 << 12
_SOFT = 2


class Link(NamedTuple):
    """A name in a group.

    Attributes
    ----------
    name
        As it is stored.
    address
        Of the header of what has the name.
    soft
        Whether it only stands for another path, or for one in another file.
    """

    name: bytes
    address: int
    soft: bool


def read_links(source: Source, tree: int, heap: int, what: str) -> list[Link]:
    """Return the links of a group, sorted by name.

    Parameters
    ----------
    source
        The file.
    tree, heap
        Addresses of the tree and of the heap.
    what
        What the group is called in messages.

    Raises
    ------
    FormatError
        If they are damaged.
    """
    names = _read_heap(source, heap, what)
    found: list[Link] = []
    for table in _tables(source, tree, what):
        for offset, address, kind in table:
            end = names.find(b"\0", offset)
            if offset >= len(names) or end < 0:
                source.fail(f"a name in {what} lies outside its heap")
            name = names[offset:end]
            source.check_name(name, what)
            if found and name <= found[-1].name:
                source.fail(f"the names in {what} are not in order: {name[:60]!r}")
            found.append(Link(name, address, kind == _SOFT))
        if len(found) > MOST_LINKS:
            source.fail(f"{what} has more than {MOST_LINKS} names")
    return found


def parse_link(source: Source, data: bytes, what: str) -> Link:
    """Return the link that a message holds.

    Parameters
    ----------
    source
        The file.
    data
        Of the message.
    what
        What the group is called in messages.
    """
    flags = data[1] if len(data) > 1 else 0
    kind = data[2] if flags & 8 and len(data) > 2 else 0
    position = 2 + bool(flags & 8) + 8 * bool(flags & 4) + bool(flags & 16)
    width = 1 << (flags & 3)
    length = int.from_bytes(data[position : position + width], "little")
    start = position + width
    if data[:1] != b"\1" or not length or start + length + 8 * (kind == 0) > len(data):
        source.fail(f"a link in {what} is cut off")
    name = data[start : start + length]
    address = int.from_bytes(data[start + length : start + length + 8], "little")
    return Link(name, address if kind == 0 else UNDEFINED, kind != 0)


def _read_heap(source: Source, address: int, what: str) -> bytes:
    signature, version, size, _, place = source.unpack("<4sB3x3Q", address, f"the heap of {what}")
    if signature != b"HEAP" or version != 0:
        source.fail(f"wanted the heap of {what} at {address}, got something else")
    return source.read(place, size, f"the heap of {what}")


def _tables(source: Source, tree: int, what: str) -> Iterator[list[tuple[int, int, int]]]:
    """Yield offset of name, address and kind of the links in each table."""
    waiting: list[tuple[int, int | None]] = [(tree, None)]
    seen: set[int] = set()
    while waiting:
        address, level = waiting.pop()
        if address in seen:
            source.fail(f"the names in {what} go round in circles")
        seen.add(address)
        if level == -1:
            yield _read_table(source, address, what)
            continue
        depth, data = read_node(source, address, 0, 8, f"the names of {what}")
        if level is not None and depth != level:
            source.fail(f"the names in {what} are no tree")
        children = [child for _, child in struct.iter_unpack("<2Q", data)]
        waiting += [(child, depth - 1) for child in reversed(children)]


def read_node(source: Source, address: int, kind: int, width: int, what: str) -> tuple[int, bytes]:
    """Return the level of a node of a tree, and key and address of each of its children.

    Parameters
    ----------
    source
        The file.
    address
        Of the node.
    kind
        Of the tree: 0 for names, 1 for pixels.
    width
        Bytes of a key; the address of the child follows it.
    what
        What the tree is called in messages.
    """
    head = source.unpack("<4s2BH2Q", address, what)
    signature, number, level, count = head[:4]
    if signature != b"TREE" or number != kind or level > _DEEPEST or count > _MOST_CHILDREN:
        source.fail(f"wanted {what} at {address}, got something else")
    return level, source.read(address + 24, count * (width + 8), what)


def _read_table(source: Source, address: int, what: str) -> list[tuple[int, int, int]]:
    signature, version, count = source.unpack("<4sBxH", address, f"names of {what}")
    if signature != b"SNOD" or version != 1:
        source.fail(f"wanted names of {what} at {address}, got something else")
    data = source.read(address + 8, 40 * count, f"names of {what}")
    return [entry[:3] for entry in struct.iter_unpack("<2QI20x", data)]
