"""From one velocity frame to another for a whole image: where it looks, from where, and when."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from jupimage.compute.regridmapping import native
from jupimage.coordinates.direction import DirectionTransform
from jupimage.coordinates.doppler import frame_factor
from jupimage.coordinates.observatories import observatory
from jupimage.coordinates.record import Record, entries, measure
from jupimage.errors import CoordinateError

__all__ = ["doppler_factor"]

_FIXED = ("REST", "Undefined", "")


def doppler_factor(new: Record, old: Record, system: Record) -> float:
    """Return what to multiply frequencies of a new axis with, to have them in the old frame.

    The direction is that of the image's reference pixel; date and telescope are the image's.
    They are needed only if the frames differ.

    Parameters
    ----------
    new, old
        Records of the spectral coordinates.
    system
        Record of the image's coordinates.

    Raises
    ------
    CoordinateError
        If the frames differ, and there is no direction, date or telescope to convert with.
    """
    source, target = str(new.get("system", "")), str(old.get("system", ""))
    if source == target:
        return 1.0
    if source in _FIXED or target in _FIXED:
        warnings.warn(
            f"frequencies in the frames {source!r} and {target!r} cannot be converted: they are "
            "taken as they are",
            stacklevel=2,
        )
        return 1.0
    conversion: dict[str, Any] = {"direction": _direction(system, source, target)}
    if {"GEO", "TOPO"} & {source, target}:
        conversion["epoch"] = system.get("obsdate") or {}
    if "TOPO" in (source, target):
        conversion["position"] = _position(system, source, target)
    elif "GEO" in (source, target):
        conversion["position"] = measure("position", "ITRF", (0.0, "rad"), (0.0, "rad"), (0.0, "m"))
    return frame_factor(source, target, conversion)


def _direction(system: Record, source: str, target: str) -> Record:
    for entry in entries(system):
        if entry.kind == "direction":
            record = native("direction", entry.record)
            sky = DirectionTransform(record)
            lonlat = np.asarray(sky.position(tuple(np.asarray(record["crpix"], float))))
            lonlat = lonlat * sky.degrees_per_unit
            return measure(
                "direction", sky.system, (float(lonlat[0]), "deg"), (float(lonlat[1]), "deg")
            )
    raise CoordinateError(
        f"to convert frequencies from {source} to {target} the image needs a direction "
        "coordinate; refchange=False takes them as they are"
    )


def _position(system: Record, source: str, target: str) -> Record:
    stored = system.get("telescopeposition")
    if isinstance(stored, dict):
        return stored
    name = str(system.get("telescope", ""))
    place = observatory(name)
    if place is None:
        raise CoordinateError(
            f"to convert frequencies from {source} to {target} the image needs a telescope whose "
            f"position is known, got {name!r}; refchange=False takes them as they are"
        )
    return measure("position", "ITRF", (place[0], "rad"), (place[1], "rad"), (place[2], "m"))
