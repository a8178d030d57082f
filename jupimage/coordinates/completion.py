"""Records as images keep them: with everything in them that may be left out.

A record made by hand, or changed through its coordinates, may name frames in small letters,
hold fewer parameters than its projection has, poles of another reference point, or the number
of another polarisation product. An image keeps the record that follows from it.
"""

from __future__ import annotations

import copy
from collections.abc import Callable

import numpy as np

from jupimage.coordinates.damage import reads_record
from jupimage.coordinates.direction import DirectionTransform
from jupimage.coordinates.doppler import velocity_frame
from jupimage.coordinates.frames import axis_names, sky_frame
from jupimage.coordinates.projections import projection
from jupimage.coordinates.record import Record, entries, no_conversion, observation
from jupimage.coordinates.stokes import STOKES_CODES
from jupimage.errors import CoordinateError

__all__ = ["complete"]


@reads_record
def complete(system: Record) -> Record:
    """Return a copy of a record in which nothing is left open.

    Raises
    ------
    CoordinateError
        If a coordinate cannot be used.

    Examples
    --------
    >>> from jupimage.coordinates import default_system
    >>> record = default_system((8, 8)).dict()
    >>> record["direction0"] |= {"system": "galactic", "crval": np.array([0.0, 600.0])}
    >>> done = complete(record)["direction0"]
    >>> done["system"], done["latpole"]
    ('GALACTIC', 10.0)
    """
    result = observation()
    result.update(copy.deepcopy(system))
    for entry in entries(result):
        step = _STEPS.get(entry.kind)
        if step is not None:
            step(entry.record)
        for key in ("worldmap", "worldreplace", "pixelmap", "pixelreplace"):
            name = f"{key}{entry.number}"
            dtype = np.int32 if key.endswith("map") else np.float64
            result[name] = np.array(getattr(entry, key), dtype)
    return result


def _direction(record: Record) -> None:
    own = record["system"] = sky_frame(record.get("system"))
    record["conversionSystem"] = sky_frame(record.get("conversionSystem") or own)
    record.setdefault("axes", list(axis_names(own)))
    known = projection(str(record.get("projection", "")))
    given = np.ravel(record.get("projection_parameters", ())).tolist()
    record["projection_parameters"] = np.array(known.complete(given), float)
    record["projection"] = "SFL" if known.code == "GLS" else known.code
    for key in ("crval", "cdelt", "crpix", "pc"):
        record[key] = np.array(record[key], float)
    record["longpole"], record["latpole"] = DirectionTransform(record).poles()


def _spectral(record: Record) -> None:
    own = record["system"] = velocity_frame(record.get("system", "Undefined"))
    conversion: Record = record.setdefault("conversion", no_conversion(own))
    conversion["system"] = velocity_frame(conversion.get("system") or own)
    rest = float(record.get("restfreq") or 0.0)
    record["restfreq"] = rest
    others = np.ravel(record.get("restfreqs", ())).astype(float)
    record["restfreqs"] = others if rest in others else np.array([rest])
    for key, usual in (("velType", 0), ("nativeType", 0), ("velUnit", "km/s"), ("formatUnit", "")):
        record.setdefault(key, usual)
    record["waveUnit"] = "mm"


def _stokes(record: Record) -> None:
    names = [str(name) for name in record.get("stokes", ())]
    by_capitals = {name.upper(): name for name in STOKES_CODES}
    names = [by_capitals.get(name.upper(), name) for name in names]
    if not names or any(name not in STOKES_CODES for name in names) or len(set(names)) < len(names):
        raise CoordinateError(
            f"a Stokes axis needs different names out of {', '.join(STOKES_CODES)}; got {names}"
        )
    record["stokes"] = names
    record["crval"] = np.array([STOKES_CODES[names[0]]], float)
    record["crpix"], record["cdelt"] = np.zeros(1), np.ones(1)


_STEPS: dict[str, Callable[[Record], None]] = {
    "direction": _direction,
    "spectral": _spectral,
    "stokes": _stokes,
}
