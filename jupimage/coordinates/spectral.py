"""Spectral axes: pixel to frequency and back, and the velocities that frequencies mean."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.coordinates.damage import reads_record
from jupimage.coordinates.doppler import frame_factor, velocity_frame
from jupimage.coordinates.linear import LinearTransform, TableTransform
from jupimage.coordinates.units import hertz
from jupimage.errors import CoordinateError

__all__ = ["SpectralTransform", "linear_part", "rest_frequency"]

Array = NDArray[np.float64]


@reads_record
def linear_part(record: dict[str, Any]) -> tuple[float, float, float]:
    """Return reference pixel, reference value and increment, also of a tabulated axis.

    Examples
    --------
    >>> from jupimage.coordinates.record import spectral_record
    >>> linear_part(spectral_record(table=(np.arange(3.0), np.array([1e9, 2e9, 4e9]))))
    (0.0, 1000000000.0, 1500000000.0)
    """
    if "wcs" in record:
        wcs = record["wcs"]
        return float(wcs["crpix"]), float(wcs["crval"]), float(wcs["cdelt"])
    if "tabular" in record:
        table = record["tabular"]
        crpix, crval, cdelt = (
            float(np.ravel(table[key])[0]) for key in ("crpix", "crval", "cdelt")
        )
        return crpix, crval, cdelt
    raise CoordinateError("a spectral record needs wcs or tabular, it has neither")


@reads_record
def rest_frequency(record: dict[str, Any]) -> float:
    """Return the rest frequency in Hz, 0 if there is none."""
    value = float(record.get("restfreq") or 0.0)
    return value * hertz(str(record.get("unit", "Hz"))) if "wcs" in record else value


class SpectralTransform:
    """Pixel to frequency, and back.

    The frequencies are in the record's unit (in that of its table, if it has one). Where the
    record asks for another velocity frame, they are shifted by one constant `factor`.

    Examples
    --------
    >>> from jupimage.coordinates.record import spectral_record
    >>> axis = SpectralTransform(spectral_record(crval=1.4e9, cdelt=1e6, crpix=10.0))
    >>> axis.toworld(np.array([[11.0]]))
    array([[1.401e+09]])
    """

    separable = True

    def __init__(self, record: dict[str, Any]) -> None:
        try:
            self._axis = _axis(record)
            conversion = record.get("conversion") or {}
            self.system = velocity_frame(record.get("system", "Undefined"))
            self.shown = velocity_frame(conversion.get("system") or self.system)
            self.factor = 1.0
            if self.shown != self.system:
                self.factor = frame_factor(self.system, self.shown, conversion)
        except (KeyError, TypeError, ValueError, IndexError) as error:
            if isinstance(error, CoordinateError):
                raise
            raise CoordinateError(f"a spectral record that cannot be read: {error!r}") from error

    def toworld(self, pixel: Array) -> Array:
        """Return the frequencies of pixels (n, 1)."""
        return self._axis.toworld(pixel) * self.factor

    def topixel(self, world: Array) -> Array:
        """Return the pixels of frequencies (n, 1)."""
        return self._axis.topixel(world / self.factor)

    def world_at(self, pixel: list[float]) -> list[float]:
        """Return the frequency of one pixel."""
        return [self._axis.world_at(pixel)[0] * self.factor]

    def pixel_at(self, world: list[float]) -> list[float]:
        """Return the pixel of one frequency."""
        return self._axis.pixel_at([world[0] / self.factor])


def _axis(record: dict[str, Any]) -> LinearTransform | TableTransform:
    if "wcs" not in record and "tabular" in record:
        table = record["tabular"]
        hertz(str(np.ravel(table["units"])[0]))
        pixels = np.array(table["pixelvalues"], float)
        if len(pixels) > 1:
            return TableTransform(pixels, np.array(table["worldvalues"], float))
        pc = 1.0
    else:
        hertz(str(record.get("unit", "Hz")))
        pc = float(record.get("wcs", {}).get("pc", 1.0))
    crpix, crval, cdelt = (np.array([value]) for value in linear_part(record))
    return LinearTransform(crval, cdelt, crpix, np.array([[pc]]))
