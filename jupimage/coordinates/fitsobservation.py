"""Who observed, when, whereto and from where, out of a FITS header."""

from __future__ import annotations

import datetime
import math
import re

from jupimage.coordinates.fitskeywords import Keywords
from jupimage.coordinates.observatories import observatory
from jupimage.coordinates.record import Record, measure, observation

__all__ = ["read_observation"]

_SCALES = {
    "UTC": "UTC", "TAI": "TAI", "IAT": "TAI", "TT": "TDT", "TDT": "TDT", "ET": "TDT",
    "UT1": "UT1", "UT": "UTC", "GMT": "UTC", "TDB": "TDB", "TCB": "TCB", "TCG": "TCG",
    "LOCAL": "UTC", "GPS": "TAI",
}  # fmt: skip

_GPS_TO_TAI = 19 / 86400  # d

_ISO = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d{1,2})(?::(\d{1,2}(?:\.\d*)?))?Z?)?"
)
_OLD = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{2})")

_MJD_0 = datetime.date(1858, 11, 17).toordinal()


def read_observation(keys: Keywords) -> Record:
    """Return the part of a coordinate record that is about the observation."""
    name = (keys.text("TELESCOP") or keys.text("INSTRUME")).split()
    telescope = name[0] if name else "UNKNOWN"
    right_ascension, declination = keys.optional("OBSRA"), keys.optional("OBSDEC")
    pointing = None
    if right_ascension is not None and declination is not None:
        # a longitude is between -180 and 180 deg here, as in all measures
        longitude = 180 - (180 - right_ascension) % 360
        pointing = (math.radians(longitude), math.radians(declination))
    return observation(
        telescope=telescope,
        observer=keys.text("OBSERVER") or "UNKNOWN",
        obsdate=_date(keys),
        pointing=pointing,
        position=_position(keys) or observatory(telescope),
    )


def _date(keys: Keywords) -> Record | None:
    day = keys.optional("MJD-OBS")
    if day is None:
        day = parse_date(keys.text("DATE-OBS"))
    if day is None:
        return None
    scale = keys.text("TIMESYS").upper() or "UTC"
    if scale == "GPS":
        day += _GPS_TO_TAI
    return measure("epoch", _SCALES.get(scale, "UTC"), (day, "d"))


def parse_date(text: str) -> float | None:
    """Return the modified Julian date of a FITS date, None if it is not one.

    Examples
    --------
    >>> parse_date("2009-06-18T06:00:00"), parse_date("01/02/99"), parse_date("yesterday")
    (55000.25, 51210.0, None)
    """
    iso, old = _ISO.fullmatch(text.strip()), _OLD.fullmatch(text.strip())
    try:
        if old:
            date = datetime.date(1900 + int(old[3]), int(old[2]), int(old[1]))
            return float(date.toordinal() - _MJD_0)
        if iso is None:
            return None
        date = datetime.date(int(iso[1]), int(iso[2]), int(iso[3]))
    except ValueError:
        return None
    # A quotient of whole numbers is rounded once; a fraction of a day added to a day, twice.
    whole, _, decimals = (iso[6] or "0").partition(".")
    unit = 10 ** len(decimals)
    seconds = int(iso[4] or 0) * 3600 + int(iso[5] or 0) * 60 + int(whole)
    seconds += (date.toordinal() - _MJD_0) * 86400
    date_in_days: float = (seconds * unit + int(decimals or 0)) / (86400 * unit)
    return date_in_days


def _position(keys: Keywords) -> tuple[float, float, float] | None:
    """Return longitude, latitude (rad) and distance (m) from the Earth's centre."""
    values = [keys.optional(f"OBSGEO-{axis}") for axis in "XYZ"]
    if any(value is None for value in values):
        return None
    x, y, z = (float(value or 0.0) for value in values)
    radius = math.sqrt(x * x + y * y + z * z)
    if not radius or not math.isfinite(radius):
        return None
    return math.atan2(y, x), math.atan2(z, math.hypot(x, y)), radius
