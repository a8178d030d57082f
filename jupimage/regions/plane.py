"""The axes of an image that a flat shape lies in.

A shape of two axes covers all of every other axis of an image: a circle on the sky means the same
in each channel.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from jupimage.errors import ArgumentError, CoordinateError
from jupimage.lattice.box import Box
from jupimage.regions.compound import SpreadRegion
from jupimage.regions.region import Region
from jupimage.regions.terms import Position, SkyPosition, worded

if TYPE_CHECKING:
    from jupimage.coordinates import coordinatesystem
    from jupimage.coordinates.direction import DirectionTransform

__all__ = ["SkyPlane", "pixel_axes", "pixels_of", "spread"]

Array = NDArray[np.float64]

_UNBROKEN = frozenset(
    {"SIN", "TAN", "ARC", "STG", "ZEA", "ZPN", "NCP", "CAR", "MER", "CEA", "SFL", "GLS", "AIT"}
)


def pixel_axes(
    system: coordinatesystem, shape: tuple[int, ...], axes: tuple[int, int] | None
) -> tuple[int, int]:
    """Return the numpy axes of a shape in pixel terms, the slower one first.

    Those asked for; else those of the sky; else the two fastest.

    Examples
    --------
    >>> from jupimage.coordinates import default_system
    >>> pixel_axes(default_system((8, 9, 5, 4)), (8, 9, 5, 4), None)
    (2, 3)
    """
    ndim = len(shape)
    if axes is not None:
        found = tuple(axis + ndim if axis < 0 else axis for axis in axes)
        if len(set(found)) != 2 or not all(0 <= axis < ndim for axis in found):
            raise ArgumentError(f"wanted two axes of the {ndim} of the image, got {axes}")
        return min(found), max(found)
    if ndim < 2:
        raise ArgumentError(f"a flat region needs an image of two axes, got one of {ndim}")
    sky = system.direction_axes()
    return (min(sky), max(sky)) if sky is not None else (ndim - 2, ndim - 1)


def spread(region: Region, axes: Sequence[int], shape: tuple[int, ...]) -> Region:
    """Return a region of some axes of an image, in order, repeated along all others."""
    others = tuple(axis for axis in range(len(shape)) if axis not in axes)
    if not others:
        return region
    return SpreadRegion(region, others, Box.whole(tuple(shape[axis] for axis in others)), shape)


class SkyPlane:
    """The axes of an image along which its direction changes: two, or what is left of them.

    Directions are in degrees, in the frame of the projection, whatever frame is shown.

    Parameters
    ----------
    system
        Coordinates of the image.
    shape
        Of the image.

    Raises
    ------
    CoordinateError
        If there is no direction among the coordinates.

    Examples
    --------
    >>> from jupimage.coordinates import default_system
    >>> sky = SkyPlane(default_system((7, 9, 8)), (7, 9, 8))
    >>> sky.axes, sky.shape
    ((1, 2), (9, 8))
    >>> sky.pixel(SkyPosition(0.0, 0.0), "center")
    (4.0, 4.0)
    """

    def __init__(self, system: coordinatesystem, shape: tuple[int, ...]) -> None:
        from jupimage.coordinates.direction import DirectionTransform

        parts = [part for part in system.transform().parts if part.entry.kind == "direction"]
        if not parts:
            raise CoordinateError(
                f"a region on the sky needs axes of the sky, there are {system.get_names()}"
            )
        record, self._columns = parts[0].entry.record, parts[0].pixel_columns
        native = str(record["system"])
        self._shown = str(record.get("conversionSystem") or native)
        self._native = native
        self._record = {**record, "conversionSystem": native}
        self._transform: DirectionTransform = DirectionTransform(self._record)
        self._fixed = parts[0].entry.pixelreplace
        self.axes = tuple(sorted(axis for axis in self._columns if axis >= 0))
        self.shape = tuple(shape[axis] for axis in self.axes)

    @property
    def unbroken(self) -> bool:
        """Whether the projection has no facets, which pixels beside each other may belong to."""
        return str(self._record["projection"]).strip().upper() in _UNBROKEN

    def __getstate__(self) -> dict[str, Any]:
        return {key: value for key, value in self.__dict__.items() if key != "_transform"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        from jupimage.coordinates.direction import DirectionTransform

        self.__dict__.update(state)
        self._transform = DirectionTransform(self._record)

    def directions(self, box: Box) -> tuple[Array, Array]:
        """Return longitudes and latitudes of the pixels of a box of these axes; NaN if none."""
        grid = np.meshgrid(
            *(np.arange(a, b, c) for a, b, c in zip(box.start, box.stop, box.step, strict=True)),
            indexing="ij",
        )
        lonlat = self.lonlat(np.stack([part.ravel() for part in grid], axis=1).astype(float))
        return lonlat[:, 0].reshape(box.shape), lonlat[:, 1].reshape(box.shape)

    def lonlat(self, pixels: Array) -> Array:
        """Return longitudes and latitudes (n, 2) of pixels (n, axes); NaN where there is none."""
        own = np.empty((len(pixels), 2))
        for part, column in enumerate(self._columns):
            own[:, part] = pixels[:, self.axes.index(column)] if column >= 0 else self._fixed[part]
        lonlat: Array = self._transform.toworld(own) * self._transform.degrees_per_unit
        return lonlat

    def pixels(self, lonlat: Array) -> Array:
        """Return the pixels (n, axes) of directions (n, 2); NaN where there is none."""
        own = self._transform.topixel(lonlat / self._transform.degrees_per_unit)
        return np.stack([own[:, self._columns.index(axis)] for axis in self.axes], axis=1)

    def native(self, position: SkyPosition) -> tuple[float, float]:
        """Return a position in the frame of the projection."""
        from jupimage.coordinates.frames import convert

        lonlat = np.array([[position.longitude, position.latitude]])
        frame = position.frame or self._shown
        if frame != self._native:
            lonlat = convert(lonlat, frame, self._native)
        return float(lonlat[0, 0]), float(lonlat[0, 1])

    def pixel(self, position: SkyPosition, name: str) -> tuple[float, float]:
        """Return the row and column of a position."""
        if len(self.axes) != 2:
            raise CoordinateError(
                f"{name} {worded(position)} needs both axes of the sky, the image has "
                f"{len(self.axes)} of them"
            )
        row, column = self.pixels(np.array([self.native(position)]))[0]
        if not np.isfinite(row + column):
            raise CoordinateError(
                f"{name} {worded(position)} has no pixel: it lies outside the projection"
            )
        return float(row), float(column)

    def position(self, pixel: tuple[float, float], name: str) -> tuple[float, float]:
        """Return the direction of a row and column, in degrees."""
        own = [pixel[self.axes.index(axis)] if axis >= 0 else 0.0 for axis in self._columns]
        lonlat = self._transform.toworld(np.array([own]))[0] * self._transform.degrees_per_unit
        if len(self.axes) != 2 or not np.isfinite(lonlat).all():
            raise CoordinateError(f"{name} at {worded(pixel)} is no position on the sky")
        return float(lonlat[0]), float(lonlat[1])


def pixels_of(
    positions: Sequence[Position],
    name: str,
    system: coordinatesystem,
    shape: tuple[int, ...],
    axes: tuple[int, int] | None,
) -> tuple[Array, tuple[int, ...]]:
    """Return pixels (n, 2) of positions, row first, and the axes of the image they lie in."""
    sky = None
    found = []
    for place in positions:
        if isinstance(place, SkyPosition):
            sky = sky or SkyPlane(system, shape)
            found.append(sky.pixel(place, name))
        else:
            found.append(place)
    return np.array(found), sky.axes if sky is not None else pixel_axes(system, shape, axes)
