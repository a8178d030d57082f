"""Coordinate systems from FITS headers and WCS objects, and as headers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from jupimage.coordinates.damage import reads_record
from jupimage.errors import CoordinateError, DataTypeError

if TYPE_CHECKING:
    from astropy.io.fits import Header

    from jupimage.coordinates.system import coordinatesystem

__all__ = ["header_of", "system_of"]


def system_of(header: Any, shape: Sequence[int] | None) -> coordinatesystem:
    """Return the coordinate system that a header or a WCS object of astropy describes.

    Parameters
    ----------
    header
        A header, a dict of keywords, or an `astropy.wcs.WCS`.
    shape
        Shape of the image, slowest axis first; what the header says if None, and 1 for axes
        of unknown length.
    """
    from jupimage.coordinates.fitsheader import from_header

    if hasattr(header, "wcs") and hasattr(header, "to_header"):
        header, shape = _from_wcs(header, shape)
    if not (hasattr(header, "keys") and hasattr(header, "__getitem__")):
        raise DataTypeError(
            f"header is a header, a dict of keywords or a WCS of astropy, got {header!r:.60}"
        )
    if isinstance(header, dict):
        header = {str(key).upper(): value for key, value in header.items()}
    lengths = _lengths(header) if shape is None else [int(n) for n in shape]
    if not lengths or min(lengths) < 1:
        raise CoordinateError(f"shape needs axes of at least one pixel, got {tuple(lengths)}")
    return from_header(header, tuple(lengths), extend=True).system


def _from_wcs(wcs: Any, shape: Sequence[int] | None) -> tuple[Header, Sequence[int] | None]:
    """Return a header of a WCS, with what it leaves out because it is usual."""
    header = wcs.to_header(relax=True)
    for number in range(1, wcs.naxis + 1):
        header.setdefault(f"CRPIX{number}", 0.0)
        header.setdefault(f"CDELT{number}", 1.0)
    known = wcs.array_shape
    if shape is None and known is not None and all(known):
        shape = known
    return header, [1] * wcs.naxis if shape is None else shape


def _lengths(header: Any) -> list[int]:
    """Return the shape that a header gives, slowest axis first."""
    counted = [int(header[key]) for key in ("NAXIS", "WCSAXES") if key in header]
    named = [int(key[5:]) for key in header if str(key).startswith("CTYPE") and key[5:].isdigit()]
    count = min(max([0, *counted, *named]), 999)
    lengths = [int(header.get(f"NAXIS{number}", 1) or 1) for number in range(1, count + 1)]
    return lengths[::-1]


@reads_record
def header_of(
    system: coordinatesystem, shape: Sequence[int] | None, *, velocity: bool, optical: bool
) -> Header:
    """Return the coordinates of an image as a header of astropy."""
    from astropy.io.fits import Header

    from jupimage.coordinates.headerwriting import to_header

    if shape is None:
        shape = _known_shape(system)
    header = Header()
    with np.errstate(all="ignore"):  # what comes out of silly numbers is refused by the header
        written = to_header(system, [int(n) for n in shape], velocity=velocity, optical=optical)
    for keyword, value, comment in written.cards:
        if keyword == "COMMENT":
            header.add_comment(str(value))
        else:
            header[keyword] = (value, comment) if comment else value
    return header


def _known_shape(system: coordinatesystem) -> list[int]:
    from jupimage.coordinates.record import entries

    found = {}
    for entry in entries(system.dict()):
        sizes = np.ravel(entry.record.get("_axes_sizes", ()))
        found.update({axis: int(n) for axis, n in zip(entry.pixelmap, sizes, strict=False)})
    shape = [found.get(axis, 0) for axis in reversed(range(system.ndim))]
    if not all(shape):
        raise CoordinateError("these coordinates do not know how long the axes are; give a shape")
    return shape
