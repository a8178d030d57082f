"""Systems whose positions are given in other frames than those they were made in.

Nothing of an image moves: the projection stays in its sky frame and channels keep their
frequencies. Only the numbers that `toworld` gives and `topixel` takes are those of the frames
asked for. What a change of the velocity frame needs (direction, place and time) is taken from
the rest of the system.
"""

from __future__ import annotations

import copy
from typing import Any

import numpy as np

from jupimage.coordinates.damage import reads_record
from jupimage.coordinates.direction import DirectionTransform
from jupimage.coordinates.doppler import velocity_frame
from jupimage.coordinates.frames import sky_frame
from jupimage.coordinates.measures import position_measure
from jupimage.coordinates.record import Record, entries, measure, no_conversion
from jupimage.coordinates.spectral import SpectralTransform
from jupimage.errors import CoordinateError

__all__ = ["convert_record", "viewpoint"]


@reads_record
def convert_record(
    system: Record, *, sky: str | None = None, velocity: str | None = None
) -> Record:
    """Return a copy of a record whose positions are given in other frames.

    Parameters
    ----------
    system
        The record.
    sky, velocity
        The frames wanted, None for those there are.

    Raises
    ------
    CoordinateError
        If there is no such coordinate, or a conversion is not possible.
    """
    result = copy.deepcopy(system)
    for kind, frame in (("direction", sky), ("spectral", velocity)):
        records = [entry.record for entry in entries(result) if entry.kind == kind]
        if frame is None:
            continue
        if not records:
            raise CoordinateError(f"there is no {kind} coordinate to be shown in {frame!r}")
        for record in records:
            if kind == "direction":
                record["conversionSystem"] = sky_frame(frame)
                DirectionTransform(record)
            else:
                _show_velocity(record, velocity_frame(frame), result)
    return result


def _show_velocity(record: Record, frame: str, system: Record) -> None:
    own = velocity_frame(record.get("system", "Undefined"))
    conversion: Record = record.setdefault("conversion", no_conversion(own))
    conversion["system"] = frame
    if frame != own:
        conversion.update(viewpoint(system))
    SpectralTransform(record)


def viewpoint(system: Record) -> Record:
    """Return where the source is, and whence and when it was observed, as far as is known.

    The direction is the reference pixel of the sky, or the pointing centre where there is none.
    """
    found: dict[str, Any] = {}
    direction = _direction(system)
    if direction is not None:
        found["direction"] = direction
    place = system.get("telescopeposition")
    if not isinstance(place, dict):
        try:
            place = position_measure(str(system.get("telescope", "")))
        except CoordinateError:
            place = None
    if place is not None:
        found["position"] = place
    if isinstance(system.get("obsdate"), dict):
        found["epoch"] = system["obsdate"]
    return copy.deepcopy(found)


def _direction(system: Record) -> Record | None:
    for entry in entries(system):
        if entry.kind == "direction":
            own = {**entry.record, "conversionSystem": entry.record["system"]}
            sky = DirectionTransform(own)
            lonlat = np.asarray(sky.position(np.asarray(own["crpix"], float).tolist()))
            lon, lat = (float(angle) for angle in lonlat * sky.degrees_per_unit)
            return measure("direction", sky.system, (lon, "deg"), (lat, "deg"))
    pointing = system.get("pointingcenter")
    if isinstance(pointing, dict) and not pointing.get("initial", True):
        lon, lat = (float(angle) for angle in np.ravel(pointing["value"]))
        return measure("direction", "J2000", (lon, "rad"), (lat, "rad"))
    return None
