"""The coordinate system of a Miriad image.

Miriad describes axes as FITS does, in other units: directions in rad, frequencies in GHz,
velocities in km/s. So the items are turned into the keywords of a FITS header, and that is read
as any other; every axis is what its name says wherever it stands, and one that is nothing in
particular is linear. Names and frames:

- ``RA---SIN``, ``DEC--SIN`` and other pairs with a projection are a direction; the frame is that
  of `epoch`. ``LL`` and ``MM`` stand for the first two. `llrot` turns the sky against the pixels.
- ``FREQ``, ``VELO`` (radio velocity) and ``FELO`` (optical velocity) are linear in frequency,
  with `restfreq`; the velocity frame stands behind the hyphen. Without one it is the barycentre.
- ``STOKES`` has the numbers of FITS.
"""

from __future__ import annotations

import math
import re
from typing import Any

from jupimage.coordinates import coordinatesystem
from jupimage.coordinates.fitsaxes import is_spectral
from jupimage.coordinates.fitsheader import from_header
from jupimage.coordinates.record import Record, entries, observation
from jupimage.formats.slips import nearest
from jupimage.miriad.header import Header

Cards = dict[str, Any]

__all__ = ["JD_OF_MJD_0", "is_plain", "read_coordinates"]

JD_OF_MJD_0 = 2400000.5

_CELESTIAL = re.compile(r"(RA|DEC|LL|MM|[GES]LON|[GES]LAT)(-+[A-Z]{3})?")
_SPECTRAL = re.compile(r"(FREQ|VELO|FELO|VRAD|VOPT)(?:-+([A-Z]+))?")
_WORDS = ("FREQ", "VELO", "FELO", "VRAD", "VOPT", "STOKES")
_PLAIN_NAMES = {"LL": "RA", "MM": "DEC"}
_TYPES = {"VELO": "VRAD", "FELO": "VOPT-F2W"}
_FRAMES = {
    "LSR": "LSRK", "LSRK": "LSRK", "LSK": "LSRK", "HEL": "BARYCENT", "BAR": "BARYCENT",
    "BARY": "BARYCENT", "OBS": "TOPOCENT", "TOP": "TOPOCENT", "TOPO": "TOPOCENT", "LSD": "LSRD",
    "LSRD": "LSRD", "GEO": "GEOCENTR", "SOU": "SOURCE", "REST": "SOURCE", "GAL": "GALACTOC",
    "LGR": "LOCALGRP", "CMB": "CMBDIPOL",
}  # fmt: skip
_ORDER = ("direction", "spectral", "stokes", "linear")
_OBSERVATION = ("observer", "obsdate", "pointingcenter", "telescopeposition")
_SPECTRAL_UNITS = ("GHz", "km/s")
_NOT_APPLIED = ("lonpole", "latpole", "phi0", "theta0", "xyzero")


def read_coordinates(header: Header, shape: tuple[int, ...]) -> coordinatesystem:
    """Return the coordinate system of an image of `shape` (slowest axis first).

    What is odd, and what had to be assumed, the header is told.
    """
    axes, celestial = _axes(header, len(shape))
    cards = {**axes, **_sky(header, celestial), **_observation(header)}
    found = from_header(cards, shape)
    lost = _announced(axes, celestial) - set(found.system.get_names())
    for remark in found.remarks:
        (header.fault if lost or _is_nameless(found.system) else header.remark)(remark)
    return coordinatesystem(_arranged(found.system.dict(), cards["TELESCOP"] or "UNKNOWN"))


def _is_nameless(system: coordinatesystem) -> bool:
    """Tell whether some pixels of a Stokes axis are no Stokes parameter."""
    return any("??" in part["stokes"] for key, part in system.dict().items() if "stokes" in key)


def _arranged(system: Record, telescope: str) -> Record:
    """Return the record with its coordinates in the order that casacore gives them here."""
    record = {**observation(), **{key: system[key] for key in _OBSERVATION if key in system}}
    record["telescope"] = telescope
    found = sorted(entries(system), key=lambda entry: _ORDER.index(entry.kind))
    for number, entry in enumerate(found):
        record[f"{entry.kind}{number}"] = entry.record
        if entry.kind == "spectral" and "wcs" in entry.record:
            entry.record["nativeType"] = 0  # whatever it was called, it is linear in frequency
        for key in ("worldmap", "worldreplace", "pixelmap", "pixelreplace"):
            record[f"{key}{number}"] = system[f"{key}{entry.number}"]
    return record


def is_plain(name: str) -> bool:
    """Tell whether an axis of that name is read as a linear one.

    Examples
    --------
    >>> [is_plain(name) for name in ("offset", "FREQ-LSR", "stokes", "ra---sin")]
    [True, False, False, False]
    """
    special = _CELESTIAL.fullmatch(name.upper()) or name.upper() == "STOKES"
    return not (special or _SPECTRAL.fullmatch(name.upper()) or is_spectral(name))


