"""What the browser must know to turn pixels of the picture into positions by itself.

The readout and the grid follow the pointer without asking the kernel. For the projections that
the browser knows it gets their parameters; for the others, unit vectors on a mesh over the
picture, between which it interpolates.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from jupimage.coordinates import directioncoordinate
from jupimage.coordinates.frames import EQUATORIAL
from jupimage.coordinates.units import degrees
from jupimage.display.plane import Plane
from jupimage.errors import CoordinateError
from jupimage.formats import Opened

__all__ = ["describe_geometry"]

# Those of js/src/sky.ts.
BROWSER_PROJECTIONS = frozenset(
    {"SIN", "TAN", "ARC", "STG", "ZEA", "CAR", "CEA", "MER", "SFL", "GLS", "AIT", "MOL"}
)

_MESH = 49
_TABLE = 257


def describe_geometry(opened: Opened, plane: Plane) -> dict[str, Any]:
    """Return the trait ``geometry`` of a canvas: plain JSON types, x before y.

    Parameters
    ----------
    opened
        The image.
    plane
        Which two axes are shown, and where on the others.
    """
    width, height = plane.size(opened.lattice.shape)
    axes = opened.coordinates.axes()
    shown = [axes[plane.x_axis], axes[plane.y_axis] if plane.y_axis >= 0 else None]
    names = [{"name": a.name, "unit": a.unit} if a else {"name": "", "unit": ""} for a in shown]
    sky = _sky(opened, plane)
    return {
        "width": width,
        "height": height,
        "x": names[0],
        "y": names[1],
        "sky": sky if sky and sky["projection"] in BROWSER_PROJECTIONS else None,
        "mesh": _mesh(opened, plane, sky) if sky else None,
        "axes": None
        if sky
        else [_table(opened, plane, axis) for axis in (plane.x_axis, plane.y_axis)],
        "beam": _beam(opened) if sky else None,
        "unit": opened.unit,
        "title": str(opened.imageinfo.get("objectname", "")).strip()[:200],
        "complex": opened.lattice.dtype.kind == "c",
    }


def _sky(opened: Opened, plane: Plane) -> dict[str, Any] | None:
    """Return the state of the direction coordinate if both its axes are the picture."""
    direction = opened.coordinates.direction_axes()
    if direction is None or set(direction) != {plane.x_axis, plane.y_axis}:
        return None
    coordinate = next(c for c in opened.coordinates if isinstance(c, directioncoordinate))
    state = coordinate.sky_state()
    # Shown in another frame than that of the projection: only the kernel can convert.
    return {**(state or _converted(opened, direction)), "swapped": direction[0] == plane.y_axis}


def _converted(opened: Opened, direction: tuple[int, int]) -> dict[str, Any]:
    """Return what the browser must know of a sky that it cannot compute by itself."""
    longitude = opened.coordinates.axes()[direction[0]]
    return {
        "projection": "",
        "frame": longitude.frame,
        "sexagesimal": longitude.frame in EQUATORIAL,
        "reference_longitude": longitude.reference_value * degrees(longitude.unit),
    }


def _mesh(opened: Opened, plane: Plane, sky: dict[str, Any]) -> dict[str, Any] | None:
    """Return unit vectors of the sky on a mesh over the picture, if the browser needs them."""
    if sky["projection"] in BROWSER_PROJECTIONS:
        return None
    width, height = plane.size(opened.lattice.shape)
    nx, ny = (min(_MESH, n + 1) for n in (width, height))
    dx, dy = width / (nx - 1), height / (ny - 1)
    y, x = np.indices((ny, nx)) * np.array([dy, dx])[:, None, None] - 0.5
    pixels = _pixels(opened, plane, x, y)
    world = opened.coordinates.toworld(pixels)
    axes = opened.coordinates.axes()
    direction = opened.coordinates.direction_axes()
    assert direction is not None
    units = [axes[axis].unit for axis in direction]
    longitude, latitude = (
        np.radians(world[..., axes[axis].world] * degrees(unit))
        for axis, unit in zip(direction, units, strict=True)
    )
    xyz = np.stack(
        [
            np.cos(latitude) * np.cos(longitude),
            np.cos(latitude) * np.sin(longitude),
            np.sin(latitude),
        ],
        axis=-1,
    ).ravel()
    return {
        "nx": nx,
        "ny": ny,
        "x0": -0.5,
        "dx": dx,
        "y0": -0.5,
        "dy": dy,
        "xyz": [float(v) if np.isfinite(v) else None for v in xyz],
        "frame": sky["frame"],
        "sexagesimal": sky["sexagesimal"],
        "reference_longitude": sky["reference_longitude"],
        "swapped": sky["swapped"],
    }


def _pixels(opened: Opened, plane: Plane, x: Any, y: Any) -> Any:
    pixels = np.empty((*np.shape(x), len(opened.lattice.shape)))
    pixels[...] = [0 if index is None else index for index in plane.position]
    pixels[..., plane.x_axis] = x
    if plane.y_axis >= 0:
        pixels[..., plane.y_axis] = y
    return pixels


def _table(opened: Opened, plane: Plane, axis: int) -> dict[str, Any]:
    """Return the world values along one shown axis, for interpolation between them."""
    if axis < 0:
        return {"name": "", "unit": "", "pixel": [], "world": [], "labels": []}
    about = opened.coordinates.axes()[axis]
    length = opened.lattice.shape[axis]
    count = min(length, _TABLE) if length > 1 else 1
    along = np.linspace(0, length - 1, count)
    if about.labels:
        along = np.round(along)
    at = [
        along if a == axis else np.full(count, 0.0 if i is None else i)
        for a, i in enumerate(plane.position)
    ]
    world = opened.coordinates.toworld(np.stack(at, axis=-1))[:, about.world]
    known = np.isfinite(world)
    return {
        "name": about.name,
        "unit": about.unit,
        "pixel": along[known].tolist(),
        "world": world[known].tolist(),
        "labels": list(about.labels),
    }


def _beam(opened: Opened) -> dict[str, float] | None:
    """Return the restoring beam: major and minor axis in arcsec, angle in degrees."""
    beam = opened.imageinfo.get("restoringbeam")
    if not beam:
        return None
    try:
        major, minor, angle = (
            beam[key]["value"] * degrees(beam[key]["unit"])
            for key in ("major", "minor", "positionangle")
        )
    except (KeyError, TypeError, CoordinateError):
        return None
    return {"major": major * 3600, "minor": minor * 3600, "angle": angle}
