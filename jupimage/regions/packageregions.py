"""From regions of the astropy package `regions` to specs.

The package is not loaded for it: the attributes of its objects are enough.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import groupby
from typing import Any

from jupimage.errors import ArgumentError
from jupimage.regions.flatshapes import Annulus, Circle, Ellipse, Polygon, Rectangle
from jupimage.regions.marks import Line, Point
from jupimage.regions.ranges import Range
from jupimage.regions.spec import Complement, Difference, RegionSpec, Union

__all__ = ["combined", "from_package", "is_package_region"]


def is_package_region(what: Any) -> bool:
    """Return whether something is a region of the package, or a list of them of its own kind."""
    kind = type(what)
    return kind.__module__.split(".")[0] == "regions" and kind.__name__.endswith(
        ("Region", "Regions")
    )


def from_package(what: Any) -> RegionSpec:
    """Return what a region of the package asks for.

    Parameters
    ----------
    what
        A sky or pixel region, a compound one, or a list of the package's own kind, in which
        regions to include are united and those to exclude are taken away.

    Raises
    ------
    ArgumentError
        If it is of a kind without pixels, such as a text.

    Examples
    --------
    >>> from regions import CirclePixelRegion, PixCoord
    >>> from_package(CirclePixelRegion(PixCoord(x=3, y=2), radius=1)).center
    (2.0, 3.0)
    """
    kind = type(what).__name__
    if kind == "Regions":
        return combined([from_package(each) for each in what])
    if kind.startswith("Compound"):
        found = _compound(what)
    else:
        shape = kind.removesuffix("Region").removesuffix("Sky").removesuffix("Pixel")
        make = _SHAPES.get(shape.removesuffix("Spherical"))
        if make is None or shape in ("PolygonSpherical",):
            raise ArgumentError(f"a {kind} has no pixels that can be selected")
        found = make(what)
    meta = dict(what.meta or {})
    found = _ranged(found, meta)
    name = str(meta.get("label") or meta.get("text") or "")
    if meta.get("include", True) in (False, 0, "-"):
        found = Complement(found)
    return named(found, name)


def named(spec: RegionSpec, name: str) -> RegionSpec:
    """Return a spec under a name."""
    return replace(spec, name=name) if name else spec


def combined(specs: Iterable[RegionSpec], *, ordered: bool = False) -> RegionSpec:
    """Return regions of a list as one: those to include united, complements taken away.

    Parameters
    ----------
    specs
        The regions; a complement stands for a region to exclude.
    ordered
        Whether an excluded region is only taken from those before it, as CRTF has it. In ds9
        the order means nothing.

    Examples
    --------
    >>> from jupimage.regions import Circle
    >>> both = combined([~Circle((3, 3), 1), Circle((3, 3), 2)])
    >>> both == Circle((3, 3), 2) - Circle((3, 3), 1)
    True
    """
    found = list(specs)
    if not found:
        raise ArgumentError("wanted regions, got none")
    if not ordered:
        found.sort(key=lambda spec: isinstance(spec, Complement))
    whole: RegionSpec | None = None
    for excluded, group in groupby(found, lambda spec: isinstance(spec, Complement)):
        parts = [spec.part if isinstance(spec, Complement) else spec for spec in group]
        part = parts[0] if len(parts) == 1 else Union(tuple(parts))
        if excluded:
            whole = Complement(part) if whole is None else Difference(whole, part)
        else:
            whole = part if whole is None else whole | part
    assert whole is not None
    return whole


def _compound(what: Any) -> RegionSpec:
    one, other = from_package(what.region1), from_package(what.region2)
    if what.operator is operator.or_:
        return one | other
    if what.operator is operator.and_:
        return one & other
    if what.operator is operator.xor:
        return (one | other) - (one & other)
    raise ArgumentError(f"regions cannot be combined with {what.operator!r:.80}")


def _ranged(found: RegionSpec, meta: dict[str, Any]) -> RegionSpec:
    """Return a region in the spectral range and the Stokes parameters that its meta data name."""
    ends = meta.get("range")
    if ends is not None and len(ends) == 2:
        optical = str(meta.get("veltype") or "").lower() in ("optical", "z")
        low, high = (float(end.value) if str(end.unit) == "chan" else end for end in ends)
        found = found & Range("spectral", low, high, doppler="optical" if optical else "radio")
    names = [str(name) for name in meta.get("corr") or ()]
    if names:
        stokes: list[RegionSpec] = [Range("stokes", name) for name in names]
        found = found & (stokes[0] if len(stokes) == 1 else Union(tuple(stokes)))
    return found


def _place(where: Any) -> Any:
    """Return a position of the package as one of ours."""
    return where if hasattr(where, "transform_to") else (float(where.y), float(where.x))


def _places(where: Any) -> list[Any]:
    if hasattr(where, "transform_to"):
        return list(where)
    return list(zip(map(float, where.y), map(float, where.x), strict=True))


def _size(size: Any, factor: float = 1.0) -> Any:
    return size * factor


def _ellipse(what: Any, prefix: str = "") -> RegionSpec:
    up, across = getattr(what, f"{prefix}height"), getattr(what, f"{prefix}width")
    return Ellipse(_place(what.center), (_size(up, 0.5), _size(across, 0.5)), what.angle)


def _rectangle(what: Any, prefix: str = "") -> RegionSpec:
    size = (getattr(what, f"{prefix}height"), getattr(what, f"{prefix}width"))
    return Rectangle(_place(what.center), size, what.angle)


_SHAPES: dict[str, Callable[[Any], RegionSpec]] = {
    "Circle": lambda what: Circle(_place(what.center), what.radius),
    "CircleAnnulus": lambda what: Annulus(
        _place(what.center), what.inner_radius, what.outer_radius
    ),
    "Ellipse": _ellipse,
    "EllipseAnnulus": lambda what: _ellipse(what, "outer_") - _ellipse(what, "inner_"),
    "Rectangle": _rectangle,
    "RectangleAnnulus": lambda what: _rectangle(what, "outer_") - _rectangle(what, "inner_"),
    "Polygon": lambda what: Polygon(_places(what.vertices)),
    "RegularPolygon": lambda what: Polygon(_places(what.vertices)),
    "Line": lambda what: Line(_place(what.start), _place(what.end)),
    "Point": lambda what: Point(_place(what.center)),
}
