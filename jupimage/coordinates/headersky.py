"""The cards of a direction: sky frame, projection, degrees."""

from __future__ import annotations

import math

from jupimage.coordinates.direction import DirectionTransform
from jupimage.coordinates.headeraxes import HeaderAxis, HeaderPart
from jupimage.coordinates.units import degrees

__all__ = ["write_direction"]

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
    code, parameters = transform.projection()
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


def _in_degrees(value: float, unit: str, scale: float) -> float:
    """Return an angle in degrees; of those next to each other, the one that reads back exactly."""
    angle = value * scale
    if unit == "rad":
        for candidate in (angle, math.nextafter(angle, 0), math.nextafter(angle, 2 * angle)):
            if math.radians(candidate) == value:
                return candidate
    return angle
