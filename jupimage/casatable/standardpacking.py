"""Packs the values of columns into the cells of the standard storage manager."""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.casatable.aipsio import AipsWriter, text_bytes
from jupimage.casatable.datatype import TYPES, DataType
from jupimage.casatable.standardarrays import FIRST_ARRAY
from jupimage.casatable.standardcolumn import CellLayout
from jupimage.casatable.standardstrings import HEAD_BYTES, REFERENCE_BYTES, SHORT_BYTES
from jupimage.errors import ArgumentError, DataTypeError, ShapeError

__all__ = ["ArrayPacker", "StringPacker", "pack_cells"]

LEAST_REST = 50
_CASTS = {"b": "b", "i": "iu", "u": "iu", "f": "iuf", "c": "iufc"}


class StringPacker:
    """Collects the long strings of a file in buckets.

    Parameters
    ----------
    bucket_size
        Bytes of a bucket.
    first_bucket
        Number of the first of these buckets.
    big_endian
        Byte order of the references.
    """

    def __init__(self, bucket_size: int, first_bucket: int, *, big_endian: bool) -> None:
        self._room = bucket_size - HEAD_BYTES
        self._first = first_bucket
        self._reference = struct.Struct(">3i" if big_endian else "<3i")
        self._full: list[bytes] = []
        self._content = bytearray()

    def refer(self, raw: bytes, *, short: bool = True) -> bytes:
        """Take a string and return the reference to it, which holds a `short` one itself."""
        if short and len(raw) <= SHORT_BYTES:
            return raw.ljust(SHORT_BYTES, b"\0") + self._reference.pack(0, 0, len(raw))[8:]
        rest = self._room - len(self._content)
        if rest < min(LEAST_REST, len(raw)):
            self._next(-1)  # too little to begin a string in
        found = self._reference.pack(self._first + len(self._full), len(self._content), len(raw))
        for start in self._starts(len(raw)):
            if start:
                self._next(self._first + len(self._full) + 1)
            self._content += raw[start : start + self._room - len(self._content)]
        return found

    def _starts(self, length: int) -> list[int]:
        rest = self._room - len(self._content)
        return [0, *range(rest, length, self._room)]

    def _next(self, following: int) -> None:
        used = len(self._content)
        head = struct.pack(">4i", 0, used, self._room - used, following)
        self._full.append(head + bytes(self._content).ljust(self._room, b"\0"))
        self._content.clear()

    def buckets(self) -> list[bytes]:
        """Return all buckets; no string is taken after that."""
        if self._content:
            self._next(-1)
        return self._full


class ArrayPacker:
    """Collects the arrays of the second file.

    Parameters
    ----------
    big_endian
        Byte order of the file.
    """

    def __init__(self, *, big_endian: bool) -> None:
        self._order = ">" if big_endian else "<"
        self._parts: list[bytes] = []
        self._end = FIRST_ARRAY

    def refer(self, values: NDArray[Any] | None, kind: DataType) -> int:
        """Take an array and return its offset; 0 for none."""
        if values is None:
            return 0
        values = np.atleast_1d(values)
        head = struct.pack(
            f"{self._order}I{values.ndim}i", values.ndim, *_lengths(values.shape[::-1])
        )
        if kind.name == "Bool":
            raw = np.packbits(values, bitorder="little").tobytes()
        else:
            raw = values.astype(self._order + kind.code).tobytes()
        offset = self._end
        size = len(head) + len(raw)
        self._parts.append((head + raw).ljust(size + -size % 8, b"\0"))
        self._end += len(self._parts[-1])
        return offset

    def data(self) -> bytes:
        """Return the content of the file."""
        return struct.pack(f"{self._order}Iqi", 0, self._end, 0) + b"".join(self._parts)


