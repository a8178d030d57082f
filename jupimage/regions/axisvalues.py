"""One value on one axis of an image: a pixel, a frequency, a velocity, a Stokes parameter."""

from __future__ import annotations

import math
import re
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np

from jupimage.errors import ArgumentError, CoordinateError

if TYPE_CHECKING:
    from jupimage.coordinates import Axis, coordinatesystem

__all__ = ["DOPPLER", "AxisValue", "axis_number", "axis_pixel", "axis_value", "quantity"]

AxisValue = float | str | tuple[float, str]
"""A pixel, the name of a pixel, or a number with its unit."""

DOPPLER = {"radio": "VRAD", "optical": "VOPT", "relativistic": "VELO"}
"""What FITS calls the velocities that a frequency can mean."""

_NUMBER = re.compile(r"\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*([^\d\s].*)")


def axis_value(value: Any, name: str) -> AxisValue:
    """Return a value on an axis as plain numbers and texts.

    Parameters
    ----------
    value
        A number (a pixel, counted from 0), a `Quantity` or a text with a unit, or the name of a
        Stokes parameter.
    name
        What it is called in messages.

    Raises
    ------
    ArgumentError
        If it is none of these, or not finite.

    Examples
    --------
    >>> axis_value(3, "low"), axis_value("1.42 GHz", "low"), axis_value("Q", "low")
    (3.0, (1.42, 'GHz'), 'Q')
    """
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, Real) and not isinstance(value, bool):
        found: AxisValue = float(value)
    elif isinstance(value, str):
        match = _NUMBER.fullmatch(value)
        found = (float(match[1]), match[2].strip()) if match else value.strip()
        if match and match[2].strip() in ("pix", "pixel", "pixels", "chan", "channel"):
            found = float(match[1])
    elif isinstance(value, tuple) and len(value) == 2 and isinstance(value[1], str):
        found = (float(value[0]), value[1])
    elif hasattr(value, "unit") and np.shape(value) == ():
        found = (float(value.value), str(value.unit))
    else:
        raise ArgumentError(f"{name} needs a pixel or a value with its unit, got {value!r:.80}")
    number = found[0] if isinstance(found, tuple) else found
    if not isinstance(number, str) and not math.isfinite(number):
        raise ArgumentError(f"{name} needs a finite value, got {value!r:.80}")
    return found


def quantity(value: tuple[float, str], name: str) -> Any:
    """Return a value as a `Quantity`.

    Raises
    ------
    ArgumentError
        If the unit is unknown.
    """
    from astropy.units import Quantity, Unit

    try:
        return Quantity(value[0], Unit(value[1]))
    except (ValueError, TypeError) as error:
        raise ArgumentError(f"{name} has an unknown unit {value[1][:40]!r}") from error


def axis_number(axis: int | str, system: coordinatesystem) -> int:
    """Return the numpy number of an axis that is named or counted.

    Parameters
    ----------
    axis
        Its number, from the end if negative; or its kind (``spectral``, ``stokes``, ``linear``,
        ``tabular``, ``quality``), or its name (``Frequency``, ``Declination``), in any case.

    Raises
    ------
    ArgumentError
        If there is none, or more than one.

    Examples
    --------
    >>> from jupimage.coordinates import default_system
    >>> system = default_system((4, 9, 8))
    >>> axis_number("Declination", system), axis_number(-1, system)
    (1, 2)
    """
    axes = system.axes()
    if isinstance(axis, str):
        wanted = axis.lower()
        found = [n for n, each in enumerate(axes) if wanted in (each.kind, each.name.lower())]
        if len(found) == 1:
            return found[0]
    elif -len(axes) <= axis < len(axes):
        return axis % len(axes)
    known = ", ".join(f"{n} {each.name} ({each.kind})" for n, each in enumerate(axes))
    raise ArgumentError(f"wanted one axis of {known}; got {axis!r:.40}")


