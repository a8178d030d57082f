"""What a new image says besides pixels and axes, as items of a Miriad image."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from jupimage.coordinates.observatories import observatory
from jupimage.coordinates.record import Record
from jupimage.coordinates.units import degrees
from jupimage.errors import CoordinateError, DataTypeError
from jupimage.formats.blueprint import Blueprint
from jupimage.formats.entry import Entry
from jupimage.formats.units import translate_unit
from jupimage.miriad.coordinates import JD_OF_MJD_0
from jupimage.miriad.folder import HEADER, HISTORY, IMAGE, MASK
from jupimage.miriad.information import NO_ANGLE, image_type
from jupimage.miriad.items import NAME, decode_item, encode_item

__all__ = ["history_bytes", "information_items"]

Items = dict[str, Any]

_TAKEN = frozenset(
    {HEADER, HISTORY, IMAGE, MASK, "bunit", "btype", "object", "observer", "telescop", "obstime",
     "restfreq", "epoch", "radesys", "bmaj", "bmin", "bpa", "llrot", "naxis"}
)  # fmt: skip
_PER_AXIS = ("naxis", "ctype", "crval", "cdelt", "crpix", "cunit")
_TIMES = {"UTC": "utc", "UT1": "ut1", "TAI": "tai", "TDT": "tt", "TT": "tt", "TDB": "tdb"}


def information_items(blueprint: Blueprint) -> tuple[Items, list[str]]:
    """Return the items, and phrases for what they cannot say."""
    items: Items = {}
    losses: list[str] = []
    for own, phrases in (
        _unit(blueprint.unit),
        _imageinfo(blueprint.imageinfo),
        _observation(blueprint.coordinates.dict()),
        _miscinfo(blueprint.miscinfo),
    ):
        items |= own
        losses += phrases
    return items, losses + _history_losses(blueprint.history)


def history_bytes(history: Sequence[str]) -> bytes:
    """Return the content of the history item: a line each."""
    return "".join(f"{line}\n" for line in history).encode("utf-8", "replace")


def _history_losses(history: Sequence[str]) -> list[str]:
    losses = []
    if any("\n" in line or "\r" in line for line in history):
        losses.append("line breaks inside entries of the history")
    if any(isinstance(line, Entry) and (line.time or line.location) for line in history):
        losses.append("times and origins of the history")
    return losses


def _unit(unit: str) -> tuple[Items, list[str]]:
    """Return the unit, in capitals as Miriad's programs expect it where that says the same."""
    plain = unit[1:-1] if len(unit) > 1 and unit[0] == unit[-1] == '"' else unit
    for spelling in (plain.upper(), plain):
        if plain and translate_unit(spelling) == unit:
            return {"bunit": spelling}, []
    return {}, [f"the unit {unit!r}"] if unit else []


def _imageinfo(info: Mapping[str, Any]) -> tuple[Items, list[str]]:
    items: Items = {"btype": image_type(str(info.get("imagetype", "Intensity")))}
    losses = []
    if name := str(info.get("objectname", "")):
        items["object"] = name
    if beams := info.get("perplanebeams"):
        losses.append(f"the beams of {beams.get('nChannels', 0)} channels, each its own")
    elif beam := info.get("restoringbeam"):
        items |= {
            "bmaj": _angle(beam["major"], "rad"),
            "bmin": _angle(beam["minor"], "rad"),
            "bpa": _angle(beam["positionangle"], "deg") or NO_ANGLE,
        }
    return items, losses


def _angle(quantity: Mapping[str, Any], unit: str) -> float:
    """Return an angle in a unit, exactly as it is if that is its own."""
    value, own = float(quantity["value"]), str(quantity["unit"])
    return value if own == unit else value * degrees(own) / degrees(unit)


def _observation(system: Record) -> tuple[Items, list[str]]:
    items: Items = {}
    losses = []
    telescope = str(system.get("telescope", "UNKNOWN"))
    for item, value in (("telescop", telescope), ("observer", system.get("observer", "UNKNOWN"))):
        if str(value) not in ("", "UNKNOWN"):
            items[item] = str(value)
    day, phrases = _obstime(system.get("obsdate") or {})
    items |= day
    losses += phrases
    if not (system.get("pointingcenter") or {}).get("initial", True):
        losses.append("the pointing centre")
    if "telescopeposition" in system and not _is_known(telescope, system["telescopeposition"]):
        losses.append("the position of the telescope")
    return items, losses


def _obstime(measure: Record) -> tuple[Items, list[str]]:
    """Return the time of observation as Julian date in UTC."""
    day = float(measure.get("m0", {}).get("value", 0.0))
    refer = str(measure.get("refer", ""))
    if not day:
        return {}, []
    if refer not in _TIMES or measure["m0"].get("unit") != "d" or "offset" in measure:
        return {}, [f"the date of observation, which is in {refer or 'no scale of time'}"]
    if refer not in ("UTC", "UT1"):
        from astropy.time import Time

        day = float(Time(day, format="mjd", scale=_TIMES[refer]).utc.mjd)
    return {"obstime": day + JD_OF_MJD_0}, []


def _is_known(telescope: str, measure: Record) -> bool:
    """Tell whether a telescope's name alone says where it is."""
    place = observatory(telescope.split()[0] if telescope.split() else "")
    try:
        given = [
            math.radians(float(measure[key]["value"]) * degrees(str(measure[key]["unit"])))
            for key in ("m0", "m1")
        ]
        given.append(float(measure["m2"]["value"]))
    except (KeyError, TypeError, CoordinateError):
        return False
    return place is not None and bool(np.allclose(given, place, rtol=1e-9, atol=1e-12))


def _miscinfo(info: Mapping[str, Any]) -> tuple[Items, list[str]]:
    """Return what fits into items under its own name; names of more than 8 letters do not."""
    items: Items = {}
    losses = []
    for name, value in info.items():
        problem = _problem(name, value)
        if problem:
            losses.append(f"miscinfo entry {name!r}, {problem}")
        else:
            items[name] = value
    return items, losses


def _problem(name: str, value: Any) -> str:
    if not isinstance(name, str) or not NAME.fullmatch(name):
        return "whose name no item can have"
    per_axis = name.rstrip("0123456789") in _PER_AXIS and name[-1].isdigit()
    if name in _TAKEN or per_axis:
        return "whose name means something else"
    if isinstance(value, bool | np.bool_ | Mapping):
        return "a truth value" if not isinstance(value, Mapping) else "a record"
    try:
        stored: Any = decode_item(encode_item(value))
    except DataTypeError:
        return f"a {type(value).__name__}"
    if isinstance(value, str):
        return "" if stored == value and len(value) <= 4000 else "a text that no item can hold"
    return "" if np.array_equal(np.ravel(value), np.ravel(stored)) else "a value no item can hold"
