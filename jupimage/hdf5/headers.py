"""Object headers of the older form: the messages that say what a group or a dataset is."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

from jupimage.hdf5.source import NewerFormError, Source

__all__ = ["Message", "only_message", "read_header"]

SPACE, LINK_INFO, TYPE, OLD_FILL, FILL, LINK, EXTERNAL, LAYOUT = 1, 2, 3, 4, 5, 6, 7, 8
FILTERS, ATTRIBUTE, CONTINUATION, SYMBOL_TABLE = 11, 12, 16, 17
"""Numbers of the messages that matter here."""

LAST_KIND = 0x17
"""The highest number that the format knows."""

_OTHERS = {0, 9, 10, 13, 14, 18, 19, 20, 22}
"""Numbers of messages without a meaning here: free space, comments, times..."""

_KNOWN = _OTHERS | {
    SPACE, LINK_INFO, TYPE, OLD_FILL, FILL, LINK, EXTERNAL, LAYOUT, FILTERS, ATTRIBUTE,
    CONTINUATION, SYMBOL_TABLE,
}  # fmt: skip

_SHARED = 2
_MOST_BYTES = 1 << 25
_PREFIX = struct.Struct("<BBHII")
_HEAD = struct.Struct("<HHB3x")


class Message(NamedTuple):
    """One message of a header.

    Attributes
    ----------
    kind
        Its number.
    data
        Its content.
    """

    kind: int
    data: bytes


def read_header(source: Source, address: int, what: str) -> list[Message]:
    """Return the messages of an object header, in their order.

    Parameters
    ----------
    source
        The file.
    address
        Of the header.
    what
        What the object is called in messages.

    Raises
    ------
    NewerFormError
        If the header is of the newer form.
    FormatError
        If it is damaged.
    """
    prefix = source.read(address, 16, f"the header of {what}")
    version, _, count, _, length = _PREFIX.unpack_from(prefix)
    if prefix.startswith(b"OHDR"):
        raise NewerFormError(f"{source.name}: {what} is of a newer form")
    if version != 1:
        source.fail(f"wanted the header of {what} at {address}, got something else")
    found: list[Message] = []
    blocks = [(address + 16, length)]
    total = 0
    while blocks:
        start, length = blocks.pop(0)
        total += length
        if total > _MOST_BYTES or length > source.size:
            source.fail(f"the header of {what} goes on without an end")
        block = source.read(start, length, f"the header of {what}")
        for message in _messages(source, block, what):
            found.append(message)
            if message.kind > LAST_KIND:
                source.fail(f"the header of {what} has a message of unknown kind {message.kind}")
            if len(found) > count:
                source.fail(f"the header of {what} has more than its {count} messages")
            if message.kind == CONTINUATION:
                if len(message.data) < 16:
                    source.fail(f"the header of {what} goes on nowhere")
                blocks.append(struct.unpack_from("<2Q", message.data))
    if len(found) < count:
        source.fail(f"wanted {count} messages in the header of {what}, got {len(found)}")
    return found


def _messages(source: Source, block: bytes, what: str) -> Iterator[Message]:
    """Yield the messages in one piece of a header, which they fill."""
    position = 0
    while position < len(block):
        if position + _HEAD.size > len(block):
            source.fail(f"the header of {what} ends within a message")
        kind, size, flags = _HEAD.unpack_from(block, position)
        position += _HEAD.size
        if position + size > len(block) or kind not in _KNOWN:
            source.fail(f"the header of {what} holds a message {kind} of {size} bytes")
        if flags & _SHARED and kind in (SPACE, TYPE, ATTRIBUTE, FILL, FILTERS):
            source.fail(f"{what} shares its description with others, which images do not")
        yield Message(kind, block[position : position + size])
        position += size


def only_message(
    source: Source, messages: list[Message], kind: int, length: int, where: str
) -> bytes:
    """Return the one message of a kind.

    Parameters
    ----------
    source
        The file.
    messages
        Of the header.
    kind
        Of the message.
    length
        Bytes that it has at least.
    where
        What the object is called in messages.
    """
    found = [message.data for message in messages if message.kind == kind]
    if len(found) != 1 or len(found[0]) < length:
        source.fail(f"{where or 'the root group'} lacks a part of its description")
    return found[0]
