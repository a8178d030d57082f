"""Coordinate systems as casacore's paged images and HDF5 images store them.

Both hold the same record. What is read from a file may be older, have its fields in another
order, integers of another size and gaps that have a meaning; what `coordinates_from_record`
returns is complete and in one order, and what `coordinates_to_record` returns can be stored.
Names of frames, projections and polarisation products are compared with those that exist, so that
a damaged one is noticed when the file is opened.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from jupimage.coordinates import coordinatesystem
from jupimage.coordinates.record import Record, entries, measure, observation, tabular_record
from jupimage.coordinates.section import annotate
from jupimage.coordinates.stokes import QUALITY_CODES, STOKES_CODES
from jupimage.coordinates.units import degrees, hertz
from jupimage.errors import CoordinateError, FormatError
from jupimage.formats.fields import Fields

__all__ = ["coordinate_losses", "coordinates_from_record", "coordinates_to_record"]

MOST_COORDINATES = 100
NO_POLE = 999.0

DIRECTION_FRAMES = frozenset(
    {"J2000", "JMEAN", "JTRUE", "JNAT", "APP", "B1950", "B1950_VLA", "BMEAN", "BTRUE", "ICRS",
     "GALACTIC", "SUPERGAL", "ECLIPTIC", "MECLIPTIC", "TECLIPTIC", "ITRF", "TOPO", "HADEC", "AZEL",
     "AZELSW", "AZELNE", "AZELGEO", "AZELSWGEO", "AZELNEGEO", "MERCURY", "VENUS", "MARS", "JUPITER",
     "SATURN", "URANUS", "NEPTUNE", "PLUTO", "SUN", "MOON", "COMET"}
)  # fmt: skip
SPECTRAL_FRAMES = frozenset(
    {"REST", "LSRK", "LSRD", "BARY", "GEO", "TOPO", "GALACTO", "LGROUP", "CMB", "Undefined"}
)
PROJECTIONS = frozenset(
    {"AZP", "SZP", "TAN", "STG", "SIN", "NCP", "ARC", "ZPN", "ZEA", "AIR", "CYP", "CEA", "CAR",
     "MER", "COP", "COE", "COD", "COO", "SFL", "GLS", "PAR", "MOL", "AIT", "BON", "PCO", "TSC",
     "CSC", "QSC", "HPX", "XPH"}
)  # fmt: skip

_MEASURES = {"epoch": 1, "direction": 2, "position": 3}
_REFERENCES = {
    "epoch": frozenset(
        {"LAST", "LMST", "GMST1", "GMST", "GAST", "UT1", "UT", "UT2", "UTC", "TAI", "IAT", "TDT",
         "TT", "ET", "TCG", "TDB", "TCB"}
    ),
    "position": frozenset({"ITRF", "WGS84"}),
    "direction": DIRECTION_FRAMES,
}  # fmt: skip
_TIMES = frozenset({"d", "h", "min", "s", "ms", "us", "ns", "a", "yr", "cy"})
_LENGTHS = frozenset({"m", "cm", "mm", "km", "Mm", "Gm", "AU", "UA", "pc", "kpc", "Mpc", "ly"})
_PER_COORDINATE = ("worldmap", "worldreplace", "pixelmap", "pixelreplace")
_ANNOTATIONS = frozenset({"_image_axes", "_axes_sizes"})


def coordinates_from_record(record: Any, shape: Sequence[int]) -> coordinatesystem:
    """Return the coordinate system of an image, complete and checked.

    Parameters
    ----------
    record
        The stored record.
    shape
        Shape of the image, slowest axis first; the coordinates are told their axes.

    Raises
    ------
    FormatError
        If the record is damaged, or is not for an image of so many axes.

    Examples
    --------
    >>> from jupimage.coordinates import default_system
    >>> stored = coordinates_to_record(default_system((7, 9, 8)))
    >>> coordinates_from_record(stored, (7, 9, 8)).get_names()
    ['spectral', 'direction']
    """
    try:
        system = coordinatesystem(_complete(record))
        ndim = system.ndim
    except CoordinateError as error:
        raise FormatError(f"coords: {error}") from error
    if ndim != len(shape):
        raise FormatError(f"coords: wanted {len(shape)} pixel axes, got {ndim}")
    annotate(system.dict(), shape)
    return system


def coordinates_to_record(system: coordinatesystem) -> Record:
    """Return the record to store: without what belongs to one image in memory.

    Raises
    ------
    CoordinateError
        If the record is not complete or holds values of wrong types.
    """
    record = _without_annotations(system.dict())
    for entry in entries(record):
        for key in _PER_COORDINATE:
            record.setdefault(f"{key}{entry.number}", np.asarray(getattr(entry, key)))
        if entry.kind == "spectral":
            _list_rest_frequency(record[entry.key])
    try:
        return _complete(record)
    except FormatError as error:
        raise CoordinateError(f"the coordinate system cannot be stored: {error}") from error


def _list_rest_frequency(record: Record) -> None:
    """Put the active rest frequency among all of them.

    casacore takes the first for one that is not there, and opens nothing if there are none.
    """
    rest, others = record.get("restfreq", 0.0), np.ravel(record.get("restfreqs", ()))
    if rest not in others:
        record["restfreqs"] = np.insert(others.astype(np.float64), 0, rest)


def _without_annotations(record: Record) -> Record:
    return {
        key: _without_annotations(value) if isinstance(value, dict) else value
        for key, value in record.items()
        if key not in _ANNOTATIONS
    }


def _complete(record: Any) -> Record:
    """Build a record anew, field by field."""
    fields = Fields(record, "coords")
    result = _observation(fields)
    for number in range(MOST_COORDINATES):
        kind = next((kind for kind in _BUILDERS if f"{kind}{number}" in fields), None)
        if kind is None:
            if f"coordsys{number}" in fields:
                raise FormatError(f"coords.coordsys{number}: nested coordinates are not supported")
            return result
        built = _BUILDERS[kind](fields.fields(f"{kind}{number}"))
        count = len(np.ravel(built["crval"])) if "crval" in built else 1
        result[f"{kind}{number}"] = built
        for key in _PER_COORDINATE:
            name = f"{key}{number}"
            if key.endswith("map"):
                result[name] = np.maximum(fields.integers(name, (count,)), -1)
            else:
                result[name] = fields.numbers(name, (count,))
    raise FormatError(f"coords: wanted at most {MOST_COORDINATES} coordinates, got more")


def _observation(fields: Fields) -> Record:
    result = observation(
        telescope=fields.text("telescope", "UNKNOWN"), observer=fields.text("observer", "UNKNOWN")
    )
    if "obsdate" in fields:
        result["obsdate"] = _measure(fields.fields("obsdate"), "epoch")
    if "pointingcenter" in fields:
        pointing = fields.fields("pointingcenter")
        result["pointingcenter"] = {
            "value": pointing.numbers("value", (2,)),
            "initial": pointing.truth("initial"),
        }
    if "telescopeposition" in fields:
        result["telescopeposition"] = _measure(fields.fields("telescopeposition"), "position")
    return result


def _measure(fields: Fields, kind: str, *, level: int = 0) -> Record:
    """Rebuild the record of a measure, which may be relative to another one."""
    if fields.text("type").casefold() != kind:
        fields.fail("type", f"{kind!r}")
    result: Record = {"type": kind, "refer": _frame(fields, "refer", _REFERENCES[kind])}
    for number in range(_MEASURES[kind] - 1, -1, -1):
        result[f"m{number}"] = quantity = fields.quantity(f"m{number}")
        if not _fits(quantity["unit"], kind, number):
            fields.fail(f"m{number}", f"part {number} of a measure of kind {kind!r}")
    if "offset" in fields:
        if level:
            fields.fail("offset", "an offset without one of its own")
        result["offset"] = _measure(fields.fields("offset"), kind, level=1)
    return result


def _fits(unit: str, kind: str, number: int) -> bool:
    """Tell whether a number of a measure can have a unit: angles but for times and lengths."""
    if kind == "epoch":
        return unit in _TIMES
    if kind == "position" and (number == 2 or unit in _LENGTHS):
        return unit in _LENGTHS
    try:
        degrees(unit)
    except CoordinateError:
        return False
    return True


def _frame(fields: Fields, name: str, known: frozenset[str], default: str | None = None) -> str:
    frame = fields.text(name, default)
    if frame == "LSR" and "LSRK" in known:
        return "LSRK"
    if frame not in known:
        fields.fail(name, "a known frame")
    return frame


def _direction(fields: Fields) -> Record:
    from jupimage.coordinates.direction import DirectionTransform

    system = _frame(fields, "system", DIRECTION_FRAMES)
    if fields.text("projection") not in PROJECTIONS:
        fields.fail("projection", "the code of a projection")
    units = fields.texts("units", 2)
    for unit in units:
        degrees(unit)
    result = {
        "system": system,
        "projection": fields.text("projection"),
        "projection_parameters": fields.numbers("projection_parameters", (-1,)),
        **_linear_part(fields, 2),
        "axes": fields.texts("axes", 2),
        "units": units,
        "conversionSystem": _frame(fields, "conversionSystem", DIRECTION_FRAMES, system),
        "longpole": fields.number("longpole", NO_POLE),
        "latpole": fields.number("latpole", NO_POLE),
    }
    if NO_POLE in (result["longpole"], result["latpole"]):
        result["longpole"], result["latpole"] = DirectionTransform(result).poles()
    return result


def _linear_part(fields: Fields, count: int) -> Record:
    return {
        "crval": fields.numbers("crval", (count,)),
        "crpix": fields.numbers("crpix", (count,)),
        "cdelt": fields.numbers("cdelt", (count,)),
        "pc": fields.numbers("pc", (count, count)),
    }


def _linear(fields: Fields) -> Record:
    count = len(fields.numbers("crval", (-1,)))
    return {
        **_linear_part(fields, count),
        "axes": fields.texts("axes", count),
        "units": fields.texts("units", count),
    }


def _tabular(fields: Fields) -> Record:
    result = _linear(fields)
    if len(result["crval"]) != 1:
        fields.fail("crval", "one value")
    pixels = fields.numbers("pixelvalues", (-1,))
    worlds = fields.numbers("worldvalues", (-1,))
    if len(pixels) != len(worlds):
        fields.fail("worldvalues", f"as many values as pixels, {len(pixels)}")
    if len(pixels) > 1:
        # Reference and increment follow from the ends of the table, whatever was stored.
        return tabular_record(pixels, worlds, name=result["axes"][0], unit=result["units"][0])
    return {**result, "pixelvalues": pixels, "worldvalues": worlds}


def _spectral(fields: Fields) -> Record:
    """Rebuild a spectral record; those of version 1 hold unit and name in a table only."""
    system = _frame(fields, "system", SPECTRAL_FRAMES)
    version = fields.integer("version", 1)
    if version not in (1, 2):
        fields.fail("version", "version 1 or 2 of such records")
    rest = fields.number("restfreq", None if version == 2 else 0.0)
    restfreqs = fields.numbers("restfreqs", (-1,)) if "restfreqs" in fields else np.array([rest])
    if restfreqs.size and rest not in restfreqs:
        rest = float(restfreqs[0])  # as casacore does
    axis = _spectral_axis(fields, version)
    unit, name = axis.pop("unit"), axis.pop("name")
    kind, velocity = (
        new if new in fields else old
        for new, old in (("velType", "prefVelType"), ("velUnit", "prefVelUnit"))
    )
    return {
        "version": 2,
        "system": system,
        "restfreq": rest,
        "restfreqs": restfreqs,
        "velType": fields.integer(kind, 0),
        "nativeType": fields.integer("nativeType", 0),
        "velUnit": fields.text(velocity, "km/s"),
        "waveUnit": "mm",
        "formatUnit": fields.text("formatUnit", ""),
        **axis,
        "unit": unit,
        "name": name,
        "conversion": _conversion(fields, system),
    }


def _spectral_axis(fields: Fields, version: int) -> Record:
    if "wcs" in fields and version == 2:
        wcs = fields.fields("wcs")
        numbers = {key: wcs.number(key) for key in ("crval", "crpix", "cdelt", "pc")}
        ctype = wcs.text("ctype").rstrip("\0 ").ljust(9, "\0")
        unit, name = fields.text("unit"), fields.text("name")
        hertz(unit)
        return {"wcs": {**numbers, "ctype": ctype}, "unit": unit, "name": name}
    table = _tabular(fields.fields("tabular"))
    unit, name = table["units"][0], table["axes"][0]
    hertz(unit)
    if version == 2:
        unit, name = fields.text("unit"), fields.text("name")
    return {"tabular": table, "unit": unit, "name": name}


def _conversion(fields: Fields, system: str) -> Record:
    if "conversion" not in fields:
        return {
            "direction": measure("direction", "J2000", (0.0, "rad"), (np.pi / 2, "rad")),
            "position": measure("position", "ITRF", (0.0, "rad"), (0.0, "rad"), (0.0, "m")),
            "epoch": measure("epoch", "LAST", (0.0, "d")),
            "system": system,
        }
    given = fields.fields("conversion")
    return {
        **{kind: _measure(given.fields(kind), kind) for kind in ("direction", "position", "epoch")},
        "system": _frame(given, "system", SPECTRAL_FRAMES),
    }


def _labels(fields: Fields, kind: str, codes: dict[str, int]) -> Record:
    """Rebuild an axis of names; its numbers follow from them, whatever was stored."""
    names = fields.texts(kind)
    if not names or not set(names) <= set(codes):
        fields.fail(kind, "known names")
    return {
        "axes": fields.texts("axes", 1),
        kind: names,
        "crval": np.array([codes[names[0]]], np.float64),
        "crpix": np.zeros(1),
        "cdelt": np.ones(1),
        "pc": np.eye(1),
    }


def _stokes(fields: Fields) -> Record:
    return _labels(fields, "stokes", STOKES_CODES)


def _quality(fields: Fields) -> Record:
    return _labels(fields, "quality", QUALITY_CODES)


_BUILDERS = {
    "linear": _linear,
    "direction": _direction,
    "spectral": _spectral,
    "stokes": _stokes,
    "quality": _quality,
    "tabular": _tabular,
}


def coordinate_losses(system: coordinatesystem) -> list[str]:
    """Say what of a coordinate system such a record cannot hold, a phrase for each loss."""
    return [
        "the distortion of the sky coordinates, so that positions are wrong where it is large"
        for key, value in system.dict().items()
        if key.startswith("direction") and isinstance(value, dict) and "distortion" in value
    ]