def axis_pixel(
    value: AxisValue, axis: int, system: coordinatesystem, *, doppler: str = "radio"
) -> float:
    """Return the pixel of a value on an axis.

    Parameters
    ----------
    value
        As `axis_value` returns it.
    axis
        Numpy number of the axis.
    system
        Coordinates of the image.
    doppler
        What a velocity is: ``radio``, ``optical`` or ``relativistic``.

    Raises
    ------
    ArgumentError
        If the unit is not one of that axis, or no Stokes parameter has that name.
    CoordinateError
        If a velocity is given, and there is no rest frequency; or the axis is one of the sky.

    Examples
    --------
    >>> from jupimage.coordinates import default_system
    >>> system = default_system((4, 9, 8))
    >>> axis_pixel("Q", 0, system), axis_pixel("I", 0, system)
    (1.0, 0.0)
    """
    if isinstance(value, float):
        return value
    known = system.axes()[axis]
    if isinstance(value, str):
        return _named(value, known)
    part = next(part for part in system.transform().parts if axis in part.pixel_columns)
    if known.kind == "direction":
        raise CoordinateError(
            f"{value[0]:g} {value[1]} on axis {axis} ({known.name}) depends on the other axis of "
            "the sky: use a shape on the sky, or Corners"
        )
    if known.kind == "spectral":
        world = _frequency(value, part.entry.record, known, doppler)
    else:
        world = _converted(value, known)
    place = part.pixel_columns.index(axis)
    start = np.zeros((1, part.entry.size))
    start[0] = np.ravel(part.entry.record.get("crval", start))
    if not part.transform.separable and part.entry.size > 1:
        raise CoordinateError(f"axis {axis} ({known.name}) hangs together with others")
    start[0, known.part] = world
    pixel = float(part.transform.topixel(start)[0, place])
    if not math.isfinite(pixel):
        raise CoordinateError(f"{value[0]:g} {value[1]} has no pixel on axis {axis} ({known.name})")
    return pixel


def _named(value: str, axis: Axis) -> float:
    labels = [label.upper() for label in axis.labels]
    if value.upper() in labels:
        return float(labels.index(value.upper()))
    wanted = f"one of {', '.join(axis.labels)}" if labels else "a value with its unit"
    raise ArgumentError(f"wanted {wanted} on the axis {axis.name}, got {value[:40]!r}")


def _converted(value: tuple[float, str], axis: Axis) -> float:
    if value[1] == axis.unit:
        return value[0]
    from astropy.units import UnitConversionError

    try:
        return float(quantity(value, axis.name).to_value(axis.unit or ""))
    except (UnitConversionError, ValueError) as error:
        raise ArgumentError(
            f"wanted a value in {axis.unit or 'no unit'} on the axis {axis.name}, got "
            f"{value[0]:g} {value[1]}"
        ) from error


def _frequency(value: tuple[float, str], record: Any, axis: Axis, doppler: str) -> float:
    """Return a frequency, velocity or wavelength as a frequency in the unit of the axis."""
    from jupimage.coordinates.spectral import rest_frequency
    from jupimage.coordinates.spectraltypes import frequency
    from jupimage.coordinates.units import hertz

    found, rest = quantity(value, axis.name), rest_frequency(record)
    kind = str(found.unit.physical_type)
    if "frequency" in kind:
        hz = float(found.to_value("Hz"))
    elif "length" in kind:
        hz = float(frequency("WAVE", np.array(found.to_value("m")), 0.0))
    elif "velocity" in kind or "speed" in kind:
        if not rest > 0:
            raise CoordinateError(
                f"{value[0]:g} {value[1]} on the axis {axis.name} needs a rest frequency, there "
                "is none"
            )
        hz = float(frequency(DOPPLER[doppler], np.array(found.to_value("m/s")), rest))
    else:
        raise ArgumentError(
            f"wanted a frequency, velocity or wavelength on the axis {axis.name}, got "
            f"{value[0]:g} {value[1]}"
        )
    return hz / hertz(axis.unit)