_KEYS = ("ctype", "crval", "cdelt", "crpix")
_DEFAULTS = {"crval": 0.0, "cdelt": 1.0, "crpix": 0.0}


def _axes(header: Header, count: int) -> tuple[Cards, list[int]]:
    """Return the keywords of all axes, and the numbers of those that are celestial."""
    names = {f"{key}{axis}" for key in _KEYS for axis in range(1, count + 1)}
    header.used |= names
    if not any(name in header for name in names):
        header.fault("no item describes the axes, they count pixels from 1")
        return {}, []
    cards: Cards = {}
    for axis in range(1, count + 1):
        cards |= _axis(header, axis)
    return cards, [axis for axis in range(1, count + 1) if cards[f"CUNIT{axis}"] == "rad"]


def _observation(header: Header) -> Cards:
    """Return the keywords of observation and rest frequency."""
    cards: Cards = {"TELESCOP": header.text("telescop"), "OBSERVER": header.text("observer")}
    day = header.optional("obstime")
    if day is not None:
        cards |= {"TIMESYS": "UTC", "MJD-OBS": day - JD_OF_MJD_0}
    elif "obstime" in header:
        header.fault("item 'obstime' is no number and is ignored")
    rest = header.number("restfreq", 0.0)
    if rest > 0:
        cards["RESTFRQ"] = rest * 1e9
    return cards


def _axis(header: Header, axis: int) -> Cards:
    """Return the keywords of one axis."""
    missing = [f"{name}{axis}" for name in _KEYS if f"{name}{axis}" not in header]
    if len(missing) == len(_KEYS):
        header.fault(f"no item describes axis {axis}, it counts pixels")
    elif missing:
        header.fault(f"items {', '.join(missing)} are missing, their defaults are used")
    name = header.text(f"ctype{axis}")
    kind, unit, frame = _kind(name, header)
    numbers = {
        f"{key.upper()}{axis}": header.number(f"{key}{axis}", default)
        for key, default in _DEFAULTS.items()
    }
    if not numbers[f"CDELT{axis}"]:
        header.fault(f"item 'cdelt{axis}' is 0, 1.0 is used")
        numbers[f"CDELT{axis}"] = 1.0
    own = header.text(f"cunit{axis}") if f"cunit{axis}" in header else ""
    return {f"CTYPE{axis}": kind, f"CUNIT{axis}": unit or own, **numbers, **frame}


def _announced(cards: Cards, celestial: list[int]) -> set[str]:
    """Return the kinds of coordinates that the names of the axes promise."""
    names = [str(value) for key, value in cards.items() if key.startswith("CTYPE")]
    promised = {"direction"} if celestial else set()
    promised |= {"stokes" for name in names if name == "STOKES"}
    return promised | {
        "spectral" for key in cards if key.startswith("CUNIT") and cards[key] in _SPECTRAL_UNITS
    }


def _kind(name: str, header: Header) -> tuple[str, str, dict[str, str]]:
    """Return the type of an axis as FITS spells it, its unit, and keywords of its frame."""
    title = name.upper()
    if match := _CELESTIAL.fullmatch(title):
        return _PLAIN_NAMES.get(match[1], match[1]) + (match[2] or ""), "rad", {}
    if match := _SPECTRAL.fullmatch(title):
        kind = _TYPES.get(match[1], match[1])
        unit = "GHz" if kind == "FREQ" else "km/s"
        if not match[2]:
            header.remark(f"{name} names no velocity frame, that of the barycentre is assumed")
            return kind, unit, {"SPECSYS": "BARYCENT"}
        frame = _FRAMES.get(match[2])
        if frame is None:
            header.fault(f"{name}: the velocity frame {match[2][:8]!r} is not known")
        return kind, unit, {"SPECSYS": frame} if frame else {}
    if word := nearest(title.split("-")[0], _WORDS):
        header.fault(f"{name} is taken as linear: it looks like a damaged {word}")
    return name, "", {}


def _sky(header: Header, celestial: list[int]) -> Cards:
    """Return the keywords of the sky frame and of the rotation."""
    cards: Cards = {"RADESYS": "FK5", "EQUINOX": 2000.0}
    epoch = header.number("epoch", 2000.0)
    for known, frame in ((2000.0, "FK5"), (1950.0, "FK4"), (1979.9, "FK4"), (epoch, "FK5")):
        if abs(epoch - known) < 0.01:
            cards = {"RADESYS": frame, "EQUINOX": known}
            break
    if header.text("radesys") == "ICRS" and epoch == 2000.0:
        cards = {"RADESYS": "ICRS"}
    rotation = header.number("llrot", 0.0)
    if rotation and celestial:
        cards |= {f"CROTA{axis}": math.degrees(rotation) for axis in celestial}
    for name in _NOT_APPLIED:
        if name in header:
            header.remark(f"item {name!r} is not applied")
    return cards
