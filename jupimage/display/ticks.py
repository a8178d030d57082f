"""Round numbers along an axis and how they are written.

A `Ruler` knows in which steps an axis is divided (tens; minutes and seconds; hours) and how
a division is labelled. Where the labels land on a picture is the work of `axes`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor, isfinite, log10
from typing import Literal

__all__ = ["Ruler", "angle_ruler", "number_ruler"]

_SIXTY = (1.0, 2.0, 5.0, 10.0, 15.0, 20.0, 30.0)
_DEGREES = (1.0, 2.0, 5.0, 10.0, 15.0, 20.0, 30.0, 45.0, 60.0, 90.0)
_HOURS = (1.0, 2.0, 3.0, 4.0, 6.0, 12.0)
_PREFIXES = {-12: "p", -9: "n", -6: "µ", -3: "m", 0: "", 3: "k", 6: "M", 9: "G", 12: "T"}
_PREFIXED = {"Jy": 0, "K": 0, "Hz": 12, "m": 0, "V": 12, "W": 12, "eV": 12}  # largest power used
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True, slots=True)
class Ruler:
    """How the world values of one axis are divided and written.

    Parameters
    ----------
    style
        ``number``; ``degrees`` (decimal); ``sexagesimal`` (degrees, minutes, seconds);
        ``hours`` (hours, minutes, seconds of time).
    scale
        World values are multiplied by this to get what the ruler shows (degrees, for angles).
    unit
        What the labels are in, for the title of the axis; empty where they say it themselves.
    wraps
        Whether 360 is 0 again.

    Examples
    --------
    >>> ruler = Ruler("hours", wraps=True)
    >>> ruler.labels([303.75, 303.625], step=0.125)
    ['20ʰ15ᵐ00ˢ', '20ʰ14ᵐ30ˢ']
    >>> ruler.labels([303.75, 303.625], step=0.125, short=True)
    ['20ʰ15ᵐ00ˢ', '14ᵐ30ˢ']
    """

    style: Literal["number", "degrees", "sexagesimal", "hours"]
    scale: float = 1.0
    unit: str = ""
    wraps: bool = False

    def steps(self, span: float) -> Iterator[float]:
        """Yield round steps from a twentieth of `span` upwards, up to `span` itself."""
        least = span / 20
        if not (isfinite(least) and least > 0):
            return
        for step in self._all_steps(least):
            if step > span * 1.0001:
                return
            if step >= least:
                yield step

    def _all_steps(self, least: float) -> Iterator[float]:
        if self.style == "number":
            yield from _decimal_steps(least, 1e308)
            return
        if self.style == "degrees":
            yield from _decimal_steps(least, 0.6)
            yield from _DEGREES
            return
        unit = 15.0 if self.style == "hours" else 1.0
        for step in _decimal_steps(least / unit * 3600, 0.6):
            yield step / 3600 * unit
        for size in (1 / 3600, 1 / 60):
            for step in _SIXTY:
                yield step * size * unit
        for step in _HOURS if self.style == "hours" else _DEGREES:
            yield step * unit

    def labels(self, values: Sequence[float], *, step: float, short: bool = False) -> list[str]:
        """Write values that are multiples of `step`.

        Parameters
        ----------
        values
            What the ruler shows, in its order along the axis.
        step
            Their spacing.
        short
            Leave out the leading hours or minutes that are those of the label before.
        """
        if self.style in ("number", "degrees"):
            mark = "°" if self.style == "degrees" else ""
            return [self._decimal(value, step) + mark for value in values]
        parts = [self._sixty(value, step) for value in values]
        if not short:
            return ["".join(part) for part in parts]
        first = ["".join(part) for part in parts[:1]]
        return first + [_changed(a, b) for a, b in pairwise(parts)]

    def _decimal(self, value: float, step: float) -> str:
        places = max(0, -floor(log10(step) + 1e-9))
        value = value % 360 if self.wraps else value
        text = f"{value:.{places}f}"
        if self.wraps and float(text) == 360:
            text = f"{0:.{places}f}"
        if not float(text):
            return text.lstrip("-")
        signed = self.style == "degrees" and not self.wraps and value > 0
        return ("+" if signed else "") + text.replace("-", "−")

    def _sixty(self, value: float, step: float) -> list[str]:
        """Write as a list of parts: sign with hours or degrees, minutes, seconds."""
        hours = self.style == "hours"
        seconds, step = (x * 3600 / (15 if hours else 1) for x in (value, step))
        places = max(0, -floor(log10(step) + 1e-9))
        # Whole numbers of the smallest unit that is shown, so that 59.9999 never appears.
        small = 10**places
        count = round(seconds * small)
        if self.wraps:
            count %= (24 if hours else 360) * 3600 * small
        sign = "" if self.wraps else ("−" if count < 0 else "+")
        minutes, rest = divmod(abs(count), 60 * small)
        whole, minutes = divmod(minutes, 60)
        marks = "ʰᵐˢ" if hours else "°′″"
        parts = [f"{sign}{whole:02d}{marks[0]}", f"{minutes:02d}{marks[1]}"]
        parts.append(f"{rest / small:0{places + 3 if places else 2}.{places}f}{marks[2]}")
        return parts[: _fields(step)]


def _fields(step: float) -> int:
    """Number of fields that multiples of a step in seconds need."""
    if abs(step / 3600 - round(step / 3600)) < 1e-9:
        return 1
    return 2 if abs(step / 60 - round(step / 60)) < 1e-9 else 3


def _changed(before: list[str], now: list[str]) -> str:
    for place, (a, b) in enumerate(zip(before, now, strict=True)):
        if a != b:
            return "".join(now[place:])
    return now[-1]


def _decimal_steps(least: float, most: float) -> Iterator[float]:
    power = floor(log10(least)) if least > 0 else 0
    while 10.0**power <= most and power < 308:
        for digit in (1, 2, 5):
            step = digit * 10.0**power if power >= 0 else digit / 10.0**-power
            if step <= most:
                yield step
        power += 1


def angle_ruler(*, longitude: bool, equatorial: bool, scale: float) -> Ruler:
    """Return the ruler of a sky axis whose world values times `scale` are degrees.

    Examples
    --------
    >>> angle_ruler(longitude=True, equatorial=False, scale=1).labels([361.5], step=0.5)
    ['1.5°']
    >>> angle_ruler(longitude=False, equatorial=True, scale=1).labels([-0.5], step=0.5)
    ['−00°30′']
    """
    if not equatorial:
        return Ruler("degrees", scale, wraps=longitude)
    return Ruler("hours" if longitude else "sexagesimal", scale, wraps=longitude)


def number_ruler(low: float, high: float, unit: str) -> Ruler:
    """Return a ruler for values between `low` and `high`, with a prefix or power that suits them.

    Examples
    --------
    >>> ruler = number_ruler(1.4204e9, 1.4208e9, "Hz")
    >>> ruler.unit, ruler.labels([1420.4], step=0.1)
    ('MHz', ['1420.4'])
    >>> number_ruler(0, 2e-4, "Jy/beam").unit
    'µJy/beam'
    >>> number_ruler(0, 2e-5, "counts").unit
    '10⁻⁶ counts'
    """
    largest, span = max(abs(low), abs(high)), abs(high - low)
    if not (isfinite(largest) and isfinite(span) and span > 1e-290):
        return Ruler("number", 1.0, unit)
    power = 3 * floor(log10(largest) / 3 + 1e-9)
    base, known = _split(unit)
    if (not base and -3 <= log10(largest) < 5) or (base and 0.1 <= largest < 1):
        power = 0  # 0.05 and 20000 read better than powers of ten
    while base and known + power > -12 and _places(span / 10.0**power) > 4:
        power -= 3
    if base:
        power = min(_largest_power(base), max(-12, known + power)) - known
        if 1e-4 < largest / 10.0**power < 1e7:
            return Ruler("number", 10.0**-power, _PREFIXES[known + power] + base)
        power = 3 * floor(log10(largest) / 3 + 1e-9)
    text = f"10{str(power).translate(_RAISED)} {unit}".strip() if power else unit
    return Ruler("number", 10.0**-power, text)


def _largest_power(unit: str) -> int:
    return _PREFIXED[_word(unit)]


def _word(unit: str) -> str:
    return unit if unit.startswith("m/") else re.split(r"[/. *]", unit)[0]


def _places(span: float) -> int:
    """Decimal places that five steps in `span` need."""
    return max(0, ceil(-log10(span / 5)))


def _split(unit: str) -> tuple[str, int]:
    """Cut a metric prefix from a unit: ``mJy/beam`` is Jy/beam and -3; ('', 0) if it takes none."""
    for power, prefix in sorted(_PREFIXES.items(), key=lambda item: -len(item[1])):
        rest = unit.removeprefix(prefix)
        if (prefix == "" or rest != unit) and _word(rest) in _PREFIXED:
            return rest, power
    return "", 0
