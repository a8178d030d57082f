"""The spectral quantities that FITS knows, as frequency.

The formulas are those of Greisen et al. 2006 (A&A 446, 747), all in SI units; velocities of
type VELO are relativistic ones.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from jupimage.coordinates.units import C
from jupimage.errors import CoordinateError

__all__ = ["base_value", "frequency", "frequency_slope"]

Array = NDArray[np.float64]

_PLANCK = 6.62607015e-34


def frequency(kind: str, value: Array, rest: float) -> Array:
    """Return the frequency of a spectral value; NaN or infinite where there is none.

    Parameters
    ----------
    kind
        ``FREQ``, ``VRAD``, ``VOPT``, ``VELO``, ``ZOPT``, ``BETA``, ``WAVE``, ``AWAV``,
        ``WAVN`` or ``ENER``.
    value
        Values in SI units.
    rest
        Rest frequency in Hz, used by velocities and redshift.

    Examples
    --------
    >>> frequency("WAVE", np.array([0.21]), 0.0).round(-3)
    array([1.427583e+09])
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        if kind == "FREQ":
            return value * 1.0
        if kind == "VRAD":
            return rest * (1 - value / C)
        if kind in ("VOPT", "ZOPT"):
            return rest / (1 + (value / C if kind == "VOPT" else value))
        if kind in ("VELO", "BETA"):
            beta = value / C if kind == "VELO" else value
            result: Array = rest * np.sqrt((1 - beta) / (1 + beta))
            return result
        if kind == "WAVE":
            return C / value
        if kind == "AWAV":
            return C / (value * refractive_index(value))
        if kind == "WAVN":
            return C * value
        if kind == "ENER":
            return value / _PLANCK
    raise CoordinateError(f"spectral type {kind!r} is not known")


def frequency_slope(kind: str, value: float, rest: float) -> float:
    """Return how fast frequency changes with a spectral value; NaN where it is undefined."""
    try:
        if kind == "FREQ":
            return 1.0
        if kind == "VRAD":
            return -rest / C
        if kind == "VOPT":
            return float(-rest / C / (1 + value / C) ** 2)
        if kind == "ZOPT":
            return float(-rest / (1 + value) ** 2)
        if kind in ("VELO", "BETA"):
            beta = value / C if kind == "VELO" else value
            slope = -rest / ((1 + beta) * math.sqrt(1 - beta**2))
            return slope / C if kind == "VELO" else slope
        if kind == "WAVE":
            return -C / value**2
        if kind == "AWAV":
            small = value * 1e-6
            ends = frequency(kind, np.array([value - small, value + small]), rest)
            return float((ends[1] - ends[0]) / (2 * small))
        if kind == "WAVN":
            return C
        if kind == "ENER":
            return 1 / _PLANCK
    except (ZeroDivisionError, OverflowError, ValueError):
        return math.nan
    raise CoordinateError(f"spectral type {kind!r} is not known")


def base_value(kind: str, frequency_hz: float, rest: float) -> float:
    """Return wavelength (``WAVE``, ``AWAV``) or v/c (``BETA``) of a frequency.

    Examples
    --------
    >>> round(base_value("AWAV", 599408480964788.0, 0.0) * 1e10, 6)
    5000.0
    """
    if kind == "BETA":
        ratio = (frequency_hz / rest) ** 2
        return (1 - ratio) / (1 + ratio)
    wave = C / frequency_hz
    if kind == "WAVE":
        return wave
    air = wave
    for _ in range(5):
        air = wave / float(refractive_index(np.array(air)))
    return air


def refractive_index(wave: Array) -> Array:
    """Return the refractive index of air at a wavelength in air (m)."""
    inverse = 1 / (wave * 1e6) ** 2
    index: Array = 1 + 1e-6 * (287.6155 + 1.62887 * inverse + 0.01360 * inverse**2)
    return index
