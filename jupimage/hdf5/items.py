"""Groups of the older form and what they hold, read without the HDF5 library.

`jupimage.hdf5.newer` has classes with the same methods for files of the newer form.
"""

from __future__ import annotations

import struct
from typing import Any

import numpy as np

from jupimage import options
from jupimage.casatable.aipsio import decode_text
from jupimage.errors import FormatError
from jupimage.hdf5 import headers
from jupimage.hdf5.dataset import Dataset
from jupimage.hdf5.groups import Link, parse_link, read_links
from jupimage.hdf5.headers import Message, only_message, read_header
from jupimage.hdf5.heap import HeapReader
from jupimage.hdf5.messages import Kind, StoredAttribute, number_type, parse_attribute
from jupimage.hdf5.pixelplace import link_refusal
from jupimage.hdf5.source import UNDEFINED, NewerFormError, Source
from jupimage.hdf5.values import EMPTY_MEMBERS, empty_value, number_value, text_value

__all__ = ["Group", "open_group"]


class Group:
    """A group.

    Parameters
    ----------
    source
        The file.
    address
        Of its header.
    where
        What it is called in messages.
    heap
        Of the strings in the file.
    messages
        Of its header.
    """

    def __init__(
        self, source: Source, address: int, where: str, heap: HeapReader, messages: list[Message]
    ) -> None:
        self.address = address
        self.where = where
        self._source = source
        self._heap = heap
        self._messages = messages
        self._links = {decode_text(link.name): link for link in _links(source, messages, where)}

    def names(self) -> list[str]:
        """Return the names of what is in the group, sorted."""
        return list(self._links)

    def child(self, name: str) -> Any | None:
        """Return what has a name in the group, None if nothing has.

        Raises
        ------
        FormatError
            If it cannot be read, or is a link that may not be followed.
        """
        link = self._links.get(name)
        if link is None:
            return None
        where = f"{self.where}/{name}"
        if link.soft:
            if not options.follow_links or self._source.newer is None:
                raise link_refusal(self._source.name, where)
            return self._source.newer(where)
        return _open_item(self._source, link.address, where, self._heap)

    def attributes(self) -> list[tuple[str, Any]]:
        """Return names and values of the attributes, in the order in which they were made."""
        found = []
        for message in self._messages:
            if message.kind == headers.ATTRIBUTE:
                attribute = parse_attribute(self._source, message.data, self.where)
                where = f"{self.where}.{decode_text(attribute.name)}"
                try:
                    value = _value(self._source, self._heap, attribute, where)
                except FormatError as error:
                    if self._source.name in str(error):
                        raise
                    raise FormatError(f"{self._source.name}, {where}: {error}") from error
                found.append((decode_text(attribute.name), value))
        return found


def open_group(source: Source, address: int) -> Any:
    """Return the root group of a file.

    Raises
    ------
    NewerFormError
        If only the library can read it.
    FormatError
        If it is damaged.
    """
    found = _open_item(source, address, "", HeapReader(source))
    if not hasattr(found, "attributes"):
        source.fail("its root is no group")
    return found


def _open_item(source: Source, address: int, where: str, heap: HeapReader) -> Any:
    try:
        messages = read_header(source, address, where or "the root group")
        if any(message.kind == headers.LAYOUT for message in messages):
            return Dataset(source, where, messages)
        return Group(source, address, where, heap, messages)
    except NewerFormError:
        if source.newer is None:
            raise
        return source.newer(where)


def _links(source: Source, messages: list[Message], where: str) -> list[Link]:
    """Return the links of a group."""
    found = {message.kind: message.data for message in messages}
    if headers.LINK_INFO not in found:
        table = only_message(source, messages, headers.SYMBOL_TABLE, 16, where)
        tree, heap = struct.unpack_from("<2Q", table)
        return read_links(source, tree, heap, where or "the root group")
    info = found[headers.LINK_INFO]
    start = 10 if info[1:2] and info[1] & 1 else 2
    if len(info) < start + 16:
        source.fail(f"the names in {where} are cut off")
    if info[start : start + 8] != UNDEFINED.to_bytes(8, "little"):
        raise NewerFormError(f"{source.name}: {where} keeps its names in a newer way")
    links = [parse_link(source, m.data, where) for m in messages if m.kind == headers.LINK]
    return sorted(links)


def _value(source: Source, heap: HeapReader, attribute: StoredAttribute, where: str) -> Any:
    """Return the value of an attribute."""
    kind, shape, data = attribute.type, attribute.shape, attribute.data
    if shape is None:
        raise FormatError("wanted a value or an array, got an attribute without one")
    if kind.kind == Kind.STRING or (kind.kind == Kind.VARIABLE and kind.text):
        texts = [data[start : start + kind.size] for start in range(0, len(data), kind.size)]
        if kind.kind == Kind.VARIABLE:
            return text_value([heap.text(text, where) for text in texts], shape)
        found = [text.rstrip(kind.filler) for text in texts]
        for text in found:
            if b"\0" in text.rstrip(b"\0") or text[:1] == b"\0":
                raise FormatError(f"wanted a text, got {text[:60]!r}")
        return text_value(found, shape)
    if tuple(name for name, _, _ in kind.members) == EMPTY_MEMBERS and not shape:
        _, rank, number = (
            int(np.frombuffer(data, member.dtype, 1, offset)[0])
            if member.dtype is not None and member.dtype.kind == "i"
            else -1
            for _, offset, member in kind.members
        )
        return empty_value(rank, number)
    stored = number_type(kind)
    if stored is None:
        raise FormatError("wanted a number, a text or an array of them, got another type")
    return number_value(np.frombuffer(data, stored).reshape(shape))
