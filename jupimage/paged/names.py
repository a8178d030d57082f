"""Names in records that are known ones but for some letters.

A byte of a name that was changed on a disk hides a value: it is still there, but nobody asks for
it, and what has a default silently takes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from operator import ne
from typing import Any

__all__ = ["find_slips"]


def find_slips(record: Mapping[str, Any], known: Iterable[str]) -> list[str]:
    """Say which fields of a record look like damaged ones: half of the letters or more are right.

    Parameters
    ----------
    record
        May hold other fields as well.
    known
        Names of the fields that mean something.

    Examples
    --------
    >>> find_slips({"unjts": "Jy", "masks": {}, "mine": 1}, ["units", "masks"])
    ["'unjts' is left out: it looks like a damaged 'units'"]
    """
    known = tuple(known)
    missing = [name for name in known if name not in record]
    return [
        f"{name!r:.60} is left out: it looks like a damaged {other!r}"
        for name in record
        if name not in known
        for other in missing
        if len(name) == len(other) and 2 * sum(map(ne, name, other)) <= len(name)
    ]
