"""What is left over (miscinfo) as keywords of a FITS header.

A name loses what a keyword cannot have: letters beyond the eighth, small ones, blanks and
dots. An array becomes NAME1, NAME2... Nothing takes the place of a card that is there already,
or pretends to be one that readers use for something else: such an entry is left out, and named
as a loss, as is all that changes on the way.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from jupimage.fits.cards import FitsHeader
from jupimage.fits.headercards import format_card, is_plain
from jupimage.fits.info import read_miscinfo

__all__ = ["Leftover", "name_leftovers"]

_WIDTH = 8
_MOST = 9999  # numbers of an array's elements leave four letters for its name

# Cards without a value, sums that would be wrong, and marks of what is not in the file.
_RESERVED = frozenset(
    {"COMMENT", "HISTORY", "CONTINUE", "HIERARCH", "END", "CHECKSUM", "DATASUM", "CASAMBM",
     "XTENSION", "GROUPS", "INHERIT", "EXTNAME", "EXTVER", "EXTLEVEL", "ZIMAGE", "ZCMPTYPE",
     "TFIELDS", "THEAP", "WCSAXES", "ALTRVAL", "ALTRPIX"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Leftover:
    """An entry of miscinfo: its cards, and what is lost of it (empty if nothing)."""

    cards: tuple[tuple[str, Any], ...]
    loss: str


def name_leftovers(miscinfo: Mapping[str, Any], taken: Collection[str]) -> Iterator[Leftover]:
    """Give the cards of all entries, in their order.

    Parameters
    ----------
    miscinfo
        The entries.
    taken
        Keywords that the header has already.

    Examples
    --------
    >>> for entry in name_leftovers({"averylongname": 1.5, "vec": [1, 2]}, {"OBJECT"}):
    ...     print(entry.cards, entry.loss)
    (('AVERYLON', 1.5),) miscinfo entry 'averylongname', shortened to AVERYLON
    (('VEC1', 1), ('VEC2', 2)) miscinfo entry 'vec', an array, which becomes VEC1 to VEC2
    """
    used = set(taken)
    for name, value in miscinfo.items():
        entry = f"miscinfo entry {str(name)[:40]!r}"
        cards, change = _cards(str(name), value)
        problem = change if not cards else _problem(cards, used)
        if problem:
            yield Leftover((), f"{entry}, {problem}")
            continue
        used.update(keyword for keyword, _ in cards)
        yield Leftover(cards, f"{entry}, {change}" if change else "")


def _cards(name: str, value: Any) -> tuple[tuple[tuple[str, Any], ...], str]:
    """Return the cards of one entry (none if it cannot be written) and what changes."""
    if isinstance(value, Mapping):
        return (), "a record"
    array = isinstance(value, np.ndarray | list | tuple) and np.ndim(value) > 0
    elements = (
        list(np.asarray(value).tolist() if isinstance(value, np.ndarray) else value)
        if (array)
        else [value]
    )
    if array and np.ndim(value) > 1:
        return (), f"an array of {np.ndim(value)} dimensions"
    if not 0 < len(elements) <= _MOST:
        return (), f"an array of {len(elements)} elements"
    single = [_as_value(element) for element in elements]
    if None in single:
        return (), f"a value that no card holds: {value!r:.60}"
    width = _WIDTH - (len(str(len(single))) if array else 0)
    keyword = _keyword(name)[:width]
    if not keyword:
        return (), "a name without letters"
    change = _change(name, keyword, width, [s for s in single if isinstance(s, str)])
    if not array:
        return ((keyword, single[0]),), change
    cards = tuple((f"{keyword}{number}", element) for number, element in enumerate(single, 1))
    last = cards[-1][0]
    return cards, f"an array, which becomes {keyword}1" + (f" to {last}" if len(cards) > 1 else "")


def _as_value(element: Any) -> Any:
    """Return an element as a card may hold it, None if none can."""
    if isinstance(element, str | bool | int | np.bool_ | np.integer):
        return str(element) if isinstance(element, str) else element
    if isinstance(element, float | np.floating):
        return element if math.isfinite(element) else None
    if isinstance(element, complex | np.complexfloating):
        finite = math.isfinite(element.real) and math.isfinite(element.imag)
        return complex(element) if finite else None
    return None


def _keyword(name: str) -> str:
    return re.sub(r"[^A-Z0-9_-]", "_", name.upper()) if name.strip() else ""


def _change(name: str, keyword: str, width: int, texts: list[str]) -> str:
    """Say what of a name or a text does not come back."""
    if name.lower() != keyword.lower():
        return f"shortened to {keyword}" if len(name) > width else f"renamed to {keyword}"
    if name != name.lower():
        return f"whose name comes back as {name.lower()!r}"
    if not all(is_plain(text) for text in texts):
        return "with letters beyond ASCII, replaced by '?'"
    if any(text != text.rstrip(" ") for text in texts):
        return "without the blanks at its end"
    return ""


def _problem(cards: tuple[tuple[str, Any], ...], used: set[str]) -> str:
    """Say why cards cannot be written, if they cannot."""
    for keyword, value in cards:
        if keyword in used:
            return f"because there is another {keyword}"
        if keyword in _RESERVED or not _comes_back(keyword, value):
            return f"because {keyword} means something else in a FITS file"
    return ""


def _comes_back(keyword: str, value: Any) -> bool:
    """Return whether a reader takes a card for a left-over one."""
    header = FitsHeader(format_card(keyword, value).encode("ascii"))
    return keyword.lower() in read_miscinfo(header)
