"""Tile-compressed FITS images: rectangles of pixels in the rows of a binary table.

astropy unpacks the tiles (see `jupimage.fits.table`). It is not made for threads: one
read at a time. What the header says is checked before, against the size of the table.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from math import ceil, prod
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from jupimage.errors import ClosedError, FormatError
from jupimage.files.storage import Storage
from jupimage.fits.cards import FitsHeader
from jupimage.fits.hdu import Hdu, axis_lengths
from jupimage.fits.lattice import reopen
from jupimage.fits.pixels import PIXEL, Encoding
from jupimage.fits.table import open_table
from jupimage.lattice.block import Block
from jupimage.lattice.box import Box

if TYPE_CHECKING:
    from astropy.io.fits import CompImageHDU

__all__ = ["TiledLattice", "image_header"]

_ROOM = 1 << 20  # pixels unpacked at one time, unless a tile is larger
_CROWD = 2_000  # more pixels than this per byte of file no method of compression reaches
_ENOUGH = 64 << 20  # pixels that need no such proof
_METHODS = ("RICE_1", "RICE_ONE", "GZIP_1", "GZIP_2", "PLIO_1", "HCOMPRESS_1", "NOCOMPRESS")
_TABLE = ("TFIELDS", "THEAP", "PCOUNT", "GCOUNT", "XTENSION", "BITPIX", "NAXIS", "NAXIS1", "NAXIS2")
_COLUMN = ("TTYPE", "TFORM", "TUNIT", "TDISP", "TNULL", "TSCAL", "TZERO", "TDIM", "TCOMM")


def image_header(hdu: Hdu) -> FitsHeader:
    """Return the header of the image in a compressed table, as if it were not compressed."""
    names: dict[str, str | None] = {}
    for keyword, _ in hdu.header.items():
        stem = keyword.rstrip("0123456789")
        if keyword in _TABLE or (stem in _COLUMN and stem != keyword):
            names[keyword] = None
        elif keyword in ("ZBITPIX", "ZNAXIS", "ZPCOUNT", "ZGCOUNT") or stem == "ZNAXIS":
            names[keyword] = keyword[1:]
        elif keyword in _PRIVATE or stem in ("ZTILE", "ZNAME", "ZVAL"):
            names[keyword] = None
    return hdu.header.renamed(names)


_PRIVATE = (
    *("ZIMAGE", "ZCMPTYPE", "ZMASKCMP", "ZQUANTIZ", "ZDITHER0", "ZBLANK", "ZSCALE", "ZZERO"),
    *("ZSIMPLE", "ZEXTEND", "ZTENSION", "ZBLOCKED", "ZHECKSUM", "ZDATASUM"),
)


class TiledLattice:
    """Pixels of one tile-compressed image; only read.

    Parameters
    ----------
    storage
        The file.
    hdu
        The table.
    shape
        Length of each axis, slowest first; leading ones may be added to those of the file.
    name
        What to open to get this lattice again, for pickle.

    Raises
    ------
    FormatError
        If the header contradicts itself or promises more than the table can hold.
    """

    dtype: np.dtype[Any] = PIXEL

    def __init__(self, storage: Storage, hdu: Hdu, shape: tuple[int, ...], name: str) -> None:
        self._storage = storage
        self._hdu = hdu
        self._shape = shape
        self._name = name
        blank = "BLANK" if "BLANK" in hdu.header else "ZBLANK"
        self._encoding = Encoding.of(hdu.header, bitpix="ZBITPIX", blank=blank)
        self._own = axis_lengths(hdu.header, "ZNAXIS")
        self._tile = _tile_shape(hdu, self._own)
        _check_promise(hdu, self._own, self._tile)
        self._lock = threading.Lock()
        self._closed = False
        self._opened: CompImageHDU | None = None

    @property
    def shape(self) -> tuple[int, ...]:
        """Length of each axis, slowest first."""
        return self._shape

    @property
    def tile(self) -> tuple[int, ...]:
        """Shape of what is compressed together."""
        return (1,) * (len(self._shape) - len(self._own)) + self._tile

    @property
    def masked(self) -> bool:
        """Whether pixels can be bad."""
        return self._encoding.masked

    def read(self, box: Box, *, values: bool = True, good: bool = True) -> Block:
        """Read the pixels of `box`, their validity, or both; each tile is unpacked once."""
        box.check(self._shape)
        if self._closed:
            raise ClosedError(f"{self._name} was closed")
        pixels = np.empty(box.shape, PIXEL) if values else None
        valid = np.empty(box.shape, np.bool_) if good and self.masked else None
        if box.size and (pixels is not None or valid is not None):
            extra = len(self._shape) - len(self._own)
            inner = Box(box.start[extra:], box.stop[extra:], box.step[extra:])
            with self._storage.hold():
                for inside, section in _sections(inner, self._tile, self._own):
                    raw = self._unpack(section)
                    part = (0,) * extra + inside
                    self._encoding.decode(
                        raw,
                        None if pixels is None else pixels[part],
                        None if valid is None else valid[part],
                    )
        return Block(pixels, valid)

    def close(self) -> None:
        """Let go of the file; the lattice can no longer be read."""
        self._closed = True
        with self._lock:
            self._opened = None
        self._storage.close()

    def __reduce__(self) -> tuple[Any, ...]:
        return reopen, (self._name,)

    def _unpack(self, section: tuple[slice, ...]) -> NDArray[Any]:
        with self._lock:
            try:
                if self._opened is None:
                    self._opened = open_table(self._storage, self._hdu)
                with np.errstate(all="ignore"):
                    return np.asarray(self._opened.section[section])
            except FormatError:
                raise
            except Exception as error:  # damaged tiles make the decoders fail in many ways
                raise FormatError(
                    f"{self._name} is damaged: the tiles of {section} cannot be unpacked "
                    f"({type(error).__name__}: {error})"
                ) from error


def _tile_shape(hdu: Hdu, lengths: tuple[int, ...]) -> tuple[int, ...]:
    """Return the shape of a tile; the standard says rows if the header does not."""
    ndim = len(lengths)
    sizes = []
    for axis, length in zip(range(ndim, 0, -1), lengths, strict=True):
        size = hdu.header.integer(f"ZTILE{axis}", length if axis == 1 else 1)
        if not 0 < size <= 2**31 - 1:
            raise FormatError(f"{hdu.label}: ZTILE{axis} must be positive, got {size}")
        sizes.append(min(size, length) or 1)
    return tuple(sizes)


def _check_promise(hdu: Hdu, lengths: tuple[int, ...], tile: tuple[int, ...]) -> None:
    """Refuse a table that cannot hold the image its header describes."""
    method = hdu.header.text("ZCMPTYPE").strip()
    if method not in _METHODS:
        raise FormatError(f"{hdu.label}: unknown compression {method[:40]!r}, known: {_METHODS}")
    if not lengths or 0 in lengths:
        raise FormatError(f"{hdu.label}: a compressed image needs pixels, got shape {lengths}")
    _check_columns(hdu)
    rows = hdu.header.integer("NAXIS2")
    tiles = prod(ceil(n / t) for n, t in zip(lengths, tile, strict=True))
    if rows != tiles:
        raise FormatError(f"{hdu.label}: wanted a row for each of {tiles} tiles, got {rows} rows")
    limit = max(_ENOUGH, _CROWD * hdu.count)
    if prod(lengths) > limit:
        raise FormatError(
            f"{hdu.label}: {prod(lengths)} pixels cannot come out of {hdu.count} bytes"
        )


def _check_columns(hdu: Hdu) -> None:
    """Refuse a table without a column of tiles, or with columns of no known type."""
    forms = {
        hdu.header.text(f"TTYPE{n}").strip(): hdu.header.text(f"TFORM{n}").strip()
        for n in range(1, min(hdu.header.integer("TFIELDS"), 999) + 1)
    }
    if not re.match("1?[PQ][BIJ]", forms.get("COMPRESSED_DATA", "")):
        raise FormatError(f"{hdu.label}: the table has no column COMPRESSED_DATA of tiles")
    for name, form in forms.items():
        if not re.match(r"\d{0,9}[LXBIJKAEDCMPQ]", form):
            raise FormatError(
                f"{hdu.label}: column {name[:40]!r} has the unknown type {form[:40]!r}"
            )


def _sections(
    box: Box, tile: tuple[int, ...], shape: tuple[int, ...]
) -> Iterator[tuple[tuple[slice, ...], tuple[slice, ...]]]:
    """Cut a box along the tiles: where each piece goes in the result, and what to unpack for it."""
    grid = list(tile)
    for axis in range(len(grid) - 1, -1, -1):
        grid[axis] *= max(1, min(_ROOM // prod(grid), ceil(shape[axis] / grid[axis])))
    for piece in Box(box.start, box.stop).tiles(grid):
        target, source = [], []
        for start, low, high, step in zip(
            box.start, piece.start, piece.stop, box.step, strict=True
        ):
            first, last = ceil((low - start) / step), ceil((high - start) / step)
            target.append(slice(first, last))
            source.append(slice(start + first * step, high, step))
        if all(part.start < part.stop for part in target):
            yield tuple(target), tuple(source)
