"""Numbers, texts and shapes of the byte stream of casacore tables."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any

import numpy as np

from jupimage.casatable.datatype import TYPES
from jupimage.errors import DataTypeError, FormatError

__all__ = [
    "ARRAY_HEADS",
    "MAGIC",
    "MOST_AXES",
    "MOST_BYTES",
    "PAIRS",
    "STRUCTS",
    "decode_text",
    "object_head",
    "shaped",
    "text_bytes",
]

MAGIC = 0xBEBEBEBE
"""Marks the start of an outermost object, and a length that is not known."""

MOST_AXES = 32
MOST_BYTES = 2**31 - 1

STRUCTS = {
    big: {code: struct.Struct(order + code) for code in "hHiIqQfd"}
    for big, order in ((True, ">"), (False, "<"))
}
PAIRS = {
    big: {code: struct.Struct(order + code) for code in ("ff", "dd")}
    for big, order in ((True, ">"), (False, "<"))
}


def decode_text(raw: bytes) -> str:
    """Return the text that bytes of a file stand for; no encoding is stated there."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def object_head(kind: str, version: int) -> bytes:
    """Return the bytes between the length and the body of an object, big endian."""
    raw = kind.encode()
    return STRUCTS[True]["I"].pack(len(raw)) + raw + STRUCTS[True]["I"].pack(version)


ARRAY_HEADS = {kind.name: object_head(kind.array_name, 3) for kind in TYPES.values()}


def shaped(values: Any, shape: Sequence[int], name: str) -> Any:
    """Give a flat array, or list of strings, its numpy shape; `name` is that of the file.

    Several axes of strings become an array of numpy strings; of Python strings where that
    would cost much more than they do, or would lose their trailing NULs.
    """
    if isinstance(values, list):
        if len(shape) == 1 and values:
            return values
        longest = max(map(len, values), default=1) or 1
        uneven = longest * len(values) > 4 * sum(map(len, values)) + 2**20
        lossy = any(value.endswith("\0") for value in values)
        values = np.array(values, object if uneven or lossy else f"U{longest}")
    try:
        return values.reshape(shape)
    except ValueError:  # no values on absurdly long axes
        raise FormatError(
            f"{name} is damaged: wanted the shape of an array, got {tuple(shape)}"
        ) from None


def text_bytes(value: str) -> bytes:
    """Return the bytes that stand for a string in a file.

    Raises
    ------
    DataTypeError
        If it holds halves of surrogate pairs.
    """
    try:
        return value.encode()
    except UnicodeEncodeError:
        raise DataTypeError(f"wanted text that UTF-8 can hold, got {value[:40]!r}") from None
