"""What each byte of a sound image file is for, as far as a verdict on a damage needs that.

No format has a checksum for everything. A changed byte of a pixel, of a number or of a text is a
sound file that says something else, which no reader can notice. It can and must notice whatever
goes beyond: another item than the one that was hit is different, something is gone, a field that
no longer has a legal form is replaced by a default.

So `excuse` asks two questions. Does every difference lie in a value whose stored form was hit?
Or is a value still there, under a name whose letters were hit? For FITS and Miriad files, where
values are stored in other units than they are given, the questions are asked of the card or item
that was hit: is it still a legal one?
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
    if injury.kind == "cut":
        # a text without a length ends where its file ends
        endless = format == "Miriad" and injury.file == "history"
        return "value" if endless and _parts(found) <= {"history"} else ""
    if injury.kind == "lost":
        # a Miriad folder without these is as sound as one with them
        return "value" if format == "Miriad" and injury.file in ("history", "mask") else ""
    content = (image / injury.file if injury.file else image).read_bytes()
    touched = injury.touched(content)
    ranges = pixel_ranges(image, format)[injury.file]
    if _parts(found) <= set(PIXELS):
        places = [a for a, _ in ranges] if format == "hdf5" else []
        inside = any(a <= place < b for place in touched for a, b in ranges)
        # where the pixels of a file lie in it is a number without a witness
        if inside or any(_was_hit(place, content, touched) for place in places):
            return "pixels"
    if format == "FITS":
        return _excuse_card(content, injury, touched, found)
    if format == "Miriad":
        return _excuse_item(injury, content, touched, found)
    changed = injury.applied(content)
    if format == "hdf5" and any(content[p] == ATTRIBUTE and changed[p] == NIL for p in touched):
        return "value"
    apart = format == "hdf5" or injury.file.endswith(("/table.f0", "/table.f0i"))
    return _excuse_stored(content, changed, touched, found, apart=apart)


def _parts(found: Differences) -> set[str]:
    """Return which parts of a portrait differ."""
    return {path[0].lstrip("/") for path in found}


def _excuse_stored(
    content: bytes, changed: bytes, touched: list[int], found: Differences, *, apart: bool
) -> str:
    """Look whether the stored forms of all old values were hit, or else just names.

    Where texts lie `apart` from the references to them, a text is as long as its reference says,
    and begins where it says: that has no other witness.
    """
    parts = _parts(found)
    if apart and len({path[:5] for path in found}) == 1 and parts == {"attributes"}:
        return "value"  # the reference to one array of an attribute
    primary = {path: pair for path, pair in found.items() if path[0].lstrip("/") not in DERIVED}
    if "shape" in parts or "tile" in parts:
        follows = {*PIXELS, "tile", "shape", "coordinates"} & parts
        primary = {p: v for p, v in primary.items() if p[0].lstrip("/") not in follows - {"shape"}}
    if primary and all(
        new is not None
        and (_was_hit(old, content, touched, path) or (apart and _is_listed(path, old, new)))
        for path, (old, new) in primary.items()
    ):
        return "value"
    return "name" if _renamed(content, changed, touched, primary) else ""


def _is_listed(path: tuple[str, ...], old: Any, new: Any) -> bool:
    """Whether an element of a list of texts became another text, or a text another length."""
    if not (isinstance(old, str) and isinstance(new, str)):
        return False
    return path[-1].isdecimal() or old.startswith(new) or new.rstrip("\0") == old


def _was_hit(value: Any, content: bytes, touched: list[int], path: tuple[str, ...] = ("",)) -> bool:
    """Whether some stored form of a value holds a byte that was changed."""
    if isinstance(value, bool | np.bool_):
        return path[-1] not in ("names", "array", "length")
    for form in _forms(value):
        for place in touched:
            first = max(0, place - len(form) + 1)
            window = content[first : place + len(form)]
            if form in window:
                return True
    return False


def _forms(value: Any) -> Iterator[bytes]:
    """Give the bytes that may stand for a value."""
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


def _renamed(content: bytes, changed: bytes, touched: list[int], found: Differences) -> bool:
    """Whether a name that was hit is there with other letters, and all that is gone is under it."""
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
        for path, (old, new) in values.items()
        if old is not None and (new is None or not _was_hit(old, content, touched, path))
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
                excuses.add(_excuse_one_card(content[card], changed[card]))
            elif data <= place < data + _fits_size(cards):
                table = _is_table(cards) and not _all_hit(content, touched, found)
                excuses.add("" if table else "value")
    return "" if "" in excuses or not excuses else max(excuses, key="value name".find)


def _all_hit(content: bytes, touched: list[int], found: Differences) -> bool:
    return all(_was_hit(old, content, touched, path) for path, (old, _) in found.items())


def _excuse_one_card(old: bytes, new: bytes) -> str:
    if new[:8] != old[:8]:
        return "name" if NAME.fullmatch(new[:8]) else ""
    if old[8:9] != b"=":
        return "value"
    return "value" if new[8:9] == b"=" and VALUE.fullmatch(new[9:]) else ""


def _excuse_item(injury: Injury, content: bytes, touched: list[int], found: Differences) -> str:
    """Look whether what was hit is the value of an item, its name, or a line of history."""
    if injury.file == "history":
        return "value" if _parts(found) <= {"history"} else ""
    if injury.file != "header":
        return "value" if all(place >= 4 for place in touched) else ""
    items = list(pairwise([*_items(content), len(content)]))
    values = [range(a + 16 + 4, b) for a, b in items]
    # the length of a text is noted once, the padding behind it may be anything
    values += [range(a + 15, a + 16) for a, _ in items if content[a + 16 + 3] in TEXTS]
    if all(any(place in part for part in values) for place in touched):
        return "value"
    named = all(any(a <= place < a + 15 for a, _ in items) for place in touched)
    return "name" if named and any("miscinfo" in path[0] for path in found) else ""


def _items(content: bytes) -> Iterator[int]:
    """Give where each item of a Miriad header starts."""
    place = 0
    while place + 16 <= len(content):
        yield place
        place += 16 + -(-content[place + 15] // 16) * 16
