"""Records of coordinate systems: how to build them, and how to take them apart.

A coordinate system is a dict with the field names, units and axis order of casacore's
coordinate records. In it, as in FITS, the fastest axis comes first and pixel positions
count from 0. ``direction0``, ``spectral1``... hold the coordinates; for each of them four
arrays say which axes of the image its own axes are:

- ``worldmapN`` and ``pixelmapN``: number of the world and of the pixel axis, -1 if removed;
- ``worldreplaceN`` and ``pixelreplaceN``: the value that a removed axis has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.coordinates.damage import reads_record
from jupimage.coordinates.frames import axis_names
from jupimage.coordinates.stokes import QUALITY_CODES, STOKES_CODES
from jupimage.errors import CoordinateError

__all__ = [
    "KINDS",
    "Entry",
    "Record",
    "assemble",
    "direction_record",
    "entries",
    "linear_record",
    "measure",
    "no_conversion",
    "observation",
    "spectral_record",
    "stokes_record",
    "tabular_record",
]

Array = NDArray[np.float64]
Record = dict[str, Any]

KINDS = ("direction", "spectral", "stokes", "linear", "tabular", "quality")
"""Kinds of coordinates."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One coordinate of a system and the image axes that its axes are (-1 = removed)."""

    kind: str
    number: int
    record: Record
    worldmap: tuple[int, ...]
    pixelmap: tuple[int, ...]
    worldreplace: Array
    pixelreplace: Array

    @property
    def key(self) -> str:
        """Name of the field that holds the coordinate."""
        return f"{self.kind}{self.number}"

    @property
    def size(self) -> int:
        """Number of axes of the coordinate."""
        return len(self.pixelmap)


def axis_count(kind: str, record: Record) -> int:
    """Return the number of axes of a coordinate.

    Examples
    --------
    >>> axis_count("direction", {}), axis_count("linear", {"crval": [1.0, 2.0, 3.0]})
    (2, 3)
    """
    if kind == "direction":
        return 2
    if kind == "linear":
        return len(record.get("crval", ()))
    return 1


@reads_record
def entries(system: Record) -> tuple[Entry, ...]:
    """Take a system apart, in the order of its numbers.

    Where the four arrays of axis numbers are missing, the axes follow one after the other.

    Raises
    ------
    CoordinateError
        If the arrays do not fit the coordinates or name an axis twice.

    Examples
    --------
    >>> [entry.key for entry in entries({"linear0": {"crval": [1.0]}, "telescope": "ALMA"})]
    ['linear0']
    """
    found: list[Entry] = []
    free = 0
    for number in range(len(system)):
        kind = next((k for k in KINDS if isinstance(system.get(f"{k}{number}"), dict)), None)
        if kind is None:
            break
        record: Record = system[f"{kind}{number}"]
        count = axis_count(kind, record)
        default = range(free, free + count)
        free += count
        found.append(
            Entry(
                kind,
                number,
                record,
                _axes(system, f"worldmap{number}", default),
                _axes(system, f"pixelmap{number}", default),
                _values(system, f"worldreplace{number}", count),
                _values(system, f"pixelreplace{number}", count),
            )
        )
    for name in ("worldmap", "pixelmap"):
        used = sorted(axis for entry in found for axis in getattr(entry, name) if axis >= 0)
        if used != list(range(len(used))):
            raise CoordinateError(f"{name} must name each axis once, got axes {used}")
    return tuple(found)


def _axes(system: Record, key: str, default: range) -> tuple[int, ...]:
    value = system.get(key)
    if value is None:
        return tuple(default)
    axes = tuple(int(axis) for axis in np.ravel(value))
    if len(axes) != len(default):
        raise CoordinateError(f"{key} needs {len(default)} axis numbers, got {list(axes)}")
    # Any negative number means a removed axis: in memory it still tells which one it was.
    return tuple(max(axis, -1) for axis in axes)


def _values(system: Record, key: str, count: int) -> Array:
    value = system.get(key)
    values = np.zeros(count) if value is None else np.array(value, float).ravel()
    if len(values) != count:
        raise CoordinateError(f"{key} needs {count} values, got {len(values)}")
    return values


