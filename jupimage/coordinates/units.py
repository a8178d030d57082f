"""Sizes of the units that coordinate records use for angles and frequencies.

Records hold few units, and looking them up here keeps the large unit machinery of astropy
out of the path of every single conversion.
"""

from __future__ import annotations

from jupimage.errors import CoordinateError

__all__ = ["C", "degrees", "hertz"]

C = 299792458.0
"""Speed of light in m/s."""

_DEGREES = {
    "deg": 1.0,
    "rad": 57.29577951308232,
    "mrad": 0.05729577951308232,
    "arcmin": 1 / 60,
    "'": 1 / 60,
    "arcsec": 1 / 3600,
    '"': 1 / 3600,
    "''": 1 / 3600,
    "mas": 1 / 3600e3,
    "uas": 1 / 3600e6,
    "h": 15.0,
}

_HERTZ = {
    "Hz": 1.0,
    "kHz": 1e3,
    "MHz": 1e6,
    "GHz": 1e9,
    "THz": 1e12,
    "PHz": 1e15,
    "EHz": 1e18,
    "mHz": 1e-3,
    "s-1": 1.0,
}


def degrees(unit: str) -> float:
    """Return the size of a unit of angle, in degrees.

    Examples
    --------
    >>> degrees("'") * 60
    1.0
    """
    try:
        return _DEGREES[unit]
    except KeyError:
        raise CoordinateError(f"a direction needs a unit of angle, got {unit[:40]!r}") from None


def hertz(unit: str) -> float:
    """Return the size of a unit of frequency, in Hz.

    Examples
    --------
    >>> hertz("GHz")
    1000000000.0
    """
    try:
        return _HERTZ[unit]
    except KeyError:
        raise CoordinateError(
            f"a spectral coordinate needs a unit of frequency, got {unit[:40]!r}"
        ) from None
