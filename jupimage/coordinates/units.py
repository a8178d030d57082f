"""Sizes of the units that coordinate records use for angles and frequencies.

Records hold few units, and looking them up here keeps the large unit machinery of astropy
out of the path of every single conversion.
"""

from __future__ import annotations

from jupimage.errors import CoordinateError

__all__ = ["C", "degrees", "hertz", "metres", "metres_per_second"]

C = 299792458.0
"""Speed of light in m/s."""

_PREFIXES = {
    "": 1.0, "da": 1e1, "h": 1e2, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15, "E": 1e18,
    "Z": 1e21, "Y": 1e24, "d": 1e-1, "c": 1e-2, "m": 1e-3, "u": 1e-6, "n": 1e-9, "p": 1e-12,
    "f": 1e-15, "a": 1e-18, "z": 1e-21, "y": 1e-24,
}  # fmt: skip


def _multiples(name: str, size: float) -> dict[str, float]:
    return {prefix + name: size * factor for prefix, factor in _PREFIXES.items()}


_DEGREES = {
    **_multiples("rad", 57.29577951308232),
    **_multiples("deg", 1.0),
    "mrad": 0.05729577951308232,
    "arcmin": 1 / 60,
    "'": 1 / 60,
    **_multiples("arcsec", 1 / 3600),
    **_multiples("as", 1 / 3600),
    '"': 1 / 3600,
    "''": 1 / 3600,
    "mas": 1 / 3600e3,
    "uas": 1 / 3600e6,
    "h": 15.0,
}

_HERTZ = {**_multiples("Hz", 1.0), "s-1": 1.0}

_METRES = {**_multiples("m", 1.0), "Angstrom": 1e-10, "A": 1e-10}

_SPEEDS = {f"{prefix}m/s": size for prefix, size in _PREFIXES.items()}


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


def metres(unit: str) -> float:
    """Return the size of a unit of wavelength, in m.

    Examples
    --------
    >>> metres("mm")
    0.001
    """
    try:
        return _METRES[unit]
    except KeyError:
        raise CoordinateError(f"a wavelength needs a unit of length, got {unit[:40]!r}") from None


def metres_per_second(unit: str) -> float:
    """Return the size of a unit of speed, in m/s.

    Examples
    --------
    >>> metres_per_second("km/s")
    1000.0
    """
    try:
        return _SPEEDS[unit]
    except KeyError:
        raise CoordinateError(f"a velocity needs a unit of speed, got {unit[:40]!r}") from None
