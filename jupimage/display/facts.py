"""What a card says about an image, collected from an image that may be broken anywhere.

Headers come from all over the world: every fact is looked up on its own, and one that cannot
be had turns into a note, so that the others are still shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from math import isfinite, prod
from typing import TYPE_CHECKING, Any, TypeVar

from jupimage.display.beam import find_beam
from jupimage.display.source import Source
from jupimage.display.ticks import number_ruler
from jupimage.display.words import clean, date, image_title, number, size_words
from jupimage.errors import ImageError

if TYPE_CHECKING:
    from jupimage.coordinates import Axis

__all__ = ["AxisRow", "Facts", "collect", "reason", "safely"]

T = TypeVar("T")
Pairs = tuple[tuple[str, str], ...]

_MOST_AXES = 12
_UNKNOWN = ("", "UNKNOWN", "unknown", "Undefined")


@dataclass(frozen=True, slots=True)
class AxisRow:
    """A line of the table of axes."""

    axis: int
    name: str
    length: str
    value: str
    pixel: str
    increment: str
    unit: str
    frame: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Texts about an image. `properties`, `miscinfo` and `history` still hold the file's own
    words; whoever shows them cuts and escapes them."""

    title: str
    kind: str
    name: str
    size: str
    axes: tuple[AxisRow, ...]
    more_axes: int
    properties: tuple[tuple[str, str], ...]
    remarks: tuple[str, ...]
    miscinfo: tuple[tuple[str, str], ...]
    history: tuple[str, ...]


def safely(look: Callable[[], T], otherwise: T, problems: list[str] | None = None) -> T:
    """Return what `look` returns; if it fails, note why and return `otherwise`.

    This is one of the few places that catch everything: a card is made by the notebook at the
    end of a cell, where an exception would hide the image and all that is still known of it.
    """
    try:
        return look()
    except Exception as error:
        if problems is not None:
            problems.append(reason(error))
        return otherwise


def reason(error: BaseException) -> str:
    """Say what went wrong; the name of the error is left out where it is one of ours.

    Examples
    --------
    >>> reason(KeyError("cdelt"))
    "KeyError: 'cdelt'"
    """
    try:
        text = clean(error, 300)
    except Exception:
        text = ""
    if isinstance(error, ImageError) and text:
        return text
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def collect(source: Source, *, bad: float | None = None) -> Facts:
    """Collect what is known of an image without reading a pixel.

    Parameters
    ----------
    source
        The image.
    bad
        Part of the pixels in its picture that have no value, where that is known.
    """
    problems: list[str] = []
    shape: tuple[int, ...] = safely(lambda: tuple(source.lattice.shape), (), problems)
    axes: tuple[AxisRow, ...] = safely(lambda: _axes(source, shape), (), problems)
    properties: Pairs = safely(lambda: _properties(source, bad), (), problems)
    remarks: tuple[str, ...] = safely(lambda: tuple(map(str, source.remarks)), (), problems)
    return Facts(
        title=safely(lambda: image_title(source), "image", problems),
        kind=safely(lambda: clean(source.kind, 40), "image"),
        name=safely(lambda: str(source.name or ""), ""),
        size=safely(lambda: _size(source, shape), "", problems),
        axes=axes,
        more_axes=max(0, len(shape) - len(axes)),
        properties=properties,
        remarks=(*dict.fromkeys(problems), *remarks),
        miscinfo=safely(lambda: _miscinfo(source.miscinfo), (), problems),
        history=safely(lambda: tuple(map(str, source.history)), ()),
    )


def _size(source: Source, shape: tuple[int, ...]) -> str:
    dtype = source.lattice.dtype
    lengths = " × ".join(map(str, shape))
    return f"{lengths} {dtype.name}, {size_words(prod(shape) * dtype.itemsize)}"