def pack_cells(
    values: Sequence[Any] | NDArray[Any],
    layout: CellLayout,
    strings: StringPacker,
    arrays: ArrayPacker,
    where: str,
) -> NDArray[Any]:
    """Return the cells of a column, one line of an array for each.

    Parameters
    ----------
    values
        One for each row.
    layout
        How they lie in a bucket.
    strings, arrays
        Take what does not lie there.
    where
        Name of the column, for messages.

    Raises
    ------
    DataTypeError
        If values are of another type than the column.
    ShapeError
        If arrays are not of the column's shape.
    """
    match layout.storage:
        case "values":
            found = _converted(values, layout.kind, where)
            if len(found):
                _check_shape(found.shape[1:], layout.shape, where)
            return found.reshape(len(found), math.prod(layout.shape or ()))
        case "text":
            return _texts(values, layout.bits // 8, where)
        case "string":
            lines = [strings.refer(text_bytes(_text(value, where))) for value in values]
        case "strings":
            lines = [_refer_array(value, layout, strings, where) for value in values]
        case _:
            cells = [v if v is None else _converted(v, layout.kind, where) for v in values]
            offsets = [arrays.refer(cell, layout.kind) for cell in cells]
            return np.array(offsets, np.int64).reshape(-1, 1)
    raw = np.frombuffer(b"".join(lines), np.uint8)
    return raw.reshape(-1, REFERENCE_BYTES)


def _check_shape(got: tuple[int, ...], wanted: tuple[int, ...] | None, where: str) -> None:
    if got != wanted:
        raise ShapeError(f"column {where}: wanted arrays of shape {wanted}, got {got}")


def _converted(values: Any, kind: DataType, where: str) -> NDArray[Any]:
    try:
        found = np.asarray(values)
    except (ValueError, OverflowError) as error:
        raise DataTypeError(f"column {where}: wanted values of type {kind.name}: {error}") from None
    code = found.dtype.kind
    if found.size and code not in _CASTS[kind.dtype.kind]:
        raise DataTypeError(f"column {where}: wanted values of type {kind.name}, got {found.dtype}")
    if found.size and kind.dtype.kind in "iu":
        bits = 8 * kind.size - (kind.dtype.kind == "i")
        low, high = (-(2**bits) if kind.dtype.kind == "i" else 0), 2**bits - 1
        if int(found.min()) < low or int(found.max()) > high:
            raise DataTypeError(
                f"column {where}: wanted values from {low} to {high} ({kind.name}), "
                f"got {found.min()} to {found.max()}"
            )
    return found.astype(kind.dtype)


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str):
        raise DataTypeError(f"column {where}: wanted text, got {type(value).__name__}")
    return value


def _texts(values: Sequence[Any] | NDArray[Any], width: int, where: str) -> NDArray[Any]:
    raws = [text_bytes(_text(value, where)) for value in values]
    if (longest := max(map(len, raws), default=0)) > width:
        raise ArgumentError(f"column {where}: wanted texts of at most {width} bytes, got {longest}")
    joined = b"".join(raw.ljust(width, b"\0") for raw in raws)
    return np.frombuffer(joined, np.uint8).reshape(-1, width)


def _refer_array(value: Any, layout: CellLayout, strings: StringPacker, where: str) -> bytes:
    if value is None:
        return bytes(REFERENCE_BYTES)
    found = np.array(value, object)
    found = found.reshape(1) if not found.ndim else found
    texts = [_text(text, where) for text in found.flat]
    writer = AipsWriter()
    if layout.shape is None:
        writer.unsigned(found.ndim)
        for length in _lengths(found.shape[::-1]):
            writer.integer(length)
        writer.integer(1)
    else:
        _check_shape(found.shape, layout.shape, where)
    writer.values(TYPES["String"], texts)
    return strings.refer(writer.data(), short=False)


def _lengths(shape: tuple[int, ...]) -> tuple[int, ...]:
    if max(shape, default=0) >= 2**31:
        raise ShapeError(f"wanted axes shorter than {2**31}, got {max(shape)}")
    return shape
