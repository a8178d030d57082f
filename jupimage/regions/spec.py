"""What is asked for: regions before they are laid on an image.

A spec says in pixel or in world terms what belongs to a region. It knows no image, so the same
one can be used on many; `RegionSpec.place` makes the region of one image out of it. Specs are
combined as sets are: ``a | b``, ``a & b``, ``a - b``, ``~a``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from jupimage.errors import ArgumentError
from jupimage.regions.compound import CombinedRegion, ComplementRegion
from jupimage.regions.region import Region

if TYPE_CHECKING:
    from jupimage.coordinates import coordinatesystem

__all__ = ["Complement", "Difference", "Intersection", "RegionSpec", "Union"]


@dataclass(frozen=True, slots=True)
class RegionSpec:
    """A region that is asked for; a subclass says which.

    Parameters
    ----------
    name
        What to call it in tables; it means nothing otherwise.

    Examples
    --------
    >>> from jupimage.regions import Circle, Range
    >>> source = Circle("12h30m -45d", "2 arcmin") - Circle("12h30m -45d", "30 arcsec")
    >>> line = source & Range("spectral", "1.418 GHz", "1.420 GHz")
    >>> type(line).__name__
    'Intersection'
    """

    name: str = field(default="", kw_only=True, compare=False, repr=False)

    def place(self, system: coordinatesystem, shape: tuple[int, ...]) -> Region:
        """Return the region of an image.

        Parameters
        ----------
        system
            Coordinates of the image.
        shape
            Of the image, slowest axis first.

        Raises
        ------
        CoordinateError
            If it is in world terms that these coordinates cannot answer.
        ArgumentError
            If the image has not the axes that it needs.
        """
        raise NotImplementedError

    def __or__(self, other: RegionSpec) -> Union:
        return Union((self, other)) if isinstance(other, RegionSpec) else NotImplemented

    def __and__(self, other: RegionSpec) -> Intersection:
        return Intersection((self, other)) if isinstance(other, RegionSpec) else NotImplemented

    def __sub__(self, other: RegionSpec) -> Difference:
        return Difference(self, other) if isinstance(other, RegionSpec) else NotImplemented

    def __invert__(self) -> Complement:
        return Complement(self)


def _checked(parts: object, kind: str) -> tuple[RegionSpec, ...]:
    found = tuple(parts) if isinstance(parts, tuple | list) else (parts,)
    for part in found:
        if not isinstance(part, RegionSpec):
            raise ArgumentError(f"a {kind} is made of regions, got {part!r:.80}")
    if not found:
        raise ArgumentError(f"a {kind} needs regions, got none")
    return found


@dataclass(frozen=True, slots=True)
class Union(RegionSpec):
    """What belongs to any of some regions: ``a | b``."""

    parts: tuple[RegionSpec, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "parts", _checked(self.parts, "union"))

    def __or__(self, other: RegionSpec) -> Union:
        # flat, so that the union of very many regions is no deeper than that of two
        if isinstance(other, RegionSpec) and not self.name:
            return Union((*self.parts, other))
        return RegionSpec.__or__(self, other)

    def place(self, system: coordinatesystem, shape: tuple[int, ...]) -> Region:
        """Return the region of an image."""
        return CombinedRegion([part.place(system, shape) for part in self.parts], np.logical_or)


@dataclass(frozen=True, slots=True)
class Intersection(RegionSpec):
    """What belongs to all of some regions: ``a & b``."""

    parts: tuple[RegionSpec, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "parts", _checked(self.parts, "intersection"))

    def place(self, system: coordinatesystem, shape: tuple[int, ...]) -> Region:
        """Return the region of an image."""
        return CombinedRegion([part.place(system, shape) for part in self.parts], np.logical_and)


@dataclass(frozen=True, slots=True)
class Difference(RegionSpec):
    """What belongs to one region and not to another: ``a - b``."""

    first: RegionSpec
    second: RegionSpec

    def __post_init__(self) -> None:
        _checked((self.first, self.second), "difference")

    def place(self, system: coordinatesystem, shape: tuple[int, ...]) -> Region:
        """Return the region of an image."""
        parts = [self.first.place(system, shape), self.second.place(system, shape)]
        return CombinedRegion(parts, np.greater)


@dataclass(frozen=True, slots=True)
class Complement(RegionSpec):
    """What a region leaves of an image: ``~a``."""

    part: RegionSpec

    def __post_init__(self) -> None:
        _checked((self.part,), "complement")

    def place(self, system: coordinatesystem, shape: tuple[int, ...]) -> Region:
        """Return the region of an image."""
        return ComplementRegion(self.part.place(system, shape))
