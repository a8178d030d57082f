"""What each byte of a sound image file is for, as far as a verdict on a damage needs that.

No format has a checksum for everything. A changed byte of a pixel, of a number or of a text is a
sound file that says something else, which no reader can notice. It can and must notice whatever
goes beyond: another item than the one that was hit is different, something is gone, a field that
no longer has a legal form is replaced by a default.

These are all excuses, each with the reason why no reader could know:

=========  ======================================================================================
pixels     a byte of a pixel or of a mask: any other is as good
           where the pixels of an HDF5 dataset begin: a number that is nowhere else
value      a byte of a stored number, or of a text: any other is as good
           a byte of a stored truth value that stands for the other one
           a text, or the array of an attribute, that lies apart from the reference to it: another
           reference is as good, if it fits there
           the length of a text that is noted once, where the text does not end by itself
           the type of a number, where that is noted once and the number stays the same
           the length of an axis, where tiles, masks and coordinates have room for the other one
           an HDF5 attribute that became a deleted one: the HDF5 library leaves such bytes behind
           a Miriad history without its last lines, a Miriad folder without history or mask
           a FITS card, or Miriad item, that is still a legal one of the same name
name       a letter of a name that may be any, under which the value is still there
=========  ======================================================================================

A value that was hit excuses only itself and what follows from it: never that a coordinate is
gone, or that a field of another name has changed.
"""

from __future__ import annotations

import re
import struct
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from tests.harm.injury import Injury, files_of
from tests.harm.portrait import DERIVED, PIXELS

__all__ = ["excuse", "pixel_ranges"]

Ranges = list[tuple[int, int]]
Differences = Mapping[tuple[str, ...], tuple[Any, Any]]

CARD, BLOCK = 80, 2880
NAME = re.compile(rb"[A-Z0-9_-]+ *")
TEXTS = (1, 6)
"""Codes of Miriad items that hold bytes and text."""

ATTRIBUTE, NIL = 0x0C, 0
"""Kinds of messages in HDF5 headers: an attribute, and one that was deleted."""

FREE = frozenset({"miscinfo", "masks", "default mask", "regions", "attributes"})
"""Parts of a portrait in which names may be any."""

VALUE = re.compile(
    rb"""[ ]*(?: '(?:[^']|'')*' | [TF]
        | [+-]?\d+ | [+-]?(?:\d+\.?\d*|\.\d+)(?:[ED][+-]?\d+)? )?
        [ ]*(?:/.*)?""",
    re.VERBOSE | re.DOTALL,
)


def pixel_ranges(image: Path, format: str) -> dict[str, Ranges]:
    """Return, for each file of an image, where pixels and masks lie."""
    if format == "casacore":
        return {
            name: [(0, (image / name).stat().st_size)] if "_TSM" in name else []
            for name in files_of(image)
        }
    if format == "Miriad":
        return {
            name: [(4, (image / name).stat().st_size)] if name in ("image", "mask") else []
            for name in files_of(image)
        }
    return {"": _hdf5_pixels(image) if format == "hdf5" else _fits_pixels(image.read_bytes())}


def _hdf5_pixels(path: Path) -> Ranges:
    import h5py

    ranges: Ranges = []
    with h5py.File(path, "r") as file:
        sets = [file["map"], *(file["masks"].values() if "masks" in file else [])]
        for dataset in sets:
            stored = dataset.id
            if dataset.chunks is None:
                start = stored.get_offset()
                if start is not None:
                    ranges.append((start, start + stored.get_storage_size()))
                continue
            for number in range(stored.get_num_chunks()):
                info = stored.get_chunk_info(number)
                ranges.append((info.byte_offset, info.byte_offset + info.size))
    return ranges


def _fits_pixels(content: bytes) -> Ranges:
    return [
        (data, data + _fits_size(cards))
        for _, data, cards in _fits_headers(content)
        if not _is_table(cards)
    ]


def _is_table(cards: dict[bytes, Any]) -> bool:
    return cards.get(b"XTENSION") == "BINTABLE" and not cards.get(b"ZIMAGE")


