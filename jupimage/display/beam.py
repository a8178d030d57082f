"""The restoring beam: taken from the image's information, and as an ellipse on the picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.display.world import PlaneWorld
from jupimage.errors import ImageError

__all__ = ["Beam", "find_beam", "outline"]


@dataclass(frozen=True, slots=True)
class Beam:
    """Full widths at half maximum in arcsec; angle of the major axis in degrees, north to east.

    Examples
    --------
    >>> str(Beam(12.0, 10.0, 30.0))
    '12″ × 10″, PA 30°'
    """

    major: float
    minor: float
    angle: float

    def __str__(self) -> str:
        return f"{_size(self.major)} × {_size(self.minor)}, PA {self.angle:.3g}°"


def find_beam(imageinfo: Mapping[str, Any], *, channel: int = 0, stokes: int = 0) -> Beam | None:
    """Return the beam of a plane, or None if the image has none that makes sense.

    Parameters
    ----------
    imageinfo
        As `image.imageinfo` gives it: ``restoringbeam``, or ``perplanebeams`` with one record
        for each channel and Stokes parameter.
    channel, stokes
        Which plane.

    Examples
    --------
    >>> one = {"value": 1.0, "unit": "arcmin"}
    >>> record = {"major": one, "minor": one, "positionangle": {"value": 0.0, "unit": "deg"}}
    >>> find_beam({"restoringbeam": record})
    Beam(major=60.0, minor=60.0, angle=0.0)
    """
    record = imageinfo.get("restoringbeam")
    planes = imageinfo.get("perplanebeams")
    if not isinstance(record, Mapping) and isinstance(planes, Mapping):
        try:
            channels, parameters = int(planes["nChannels"]), int(planes["nStokes"])
            index = min(channel, channels - 1) + channels * min(stokes, parameters - 1)
            record = planes[f"*{index}"]
        except (KeyError, TypeError, ValueError):
            return None
    if not isinstance(record, Mapping):
        return None
    try:
        major, minor = (_degrees(record[key]) * 3600 for key in ("major", "minor"))
        angle = _degrees(record.get("positionangle", {"value": 0.0, "unit": "deg"}))
    except (KeyError, TypeError, ValueError):
        return None
    usable = np.isfinite([major, minor, angle]).all() and major > 0 and minor > 0
    return Beam(major, minor, angle) if usable else None


def outline(
    beam: Beam, world: PlaneWorld, centre: tuple[float, float], *, points: int = 72
) -> NDArray[np.float64] | None:
    """Return the outline of a beam as offsets from its centre in image pixels, shape (points, 2).

    The directions of north and east are those at `centre`, so that the ellipse is right on a
    turned, mirrored or stretched sky. None where the plane is not the sky.
    """
    if world.sky is None:
        return None
    x, y = centre
    try:
        near = world.at(np.array([x - 0.5, x + 0.5, x, x]), np.array([y, y, y - 0.5, y + 0.5]))
    except (ImageError, ValueError, ArithmeticError):
        return None
    longitude, latitude = (near[which] for which in world.sky)
    steps = (longitude[1::2] - longitude[::2] + 180) % 360 - 180, latitude[1::2] - latitude[::2]
    slopes = np.array([steps[0] * np.cos(np.deg2rad(latitude.mean())), steps[1]]) * 3600
    if not np.isfinite(slopes).all() or abs(np.linalg.det(slopes)) < 1e-12 * (slopes**2).sum():
        return None
    turn, angle = np.linspace(0, 2 * np.pi, points, endpoint=False), np.deg2rad(beam.angle)
    along, beside = beam.major / 2 * np.cos(turn), beam.minor / 2 * np.sin(turn)
    east = along * np.sin(angle) + beside * np.cos(angle)
    north = along * np.cos(angle) - beside * np.sin(angle)
    offsets: NDArray[np.float64] = np.linalg.solve(slopes, np.array([east, north])).T
    return offsets


def _degrees(quantity: Any) -> float:
    from jupimage.coordinates.units import degrees

    try:
        return float(quantity["value"]) * degrees(str(quantity["unit"]))
    except ImageError as error:
        raise ValueError(str(error)) from error


def _size(arcsec: float) -> str:
    sizes = ((3600, "°"), (60, "′"), (1, "″"), (1e-3, " mas"))
    size, mark = next((pair for pair in sizes if arcsec >= pair[0]), sizes[-1])
    return f"{arcsec / size:.3g}{mark}"
