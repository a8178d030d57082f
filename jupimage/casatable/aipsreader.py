"""Reads the byte stream of casacore tables.

A reader trusts nothing: counts are compared with the bytes that are there before anything is
made of them, and an object has to end where its length says. What lies past an object is found
at its end, so that single values need one comparison only, that with the end of the stream.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from jupimage.casatable.aipsformat import (
    ARRAY_HEADS,
    MAGIC,
    MOST_AXES,
    PAIRS,
    STRUCTS,
    decode_text,
    shaped,
)
from jupimage.casatable.datatype import TYPES, DataType
from jupimage.errors import FormatError

__all__ = ["AipsReader"]


class AipsReader:
    """Reads values one after the other.

    Parameters
    ----------
    data
        The whole stream.
    name
        Of the file, for messages.
    position
        Where to start.
    big_endian
        Byte order of the numbers.

    Examples
    --------
    >>> reader = AipsReader(bytes([0, 0, 0, 2, 104, 105, 255]), "a file")
    >>> reader.text(), reader.position
    ('hi', 6)
    >>> reader.integer()
    Traceback (most recent call last):
    jupimage.errors.FormatError: a file is cut off: wanted 4 bytes at byte 6, got 1
    """

    __slots__ = (
        "_double",
        "_integer",
        "_order",
        "_structs",
        "_unsigned",
        "big_endian",
        "data",
        "name",
        "position",
    )

    def __init__(
        self, data: bytes, name: str, *, position: int = 0, big_endian: bool = True
    ) -> None:
        self.data = data
        self.name = name
        self.position = position
        self.big_endian = big_endian
        self._order = ">" if big_endian else "<"
        self._structs = STRUCTS[big_endian]
        self._unsigned = self._structs["I"].unpack_from
        self._integer = self._structs["i"].unpack_from
        self._double = self._structs["d"].unpack_from

    def fail(self, problem: str) -> NoReturn:
        """Raise a FormatError that names the file."""
        raise FormatError(f"{self.name} is damaged: {problem}")

    def need(self, count: int, size: int = 1) -> int:
        """Return where `count` values of `size` bytes end, if so many bytes are left."""
        end = self.position + count * size
        if end > len(self.data) or count < 0:
            self._cut_off(count * size)
        return end

    def _cut_off(self, wanted: int) -> NoReturn:
        left = max(0, len(self.data) - self.position)
        raise FormatError(
            f"{self.name} is cut off: wanted {wanted} bytes at byte {self.position}, got {left}"
        )

    # The next three are called a thousand times for each image: nothing in them is shared.

    def integer(self) -> int:
        """Read a signed number of 4 bytes."""
        try:
            value: int = self._integer(self.data, self.position)[0]
        except struct.error:
            self._cut_off(4)
        self.position += 4
        return value

    def unsigned(self) -> int:
        """Read an unsigned number of 4 bytes."""
        try:
            value: int = self._unsigned(self.data, self.position)[0]
        except struct.error:
            self._cut_off(4)
        self.position += 4
        return value

    def text(self) -> str:
        """Read a String."""
        data, start = self.data, self.position + 4
        try:
            end = start + self._unsigned(data, self.position)[0]
        except struct.error:
            self._cut_off(4)
        if end > len(data):
            self.position = start
            self._cut_off(end - start)
        self.position = end
        return decode_text(data[start:end])

    def boolean(self) -> bool:
        """Read one Bool, a byte."""
        return self.byte() != 0

    def byte(self) -> int:
        """Read one unsigned byte."""
        end = self.need(1)
        value = self.data[self.position]
        self.position = end
        return value

    def long(self) -> int:
        """Read a signed number of 8 bytes."""
        start, self.position = self.position, self.need(8)
        value: int = self._structs["q"].unpack_from(self.data, start)[0]
        return value

    def unsigned_long(self) -> int:
        """Read an unsigned number of 8 bytes."""
        start, self.position = self.position, self.need(8)
        value: int = self._structs["Q"].unpack_from(self.data, start)[0]
        return value

    def double(self) -> float:
        """Read a floating point number of 8 bytes."""
        start, self.position = self.position, self.need(8)
        value: float = self._double(self.data, start)[0]
        return value

    def raw(self, count: int) -> bytes:
        """Read bytes as they are."""
        start, self.position = self.position, self.need(count)
        return self.data[start : self.position]

    def scalar(self, kind: DataType) -> Any:
        """Read one value of any type.

        Bool, Int, double, DComplex and String give the types of Python, the others numpy
        scalars, so that all types can be told apart.
        """
        match kind.name:
            case "Bool":
                return self.boolean()
            case "Int":
                return self.integer()
            case "double":
                return self.double()
            case "String":
                return self.text()
            case "Complex" | "DComplex":
                pair = PAIRS[self.big_endian]["ff" if kind.size == 8 else "dd"]
                start, self.position = self.position, self.need(kind.size)
                value = complex(*pair.unpack_from(self.data, start))
                return np.complex64(value) if kind.size == 8 else value
        return self.values(kind, 1)[0]

    def values(self, kind: DataType, count: int) -> Any:
        """Read `count` values: an array in native order, a list of strings; Bools are packed."""
        if kind.name == "String":
            self.need(count, 4)
            return [self.text() for _ in range(count)]
        start = self.position
        if kind.name == "Bool":
            self.position = self.need((count + 7) // 8)
            packed = np.frombuffer(self.data, np.uint8, self.position - start, start)
            return np.unpackbits(packed, count=count, bitorder="little").view(np.bool_)
        self.position = self.need(count, kind.size)
        return np.frombuffer(self.data, self._order + kind.code, count, start).astype(kind.code)

    def begin(
        self, kind: str, versions: Sequence[int] = (1,), *, outermost: bool = False
    ) -> tuple[int, int]:
        """Read the head of an object.

        Parameters
        ----------
        kind
            Its type name.
        versions
            Those that the caller can read.
        outermost
            Whether a magic number comes first.

        Returns
        -------
        version, end
            `end` is to be given to `finish`.
        """
        if outermost and (got := self.unsigned()) != MAGIC:
            self.fail(f"wanted the magic number {MAGIC:#x} before a {kind}, got {got:#x}")
        start = self.position
        end = start + self.unsigned()
        got_kind = self.text()
        version = self.unsigned()
        if got_kind != kind and not (kind == "Array" and got_kind.startswith("Array")):
            self.fail(f"wanted a {kind} at byte {start}, got {got_kind[:40]!r}")
        if version not in versions:
            wanted = " or ".join(map(str, versions))
            raise FormatError(f"{self.name}: wanted {kind} version {wanted}, got {version}")
        if end > len(self.data) and end - start != MAGIC:
            self.position = start
            self._cut_off(end - start)
        return version, end

    def enter(self, head: bytes) -> int:
        """Read the head of an object that is nearly always there, in one comparison.

        Parameters
        ----------
        head
            What follows the length, made by `object_head`.

        Returns
        -------
        int
            For `finish`; 0 if another object starts here, and nothing was read.
        """
        data, start = self.data, self.position
        position = start + 4 + len(head)
        if data[start + 4 : position] != head or not self.big_endian:
            return 0
        length: int = self._unsigned(data, start)[0]
        if start + length > len(data) and length != MAGIC:
            self._cut_off(length)
        self.position = position
        return start + length

    def finish(self, end: int) -> None:
        """Check that an object ends where its head said."""
        # an object whose length was not known ends far beyond all data
        if end != self.position and end <= len(self.data):
            self.fail(f"wanted the end of an object at byte {end}, got to byte {self.position}")

    def shape(self) -> tuple[int, ...]:
        """Read an IPosition, in the order of the file (first axis fastest)."""
        version, end = self.begin("IPosition", (1, 2))
        count = self.unsigned()
        size, code = (4, "i") if version == 1 else (8, "q")
        start, self.position = self.position, self.need(count, size)
        self.finish(end)
        return struct.unpack_from(f"{self._order}{count}{code}", self.data, start)

    def block(self, kind: DataType = TYPES["uInt"]) -> NDArray[Any]:
        """Read a Block of numbers."""
        _, end = self.begin("Block")
        values: NDArray[Any] = self.values(kind, self.unsigned())
        self.finish(end)
        return values

    def array(self, kind: DataType) -> Any:
        """Read an Array object.

        Returns
        -------
        ndarray or list of str
            Of the numpy shape (last axis fastest); one axis of strings is a list, but an
            empty one is an array, which still tells its type.
        """
        version, end = 3, self.enter(ARRAY_HEADS[kind.name])
        if not end:
            version, end = self.begin("Array", (1, 2, 3))
        axes = self.unsigned()
        if axes == 1 and version == 3:  # nearly always
            shape = [self.unsigned()]
        else:
            shape = self._several_axes(axes, version)
        count = self.unsigned()
        if count != (math.prod(shape) if axes else 0):
            self.fail(f"wanted the {count} values of an array, got the shape {shape}")
        values = self.values(kind, count)
        if end != self.position:
            self.finish(end)
        if axes == 1 and count:
            return values
        return shaped(values, shape[::-1] or [0], self.name)

    def _several_axes(self, axes: int, version: int) -> list[int]:
        if axes > MOST_AXES:
            self.fail(f"wanted an array of at most {MOST_AXES} axes, got {axes}")
        if version < 3:
            self.raw(4 * axes)  # origins
        return [self.unsigned() for _ in range(axes)]
