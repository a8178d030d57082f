"""Records that casacore's paged images and HDF5 images have in common, besides coordinates.

What a reader finds may lack fields, spell types in another case or hold integers of another
size; what goes on from here is in one form. None of these functions knows a file: their errors
say which field is wrong, and the caller adds where.

- `imageinfo_from_record`, `imageinfo_to_record`: type of image, object, beams;
- `unit_from_field`: the brightness unit.

Coordinate systems are in `jupimage.formats.coordinaterecords`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from jupimage.errors import ArgumentError, FormatError
from jupimage.formats.fields import Fields

__all__ = [
    "IMAGE_TYPES",
    "imageinfo_from_record",
    "imageinfo_to_record",
    "unit_from_field",
]

IMAGE_TYPES = (
    "Undefined", "Intensity", "Beam", "Column Density", "Depolarization Ratio",
    "Kinetic Temperature", "Magnetic Field", "Optical Depth", "Rotation Measure",
    "Rotational Temperature", "Spectral Index", "Velocity", "Velocity Dispersion",
)  # fmt: skip
"""What the pixels of an image can be; they are compared without regard to capitals."""

MOST_BEAMS = 10_000_000

_PARTS = ("major", "minor", "positionangle")
_ANGLES = {
    "deg": 1.0,
    "rad": 180 / math.pi,
    "arcmin": 1 / 60,
    "'": 1 / 60,
    "arcsec": 1 / 3600,
    '"': 1 / 3600,
    "''": 1 / 3600,
    "as": 1 / 3600,
}
_PREFIXES = {"m": 1e-3, "u": 1e-6, "n": 1e-9, "p": 1e-12, "c": 1e-2, "k": 1e3}


def imageinfo_from_record(record: Any) -> dict[str, Any]:
    """Return image information in full: defaults filled in, types spelled as usual.

    Parameters
    ----------
    record
        The stored record; anything else counts as an empty one, as for a file without it.

    Raises
    ------
    FormatError
        If a beam is incomplete, or its minor axis is longer than its major axis.

    Examples
    --------
    >>> imageinfo_from_record({"imagetype": "OPTICAL DEPTH"})
    {'imagetype': 'Optical Depth', 'objectname': ''}
    """
    fields = Fields(record if isinstance(record, Mapping) else {}, "imageinfo")
    given = fields.text("imagetype", "").strip().casefold()
    found = next((name for name in IMAGE_TYPES if name.casefold() == given), "Intensity")
    info: dict[str, Any] = {"imagetype": found, "objectname": fields.text("objectname", "")}
    if "restoringbeam" in fields:
        beam = fields.fields("restoringbeam")
        # Old records hold the beam in a record of the same name.
        info["restoringbeam"] = _beam(
            beam.fields("restoringbeam") if "restoringbeam" in beam else beam
        )
    if "perplanebeams" in fields:
        info["perplanebeams"] = _beams(fields.fields("perplanebeams"))
    return info


def imageinfo_to_record(info: Mapping[str, Any]) -> dict[str, Any]:
    """Return the record to store, its counts as uInt and its values as double.

    Raises
    ------
    ArgumentError
        If `info` is not image information.

    Examples
    --------
    >>> imageinfo_to_record({"objectname": "3C 48"})
    {'imagetype': 'Intensity', 'objectname': '3C 48'}
    """
    kind = info.get("imagetype", "Intensity")
    if str(kind).casefold() not in {name.casefold() for name in IMAGE_TYPES}:
        raise ArgumentError(f"imagetype is one of {', '.join(IMAGE_TYPES)}, got {kind!r:.60}")
    if not isinstance(info.get("objectname", ""), str):
        raise ArgumentError(f"objectname is a string, got {info['objectname']!r:.60}")
    try:
        record = imageinfo_from_record(info)
    except FormatError as error:
        raise ArgumentError(str(error)) from error
    beams = record.get("perplanebeams", {})
    for count in ("nChannels", "nStokes"):
        if count in beams:
            beams[count] = np.uint32(beams[count])
    return record


def unit_from_field(value: Any) -> str:
    """Return the brightness unit of a field ``units``; empty for one that is missing or no text.

    Examples
    --------
    >>> unit_from_field("Jy/beam"), unit_from_field(None)
    ('Jy/beam', '')
    """
    return str(value) if isinstance(value, str) else ""


def _beams(fields: Fields) -> dict[str, Any]:
    counts = {name: fields.integer(name) for name in ("nChannels", "nStokes")}
    if min(counts.values()) < 0:
        raise FormatError(f"{fields.where}: wanted counts of beams, got {counts}")
    count = max(1, counts["nChannels"]) * max(1, counts["nStokes"])
    if count > MOST_BEAMS:
        raise FormatError(f"{fields.where}: wanted at most {MOST_BEAMS} beams, got {count}")
    return {
        **counts,
        **{name: _beam(fields.fields(name)) for name in (f"*{n}" for n in range(count))},
    }


def _beam(fields: Fields) -> dict[str, Any]:
    beam = {part: fields.quantity(part) for part in _PARTS}
    for part in _PARTS:
        if not _degrees(beam[part]["unit"]):
            fields.fail(part, "an angle")
    major, minor = (beam[part]["value"] * _degrees(beam[part]["unit"]) for part in _PARTS[:2])
    # Written in two units, equal axes may differ in the last digit.
    if not 0 <= minor <= major * (1 + 1e-12):
        raise FormatError(
            f"{fields.where}: wanted a major axis no shorter than the minor one, "
            f"got {beam['major']} and {beam['minor']}"
        )
    return beam


def _degrees(unit: str) -> float:
    """Return the size of a unit of angle in degrees, 0 if it is none."""
    if unit in _ANGLES:
        return _ANGLES[unit]
    return _PREFIXES.get(unit[:1], 0.0) * _ANGLES.get(unit[1:], 0.0)
