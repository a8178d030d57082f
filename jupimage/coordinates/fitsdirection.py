"""The sky of a FITS header."""

from __future__ import annotations

import math

import numpy as np

from jupimage.coordinates.fitsaxes import Axes, Sky
from jupimage.coordinates.fitskeywords import Keywords
from jupimage.coordinates.record import Record, direction_record
from jupimage.errors import CoordinateError

__all__ = ["read_direction"]

_SYSTEMS = {"GLON": "GALACTIC", "ELON": "ECLIPTIC", "SLON": "SUPERGAL"}

_ANGLES = {
    "": 1.0, "DEG": 1.0, "DEGREE": 1.0, "DEGREES": 1.0, "RAD": math.degrees(1.0),
    "RADIAN": math.degrees(1.0), "RADIANS": math.degrees(1.0), "ARCMIN": 1 / 60, "'": 1 / 60,
    "ARCSEC": 1 / 3600, "ASEC": 1 / 3600, '"': 1 / 3600, "MAS": 1 / 3.6e6,
}  # fmt: skip

# How many parameters there are, and the number of the first, where it is not 1.
_PARAMETERS = {
    "AZP": 2, "SZP": 3, "SIN": 2, "ZPN": 20, "AIR": 1, "CYP": 2, "CEA": 1, "COP": 2, "COE": 2,
    "COD": 2, "COO": 2, "BON": 1, "HPX": 2,
}  # fmt: skip


def read_direction(axes: Axes, sky: Sky, keys: Keywords) -> Record:
    """Return the record of the direction; its angles are in rad.

    Raises
    ------
    CoordinateError
        If it cannot be one: unknown frame, projection or unit, matrix without inverse.
    """
    pair = [sky.longitude, sky.latitude]
    scale = np.array([_degrees(axes.cunit[i]) for i in pair])
    crval = np.radians(axes.crval[pair] * scale)
    if abs(crval[1]) > math.pi / 2 * (1 + 1e-9):
        raise CoordinateError(f"a reference latitude of {math.degrees(crval[1])} deg")
    projection, parameters = _projection(sky, keys, math.degrees(crval[1]))
    return direction_record(
        crval=crval.tolist(),
        cdelt=np.radians(axes.cdelt[pair] * scale).tolist(),
        crpix=axes.crpix[pair].tolist(),
        pc=axes.pc[np.ix_(pair, pair)],
        system=_system(sky, keys),
        projection=projection,
        parameters=parameters,
        longpole=keys.optional("LONPOLE"),
        latpole=keys.optional("LATPOLE"),
    )


def _degrees(unit: str) -> float:
    try:
        return _ANGLES[unit.strip().upper()]
    except KeyError:
        raise CoordinateError(f"unit {unit[:40]!r} of a celestial axis is no angle") from None


def _system(sky: Sky, keys: Keywords) -> str:
    """Return the sky frame; RADESYS and EQUINOX say which equatorial one it is."""
    if sky.name in _SYSTEMS:
        return _SYSTEMS[sky.name]
    if sky.name != "RA":
        raise CoordinateError(f"axes of type {sky.name} are not known")
    equinox = keys.first("EQUINOX", "EPOCH")
    frame = (keys.text("RADESYS") or keys.text("RADECSYS")).upper()
    if not frame:
        frame = "ICRS" if equinox is None else "FK4" if equinox < 1984 else "FK5"
    if frame == "ICRS":
        return "ICRS"
    if frame in ("FK5", "J2000") and equinox in (None, 2000.0):
        return "J2000"
    if frame in ("FK4", "FK4-NO-E", "B1950") and equinox in (None, 1950.0):
        return "B1950"
    if frame == "FK4" and equinox is not None and abs(equinox - 1979.9) < 0.01:
        return "B1950_VLA"
    raise CoordinateError(f"frame {frame[:40]!r} with equinox {equinox} is not supported")


def _projection(sky: Sky, keys: Keywords, latitude: float) -> tuple[str, list[float]]:
    """Return code and parameters; NCP and GLS get the names and parameters they have now."""
    code = sky.projection
    if code == "NCP":
        sine = math.sin(math.radians(latitude))
        if not sine:
            raise CoordinateError("projection NCP with a reference latitude of 0")
        return "SIN", [0.0, math.cos(math.radians(latitude)) / sine]
    if code == "GLS":
        keys.remark("projection GLS is read as SFL about the reference point")
        return "SFL", [1.0, 0.0, latitude]
    count = _PARAMETERS.get(code, 0)
    first = 0 if code == "ZPN" else 1
    axis = sky.latitude + 1
    values = [keys.number(f"PV{axis}_{m}", 0.0) for m in range(first, first + count)]
    if count and not any(f"PV{axis}_{m}" in keys for m in range(first, first + count)):
        values = [keys.number(f"PROJP{m}", 0.0) for m in range(first, first + count)]
    if code in ("CEA", "HPX", "CYP") and not any(values):
        return code, []  # a radius or a number of facets of 0 stands for the usual one
    return code, values
