"""Shapes around a point of the sphere: what is inside of a circle, an ellipse, a rectangle.

Directions are unit vectors, given by their parts towards north, towards east and towards the
centre of the shape; angles are in radians.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from jupimage.regions.region import Bools

__all__ = ["Figure", "Ring", "TurnedFigure"]

Array = NDArray[np.float64]

_ROUNDING = 1e-9


class Figure(Protocol):
    """A shape around a point of the sphere."""

    @property
    def reach(self) -> float:
        """How far from the centre it goes at most, in radians."""

    def inside(self, north: Array, east: Array, towards: Array) -> Bools:
        """Return which unit vectors, given by their parts along three axes, belong to it."""

    def surely(
        self, north: Array, east: Array, towards: Array, around: Array
    ) -> tuple[Bools, Bools]:
        """Return around which unit vectors everything, and around which nothing, belongs to it.

        `around` says in radians how far that is to hold.
        """


@dataclass(frozen=True, slots=True)
class Ring:
    """What lies between two distances from the centre, in radians, both included."""

    inner: float
    reach: float

    def inside(self, north: Array, east: Array, towards: Array) -> Bools:
        """Return which unit vectors belong to it."""
        distance = np.arctan2(np.hypot(north, east), towards)
        found: Bools = distance <= self.reach * (1 + _ROUNDING)
        if self.inner:
            found &= distance >= self.inner * (1 - _ROUNDING)
        return found

    def surely(
        self, north: Array, east: Array, towards: Array, around: Array
    ) -> tuple[Bools, Bools]:
        """Return around which unit vectors everything, and around which nothing, belongs to it."""
        distance = np.arctan2(np.hypot(north, east), towards)
        all_in = (distance + around < self.reach) & (distance - around > self.inner)
        all_in |= (distance + around < self.reach) & (self.inner == 0)
        none_in = (distance - around > self.reach * (1 + _ROUNDING)) | (
            distance + around < self.inner * (1 - _ROUNDING)
        )
        return all_in, none_in


@dataclass(frozen=True, slots=True)
class TurnedFigure:
    """An ellipse, or a rectangle, turned from north through east.

    A position is said by its distance from the centre and its position angle there; distance
    times cosine and sine of the angle are what the equations of the plane are used with.

    Parameters
    ----------
    sizes
        Half lengths in radians, towards north and towards east before the turn.
    angle
        In radians.
    square
        Whether it is a rectangle.
    """

    sizes: tuple[float, float]
    angle: float
    square: bool

    @property
    def reach(self) -> float:
        """How far from the centre it goes at most, in radians."""
        return math.hypot(*self.sizes) if self.square else max(self.sizes)

    def inside(self, north: Array, east: Array, towards: Array) -> Bools:
        """Return which unit vectors belong to it."""
        found: Bools = self._level(north, east, towards) <= 1 + _ROUNDING
        return found

    def surely(
        self, north: Array, east: Array, towards: Array, around: Array
    ) -> tuple[Bools, Bools]:
        """Return around which unit vectors everything, and around which nothing, belongs to it."""
        level = self._level(north, east, towards)
        # distance times position angle stretches arcs by less than 1.6 out to 90 deg
        change = around * 1.6 / min(self.sizes)
        return level + change < 1, level - change > 1 + _ROUNDING

    def _level(self, north: Array, east: Array, towards: Array) -> Array:
        """Return 1 on the edge, less inside, and more outside."""
        flat = np.hypot(north, east)
        with np.errstate(invalid="ignore"):
            scale = np.where(flat > 0, np.arctan2(flat, towards) / flat, 1.0)
        cosine, sine = math.cos(self.angle), math.sin(self.angle)
        up = scale * (north * cosine + east * sine) / self.sizes[0]
        across = scale * (east * cosine - north * sine) / self.sizes[1]
        return np.maximum(np.abs(up), np.abs(across)) if self.square else np.hypot(up, across)
