"""How the pixels of an image lie on the sky near its reference pixel."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from jupimage.coordinates import coordinatesystem
from jupimage.coordinates.direction import DirectionTransform
from jupimage.coordinates.record import entries
from jupimage.errors import CoordinateError

__all__ = ["pixel_area", "pixel_matrix"]

Array = NDArray[np.float64]

_STEP = 0.01  # pixels: small enough for any curvature, large enough for double precision


def pixel_matrix(system: coordinatesystem) -> Array:
    """Return how far east and north one pixel along each sky axis goes, in arcsec.

    Rows are east and north, in the frame of the projection; columns are the pixel axes of
    longitude and latitude. It is taken from the projection itself, so that turned, sheared and
    unusual ones need no thought.

    Raises
    ------
    CoordinateError
        If the image has not both axes of the sky.

    Examples
    --------
    >>> from jupimage.coordinates import default_system
    >>> pixel_matrix(default_system((64, 64))).round(3) + 0.0
    array([[-60.,   0.],
           [  0.,  60.]])
    """
    record = _direction(system)
    # in its own frame, because that is what position angles refer to
    transform = DirectionTransform({**record, "conversionSystem": str(record["system"])})
    centre = np.asarray(record["crpix"], float)
    offsets = np.array([[0, 0], [1, 0], [-1, 0], [0, 1], [0, -1]]) * _STEP
    lonlat = np.radians(transform.toworld(centre + offsets) * transform.degrees_per_unit)
    if not np.isfinite(lonlat).all():
        raise CoordinateError(f"the reference pixel {centre.tolist()} has no place on the sky")
    lon, lat = lonlat.T
    points = np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
    a, d = lon[0], lat[0]
    east = np.array([-math.sin(a), math.cos(a), 0.0])
    north = np.array([-math.sin(d) * math.cos(a), -math.sin(d) * math.sin(a), math.cos(d)])
    slopes = (points[:, 1::2] - points[:, 2::2]) / (2 * _STEP)
    matrix: Array = np.degrees(np.stack([east, north]) @ slopes) * 3600
    return matrix


def pixel_area(system: coordinatesystem) -> float:
    """Return the solid angle of a pixel at the reference pixel, in sr.

    Examples
    --------
    >>> from jupimage.coordinates import default_system
    >>> f"{pixel_area(default_system((64, 64))):.6g}"
    '8.46159e-08'
    """
    return float(abs(np.linalg.det(np.radians(pixel_matrix(system) / 3600))))


def _direction(system: coordinatesystem) -> dict[str, object]:
    for entry in entries(system.dict()):
        if entry.kind == "direction" and min(entry.pixelmap) >= 0:
            return dict(entry.record)
    names = ", ".join(axis.name for axis in system.axes())
    raise CoordinateError(f"both axes of the sky are needed, the axes here are {names}")
