"""Frequencies as velocities and wavelengths, and back."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.coordinates.spectraltypes import frequency as frequency_of
from jupimage.coordinates.units import C, metres, metres_per_second
from jupimage.errors import CoordinateError, DataTypeError

__all__ = ["CONVENTIONS", "frequencies", "velocities", "wavelengths"]

Array = NDArray[np.float64]

CONVENTIONS = {"radio": "VRAD", "optical": "VOPT", "relativistic": "VELO"}
"""How a velocity follows from a frequency, and what FITS calls it."""


def velocities(frequency: Any, rest: float, *, convention: str, unit: str) -> Any:
    """Return the velocities of frequencies.

    Parameters
    ----------
    frequency
        In Hz, or a quantity.
    rest
        Rest frequency in Hz.
    convention
        ``radio``, ``optical`` or ``relativistic``.
    unit
        Unit of the velocities.

    Examples
    --------
    >>> velocities(0.5e9, 1e9, convention="radio", unit="km/s")
    149896.229
    """
    kind, rest = _kind(convention), _checked(rest)
    ratio = _values(frequency, "Hz") / rest
    with np.errstate(divide="ignore", invalid="ignore"):
        if kind == "VRAD":
            beta = 1 - ratio
        elif kind == "VOPT":
            beta = 1 / ratio - 1
        else:
            beta = (1 - ratio**2) / (1 + ratio**2)
        return _plain(beta * C / metres_per_second(unit))


def frequencies(value: Any, rest: float, *, convention: str, unit: str) -> Any:
    """Return the frequencies in Hz of velocities or wavelengths.

    Parameters
    ----------
    value
        Velocities or wavelengths, or a quantity.
    rest
        Rest frequency in Hz, for velocities.
    convention
        What the velocities are: ``radio``, ``optical`` or ``relativistic``.
    unit
        Unit of the values, which says what they are; not used for quantities.

    Examples
    --------
    >>> frequencies(21.0, 0.0, convention="radio", unit="cm")
    1427583133.3333335
    """
    kind = _kind(convention)
    values, size, is_wave = _what(value, unit)
    with np.errstate(divide="ignore", invalid="ignore"):
        if is_wave:
            return _plain(C / (values * size))
        return _plain(frequency_of(kind, values * size, _checked(rest)))


def _what(value: Any, unit: str) -> tuple[Array, float, bool]:
    """Return numbers, the size of their unit in m or m/s, and whether they are wavelengths."""
    if hasattr(value, "unit"):
        for name in ("m", "m/s"):
            if value.unit.is_equivalent(name):
                return np.asarray(value.to_value(name), float), 1.0, name == "m"
        raise CoordinateError(f"wanted velocities or wavelengths, got {value!s:.60}")
    values = _values(value, "m/s")
    try:
        return values, metres(unit), True
    except CoordinateError:
        return values, metres_per_second(unit), False


def wavelengths(frequency: Any, *, unit: str) -> Any:
    """Return the wavelengths in vacuum of frequencies.

    Examples
    --------
    >>> round(wavelengths(1.420405752e9, unit="cm"), 4)
    21.1061
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return _plain(C / _values(frequency, "Hz") / metres(unit))


def _kind(convention: str) -> str:
    try:
        return CONVENTIONS[str(convention).strip().lower()]
    except KeyError:
        raise CoordinateError(
            f"a convention of velocities is one of {', '.join(CONVENTIONS)}, got "
            f"{str(convention)[:40]!r}"
        ) from None


def _checked(rest: float) -> float:
    if not rest > 0:
        raise CoordinateError(
            "a velocity needs a rest frequency, there is none (set_restfrequency sets it)"
        )
    return rest


def _values(given: Any, unit: str) -> Array:
    """Return numbers, those of a quantity in a unit."""
    if hasattr(given, "unit"):
        if not given.unit.is_equivalent(unit):
            raise CoordinateError(f"wanted values that can be in {unit}, got {given!s:.60}")
        return np.asarray(given.to_value(unit), float)
    values = np.asarray(given)
    if values.dtype.kind not in "fiub":
        raise DataTypeError(f"wanted numbers in {unit} or a quantity, got {given!r:.60}")
    return values.astype(np.float64)


def _plain(values: Array) -> Any:
    return values if np.ndim(values) else float(values)