def _axes(source: Source, shape: tuple[int, ...]) -> tuple[AxisRow, ...]:
    known: tuple[Axis, ...] = ()
    if source.coordinates is not None:
        known = source.coordinates.axes()
    return tuple(
        _row(axis, length, known[axis] if axis < len(known) else None)
        for axis, length in enumerate(shape[:_MOST_AXES])
    )


def _row(axis: int, length: int, about: Axis | None) -> AxisRow:
    if about is None:
        return AxisRow(axis, f"axis {axis}", str(length), "", "", "", "", "")
    frame = "" if about.frame in _UNKNOWN else about.frame
    if about.labels:
        names = " ".join(about.labels[:length])
        return AxisRow(axis, about.name, str(length), names, "", "", "", frame)
    return AxisRow(
        axis,
        about.name or f"axis {axis}",
        str(length),
        safely(lambda: _value(about), number(about.reference_value)),
        f"{about.reference_pixel:.10g}",
        safely(lambda: _increment(about), number(about.increment)),
        about.unit,
        frame,
    )


def _value(about: Axis) -> str:
    from jupimage.coordinates.text import format_value

    return format_value(about, about.reference_value)


def _increment(about: Axis) -> str:
    """Write an increment with the unit that suits it: −6″, 24.41 kHz."""
    from jupimage.coordinates.units import degrees

    step = about.increment
    if not isfinite(step):
        return number(step)
    if about.kind == "direction":
        arcsec = step * degrees(about.unit) * 3600
        sizes = ((3600, "°"), (60, "′"), (1, "″"), (1e-3, " mas"))
        size, mark = next((pair for pair in sizes if abs(arcsec) >= 0.9999 * pair[0]), sizes[-1])
        return number(arcsec / size) + mark
    ruler = number_ruler(0, step, about.unit)
    return f"{number(step * ruler.scale)} {ruler.unit}".strip()


def _properties(source: Source, bad: float | None) -> Pairs:
    info = source.imageinfo if isinstance(source.imageinfo, Mapping) else {}
    system = source.coordinates
    looked_up: tuple[tuple[str, Callable[[], Any]], ...] = (
        ("Unit", lambda: source.unit),
        ("Object", lambda: info.get("objectname")),
        ("Type", lambda: info.get("imagetype")),
        ("Telescope", lambda: system.get_telescope()),
        ("Observer", lambda: system.get_observer()),
        ("Date", lambda: date(system.get_obsdate())),
        ("Rest frequency", lambda: _rest_frequency(system)),
        ("Projection", lambda: next(a.projection for a in system.axes() if a.projection)),
        ("Beam", lambda: _beam(info)),
        ("Mask", lambda: _mask(source, bad)),
    )
    found = [(name, str(safely(look, None) or "").strip()) for name, look in looked_up]
    return tuple((name, value) for name, value in found if value not in _UNKNOWN)


def _rest_frequency(system: Any) -> str:
    frequency = float(system["spectral"].get_restfrequency())
    if not (isfinite(frequency) and frequency > 0):
        return ""
    ruler = number_ruler(0, frequency, "Hz")
    return f"{frequency * ruler.scale:.10g} {ruler.unit}"


def _beam(info: Mapping[str, Any]) -> str:
    beam = find_beam(info)
    if beam is None:
        return ""
    return str(beam) if "restoringbeam" in info else f"{beam} (first plane; each has its own)"


def _mask(source: Source, bad: float | None) -> str:
    names: tuple[str, ...] = tuple(getattr(source, "masks", ()))
    default = str(getattr(source, "default_mask", ""))
    masked = source.lattice.masked
    text = (default if masked and default in names else "yes") if masked else "none"
    others = [name for name in names if name != text]
    if others:
        text += f" ({'also ' if masked else ''}stored: {', '.join(others)})"
    if bad:
        text += f"; {100 * bad:.3g} % of the pixels shown have no value"
    return text


def _miscinfo(miscinfo: Mapping[str, Any]) -> Pairs:
    return tuple((str(key), safely(partial(str, value), "?")) for key, value in miscinfo.items())
