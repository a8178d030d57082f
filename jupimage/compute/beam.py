"""Gaussian beams: sizes, solid angles, and what lies between two of them.

A beam is an ellipse, and so is what one beam has to be convolved with to become another: the
covariance matrices of Gaussians add when they are convolved (Wild 1970, Aust. J. Phys. 23, 113,
gives the same in terms of axes and angles). The matrices here have the axes (east, north).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.coordinates.units import degrees
from jupimage.errors import ArgumentError, CoordinateError

__all__ = ["Beam"]

Array = NDArray[np.float64]

_VARIANCE = 1 / (8 * math.log(2))  # of a Gaussian whose full width at half maximum is 1
_ARCSEC = math.radians(1 / 3600)
_ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class Beam:
    """An elliptical Gaussian beam.

    Parameters
    ----------
    major, minor
        Full widths at half maximum, in arcsec.
    angle
        Position angle of the major axis in degrees, from north through east.

    Raises
    ------
    ArgumentError
        If the axes are not positive, or the minor one is the longer one.

    Examples
    --------
    >>> beam = Beam(12.0, 10.0, 30.0)
    >>> str(beam), f"{beam.area:.4g} sr"
    ('12" x 10", PA 30 deg', '3.196e-09 sr')
    """

    major: float
    minor: float
    angle: float = 0.0

    def __post_init__(self) -> None:
        sane = all(map(math.isfinite, (self.major, self.minor, self.angle)))
        if not sane or not 0 < self.minor <= self.major * (1 + _ROUNDING):
            raise ArgumentError(
                "a beam needs a major axis no shorter than its minor one, both above 0, and an "
                f'angle, got {self.major:g}" x {self.minor:g}", PA {self.angle:g} deg'
            )

    def __str__(self) -> str:
        return f'{self.major:.6g}" x {self.minor:.6g}", PA {self.angle:.6g} deg'

    @property
    def area(self) -> float:
        """Solid angle in sr."""
        return math.pi / (4 * math.log(2)) * self.major * self.minor * _ARCSEC**2

    @property
    def covariance(self) -> Array:
        """Covariance matrix of the Gaussian in arcsec2, axes (east, north)."""
        angle = math.radians(self.angle)
        along = np.array([math.sin(angle), math.cos(angle)])
        across = np.array([math.cos(angle), -math.sin(angle)])
        widths = self.major**2, self.minor**2
        matrix: Array = widths[0] * np.outer(along, along) + widths[1] * np.outer(across, across)
        return _VARIANCE * matrix

    def difference(self, smaller: Beam) -> Array | None:
        """Return the covariance of what turns a smaller beam into this one, None if it is not.

        Rounding is forgiven: two beams that agree to a millionth differ by nothing.

        Examples
        --------
        >>> Beam(5.0, 5.0).difference(Beam(4.0, 4.0)).round(3) + 0.0
        array([[1.623, 0.   ],
               [0.   , 1.623]])
        >>> Beam(5.0, 5.0).difference(Beam(6.0, 4.0)) is None
        True
        """
        matrix = self.covariance - smaller.covariance
        sizes, axes = np.linalg.eigh(matrix)
        if sizes.min() < -2 * _ROUNDING * _VARIANCE * self.major**2:
            return None
        sizes = np.where(sizes > 2 * _ROUNDING * _VARIANCE * self.major**2, sizes, 0.0)
        difference: Array = (axes * sizes) @ axes.T
        return difference

    def record(self) -> dict[str, Any]:
        """Return the record that an image holds."""
        return {
            "major": {"value": float(self.major), "unit": "arcsec"},
            "minor": {"value": float(self.minor), "unit": "arcsec"},
            "positionangle": {"value": float(self.angle), "unit": "deg"},
        }

    @classmethod
    def of(cls, given: Any) -> Beam:
        """Return the beam that somebody describes.

        Parameters
        ----------
        given
            A `Beam`; an object with ``major``, ``minor`` and ``pa``, as the package radio_beam
            makes them; a record as in ``imageinfo()``; major axis, minor axis and position
            angle; or one width, for a circle. Angles are quantities or texts (``'12 arcsec'``).

        Raises
        ------
        ArgumentError
            If it describes no beam.

        Examples
        --------
        >>> Beam.of("12 arcsec"), Beam.of(("0.2 arcmin", "10 arcsec", "30 deg"))
        (Beam(major=12.0, minor=12.0, angle=0.0), Beam(major=12.0, minor=10.0, angle=30.0))
        """
        if isinstance(given, Beam):
            return given
        if isinstance(given, Mapping):
            angle = given.get("positionangle", "0 deg")
            return cls._of_parts(given.get("major"), given.get("minor"), angle)
        if all(hasattr(given, name) for name in ("major", "minor", "pa")):
            return cls._of_parts(given.major, given.minor, given.pa)
        if isinstance(given, str) or getattr(given, "shape", None) == ():
            return cls._of_parts(given, given, "0 deg")
        if isinstance(given, Sequence) and len(given) in (2, 3):
            major, minor, angle = (*given, "0 deg")[:3]
            return cls._of_parts(major, minor, angle)
        raise ArgumentError(
            "a beam is given as (major, minor, position angle), one width, a record of imageinfo "
            f"or an object with major, minor and pa, got {given!r:.80}"
        )

    @classmethod
    def _of_parts(cls, major: Any, minor: Any, angle: Any) -> Beam:
        # rounded to what survives a change of units, so that arcsec come back as they were
        return cls(
            _tidy(_degrees(major, "major") * 3600),
            _tidy(_degrees(minor, "minor") * 3600),
            _tidy(_degrees(angle, "positionangle")),
        )


def _tidy(value: float) -> float:
    return float(f"{value:.14g}")


def _degrees(part: Any, name: str) -> float:
    """Return an angle in degrees: a quantity, a text, or the record of one."""
    from astropy import units

    try:
        if isinstance(part, Mapping):
            return float(part["value"]) * degrees(str(part["unit"]))
        return float(units.Quantity(part).to_value(units.deg))
    except (KeyError, TypeError, ValueError, CoordinateError, units.UnitsError) as error:
        raise ArgumentError(
            f"the {name} of a beam is an angle such as '12 arcsec', got {part!r:.60}"
        ) from error
