"""What users say positions, sizes and angles in: pixels, or world terms.

A number is in pixels. What has a unit (a text such as ``'3 arcmin'``, a `Quantity`, a `SkyCoord`)
is in world terms. Both are turned into small values of our own at once, so that what is wrong is
said where it was written, and so that the specs that hold them compare, hash and pickle.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np

from jupimage.errors import ArgumentError

__all__ = ["Arc", "Pixel", "Position", "Size", "SkyPosition", "arc", "position", "turn", "worded"]

Pixel = tuple[float, float]


@dataclass(frozen=True, slots=True)
class SkyPosition:
    """A direction on the sky.

    Parameters
    ----------
    longitude, latitude
        In degrees.
    frame
        ``J2000``, ``ICRS``, ``B1950``, ``GALACTIC``, ...; empty for that of the image.

    Examples
    --------
    >>> position("GALACTIC 12.5d -1d30m", "center")
    SkyPosition(longitude=12.5, latitude=-1.5, frame='GALACTIC')
    """

    longitude: float
    latitude: float
    frame: str = ""

    def __post_init__(self) -> None:
        if not math.isfinite(self.longitude) or not abs(self.latitude) <= 90:
            raise ArgumentError(
                "a position on the sky needs a longitude and a latitude of -90 to 90 deg, got "
                f"{self.longitude} and {self.latitude}"
            )


@dataclass(frozen=True, slots=True)
class Arc:
    """A size on the sky, in degrees."""

    degrees: float


Position = Pixel | SkyPosition
Size = float | Arc

_FRAMES = {
    "J2000": "J2000", "FK5": "J2000", "ICRS": "ICRS", "B1950": "B1950", "FK4": "B1950",
    "B1950_VLA": "B1950_VLA", "GALACTIC": "GALACTIC", "SUPERGAL": "SUPERGAL",
    "ECLIPTIC": "ECLIPTIC", "GEOCENTRICTRUEECLIPTIC": "ECLIPTIC",
}  # fmt: skip
_WORDS = re.compile(r"[A-Za-z][A-Za-z0-9_]*(?=\s)")
_SEXAGESIMAL = re.compile(r"[-+]?\d+:\d+(:\d+(\.\d*)?)?")
_SPACED = re.compile(r"(\S.*?)(?:\s*,\s*|\s+(?=[-+]))(\S.*)")


def position(value: Any, name: str) -> Position:
    """Return a position: (row, column) in pixels, or one on the sky.

    Parameters
    ----------
    value
        Two numbers: pixels along the slower and the faster axis, counted from 0. Or a
        `SkyCoord`, two angles (longitude, latitude) as `Quantity` or text, or one text such
        as ``'12h30m -45d'``, with the frame in front if it is not the image's.
    name
        What it is called in messages.

    Raises
    ------
    ArgumentError
        If it is none of these.

    Examples
    --------
    >>> position((3, 4.5), "center")
    (3.0, 4.5)
    >>> position(("12h30m", "-45d"), "center")
    SkyPosition(longitude=187.5, latitude=-45.0, frame='')
    """
    if isinstance(value, SkyPosition):
        return value
    if isinstance(value, str):
        return _read_position(value, name)
    if hasattr(value, "transform_to"):
        return _from_skycoord(value, name)
    pair = _pair(value, name)
    if all(isinstance(part, Real) for part in pair):
        found = float(pair[0]), float(pair[1])
        if not all(map(math.isfinite, found)):
            raise ArgumentError(f"{name} needs finite pixels, got {found}")
        return found
    if any(isinstance(part, Real) for part in pair):
        raise ArgumentError(f"{name} needs two pixels or two angles, got {value!r:.80}")
    return SkyPosition(_angle(pair[0], name), _angle(pair[1], name))


def _pair(value: Any, name: str) -> Sequence[Any]:
    try:
        pair = [part.item() if isinstance(part, np.generic) else part for part in value]
    except TypeError:
        pair = []
    if len(pair) != 2:
        raise ArgumentError(
            f"{name} needs a row and a column in pixels, or a position on the sky, "
            f"got {value!r:.80}"
        )
    return pair


def _read_position(text: str, name: str) -> SkyPosition:
    rest, frame = text.strip(), ""
    if (word := _WORDS.match(rest)) is not None:
        frame = _FRAMES.get(word[0].upper(), "")
        if not frame:
            raise ArgumentError(
                f"{name} in an unknown frame {word[0][:40]!r}; known are {', '.join(_FRAMES)}"
            )
        rest = rest[word.end() :].strip()
    halves = _SPACED.fullmatch(rest)
    parts = list(halves.groups()) if halves else rest.split()
    if len(parts) != 2:
        raise ArgumentError(f"{name} needs a longitude and a latitude, got {text!r:.80}")
    if _SEXAGESIMAL.fullmatch(parts[0]) and frame in ("", "J2000", "ICRS", "B1950", "B1950_VLA"):
        parts[0] += " hours"
    return SkyPosition(_angle(parts[0], name), _angle(parts[1], name), frame)


def _from_skycoord(value: Any, name: str) -> SkyPosition:
    if np.shape(value) != ():
        raise ArgumentError(f"{name} needs one position, got {np.size(value)}")
    known = {"fk5": "J2000", "icrs": "ICRS", "fk4": "B1950", "galactic": "GALACTIC"}
    frame, found = known.get(str(value.name), ""), value
    equinox = {"J2000": "J2000.000", "B1950": "B1950.000"}.get(frame)
    if not frame or (equinox and str(value.equinox.value) != equinox):
        frame, found = "ICRS", value.transform_to("icrs")
    sky = found.spherical
    return SkyPosition(float(sky.lon.deg), float(sky.lat.deg), frame)


def _angle(value: Any, name: str) -> float:
    """Return an angle in degrees."""
    from astropy.coordinates import Angle
    from astropy.units import Quantity, UnitsError

    if isinstance(value, str):
        text = value.strip()
        unit = "deg" if _SEXAGESIMAL.fullmatch(text) else None
        if text.endswith(" hours"):
            text, unit = text.removesuffix(" hours"), "hourangle"
        try:
            return round(float(Angle(text, unit=unit).deg), 12)
        except (ValueError, UnitsError, TypeError) as error:
            raise ArgumentError(
                f"{name} needs an angle with its unit, such as '3 arcmin', got {value!r:.80}"
            ) from error
    try:
        return float(Quantity(value).to_value("deg"))
    except (ValueError, UnitsError, TypeError) as error:
        raise ArgumentError(f"{name} needs an angle, got {value!r:.80}") from error


def arc(value: Any, name: str) -> Size:
    """Return a size: a number in pixels, or an angle on the sky. It has to be above 0.

    Examples
    --------
    >>> arc(3, "radius"), arc("3 pix", "radius"), arc("30 arcmin", "radius")
    (3.0, 3.0, Arc(degrees=0.5))
    """
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, Arc):
        found: Size = value
    elif isinstance(value, Real) and not isinstance(value, bool):
        found = float(value)
    elif isinstance(value, str) and (match := _PIXELS.fullmatch(value.strip())):
        found = float(match[1])
    else:
        found = Arc(_angle(value, name))
    size = found.degrees if isinstance(found, Arc) else found
    if not 0 < size < math.inf:
        raise ArgumentError(f"{name} needs a size above 0, got {value!r:.80}")
    return found


_PIXELS = re.compile(r"([-+]?[\d.]+(?:[eE][-+]?\d+)?)\s*pix(?:els?)?")


def turn(value: Any, name: str) -> float:
    """Return an angle to turn by, in degrees: a number of them, or an angle with its unit.

    Examples
    --------
    >>> turn(30, "angle"), turn("0.5 deg", "angle")
    (30.0, 0.5)
    """
    found = float(value) if isinstance(value, Real) else _angle(value, name)
    if not math.isfinite(found):
        raise ArgumentError(f"{name} needs an angle, got {value!r:.80}")
    return found


def worded(place: Position | Size) -> str:
    """Return a position or size as text.

    Examples
    --------
    >>> worded(SkyPosition(187.5, -45.0)), worded((3.0, 4.0)), worded(Arc(0.5)), worded(2.0)
    ('187.5d -45d', 'row 3, column 4', '0.5 deg', '2 pix')
    """
    if isinstance(place, SkyPosition):
        frame = f"{place.frame} " if place.frame else ""
        return f"{frame}{place.longitude:.7g}d {place.latitude:.7g}d"
    if isinstance(place, Arc):
        return f"{place.degrees:.6g} deg"
    if isinstance(place, tuple):
        return f"row {place[0]:g}, column {place[1]:g}"
    return f"{place:g} pix"
