"""The table of a tile-compressed image, as astropy gets to see it.

It is shown a file that holds nothing but this one table under a header made anew from checked
cards, so that no other part of a damaged file can mislead it, and so that packed files, maps and
ordinary reads all look the same.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

from jupimage.files.storage import Storage
from jupimage.fits.cards import CARD
from jupimage.fits.hdu import BLOCK, Hdu

if TYPE_CHECKING:
    from astropy.io.fits import CompImageHDU

__all__ = ["open_table"]

_STRUCTURE = re.compile(
    r"BITPIX|NAXIS[12]?|PCOUNT|GCOUNT|TFIELDS|THEAP|T(TYPE|FORM|NULL|SCAL|ZERO)\d+|BLANK"
    r"|ZIMAGE|ZCMPTYPE|ZBITPIX|ZNAXIS\d*|Z(TILE|NAME|VAL)\d+|ZQUANTIZ|ZDITHER0|ZBLANK|ZSCALE|ZZERO"
)


def open_table(storage: Storage, hdu: Hdu) -> CompImageHDU:
    """Let astropy open a file that has the table as its only content."""
    from astropy.io import fits

    table = [card for card in hdu.header.cards() if _STRUCTURE.fullmatch(card[:8].rstrip())]
    header = _block(["XTENSION= 'BINTABLE'".ljust(CARD), *_sorted(table)])
    primary = _block(
        [
            f"{'SIMPLE':<8}= {'T':>20}".ljust(CARD),
            f"{'BITPIX':<8}= {'8':>20}".ljust(CARD),
            f"{'NAXIS':<8}= {'0':>20}".ljust(CARD),
        ]
    )
    file = io.BufferedReader(_TableFile(storage, primary + header, hdu.start, hdu.count))
    opened = fits.open(
        file, mode="readonly", memmap=False, lazy_load_hdus=True, do_not_scale_image_data=True
    )
    return opened[1]


def _sorted(cards: list[str]) -> list[str]:
    """Put the cards that describe the table first, in the order that the standard demands."""
    order = ("BITPIX", "NAXIS", "NAXIS1", "NAXIS2", "PCOUNT", "GCOUNT", "TFIELDS")
    first = {card[:8].rstrip(): card for card in cards}
    head = [first[keyword] for keyword in order if keyword in first]
    return head + [card for card in cards if card[:8].rstrip() not in order]


def _block(cards: list[str]) -> bytes:
    text = "".join(cards) + "END".ljust(CARD)
    return text.ljust(-(-len(text) // BLOCK) * BLOCK).encode("ascii")


class _TableFile(io.RawIOBase):
    """A file made of headers in memory and the bytes of a table in a storage."""

    def __init__(self, storage: Storage, headers: bytes, start: int, count: int) -> None:
        super().__init__()
        self._storage = storage
        self._headers = headers
        self._start = start
        self._count = count
        self._size = len(headers) + -(-count // BLOCK) * BLOCK
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = (0, self._position, self._size)[whence]
        self._position = max(0, base + offset)
        return self._position

    def readinto(self, buffer: Any) -> int:
        count = min(len(buffer), max(0, self._size - self._position))
        part = self._bytes(self._position, count)
        buffer[: len(part)] = part
        self._position += len(part)
        return len(part)

    def _bytes(self, position: int, count: int) -> bytes | memoryview:
        if position < len(self._headers):
            return self._headers[position : position + count]
        offset = position - len(self._headers)
        inside = min(count, self._count - offset)
        if inside <= 0:
            return bytes(count)  # the padding behind the table
        return self._storage.window(self._start + offset, inside)
