"""Axes of a coordinate system as items of a Miriad image.

The reverse of `jupimage.miriad.coordinates`. Miriad knows directions in projections without
parameters, frequencies in equal steps, Stokes parameters in equal steps and linear axes. What it
cannot hold is written as linear axes under a name that means nothing, rather than as something
that would be read wrongly, and a phrase says so.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from jupimage.coordinates.record import Entry, Record, entries
from jupimage.coordinates.spectral import SpectralTransform, linear_part, rest_frequency
from jupimage.coordinates.stokes import FITS_CODES, STOKES_CODES
from jupimage.coordinates.units import hertz
from jupimage.errors import CoordinateError
from jupimage.miriad.coordinates import is_plain
from jupimage.miriad.skyitems import sky_items

__all__ = ["axis_items"]

Items = dict[str, Any]

_TAGS = {
    "LSRK": "LSR", "BARY": "HEL", "TOPO": "OBS", "LSRD": "LSD", "GEO": "GEO", "REST": "SOU",
    "GALACTO": "GAL", "LGROUP": "LGR", "CMB": "CMB",
}  # fmt: skip

_STOKES = {**{name: 100 + code for name, code in STOKES_CODES.items()},
           **{name: code for code, name in sorted(FITS_CODES.items())}}  # fmt: skip

_NOTHING = "LINEAR"


def axis_items(system: Record, shape: tuple[int, ...]) -> tuple[Items, list[str]]:
    """Return the items that describe the axes, and phrases for what they cannot say.

    Parameters
    ----------
    system
        Record of a coordinate system.
    shape
        Of the image, slowest axis first.

    Examples
    --------
    >>> from jupimage.coordinates import default_system
    >>> items, losses = axis_items(default_system((9, 8, 7)).dict(), (9, 8, 7))
    >>> [items[f"ctype{axis}"] for axis in (1, 2, 3)], losses
    (['RA---SIN', 'DEC--SIN', 'FREQ-LSR'], [])
    """
    items: Items = {}
    losses: list[str] = []
    lengths = shape[::-1]
    for entry in entries(system):
        if all(axis < 0 for axis in entry.pixelmap):
            losses.append(f"the {entry.kind} coordinate, which no axis has")
            continue
        if entry.worldmap != entry.pixelmap and min(entry.worldmap) >= 0:
            losses.append("the order of the world axes")
        own, phrases = _WRITERS[entry.kind](entry, lengths)
        items |= own
        losses += phrases
    return items, list(dict.fromkeys(losses))


def _direction(entry: Entry, lengths: tuple[int, ...]) -> tuple[Items, list[str]]:
    problem = "a strip of the sky"
    if min(*entry.pixelmap, *entry.worldmap) >= 0:
        items, losses, problem = sky_items(entry, lengths)
        if not problem:
            return items, losses
    record = {**entry.record, "axes": [_NOTHING] * 2}
    items, losses = _linear(entry, lengths, record)
    return items, [f"the sky coordinates ({problem}), which become linear", *losses]


def _spectral(entry: Entry, lengths: tuple[int, ...]) -> tuple[Items, list[str]]:
    axis, record = entry.pixelmap[0], entry.record
    frame, losses = str(record.get("system", "Undefined")), []
    try:
        transform = SpectralTransform(record)
        frame = transform.shown
    except CoordinateError as error:
        losses.append(f"the conversion of frequencies ({error})")
        transform = SpectralTransform({**record, "conversion": {}})
    table = record.get("tabular", {}) if "wcs" not in record else {}
    scale = hertz(str(np.ravel(table["units"])[0] if table else record.get("unit", "Hz")))
    crpix = linear_part(record)[0]
    if len(table.get("pixelvalues", ())) > 1:
        steps, phrase = _equal_steps(transform.toworld, lengths[axis], "frequencies")
        losses += phrase
        crpix, crval, cdelt = 0.0, *steps
    else:
        _, crval, cdelt = linear_part(record)
        cdelt *= float(record.get("wcs", {}).get("pc", 1.0))
        if frame != record.get("system") and crval:
            factor = float(transform.toworld(np.array([[crpix]]))[0, 0]) / crval
            crval, cdelt = crval * factor, cdelt * factor
    if frame not in _TAGS:
        losses.append(f"that the velocity frame is {frame}: BARY is assumed on reading")
    tag = f"-{_TAGS[frame]}" if frame in _TAGS else ""
    items = _axis(axis, f"FREQ{tag}", crval * scale / 1e9, cdelt * scale / 1e9, crpix)
    if (rest := rest_frequency(record)) > 0:
        items["restfreq"] = rest / 1e9
    if len(np.ravel(record.get("restfreqs", ()))) > 1:
        losses.append("all rest frequencies but the first")
    if record.get("velType"):
        losses.append("the kind of velocity to be shown")
    return items, losses


def _stokes(entry: Entry, lengths: tuple[int, ...]) -> tuple[Items, list[str]]:
    names = [str(name) for name in entry.record["stokes"]]
    codes = [_STOKES[name] for name in names]
    step = codes[1] - codes[0] if len(codes) > 1 else 1
    if codes != list(range(codes[0], codes[0] + step * len(codes), step))[: len(codes)]:
        items = _axis(entry.pixelmap[0], _NOTHING, 1.0, 1.0, 0.0)
        return items, [f"the Stokes parameters {', '.join(names)}, which are in no equal steps"]
    return _axis(entry.pixelmap[0], "STOKES", float(codes[0]), float(step), 0.0), []


def _quality(entry: Entry, lengths: tuple[int, ...]) -> tuple[Items, list[str]]:
    items = _axis(entry.pixelmap[0], "QUALITY", 1.0, 1.0, 0.0)
    return items, ["that an axis is one of data and errors"]


def _tabular(entry: Entry, lengths: tuple[int, ...]) -> tuple[Items, list[str]]:
    from jupimage.coordinates.transform import make_transform

    axis, record = entry.pixelmap[0], entry.record
    items, losses = _linear(entry, lengths, record)
    if len(record.get("pixelvalues", ())) > 1:
        transform = make_transform("tabular", record)
        (crval, cdelt), phrase = _equal_steps(transform.toworld, lengths[axis], "values")
        items |= _axis(axis, items[f"ctype{axis + 1}"], crval, cdelt, 0.0)
        losses += phrase
    return items, losses


def _linear(
    entry: Entry, lengths: tuple[int, ...], record: Record | None = None
) -> tuple[Items, list[str]]:
    record = entry.record if record is None else record
    items: Items = {}
    losses = []
    matrix = np.atleast_2d(np.asarray(record["pc"], float))
    if np.any(matrix != np.diag(np.diag(matrix))):
        losses.append("the matrix that ties linear axes together")
    for own, axis in enumerate(entry.pixelmap):
        if axis < 0:
            continue
        name, unit = str(record["axes"][own]).strip(), str(record["units"][own])
        if not is_plain(name):
            losses.append(f"the name {name!r} of a linear axis")
            name = _NOTHING
        crval, cdelt, crpix = (
            float(np.ravel(record[key])[own]) for key in ("crval", "cdelt", "crpix")
        )
        items |= _axis(axis, name or _NOTHING, crval, cdelt * float(matrix[own, own]), crpix)
        if unit:
            items[f"cunit{axis + 1}"] = unit
    return items, losses


_WRITERS: dict[str, Callable[[Entry, tuple[int, ...]], tuple[Items, list[str]]]] = {
    "direction": _direction,
    "spectral": _spectral,
    "stokes": _stokes,
    "quality": _quality,
    "tabular": _tabular,
    "linear": _linear,
}


def _axis(axis: int, name: str, crval: float, cdelt: float, crpix: float) -> Items:
    """Return the four items of a pixel axis, which count from 1."""
    n = axis + 1
    return {
        f"ctype{n}": name,
        f"crval{n}": crval,
        f"cdelt{n}": cdelt,
        f"crpix{n}": crpix + 1.0,
    }


def _equal_steps(
    toworld: Callable[[Any], Any], length: int, what: str
) -> tuple[tuple[float, float], list[str]]:
    """Return first value and step of a table, and a phrase unless its steps are equal."""
    values = toworld(np.arange(max(2, length), dtype=float)[:, None])[:, 0]
    first, step = float(values[0]), float((values[-1] - values[0]) / (len(values) - 1))
    off = np.abs(values - first - step * np.arange(len(values))).max()
    even = math.isclose(step, 0.0) or off <= 1e-6 * abs(step)
    return (first, step), [] if even else [f"{what} of {length} pixels in unequal steps"]
