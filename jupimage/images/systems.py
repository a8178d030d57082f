"""Coordinate systems that users hand in, checked before an image takes them over."""

from __future__ import annotations

from typing import Any

import numpy as np

from jupimage.coordinates import coordinatesystem, default_system
from jupimage.errors import CoordinateError, ImageError

__all__ = ["checked_system", "record_of"]


class NoSystemError(CoordinateError, AttributeError):
    """Something that is no coordinate system was given for one."""


def record_of(coordsys: Any) -> dict[str, Any]:
    """Return the record of a coordinate system, ours or casacore's.

    Raises
    ------
    NoSystemError
        If it is something else; the error is an `AttributeError` too, as in casacore.
    """
    if not callable(getattr(coordsys, "dict", None)):
        raise NoSystemError(
            "coordsys must be a coordinate system, which has a method dict(), "
            f"got {type(coordsys).__name__}"
        )
    record: dict[str, Any] = coordsys.dict()
    return record


def checked_system(coordsys: Any, shape: tuple[int, ...]) -> coordinatesystem:
    """Return a copy of a coordinate system that fits an image and works; the default for None.

    Raises
    ------
    CoordinateError
        If it has not as many pixel axes as the image, or gives no world coordinates.
    """
    if coordsys is None:
        return default_system(shape)
    system = coordinatesystem(record_of(coordsys)).copy()
    _spell(system.dict())
    if system.ndim != len(shape):
        raise CoordinateError(
            f"a coordinate system of {system.ndim} pixel axes was given for {len(shape)} axes"
        )
    try:
        system.toworld(np.zeros((1, len(shape))))
    except ImageError:
        raise
    except Exception as error:
        raise CoordinateError(f"the coordinate system does not work: {error}") from error
    return system


def _spell(record: dict[str, Any]) -> None:
    """Write names of frames as casacore does, and refuse projections that it would not find."""
    for key, part in record.items():
        if not isinstance(part, dict):
            continue
        if key.startswith(("direction", "spectral")):
            for name in ("system", "conversionSystem"):
                if isinstance(part.get(name), str) and part[name] != "Undefined":
                    part[name] = part[name].strip().upper()
        code = part.get("projection")
        if key.startswith("direction") and isinstance(code, str) and code != code.strip().upper():
            raise CoordinateError(f"a projection is written {code.strip().upper()!r}, got {code!r}")
