"""Items of a Miriad data set: typed values, in big-endian bytes, both ways.

An item begins with four bytes, of which the last is the code of its type. The values follow at
the next multiple of their own size: texts, integers and reals at byte 4, doubles, long integers
and complex numbers at byte 8; what lies between has no meaning. Items of up to 64 bytes live in
the file ``header``: 16 bytes with the name (NUL and whatever was in memory behind it) and the
item's length, then the item, filled up to a multiple of 16. Nothing in a header says how many
there are: it is read from start to end, and each length is compared with what is left.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from jupimage.errors import DataTypeError, FormatError

__all__ = [
    "MIXED",
    "NAME",
    "REAL",
    "SMALL",
    "WORDS",
    "Value",
    "decode_item",
    "encode_item",
    "head_of",
    "header_bytes",
    "parse_header",
]

Value: TypeAlias = str | int | float | complex | NDArray[Any]

NAME = re.compile(r"[a-z][a-z0-9_-]{0,7}")
"""Names of items."""

SMALL = 64
"""Bytes of the longest item that goes into the header."""

MIXED, TEXT, WORDS, REAL = 0, 1, 2, 4

_BLOCK = 16
_TYPES = {2: "i4", 3: "i2", 4: "f4", 5: "f8", 7: "c8", 8: "i8"}
_TEXTS = (1, 6)
_CODES = {kind: code for code, kind in _TYPES.items()}


def parse_header(content: bytes) -> dict[str, tuple[int, int]]:
    """Return where each item lies in the content of a ``header`` file: start and length.

    Raises
    ------
    FormatError
        If it is not made of items with names that can be, each there once.

    Examples
    --------
    >>> parse_header(header_bytes({"naxis": encode_item(2)}))
    {'naxis': (16, 8)}
    """
    found: dict[str, tuple[int, int]] = {}
    start = 0
    while start < len(content):
        entry = content[start : start + _BLOCK]
        if len(entry) < _BLOCK:
            raise FormatError(f"header: wanted an entry of 16 bytes at {start}, got {len(entry)}")
        name = entry[:15].split(b"\0")[0].decode("latin-1")
        if not NAME.fullmatch(name):
            raise FormatError(f"header: wanted the name of an item at {start}, got {name!r}")
        if name in found:
            raise FormatError(f"header: wanted item {name!r} once, got it again at {start}")
        length = entry[15]
        if length > len(content) - start - _BLOCK:
            raise FormatError(
                f"header: wanted {length} bytes of item {name!r} at {start + _BLOCK}, "
                f"got {len(content) - start - _BLOCK}"
            )
        found[name] = (start + _BLOCK, length)
        start += _BLOCK + -(-length // _BLOCK) * _BLOCK
    return found


def header_bytes(items: Mapping[str, bytes]) -> bytes:
    """Return the content of a ``header`` file."""
    return b"".join(
        name.encode().ljust(15, b"\0") + bytes([len(item)]) + item + b"\0" * (-len(item) % _BLOCK)
        for name, item in items.items()
    )


def head_of(item: bytes) -> int | None:
    """Return the code of an item's type, None if it has none."""
    return item[3] if len(item) >= 4 and item[:3] == b"\0\0\0" else None


def decode_item(item: bytes) -> Value | None:
    """Return what an item holds, None if it is damaged or of no known type.

    Several numbers come as an array in native order, a single one as a Python number.

    Examples
    --------
    >>> decode_item(bytes([0, 0, 0, 2, 0, 0, 1, 0])), decode_item(bytes([0, 0, 0, 1]) + b"Jy")
    (256, 'Jy')
    """
    code = head_of(item)
    if code in _TEXTS:
        return _text(item[4:])
    if code not in _TYPES:
        return None
    kind = np.dtype(f">{_TYPES[code]}")
    data = item[max(4, kind.itemsize) :]
    if not data or len(data) % kind.itemsize:
        return None
    values = np.frombuffer(data, kind)
    if len(values) > 1:
        return values.astype(kind.newbyteorder("="))
    value: int | float | complex = values[0].item()
    return value


def encode_item(value: Any) -> bytes:
    """Return the bytes of an item that holds a text, a number or several numbers.

    Raises
    ------
    DataTypeError
        If there is no type of item for the value.

    Examples
    --------
    >>> encode_item("ATCA")
    b'\\x00\\x00\\x00\\x01ATCA'
    >>> decode_item(encode_item(0.1)), decode_item(encode_item(2**40))
    (0.1, 1099511627776)
    """
    if isinstance(value, str):
        return bytes([0, 0, 0, TEXT]) + value.encode("utf-8", "replace")
    kind = _type_of(value)
    numbers = np.atleast_1d(np.asarray(value)).astype(f">{kind}")
    return bytes([0, 0, 0, _CODES[kind]]).ljust(max(4, numbers.itemsize), b"\0") + numbers.tobytes()


def _type_of(value: Any) -> str:
    """Return the type of item that holds a number or an array without loss."""
    array = np.asarray(value)
    if array.size and array.ndim <= 1 and array.dtype.kind in "iufc":
        if array.dtype.kind in "fc":
            kind = array.dtype.newbyteorder("=").str[1:]
            if kind in _CODES:
                return kind
        elif -(2**31) <= int(array.min()) <= int(array.max()) < 2**31:
            return "i2" if array.dtype == np.int16 else "i4"
        elif int(array.max()) < 2**63:
            return "i8"
    raise DataTypeError(f"a Miriad item holds a text or numbers, got {repr(value)[:60]}")


def _text(data: bytes) -> str:
    """Return a text, which other systems may have ended with NULs."""
    data = data.rstrip(b"\0")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")
