"""The sky of a FITS header."""

from __future__ import annotations

import math

import numpy as np

from jupimage.coordinates.fitsaxes import Axes, Sky
from jupimage.coordinates.fitsdistortion import read_sip
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

# The parameters of projections that have some, with what they are where a header does not say.
_PARAMETERS = {
    "AZP": (0, 0), "SZP": (0, 0, 90), "SIN": (0, 0), "ZPN": (0,) * 20, "AIR": (90,), "CYP": (1, 1),
    "CEA": (1,), "COP": (0, 0), "COE": (0, 0), "COD": (0, 0), "COO": (0, 0), "BON": (0,),
    "HPX": (4, 3),
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
    longpole, latpole = _poles(sky, keys)
    record = direction_record(
        crval=crval.tolist(),
        cdelt=np.radians(axes.cdelt[pair] * scale).tolist(),
        crpix=axes.crpix[pair].tolist(),
        pc=axes.pc[np.ix_(pair, pair)],
        system=_system(sky, keys),
        projection=projection,
        parameters=parameters,
        longpole=longpole,
        latpole=latpole,
    )
    if sky.distortion == "SIP":
        distortion = read_sip(sky, keys)
        if distortion is not None:
            record["distortion"] = distortion
    return record


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
    if frame in ("FK4", "FK4-NO-E") and equinox is not None and abs(equinox - 1979.9) < 0.01:
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
    usual = _PARAMETERS.get(code, ())
    first = 0 if code == "ZPN" else 1
    numbers = range(first, first + len(usual))
    axis = sky.latitude + 1
    names = [f"PV{axis}_{m}" for m in numbers]
    if not any(name in keys for name in names):
        names = [f"PROJP{m}" for m in numbers]
    values = [keys.number(name, default) for name, default in zip(names, usual, strict=True)]
    if code == "HPX" and not any(name in keys for name in names):
        return code, []
    if code in ("CEA", "HPX", "CYP"):  # a radius or a number of facets of 0 is none
        values = [value or default for value, default in zip(values, usual, strict=True)]
    return code, values


def _poles(sky: Sky, keys: Keywords) -> tuple[float | None, float | None]:
    """Return LONPOLE and LATPOLE, which parameters of the longitude may say as well.

    Where there are more of them than the standard knows, they are terms of a distortion.
    """
    axis = sky.longitude + 1
    if keys.optional(f"PV{axis}_0") and not sky.distortion:
        keys.remark(f"PV{axis}_0 and what follows, which move the reference point, are not applied")
    if sky.distortion or any(f"PV{axis}_{m}" in keys for m in range(5, 12)):
        return keys.optional("LONPOLE"), keys.optional("LATPOLE")
    return keys.first(f"PV{axis}_3", "LONPOLE"), keys.first(f"PV{axis}_4", "LATPOLE")
