"""Short texts about an image: its title, what a plane shows, numbers with their units.

Everything that comes from a file passes through `clean` before it is shown anywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import numpy as np

from jupimage.display.plane import Plane
from jupimage.display.source import Source
from jupimage.errors import ImageError

if TYPE_CHECKING:
    from jupimage.coordinates import Axis, coordinatesystem

__all__ = ["clean", "date", "image_title", "number", "position_words", "size_words"]

LOOKUP_ERRORS = (ImageError, ValueError, ArithmeticError, LookupError, TypeError, AttributeError)
"""What reading a record from a file may raise when the record is not what it should be."""


def clean(text: object, limit: int = 200) -> str:
    """Return text that is safe to show: short, on one line, with no invisible characters.

    Control characters, marks that reverse the writing direction and undecodable bytes are
    written as escapes; a long text ends in an ellipsis.

    Examples
    --------
    >>> clean("M 31" + chr(7) + chr(0x202E))
    'M 31\\\\x07\\\\u202e'
    >>> clean("x" * 9, limit=4)
    'xxx…'
    """
    whole = text if isinstance(text, str) else str(text)
    some = whole[: limit + 1]
    if some.isprintable():
        shown = some
    else:
        shown = "".join(c if c.isprintable() else _escaped(c) for c in some)
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def _escaped(character: str) -> str:
    if character in "\t\n\r":
        return " "
    return character.encode("unicode_escape").decode("ascii")


def number(value: float) -> str:
    """Write a pixel value with three or four significant digits.

    Examples
    --------
    >>> number(-0.00123456), number(1234567.0), number(0.0)
    ('−0.001235', '1.235e6', '0')
    """
    if not np.isfinite(value):
        return {"nan": "NaN", "inf": "∞", "-inf": "−∞"}[str(float(value))]
    text = f"{value:.4g}"
    if "e" in text:
        digits, power = text.split("e")
        text = f"{digits}e{int(power)}"
    return text.replace("-", "−")


def size_words(count: float) -> str:
    """Write a number of bytes.

    Examples
    --------
    >>> size_words(4.3e9)
    '4.3 GB'
    """
    units = ["bytes", "kB", "MB", "GB", "TB", "PB"]
    while count >= 999.5 and len(units) > 1:
        count /= 1000
        units.pop(0)
    return f"{count:.3g} {units[0]}"


def image_title(source: Source) -> str:
    """Return what to call an image: its object, else the name of its file, else its kind."""
    info = source.imageinfo if isinstance(source.imageinfo, Mapping) else {}
    name = clean(info.get("objectname") or "", 60).strip()
    if name:
        return name
    path = str(source.name or "")
    return clean(PurePath(path).name, 60) if path else clean(source.kind, 60)


def position_words(
    system: coordinatesystem | None, plane: Plane, shape: tuple[int, ...]
) -> list[str]:
    """Say where a plane lies on the axes that are not shown, an entry for each longer than one."""
    words: list[str] = []
    for axis in plane.others:
        index = plane.position[axis]
        assert index is not None
        about = _about(system, axis)
        if about is not None and about.labels:
            if index < len(about.labels):
                words.append(
                    f"{clean(about.name or 'Stokes', 20)} {clean(about.labels[index], 12)}"
                )
        elif shape[axis] > 1:
            words.append(_one_position(system, plane, about, axis, index))
    return words


def _one_position(
    system: coordinatesystem | None, plane: Plane, about: Axis | None, axis: int, index: int
) -> str:
    if about is None or system is None:
        return f"axis {axis} at {index}"
    name = "channel" if about.kind == "spectral" else clean(about.name or f"axis {axis}", 30)
    value = _world_value(system, plane, about)
    if value is None:
        return f"{name} {index}"
    return f"{name} {index} at {value}"


def _world_value(system: coordinatesystem, plane: Plane, about: Axis) -> str | None:
    from jupimage.coordinates.text import format_value

    pixel = [0.0 if index is None else float(index) for index in plane.position]
    for axis in (plane.x_axis, plane.y_axis):
        if axis >= 0:
            pixel[axis] = system.axes()[axis].reference_pixel
    try:
        world = np.asarray(system.toworld(np.array([pixel])), float)[0]
        value = float(world[about.world]) if about.world >= 0 else np.nan
        return clean(format_value(about, value), 40) if np.isfinite(value) else None
    except LOOKUP_ERRORS:
        return None


def _about(system: coordinatesystem | None, axis: int) -> Axis | None:
    try:
        return None if system is None else system.axes()[axis]
    except LOOKUP_ERRORS:
        return None


def date(measure: Any) -> str:
    """Write the observing date of a record (a measure in days since MJD 0), or an empty text.

    Examples
    --------
    >>> date({"m0": {"value": 59000.25, "unit": "d"}, "refer": "UTC"})
    '2020-05-31 06:00 UTC'
    """
    from datetime import datetime, timedelta

    try:
        days = float(measure["m0"]["value"])
        days /= {"d": 1, "s": 86400}[str(measure["m0"]["unit"])]
        when = datetime(1858, 11, 17) + timedelta(days=days)
    except (*LOOKUP_ERRORS, OverflowError):
        return ""
    if days <= 0:
        return ""
    return f"{when:%Y-%m-%d %H:%M} {clean(measure.get('refer', ''), 8)}".strip()
