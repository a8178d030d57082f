"""The cards about an observation: telescope, observer, date, direction and place."""

from __future__ import annotations

import datetime
import math
from fractions import Fraction
from typing import Any

import numpy as np

from jupimage.coordinates.fitsobservation import parse_date
from jupimage.coordinates.headeraxes import Cards
from jupimage.coordinates.record import Record
from jupimage.coordinates.units import degrees
from jupimage.errors import CoordinateError

__all__ = ["write_observation"]

_UNKNOWN = "UNKNOWN"

# Names of time scales in records and in headers.
_SCALES = {
    "UTC": "UTC", "TAI": "TAI", "IAT": "TAI", "TDT": "TT", "TT": "TT", "ET": "TT", "UT": "UT1",
    "UT1": "UT1", "UT2": "UT1", "TDB": "TDB", "TCB": "TCB", "TCG": "TCG",
}  # fmt: skip

_DAYS = {"d": 1.0, "h": 1 / 24, "min": 1 / 1440, "s": 1 / 86400}
_EPOCH = datetime.date(1858, 11, 17)
_A, _FLATTENING = 6378137.0, 1 / 298.257223563  # WGS84


def write_observation(record: Record) -> tuple[Cards, list[str]]:
    """Return the cards about the observation, and what they cannot say."""
    cards: Cards = []
    losses: list[str] = []
    telescope = str(record.get("telescope", _UNKNOWN)).strip()
    if telescope not in ("", _UNKNOWN):
        cards.append(("TELESCOP", telescope, ""))
        if len(telescope.split()) > 1:
            losses.append(f"the telescope {telescope!r} but its first word")
    observer = str(record.get("observer", _UNKNOWN)).strip()
    if observer not in ("", _UNKNOWN):
        cards.append(("OBSERVER", observer, ""))
    for write in (_date, _pointing, _position):
        try:
            cards += write(record, losses)
        except (KeyError, TypeError, ValueError, IndexError, OverflowError, CoordinateError):
            losses.append(f"{_WHAT[write.__name__]}, which cannot be read")
    return cards, losses


_WHAT = {
    "_date": "the date of the observation",
    "_pointing": "the pointing centre",
    "_position": "the position of the telescope",
}


def _date(record: Record, losses: list[str]) -> Cards:
    measure = record.get("obsdate")
    if not isinstance(measure, dict):
        return []
    day = _quantity(measure["m0"], _DAYS)
    if not day:
        return []
    refer = str(measure.get("refer", "UTC")).upper()
    if refer not in _SCALES or "offset" in measure:
        losses.append(f"the date of the observation in the time scale {refer}")
        return []
    return [("DATE-OBS", _iso(day), ""), ("TIMESYS", _SCALES[refer], "")]


def _iso(day: float) -> str:
    """Return a modified Julian date with as many decimals as it takes to read it back."""
    whole = math.floor(day)
    for digits in (6, 9, 12):
        date, unit = whole, 10**digits
        ticks = round((Fraction(day) - whole) * 86400 * unit)
        if ticks >= 86400 * unit:
            date, ticks = date + 1, 0
        seconds, fraction = divmod(ticks, unit)
        text = (
            f"{_EPOCH + datetime.timedelta(days=date)}T{seconds // 3600:02d}:"
            f"{seconds // 60 % 60:02d}:{seconds % 60:02d}.{fraction:0{digits}d}"
        )
        if parse_date(text) == day:
            break
    return text


def _pointing(record: Record, losses: list[str]) -> Cards:
    centre = record.get("pointingcenter")
    if not isinstance(centre, dict) or bool(centre.get("initial", True)):
        return []
    longitude, latitude = (math.degrees(float(value)) for value in np.ravel(centre["value"]))
    if not (math.isfinite(longitude) and math.isfinite(latitude)):
        raise CoordinateError("a pointing centre that is not finite")
    return [("OBSRA", longitude, ""), ("OBSDEC", latitude, "")]


def _position(record: Record, losses: list[str]) -> Cards:
    measure = record.get("telescopeposition")
    if not isinstance(measure, dict):
        return []
    longitude, latitude = (math.radians(_angle(measure[key])) for key in ("m0", "m1"))
    radius = _quantity(measure["m2"], {"m": 1.0, "km": 1e3})
    refer = str(measure.get("refer", "ITRF")).upper()
    if refer == "WGS84":
        place = _geocentric(longitude, latitude, radius)
    elif refer == "ITRF":
        place = (
            radius * math.cos(latitude) * math.cos(longitude),
            radius * math.cos(latitude) * math.sin(longitude),
            radius * math.sin(latitude),
        )
    else:
        losses.append(f"the position of the telescope in the frame {refer}")
        return []
    if not radius and refer == "ITRF":
        return []
    return [(f"OBSGEO-{axis}", value, "") for axis, value in zip("XYZ", place, strict=True)]


def _geocentric(longitude: float, latitude: float, height: float) -> tuple[float, float, float]:
    """Return the place of a point above the ellipsoid."""
    square = _FLATTENING * (2 - _FLATTENING)
    normal = _A / math.sqrt(1 - square * math.sin(latitude) ** 2)
    across = (normal + height) * math.cos(latitude)
    return (
        across * math.cos(longitude),
        across * math.sin(longitude),
        (normal * (1 - square) + height) * math.sin(latitude),
    )


def _quantity(quantity: Any, units: dict[str, float]) -> float:
    value = float(quantity["value"]) * units[str(quantity["unit"])]
    if not math.isfinite(value):
        raise CoordinateError(f"a value that is not finite: {value}")
    return value


def _angle(quantity: Any) -> float:
    return _quantity(quantity, {str(quantity["unit"]): degrees(str(quantity["unit"]))})
