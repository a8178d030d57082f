"""Angles as people write them: ``12h34m56.7s``, ``-45d30m``, ``12:34:56.7``, ``-45.30.00.0``."""

from __future__ import annotations

import re

from jupimage.coordinates.units import degrees
from jupimage.errors import CoordinateError

__all__ = ["parse_angle", "split_quantity"]

_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_QUANTITY = re.compile(rf"\s*({_NUMBER})\s*(\S.*?)?\s*")
_FIELD = r"(\d+(?:\.\d*)?)"
_SIGN = r"\s*([+\N{MINUS SIGN}-]?)\s*"
_SEXAGESIMAL = (
    (re.compile(rf"{_SIGN}{_FIELD}\s*h\s*(?:{_FIELD}\s*m\s*(?:{_FIELD}\s*s?)?)?\s*"), 15.0),
    (
        re.compile(
            rf"{_SIGN}{_FIELD}\s*[d\N{{DEGREE SIGN}}]\s*(?:{_FIELD}\s*[m'\N{{PRIME}}]\s*"
            rf"(?:{_FIELD}\s*(?:[s\"\N{{DOUBLE PRIME}}]|'')?)?)?\s*"
        ),
        1.0,
    ),
    (re.compile(rf"{_SIGN}(\d+)\.(\d+)\.{_FIELD}\s*"), 1.0),
)
_COLONS = re.compile(rf"{_SIGN}(\d+):{_FIELD}(?::{_FIELD})?\s*")


def parse_angle(text: str, *, hours: bool = False, unit: str = "deg") -> float:
    """Return an angle in degrees.

    Parameters
    ----------
    text
        The angle.
    hours
        What numbers with colons are: hours (right ascension) or degrees.
    unit
        Unit of a number without one.

    Raises
    ------
    CoordinateError
        If it is no angle, or has 60 or more minutes or seconds.

    Examples
    --------
    >>> parse_angle("12h34m56.7s"), parse_angle("-0d30m"), parse_angle("2:30", hours=True)
    (188.73625, -0.5, 37.5)
    >>> parse_angle("1.5 rad") == parse_angle("1.5", unit="rad")
    True
    """
    for pattern, size in (*_SEXAGESIMAL, (_COLONS, 15.0 if hours else 1.0)):
        match = pattern.fullmatch(text)
        if match:
            return size * _added_up(match.groups(), text)
    number, given = split_quantity(text)
    return number * degrees(given or unit)


def _added_up(groups: tuple[str | None, ...], text: str) -> float:
    whole, minutes, seconds = (float(field or 0.0) for field in groups[1:])
    if minutes >= 60 or seconds >= 60:
        raise CoordinateError(f"minutes and seconds have to be less than 60, got {text[:60]!r}")
    value = whole + minutes / 60 + seconds / 3600
    return -value if groups[0] in ("-", "\N{MINUS SIGN}") else value


def split_quantity(text: str) -> tuple[float, str]:
    """Return the number and the unit of a text.

    Examples
    --------
    >>> split_quantity("1.4204 GHz"), split_quantity("-3e2")
    ((1.4204, 'GHz'), (-300.0, ''))
    """
    match = _QUANTITY.fullmatch(text)
    if match is None:
        raise CoordinateError(f"wanted a number with or without a unit, got {text[:60]!r}")
    return float(match[1]), match[2] or ""
