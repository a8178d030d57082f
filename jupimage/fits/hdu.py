"""The parts of a FITS file: headers found one after the other, with the bytes each promises.

Only headers are read. Sizes are Python integers computed from what the cards say; nothing of
that size is allocated, and it is compared with the size of the file before anything is opened.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from typing import Protocol

from jupimage.errors import FormatError
from jupimage.fits.cards import CARD, FitsHeader

__all__ = ["BLOCK", "Hdu", "Reader", "Selector", "axis_lengths", "choose", "walk"]

BLOCK = 2880
_HEADER_LIMIT = 16 << 20  # the longest headers in use, full of history, have a few megabytes
_HDU_LIMIT = 10_000
_NDIM_LIMIT = 32
_END = b"END     "
_BITPIX = (8, 16, 32, 64, -32, -64)


class Reader(Protocol):
    """Where headers are read from."""

    def read(self, offset: int, count: int) -> bytes:
        """Return `count` bytes from `offset` on, fewer at the end of the file."""


@dataclass(frozen=True, slots=True)
class Hdu:
    """A header and where its data lie.

    Parameters
    ----------
    number
        Position in the file, 0 for the primary one.
    header
        Its cards.
    start, count
        Where the data begin, and how many bytes the header promises (without padding).
    """

    number: int
    header: FitsHeader
    start: int
    count: int

    @property
    def label(self) -> str:
        """How messages call it."""
        name = self.header.text("EXTNAME").strip() or ("PRIMARY" if self.number == 0 else "")
        return f"HDU {self.number}" + (f" ({name[:40]})" if name else "")

    @property
    def lengths(self) -> tuple[int, ...]:
        """Length of each axis of the data, slowest first."""
        return axis_lengths(self.header, "NAXIS")

    @property
    def groups(self) -> bool:
        """Whether it holds random groups (visibilities) instead of an image."""
        return _grouped(self.header, self.lengths)

    @property
    def compressed(self) -> bool:
        """Whether it is a table that holds a tile-compressed image."""
        table = self.header.text("XTENSION").strip() == "BINTABLE"
        return table and self.header.flag("ZIMAGE")

    @property
    def image(self) -> bool:
        """Whether it holds pixels."""
        if self.compressed:
            return True
        kind = self.header.text("XTENSION", "IMAGE").strip()
        return kind in ("IMAGE", "IUEIMAGE") and bool(self.lengths) and 0 not in self.lengths

    @property
    def problem(self) -> str:
        """Why it is no image."""
        kind = self.header.text("XTENSION", "IMAGE").strip()
        if kind not in ("IMAGE", "IUEIMAGE"):
            return f"is a table ({kind[:20]})" if "TABLE" in kind else f"is of kind {kind[:20]!r}"
        if self.groups:
            return "holds random groups (visibilities), not an image"
        if not self.lengths:
            return "holds no data (NAXIS = 0)"
        axis = len(self.lengths) - self.lengths.index(0)
        return f"has an axis of length 0 (NAXIS{axis} = 0)"


@dataclass(frozen=True, slots=True)
class Selector:
    """Which part of a file is wanted: by number, or by name and perhaps version."""

    number: int | None = None
    name: str = ""
    version: int | None = None

    @classmethod
    def parse(cls, text: str) -> Selector:
        """Read what stands in the brackets behind a file name.

        Examples
        --------
        >>> Selector.parse("2"), Selector.parse("sci, 1")
        (Selector(number=2, name='', version=None), Selector(number=None, name='SCI', version=1))
        """
        if re.fullmatch(r"\d{1,9}", text):
            return cls(number=int(text))
        name, comma, version = (part.strip() for part in text.partition(","))
        if not name or (comma and not re.fullmatch(r"\d{1,9}", version)):
            raise FormatError(
                f"part [{text}] of a FITS file must be a number, a name or a name and a version, "
                "as in [1], [SCI] or [SCI,2]"
            )
        return cls(name=name.upper(), version=int(version) if comma else None)

    def matches(self, hdu: Hdu) -> bool:
        """Tell whether this is the part wanted."""
        if self.number is not None:
            return hdu.number == self.number
        name = hdu.header.text("EXTNAME").strip().upper() or ("PRIMARY" if hdu.number == 0 else "")
        if name != self.name:
            return False
        return self.version is None or hdu.header.real("EXTVER") in (
            (None, self.version) if self.version == 1 else (self.version,)
        )


def walk(reader: Reader) -> Iterator[Hdu]:
    """Give the parts of a file one after the other, reading nothing but their headers.

    Raises
    ------
    FormatError
        If a header has no end or contradicts itself.
    """
    offset = 0
    for number in range(_HDU_LIMIT):
        block = reader.read(offset, BLOCK)
        if not block.startswith(b"SIMPLE  " if number == 0 else b"XTENSION"):
            return  # the standard allows anything behind the last part
        try:
            header, length = _read_header(reader, offset, block)
            count = _data_bytes(header)
        except FormatError as error:
            raise FormatError(f"HDU {number}: {error}") from error
        hdu = Hdu(number, header, offset + length, count)
        yield hdu
        offset = hdu.start + -(-count // BLOCK) * BLOCK


def choose(reader: Reader, selector: Selector | None) -> Hdu:
    """Find the part that is wanted, or else the first that holds an image.

    Raises
    ------
    FormatError
        If there is none; the message lists what there is.
    """
    seen = []
    for hdu in walk(reader):
        if selector is None and hdu.image:
            return hdu
        if selector is not None and selector.matches(hdu):
            if not hdu.image:
                raise FormatError(f"{hdu.label} {hdu.problem}")
            return hdu
        seen.append(hdu)
    if selector is None:
        listing = "; ".join(f"{hdu.label} {hdu.problem}" for hdu in seen[:10])
        raise FormatError(f"there is no image in it: {listing}")
    listing = ", ".join(hdu.label for hdu in seen[:20])
    raise FormatError(f"there is no such part in it, which has {listing}")


def _read_header(reader: Reader, offset: int, block: bytes) -> tuple[FitsHeader, int]:
    """Return a header and its length in the file."""
    blocks: list[bytes] = []
    while len(blocks) * BLOCK < _HEADER_LIMIT:
        if len(block) < BLOCK:
            have = len(blocks) * BLOCK + len(block)
            raise FormatError(f"the header has no END card; the file ends after {have} bytes of it")
        start = _find_end(block)
        if start >= 0:
            blocks.append(block[:start])
            return FitsHeader(b"".join(blocks)), len(blocks) * BLOCK
        blocks.append(block)
        block = reader.read(offset + len(blocks) * BLOCK, BLOCK)
    raise FormatError(f"the header has no END card in {_HEADER_LIMIT} bytes")


def _find_end(block: bytes) -> int:
    """Return where the END card starts, -1 if there is none."""
    start = block.find(_END)
    while start % CARD and start >= 0:
        start = block.find(_END, start + 1)
    return start


def axis_lengths(header: FitsHeader, keyword: str) -> tuple[int, ...]:
    """Return the lengths of the axes, slowest first."""
    naxis = header.integer(keyword)
    if not 0 <= naxis <= _NDIM_LIMIT:
        raise FormatError(f"{keyword} must be 0..{_NDIM_LIMIT}, got {naxis}")
    lengths = tuple(header.integer(f"{keyword}{axis}") for axis in range(naxis, 0, -1))
    for axis, length in zip(range(naxis, 0, -1), lengths, strict=True):
        if length < 0:
            raise FormatError(f"{keyword}{axis} must not be negative, got {length}")
    return lengths


def _grouped(header: FitsHeader, lengths: tuple[int, ...]) -> bool:
    """Tell whether the data are random groups, which a first axis of length 0 announces."""
    return bool(lengths) and lengths[-1] == 0 and header.flag("GROUPS")


def _data_bytes(header: FitsHeader) -> int:
    bitpix = header.integer("BITPIX")
    if bitpix not in _BITPIX:
        raise FormatError(f"BITPIX must be one of {_BITPIX}, got {bitpix}")
    lengths = axis_lengths(header, "NAXIS")
    if not lengths:
        return 0
    grouped = _grouped(header, lengths)
    elements = prod(lengths[:-1] if grouped else lengths)
    extra, times = header.integer("PCOUNT", 0), header.integer("GCOUNT", 1)
    if extra < 0 or times < 0:
        raise FormatError(f"PCOUNT and GCOUNT must not be negative, got {extra} and {times}")
    if "XTENSION" not in header and not grouped:
        extra, times = 0, 1  # without meaning in a primary image
    return abs(bitpix) // 8 * times * (extra + elements)
