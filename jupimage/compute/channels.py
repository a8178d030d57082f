"""The spectral axis of an image in frequencies, and what people write for a frequency."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.coordinates import coordinatesystem
from jupimage.coordinates.record import entries
from jupimage.coordinates.spectral import rest_frequency
from jupimage.coordinates.transform import make_transform
from jupimage.coordinates.units import hertz
from jupimage.errors import ArgumentError, CoordinateError

__all__ = ["CONVENTIONS", "Channels", "as_hertz", "find_channels"]

Array = NDArray[np.float64]

CONVENTIONS = ("radio", "optical", "relativistic")
"""What a velocity can mean."""


@dataclass(frozen=True, slots=True)
class Channels:
    """The channels of an image.

    Parameters
    ----------
    axis
        The numpy axis.
    frequencies
        Of the centres of the channels, in Hz.
    unit
        The unit of the axis, in which plain numbers are meant.
    rest
        The rest frequency in Hz, 0 if there is none.
    """

    axis: int
    frequencies: Array
    unit: str
    rest: float

    def hertz(self, given: Any, name: str, *, convention: str = "radio") -> Array:
        """Return frequencies in Hz.

        Parameters
        ----------
        given
            A quantity or a text: a frequency, a wavelength, an energy or a velocity; or a plain
            number in the unit of the axis.
        name
            What the argument is called in errors.
        convention
            What a velocity means.

        Raises
        ------
        ArgumentError
            If it is none of these.
        CoordinateError
            If it is a velocity and there is no rest frequency.

        Examples
        --------
        >>> axis = Channels(0, np.array([1.42e9]), "Hz", 1.42e9)
        >>> axis.hertz("1.41 GHz", "lo"), axis.hertz("0 km/s", "lo")
        (array(1.41e+09), array(1.42e+09))
        """
        if convention not in CONVENTIONS:
            raise ArgumentError(
                f"convention must be one of {', '.join(CONVENTIONS)}, got {convention!r:.40}"
            )
        return as_hertz(given, name, unit=self.unit, rest=self.rest, convention=convention)

    def nearest(self, frequencies: Array) -> Array:
        """Return pixels, with fractions, of frequencies; NaN beyond half a channel outside."""
        known = self.frequencies
        if len(known) == 1:
            # nothing says how wide a single channel is
            return np.where(np.isfinite(frequencies), 0.0, np.nan)
        order = slice(None) if known[-1] > known[0] else slice(None, None, -1)
        rising, pixels = known[order], np.arange(len(known), dtype=float)[order]
        # half a channel further at both ends
        ends = [1.5 * rising[i] - 0.5 * rising[j] for i, j in ((0, 1), (-1, -2))]
        outer = [1.5 * pixels[i] - 0.5 * pixels[j] for i, j in ((0, 1), (-1, -2))]
        rising = np.concatenate([ends[:1], rising, ends[1:]])
        pixels = np.concatenate([outer[:1], pixels, outer[1:]])
        found: Array = np.interp(frequencies, rising, pixels, left=np.nan, right=np.nan)
        return found


def as_hertz(
    given: Any, name: str, *, unit: str = "Hz", rest: float = 0.0, convention: str = "radio"
) -> Array:
    """Return frequencies in Hz; parameters are those of `Channels` and its `hertz`.

    Examples
    --------
    >>> as_hertz("21.106114 cm", "frequency").round(-3)
    np.float64(1420406000.0)
    """
    from astropy import units

    try:
        value = units.Quantity(given)
        if value.unit == units.dimensionless_unscaled:
            return np.asarray(value.value, float) * hertz(unit)
        equivalency = units.spectral()
        if value.unit.is_equivalent(units.m / units.s):
            if not rest > 0:
                raise CoordinateError(
                    f"{name}: a velocity ({value}) needs a rest frequency, and there is none; "
                    "set restfreq of the spectral coordinate, or give a frequency"
                )
            equivalency = getattr(units, f"doppler_{convention}")(rest * units.Hz)
        return np.asarray(value.to_value(units.Hz, equivalency), float)
    except CoordinateError:
        raise
    except (TypeError, ValueError, units.UnitsError) as error:
        raise ArgumentError(
            f"{name} must be a frequency, a wavelength or a velocity such as '1.41 GHz' or "
            f"'100 km/s', got {given!r:.60}"
        ) from error


def find_channels(system: coordinatesystem, shape: tuple[int, ...]) -> Channels:
    """Return the channels of an image.

    Raises
    ------
    CoordinateError
        If it has no spectral axis.

    Examples
    --------
    >>> from jupimage.coordinates import default_system
    >>> find_channels(default_system((8, 16, 16)), (8, 16, 16)).frequencies[:2]
    array([1.414996e+09, 1.414997e+09])
    """
    axis = system.spectral_axis()
    if axis is None:
        names = ", ".join(found.name for found in system.axes())
        raise CoordinateError(f"there is no spectral axis in this image, whose axes are {names}")
    entry = next(
        found for found in entries(system.dict())
        if found.kind == "spectral" and found.pixelmap[0] >= 0
    )  # fmt: skip
    transform = make_transform("spectral", entry.record)
    unit = system.axes()[axis].unit
    pixels = np.arange(shape[axis], dtype=float)
    frequencies = transform.toworld(pixels[:, None])[:, 0] * hertz(unit)
    return Channels(axis, frequencies, unit, rest_frequency(entry.record))
