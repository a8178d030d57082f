"""The cards of a direction: sky frame, projection, degrees."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from jupimage.coordinates.direction import DirectionTransform
from jupimage.coordinates.headeraxes import HeaderAxis, HeaderPart
from jupimage.coordinates.units import degrees

__all__ = ["write_direction"]

Array = NDArray[np.float64]

_HIGHEST = 9  # order of a polynomial of SIP

# Names of longitude and latitude, and RADESYS and EQUINOX where there is such a thing.
_FRAMES: dict[str, tuple[str, str, str, float | None]] = {
    "J2000": ("RA", "DEC", "FK5", 2000.0),
    "B1950": ("RA", "DEC", "FK4", 1950.0),
    "B1950_VLA": ("RA", "DEC", "FK4", 1979.9),
    "ICRS": ("RA", "DEC", "ICRS", None),
    "GALACTIC": ("GLON", "GLAT", "", None),
    "SUPERGAL": ("SLON", "SLAT", "", None),
    "ECLIPTIC": ("ELON", "ELAT", "", None),
}


def write_direction(part: HeaderPart) -> None:
    """Write longitude and latitude.

    A frame that FITS has no name for gets one of the general form (``AZLN``, ``AZLT``), so
    that no reader takes it for another.

    Raises
    ------
    CoordinateError
        If the record cannot be used.
    """
    record = part.entry.record
    transform = DirectionTransform(record)
    system = transform.system
    if system in _FRAMES:
        longitude, latitude, radesys, equinox = _FRAMES[system]
        if equinox is not None:
            part.frame.append(("EQUINOX", equinox, ""))
        if radesys:
            part.frame.append(("RADESYS", radesys, ""))
    else:
        longitude, latitude = f"{system[:2]}LN", f"{system[:2]}LT"
        part.losses.append(f"the sky frame {system}, for which FITS has no name")
    if transform.converts:
        part.losses.append(f"that positions are shown in {transform.shown} (conversionSystem)")
    longpole, latpole = transform.poles()
    part.frame += [("LONPOLE", longpole, ""), ("LATPOLE", latpole, "")]
    code, parameters = _projection(part, transform)
    code += _distortion(part)
    units = [str(unit) for unit in record["units"]]
    for axis, name in enumerate((longitude, latitude)):
        scale = degrees(units[axis])
        part.axes.append(
            HeaderAxis(
                part.numbers[axis],
                f"{name:-<4}-{code}",
                _in_degrees(part.values("crval")[axis], units[axis], scale),
                _in_degrees(part.values("cdelt")[axis], units[axis], scale),
                part.pixel(axis, part.values("crpix")[axis]),
                "deg",
            )
        )
    part.set_matrix(record["pc"])
    part.parameters += [
        (f"PV{part.numbers[axis - 1]}_{number}", value, "") for axis, number, value in parameters
    ]


def _projection(
    part: HeaderPart, transform: DirectionTransform
) -> tuple[str, list[tuple[int, int, float]]]:
    """Return code and parameters; SFL about its reference point has a name of its own, GLS."""
    code, parameters = transform.projection()
    if code == "SFL" and parameters:
        unit = str(part.entry.record["units"][1])
        latitude = part.values("crval")[1] * degrees(unit)
        moved = [value for _, _, value in parameters]
        if moved[:2] == [1.0, 0.0] and math.isclose(moved[2], latitude, rel_tol=1e-14):
            return "GLS", []
    return code, parameters


def _distortion(part: HeaderPart) -> str:
    """Write the terms of a distortion, and return what the axis types end in for it."""
    bent = part.entry.record.get("distortion")
    if not isinstance(bent, dict):
        return ""
    first, second = (np.atleast_2d(np.asarray(bent[key], float)) for key in ("first", "second"))
    x, y = np.asarray(bent["step"], float)
    # of a strided section: the same polynomial in its own pixels
    first, second = (_stretched(first, x, y) / x, _stretched(second, x, y) / y)
    if part.numbers == (2, 1):
        first, second = second.T, first.T
    orders = [_order(first), _order(second)]
    if set(part.numbers) != {1, 2} or max(orders) > _HIGHEST or min(part.entry.pixelmap) < 0:
        part.losses.append("the distortion of the sky")
        return ""
    for name, terms, order in zip("AB", (first, second), orders, strict=True):
        part.parameters.append((f"{name}_ORDER", order, ""))
        for p, q in zip(*np.nonzero(terms), strict=True):
            part.parameters.append((f"{name}_{p}_{q}", float(terms[p, q]), ""))
    return "-SIP"


def _stretched(terms: Array, x: float, y: float) -> Array:
    """Return a polynomial of which the variables are multiplied."""
    powers = np.outer(x ** np.arange(terms.shape[0]), y ** np.arange(terms.shape[1]))
    result: Array = terms * powers
    return result


def _order(terms: Array) -> int:
    return max((int(p + q) for p, q in zip(*np.nonzero(terms), strict=True)), default=0)


def _in_degrees(value: float, unit: str, scale: float) -> float:
    """Return an angle in degrees; of those next to each other, the one that reads back exactly."""
    angle = value * scale
    if unit == "rad":
        for candidate in (angle, math.nextafter(angle, 0), math.nextafter(angle, 2 * angle)):
            if math.radians(candidate) == value:
                return candidate
    return angle
