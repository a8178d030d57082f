"""Plain arguments of methods: texts, numbers, flags, names of files, tiles.

Each function returns what was given as the one type that is meant, or says which argument it
was, what was wanted and what came.
"""

from __future__ import annotations

import operator
import os
from typing import Any

import numpy as np

from jupimage.errors import DataTypeError

__all__ = ["as_flag", "as_int", "as_number", "as_path", "as_text", "as_tile", "described"]


def as_text(name: str, value: Any) -> str:
    """Return a text.

    Raises
    ------
    DataTypeError
        If it is something else.
    """
    if not isinstance(value, str):
        raise DataTypeError(f"{name} must be a text, got {described(value)}")
    return str(value)


def as_flag(name: str, value: Any) -> bool:
    """Return whatever counts as True or False as that.

    Raises
    ------
    DataTypeError
        If it counts as neither, as an array does.
    """
    if not isinstance(value, bool | int | np.bool_ | np.integer | str | None):
        raise DataTypeError(f"{name} must be True or False, got {described(value)}")
    return bool(value)


def as_int(name: str, value: Any) -> int:
    """Return an int.

    Raises
    ------
    DataTypeError
        If it is none.
    """
    try:
        return operator.index(value)
    except TypeError:
        raise DataTypeError(f"{name} must be an int, got {described(value)}") from None


def as_number(name: str, value: Any) -> float:
    """Return a real number.

    Raises
    ------
    DataTypeError
        If it is none.
    """
    known = isinstance(value, int | float) or (
        isinstance(value, np.number | np.ndarray) and not value.ndim and value.dtype.kind in "biuf"
    )
    if not known:
        raise DataTypeError(f"{name} must be a number, got {described(value)}")
    return float(value)


def as_path(name: str, value: Any) -> str:
    """Return the name of a file as a text.

    Raises
    ------
    DataTypeError
        If it is neither a text nor a path.
    """
    if not isinstance(value, str | os.PathLike) or isinstance(os.fspath(value), bytes):
        raise DataTypeError(f"{name} must be the name of a file, got {described(value)}")
    return os.fspath(value)


def as_tile(tile: Any) -> tuple[int, ...] | None:
    """Return what was asked for as a storage unit, None if nothing was.

    Raises
    ------
    DataTypeError
        If it is not made of ints. Whether it fits is checked where the file is planned.
    """
    try:
        items = tile.tolist() if isinstance(tile, np.ndarray) else tile
        items = items if isinstance(items, list | tuple) else [items]
        return tuple(operator.index(n) for n in items) or None
    except TypeError:
        raise DataTypeError(f"a tile is a tuple or list of ints, got {described(tile)}") from None


def described(value: Any) -> str:
    """Return type and beginning of a value, for a message.

    Examples
    --------
    >>> described([1, 2]), described(None)
    ('list [1, 2]', 'None')
    """
    text = " ".join(repr(value).split())
    text = text if len(text) < 40 else text[:37] + "..."
    return text if value is None else f"{type(value).__name__} {text}"
