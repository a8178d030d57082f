"""When two coordinates are the same, so that there is nothing to regrid."""

from __future__ import annotations

from typing import Any

import numpy as np

from jupimage.coordinates.record import Record
from jupimage.coordinates.units import degrees

__all__ = ["same_coordinate"]


def same_coordinate(kind: str, one: Record, other: Record) -> bool:
    """Return whether two coordinates say the same of every pixel, as the reference sees it.

    Most numbers may differ by a millionth. What is not looked at: names, rest frequencies, the
    poles of a projection.

    Examples
    --------
    >>> from jupimage.coordinates.record import spectral_record
    >>> axis = spectral_record(crval=1e9, cdelt=1e6)
    >>> same_coordinate("spectral", axis, spectral_record(crval=1e9 + 1, cdelt=1e6))
    False
    >>> same_coordinate("spectral", axis, spectral_record(crval=1e9, cdelt=1000000.5))
    True
    """
    if kind == "direction":
        return _same_direction(one, other)
    if kind == "spectral":
        return _same_spectrum(one, other)
    if "pixelvalues" in one or "pixelvalues" in other:
        keys = ["pixelvalues", "worldvalues"]
    else:
        keys = ["crval", "cdelt", "crpix", "pc"]
    same_units = list(one.get("units", ())) == list(other.get("units", ()))
    return same_units and all(_near(one.get(key, ()), other.get(key, ())) for key in keys)


def _same_direction(one: Record, other: Record) -> bool:
    for key in ("system", "projection"):
        if str(one[key]).strip().upper() != str(other[key]).strip().upper():
            return False
    if repr(one.get("distortion")) != repr(other.get("distortion")):
        return False
    for key in ("crpix", "pc", "projection_parameters"):
        if not _near(one.get(key, ()), other.get(key, ())):
            return False
    scales = [np.array([degrees(str(unit)) for unit in record["units"]]) for record in (one, other)]
    steps = np.ravel(one["cdelt"]) * scales[0], np.ravel(other["cdelt"]) * scales[1]
    values = np.ravel(one["crval"]) * scales[0], np.ravel(other["crval"]) * scales[1]
    # The latitude of the reference has to be the same to the last digits.
    latitude = abs(values[0][1] - values[1][1]) <= 1e-10 * abs(steps[0][1])
    return _near(*steps) and _near(values[0][:1], values[1][:1]) and bool(latitude)


def _same_spectrum(one: Record, other: Record) -> bool:
    if one.get("system") != other.get("system") or ("wcs" in one) != ("wcs" in other):
        return False
    if "wcs" not in one:
        return same_coordinate("tabular", one["tabular"], other["tabular"])
    a, b = one["wcs"], other["wcs"]
    # The reference frequency must not differ by what single precision can tell from a pixel.
    value = abs(float(a["crval"]) - float(b["crval"])) <= 1e-7 * abs(float(a["cdelt"]))
    same = all(_near(a[key], b[key]) for key in ("crpix", "cdelt", "pc"))
    return same and value and one.get("unit", "Hz") == other.get("unit", "Hz")


def _near(one: Any, other: Any) -> bool:
    a, b = np.ravel(np.asarray(one, float)), np.ravel(np.asarray(other, float))
    return a.shape == b.shape and bool(
        np.all(np.abs(a - b) <= 1e-6 * np.maximum(np.abs(a), np.abs(b)))
    )
