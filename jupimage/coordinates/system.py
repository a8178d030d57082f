"""The coordinate system of an image."""

from __future__ import annotations

import builtins
import copy
import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jupimage.coordinates import parts
from jupimage.coordinates.axis import Axis, describe
from jupimage.coordinates.record import KINDS, Record, entries
from jupimage.coordinates.section import annotate, cut
from jupimage.coordinates.transform import SystemTransform
from jupimage.errors import CoordinateError, DataTypeError
from jupimage.lattice import Box

__all__ = ["coordinatesystem"]

Array = NDArray[np.float64]

_KEY = re.compile(r"([a-z]+)(\d+)")


class NoCoordinateError(CoordinateError, LookupError):
    """A record holds no coordinate."""


class coordinatesystem:
    """Pixel and world coordinates of an image.

    A thin cover over a record (a dict, fastest axis first): the record is kept by reference,
    and what is set through the coordinates is written into it. Vectors of pixels and world
    values are in numpy order, slowest axis first.

    Parameters
    ----------
    rec
        The record.

    Raises
    ------
    CoordinateError
        If there is no coordinate in it; the error is a `LookupError` too.

    Examples
    --------
    >>> from jupimage.coordinates import default_system
    >>> system = default_system((64, 512, 512))
    >>> system.get_names()
    ['spectral', 'direction']
    >>> [round(value, 6) for value in system.toworld([32, 255, 255])]
    [1415000000.0, -1.0, 1.0]
    >>> system["direction"].get_frame()
    'J2000'
    """

    def __init__(self, rec: Record) -> None:
        if not isinstance(rec, dict):
            raise CoordinateError(f"a coordinate record is a dict, got {type(rec).__name__}")
        self._csys = rec
        self._compiled: tuple[Any, SystemTransform] | None = None
        if not self._numbered():
            raise NoCoordinateError("the coordinate record holds no coordinate")

    def __repr__(self) -> str:
        return f"<coordinatesystem {', '.join(self.get_names())}>"

    def __str__(self) -> str:
        return "".join(str(coordinate) for coordinate in self)

    def __getstate__(self) -> Record:
        return {"_csys": self._csys, "_compiled": None}

    def summary(self) -> None:
        """Print a description."""
        print(str(self))

    def dict(self) -> Record:
        """Return the record itself."""
        return self._csys

    def copy(self) -> coordinatesystem:
        """Return a system with a record of its own."""
        return coordinatesystem(copy.deepcopy(self._csys))

    # -- the coordinates ---------------------------------------------------------------------

    def _numbered(self) -> list[tuple[int, str]]:
        found = []
        for key in self._csys:
            match = _KEY.fullmatch(key) if isinstance(key, str) else None
            if match and match[1] in KINDS:
                found.append((int(match[2]), match[1]))
        return sorted(found)

    def get_names(self) -> list[str]:
        """Return the kinds of the coordinates, slowest axes first."""
        return [kind for _, kind in reversed(self._numbered())]

    def _key(self, name: str) -> str:
        for number, kind in self._numbered():
            if kind == name:
                return f"{kind}{number}"
        raise CoordinateError(
            f"there is no {name!r} coordinate, only {', '.join(self.get_names())}"
        )

    def get_coordinate(self, name: str) -> Any:
        """Return the first coordinate of a kind; setting its values changes this system."""
        return parts.CLASSES[name](self._csys[self._key(name)])

    def set_coordinate(self, name: str, val: parts.coordinate) -> None:
        """Replace the first coordinate of a kind."""
        key = self._key(name)
        if not isinstance(val, parts.CLASSES[name]):
            raise parts.ArgumentError(
                f"a {name} coordinate can only be replaced by one, got {type(val).__name__}"
            )
        self._csys[key] = val.dict()

    __getitem__ = get_coordinate
    __setitem__ = set_coordinate

    def __iter__(self) -> Iterator[Any]:
        for number, kind in reversed(self._numbered()):
            yield parts.CLASSES[kind](self._csys[f"{kind}{number}"])

    def get_referencepixel(self) -> list[Any]:
        """Return the reference pixels of each coordinate."""
        return [coordinate.get_referencepixel() for coordinate in self]

    def get_referencevalue(self) -> list[Any]:
        """Return the reference values of each coordinate."""
        return [coordinate.get_referencevalue() for coordinate in self]

    def get_increment(self) -> list[Any]:
        """Return the increments of each coordinate."""
        return [coordinate.get_increment() for coordinate in self]

    def get_unit(self) -> list[Any]:
        """Return the units of each coordinate."""
        return [coordinate.get_unit() for coordinate in self]

    def get_axes(self) -> list[Any]:
        """Return the axis names of each coordinate."""
        return [coordinate.get_axes() for coordinate in self]

    def set_referencepixel(self, values: Sequence[Any]) -> None:
        """Set the reference pixels of each coordinate."""
        for i, coordinate in enumerate(self):
            coordinate.set_referencepixel(values[i])

    def set_referencevalue(self, values: Sequence[Any]) -> None:
        """Set the reference values of each coordinate."""
        for i, coordinate in enumerate(self):
            coordinate.set_referencevalue(values[i])

    def set_increment(self, values: Sequence[Any]) -> None:
        """Set the increments of each coordinate."""
        for i, coordinate in enumerate(self):
            coordinate.set_increment(values[i])

    def get_obsdate(self) -> Any:
        """Return the measure of the observing date, None if there is none."""
        return self._csys.get("obsdate")

    def get_observer(self) -> Any:
        """Return who observed, None if that is not known."""
        return self._csys.get("observer")

    def get_telescope(self) -> Any:
        """Return the name of the telescope, None if that is not known."""
        return self._csys.get("telescope")

    # -- axes --------------------------------------------------------------------------------

    @property
    def ndim(self) -> int:
        """Number of pixel axes."""
        return sum(axis >= 0 for entry in entries(self._csys) for axis in entry.pixelmap)

    @property
    def world_ndim(self) -> int:
        """Number of world axes."""
        return sum(axis >= 0 for entry in entries(self._csys) for axis in entry.worldmap)

    def axes(self) -> tuple[Axis, ...]:
        """Return what each pixel axis is, slowest first."""
        found = {}
        worlds = self.world_ndim
        for entry in entries(self._csys):
            # Of a rotated strip of sky the world axis left may be the other one's.
            spare = [i for i in range(entry.size) if entry.worldmap[i] >= 0 > entry.pixelmap[i]]
            for own, axis in enumerate(entry.pixelmap):
                if axis >= 0:
                    part = own if entry.worldmap[own] >= 0 or not spare else spare.pop(0)
                    world = entry.worldmap[part]
                    place = worlds - 1 - world if world >= 0 else -1
                    found[axis] = describe(entry, part, place, pixel=own)
        return tuple(found[axis] for axis in sorted(found, reverse=True))

    def direction_axes(self) -> tuple[int, int] | None:
        """Return the numpy axes of longitude and latitude, None unless both are there."""
        for entry in entries(self._csys):
            if entry.kind == "direction" and min(entry.pixelmap) >= 0:
                longitude, latitude = (self.ndim - 1 - axis for axis in entry.pixelmap)
                return longitude, latitude
        return None

    def spectral_axis(self) -> int | None:
        """Return the numpy axis of the first spectral coordinate, None if there is none."""
        return self._axis_of("spectral")

    def stokes_axis(self) -> int | None:
        """Return the numpy axis of the first Stokes coordinate, None if there is none."""
        return self._axis_of("stokes")

    def _axis_of(self, kind: str) -> int | None:
        for entry in entries(self._csys):
            if entry.kind == kind and entry.pixelmap[0] >= 0:
                return self.ndim - 1 - entry.pixelmap[0]
        return None

    def section(self, box: Box, drop: tuple[int, ...] = ()) -> coordinatesystem:
        """Return the coordinates of a section of the image.

        Parameters
        ----------
        box
            The section.
        drop
            Numpy axes, of length 1 in the section, that it loses. Coordinates that lose all
            their axes are left out; a direction that loses one keeps to the strip of sky
            that is left.

        Examples
        --------
        >>> from jupimage.coordinates import default_system
        >>> system = default_system((64, 512, 512))
        >>> strip = system.section(Box((3, 0, 100), (4, 512, 101)), drop=(0, 2))
        >>> strip.ndim, strip.get_names()
        (1, ['direction'])
        >>> strip.toworld([10]) == system.toworld([3, 10, 100])[1:2]
        True
        """
        return coordinatesystem(cut(self._csys, box, drop))

    def with_axes(self, shape: Sequence[int]) -> coordinatesystem:
        """Return a copy whose coordinates know their image axes and those axes' lengths."""
        return coordinatesystem(annotate(copy.deepcopy(self._csys), shape))

    # -- conversion --------------------------------------------------------------------------

    def transform(self) -> SystemTransform:
        """Return the conversions, built anew only when the record has changed since."""
        key = _fingerprint(self._csys)
        known = self._compiled
        if known is None or known[0] != key:
            known = (key, SystemTransform(self._csys))
            self._compiled = known
        return known[1]

    def toworld(self, pixel: ArrayLike) -> Any:
        """Return the world values at pixels.

        Parameters
        ----------
        pixel
            One position, slowest axis first (a number where there is one axis), or an array
            (..., ndim) of at least two dimensions.

        Returns
        -------
        list of float, or array
            World values, slowest axis first, in the units of the coordinates. For an array
            of positions an array (..., world_ndim), with NaN for positions without answer.

        Raises
        ------
        CoordinateError
            If a single position has no world values, or the number of values is wrong.
        DataTypeError
            If the position does not consist of numbers.
        """
        transform = self.transform()
        return _convert(transform.toworld, pixel, transform.ndim, "pixel", "world values")

    def topixel(self, world: ArrayLike) -> Any:
        """Return the pixels at world values: the reverse of `toworld`."""
        transform = self.transform()
        return _convert(transform.topixel, world, transform.world_ndim, "world", "pixel")


