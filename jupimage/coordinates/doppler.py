"""Velocity frames of spectral axes: one factor turns frequencies of one into another's.

A record that asks for a conversion holds a direction, a place and a time. They are fixed, so
the whole axis shifts by one factor: the product of the Doppler shifts between the frames on
the way, each relativistic in the velocity along the line of sight. Frames are tied to the
barycentre of the solar system by the velocities below; that of the Earth comes from erfa's
ephemeris, its rotation with UT1 = UTC, which is good to a few mm/s and needs no download.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.coordinates.frames import convert
from jupimage.coordinates.units import C, degrees
from jupimage.errors import CoordinateError

__all__ = ["VELOCITY_FRAMES", "frame_factor", "velocity_frame"]

Array = NDArray[np.float64]

VELOCITY_FRAMES = (
    "LSRK", "LSRD", "BARY", "GEO", "TOPO", "GALACTO", "LGROUP", "CMB", "REST", "Undefined"
)  # fmt: skip
"""Frames that a record can name; all but the last two can be converted into each other."""

# Speed in m/s towards galactic longitude and latitude in degrees, as seen from the frame
# before it: LSRD the dynamical local standard of rest (9, 12 and 7 km/s), GALACTO the centre
# of the Galaxy (220 km/s), LGROUP the Local Group, CMB the microwave background.
_LSRK = (20e3, 56.1574, 22.7653)
_LSRD = (16.552945e3, 53.1301, 25.0205)
_ROTATION = (220e3, 90.0, 0.0)
_LGROUP = (308e3, 105.0, -7.0)
_CMB = (369.5e3, 264.4, 48.4)

_AU = 149597870700.0


def velocity_frame(name: Any) -> str:
    """Return the name of a velocity frame as records have it.

    Raises
    ------
    CoordinateError
        If it is none.

    Examples
    --------
    >>> velocity_frame("lsr"), velocity_frame("UNDEFINED")
    ('LSRK', 'Undefined')
    """
    text = name.strip().upper() if isinstance(name, str) else ""
    for known in VELOCITY_FRAMES:
        if text == known.upper():
            return known
    if text == "LSR":
        return "LSRK"
    raise CoordinateError(
        f"velocity frame {str(name)[:40]!r} is not known; known are {', '.join(VELOCITY_FRAMES)}"
    )


def frame_factor(source: str, target: str, conversion: dict[str, Any]) -> float:
    """Return what to multiply frequencies with, to see them in another velocity frame.

    Parameters
    ----------
    source, target
        ``BARY``, ``LSRK``, ``LSRD``, ``GALACTO``, ``LGROUP``, ``CMB``, ``GEO`` or ``TOPO``.
    conversion
        Measure records ``direction``, and for the last two ``epoch`` and ``position``.

    Raises
    ------
    CoordinateError
        If a frame is not one of these, or what it needs is missing.

    Examples
    --------
    A source seen in the direction in which the Sun moves:

    >>> from jupimage.coordinates.record import measure
    >>> apex = measure("direction", "GALACTIC", (56.1574, "deg"), (22.7653, "deg"))
    >>> round((1 - frame_factor("BARY", "LSRK", {"direction": apex})) * 299792.458, 3)
    19.999
    """
    if source == target:
        return 1.0
    direction = _direction(conversion)
    return _to_barycentre(source, direction, conversion) / _to_barycentre(
        target, direction, conversion
    )


def _to_barycentre(frame: str, direction: Array, conversion: dict[str, Any]) -> float:
    factor = 1.0
    for velocity in _velocities(frame, conversion):
        # The velocity with which the frame moves towards the source; seen from the
        # barycentre, which does not, the source comes less fast.
        beta = float(velocity @ direction) / C
        factor *= math.sqrt((1 - beta) / (1 + beta))
    return factor


def _velocities(frame: str, conversion: dict[str, Any]) -> list[Array]:
    """Return the velocities of a frame, step by step, to be added up from the barycentre."""
    known = {
        "BARY": [],
        "LSRK": [_LSRK],
        "LSR": [_LSRK],
        "LSRD": [_LSRD],
        "GALACTO": [_LSRD, _ROTATION],
        "LGROUP": [_LGROUP],
        "CMB": [_CMB],
    }
    if frame in known:
        return [-_galactic(*velocity) for velocity in known[frame]]
    if frame in ("GEO", "TOPO"):
        return _earth(frame, conversion)
    raise CoordinateError(f"no conversion of frequencies from or to the velocity frame {frame!r}")


def _galactic(speed: float, longitude: float, latitude: float) -> Array:
    return speed * _unit(convert(np.array([[longitude, latitude]]), "GALACTIC", "ICRS")[0])


def _unit(lonlat: Array) -> Array:
    lon, lat = np.radians(lonlat)
    return np.array([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


def _quantity(measure: dict[str, Any], key: str) -> float:
    """Return an angle in degrees."""
    return float(measure[key]["value"]) * degrees(str(measure[key]["unit"]))


def _direction(conversion: dict[str, Any]) -> Array:
    try:
        measure = conversion["direction"]
        lonlat = np.array([[_quantity(measure, "m0"), _quantity(measure, "m1")]])
        system = str(measure["refer"])
    except (KeyError, TypeError) as error:
        raise CoordinateError(
            f"a conversion of frequencies needs a direction, there is none ({error!r})"
        ) from error
    return _unit(convert(lonlat, system, "ICRS")[0])


def _earth(frame: str, conversion: dict[str, Any]) -> list[Array]:
    """Return the velocity of the Earth, and for TOPO that of a place on it."""
    import erfa  # type: ignore[import-untyped]  # it ships no types

    try:
        epoch, position = conversion["epoch"], conversion["position"]
        refer, day = str(epoch["refer"]), float(epoch["m0"]["value"])
        unit = str(epoch["m0"]["unit"])
        place = _quantity(position, "m0"), _quantity(position, "m1")
        radius = float(position["m2"]["value"])
    except (KeyError, TypeError, ValueError) as error:
        raise CoordinateError(
            f"the velocity frame {frame} needs an epoch and a position ({error!r})"
        ) from error
    if refer not in ("UTC", "TAI", "TDT", "TT", "TDB") or unit != "d" or not 20000 < day < 90000:
        raise CoordinateError(
            f"the velocity frame {frame} needs a date between 1913 and 2105, got {day} {unit} "
            f"{refer}"
        )
    # Leap seconds and the 32 s between TAI and TT change a velocity by less than 1 mm/s.
    _, barycentric = erfa.epv00(2400000.5, day)
    steps = [np.asarray(barycentric["v"], float) * _AU / 86400]
    if frame == "TOPO":
        matrix = erfa.c2ixys(*erfa.xys06a(2400000.5, day))
        angle = erfa.era00(2400000.5, day) + math.radians(place[0])
        speed = radius * math.cos(math.radians(place[1])) * 7.2921151467e-5
        own = speed * np.array([-math.sin(angle), math.cos(angle), 0.0])
        steps.append(np.asarray(matrix).T @ own)
    return steps
