"""The items that describe an image, asked for by name and type.

Whoever asks says what to assume where an item is missing or cannot be used; that it was assumed
is remembered, because a header that somebody damaged looks just like that.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from types import MappingProxyType

import numpy as np

from jupimage.errors import FormatError
from jupimage.miriad.items import MIXED, SMALL, Value, decode_item, head_of

__all__ = ["Header"]

_LONGEST = 200


class Header:
    """Values of items.

    Parameters
    ----------
    items
        The bytes of each item.
    unread
        Why some were not read, by name; they are empty.

    Examples
    --------
    >>> from jupimage.miriad.items import encode_item
    >>> header = Header({"crval1": encode_item(0.5), "epoch": b"\\0\\0"})
    >>> header.number("crval1", 0.0), header.number("epoch", 2000.0)
    (0.5, 2000.0)
    >>> header.faults
    ["item 'epoch' is no number, 2000.0 is used"]
    """

    def __init__(
        self, items: Mapping[str, bytes], unread: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        self._items = items
        self.unread = unread
        self.faults: list[str] = []
        """What could not be used, and what was used instead."""
        self.remarks: list[str] = []
        """What was odd, and what was made of it."""
        self.used: set[str] = set()
        """Names that were asked for."""

    def __contains__(self, name: str) -> bool:
        return name in self._items

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def value(self, name: str) -> Value | None:
        """Return what an item holds; None if it is missing, damaged or of no known type."""
        item = self._items.get(name)
        return None if item is None else decode_item(item)

    def is_mixed(self, name: str) -> bool:
        """Tell whether an item holds values of several types, and so none that can be told."""
        item = self._items[name]
        return head_of(item) == MIXED and len(item) > SMALL

    def left(self) -> list[str]:
        """Return the names of the items that nobody asked for."""
        return [name for name in self._items if name not in self.used]

    def text(self, name: str) -> str:
        """Return a text without blanks around it; empty if there is none."""
        self.used.add(name)
        value = self.value(name)
        if name in self and not isinstance(value, str):
            self.fault(f"item {name!r} is no text and is ignored")
        if not isinstance(value, str):
            return ""
        self.check_text(name)
        return "".join(c if c.isprintable() else "?" for c in value.strip()[:_LONGEST])

    def check_text(self, name: str) -> None:
        """Remember it if an item that is a text holds signs that are no letters."""
        try:
            text = self._items[name][4:].rstrip(b"\0").decode("utf-8")
        except UnicodeDecodeError:
            text = "\0"
        if not "".join(text.split()).isprintable():
            self.fault(f"the text of item {name!r} holds signs that are no letters")

    def number(self, name: str, default: float) -> float:
        """Return a finite number, `default` if the item is missing or holds no such number."""
        number = self.optional(name)
        if number is None and name in self:
            self.fault(f"item {name!r} is no number, {default} is used")
        return default if number is None else number

    def optional(self, name: str) -> float | None:
        """Return a finite number, None if the item is missing or holds none.

        Integers and reals will do for doubles. What is beyond 1e100 counts as infinite.
        """
        self.used.add(name)
        value = self.value(name)
        if isinstance(value, str | complex | np.ndarray) or value is None:
            return None
        return float(value) if abs(value) < 1e100 and math.isfinite(value) else None

    def integer(self, name: str) -> int:
        """Return an integer that has to be there.

        Raises
        ------
        FormatError
            If it is not.
        """
        self.used.add(name)
        value = self.value(name)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if not isinstance(value, int):
            got = "none" if name not in self else repr(value)[:40]
            raise FormatError(f"header: wanted an integer item {name!r}, got {got}")
        return value

    def fault(self, text: str) -> None:
        """Remember what could not be used."""
        if text not in self.faults:
            self.faults.append(text)

    def remark(self, text: str) -> None:
        """Remember what was odd."""
        if text not in self.remarks:
            self.remarks.append(text)
