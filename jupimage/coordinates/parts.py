"""The coordinates of a system as objects: each is a view of its record.

Whatever is set is written to the record, so that it shows wherever else the record is used.
The record counts axes from the fastest, the methods here from the slowest, as numpy does;
only `get_axis_size` does not turn the order round, because scripts rely on that.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jupimage.coordinates.direction import DirectionTransform
from jupimage.coordinates.frames import EQUATORIAL
from jupimage.coordinates.record import Record
from jupimage.coordinates.spectral import linear_part, rest_frequency
from jupimage.coordinates.units import C
from jupimage.errors import CoordinateError

__all__ = [
    "coordinate",
    "directioncoordinate",
    "linearcoordinate",
    "qualitycoordinate",
    "spectralcoordinate",
    "stokescoordinate",
    "tabularcoordinate",
]

Array = NDArray[np.float64]


class ArgumentError(CoordinateError, AssertionError):
    """A setter got something it cannot use."""


class coordinate:
    """One coordinate of a coordinate system.

    Parameters
    ----------
    rec
        Its record, kept by reference.

    Examples
    --------
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
        return f"<{type(self).__name__} {', '.join(np.atleast_1d(self.get_axes()).tolist())}>"

    def __str__(self) -> str:
        unit = self.get_unit()
        lines = [
            f"{type(self).__name__.removesuffix('coordinate').capitalize()} Coordinate:",
            _line("Reference Pixel", self.get_referencepixel()),
            _line("Reference Value", self.get_referencevalue(), unit),
            _line("Increment", self.get_increment(), unit),
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
        self._set("crpix", pix)

    def set_referencevalue(self, val: Sequence[float] | Array) -> None:
        """Set the world values at the reference pixels, slowest axis first."""
        self._set("crval", val)

    def set_increment(self, inc: Sequence[float] | Array) -> None:
        """Set the increments per pixel, slowest axis first."""
        self._set("cdelt", inc)

    def _set(self, key: str, values: Sequence[float] | Array) -> None:
        wanted = len(self._coord.get(key, ()))
        array = np.array(values, float)
        if array.shape != (wanted,):
            raise ArgumentError(f"{key} needs {wanted} values, got an array of {array.shape}")
        self._coord[key] = array[::-1].copy()


def _line(title: str, *values: Any) -> str:
    return f" {title:16s}: {' '.join(str(value) for value in values)}"


def _entry(record: Record, key: str, axis: int) -> Any:
    try:
        return record[key][axis]
    except (KeyError, IndexError, TypeError):
        return -1


class directioncoordinate(coordinate):
    """Longitude and latitude on the sky."""

    kind = "direction"

    def _more_lines(self) -> list[str]:
        return [_line("Frame", self.get_frame()), _line("Projection", self.get_projection())]

    def get_projection(self) -> Any:
        """Return the code of the projection, ``SIN``..."""
        return self._coord.get("projection")

    def get_frame(self) -> Any:
        """Return the sky frame of the projection, ``J2000``..."""
        return self._coord.get("system")

    def sky_state(self) -> Record | None:
        """Return the numbers of the projection for a browser, as plain JSON.

        All angles are in degrees, reference pixels count from 0, longitude comes first.
        ``pole`` holds celestial longitude and latitude of the native pole and the native
        longitude of the celestial pole. None where there is more to it than a projection:
        a distortion, or positions that are shown in another frame.

        Examples
        --------
        >>> from jupimage.coordinates.record import direction_record
        >>> sky = directioncoordinate(direction_record(crval=(10.0, 60.0), cdelt=(-0.1, 0.1),
        ...                           crpix=(5.0, 5.0), units=("deg", "deg"))).sky_state()
        >>> sky["projection"], [round(angle, 9) for angle in sky["pole"]]
        ('SIN', [10.0, 60.0, 180.0])
        """
        transform = DirectionTransform(self._coord)
        if transform.converts or transform.bent:
            return None
        return {
            **transform.state(),
            "frame": transform.system,
            "sexagesimal": transform.system in EQUATORIAL,
        }


class spectralcoordinate(coordinate):
    """Frequency; all that is a list elsewhere is a single value here."""

    kind = "spectral"

    def _more_lines(self) -> list[str]:
        rest = _line("Rest Frequency", self.get_restfrequency(), "Hz")
        return [_line("Frame", self.get_frame()), rest]

    def get_unit(self) -> Any:
        """Return the unit of the frequencies."""
        return self._coord.get("unit")

    def get_axes(self) -> Any:
        """Return the name of the axis."""
        return self._coord.get("name")

    def get_referencepixel(self) -> Any:
        """Return the reference pixel; of a tabulated axis its first pixel."""
        return linear_part(self._coord)[0]

    def get_referencevalue(self) -> Any:
        """Return the frequency at the reference pixel."""
        return linear_part(self._coord)[1]

    def get_increment(self) -> Any:
        """Return the increment per pixel; of a tabulated axis the mean one."""
        return linear_part(self._coord)[2]

    def get_restfrequency(self) -> Any:
        """Return the rest frequency."""
        return self._coord.get("restfreq")

    def get_frame(self) -> Any:
        """Return the velocity frame, ``LSRK``..."""
        return self._coord.get("system")

    def get_conversion(self) -> Any:
        """Return what is needed to see the frequencies in another velocity frame."""
        return self._coord.get("conversion")

    def set_restfrequency(self, val: float) -> None:
        """Set the rest frequency."""
        self._coord["restfreq"] = float(val)

    def _set(self, key: str, values: Any) -> None:
        if "wcs" not in self._coord:
            raise ArgumentError(f"{key} of a tabulated spectral coordinate cannot be set")
        self._coord["wcs"][key] = float(values)

    @property
    def restfrequency(self) -> float:
        """Rest frequency in Hz, 0 if it is not known."""
        return rest_frequency(self._coord)

    @property
    def frame(self) -> str:
        """Velocity frame in which the axis gives its frequencies."""
        conversion = self._coord.get("conversion") or {}
        return str(conversion.get("system") or self._coord.get("system", ""))

    def velocity(self, frequency_hz: ArrayLike) -> Any:
        """Return the radio velocity in km/s of frequencies in Hz.

        Raises
        ------
        CoordinateError
            If there is no rest frequency.

        Examples
        --------
        >>> from jupimage.coordinates.record import spectral_record
        >>> axis = spectralcoordinate(spectral_record(restfrequency=1.42e9))
        >>> round(axis.velocity(1.41e9), 6)
        2111.214493
        """
        rest = self.restfrequency
        if not rest > 0:
            raise CoordinateError("a velocity needs a rest frequency, there is none")
        velocity = C / 1e3 * (1 - np.asarray(frequency_hz, float) / rest)
        return velocity if velocity.ndim else float(velocity)


class linearcoordinate(coordinate):
    """Any number of axes that are linear together."""

    kind = "linear"


class stokescoordinate(coordinate):
    """Polarisation products."""

    kind = "stokes"

    def get_stokes(self) -> Any:
        """Return the names of the products, in the order of the pixels."""
        return self._coord["stokes"]


class tabularcoordinate(coordinate):
    """One axis with a world value for each of its pixels."""

    kind = "tabular"

    def get_pixelvalues(self) -> Any:
        """Return the pixels of the table."""
        return self._coord["pixelvalues"]

    def get_worldvalues(self) -> Any:
        """Return the world values of the table."""
        return self._coord["worldvalues"]

    def set_pixelvalues(self, val: Sequence[float] | Array) -> None:
        """Set the pixels of the table, as many as there are."""
        self._set_table("pixelvalues", val)

    def set_worldvalues(self, val: Sequence[float] | Array) -> None:
        """Set the world values of the table, as many as there are."""
        self._set_table("worldvalues", val)

    def _set_table(self, key: str, values: Sequence[float] | Array) -> None:
        wanted = len(self._coord[key])
        array = np.array(values, float)
        if array.shape != (wanted,):
            raise ArgumentError(f"{key} needs {wanted} values, got an array of {array.shape}")
        self._coord[key] = array


class qualitycoordinate(coordinate):
    """Data and their errors."""

    kind = "quality"


CLASSES: Record = {
    cls.kind: cls
    for cls in (
        directioncoordinate, spectralcoordinate, linearcoordinate, stokescoordinate,
        tabularcoordinate, qualitycoordinate,
    )
}  # fmt: skip
"""The class of each kind of coordinate."""
