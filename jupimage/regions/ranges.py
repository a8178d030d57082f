"""Specs of straight pieces of any axes: a range of one, a box of all of them.

Both ends belong, as they do to casacore's corners; a pixel does if its centre lies between them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from jupimage.errors import ArgumentError, CoordinateError
from jupimage.lattice.box import Box
from jupimage.regions.axisvalues import (
    DOPPLER,
    AxisValue,
    axis_number,
    axis_pixel,
    axis_value,
    quantity,
)
from jupimage.regions.plane import SkyPlane
from jupimage.regions.region import PlacedRegion, Region
from jupimage.regions.shapes import between
from jupimage.regions.spec import RegionSpec
from jupimage.regions.terms import SkyPosition

if TYPE_CHECKING:
    from jupimage.coordinates import coordinatesystem

__all__ = ["Corners", "Range"]

_ANGLE = re.compile(r"\s*[-+]?\d+\s*[dh]\s*\d")
_ANGLE_UNITS = {"d": "deg", "h": "hourangle"}


def _check_doppler(doppler: str) -> None:
    if doppler not in DOPPLER:
        raise ArgumentError(f"doppler has to be one of {', '.join(DOPPLER)}, got {doppler!r:.40}")


@dataclass(frozen=True, slots=True)
class Range(RegionSpec):
    """A range of one axis, and all of the others.

    Parameters
    ----------
    axis
        Numpy number of the axis, or its kind (``'spectral'``, ``'stokes'``, ...) or name.
    low, high
        The ends, in any order: pixels counted from 0; or values with a unit as text or
        `Quantity`, on a spectral axis frequencies, velocities or wavelengths; or names of
        Stokes parameters. `high` is `low` if it is left out.
    doppler
        What velocities are: ``'radio'``, ``'optical'`` or ``'relativistic'``.

    Examples
    --------
    >>> from jupimage.coordinates import default_system
    >>> system = default_system((64, 9, 8))
    >>> Range("spectral", "1414.99 MHz", "1415.01 MHz").place(system, (64, 9, 8)).bounds
    Box(start=(22, 0, 0), stop=(43, 9, 8), step=(1, 1, 1))
    >>> Range(1, 3, 5).place(system, (64, 9, 8)).bounds
    Box(start=(0, 3, 0), stop=(64, 6, 8), step=(1, 1, 1))
    """

    axis: int | str
    low: Any
    high: Any = None
    doppler: str = "radio"

    def __post_init__(self) -> None:
        _check_doppler(self.doppler)
        if not isinstance(self.axis, str) and (
            isinstance(self.axis, bool) or not hasattr(self.axis, "__index__")
        ):
            raise ArgumentError(f"axis needs a number or a name, got {self.axis!r:.40}")
        low = axis_value(self.low, "low")
        high = low if self.high is None else axis_value(self.high, "high")
        object.__setattr__(self, "low", low)
        object.__setattr__(self, "high", high)

    def place(self, system: coordinatesystem, shape: tuple[int, ...]) -> Region:
        """Return the region of an image."""
        axis = axis_number(self.axis, system)
        ends = [
            axis_pixel(value, axis, system, doppler=self.doppler) for value in (self.low, self.high)
        ]
        (start,), (stop,) = _ends(min(ends), max(ends), shape[axis])
        low, high = [0] * len(shape), list(shape)
        low[axis], high[axis] = start, stop
        return PlacedRegion(None, Box(tuple(low), tuple(high)), shape)


def _ends(low: float, high: float, length: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    box = between(np.array([low]), np.array([high]), (length,))
    return box.start, box.stop


@dataclass(frozen=True, slots=True)
class Corners(RegionSpec):
    """The box between two corners, both included, of any number of axes.

    Parameters
    ----------
    blc, trc
        A value for each axis, slowest first, in any order of the two: as the ends of a `Range`,
        angles for the axes of the sky, or None for the end of the axis. Axes left out are
        covered whole.
    doppler
        As of a `Range`.

    Examples
    --------
    >>> from jupimage.coordinates import default_system
    >>> Corners((3, None, 2), (5, None, 4)).place(default_system((8, 9, 7)), (8, 9, 7)).bounds
    Box(start=(3, 0, 2), stop=(6, 9, 5), step=(1, 1, 1))
    """

    blc: Any
    trc: Any
    doppler: str = "radio"

    def __post_init__(self) -> None:
        _check_doppler(self.doppler)
        for name in ("blc", "trc"):
            corner = getattr(self, name)
            if not isinstance(corner, tuple | list | np.ndarray):
                raise ArgumentError(f"{name} needs a value for each axis, got {corner!r:.80}")
            values = tuple(
                None if value is None else _corner_value(value, f"{name}[{n}]")
                for n, value in enumerate(corner)
            )
            object.__setattr__(self, name, values)

    def place(self, system: coordinatesystem, shape: tuple[int, ...]) -> Region:
        """Return the region of an image."""
        low = np.array(self._pixels(self.blc, "blc", system, shape, [0.0] * len(shape)))
        ends = [float(n - 1) for n in shape]
        high = np.array(self._pixels(self.trc, "trc", system, shape, ends))
        return PlacedRegion(
            None, between(np.minimum(low, high), np.maximum(low, high), shape), shape
        )

    def _pixels(
        self,
        corner: tuple[AxisValue | None, ...],
        name: str,
        system: coordinatesystem,
        shape: tuple[int, ...],
        pixels: list[float],
    ) -> list[float]:
        if len(corner) > len(shape):
            raise ArgumentError(f"{name} has {len(corner)} values, the image has {len(shape)} axes")
        axes, sky = system.axes(), []
        for axis, value in enumerate(corner):
            if value is None:
                continue
            if isinstance(value, tuple) and axes[axis].kind == "direction":
                sky.append(axis)
            else:
                pixels[axis] = axis_pixel(value, axis, system, doppler=self.doppler)
        if sky:
            pair = system.direction_axes()
            if pair is None or set(pair) != set(sky):
                raise CoordinateError(
                    f"{name} needs both axes of the sky in world terms, got axes {sky}"
                )
            lon, lat = (_degrees(corner[axis], name) for axis in pair)
            plane = SkyPlane(system, shape)
            found = plane.pixel(SkyPosition(lon, lat), name)
            for axis, pixel in zip(plane.axes, found, strict=True):
                pixels[axis] = pixel
        return pixels


def _corner_value(value: Any, name: str) -> AxisValue:
    """Return a value of a corner; a text such as ``12h30m`` is an angle."""
    if isinstance(value, str) and _ANGLE.match(value):
        from astropy.coordinates import Angle
        from astropy.units import UnitsError

        try:
            return round(float(Angle(value).deg), 12), "deg"
        except (ValueError, UnitsError, TypeError):
            pass
    return axis_value(value, name)


def _degrees(value: Any, name: str) -> float:
    from astropy.units import UnitConversionError

    try:
        unit = _ANGLE_UNITS.get(value[1], value[1])
        return float(quantity((value[0], unit), name).to_value("deg"))
    except UnitConversionError as error:
        raise ArgumentError(f"{name} needs an angle, got {value[0]:g} {value[1]}") from error
