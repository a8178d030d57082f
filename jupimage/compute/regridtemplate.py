"""What can be regridded to: anything that describes a grid."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jupimage.coordinates import coordinatesystem
from jupimage.coordinates.fitsheader import from_header
from jupimage.errors import CoordinateError, DataTypeError

__all__ = ["template_of"]


def template_of(what: Any) -> tuple[coordinatesystem, tuple[int, ...] | None]:
    """Return a coordinate system, and the shape of the image it describes where that is known.

    Parameters
    ----------
    what
        A coordinate system (anything with a method `dict` that gives a record of one), a FITS
        header, an `astropy.wcs.WCS`, or a coordinate system and a shape.

    Raises
    ------
    DataTypeError
        If it is none of these.
    CoordinateError
        If it does not describe coordinates.

    Examples
    --------
    >>> from astropy.io.fits import Header
    >>> header = Header({"NAXIS": 2, "NAXIS1": 30, "NAXIS2": 20, "CTYPE1": "GLON-CAR",
    ...                  "CTYPE2": "GLAT-CAR", "CDELT1": -0.1, "CDELT2": 0.1})
    >>> system, shape = template_of(header)
    >>> system["direction"].get_frame(), shape
    ('GALACTIC', (20, 30))
    """
    if isinstance(what, tuple) and len(what) == 2 and isinstance(what[0], coordinatesystem):
        return what[0], tuple(what[1])
    if hasattr(what, "to_header") and hasattr(what, "pixel_n_dim"):
        return _from_wcs(what)
    if hasattr(what, "cards"):
        return _from_cards(what, None)
    record = getattr(what, "dict", None)
    if not callable(record):
        raise DataTypeError(
            "coordsys must be a coordinate system, an image, an astropy WCS or a FITS header, got "
            f"{type(what).__name__}"
        )
    found = record()
    if not isinstance(found, dict):
        raise DataTypeError(f"coordsys must give its record as a dict, got {type(found).__name__}")
    return coordinatesystem(found), None


def _from_wcs(wcs: Any) -> tuple[coordinatesystem, tuple[int, ...] | None]:
    from astropy.wcs import WcsError

    try:
        header = wcs.to_header(relax=True)
    except (WcsError, ValueError) as error:
        raise CoordinateError(f"coordsys is a WCS that cannot be used: {error}") from error
    shape = getattr(wcs, "array_shape", None)
    return _from_cards(header, shape, int(wcs.pixel_n_dim))


def _from_cards(
    header: Mapping[str, Any], shape: Any, ndim: int = 0
) -> tuple[coordinatesystem, tuple[int, ...] | None]:
    count = ndim or int(header.get("NAXIS") or 0) or int(header.get("WCSAXES") or 0) or 2
    lengths = tuple(shape) if shape is not None else None
    if lengths is None and all(f"NAXIS{n}" in header for n in range(1, count + 1)):
        lengths = tuple(int(header[f"NAXIS{n}"]) for n in range(count, 0, -1))
    found = from_header(header, lengths or (1,) * count)
    return found.system, lengths
