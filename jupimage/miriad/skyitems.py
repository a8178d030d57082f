"""A direction coordinate as items of a Miriad image.

Miriad has pairs of celestial axes in rad, a projection without parameters (the slant of NCP
follows from the reference point), and one angle between sky and pixels. Whether that says what
the coordinate says is found out by reading the items back and comparing positions.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.coordinates.direction import DirectionTransform
from jupimage.coordinates.record import Entry, Record, entries
from jupimage.coordinates.units import degrees
from jupimage.errors import CoordinateError
from jupimage.miriad.coordinates import read_coordinates
from jupimage.miriad.header import Header
from jupimage.miriad.items import encode_item

__all__ = ["sky_items"]

Array = NDArray[np.float64]
Items = dict[str, Any]

_FRAMES: dict[str, tuple[str, str, Items]] = {
    "J2000": ("RA", "DEC", {"epoch": 2000.0}),
    "ICRS": ("RA", "DEC", {"epoch": 2000.0, "radesys": "ICRS"}),
    "B1950": ("RA", "DEC", {"epoch": 1950.0}),
    "GALACTIC": ("GLON", "GLAT", {"epoch": 2000.0}),
    "ECLIPTIC": ("ELON", "ELAT", {"epoch": 2000.0}),
    "SUPERGAL": ("SLON", "SLAT", {"epoch": 2000.0}),
}

_SAME = 1e-10  # rad


def sky_items(entry: Entry, lengths: tuple[int, ...]) -> tuple[Items, list[str], str]:
    """Return the items of a direction, phrases for what they lose, and why there are none.

    Parameters
    ----------
    entry
        The direction, with both its axes.
    lengths
        Of all axes of the image, fastest first.
    """
    record = entry.record
    losses = []
    frame = str(record["system"])
    if str(record.get("conversionSystem") or frame) != frame:
        losses.append(f"that positions are shown in {record['conversionSystem']}")
    if "distortion" in record:
        losses.append("the distortion of the sky coordinates")
    if frame == "B1950_VLA":
        losses.append("the frame B1950_VLA, which becomes B1950")
        frame = "B1950"
    if frame not in _FRAMES:
        return {}, losses, f"frame {frame}"
    code = _projection(record)
    if not code:
        return {}, losses, f"projection {record['projection']} with parameters"
    longitude, latitude, items = _FRAMES[frame]
    items = dict(items)
    cdelt, rotation = _rotation(record)
    if rotation:
        items["llrot"] = rotation
    crval = np.asarray(record["crval"], float) * _scales(record)
    for own, name in enumerate((longitude, latitude)):
        axis = entry.pixelmap[own] + 1
        items[f"ctype{axis}"] = f"{name:-<4}-{code}"
        items[f"crval{axis}"] = float(crval[own])
        items[f"cdelt{axis}"] = float(cdelt[own])
        items[f"crpix{axis}"] = float(np.asarray(record["crpix"], float)[own] + 1)
    if not _says_the_same(items, entry, lengths):
        return {}, losses, "poles or a matrix that Miriad does not have"
    return items, losses, ""


def _scales(record: Record) -> Array:
    """Return the size of the units of longitude and latitude in rad."""
    return np.array(
        [1.0 if unit == "rad" else math.radians(degrees(str(unit))) for unit in record["units"]]
    )


def _projection(record: Record) -> str:
    """Return the code of a projection without parameters, empty if there is none."""
    code = str(record["projection"]).strip().upper()
    parameters = [float(value) for value in np.ravel(record.get("projection_parameters", ()))]
    if code == "SIN" and any(parameters):
        return "NCP"  # or nothing, as reading it back will show
    if code == "SFL" and any(parameters):
        return "GLS"
    if code == "GLS":
        return "SFL"
    usual = {"CEA": [1.0], "HPX": [4.0, 3.0]}.get(code)
    return code if not any(parameters) or parameters == usual or code == "NCP" else ""


def _rotation(record: Record) -> tuple[Array, float]:
    """Return the increments in rad and the angle by which the sky is turned, as near as can be."""
    cdelt = np.asarray(record["cdelt"], float) * _scales(record)
    pc = np.asarray(record["pc"], float)
    if np.array_equal(pc, np.eye(2)):
        return cdelt, 0.0
    cd = cdelt[:, None] * pc
    lengths = np.hypot(cd[0], cd[1]) * np.sign(cdelt)
    return lengths, math.atan2(cd[1, 0] / lengths[0], cd[0, 0] / lengths[0])


def _says_the_same(items: Items, entry: Entry, lengths: tuple[int, ...]) -> bool:
    """Read items back and compare positions in the corners and the middle of the image."""
    header = Header({name: encode_item(value) for name, value in items.items()})
    read = entries(read_coordinates(header, lengths[::-1]).dict())
    if read[0].kind != "direction" or read[0].pixelmap != entry.pixelmap:
        return False
    width, height = (lengths[axis] - 1 for axis in entry.pixelmap)
    pixels = np.array(
        [(0, 0), (width, 0), (0, height), (width, height), (width / 2, height / 3)], float
    )
    original = {**entry.record, "conversionSystem": entry.record["system"], "distortion": None}
    try:
        wanted, got = (
            _vectors(DirectionTransform(record).toworld(pixels) * _scales(record))
            for record in (original, read[0].record)
        )
    except CoordinateError:
        return False
    return bool(
        np.array_equal(np.isnan(wanted), np.isnan(got)) and not np.any(np.abs(wanted - got) > _SAME)
    )


def _vectors(lonlat: Array) -> Array:
    lon, lat = lonlat.T
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
