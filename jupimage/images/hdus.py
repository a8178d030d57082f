"""Images as HDUs of astropy, and HDUs as images: in memory, with the header of a FITS file.

The cards are those that `tofits` writes, and they are understood as those of a file are.
"""

from __future__ import annotations

import warnings
from io import BytesIO
from typing import Any

import numpy as np

from jupimage.coordinates.fitsheader import from_header
from jupimage.errors import ArgumentError, FormatError
from jupimage.fits.beams import read_beams
from jupimage.fits.beamtable import beam_table
from jupimage.fits.cards import FitsHeader
from jupimage.fits.headercards import header_block
from jupimage.fits.history import read_history
from jupimage.fits.info import read_imageinfo, read_miscinfo, wants_beam_table
from jupimage.fits.settings import Settings
from jupimage.fits.writing import ORIGIN, Headers, without_echoes
from jupimage.formats import Blueprint, Opened, blueprint_of
from jupimage.formats.units import translate_unit
from jupimage.images.opening import from_values
from jupimage.lattice import Box

__all__ = ["from_hdu", "header_facts", "to_hdu", "to_hdulist"]


def to_hdu(source: Opened, *, velocity: bool | None, optical: bool) -> Any:
    """Return a `PrimaryHDU` with all pixels, NaN where they are bad."""
    hdu, beams = _hdu(source, velocity, optical)
    if beams is not None:
        del hdu.header["CASAMBM"]
        warnings.warn(
            "an HDU cannot hold the beams of the channels, which are in a table of their own: "
            "to_hdulist() gives both",
            stacklevel=3,
        )
    return hdu


def to_hdulist(source: Opened, *, velocity: bool | None, optical: bool) -> Any:
    """Return an `HDUList`: the image, and the table of the beams of channels if there is one."""
    from astropy.io import fits

    hdu, beams = _hdu(source, velocity, optical)
    if beams is None:
        return fits.HDUList([hdu])
    with fits.HDUList.fromstring(_empty_primary() + beam_table(beams)) as found:
        table = found[1].copy()
    return fits.HDUList([hdu, table])


def _hdu(source: Opened, velocity: bool | None, optical: bool) -> tuple[Any, Any]:
    from astropy.io import fits

    blueprint = blueprint_of(source)
    encoder = Settings().encoder(blueprint)
    headers = _headers(blueprint, source, bool(velocity), bool(optical))
    if velocity is None and headers.written.losses:
        # channels in equal steps of optical velocity are in no equal steps of frequency
        other = _headers(blueprint, source, True, True)
        if len(other.written.losses) < len(headers.written.losses):
            headers = other
    block = header_block(list(headers.cards(encoder, extra=(), first=True)))
    header = fits.Header.fromstring(block)
    for keyword in ("BSCALE", "BZERO"):  # pixels of an HDU are values
        header.remove(keyword, ignore_missing=True)
    pixels = source.lattice.read(Box.whole(source.lattice.shape)).filled()
    return fits.PrimaryHDU(pixels, header), headers.beams


def _headers(blueprint: Blueprint, source: Opened, velocity: bool, optical: bool) -> Headers:
    shape = source.lattice.shape
    return Headers.of(blueprint, source.coordinates, shape, velocity=velocity, optical=optical)


def _empty_primary() -> bytes:
    cards = ("SIMPLE  =                    T", "BITPIX  =                    8",
             "NAXIS   =                    0")  # fmt: skip
    return header_block([card.ljust(80) for card in cards])


def from_hdu(given: Any) -> Opened:
    """Return the image that an HDU holds, or the first HDU of a list that holds one.

    Raises
    ------
    ArgumentError
        If it is no HDU, or holds no image.
    """
    hdu, table = _chosen(given)
    header = _cards(hdu.header)
    shape = tuple(int(n) for n in hdu.data.shape)
    found = from_header(dict(header.items()), shape, extend=True)
    pixels = np.asarray(hdu.data).reshape(found.shape)
    bad = np.isnan(pixels) if pixels.dtype.kind in "fc" else np.zeros((), bool)
    made = from_values(pixels, bad if bad.any() else (), "", found.system)
    made.unit, made.imageinfo, made.miscinfo, made.history = header_facts(
        hdu.header, found.consumed
    )
    made.remarks = found.remarks
    if table is not None and wants_beam_table(header, made.imageinfo):
        made.imageinfo["perplanebeams"] = _beams(table)
    return made


def header_facts(
    header: Any, consumed: frozenset[str] = frozenset()
) -> tuple[str, dict[str, Any], dict[str, Any], list[str]]:
    """Return unit, image information, miscinfo and history that an astropy header tells."""
    cards = _cards(header)
    miscinfo = dict(read_miscinfo(cards, consumed))
    if cards.text("ORIGIN").startswith(ORIGIN):
        miscinfo = without_echoes(miscinfo)
    return (
        translate_unit(cards.text("BUNIT")),
        read_imageinfo(cards),
        miscinfo,
        read_history(cards.history),
    )


def _chosen(given: Any) -> tuple[Any, Any]:
    """Return the HDU with the image, and the one with its beams."""
    from astropy.io import fits

    if isinstance(given, fits.HDUList):
        images = [hdu for hdu in given if _is_image(hdu)]
        if not images:
            names = ", ".join(f"{hdu.name or '?'} ({type(hdu).__name__})" for hdu in given)
            raise ArgumentError(f"there is no image in the HDUs {names or 'of an empty list'}")
        return images[0], next((hdu for hdu in given if hdu.name == "BEAMS"), None)
    if not hasattr(given, "header") or not hasattr(given, "data"):
        raise ArgumentError(f"an HDU of astropy.io.fits is needed, got {type(given).__name__}")
    if not _is_image(given):
        raise ArgumentError(f"the {type(given).__name__} {given.name!r} holds no image")
    return given, None


def _is_image(hdu: Any) -> bool:
    if not getattr(hdu, "is_image", False):
        return False
    shape = getattr(hdu, "shape", ())
    return bool(shape) and 0 not in shape and hdu.data is not None


def _cards(header: Any) -> FitsHeader:
    from astropy.io.fits import VerifyError

    try:
        text = header.tostring(sep="", endcard=False, padding=False)
        return FitsHeader(text.encode("ascii"))
    except (VerifyError, UnicodeError, ValueError) as error:
        raise FormatError(f"a header that cannot be written: {error}") from error


def _beams(table: Any) -> dict[str, Any]:
    from astropy.io import fits

    buffer = BytesIO()
    fits.HDUList([fits.PrimaryHDU(), table.copy()]).writeto(buffer)
    return read_beams(_Bytes(buffer.getvalue()))


class _Bytes:
    """A file in memory, for those who read one piece by piece."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def read(self, offset: int, count: int) -> bytes:
        """Return `count` bytes from `offset` on, fewer at the end."""
        return self._data[offset : offset + count]
