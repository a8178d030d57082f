"""Specs of shapes in two axes: circle, ellipse, annulus, rectangle, polygon.

In pixel terms a position is (row, column), counted from 0, a size is in pixels, and the shape lies
in the axes of the sky (the two fastest, where there is no sky). In world terms a position is on
the sky and a size an angle; such a shape is exact on the sphere, whatever the projection. Where
only one of both is in world terms, the size decides.

A pixel belongs if its centre lies inside or on the edge. All other axes are covered whole.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from jupimage.errors import ArgumentError
from jupimage.regions.compound import CombinedRegion
from jupimage.regions.figures import Figure, Ring, TurnedFigure
from jupimage.regions.plane import SkyPlane, pixels_of, spread
from jupimage.regions.region import PlacedRegion, Region
from jupimage.regions.shapes import EllipsoidRegion, PolygonRegion, between
from jupimage.regions.sky import SkyRegion
from jupimage.regions.spec import RegionSpec
from jupimage.regions.terms import Arc, Position, Size, SkyPosition, arc, position, turn

if TYPE_CHECKING:
    from jupimage.coordinates import coordinatesystem

__all__ = ["Annulus", "Circle", "Ellipse", "Polygon", "Rectangle"]

Array = NDArray[np.float64]
Axes = tuple[int, int] | None

_ON_EDGE = 1 - 3e-9
"""Makes a hole smaller than what counts as on its edge."""


def _set(spec: RegionSpec, **values: Any) -> None:
    for name, value in values.items():
        object.__setattr__(spec, name, value)


def _sizes(values: Any, name: str) -> tuple[Size, Size]:
    pair = tuple(values) if isinstance(values, tuple | list | np.ndarray) else ()
    if len(pair) != 2:
        raise ArgumentError(f"{name} needs two sizes, got {values!r:.80}")
    one, other = (arc(value, name) for value in pair)
    if isinstance(one, Arc) != isinstance(other, Arc):
        raise ArgumentError(f"{name} needs two pixels or two angles, got {values!r:.80}")
    return one, other


def _on_sky(
    center: Position, figure: Figure, system: coordinatesystem, shape: tuple[int, ...]
) -> Region:
    """Return a shape around a position, on the sky."""
    plane = SkyPlane(system, shape)
    if isinstance(center, SkyPosition):
        where = plane.native(center)
    else:
        where = plane.position(center, "center")
    return spread(SkyRegion(plane, where, figure), plane.axes, shape)


def _in_pixels(
    center: Position, axes: Axes, system: coordinatesystem, shape: tuple[int, ...]
) -> tuple[Array, tuple[int, ...], tuple[int, ...]]:
    """Return row and column of a centre, the axes they are in, and the lengths of those."""
    pixels, found = pixels_of([center], "center", system, shape, axes)
    return pixels[0], found, tuple(shape[axis] for axis in found)


@dataclass(frozen=True, slots=True)
class Circle(RegionSpec):
    """A circle.

    Parameters
    ----------
    center
        (row, column) in pixels, or a position on the sky: a `SkyCoord`, a text such as
        ``'12h30m -45d'``, longitude and latitude as `Quantity`.
    radius
        In pixels, or an angle: ``'3 arcmin'``, a `Quantity`.
    axes
        Numpy axes of a circle in pixels, if they are not those of the sky.

    Examples
    --------
    >>> from jupimage.coordinates import default_system
    >>> region = Circle((2, 2), 1).place(default_system((5, 5)), (5, 5))
    >>> region.read(region.bounds).values.astype(int)
    array([[0, 1, 0],
           [1, 1, 1],
           [0, 1, 0]])
    >>> Circle("12h30m -45d", "90 arcsec")
    Circle(center=SkyPosition(longitude=187.5, latitude=-45.0, frame=''), \
radius=Arc(degrees=0.025), axes=None)
    """

    center: Any
    radius: Any
    axes: Axes = None

    def __post_init__(self) -> None:
        _set(self, center=position(self.center, "center"), radius=arc(self.radius, "radius"))

    def place(self, system: coordinatesystem, shape: tuple[int, ...]) -> Region:
        """Return the region of an image."""
        if isinstance(self.radius, Arc):
            ring = Ring(0.0, math.radians(self.radius.degrees))
            return _on_sky(self.center, ring, system, shape)
        center, axes, lengths = _in_pixels(self.center, self.axes, system, shape)
        radii = np.full(2, self.radius)
        return spread(EllipsoidRegion(center, radii, lengths), axes, shape)


@dataclass(frozen=True, slots=True)
class Ellipse(RegionSpec):
    """An ellipse.

    On the sky, distance and position angle from the centre are put into the equation of the
    ellipse, so that one of equal radii is a circle.

    Parameters
    ----------
    center
        As of a `Circle`.
    radii
        Half axes: up (along the slower axis, or to the north) and across.
    angle
        By which they are turned counter-clockwise (from the slower axis to lower pixels of the
        faster, or from north through east): a number of degrees, or an angle. It is the
        position angle of the first radius.
    axes
        As of a `Circle`.

    Examples
    --------
    >>> from jupimage.coordinates import default_system
    >>> region = Ellipse((2, 3), (1, 3)).place(default_system((5, 7)), (5, 7))
    >>> region.read(region.bounds).values.astype(int)
    array([[0, 0, 0, 1, 0, 0, 0],
           [1, 1, 1, 1, 1, 1, 1],
           [0, 0, 0, 1, 0, 0, 0]])
    """

    center: Any
    radii: Any
    angle: Any = 0.0
    axes: Axes = None

    def __post_init__(self) -> None:
        _set(
            self,
            center=position(self.center, "center"),
            radii=_sizes(self.radii, "radii"),
            angle=turn(self.angle, "angle"),
        )

    def place(self, system: coordinatesystem, shape: tuple[int, ...]) -> Region:
        """Return the region of an image."""
        angle = math.radians(self.angle)
        if isinstance(self.radii[0], Arc):
            sizes = tuple(math.radians(size.degrees) for size in self.radii)
            figure = TurnedFigure((sizes[0], sizes[1]), angle, square=False)
            return _on_sky(self.center, figure, system, shape)
        center, axes, lengths = _in_pixels(self.center, self.axes, system, shape)
        return spread(
            EllipsoidRegion(center, np.array(self.radii), lengths, angle=angle), axes, shape
        )


@dataclass(frozen=True, slots=True)
class Annulus(RegionSpec):
    """What lies between two circles, both edges included.

    Parameters
    ----------
    center, axes
        As of a `Circle`.
    inner, outer
        The radii: both in pixels, or both angles.

    Examples
    --------
    >>> from jupimage.coordinates import default_system
    >>> region = Annulus((2, 2), 1, 2).place(default_system((5, 5)), (5, 5))
    >>> region.read(region.bounds).values.astype(int)
    array([[0, 0, 1, 0, 0],
           [0, 1, 1, 1, 0],
           [1, 1, 0, 1, 1],
           [0, 1, 1, 1, 0],
           [0, 0, 1, 0, 0]])
    """

    center: Any
    inner: Any
    outer: Any
    axes: Axes = None

    def __post_init__(self) -> None:
        inner, outer = _sizes((self.inner, self.outer), "an annulus")
        small, large = (size.degrees if isinstance(size, Arc) else size for size in (inner, outer))
        if not small < large:
            raise ArgumentError(
                f"an annulus needs an inner radius below the outer one, got {self.inner!r:.40} "
                f"and {self.outer!r:.40}"
            )
        _set(self, center=position(self.center, "center"), inner=inner, outer=outer)

    def place(self, system: coordinatesystem, shape: tuple[int, ...]) -> Region:
        """Return the region of an image."""
        if isinstance(self.inner, Arc):
            ring = Ring(math.radians(self.inner.degrees), math.radians(self.outer.degrees))
            return _on_sky(self.center, ring, system, shape)
        center, axes, lengths = _in_pixels(self.center, self.axes, system, shape)
        disc = EllipsoidRegion(center, np.full(2, self.outer), lengths)
        hole = EllipsoidRegion(center, np.full(2, self.inner * _ON_EDGE), lengths)
        return spread(CombinedRegion([disc, hole], np.greater), axes, shape)


@dataclass(frozen=True, slots=True)
class Rectangle(RegionSpec):
    """A rectangle around a centre; `Corners` is the box of any number of axes.

    Parameters
    ----------
    center, axes
        As of a `Circle`.
    size
        Whole lengths: up (along the slower axis, or to the north) and across. On the sky they
        are measured from the centre, as those of an `Ellipse`.
    angle
        As of an `Ellipse`.

    Examples
    --------
    >>> from jupimage.coordinates import default_system
    >>> region = Rectangle((2, 3), (2, 4)).place(default_system((5, 7)), (5, 7))
    >>> region.bounds
    Box(start=(1, 1), stop=(4, 6), step=(1, 1))
    """

    center: Any
    size: Any
    angle: Any = 0.0
    axes: Axes = None

    def __post_init__(self) -> None:
        _set(
            self,
            center=position(self.center, "center"),
            size=_sizes(self.size, "size"),
            angle=turn(self.angle, "angle"),
        )

    def place(self, system: coordinatesystem, shape: tuple[int, ...]) -> Region:
        """Return the region of an image."""
        angle = math.radians(self.angle)
        if isinstance(self.size[0], Arc):
            half = tuple(math.radians(size.degrees) / 2 for size in self.size)
            figure = TurnedFigure((half[0], half[1]), angle, square=True)
            return _on_sky(self.center, figure, system, shape)
        center, axes, lengths = _in_pixels(self.center, self.axes, system, shape)
        half_size = np.array(self.size) / 2
        if self.angle == 0:
            box = between(center - half_size, center + half_size, lengths)
            return spread(PlacedRegion(None, box, lengths), axes, shape)
        up, across = half_size[:, None] * np.array([[1, 1, -1, -1], [1, -1, -1, 1]])
        rows = center[0] + up * math.cos(angle) + across * math.sin(angle)
        columns = center[1] + across * math.cos(angle) - up * math.sin(angle)
        return spread(PolygonRegion(columns, rows, lengths), axes, shape)


@dataclass(frozen=True, slots=True)
class Polygon(RegionSpec):
    """A polygon; where it crosses itself, what is enclosed twice is out.

    Its sides are straight in the image, also where the corners are on the sky.

    Parameters
    ----------
    vertices
        At least three positions, each as the centre of a `Circle`, or a `SkyCoord` of several.
        The last one is joined to the first.
    axes
        As of a `Circle`.

    Examples
    --------
    >>> from jupimage.coordinates import default_system
    >>> region = Polygon([(0, 0), (0, 2), (2, 0)]).place(default_system((5, 5)), (5, 5))
    >>> region.read(region.bounds).values.astype(int)
    array([[1, 1, 1],
           [1, 1, 0],
           [1, 0, 0]])
    """

    vertices: Any
    axes: Axes = None

    def __post_init__(self) -> None:
        try:
            found = tuple(position(vertex, f"vertex {n}") for n, vertex in enumerate(self.vertices))
        except TypeError:
            found = ()
        if len(found) < 3:
            raise ArgumentError(
                f"a polygon needs at least three vertices, got {self.vertices!r:.80}"
            )
        _set(self, vertices=found)

    def place(self, system: coordinatesystem, shape: tuple[int, ...]) -> Region:
        """Return the region of an image."""
        pixels, axes = pixels_of(self.vertices, "vertex", system, shape, self.axes)
        lengths = tuple(shape[axis] for axis in axes)
        return spread(PolygonRegion(pixels[:, 1], pixels[:, 0], lengths), axes, shape)
