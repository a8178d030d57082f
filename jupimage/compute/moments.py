"""Moments along an axis: integrals, mean positions and widths of lines, pixel by pixel.

The moment of order 0 is the integral over the axis. That of order 1 is the mean coordinate, each
pixel weighted with its value; that of order 2 the dispersion about it, a width; those of higher
order ``k`` the mean of the ``k``-th power of the distance from it. Noise around a line counts as
well as the line does, which is why a range of values that count is so often given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.compute.cells import Cells, lay_out
from jupimage.compute.channels import CONVENTIONS, find_channels
from jupimage.compute.eligibility import Eligibility, zeroed
from jupimage.compute.walk import Walk
from jupimage.coordinates import coordinatesystem
from jupimage.errors import ArgumentError, CoordinateError, DataTypeError
from jupimage.lattice import Block, Box, Lattice

__all__ = ["AxisScale", "as_orders", "axis_scale", "moments"]

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]

_PIECE = 1 << 16
_HIGHEST = 16
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class AxisScale:
    """The coordinate along an axis.

    Parameters
    ----------
    values
        At the centre of each pixel.
    unit
        Of the values.
    """

    values: Array
    unit: str

    @property
    def widths(self) -> Array:
        """Width of each pixel, 1 for a single pixel."""
        if len(self.values) == 1:
            return np.ones(1)
        return np.abs(np.gradient(self.values))

    def unit_of(self, order: int, brightness: str) -> str:
        """Return the unit of a moment, in the spelling of images.

        Examples
        --------
        >>> scale = AxisScale(np.arange(3.0), "km/s")
        >>> scale.unit_of(0, "Jy/beam"), scale.unit_of(1, "Jy/beam")
        ('Jy/beam.km/s', 'km/s')
        """
        if order == 0:
            return ".".join(part for part in (brightness, self.unit) if part)
        if order in (1, 2) or not self.unit:
            return self.unit
        return self.unit if order == 1 else _power(self.unit, order)


def _power(unit: str, order: int) -> str:
    """Return a power of a unit of words that are joined by slashes and points."""
    words = unit.replace("/", " / ").replace(".", " . ").split()
    return "".join(word if word in "/." else f"{word}{order}" for word in words)


def axis_scale(
    system: coordinatesystem, shape: tuple[int, ...], axis: int, *, convention: str = "radio"
) -> AxisScale:
    """Return the coordinate along an axis of an image, through its middle.

    Along the spectral axis it is the velocity in km/s, if a rest frequency is known.

    Parameters
    ----------
    system, shape
        Of the image.
    axis
        Which one.
    convention
        What a velocity means: radio, optical or relativistic.

    Raises
    ------
    ArgumentError
        If there is no such convention, or the pixels along the axis are names (Stokes).
    CoordinateError
        If there are no coordinates along it.
    """
    if convention not in CONVENTIONS:
        raise ArgumentError(f"velocity must be one of {CONVENTIONS}, got {convention!r}")
    kind = system.axes()[axis]
    if kind.labels:
        raise ArgumentError(f"axis {axis} holds {', '.join(kind.labels)}: it has no coordinate")
    if system.spectral_axis() == axis:
        found = find_channels(system, shape)
        if found.rest > 0:
            from astropy import units

            doppler = getattr(units, f"doppler_{convention}")(found.rest * units.Hz)
            speeds = (found.frequencies * units.Hz).to_value(units.km / units.s, doppler)
            return AxisScale(np.asarray(speeds, float), "km/s")
        return AxisScale(found.frequencies, "Hz")
    pixels = np.tile([(length - 1) / 2 for length in shape], (shape[axis], 1))
    pixels[:, axis] = np.arange(shape[axis])
    values = np.asarray(system.toworld(pixels), float)[:, kind.world]
    if not np.isfinite(values).all():
        raise CoordinateError(f"axis {axis} ({kind.name}) leaves the sky: it has no coordinates")
    return AxisScale(values, kind.unit)


def as_orders(orders: Any) -> list[int]:
    """Return the orders of moments that are asked for.

    Raises
    ------
    DataTypeError
        If they are not ints.
    ArgumentError
        If one is negative or beyond 16, or there are none.

    Examples
    --------
    >>> as_orders((0, 1))
    [0, 1]
    """
    given = np.atleast_1d(np.asarray(orders))
    if given.dtype.kind not in "iu" or given.ndim != 1:
        raise DataTypeError(f"orders of moments must be ints, got {orders!r}")
    if not given.size or given.min() < 0 or given.max() > _HIGHEST:
        raise ArgumentError(f"orders of moments must lie in 0..{_HIGHEST}, got {orders!r}")
    return [int(order) for order in given]


def moments(
    lattice: Lattice,
    axis: int,
    orders: Sequence[int],
    scale: AxisScale,
    rule: Eligibility,
    walk: Walk,
) -> tuple[Array, Bools]:
    """Return moments along an axis, one after the other along a new first axis, and their validity.

    A moment is not valid where no pixel counts. Those of order 1 and above are not where the
    values add up to nothing, or to something that puts the mean outside the axis, which noise
    around zero does; the second is not where its square would be negative.

    Parameters
    ----------
    lattice, rule, walk
        The pixels, which of them count, and what goes over them.
    axis
        Along which.
    orders
        Which moments.
    scale
        The coordinate along the axis.

    Examples
    --------
    >>> from jupimage.lattice import MemoryLattice
    >>> line = MemoryLattice([[0.0], [1.0], [3.0], [0.0]])
    >>> scale = AxisScale(np.array([10.0, 20.0, 30.0, 40.0]), "km/s")
    >>> values, good = moments(line, 0, (0, 1), scale, Eligibility(), Walk())
    >>> values.ravel()
    array([40. , 27.5])
    """
    if lattice.dtype.kind == "c":
        raise DataTypeError(
            "complex pixels have no moments; take those of their amplitude, or of their real or "
            "imaginary parts"
        )
    cells = Cells(lattice.shape, (axis,))
    boxes = cells.boxes(lattice) or [box for _, box in cells.single()]
    found = np.empty((len(orders), *cells.grid))
    good = np.empty(found.shape, bool)
    work = partial(_of_box, axis=axis, orders=tuple(orders), scale=scale, rule=rule)
    for box, (values, flags) in zip(boxes, walk.boxes(work, lattice, boxes), strict=True):
        for target, source in ((found, values), (good, flags)):
            part = target[:, *cells.place(box)]
            part[...] = source.reshape(part.shape)
    return found, good


def _of_box(
    box: Box,
    block: Block,
    *,
    axis: int,
    orders: Sequence[int],
    scale: AxisScale,
    rule: Eligibility,
) -> tuple[Array, Bools]:
    values, good = rule.take(block)
    assert values is not None
    rows = lay_out(values, (axis,))
    counts = np.full(len(rows), rows.shape[1])
    if good is not None:
        flags = lay_out(good, (axis,))
        rows, counts = zeroed(rows, flags), np.count_nonzero(flags, axis=1)
    found = np.empty((len(orders), len(rows)))
    valid = np.empty(found.shape, bool)
    step = max(1, _PIECE // rows.shape[1])
    for start in range(0, len(rows), step):
        part = slice(start, start + step)
        weights = rows[part].astype(np.float64) * scale.widths
        _fill(weights, counts[part] > 0, orders, scale.values, found[:, part], valid[:, part])
    return found, valid


def _fill(
    weights: Array, some: Bools, orders: Sequence[int], x: Array, found: Array, valid: Bools
) -> None:
    """Put the moments of rows of weights into arrays."""
    total = weights.sum(axis=1)
    middle = (x.min() + x.max()) / 2
    with np.errstate(all="ignore"):
        mean = middle + weights @ (x - middle) / total
        reach = (x.max() - middle) * (1 + _ROUNDING)
        inside = some & (np.abs(mean - middle) <= reach)
        away = x[None, :] - mean[:, None] if max(orders) >= 2 else None
        for k, order in enumerate(orders):
            if order == 0:
                found[k], valid[k] = total, some
                continue
            valid[k] = inside
            if away is None or order == 1:
                found[k] = mean
                continue
            found[k] = np.einsum("ij,ij->i", weights, away**order) / total
            if order == 2:
                valid[k] &= found[k] >= 0
                found[k] = np.sqrt(found[k])
        found[~valid] = np.nan