def assemble(
    parts: Sequence[tuple[str, Record, Sequence[int]]], information: Record | None = None
) -> Record:
    """Build a system from coordinates and the pixel axes that they describe.

    Parameters
    ----------
    parts
        Kind, record and axis numbers (fastest axis first) of each coordinate.
    information
        What to know about the observation; `observation()` if None.
    """
    system: Record = dict(observation() if information is None else information)
    for number, (kind, record, axes) in enumerate(parts):
        system[f"{kind}{number}"] = record
        system[f"worldmap{number}"] = np.array(axes, np.int32)
        system[f"worldreplace{number}"] = np.zeros(len(axes))
        system[f"pixelmap{number}"] = np.array(axes, np.int32)
        system[f"pixelreplace{number}"] = np.zeros(len(axes))
    return system


def measure(kind: str, refer: str, *values: tuple[float, str]) -> Record:
    """Return the record of a measure: a value with its frame of reference.

    Examples
    --------
    >>> measure("epoch", "UTC", (51544.0, "d"))
    {'type': 'epoch', 'refer': 'UTC', 'm0': {'value': 51544.0, 'unit': 'd'}}
    """
    record: Record = {"type": kind, "refer": refer}
    for number in range(len(values) - 1, -1, -1):
        value, unit = values[number]
        record[f"m{number}"] = {"value": float(value), "unit": unit}
    return record


def observation(
    *,
    telescope: str = "UNKNOWN",
    observer: str = "UNKNOWN",
    obsdate: Record | None = None,
    pointing: tuple[float, float] | None = None,
    position: tuple[float, float, float] | None = None,
) -> Record:
    """Return the part of a system that says who observed, when, whereto and from where.

    Parameters
    ----------
    telescope, observer
        Names.
    obsdate
        Measure of an epoch; an empty one if None.
    pointing
        Longitude and latitude of the pointing centre in rad.
    position
        Longitude and latitude (rad, ITRF) and distance from the Earth's centre (m).
    """
    record: Record = {
        "telescope": telescope,
        "observer": observer,
        "obsdate": measure("epoch", "LAST", (0.0, "d")) if obsdate is None else obsdate,
        "pointingcenter": {
            "value": np.array(pointing or (0.0, 0.0), float),
            "initial": pointing is None,
        },
    }
    if position is not None:
        longitude, latitude, radius = position
        record["telescopeposition"] = measure(
            "position", "ITRF", (longitude, "rad"), (latitude, "rad"), (radius, "m")
        )
    return record


def direction_record(
    *,
    crval: Sequence[float],
    cdelt: Sequence[float],
    crpix: Sequence[float],
    pc: Any = None,
    system: str = "J2000",
    projection: str = "SIN",
    parameters: Sequence[float] | None = None,
    units: Sequence[str] = ("rad", "rad"),
    longpole: float | None = None,
    latpole: float | None = None,
) -> Record:
    """Return the record of a direction; LONPOLE and LATPOLE (deg) come from wcslib if None.

    Examples
    --------
    >>> record = direction_record(crval=(1.0, -0.5), cdelt=(-1e-5, 1e-5), crpix=(3.0, 2.0))
    >>> record["longpole"], round(record["latpole"], 6)
    (180.0, -28.64789)
    """
    from jupimage.coordinates.direction import DirectionTransform

    if parameters is None:
        parameters = (0.0, 0.0) if projection == "SIN" else ()
    record: Record = {
        "system": system,
        "projection": projection,
        "projection_parameters": np.array(parameters, float),
        "crval": np.array(crval, float),
        "crpix": np.array(crpix, float),
        "cdelt": np.array(cdelt, float),
        "pc": np.eye(2) if pc is None else np.array(pc, float),
        "axes": list(axis_names(system)),
        "units": list(units),
        "conversionSystem": system,
        "longpole": 999.0 if longpole is None else float(longpole),
        "latpole": 999.0 if latpole is None else float(latpole),
    }
    record["longpole"], record["latpole"] = DirectionTransform(record).poles()
    return record


