"""The plain zenithal projections, one position at a time, without wcslib.

Opening an image needs two things of its projection: where the poles are, and the world
position of pixel 0. To load astropy for these would take a second, so for the projections that
nearly all radio images have they are computed here, with the formulas of Calabretta & Greisen
2002 (A&A 395, 1077). Everything that converts many positions goes through wcslib.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

__all__ = ["Zenithal"]

_DEGREE = math.degrees(1.0)


def _sine(r: float) -> float:
    # each of the two is exact where the other is not
    return math.acos(r) if r * r < 0.5 else math.asin(math.sqrt(1 - r * r))


# Native latitude (rad) at a distance from the reference point (in units of one radian).
_LATITUDES: dict[str, Callable[[float], float]] = {
    "TAN": lambda r: math.atan2(1.0, r),
    "SIN": _sine,
    "STG": lambda r: math.pi / 2 - 2 * math.atan(r / 2),
    "ARC": lambda r: math.pi / 2 - r,
    "ZEA": lambda r: math.pi / 2 - 2 * math.asin(r / 2),
}


def _sine_cosine(angle: float) -> tuple[float, float]:
    """Return both for an angle in degrees, exactly 0 where they are that."""
    if angle % 90:
        return math.sin(math.radians(angle)), math.cos(math.radians(angle))
    return ((0.0, 1.0), (1.0, 0.0), (0.0, -1.0), (-1.0, 0.0))[int(angle // 90) % 4]


@dataclass(frozen=True, slots=True)
class Zenithal:
    """A zenithal projection without parameters; all angles are in degrees.

    Parameters
    ----------
    projection
        ``TAN SIN STG ARC ZEA``.
    longitude, latitude
        The reference point.
    longpole
        Native longitude of the celestial pole.
    """

    projection: str
    longitude: float
    latitude: float
    longpole: float

    @classmethod
    def of(
        cls,
        projection: str,
        parameters: Sequence[float],
        reference: Sequence[float],
        longpole: float | None,
    ) -> Zenithal | None:
        """Return the projection if it is one of these, and not about a pole, else None.

        Examples
        --------
        >>> Zenithal.of("SIN", [0.0, 0.0], [10.0, 20.0], None).poles
        (180.0, 20.0)
        >>> Zenithal.of("CAR", [], [10.0, 20.0], None)
        """
        longitude, latitude = (float(value) for value in reference)
        if projection not in _LATITUDES or any(parameters) or not abs(latitude) < 90:
            return None
        return cls(projection, longitude, latitude, 180.0 if longpole is None else longpole)

    @property
    def poles(self) -> tuple[float, float]:
        """LONPOLE and LATPOLE as the projection uses them: the latter is the reference latitude."""
        return self.longpole, self.latitude

    def world(self, x: float, y: float) -> tuple[float, float]:
        """Return longitude and latitude of a place in the plane of projection, NaN beyond it.

        Examples
        --------
        >>> tan = Zenithal("TAN", 30.0, 0.0, 180.0)
        >>> [round(angle, 9) + 0.0 for angle in tan.world(math.degrees(1.0), 0.0)]
        [75.0, 0.0]
        """
        r = math.hypot(x, y) / _DEGREE
        try:
            theta = _LATITUDES[self.projection](r)
        except ValueError:
            return math.nan, math.nan
        if theta < -math.pi / 2:
            return math.nan, math.nan
        phi = math.degrees(math.atan2(x, -y)) if r else 0.0
        return self._rotated(phi - self.longpole, theta)

    def _rotated(self, phi: float, theta: float) -> tuple[float, float]:
        """Turn native longitude (deg, from the celestial pole's) and latitude (rad) to the sky."""
        sine, cosine = _sine_cosine(self.latitude)
        sine_phi, cosine_phi = _sine_cosine(phi)
        east, north = -math.cos(theta) * sine_phi, math.cos(theta) * cosine_phi
        out = math.sin(theta)
        x = out * cosine - north * sine
        latitude = math.atan2(out * sine + north * cosine, math.hypot(x, east))
        longitude = self.longitude + math.degrees(math.atan2(east, x))
        # the sign of the reference longitude says in which turn longitudes are given
        if self.longitude >= 0:
            longitude += 360.0 if longitude < 0 else 0.0
        elif longitude > 0:
            longitude -= 360.0
        if abs(longitude) > 360:
            longitude -= math.copysign(360.0, longitude)
        return longitude, math.degrees(latitude)
