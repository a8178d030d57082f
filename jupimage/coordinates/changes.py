"""Whether a record is still what it was when something was built from it.

Records are plain dicts that anyone may change, arrays inside them too, so whoever keeps what
follows from a record has to look at it each time. Looking costs a few microseconds: the parts
are gathered once, then dicts are compared by what they hold and arrays by their bytes.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from operator import is_, itemgetter
from typing import Any

import numpy as np

from jupimage.coordinates.record import Record

__all__ = ["Watch"]

_IRRELEVANT = frozenset(
    {"_image_axes", "_axes_sizes", "telescope", "observer", "obsdate", "pointingcenter",
     "telescopeposition", "restfreqs"}
)  # fmt: skip


class Watch:
    """Remembers a record, and tells whether it has changed in what positions depend on.

    Parameters
    ----------
    record
        The record of a coordinate system.

    Examples
    --------
    >>> record = {"linear0": {"crval": np.zeros(2), "units": ["m", "s"]}, "telescope": "VLA"}
    >>> watch = Watch(record)
    >>> record["linear0"]["crval"][1] = 5.0
    >>> watch.unchanged()
    False
    """

    __slots__ = ("_arrays", "_bytes", "_links", "_plain", "_views")

    def __init__(self, record: Record) -> None:
        self._links: list[tuple[Record, str, Record]] = []
        self._plain: list[tuple[Record, int, Getter, Any]] = []
        self._arrays: list[tuple[Record, Getter, tuple[Any, ...]]] = []
        self._add(record)
        try:
            self._views = [memoryview(array) for _, _, arrays in self._arrays for array in arrays]
            self._bytes: bytes | None = b"".join(self._views)
        except (TypeError, ValueError, BufferError):  # arrays with gaps, or of objects
            self._views, self._bytes = [], None

    def _add(self, record: Record) -> None:
        arrays: list[str] = []
        plain: list[str] = []
        for key, value in record.items():
            if key in _IRRELEVANT:
                plain.append(key)
            elif isinstance(value, dict):
                self._links.append((record, key, value))
                self._add_child(record, key, value)
            else:
                (arrays if isinstance(value, np.ndarray) else plain).append(key)
        get = _getter(plain)
        # what does not matter is the same object or a change, the rest is what it holds
        saved = {key: value if key in _IRRELEVANT else copy.deepcopy(value)
                 for key, value in record.items() if key in plain}  # fmt: skip
        self._plain.append((record, len(record), get, get(saved)))
        if arrays:
            get = _getter(arrays)
            self._arrays.append((record, get, get(record)))

    def _add_child(self, parent: Record, key: str, child: Record) -> None:
        if key == "conversion" and str(child.get("system")) == str(parent.get("system")):
            # there is nothing to convert, so that only the frame matters
            if isinstance(child.get("system"), str):
                get = _getter(["system"])
                self._plain.append((child, len(child), get, get(child)))
            return
        self._add(child)

    def unchanged(self) -> bool:
        """Return whether everything is as it was."""
        try:
            for parent, key, child in self._links:
                if parent[key] is not child:
                    return False
            for record, size, get, saved in self._plain:
                if len(record) != size or get(record) != saved:
                    return False
            for record, get, arrays in self._arrays:
                if not all(map(is_, get(record), arrays)):
                    return False
            return b"".join(self._views) == self._bytes
        except (KeyError, TypeError, ValueError):
            return False


Getter = Callable[[Record], tuple[Any, ...]]


def _getter(keys: list[str]) -> Getter:
    """Return what picks fields out of a record, always as a tuple; a single one comes twice."""
    if not keys:
        return lambda _: ()
    return itemgetter(*keys, *keys) if len(keys) == 1 else itemgetter(*keys)
