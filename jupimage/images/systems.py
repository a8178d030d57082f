"""Coordinate systems that users hand in, checked before an image takes them over."""

from __future__ import annotations

from typing import Any

import numpy as np

from jupimage.coordinates import coordinatesystem, default_system
from jupimage.errors import CoordinateError, ImageError

__all__ = ["checked_system"]


def checked_system(coordsys: Any, shape: tuple[int, ...]) -> coordinatesystem:
    """Return a copy of a coordinate system that fits an image and works; the default for None.

    Raises
    ------
    CoordinateError
        If it has not as many pixel axes as the image, or gives no world coordinates.
    """
    if coordsys is None:
        return default_system(shape)
    system = coordinatesystem(coordsys.dict()).copy()
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
