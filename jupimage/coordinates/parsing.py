"""World values from what people write: text, quantities of astropy, directions of the sky."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.coordinates.angles import parse_angle, split_quantity
from jupimage.coordinates.axis import Axis
from jupimage.coordinates.frames import EQUATORIAL, astropy_frame
from jupimage.coordinates.stokes import QUALITY_CODES, STOKES_CODES
from jupimage.coordinates.units import C, degrees, hertz, metres
from jupimage.errors import CoordinateError, DataTypeError

__all__ = ["parse_value", "world_vector"]

Array = NDArray[np.float64]


class TextError(CoordinateError, TypeError):
    """Text that is no world value, where numbers would have done as well."""


def world_vector(world: Any, axes: Sequence[Axis]) -> Any:
    """Return world values as numbers in the units of the axes.

    Parameters
    ----------
    world
        A value for each axis, slowest first: a number, text, or a quantity. A `SkyCoord`
        stands for both axes of the sky. Arrays are broadcast against each other.
    axes
        What the axes are, slowest first.

    Returns
    -------
    list of float, or array
        One vector, or for arrays vectors (..., axes).

    Examples
    --------
    >>> from jupimage.coordinates import default_system
    >>> axes = default_system((9, 4, 4)).conversion().world_axes
    >>> world_vector(["1.5 GHz", "0d30m", 3], axes)
    [1500000000.0, 30.0, 3.0]
    """
    if isinstance(world, str) and _is_bare_number(world):
        raise TextError(f"wanted a number, or a text with a unit, got the text {world[:40]!r}")
    items = list(world) if isinstance(world, list | tuple) else [world]
    values: dict[int, Any] = {}
    plain = []
    for item in items:
        if hasattr(item, "icrs"):
            values |= _sky(item, axes)
        else:
            plain.append(item)
    left = [place for place in range(len(axes)) if place not in values]
    if len(left) != len(plain):
        names = ", ".join(axes[place].name or axes[place].kind for place in left)
        wrong = TextError if any(isinstance(item, str) for item in items) else CoordinateError
        raise wrong(f"world needs {len(left)} values for the axes {names}, got {len(plain)}")
    for place, item in zip(left, plain, strict=True):
        values[place] = parse_value(item, axes[place])
    columns = [values[place] for place in range(len(axes))]
    if all(isinstance(column, float) for column in columns):
        return columns
    try:
        return np.stack(np.broadcast_arrays(*columns), axis=-1)
    except ValueError as error:
        shapes = [np.shape(column) for column in columns]
        raise CoordinateError(f"world values of shapes {shapes} do not fit each other") from error


def parse_value(item: Any, axis: Axis) -> Any:
    """Return a world value, or an array of them, as numbers in the unit of an axis.

    Parameters
    ----------
    item
        A number, text or a quantity of astropy; a frequency may be given as a wavelength.
    axis
        The axis.

    Raises
    ------
    CoordinateError
        If the text says nothing, or the unit does not fit.

    Examples
    --------
    >>> from jupimage.coordinates import default_system
    >>> stokes, dec = default_system((9, 4, 16, 16)).axes()[1:3]
    >>> parse_value("V", stokes), parse_value("-1deg", dec)
    (4.0, -60.0)
    """
    if isinstance(item, str):
        return _from_text(item, axis)
    if hasattr(item, "unit"):
        return _from_quantity(item, axis)
    values = np.asarray(item)
    if values.dtype.kind not in "fiub":
        raise DataTypeError(f"{_title(axis)} needs a number, text or a quantity, got {item!r:.60}")
    return values.astype(np.float64) if values.ndim else float(values)


def _is_bare_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _title(axis: Axis) -> str:
    return axis.name or f"a {axis.kind} axis"


def _from_text(text: str, axis: Axis) -> float:
    try:
        if axis.kind == "direction":
            hours = axis.part == 0 and axis.frame in EQUATORIAL
            return parse_angle(text, hours=hours, unit=axis.unit) / degrees(axis.unit)
        if axis.kind in ("stokes", "quality"):
            codes = STOKES_CODES if axis.kind == "stokes" else QUALITY_CODES
            if text.strip() in codes:
                return float(codes[text.strip()])
            known = ", ".join(axis.labels)
            raise CoordinateError(f"wanted one of {known}, got {text[:40]!r}")
        number, unit = split_quantity(text)
        if not unit or unit == axis.unit:
            return number
        return _spectral(number, unit, axis) if axis.kind == "spectral" else _other(text, axis)
    except CoordinateError as error:
        raise TextError(f"{_title(axis)}: {error}") from error


def _spectral(number: float, unit: str, axis: Axis) -> float:
    try:
        return number * hertz(unit) / hertz(axis.unit)
    except CoordinateError:
        try:
            return C / (number * metres(unit)) / hertz(axis.unit)
        except CoordinateError:
            raise CoordinateError(
                f"wanted a frequency or a wavelength, got the unit {unit[:40]!r}; "
                "spectralcoordinate.frequency turns velocities into frequencies"
            ) from None


def _other(text: str, axis: Axis) -> float:
    from astropy.units import Quantity

    try:
        return float(_from_quantity(Quantity(text), axis))
    except (TypeError, ValueError) as error:
        raise CoordinateError(str(error)) from error


def _from_quantity(quantity: Any, axis: Axis) -> Any:
    from astropy import units

    try:
        if axis.kind == "direction":
            values = quantity.to_value(units.deg) / degrees(axis.unit)
        elif axis.kind == "spectral":
            values = quantity.to_value(units.Hz, units.spectral()) / hertz(axis.unit)
        else:
            values = quantity.to_value(units.Unit(axis.unit or ""))
    except (units.UnitsError, ValueError, TypeError) as error:
        raise CoordinateError(
            f"{_title(axis)} is in {axis.unit or 'no unit'}, got {str(quantity)[:60]}: {error}"
        ) from error
    return np.asarray(values, float) if np.ndim(values) else float(values)


def _sky(sky: Any, axes: Sequence[Axis]) -> dict[int, Any]:
    """Return longitude and latitude of a `SkyCoord` by the places of their axes."""
    pair = [place for place, axis in enumerate(axes) if axis.kind == "direction"]
    if len(pair) != 2:
        raise CoordinateError(
            f"a direction of the sky needs longitude and latitude, there are {len(pair)} such axes"
        )
    there = sky.transform_to(astropy_frame(axes[pair[0]].frame)).spherical
    angles = {0: there.lon.deg, 1: there.lat.deg}
    return {
        place: np.asarray(angles[axes[place].part]) / degrees(axes[place].unit)
        if np.ndim(angles[0])
        else float(angles[axes[place].part]) / degrees(axes[place].unit)
        for place in pair
    }