def _fits_headers(content: bytes) -> Iterator[tuple[int, int, dict[bytes, Any]]]:
    """Give where each header starts and ends, and its values."""
    start = 0
    while content[start : start + 8] in (b"SIMPLE  ", b"XTENSION"):
        cards: dict[bytes, Any] = {}
        place = start
        while (card := content[place : place + CARD])[:8] != b"END     ":
            cards[card[:8].strip()] = _plain(card[10:])
            place += CARD
        data = start + -(-(place + CARD - start) // BLOCK) * BLOCK
        yield start, data, cards
        start = data + -(-_fits_size(cards) // BLOCK) * BLOCK


def _plain(field: bytes) -> Any:
    text = field.split(b"/")[0].strip().decode("latin-1")
    if text[:1] == "'":
        return text.strip("'").strip()
    if text in ("T", "F"):
        return text == "T"
    try:
        return int(text)
    except ValueError:
        return text


def _fits_size(cards: dict[bytes, Any]) -> int:
    lengths = [cards[b"NAXIS%d" % n] for n in range(1, cards[b"NAXIS"] + 1)]
    pixels = int(np.prod(lengths)) if lengths else 0
    return int(abs(cards[b"BITPIX"]) // 8 * (cards.get(b"PCOUNT", 0) + pixels))


def excuse(image: Path, format: str, injury: Injury, found: Differences) -> str:
    """Say why nobody could notice a difference: ``pixels``, ``value`` or ``name``; or nothing."""
    path = image / injury.file if injury.file else image
    if injury.kind == "lost":
        return "value" if format == "Miriad" and injury.file in ("history", "mask") else ""
    content = path.read_bytes()
    if injury.kind == "cut":
        whole_lines = content[: injury.size][-1:] in (b"\n", b"")
        history = format == "Miriad" and injury.file == "history" and whole_lines
        return "value" if history and _parts(found) <= {"history"} else ""
    touched = injury.touched(content)
    if _hits_pixels(image, format, injury.file, content, touched):
        found = {path: pair for path, pair in found.items() if path[0].lstrip("/") not in PIXELS}
        if not found:
            return "pixels"
    if _loses_coordinates(found):
        return ""
    if format == "FITS":
        return _excuse_card(content, injury, touched, found)
    if format == "Miriad":
        return _excuse_item(injury, content, touched, found)
    return _excuse_stored(content, injury, touched, found, format)


def _loses_coordinates(found: Differences) -> bool:
    """Whether some kind of coordinates is gone: whatever was hit, that can be noticed."""
    old, new = found.get(("/coordinates", "names"), ((), ()))
    return any(name[-1:].isdigit() and name not in new for name in old)


def _hits_pixels(image: Path, format: str, file: str, content: bytes, touched: list[int]) -> bool:
    """Whether a change is one of pixels, or of where those of an HDF5 dataset begin."""
    ranges = pixel_ranges(image, format)[file]
    places = [a for a, _ in ranges] if format == "hdf5" else []
    return any(a <= place < b for place in touched for a, b in ranges) or any(
        _was_hit(place, content, touched) for place in places
    )


def _parts(found: Differences) -> set[str]:
    """Return which parts of a portrait differ."""
    return {path[0].lstrip("/") for path in found}


def _excuse_stored(
    content: bytes, injury: Injury, touched: list[int], found: Differences, format: str
) -> str:
    """Look whether the stored forms of all old values were hit, or else just names."""
    changed = injury.applied(content)
    if format == "hdf5" and any(_is_deleted(content, changed, place) for place in touched):
        return "value"
    parts = _parts(found)
    primary = {path: pair for path, pair in found.items() if path[0].lstrip("/") not in DERIVED}
    if "shape" in parts:
        follows = {*PIXELS, "tile", "coordinates"}
        primary = {p: pair for p, pair in primary.items() if p[0].lstrip("/") not in follows}
    cells = {path[:5] for path in primary}  # group, name, "values", row
    refers = injury.file.endswith("/table.f0") and len(cells) == 1 and parts == {"attributes"}
    apart = format == "hdf5" or injury.file.endswith(("/table.f0", "/table.f0i"))
    if primary and all(
        new is not None
        and (
            _was_hit(old, content, touched)
            or _is_other_truth(old, content, changed, touched, injury.file)
            or (apart and _is_referred(old, new, content, touched))
            or refers
            or _is_same_number(old, new)
        )
        for old, new in primary.values()
    ):
        return "value"
    return "name" if _are_names(content, injury, touched, primary) else ""


def _is_same_number(old: Any, new: Any) -> bool:
    """Whether two numbers are equal, and only their types differ; or two types of arrays do."""
    if isinstance(old, tuple) and isinstance(new, tuple):  # shape and type
        return bool(old[0] == new[0])
    kinds = (np.bool_, np.integer)
    return isinstance(old, kinds) and isinstance(new, kinds) and int(old) == int(new)


def _is_deleted(content: bytes, changed: bytes, place: int) -> bool:
    """Whether a message of an HDF5 header was an attribute, and has become a deleted message."""
    kinds = (int.from_bytes(data[place : place + 2], "little") for data in (content, changed))
    return tuple(kinds) == (ATTRIBUTE, NIL)


def _is_other_truth(
    value: Any, content: bytes, changed: bytes, touched: list[int], file: str
) -> bool:
    """Whether a truth value was hit: a byte of 0 or 1, or a bit among others in a table."""
    if not isinstance(value, bool | np.bool_):
        return False
    bits = file.endswith("/table.f0")
    return any(bits or {content[place], changed[place]} == {0, 1} for place in touched)


def _is_referred(old: Any, new: Any, content: bytes, touched: list[int]) -> bool:
    """Whether another text is there, and a reference to the old one, with its length, was hit.

    Such a reference has up to 16 bytes; the length of a text of its own type is in four.
    """
    if not (isinstance(old, str) and isinstance(new, str)):
        return False
    length = len(old.encode("utf-8", "surrogateescape"))
    forms = [n.to_bytes(4, order) for n in (length, length + 1) for order in ("little", "big")]
    windows = [content[max(0, place - 15) : place + 16] for place in touched]
    return any(form in window for form in forms for window in windows)


def _was_hit(value: Any, content: bytes, touched: list[int]) -> bool:
    """Whether some stored form of a value holds a byte that was changed."""
    for form in _forms(value):
        for place in touched:
            window = content[max(0, place - len(form) + 1) : place + len(form)]
            if form in window:
                return True
    return False


def _forms(value: Any) -> Iterator[bytes]:
    """Give the bytes that may stand for a value."""
    if isinstance(value, bool | np.bool_):
        return
    if isinstance(value, str):
        if value:
            yield value.encode("utf-8", "surrogateescape")
            yield value.encode("latin-1", "ignore")
        else:
            yield b"__empty__"  # how HDF5 images store it
    elif isinstance(value, complex | np.complexfloating):
        yield from _forms(float(value.real))
        yield from _forms(float(value.imag))
    elif isinstance(value, int | np.integer):
        small = {1: "bB", 2: "hH"}.get(getattr(value, "itemsize", 0), "")
        yield from _packed(value, small + "iIqQfd")
    elif isinstance(value, float | np.floating):
        yield from _packed(value, "fd")


def _packed(value: Any, codes: str) -> Iterator[bytes]:
    for code in codes:
        with suppress(struct.error, OverflowError):
            yield struct.pack("<" + code, value)
            yield struct.pack(">" + code, value)


def _are_names(content: bytes, injury: Injury, touched: list[int], found: Differences) -> bool:
    """Whether a free name that was hit is there with other letters, and what was under it too."""
    if not _parts(found) <= FREE | set(DERIVED):
        return False
    changed = injury.applied(content)
    lists = [
        (old, new) for path, (old, new) in found.items() if path[-1] == "names" and old and new
    ]
    added = {name for old, new in lists for name in new if name not in old}
    gone = {name for old, new in lists for name in old if name not in new}
    if not added or not all(_was_hit(name, changed, touched) for name in added):
        return False
    if not all(_was_hit(name, content, touched) for name in gone):
        return False
    values = {
        path: pair for path, pair in found.items() if path[-1] not in ("names", "array", "length")
    }
    lost = Counter(
        repr(old)
        for old, new in values.values()
        if old is not None and (new is None or not _was_hit(old, content, touched))
    )
    return lost <= Counter(repr(new) for _, new in values.values() if new is not None)


def _excuse_card(content: bytes, injury: Injury, touched: list[int], found: Differences) -> str:
    """Look whether each card that was hit is still a legal one."""
    changed = injury.applied(content)
    excuses = set()
    for place in touched:
        for start, data, cards in _fits_headers(content):
            if start <= place < data:
                card = slice(place - (place - start) % CARD, place - (place - start) % CARD + CARD)
                excuses.add(_excuse_one_card(content[card], changed[card], _parts(found)))
            elif data <= place < data + _fits_size(cards) and _is_table(cards):
                excuses.add("value" if _all_hit(content, touched, found) else "")
    return "" if "" in excuses or not excuses else max(excuses, key="value name".find)


def _all_hit(content: bytes, touched: list[int], found: Differences) -> bool:
    return all(_was_hit(old, content, touched) for old, _ in found.values())


def _excuse_one_card(old: bytes, new: bytes, parts: set[str]) -> str:
    if new[:8] != old[:8]:
        return "name" if NAME.fullmatch(new[:8]) and parts <= FREE else ""
    if old[8:9] != b"=":
        # AIPS notes the beam in the history
        return "value" if parts <= {"history", "imageinfo"} else ""
    return "value" if new[8:9] == b"=" and VALUE.fullmatch(new[9:]) else ""


def _excuse_item(injury: Injury, content: bytes, touched: list[int], found: Differences) -> str:
    """Look whether what was hit is the value of an item, its name, or a line of history."""
    parts = _parts(found)
    if injury.file != "header":
        return "value" if injury.file == "history" and parts <= {"history"} else ""
    items = list(pairwise([*_items(content), len(content)]))
    values = [range(a + 16 + 4, b) for a, b in items]
    # the length of a text is noted once, and nothing says what fills up the item
    values += [range(a + 15, a + 16) for a, _ in items if content[a + 16 + 3] in TEXTS]
    if all(any(place in part for part in values) for place in touched):
        return "value"
    named = all(any(a <= place < a + 15 for a, _ in items) for place in touched)
    return "name" if named and parts <= FREE else ""


def _items(content: bytes) -> Iterator[int]:
    """Give where each item of a Miriad header starts."""
    place = 0
    while place + 16 <= len(content):
        yield place
        place += 16 + -(-content[place + 15] // 16) * 16
