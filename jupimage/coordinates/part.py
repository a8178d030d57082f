"""A coordinate of a system as an object: a view of its record.

Whatever is set is written to the record, so that it shows wherever else the record is used.
The record counts axes from the fastest, the methods here from the slowest, as numpy does;
only `get_axis_size` and `get_image_axis` do not turn the order round, because scripts rely on
that: `get_axis_lengths` gives the lengths in numpy's order.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.coordinates.damage import reads_record
from jupimage.coordinates.record import Record
from jupimage.errors import CoordinateError

__all__ = ["ArgumentError", "coordinate", "line", "numbers", "one_number"]

Array = NDArray[np.float64]


class ArgumentError(CoordinateError, AssertionError):
    """A setter got something it cannot use."""


class ArgumentTypeError(ArgumentError, TypeError):
    """A setter got something that is not of the kind it needs."""


class coordinate:
    """One coordinate of a coordinate system.

    Parameters
    ----------
    rec
        Its record, kept by reference.

    Examples
    --------
    >>> from jupimage.coordinates import linearcoordinate
    >>> from jupimage.coordinates.record import linear_record
    >>> axes = linearcoordinate(linear_record(names=["x", "y"], units=["m", "s"],
    ...                         crval=[1, 2], cdelt=[3, 4], crpix=[0, 9]))
    >>> axes.get_axes(), axes.get_referencevalue()
    (['y', 'x'], array([2., 1.]))
    >>> print(axes)
    Linear Coordinate:
     Reference Pixel : [9. 0.]
     Reference Value : [2. 1.] ['s', 'm']
     Increment       : [4. 3.] ['s', 'm']
    <BLANKLINE>
    """

    kind = ""

    def __init__(self, rec: Record) -> None:
        self._coord = rec

    def __repr__(self) -> str:
        axes = self.get_axes()
        names = [axes] if isinstance(axes, str) else [str(name) for name in axes or ()]
        return f"<{type(self).__name__} {', '.join(names)}>"

    @reads_record
    def __str__(self) -> str:
        unit = self.get_unit()
        lines = [
            f"{type(self).__name__.removesuffix('coordinate').capitalize()} Coordinate:",
            line("Reference Pixel", self.get_referencepixel()),
            line("Reference Value", self.get_referencevalue(), unit),
            line("Increment", self.get_increment(), unit),
            *self._more_lines(),
        ]
        return "\n".join(lines) + "\n"

    def _more_lines(self) -> list[str]:
        return []

    def dict(self) -> Record:
        """Return the record itself."""
        return self._coord

    def get_axis_size(self, axis: int = 0) -> Any:
        """Return the length of an axis, counted as in the record (fastest first); -1 if unknown."""
        return _entry(self._coord, "_axes_sizes", axis)

    def get_image_axis(self, axis: int = 0) -> Any:
        """Return the image axis (slowest is 0) of an axis counted the same way; -1 if unknown."""
        return _entry(self._coord, "_image_axes", axis)

    @reads_record
    def get_axis_lengths(self) -> list[int]:
        """Return the lengths of all axes, slowest first like `get_axes`; [] if unknown.

        Examples
        --------
        >>> from jupimage.coordinates import default_system
        >>> sky = default_system((30, 40))["direction"]
        >>> sky.get_axes(), sky.get_axis_lengths()
        (['Declination', 'Right Ascension'], [30, 40])
        """
        return [int(length) for length in self._coord.get("_axes_sizes", ())][::-1]

    def get_referencepixel(self) -> Any:
        """Return the reference pixels, slowest axis first."""
        return self._coord.get("crpix", [])[::-1]

    def get_referencevalue(self) -> Any:
        """Return the world values at the reference pixels, slowest axis first."""
        return self._coord.get("crval", [])[::-1]

    def get_increment(self) -> Any:
        """Return the increments per pixel, slowest axis first."""
        return self._coord.get("cdelt", [])[::-1]

    def get_unit(self) -> Any:
        """Return the units, slowest axis first."""
        return self._coord.get("units", [])[::-1]

    def get_axes(self) -> Any:
        """Return the names of the axes, slowest axis first."""
        return self._coord.get("axes", [])[::-1]

    def set_referencepixel(self, pix: Sequence[float] | Array) -> None:
        """Set the reference pixels, slowest axis first."""
        self._set("crpix", "referencepixel", pix)

    def set_referencevalue(self, val: Sequence[float] | Array) -> None:
        """Set the world values at the reference pixels, slowest axis first.

        They are in the units of the axes.
        """
        self._set("crval", "referencevalue", val)

    def set_increment(self, inc: Sequence[float] | Array) -> None:
        """Set the increments per pixel, slowest axis first."""
        self._set("cdelt", "increment", inc)

    def _set(self, key: str, name: str, values: Sequence[float] | Array) -> None:
        wanted = len(self._coord.get(key, ()))
        array = numbers(values, name)
        if array.shape != (wanted,):
            raise (ArgumentError if array.ndim else ArgumentTypeError)(
                f"{name} needs {wanted} values, got {values!r:.60} of shape {array.shape}"
            )
        if key == "cdelt" and not array.all():
            raise ArgumentError(f"an increment cannot be 0, got {array.tolist()}")
        self._coord[key] = array[::-1].copy()


def line(title: str, *values: Any) -> str:
    """Return a line of the description of a coordinate."""
    return f" {title:16s}: {' '.join(str(value) for value in values)}"


def numbers(values: Any, name: str) -> Array:
    """Return finite numbers as an array of its own."""
    try:
        array = np.array(values)
        if array.dtype.kind not in "fiub":
            raise ValueError(f"numbers of type {array.dtype}")
        array = array.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise ArgumentTypeError(f"{name} needs numbers, got {values!r:.60}") from error
    if not np.isfinite(array).all():
        raise ArgumentError(f"{name} has to be finite, got {values!r:.60}")
    return array


def one_number(values: Any, name: str) -> float:
    """Return a single finite number; a sequence of one will do."""
    array = numbers(values, name)
    if array.size != 1:
        raise ArgumentError(f"{name} needs one number, got {values!r:.60}")
    return float(array.ravel()[0])


def _entry(record: Record, key: str, axis: int) -> Any:
    try:
        return record[key][axis]
    except (KeyError, IndexError, TypeError):
        return -1
