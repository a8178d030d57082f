"""Values of attributes, as records hold them.

Types are those of records in tables: `bool`, `int` for Int, `float` for double, `complex` for
DComplex, `str`; numpy scalars for the others; lists of `str`; arrays. Forms that are not those of
numpy:

- a signed byte is a Bool, since records hold no other signed bytes;
- a string has exactly the length of its type, NULs included; an empty one is ``__empty__``;
- strings in arrays have lengths of their own, and are empty where they are empty;
- an empty array is a compound that says how many axes it has, and of what type.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.casatable.aipsio import decode_text
from jupimage.casatable.datatype import TYPES
from jupimage.errors import FormatError

__all__ = ["EMPTY", "EMPTY_MEMBERS", "empty_value", "native", "number_value", "text_value"]

EMPTY = "__empty__"
"""Stands for an empty string."""

EMPTY_MEMBERS = (b"emptyarray", b"rank", b"casatype")
"""Members of the compound that stands for an empty array, each an Int."""

_KNOWN = frozenset(("i1", "u1", "i2", "u2", "i4", "u4", "i8", "f4", "f8", "c8", "c16"))
_CODES = {kind.number: kind.code for kind in TYPES.values()}
_MOST_AXES = 32


@cache
def native(stored: np.dtype[Any] | None) -> np.dtype[Any] | None:
    """Return the type in memory of numbers that are stored, None if images hold none such.

    Examples
    --------
    >>> native(np.dtype(">f4")), native(np.dtype("<i1")), native(np.dtype("<u8"))
    (dtype('float32'), dtype('bool'), None)
    """
    if stored is None or f"{stored.kind}{stored.itemsize}" not in _KNOWN:
        return None
    return np.dtype(bool) if stored.str[1:] == "i1" else stored.newbyteorder("=")


def number_value(values: NDArray[Any]) -> Any:
    """Return numbers as a record holds them.

    Parameters
    ----------
    values
        As they are stored, of any byte order; one without axes is a scalar.
    """
    dtype = native(values.dtype)
    if dtype is None:
        raise FormatError(f"wanted numbers of a known type, got {values.dtype}")
    found = values != 0 if dtype.kind == "b" else values.astype(dtype)
    if values.ndim:
        return found
    scalar = dtype.type(found)
    # Python numbers say which type they are; others have to keep it
    return scalar.item() if dtype.char in "?idD" else scalar


def text_value(texts: Sequence[bytes], shape: tuple[int, ...]) -> Any:
    """Return strings as a record holds them.

    Parameters
    ----------
    texts
        Their bytes, in C order.
    shape
        Of the array, or nothing for a single string.
    """
    found = [decode_text(text) for text in texts]
    if not shape:
        return "" if found[0] == EMPTY else found[0]
    if not found:
        return np.zeros(shape, "U1")
    return found if len(shape) == 1 else np.array(found).reshape(shape)


def empty_value(rank: int, number: int) -> NDArray[Any]:
    """Return an empty array.

    Parameters
    ----------
    rank
        Its number of axes.
    number
        Of the type of its elements.
    """
    if number not in _CODES or not 0 <= rank <= _MOST_AXES:
        raise FormatError(f"wanted an empty array of a known type, got {number} with {rank} axes")
    code = _CODES[number]
    return np.zeros((0,) * max(1, rank), "U1" if code == "U" else code)