def spectral_record(
    *,
    system: str = "LSRK",
    crval: float = 0.0,
    cdelt: float = 0.0,
    crpix: float = 0.0,
    table: tuple[Array, Array] | None = None,
    restfrequency: float = 0.0,
    native: int = 0,
) -> Record:
    """Return the record of a spectral axis in Hz: linear, or a table of pixels and frequencies.

    Parameters
    ----------
    system
        Velocity frame, ``LSRK``, ``BARY``, ``TOPO``... or ``Undefined``.
    crval, cdelt, crpix
        The linear axis; not used if there is a table.
    table
        Pixels and their frequencies.
    restfrequency
        In Hz, 0 if there is none.
    native
        What the axis was in its file: 0 FREQ, 1 VRAD, 2 VOPT, 3 BETA, 4 WAVE, 5 AWAV.
    """
    record: Record = {
        "version": 2,
        "system": system,
        "restfreq": float(restfrequency),
        "restfreqs": np.array([restfrequency], float),
        "velType": 0,
        "nativeType": native,
        "velUnit": "km/s",
        "waveUnit": "mm",
        "formatUnit": "",
    }
    if table is None:
        record["wcs"] = {
            "crval": float(crval),
            "crpix": float(crpix),
            "cdelt": float(cdelt),
            "pc": 1.0,
            "ctype": "FREQ\0\0\0\0\0",
        }
    else:
        record["tabular"] = tabular_record(*table, name="Frequency", unit="Hz")
    record["unit"] = "Hz"
    record["name"] = "Frequency"
    record["conversion"] = no_conversion(system)
    return record


def no_conversion(system: str) -> Record:
    """Return the record of a conversion to the velocity frame that frequencies have already."""
    return {
        "direction": measure("direction", "J2000", (0.0, "rad"), (np.pi / 2, "rad")),
        "position": measure("position", "ITRF", (0.0, "rad"), (0.0, "rad"), (0.0, "m")),
        "epoch": measure("epoch", "LAST", (0.0, "d")),
        "system": system,
    }


def tabular_record(pixels: Array, worlds: Array, *, name: str, unit: str) -> Record:
    """Return the record of a table; reference and increment are those of its ends."""
    pixels, worlds = np.array(pixels, float), np.array(worlds, float)
    span = pixels[-1] - pixels[0]
    return {
        "crval": worlds[:1].copy(),
        "crpix": pixels[:1].copy(),
        "cdelt": np.array([(worlds[-1] - worlds[0]) / span if span else 1.0]),
        "pc": np.eye(1),
        "axes": [name],
        "units": [unit],
        "pixelvalues": pixels,
        "worldvalues": worlds,
    }


def _labels(kind: str, title: str, names: Sequence[str], codes: dict[str, int]) -> Record:
    return {
        "axes": [title],
        kind: list(names),
        "crval": np.array([codes[names[0]]], float),
        "crpix": np.zeros(1),
        "cdelt": np.ones(1),
        "pc": np.eye(1),
    }


def stokes_record(names: Sequence[str]) -> Record:
    """Return the record of an axis of polarisation products.

    Examples
    --------
    >>> stokes_record(["I", "V"])["crval"]
    array([1.])
    """
    return _labels("stokes", "Stokes", names, STOKES_CODES)


def quality_record(names: Sequence[str] = ("DATA", "ERROR")) -> Record:
    """Return the record of an axis of data and their errors."""
    return _labels("quality", "Quality", names, QUALITY_CODES)


def linear_record(
    *,
    names: Sequence[str],
    units: Sequence[str],
    crval: Sequence[float],
    cdelt: Sequence[float],
    crpix: Sequence[float],
    pc: Any = None,
) -> Record:
    """Return the record of linear axes, fastest axis first."""
    return {
        "crval": np.array(crval, float),
        "crpix": np.array(crpix, float),
        "cdelt": np.array(cdelt, float),
        "pc": np.eye(len(names)) if pc is None else np.array(pc, float),
        "axes": list(names),
        "units": list(units),
    }
