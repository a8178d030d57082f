"""Fields of a region's record, checked as they are taken out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.errors import FormatError

__all__ = ["first_pixel", "integers", "number", "numbers", "parts", "record", "text"]


def _field(holder: Mapping[str, Any], name: str, where: str) -> Any:
    try:
        return holder[name]
    except KeyError:
        raise FormatError(f"{where}: wanted a field {name!r}, got {list(holder)}") from None


def record(holder: Mapping[str, Any], name: str, where: str) -> Mapping[str, Any]:
    """Return a field that has to be a record."""
    found = _field(holder, name, where)
    if not isinstance(found, Mapping):
        raise FormatError(f"{where}: wanted a record {name!r}, got {type(found).__name__}")
    return found


def text(holder: Mapping[str, Any], name: str, where: str) -> str:
    """Return a field that has to be a text."""
    found = _field(holder, name, where)
    if not isinstance(found, str):
        raise FormatError(f"{where}: wanted a text {name!r}, got {type(found).__name__}")
    return found


def numbers(
    holder: Mapping[str, Any], name: str, where: str, *, count: int | None = None
) -> NDArray[np.float64]:
    """Return a field that has to be a row of numbers.

    Examples
    --------
    >>> numbers({"blc": [1, 2]}, "blc", "mask0", count=3)
    Traceback (most recent call last):
    jupimage.errors.FormatError: mask0: wanted 3 numbers 'blc', got 2
    """
    found = np.atleast_1d(np.asarray(_field(holder, name, where)))
    if found.dtype.kind not in "biuf" or found.ndim != 1:
        raise FormatError(f"{where}: wanted a row of numbers {name!r}, got {str(found)[:60]}")
    if count is not None and found.size != count:
        raise FormatError(f"{where}: wanted {count} numbers {name!r}, got {found.size}")
    return found.astype(np.float64)


def number(holder: Mapping[str, Any], name: str, where: str) -> float:
    """Return a field that has to be one number."""
    return float(numbers(holder, name, where, count=1)[0])


def integers(holder: Mapping[str, Any], name: str, where: str) -> NDArray[np.int64]:
    """Return a field that has to be a row of whole numbers."""
    found = np.atleast_1d(np.asarray(_field(holder, name, where)))
    if found.dtype.kind not in "iu" or found.ndim != 1:
        raise FormatError(f"{where}: wanted whole numbers {name!r}, got {str(found)[:60]}")
    return found.astype(np.int64)


def first_pixel(holder: Mapping[str, Any], where: str) -> float:
    """Return the number that the first pixel has in a record: 1, or 0 where it says so."""
    return 1.0 if _field(holder, "oneRel", where) else 0.0


def parts(holder: Mapping[str, Any], where: str) -> list[Mapping[str, Any]]:
    """Return the regions of a compound one, which are called ``*1``, ``*2`` ..., in order."""
    held = record(holder, "regions", where)
    count = number(held, "nr", where) if "nr" in held else float(len(held))
    if not 1 <= count <= len(held):
        raise FormatError(f"{where}: wanted regions, as many as {len(held)} fields, got {count:g}")
    return [record(held, f"*{place}", where) for place in range(1, int(count) + 1)]
