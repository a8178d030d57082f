"""Directions, places and times as records of measures, from what people have at hand.

A record is what coordinate records hold: ``{"type": "epoch", "refer": "UTC", "m0": ...}``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from jupimage.coordinates.angles import parse_angle
from jupimage.coordinates.frames import KNOWN, sky_frame
from jupimage.coordinates.observatories import known_observatories, observatory
from jupimage.coordinates.record import Record, measure
from jupimage.errors import CoordinateError, DataTypeError

__all__ = ["direction_measure", "epoch_measure", "position_measure"]

# Names that headers have for telescopes of the table.
_ALIASES = {"PARKES": "PKS", "JVLA": "EVLA", "EFFELSBERG 100M": "EFFELSBERG"}


def direction_measure(value: Any) -> Record:
    """Return the measure of a direction.

    Parameters
    ----------
    value
        A measure already; a `SkyCoord`; or longitude and latitude in J2000, as text or in
        degrees.

    Examples
    --------
    >>> direction_measure(["12h", "-30d"])["m1"]
    {'value': -0.5235987755982988, 'unit': 'rad'}
    """
    if isinstance(value, dict):
        return _checked(value, "direction", 2)
    if hasattr(value, "icrs"):
        sky = value.icrs
        return measure("direction", "ICRS", (sky.ra.rad, "rad"), (sky.dec.rad, "rad"))
    try:
        longitude, latitude = value
    except (TypeError, ValueError) as error:
        raise DataTypeError(
            f"a direction is a measure, a SkyCoord or a pair of angles, got {value!r:.60}"
        ) from error
    lon, lat = (
        parse_angle(part, hours=first) if isinstance(part, str) else float(part)
        for part, first in ((longitude, True), (latitude, False))
    )
    if not (np.isfinite(lon) and abs(lat) <= 90):
        raise CoordinateError(f"a direction has a latitude within 90 degrees, got {lon}, {lat}")
    return measure("direction", "J2000", (np.radians(lon), "rad"), (np.radians(lat), "rad"))


def position_measure(value: Any) -> Record:
    """Return the measure of a place on the Earth.

    Parameters
    ----------
    value
        A measure already; an `EarthLocation`; or the name of an observatory.

    Examples
    --------
    >>> position_measure("VLA")["m2"]
    {'value': 6373576.280915651, 'unit': 'm'}
    """
    if isinstance(value, dict):
        return _checked(value, "position", 3)
    if isinstance(value, str):
        place = observatory(_ALIASES.get(value.strip().upper(), value))
        if place is None:
            raise CoordinateError(
                f"no place is known for {value[:40]!r}; known are "
                f"{', '.join(known_observatories())}"
            )
    elif hasattr(value, "geocentric"):
        x, y, z = (float(part.to_value("m")) for part in value.geocentric)
        place = (np.arctan2(y, x), np.arctan2(z, np.hypot(x, y)), np.sqrt(x * x + y * y + z * z))
    else:
        raise DataTypeError(
            f"a position is a measure, an EarthLocation or the name of an observatory, got "
            f"{value!r:.60}"
        )
    longitude, latitude, radius = place
    return measure("position", "ITRF", (longitude, "rad"), (latitude, "rad"), (radius, "m"))


def epoch_measure(value: Any) -> Record:
    """Return the measure of a time.

    Parameters
    ----------
    value
        A measure already; a `Time`; text such as ``2024-05-01T12:00:00`` (UTC); or a modified
        Julian date (UTC).

    Examples
    --------
    >>> epoch_measure(51544.5)
    {'type': 'epoch', 'refer': 'UTC', 'm0': {'value': 51544.5, 'unit': 'd'}}
    """
    if isinstance(value, dict):
        return _checked(value, "epoch", 1)
    if isinstance(value, str):
        from astropy.time import Time

        try:
            value = Time(value, scale="utc")
        except ValueError as error:
            raise CoordinateError(f"{value[:40]!r} is no time") from error
    day = value.utc.mjd if hasattr(value, "utc") else value
    try:
        return measure("epoch", "UTC", (float(day), "d"))
    except (TypeError, ValueError) as error:
        raise DataTypeError(
            f"an epoch is a measure, a time or a date, got {value!r:.60}"
        ) from error


def _checked(record: Record, kind: str, count: int) -> Record:
    """Return a measure if it is one of the kind wanted."""
    found = str(record.get("type", kind)).lower()
    parts = [record.get(f"m{number}") for number in range(count)]
    if found != kind or not all(isinstance(part, dict) and "value" in part for part in parts):
        raise CoordinateError(f"wanted the measure of a {kind}, got {str(record)[:80]}")
    if kind == "direction" and sky_frame(record.get("refer")) not in KNOWN:
        raise CoordinateError(
            f"a direction is in one of {', '.join(KNOWN)}, got {record.get('refer')!r}"
        )
    return record
