"""From specs to regions of the astropy package `regions`."""

from __future__ import annotations

from typing import Any

from jupimage.errors import ArgumentError
from jupimage.regions.flatshapes import Annulus, Circle, Ellipse, Polygon, Rectangle
from jupimage.regions.marks import Line, Point
from jupimage.regions.package import package
from jupimage.regions.ranges import Range
from jupimage.regions.spec import Complement, Difference, Intersection, RegionSpec, Union
from jupimage.regions.terms import Arc, SkyPosition

__all__ = ["to_package"]


def to_package(spec: RegionSpec) -> list[Any]:
    """Return regions of the package that say the same as a spec, in a list.

    Parameters
    ----------
    spec
        A flat shape; unions of them, and differences, become several regions of which some are
        to be excluded. A range of channels or of Stokes parameters becomes meta data of a shape.
        Positions on the sky without a frame are taken for ICRS.

    Raises
    ------
    ArgumentError
        If the package has no region like it.

    Examples
    --------
    >>> from jupimage.regions import Circle
    >>> ring = Circle((2, 3), 5) - Circle((2, 3), 1)
    >>> [(type(each).__name__, each.meta["include"]) for each in to_package(ring)]
    [('CirclePixelRegion', True), ('CirclePixelRegion', False)]
    """
    if isinstance(spec, Union):
        return [each for part in spec.parts for each in to_package(part)]
    if isinstance(spec, Difference):
        return to_package(spec.first) + [_excluded(each) for each in to_package(spec.second)]
    if isinstance(spec, Complement):
        return [_excluded(each) for each in to_package(spec.part)]
    if isinstance(spec, Intersection):
        return _with_ranges(spec)
    made = _made(spec)
    made.meta["include"] = True
    if spec.name:
        made.meta["label"] = made.meta["text"] = spec.name
    return [made]


def _excluded(region: Any) -> Any:
    if not region.meta["include"]:
        raise ArgumentError("a region cannot be taken away from one that is to be taken away")
    region.meta["include"] = False
    return region


def _with_ranges(spec: Intersection) -> list[Any]:
    shapes = [part for part in spec.parts if not isinstance(part, Range | Union)]
    found = to_package(shapes[0]) if len(shapes) == 1 else []
    if len(found) != 1:
        raise ArgumentError(
            "an intersection can only be written as one flat shape in ranges of channels and "
            f"Stokes parameters, got {spec!r:.80}"
        )
    for part in spec.parts:
        if isinstance(part, Range) and part.axis == "spectral":
            found[0].meta["range"] = [_end(part.low), _end(part.high)]
            found[0].meta["veltype"] = part.doppler.upper()
        elif part is not shapes[0]:
            ranges = part.parts if isinstance(part, Union) else (part,)
            found[0].meta["corr"] = [_stokes(each) for each in ranges]
    if spec.name:
        found[0].meta["label"] = found[0].meta["text"] = spec.name
    return found


def _end(value: Any) -> Any:
    """Return an end of a spectral range; one in pixels is a channel."""
    from astropy.units import Quantity, Unit, def_unit

    if isinstance(value, tuple):
        return Quantity(value[0], Unit(value[1]))
    return Quantity(value, def_unit("chan"))


def _stokes(spec: RegionSpec) -> str:
    if isinstance(spec, Range) and spec.axis == "stokes" and spec.low == spec.high:
        return str(spec.low)
    raise ArgumentError(f"only single Stokes parameters can be written, got {spec!r:.80}")


def _made(spec: RegionSpec) -> Any:
    """Return the region of the package for one flat shape."""
    from astropy.units import Quantity

    if isinstance(spec, Circle):
        kind = _kind("Circle", spec.center, spec.radius)
        return kind(_out(spec.center), _length(spec.radius))
    if isinstance(spec, Annulus):
        kind = _kind("CircleAnnulus", spec.center, spec.inner)
        return kind(_out(spec.center), _length(spec.inner), _length(spec.outer))
    if isinstance(spec, Ellipse | Rectangle):
        name, factor = ("Ellipse", 2) if isinstance(spec, Ellipse) else ("Rectangle", 1)
        up, across = spec.radii if isinstance(spec, Ellipse) else spec.size
        kind = _kind(name, spec.center, up)
        return kind(
            _out(spec.center),
            width=_length(across) * factor,
            height=_length(up) * factor,
            angle=Quantity(spec.angle, "deg"),
        )
    if isinstance(spec, Polygon):
        kind = _kind("Polygon", *spec.vertices)
        return kind(_joined([_out(vertex) for vertex in spec.vertices]))
    if isinstance(spec, Line):
        return _kind("Line", spec.start, spec.end)(_out(spec.start), _out(spec.end))
    if isinstance(spec, Point):
        return _kind("Point", spec.center)(_out(spec.center))
    raise ArgumentError(f"wanted flat shapes, got {spec!r:.80}")


def _kind(name: str, *terms: Any) -> Any:
    """Return the class of a shape, for terms that have to be all of the sky or all pixels."""
    on_sky = {isinstance(term, SkyPosition | Arc) for term in terms}
    if len(on_sky) != 1:
        raise ArgumentError(f"a {name} in pixels and on the sky at once cannot be written")
    return getattr(package(), f"{name}{'Sky' if on_sky.pop() else 'Pixel'}Region")


def _length(size: Any) -> Any:
    from astropy.units import Quantity

    return Quantity(size.degrees, "deg") if isinstance(size, Arc) else size


def _out(where: Any) -> Any:
    """Return a position of ours as the package has it; without a frame it is taken for ICRS."""
    if not isinstance(where, SkyPosition):
        return package().PixCoord(x=where[1], y=where[0])
    from astropy.coordinates import SkyCoord

    from jupimage.coordinates.frames import astropy_frame

    frame = astropy_frame(where.frame or "ICRS")
    return SkyCoord(where.longitude, where.latitude, unit="deg", frame=frame)


def _joined(places: list[Any]) -> Any:
    from astropy.coordinates import SkyCoord

    if isinstance(places[0], SkyCoord):
        return SkyCoord([place.transform_to(places[0].frame) for place in places])
    return package().PixCoord(x=[each.x for each in places], y=[each.y for each in places])
