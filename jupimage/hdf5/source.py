"""The bytes of an HDF5 file, from which nothing is taken that is not there.

The older form of the format, which casacore writes, is read here without the HDF5 library: that
ends the process or never returns on some damaged files, and takes longer to load than an image
takes to open. Addresses and lengths come from the file, so each is held against its size first.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any, NoReturn

from jupimage.errors import FormatError
from jupimage.files import Storage

__all__ = ["UNDEFINED", "NewerFormError", "Source"]

UNDEFINED = 2**64 - 1
"""The address of what is nowhere."""


_BLOCK = 1 << 14
"""Bytes that are taken at a time: what describes an image lies close together."""

_MOST_BLOCKS = 64

_FREE, _MOST_USES = 1 << 26, 16
"""Bytes that any file may use, and how many times more than it has."""


class NewerFormError(FormatError):
    """Something has a form that only the HDF5 library reads."""


class Source:
    """Bytes of a file.

    Parameters
    ----------
    storage
        The file.
    size
        Its length.
    name
        What it is called in messages.
    base
        Where addresses count from.
    newer
        Reads an item of the newer form, given the path that leads to it.
    """

    def __init__(
        self,
        storage: Storage,
        size: int,
        name: str,
        base: int = 0,
        newer: Callable[[str], Any] | None = None,
    ) -> None:
        self.newer = newer
        self.spent = 0
        self._blocks: dict[int, bytes] = {}
        self.storage = storage
        self.size = size
        self.name = name
        self.base = base

    def read(self, address: int, count: int, what: str) -> bytes:
        """Return bytes at an address.

        Raises
        ------
        FormatError
            If they are not all there.
        """
        start = self.base + address
        if address < 0 or count < 0 or start + count > self.size:
            self.fail(f"{what} at {address} needs {count} bytes, the file has {self.size}")
        self.spend(count)
        number, skip = divmod(start, _BLOCK)
        if skip + count > _BLOCK:
            return self._take(start, count)
        block = self._blocks.get(number)
        if block is None:
            first = number * _BLOCK
            block = self._blocks[number] = self._take(first, min(_BLOCK, self.size - first))
            if len(self._blocks) > _MOST_BLOCKS:
                del self._blocks[next(iter(self._blocks))]
        return block[skip : skip + count]

    def _take(self, start: int, count: int) -> bytes:
        with self.storage.hold():
            return bytes(self.storage.window(start, count))

    def unpack(self, form: str, address: int, what: str) -> tuple[Any, ...]:
        """Return numbers at an address, as `struct.unpack` does."""
        return struct.unpack(form, self.read(address, struct.calcsize(form), what))

    def spend(self, count: int) -> None:
        """Count bytes that are used, and refuse those of a file that uses its own too often.

        A small file can refer to the same bytes again and again, and so ask for any amount of
        time and memory. `spent` is set to zero at the start of each use of the file.
        """
        self.spent += count
        if self.spent > _FREE + _MOST_USES * self.size:
            self.fail("it refers to the same bytes too often")

    def check_name(self, name: bytes, what: str) -> None:
        """Raise a `FormatError` unless a name is one: text, of which all can be printed."""
        try:
            text = name.decode()
        except UnicodeDecodeError:
            text = ""
        if not text.isprintable() or not text:
            self.fail(f"{what} holds something called {name[:60]!r}")

    def fail(self, problem: str) -> NoReturn:
        """Say that the file is damaged.

        Raises
        ------
        FormatError
            Always.
        """
        raise FormatError(f"{self.name} is damaged: {problem}")
