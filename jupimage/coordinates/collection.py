"""The coordinates that a system consists of, by their names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from jupimage.coordinates.part import ArgumentError, ArgumentTypeError, coordinate
from jupimage.coordinates.parts import CLASSES
from jupimage.coordinates.record import KINDS, Record
from jupimage.errors import CoordinateError

__all__ = ["Collection"]

_KEY = re.compile(r"([a-z]+)(\d+)")


class NoCoordinateError(CoordinateError, LookupError):
    """A record holds no coordinate."""


class TooFewError(CoordinateError, IndexError):
    """A setter got values for some coordinates, not for all."""


class Collection:
    """Coordinates in the record of a system, slowest axes first.

    Parameters
    ----------
    rec
        The record, kept by reference.
    """

    def __init__(self, rec: Record) -> None:
        if not isinstance(rec, dict):
            raise CoordinateError(f"a coordinate record is a dict, got {type(rec).__name__}")
        self._csys = rec
        if not self._numbered():
            raise NoCoordinateError("the coordinate record holds no coordinate")

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {', '.join(self.get_names())}>"

    def __str__(self) -> str:
        return "".join(str(coordinate) for coordinate in self)

    def summary(self) -> None:
        """Print a description."""
        print(str(self))

    def dict(self) -> Record:
        """Return the record itself."""
        return self._csys

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
        key = self._key(name)
        return CLASSES[name](self._csys[key])

    def set_coordinate(self, name: str, val: coordinate) -> None:
        """Replace the first coordinate of a kind."""
        key = self._key(name)
        if not isinstance(val, CLASSES[name]):
            raise ArgumentError(
                f"a {name} coordinate can only be replaced by one, got {type(val).__name__}"
            )
        self._csys[key] = val.dict()

    __getitem__ = get_coordinate
    __setitem__ = set_coordinate

    def __iter__(self) -> Iterator[Any]:
        for number, kind in reversed(self._numbered()):
            yield CLASSES[kind](self._csys[f"{kind}{number}"])

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

    def get_axis_lengths(self) -> list[list[int]]:
        """Return the lengths of the axes of each coordinate; [] where they are not known."""
        return [coordinate.get_axis_lengths() for coordinate in self]

    def set_referencepixel(self, values: Sequence[Any]) -> None:
        """Set the reference pixels of each coordinate."""
        for part, value in self._each(values, "referencepixel"):
            part.set_referencepixel(value)

    def set_referencevalue(self, values: Sequence[Any]) -> None:
        """Set the reference values of each coordinate."""
        for part, value in self._each(values, "referencevalue"):
            part.set_referencevalue(value)

    def set_increment(self, values: Sequence[Any]) -> None:
        """Set the increments of each coordinate."""
        for part, value in self._each(values, "increment"):
            part.set_increment(value)

    def _each(self, values: Sequence[Any], name: str) -> list[tuple[Any, Any]]:
        """Pair the coordinates with what they are given."""
        coordinates = list(self)
        try:
            given = list(values)
        except TypeError as error:
            raise ArgumentTypeError(
                f"{name} needs an entry for each of {', '.join(self.get_names())}, got "
                f"{values!r:.60}"
            ) from error
        if len(given) < len(coordinates):
            raise TooFewError(
                f"{name} needs {len(coordinates)} entries, one for each of "
                f"{', '.join(self.get_names())}; got {len(given)}"
            )
        return list(zip(coordinates, given, strict=False))

    def get_obsdate(self) -> Any:
        """Return the measure of the observing date, None if there is none."""
        return self._csys.get("obsdate")

    def get_observer(self) -> Any:
        """Return who observed, None if that is not known."""
        return self._csys.get("observer")

    def get_telescope(self) -> Any:
        """Return the name of the telescope, None if that is not known."""
        return self._csys.get("telescope")
