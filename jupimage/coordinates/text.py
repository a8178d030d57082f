"""World values as text for people."""

from __future__ import annotations

import math

from jupimage.coordinates.axis import Axis
from jupimage.coordinates.frames import EQUATORIAL
from jupimage.coordinates.stokes import QUALITY_CODES, STOKES_NAMES
from jupimage.coordinates.units import degrees, hertz
from jupimage.errors import CoordinateError

__all__ = ["format_value"]

_UNDEFINED = "\N{EN DASH}"
_PRIMES = ("\N{DEGREE SIGN}", "\N{PRIME}", "\N{DOUBLE PRIME}")
_QUALITY_NAMES = {code: name for name, code in QUALITY_CODES.items()}
_PREFIXES = ((1e18, "EHz"), (1e15, "PHz"), (1e12, "THz"), (1e9, "GHz"), (1e6, "MHz"), (1e3, "kHz"))


def format_value(axis: Axis, value: float, *, step: float | None = None) -> str:
    """Return a world value as text.

    Parameters
    ----------
    axis
        The axis that the value belongs to; `value` is in its unit.
    value
        The value; one that is not finite is written as a dash.
    step
        How fine the text must resolve, in the same unit: the size of a pixel, or the distance
        of two ticks. A step of whole minutes or degrees leaves out what it does not need.

    Examples
    --------
    >>> ra = Axis("direction", "Right Ascension", 0, 1, "deg", 0, 0, 0, "J2000", "SIN", ())
    >>> format_value(ra, 188.73625)
    '12h34m56.7s'
    >>> format_value(ra, 187.5, step=7.5)
    '12h30m'
    >>> freq = Axis("spectral", "Frequency", 0, 0, "Hz", 0, 0, 0, "LSRK", "", ())
    >>> format_value(freq, 1420405751.8), format_value(freq, 1420405751.8, step=1e6)
    ('1.42041 GHz', '1.420 GHz')
    """
    if not math.isfinite(value):
        return _UNDEFINED
    size = abs(step) if step is not None and math.isfinite(step) and step else None
    if axis.kind == "direction":
        return _direction(axis, value, size)
    if axis.kind == "spectral":
        return _frequency(axis, value, size)
    if axis.kind == "stokes":
        code = round(value)
        return STOKES_NAMES[code] if 0 <= code < len(STOKES_NAMES) else str(code)
    if axis.kind == "quality":
        return _QUALITY_NAMES.get(round(value), str(round(value)))
    return _plain(value, size, axis.unit)


def _direction(axis: Axis, value: float, step: float | None) -> str:
    try:
        scale = degrees(axis.unit)
    except CoordinateError:
        return _plain(value, step, axis.unit)
    angle, size = value * scale, None if step is None else step * scale
    if axis.frame not in EQUATORIAL:
        decimals = 3 if size is None else _decimals(size)
        if axis.part == 0:
            angle %= 360.0
            if round(angle, decimals) == 360.0:
                angle = 0.0
        return f"{angle:.{decimals}f}{_PRIMES[0]}"
    if axis.part == 0:
        hours = None if size is None else size / 15
        return _sexagesimal(angle / 15 % 24, hours, ("h", "m", "s"), turn=24)
    sign = "-" if angle < 0 else "+"
    return sign + _sexagesimal(abs(angle), size, _PRIMES)


def _sexagesimal(
    value: float, step: float | None, marks: tuple[str, str, str], turn: int | None = None
) -> str:
    """Write a positive number with minutes and seconds, as many of them as the step needs."""
    fields, decimals = 3, 1
    if step is not None:
        fields = 1 if _whole(step) else 2 if _whole(step * 60) else 3
        decimals = 0 if fields < 3 else _decimals(step * 3600)
    # Whole numbers of the smallest unit written, so that 59.99" is rounded up all the way.
    per_whole = (1, 60, 3600)[fields - 1] * 10**decimals
    count = round(value * per_whole)
    if turn is not None:
        count %= turn * per_whole
    whole, rest = divmod(count, per_whole)
    text = f"{whole:02d}{marks[0]}"
    if fields > 1:
        minutes, rest = divmod(rest, per_whole // 60)
        text += f"{minutes:02d}{marks[1]}"
    if fields > 2:
        width = decimals + 3 if decimals else 2
        text += f"{rest / 10**decimals:0{width}.{decimals}f}{marks[2]}"
    return text


def _whole(step: float) -> bool:
    return step >= 1 - 1e-6 and abs(step - round(step)) < 1e-6 * step


def _decimals(step: float) -> int:
    """Return how many decimals resolve a step."""
    return max(0, min(12, math.ceil(-math.log10(step) - 1e-6))) if step > 0 else 12


def _frequency(axis: Axis, value: float, step: float | None) -> str:
    try:
        scale = hertz(axis.unit)
    except CoordinateError:
        return _plain(value, step, axis.unit)
    frequency = value * scale
    size, unit = next(
        ((size, unit) for size, unit in _PREFIXES if abs(frequency) >= size), (1.0, "Hz")
    )
    if step is None:
        digits = 6 - len(str(int(abs(frequency / size))))
        return f"{frequency / size:.{max(0, digits)}f} {unit}"
    return f"{frequency / size:.{_decimals(step * scale / size)}f} {unit}"


def _plain(value: float, step: float | None, unit: str) -> str:
    if step is None or not 1e-6 <= abs(value) < 1e9:
        digits = 6
        if step is not None and value:
            digits = max(1, min(15, math.ceil(math.log10(abs(value)) - math.log10(step)) + 1))
        text = f"{value:.{digits}g}"
    else:
        text = f"{value:.{_decimals(step)}f}"
    return f"{text} {unit}" if unit and unit != "_" else text