def _convert(step: Any, values: ArrayLike, width: int, what: str, wanted: str) -> Any:
    try:
        array = np.asarray(values)
    except ValueError:
        array = np.asarray(None)
    if array.dtype.kind not in "biuf":
        raise DataTypeError(f"{what} needs {width} numbers, got {repr(values)[:80]}")
    array = array.astype(np.float64)
    if array.ndim == 0 and width == 1:
        array = array[None]
    if array.ndim == 0 or array.shape[-1] != width:
        raise CoordinateError(
            f"{what} needs {width} values for the {width} axes, got an array of {array.shape}"
        )
    answer = step(array.reshape(-1, width))
    if array.ndim > 1:
        return answer.reshape(*array.shape[:-1], answer.shape[1])
    if not np.isfinite(answer).all():
        raise CoordinateError(f"{what} {array.tolist()} has no {wanted} in these coordinates")
    return answer[0].tolist()


def _fingerprint(value: Any) -> Any:
    """Return something that differs when a record does, cheaper to compare than the record."""
    if isinstance(value, builtins.dict):
        return tuple(
            (key, _fingerprint(item)) for key, item in value.items() if key not in _IRRELEVANT
        )
    if isinstance(value, np.ndarray):
        return (value.shape, value.dtype.str, value.tobytes())
    if isinstance(value, list | tuple):
        return tuple(_fingerprint(item) for item in value)
    return value


_IRRELEVANT = frozenset(
    {"_image_axes", "_axes_sizes", "telescope", "observer", "obsdate", "pointingcenter",
     "telescopeposition", "restfreqs"}
)  # fmt: skip
