"""Names that are known ones but for some letters.

A byte of a name that was changed on a disk hides a value: it is still there, but nobody asks for
it, and what has a default silently takes it. So a reader compares the names that it did not use
with those that it missed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from operator import ne
from typing import Any

__all__ = ["find_slips", "misspelt", "nearest", "unused_fields"]

OLD_NAMES = frozenset({"prefVelType", "prefVelUnit", "tabular"})
"""Fields of coordinates that were read, and are called or kept otherwise now."""


def find_slips(
    names: Iterable[str], known: Iterable[str], *, most: int | None = None
) -> list[tuple[str, str]]:
    """Return names that look like damaged ones, each with the one that it seems to be.

    Parameters
    ----------
    names
        All that were found.
    known
        Those that have a meaning; only the ones that were not found can be meant.
    most
        How many letters may be wrong; half of them if it is not given.

    Examples
    --------
    >>> find_slips(["unjts", "masks", "mine"], ["units", "masks"])
    [('unjts', 'units')]
    """
    found, wanted = list(names), frozenset(known)
    missing: dict[int, list[str]] = {}
    for other in sorted(wanted.difference(found)):
        missing.setdefault(len(other), []).append(other)
    return [
        (name, other)
        for name in found
        if name not in wanted
        for other in missing.get(len(name), ())
        if _is_near(name, other, most)
    ]


def nearest(word: str, known: Collection[str]) -> str:
    """Return the known word that another one is but for one letter; empty if there is none.

    Examples
    --------
    >>> nearest("FRGQ", ["VELO", "FREQ"]), nearest("FREQ", ["VELO", "FREQ"])
    ('FREQ', '')
    """
    if word in known:
        return ""
    return next((other for other in sorted(known) if _is_near(word, other, 1)), "")


def misspelt(
    names: Iterable[str], known: Iterable[str], where: str = "", *, most: int | None = None
) -> list[str]:
    """Say which names look like damaged ones, and so are left out.

    Parameters
    ----------
    names, known, most
        As for `find_slips`.
    where
        What they are names in, for the text.

    Examples
    --------
    >>> misspelt(["unitinfo", "mascinfo"], ["unitinfo", "miscinfo"])
    ["'mascinfo' is left out: it looks like a damaged 'miscinfo'"]
    """
    return [
        f"{where}{name!r:.60} is left out: it looks like a damaged {other!r}"
        for name, other in find_slips(names, known, most=most)
    ]


def unused_fields(stored: Any, used: Any, where: str) -> list[str]:
    """Say which fields of a stored record are missing in what was made of it.

    Examples
    --------
    >>> unused_fields({"a": 1, "b": {"c": 2}}, {"a": 1, "b": {}}, "coords")
    ["coords.b.'c' is left out: nothing is called so"]
    """
    if not isinstance(stored, Mapping) or not isinstance(used, Mapping):
        return []
    found = []
    for name in stored:
        if name not in used and name not in OLD_NAMES:
            found.append(f"{where}.{name!r:.60} is left out: nothing is called so")
        elif name in used:
            found += unused_fields(stored[name], used[name], f"{where}.{name}")
    return found


def _is_near(name: str, other: str, most: int | None) -> bool:
    if len(name) != len(other):
        return False
    half = len(name) // 2
    if most == 1 and name[:half] != other[:half] and name[half:] != other[half:]:
        return False  # which is quicker than to count
    wrong: int = sum(map(ne, name, other))
    return wrong <= (len(name) // 2 if most is None else most)
