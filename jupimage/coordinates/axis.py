"""What one pixel axis of an image is, in one flat value for tables, labels and pictures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from jupimage.coordinates.damage import reads_record
from jupimage.coordinates.record import Entry
from jupimage.coordinates.spectral import linear_part

__all__ = ["Axis", "describe"]


@dataclass(frozen=True, slots=True)
class Axis:
    """One pixel axis of an image.

    Parameters
    ----------
    kind
        ``direction``, ``spectral``, ``stokes``, ``linear``, ``tabular`` or ``quality``.
    name
        ``Right Ascension``, ``Frequency``...
    part
        Which axis of its coordinate it is: 0 longitude, 1 latitude; 0 for most others.
    world
        Place of its value in world vectors (slowest first); -1 if it was removed.
    unit
        Unit of the world value.
    reference_pixel, reference_value, increment
        The linear part of the axis.
    frame
        Sky or velocity frame of the world value, or "".
    projection
        Code of the projection of a direction, or "".
    labels
        Names of the pixels of a Stokes or quality axis, else empty.
    """

    kind: str
    name: str
    part: int
    world: int
    unit: str
    reference_pixel: float
    reference_value: float
    increment: float
    frame: str
    projection: str
    labels: tuple[str, ...]


@reads_record
def describe(entry: Entry, part: int, world: int, *, pixel: int | None = None) -> Axis:
    """Return what an axis of a coordinate is.

    Parameters
    ----------
    entry
        The coordinate.
    part
        Which of its world axes.
    world
        Place of its value in world vectors.
    pixel
        Which of its pixel axes, if that is not the one of the same number.
    """
    record, kind = entry.record, entry.kind
    own = part if pixel is None else pixel
    frame = projection = ""
    if kind == "spectral":
        reference = linear_part(record)
        name, unit = str(record.get("name", "Frequency")), str(record.get("unit", "Hz"))
        if "wcs" not in record:
            unit = str(record["tabular"]["units"][0])
        frame = str((record.get("conversion") or {}).get("system") or record.get("system", ""))
    else:
        crpix, crval, cdelt = (
            float(np.ravel(record[key])[i]) if key in record else default
            for key, i, default in (
                ("crpix", own, 0.0),
                ("crval", part, 0.0),
                ("cdelt", part, 1.0),
            )
        )
        reference = crpix, crval, cdelt
        name = str(record["axes"][part]) if "axes" in record else kind.capitalize()
        unit = str(record["units"][part]) if "units" in record else ""
    if kind == "direction":
        frame = str(record.get("conversionSystem") or record.get("system", ""))
        projection = str(record.get("projection", ""))
    labels = tuple(str(label) for label in record.get(kind, ())) if kind in LABELLED else ()
    return Axis(kind, name, part, world, unit, *reference, frame, projection, labels)


LABELLED = frozenset({"stokes", "quality"})
"""Kinds whose pixels have names; the record holds them under the name of the kind."""
