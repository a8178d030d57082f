"""From the pixels of one coordinate to those of another that describes the same axes.

New pixel, world value, the world value in the frame and unit of the old coordinate, old pixel.
Positions on the sky go through `DirectionTransform`, which never lets two threads into one
object of wcslib, nor hands it an array that somebody else still needs. A pixel that is nowhere
on the sky has no position, and the others have theirs (the reference gives up whole planes with
such a pixel, but only if the two sky frames are the same).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.coordinates.direction import DirectionTransform
from jupimage.coordinates.frames import KNOWN, convert
from jupimage.coordinates.record import Record
from jupimage.coordinates.transform import Transform, make_transform
from jupimage.coordinates.units import degrees, hertz
from jupimage.errors import CoordinateError

__all__ = ["LinearMapping", "SkyMapping", "axis_positions", "native", "unit_factor"]

Array = NDArray[np.float64]


class SkyMapping:
    """From pixels of a new direction coordinate to those of an old one.

    Parameters
    ----------
    new, old
        Records of the coordinates.
    convert
        Whether positions are converted where the two have different sky frames. If not, the
        angles of one frame are taken as angles of the other.
    swapped
        Whether the latitude's axis is the faster one, so that its pixel comes first.

    Raises
    ------
    CoordinateError
        If a record cannot be used, or there is no conversion between the frames.

    Examples
    --------
    >>> from jupimage.coordinates.record import direction_record
    >>> old = direction_record(crval=(0, 0), cdelt=(-1, 1), crpix=(5, 5), units=("deg", "deg"))
    >>> new = {**old, "crpix": np.array([7.0, 8.0])}
    >>> SkyMapping(new, old)(np.array([[7.0, 8.0]])).round(6)
    array([[5., 5.]])
    """

    def __init__(
        self, new: Record, old: Record, *, convert: bool = True, swapped: bool = False
    ) -> None:
        self._records = (new, old)
        self._convert = convert
        self._swapped = swapped
        self._build()

    def _build(self) -> None:
        self._new, self._old = (DirectionTransform(_in_degrees(record)) for record in self._records)
        self._frames: tuple[str, str] | None = None
        if self._convert and self._new.system != self._old.system:
            self._frames = (self._new.system, self._old.system)
            for name in self._frames:
                if name not in KNOWN:
                    raise CoordinateError(
                        f"no conversion from sky frame {self._new.system!r} to "
                        f"{self._old.system!r}: {name!r} is not one of {', '.join(KNOWN)} "
                        "(refchange=False takes the angles as they are)"
                    )

    def __getstate__(self) -> dict[str, Any]:
        # Objects of wcslib stay where they are.
        return {"_records": self._records, "_convert": self._convert, "_swapped": self._swapped}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._build()

    def __call__(self, pixel: Array) -> Array:
        """Return pixels (n, 2) of the old coordinate; NaN where there is none."""
        world = self._new.toworld(pixel[:, ::-1] if self._swapped else pixel)
        if self._frames is not None:
            world = convert(world, *self._frames)
        found = self._old.topixel(world)
        return found[:, ::-1] if self._swapped else found


def _in_degrees(record: Record) -> Record:
    """Return the record of a direction in degrees: no digit is lost on the way to others."""
    scale = np.array([degrees(str(unit)) for unit in record["units"]])
    return {
        **native("direction", record),
        "units": ["deg", "deg"],
        "crval": np.asarray(record["crval"], float) * scale,
        "cdelt": np.asarray(record["cdelt"], float) * scale,
    }


def native(kind: str, record: Record) -> Record:
    """Return the record of a coordinate that shows positions in its own frame, not in another."""
    if kind == "direction":
        return {**record, "conversionSystem": record.get("system", "")}
    return {**record, "conversion": {}} if kind == "spectral" else record


@dataclass(frozen=True)
class LinearMapping:
    """From pixels of two new linear axes to those of two old ones.

    Parameters
    ----------
    new, old
        Records of the coordinates.
    swapped
        Whether the second axis is the faster one.
    """

    new: Record
    old: Record
    swapped: bool = False
    _parts: tuple[Transform, Transform, Array] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        factors = [
            unit_factor(a, b) for a, b in zip(self.new["units"], self.old["units"], strict=True)
        ]
        parts = (make_transform("linear", self.new), make_transform("linear", self.old))
        object.__setattr__(self, "_parts", (*parts, np.array(factors)))

    def __call__(self, pixel: Array) -> Array:
        """Return pixels (n, 2) of the old coordinate."""
        new, old, factors = self._parts
        found = old.topixel(new.toworld(pixel[:, ::-1] if self.swapped else pixel) * factors)
        return found[:, ::-1] if self.swapped else found


def axis_positions(
    kind: str, new: Record, old: Record, own: int, count: int, *, doppler: float = 1.0
) -> Array:
    """Return where the pixels of one axis of a new coordinate lie in the old one.

    Parameters
    ----------
    kind
        ``spectral``, ``linear`` or ``tabular``.
    new, old
        Records of the coordinates.
    own
        Which of their axes; the others are at their reference pixels.
    count
        Number of pixels.
    doppler
        What new frequencies are multiplied with to be in the old velocity frame.

    Examples
    --------
    >>> from jupimage.coordinates.record import spectral_record
    >>> old = spectral_record(crval=1e9, cdelt=1e6, crpix=3)
    >>> axis_positions("spectral", {**old, "wcs": {**old["wcs"], "crpix": 0.5}}, old, 0, 2)
    array([2.5, 3.5])
    """
    if kind == "spectral":
        new, old = native(kind, new), native(kind, old)
        factor = doppler * _frequency_unit(new) / _frequency_unit(old)
    else:
        factor = unit_factor(new["units"][own], old["units"][own])
    first, second = make_transform(kind, new), make_transform(kind, old)
    pixels = np.zeros((count, 1))
    if kind == "linear":
        pixels = np.tile(np.asarray(new["crpix"], float), (count, 1))
    pixels[:, own] = np.arange(count)
    world = first.toworld(pixels)
    world[:, own] *= factor
    positions: Array = second.topixel(world)[:, own]
    return positions


def _frequency_unit(record: Record) -> float:
    if "wcs" not in record and "tabular" in record:
        return hertz(str(np.ravel(record["tabular"]["units"])[0]))
    return hertz(str(record.get("unit", "Hz")))


def unit_factor(new: str, old: str) -> float:
    """Return what to multiply values in one unit with, to have them in another.

    Raises
    ------
    CoordinateError
        If they do not measure the same.

    Examples
    --------
    >>> unit_factor("km", "m")
    1000.0
    """
    if new == old:
        return 1.0
    from astropy import units

    try:
        return float(units.Unit(new or "").to(units.Unit(old or "")))
    except (ValueError, TypeError, units.UnitConversionError) as error:
        raise CoordinateError(
            f"coordsys gives an axis in {new!r}, the image in {old!r}: neither can be turned "
            "into the other"
        ) from error
