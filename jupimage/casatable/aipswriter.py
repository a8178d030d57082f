"""Writes the byte stream of casacore tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.casatable.aipsformat import MAGIC, MOST_BYTES, STRUCTS, text_bytes
from jupimage.casatable.datatype import TYPES, DataType
from jupimage.errors import ArgumentError

__all__ = ["AipsWriter"]


class AipsWriter:
    """Collects values one after the other.

    Parameters
    ----------
    big_endian
        Byte order of the numbers.

    Examples
    --------
    >>> writer = AipsWriter()
    >>> writer.begin("Block", 1)
    >>> writer.unsigned(0)
    >>> writer.finish()
    >>> from jupimage.casatable import AipsReader
    >>> AipsReader(writer.data(), "memory").block().size
    0
    """

    __slots__ = ("_data", "_open", "_structs", "big_endian")

    def __init__(self, *, big_endian: bool = True) -> None:
        self.big_endian = big_endian
        self._structs = STRUCTS[big_endian]
        self._data = bytearray()
        self._open: list[int] = []

    def __len__(self) -> int:
        return len(self._data)

    def data(self) -> bytes:
        """Return what was written so far."""
        return bytes(self._data)

    def raw(self, data: bytes) -> None:
        """Write bytes as they are."""
        self._data += data

    def boolean(self, value: bool) -> None:
        """Write one Bool, a byte."""
        self._data.append(bool(value))

    def integer(self, value: int) -> None:
        """Write a signed number of 4 bytes."""
        self._data += self._structs["i"].pack(value)

    def unsigned(self, value: int) -> None:
        """Write an unsigned number of 4 bytes."""
        self._data += self._structs["I"].pack(value)

    def long(self, value: int) -> None:
        """Write a signed number of 8 bytes."""
        self._data += self._structs["q"].pack(value)

    def unsigned_long(self, value: int) -> None:
        """Write an unsigned number of 8 bytes."""
        self._data += self._structs["Q"].pack(value)

    def text(self, value: str) -> None:
        """Write a String."""
        raw = text_bytes(value)
        self.unsigned(len(raw))
        self._data += raw

    def scalar(self, kind: DataType, value: Any) -> None:
        """Write one value of a type."""
        if kind.name == "Bool":
            self.boolean(value)
        else:
            self.values(kind, [value])

    def values(self, kind: DataType, values: Any) -> None:
        """Write a flat array, or strings, without their number; Bools are packed."""
        if kind.name == "String":
            for value in values:
                self.text(value)
        elif kind.name == "Bool":
            self._data += np.packbits(np.asarray(values, np.bool_), bitorder="little").tobytes()
        else:
            dtype = kind.dtype.newbyteorder(">" if self.big_endian else "<")
            self._data += np.asarray(values, dtype).tobytes()

    def begin(self, kind: str, version: int, *, outermost: bool = False) -> None:
        """Start an object; `finish` fills in its length."""
        if outermost:
            self.unsigned(MAGIC)
        self._open.append(len(self._data))
        self.unsigned(0)
        self.text(kind)
        self.unsigned(version)

    def finish(self) -> None:
        """End the object that was begun last."""
        start = self._open.pop()
        length = len(self._data) - start
        if length > MOST_BYTES:
            raise ArgumentError(
                f"wanted at most {MOST_BYTES} bytes in one description, got {length}"
            )
        self._structs["I"].pack_into(self._data, start, length)

    def shape(self, shape: Sequence[int]) -> None:
        """Write an IPosition, given in the order of the file (first axis fastest)."""
        wide = any(length > MOST_BYTES for length in shape)
        self.begin("IPosition", 2 if wide else 1)
        self.unsigned(len(shape))
        for length in shape:
            (self.long if wide else self.integer)(length)
        self.finish()

    def block(self, values: Any, kind: DataType = TYPES["uInt"]) -> None:
        """Write a Block of numbers."""
        self.begin("Block", 1)
        self.unsigned(len(values))
        self.values(kind, values)
        self.finish()

    def array(self, kind: DataType, values: NDArray[Any]) -> None:
        """Write an Array object, given in numpy shape."""
        self.begin(kind.array_name, 3)
        self.unsigned(values.ndim)
        for length in values.shape[::-1]:
            self.unsigned(length)
        self.unsigned(values.size)
        self.values(kind, values.ravel())
        self.finish()
