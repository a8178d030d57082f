"""Writes FITS files card by card, also ones that no library would write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

Cards = Mapping[str, Any] | Sequence[tuple[str, Any] | str]

BITPIX = {"u1": 8, "i2": 16, "i4": 32, "i8": 64, "f4": -32, "f8": -64}


def card(keyword: str, value: Any) -> str:
    """Return one card; texts are quoted."""
    if isinstance(value, bool):
        field = f"{'T' if value else 'F':>20}"
    elif isinstance(value, str):
        field = "'{:<8}'".format(value.replace("'", "''"))
    else:
        field = f"{value!s:>20}".replace("e", "E")
    return f"{keyword:<8}= {field}".ljust(80)


def header(cards: Cards, *, end: bool = True) -> bytes:
    """Return a header block; strings among the cards are taken as they are."""
    items = cards.items() if isinstance(cards, Mapping) else cards
    text = "".join(item.ljust(80) if isinstance(item, str) else card(*item) for item in items)
    if end:
        text += "END".ljust(80)
    return text.ljust(-(-len(text) // 2880) * 2880).encode("latin-1")


def image_cards(pixels: NDArray[Any], *, extension: bool = False) -> list[tuple[str, Any]]:
    """Return the cards that describe an array."""
    kind = pixels.dtype.newbyteorder("=").str[1:]
    first = ("XTENSION", "IMAGE") if extension else ("SIMPLE", True)
    axes = [(f"NAXIS{i}", n) for i, n in enumerate(pixels.shape[::-1], 1)]
    more = [("PCOUNT", 0), ("GCOUNT", 1)] if extension else []
    return [first, ("BITPIX", BITPIX[kind]), ("NAXIS", pixels.ndim), *axes, *more]


def data(pixels: NDArray[Any]) -> bytes:
    """Return the padded bytes of an array."""
    text = pixels.astype(pixels.dtype.newbyteorder(">")).tobytes()
    return text.ljust(-(-len(text) // 2880) * 2880, b"\0")


def image(pixels: NDArray[Any], cards: Cards = (), *, extension: bool = False) -> bytes:
    """Return a primary image or an image extension."""
    items = cards.items() if isinstance(cards, Mapping) else cards
    return header([*image_cards(pixels, extension=extension), *items]) + data(pixels)


EMPTY_PRIMARY = header({"SIMPLE": True, "BITPIX": 8, "NAXIS": 0, "EXTEND": True})


def write(path: Path, *parts: bytes) -> str:
    """Write a file and return its name."""
    path.write_bytes(b"".join(parts))
    return str(path)
