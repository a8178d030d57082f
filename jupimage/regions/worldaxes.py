"""Positions in records of world regions: which axes of an image they name, and which pixels.

A position is a quantity for each axis. Its unit may be ``pix`` (counted from 1, where the record
says so), ``frac`` (of the length of the axis), ``default`` (the end of the axis), or one of the
world. Where a record says only one coordinate of a pair, the other has its reference value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from jupimage.errors import CoordinateError, FormatError, MaskError
from jupimage.regions.fields import integers, numbers, record, text

if TYPE_CHECKING:
    from jupimage.coordinates import Axis, coordinatesystem

__all__ = ["WorldAxes"]

Array = NDArray[np.float64]
Record = Mapping[str, Any]


class WorldAxes:
    """The axes of an image that a record of a world region is about.

    Parameters
    ----------
    region
        The record.
    system, shape
        Of the image.
    where
        What the record is called in messages.

    Raises
    ------
    MaskError
        If the image has not those axes, in the same frames.
    FormatError
        If the record is damaged.
    """

    def __init__(
        self, region: Record, system: coordinatesystem, shape: tuple[int, ...], where: str
    ) -> None:
        self._where = where
        self._shape = shape
        self._known = system.axes()
        self._parts = system.transform().parts
        self.origin = 1 if region.get("oneRel", True) else 0
        wanted = integers(region, "pixelAxes", where) - self.origin
        described = self._described(region)
        if len(set(wanted.tolist())) != wanted.size or not all(
            0 <= axis < len(described) for axis in wanted
        ):
            raise FormatError(
                f"{where}: wanted different axes of the {len(described)} of its coordinates, got "
                f"{(wanted + self.origin).tolist()}"
            )
        self.axes = tuple(self._match(described[len(described) - 1 - int(n)]) for n in wanted)
        """Numpy numbers of the axes of the image, in the order of the record."""

    def _described(self, region: Record) -> tuple[Axis, ...]:
        from jupimage.coordinates import coordinatesystem

        try:
            made = coordinatesystem(dict(record(region, "coordinates", self._where)))
            return made.axes()
        except (CoordinateError, KeyError, TypeError, ValueError, IndexError) as error:
            raise FormatError(f"{self._where}: its coordinates cannot be read: {error}") from error

    def _match(self, wanted: Axis) -> int:
        for number, axis in enumerate(self._known):
            if (axis.kind, axis.part, axis.frame) == (wanted.kind, wanted.part, wanted.frame) and (
                axis.kind not in ("linear", "tabular") or axis.name == wanted.name
            ):
                return number
        frame = f" in {wanted.frame}" if wanted.frame else ""
        raise MaskError(
            f"{self._where}: the region needs an axis {wanted.name}{frame} ({wanted.kind}), the "
            f"image has {', '.join(f'{a.name} {a.frame}'.strip() for a in self._known)}"
        )

    def unit(self, holder: Record, name: str) -> str:
        """Return the unit of a quantity."""
        return text(record(holder, name, self._where), "unit", self._where)

    def pixels(
        self, quantities: Sequence[Record], *, last: bool = False, origin: int | None = None
    ) -> Array:
        """Return pixels (n, axes) of quantities of n values each, one for each axis.

        Parameters
        ----------
        quantities
            In the order of `axes`.
        last
            Whether a fraction of an axis ends before the pixel it reaches.
        origin
            Number of the first pixel, if it is not what the record says.
        """
        if len(quantities) != len(self.axes):
            raise FormatError(
                f"{self._where}: wanted {len(self.axes)} quantities, got {len(quantities)}"
            )
        values = [numbers(each, "value", self._where) for each in quantities]
        found = np.full((values[0].size, len(self.axes)), np.nan)
        world: dict[int, Array] = {}
        for place, (axis, each) in enumerate(zip(self.axes, quantities, strict=True)):
            unit, length = text(each, "unit", self._where), self._shape[axis]
            if values[place].size != len(found):
                raise FormatError(f"{self._where}: wanted as many values for each axis")
            if unit == "pix":
                found[:, place] = values[place] - (self.origin if origin is None else origin)
            elif unit == "frac":
                found[:, place] = values[place] * length - last
            elif unit == "default":
                found[:, place] = length - 1 if last else 0
            else:
                world[axis] = values[place] * self._factor(unit, self._known[axis])
        if world:
            self._add(found, world)
        return found

    def _add(self, found: Array, world: dict[int, Array]) -> None:
        """Add the pixels of world values."""
        for part in self._parts:
            own = [axis for axis in part.pixel_columns if axis in world]
            if not own:
                continue
            middle = np.array(part.entry.pixelreplace, float)
            for n, axis in enumerate(part.pixel_columns):
                if axis >= 0:
                    middle[n] = self._known[axis].reference_pixel
            values = np.repeat(part.transform.toworld(middle[None]), len(found), axis=0)
            for axis in own:
                values[:, self._known[axis].part] = world[axis]
            pixels = part.transform.topixel(values)
            if not np.isfinite(pixels).all():
                raise MaskError(f"{self._where}: a position has no pixel in the image")
            for axis in own:
                found[:, self.axes.index(axis)] = pixels[:, part.pixel_columns.index(axis)]

    def lengths(self, quantities: Sequence[Record], axes: Sequence[int] | None = None) -> Array:
        """Return sizes in pixels of sizes along axes (`axes` of the image, if not all)."""
        found = []
        for axis, each in zip(self.axes if axes is None else axes, quantities, strict=True):
            size = float(numbers(each, "value", self._where, count=1)[0])
            unit, known = text(each, "unit", self._where), self._known[axis]
            if unit != "pix":
                size *= self._factor(unit, known) / abs(known.increment)
            found.append(size)
        return np.array(found)

    def _factor(self, unit: str, axis: Axis) -> float:
        """Return the size of a unit in that of an axis."""
        if unit == axis.unit:
            return 1.0
        from astropy.units import Unit, UnitConversionError

        from jupimage.coordinates.units import degrees, hertz

        try:
            if axis.kind == "direction":
                return degrees(unit) / degrees(axis.unit)
            if axis.kind == "spectral":
                return hertz(unit) / hertz(axis.unit)
        except CoordinateError:
            pass
        try:
            return float(Unit(unit).to(axis.unit))
        except (ValueError, TypeError, UnitConversionError) as error:
            raise MaskError(
                f"{self._where}: wanted {axis.unit or 'no unit'} on the axis {axis.name}, got "
                f"{unit[:40]!r}"
            ) from error
