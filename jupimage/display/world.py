"""World values anywhere in a plane, and what its two axes are called.

A `PlaneWorld` hides the axes that are not shown, the order of the world vector and the units
of the record: pictures ask it for degrees, or for what a `Ruler` shows, at pixel positions.
Coordinates that cannot answer (a broken system, an axis that does not vary) are replaced by
pixel numbers, so that every plane has axes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from jupimage.display.plane import Plane
from jupimage.display.ticks import Ruler, angle_ruler, number_ruler
from jupimage.display.words import LOOKUP_ERRORS, clean
from jupimage.errors import ImageError

if TYPE_CHECKING:
    from jupimage.coordinates import Axis, coordinatesystem

__all__ = ["PlaneWorld", "Scale", "angle_scale"]

Floats = NDArray[np.float64]

_FRAMES = {"GALACTIC": "Galactic", "SUPERGAL": "Supergalactic", "ECLIPTIC": "Ecliptic"}
_UNKNOWN = ("", "??", "Undefined", "UNKNOWN", "LINEAR")


class Scale:
    """One shown axis: its world values in a plane, its ruler and its title.

    Parameters
    ----------
    name, ruler
        What to call it, and how it is divided.
    labels
        Names of the pixels (Stokes parameters); empty for an axis with numbers.
    frame
        Reference frame, or an empty text.
    """

    def __init__(
        self, name: str, ruler: Ruler, *, labels: tuple[str, ...] = (), frame: str = ""
    ) -> None:
        self.name = name
        self.ruler = ruler
        self.labels = labels
        self.frame = frame

    @property
    def title(self) -> str:
        """Name, unit and frame, as written beside the axis."""
        name = clean(self.name, 40)
        name = f"{_FRAMES[self.frame]} {name.lower()}" if self.frame in _FRAMES else name
        frame = "" if self.frame in _FRAMES or self.frame in _UNKNOWN else self.frame
        inside = ", ".join(clean(part, 24) for part in (self.ruler.unit, frame) if part)
        return f"{name} ({inside})" if inside else name


class PlaneWorld:
    """Coordinates of a plane.

    Parameters
    ----------
    system
        Coordinates of the image, or None.
    plane
        The plane shown.
    extent
        Edges of what is shown, as ``(x0, y0, x1, y1)`` in pixel coordinates.
    cell
        Image pixels that one pixel read stands for, along x and y.
    """

    def __init__(
        self,
        system: coordinatesystem | None,
        plane: Plane,
        extent: tuple[float, ...],
        *,
        cell: tuple[float, ...] = (1.0, 1.0),
    ) -> None:
        self.plane = plane
        self.extent = extent
        self.cell = cell
        self._system = system
        self._columns: list[int] = [-1, -1]
        self.sky: tuple[int, int] | None = None
        self.x = self._scale(0, plane.x_axis)
        self.y = self._scale(1, plane.y_axis)
        self._find_sky()

    def turned(self) -> PlaneWorld:
        """Return the same coordinates with x and y exchanged."""
        x0, y0, x1, y1 = self.extent
        plane = Plane(self.plane.y_axis, self.plane.x_axis, self.plane.position)
        return PlaneWorld(self._system, plane, (y0, x0, y1, x1), cell=self.cell[::-1])

    def at(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Return what the two rulers show at pixel positions; NaN where there is no answer."""
        x, y = np.broadcast_arrays(np.asarray(x, float), np.asarray(y, float))
        answers: list[Floats] = [x, y]
        if max(self._columns) >= 0:
            world = self._world(x, y)
            for which, (column, scale) in enumerate(
                zip(self._columns, (self.x, self.y), strict=True)
            ):
                if column >= 0:
                    answers[which] = world[..., column] * scale.ruler.scale
        return answers[0], answers[1]

    def _world(self, x: Floats, y: Floats) -> Floats:
        assert self._system is not None
        pixel = np.empty((*x.shape, len(self.plane.position)))
        for axis, index in enumerate(self.plane.position):
            if index is not None:
                pixel[..., axis] = index
        pixel[..., self.plane.x_axis] = x
        if self.plane.y_axis >= 0:
            pixel[..., self.plane.y_axis] = y
        flat = np.asarray(self._system.toworld(pixel.reshape(-1, pixel.shape[-1])), float)
        return flat.reshape(*x.shape, -1)

    def _scale(self, which: int, axis: int) -> Scale:
        about = self._axis(axis)
        if about is None or about.world < 0:
            return Scale("Pixel" if axis < 0 else f"Axis {axis} (pixels)", Ruler("number"))
        if about.labels:
            return Scale(about.name or "Stokes", Ruler("number"), labels=about.labels)
        self._columns[which] = about.world
        try:
            low, high, varies = self._span(which, about)
        except LOOKUP_ERRORS:
            varies = False
        if not varies:
            self._columns[which] = -1
            return Scale(f"{about.name or f'Axis {axis}'} (pixels)", Ruler("number"))
        scale = angle_scale(about)
        if about.kind == "direction" and scale is not None:
            ruler = angle_ruler(
                longitude=about.part == 0, equatorial=_equatorial(about), scale=scale
            )
        else:
            ruler = number_ruler(low, high, about.unit)
        return Scale(about.name or f"Axis {axis}", ruler, frame=about.frame)

    def _axis(self, axis: int) -> Axis | None:
        if self._system is None or axis < 0:
            return None
        try:
            return self._system.axes()[axis]
        except LOOKUP_ERRORS:
            return None

    def _span(self, which: int, about: Axis) -> tuple[float, float, bool]:
        """Range of the world value over the plane, and whether it varies."""
        x0, y0, x1, y1 = self.extent
        x, y = np.meshgrid(np.linspace(x0, x1, 9), np.linspace(y0, y1, 9))
        world = self._world(x, y)[..., about.world]
        finite = world[np.isfinite(world)]
        if finite.size < 2:
            return 0.0, 0.0, False
        low, high = float(finite.min()), float(finite.max())
        return low, high, high - low > 1e-14 * max(abs(low), abs(high))

    def _find_sky(self) -> None:
        """Note which of x and y are longitude and latitude of one direction."""
        axes = [self._axis(axis) for axis in (self.plane.x_axis, self.plane.y_axis)]
        if min(self._columns) < 0 or self._system is None:
            return
        if all(about is not None and about.kind == "direction" for about in axes):
            self.sky = (0, 1) if axes[0] is not None and axes[0].part == 0 else (1, 0)


def _equatorial(about: Axis) -> bool:
    from jupimage.coordinates.frames import EQUATORIAL

    return about.frame in EQUATORIAL


def angle_scale(about: Axis) -> float | None:
    """Degrees in a unit of the axis, or None if it is not one of angle."""
    from jupimage.coordinates.units import degrees

    try:
        return degrees(about.unit)
    except ImageError:
        return None
