"""From one unit of brightness to another: what to multiply the pixels of each plane with.

``beam`` and ``pixel`` are units that stand for a solid angle, and ``K`` (brightness temperature,
Rayleigh-Jeans) for a surface brightness at a frequency. Put in for them, what is left of the
ratio of two units has to be a number, and that is the factor: so ``Jy/beam``, ``Jy/pixel``,
``MJy/sr`` and ``K`` turn into one another, and with them what was integrated over velocity. The
values put in are those of astropy's equivalencies.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.errors import ArgumentError, ImageError

__all__ = ["Surroundings", "conversion_factor", "power_of"]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a conversion may have to know; each is asked only if it is needed.

    Parameters
    ----------
    beam_area, pixel_area
        Give solid angles in sr.
    frequency
        Gives frequencies in Hz.

    All results are arrays that broadcast against each other. A function raises an `ImageError`
    that says what is missing.
    """

    beam_area: Callable[[], Any]
    pixel_area: Callable[[], Any]
    frequency: Callable[[], Any]


def conversion_factor(source: Any, target: Any, surroundings: Surroundings) -> Array:
    """Return what to multiply values with, to have them in another unit.

    Parameters
    ----------
    source, target
        Units of astropy.
    surroundings
        Beam, pixel and frequency.

    Returns
    -------
    ndarray
        The factor, of the shape that its ingredients have together.

    Raises
    ------
    ArgumentError
        If the units measure different things, or one is no plain factor (a magnitude).
    ImageError
        If beam, pixel size or frequency is needed and missing.

    Examples
    --------
    >>> from astropy import units
    >>> given = Surroundings(lambda: 1e-9, lambda: 1e-11, lambda: np.array([1e9, 2e9]))
    >>> conversion_factor(units.Jy / units.beam, units.MJy / units.sr, given).round(6).tolist()
    1000.0
    >>> conversion_factor(units.Jy / units.beam, units.K, given).round(1)
    array([32548.3,  8137.1])
    """
    from astropy import units

    for unit in (source, target):
        if not isinstance(unit, units.UnitBase) or isinstance(unit, units.UnrecognizedUnit):
            raise ArgumentError(f"{unit} is not a unit that pixels can be converted from or to")
    if source.is_equivalent(target):
        return np.asarray(float(source.to(target)))
    rest = (source / target).decompose()
    factor = np.asarray(1.0)
    for base, ask, stands_for in (
        (units.beam, surroundings.beam_area, units.sr),
        (units.pix, surroundings.pixel_area, units.sr),
        (units.K, lambda: _kelvin(surroundings.frequency()), units.Jy / units.sr),
    ):
        power = power_of(rest, base)
        if not power:
            continue
        try:
            amount = np.asarray(ask(), float)
        except ImageError as error:
            raise type(error)(f"from {source} to {target}: {error}") from error
        factor = factor * amount**power
        rest = (rest / base**power * stands_for**power).decompose()
    if rest.bases:
        left = units.CompositeUnit(1, rest.bases, rest.powers)
        raise ArgumentError(
            f"{source} cannot be converted to {target}: their ratio has the unit {left}"
        )
    return np.asarray(factor * float(rest.scale))


def power_of(unit: Any, base: Any) -> float:
    """Return the power of a base unit in another unit.

    Examples
    --------
    >>> from astropy import units
    >>> power_of(units.mJy / units.beam, units.beam)
    -1.0
    """
    parts = unit.decompose()
    powers = [power for own, power in zip(parts.bases, parts.powers, strict=True) if own == base]
    return float(sum(powers))


def _kelvin(given: Any) -> Array:
    """Return the surface brightness in Jy/sr of 1 K at frequencies in Hz."""
    from astropy import units

    frequency = np.asarray(given, float)
    equivalency = units.brightness_temperature(frequency * units.Hz)
    brightness: Array = (np.ones(frequency.shape) * units.K).to_value("Jy/sr", equivalency)
    return brightness
