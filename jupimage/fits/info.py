"""What a FITS header says about an image besides its pixels and coordinates.

Names and forms of the results are those of casacore: a record of image information, a record
of everything that is left over, a unit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from jupimage.fits.cards import FitsHeader, Value
from jupimage.formats.imagerecords import IMAGE_TYPES

__all__ = [
    "UNOFFICIAL_TYPES",
    "is_spoken_for",
    "quantity",
    "read_imageinfo",
    "read_miscinfo",
    "wants_beam_table",
]

_UNOFFICIAL = {0.0: "Beam", 8.0: "Spectral Index", 9.0: "Optical Depth"}

UNOFFICIAL_TYPES = frozenset(_UNOFFICIAL.values())
"""Types of images that AIPS hides among the numbers of Stokes parameters."""

_NUMBER = r"\s*([+-]?[0-9.]+(?:[EDed][+-]?\d+)?)"
_AIPS_BEAM = re.compile(f"BMAJ={_NUMBER}.*BMIN={_NUMBER}.*BPA={_NUMBER}")

# Cards that describe the file, the coordinates or what has a place of its own.
_SPOKEN_FOR = re.compile(
    r"""
    SIMPLE|BITPIX|NAXIS.*|EXTEND|BLOCKED|BLANK|BSCALE|BZERO|XTENSION|PCOUNT|GCOUNT|END|LONGSTRN
    |DATAMAX|DATAMIN|ORIGIN|.*DATE.*
    |BUNIT|BTYPE|OBJECT|BMAJ|BMIN|BPA|TELESCOP|OBSERVER|TIMESYS|OBSRA|OBSDEC|OBSGEO-[XYZ]
    |(CTYPE|CRVAL|CRPIX|CDELT|CUNIT|CROTA|CNAME|CRDER|CSYER|CZPHS|CPERI)\d+[A-Z]?
    |(PC|CD|PV|PS)\d+_\d+[A-Z]?|(PC|CD)\d{6}
    |(WCSAXES|WCSNAME|EQUINOX|RADESYS|LONPOLE|LATPOLE|SPECSYS|SSYSOBS|SSYSSRC|VELOSYS|ZSOURCE
      |VELANGL|RESTFRQ|RESTWAV)[A-Z]?
    |RESTFREQ|EPOCH|RADECSYS|VELREF|OBSFREQ|MJD.*|[JB]EPOCH|TREFPOS|TIMEUNIT|TIMEPIXR|TSTART|TSTOP
    |TELAPSE|XPOSURE|OBSORBIT|(A|B|AP|BP)_(ORDER|DMAX|\d+_\d+)|WAT\d+_\d+
    """,
    re.VERBOSE,
)
_ALTERNATES = ("ALTRVAL", "ALTRPIX")


def is_spoken_for(keyword: str) -> bool:
    """Tell whether a keyword is one that FITS has a use for, so that it is no leftover."""
    return _SPOKEN_FOR.fullmatch(keyword) is not None


def quantity(value: float, unit: str) -> dict[str, Any]:
    """Return a number with a unit, as records hold it."""
    return {"value": value, "unit": unit}


def read_imageinfo(header: FitsHeader) -> dict[str, Any]:
    """Return object, type of image and restoring beam.

    The beam is that of BMAJ, BMIN and BPA; else that of the first HISTORY card with one,
    as AIPS notes it (in degrees, and kept so).
    """
    wanted = header.text("BTYPE").upper()
    found = next((name for name in IMAGE_TYPES if name.upper() == wanted), "Intensity")
    found = _unofficial_type(header) or found
    info: dict[str, Any] = {"imagetype": found, "objectname": header.text("OBJECT")}
    beam = _header_beam(header) or _aips_beam(header.history)
    if beam is not None:
        info["restoringbeam"] = beam
    return info


def _unofficial_type(header: FitsHeader) -> str | None:
    """Return the type of image that AIPS hides among the numbers of Stokes parameters."""
    for axis in range(1, 10):
        if header.text(f"CTYPE{axis}").strip() == "STOKES":
            value, length = header.real(f"CRVAL{axis}"), header.real(f"NAXIS{axis}")
            return _UNOFFICIAL.get(value) if value is not None and length in (None, 1) else None
    return None


def wants_beam_table(header: FitsHeader, info: dict[str, Any]) -> bool:
    """Tell whether the beams, one for each channel, are in a table of the file."""
    return "restoringbeam" not in info and header.flag("CASAMBM")


def read_miscinfo(header: FitsHeader, consumed: Iterable[str] = ()) -> dict[str, Value]:
    """Return the cards that nobody else speaks for, under lower-case names.

    Parameters
    ----------
    header
        The header.
    consumed
        Keywords that the coordinates made use of.
    """
    skipped = set(consumed).difference(_ALTERNATES)
    if header.text("ORIGIN").lower().startswith("casa"):
        skipped.update(_ALTERNATES)  # casacore wrote them to say the coordinates twice
    return {
        keyword.lower(): value
        for keyword, value in header.items()
        if keyword not in skipped and not is_spoken_for(keyword)
    }


def _header_beam(header: FitsHeader) -> dict[str, Any] | None:
    major, minor, angle = (header.real(keyword) for keyword in ("BMAJ", "BMIN", "BPA"))
    if major is None or minor is None or angle is None or not (major > 0 and minor > 0):
        return None
    return {
        "major": quantity(max(major, minor) * 3600, "arcsec"),
        "minor": quantity(min(major, minor) * 3600, "arcsec"),
        "positionangle": quantity(angle, "deg"),
    }


def _aips_beam(history: Sequence[str]) -> dict[str, Any] | None:
    for line in history:
        match = _AIPS_BEAM.search(line)
        if match is None:
            continue
        try:
            major, minor, angle = (float(n.upper().replace("D", "E")) for n in match.groups())
        except ValueError:
            continue
        if major > 0 and minor > 0:
            return {
                "major": quantity(max(major, minor), "deg"),
                "minor": quantity(min(major, minor), "deg"),
                "positionangle": quantity(angle, "deg"),
            }
    return None
