"""Changes to what is known about an image: unit, header, history, coordinates.

casacore's images can only be asked. Here each change is written at once and whole: whoever
reads the file meanwhile, or after this process was killed, finds the old state or the new one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from jupimage.coordinates import coordinatesystem
from jupimage.errors import CoordinateError, DataTypeError
from jupimage.images.handle import Handle
from jupimage.images.systems import checked_system

__all__ = ["Editing"]

_ORIGIN = "jupimage"


class Editing(Handle):
    """The part of `image` that changes its description."""

    def setunit(self, unit: str) -> None:
        """Set the unit of the pixels; the pixels stay as they are.

        Raises
        ------
        ReadOnlyError
            If the image cannot be written.

        Examples
        --------
        >>> from jupimage import image
        >>> im = image("", shape=(2, 2))
        >>> im.setunit("Jy/beam")
        >>> im.unit()
        'Jy/beam'
        """
        if not isinstance(unit, str):
            raise DataTypeError(f"a unit is a text, got {type(unit).__name__}")
        self._set("unit", unit)

    def putmiscinfo(self, info: Mapping[str, Any]) -> None:
        """Replace the miscellaneous information.

        Parameters
        ----------
        info
            Bools, numbers, strings, arrays of those, and dictionaries of all that.

        Examples
        --------
        >>> from jupimage import image
        >>> im = image("", shape=(2, 2))
        >>> im.putmiscinfo({"pipeline": "v3", "weights": [1.0, 0.5]})
        >>> im.miscinfo()
        {'pipeline': 'v3', 'weights': [1.0, 0.5]}
        """
        self._set("miscinfo", _as_dict(info, "miscinfo"))

    def putimageinfo(self, info: Mapping[str, Any]) -> None:
        """Replace image type, object name and beam; what is left out is kept.

        Parameters
        ----------
        info
            Any of ``imagetype``, ``objectname``, and ``restoringbeam`` or ``perplanebeams`` in
            the form in which `imageinfo` gives them. None for a beam removes it.

        Examples
        --------
        >>> from jupimage import image
        >>> im = image("", shape=(2, 2))
        >>> im.putimageinfo({"objectname": "M 51"})
        >>> im.imageinfo()
        {'imagetype': 'Intensity', 'objectname': 'M 51'}
        """
        given = _as_dict(info, "imageinfo")
        unknown = set(given) - {"imagetype", "objectname", "restoringbeam", "perplanebeams"}
        if unknown:
            raise DataTypeError(f"imageinfo has no place for {', '.join(sorted(unknown))}")
        opened = self._opened
        with opened.store.changing():
            merged = deepcopy(self._known().imageinfo)
            if "restoringbeam" in given or "perplanebeams" in given:
                merged.pop("restoringbeam", None)
                merged.pop("perplanebeams", None)
            merged |= {key: value for key, value in given.items() if value is not None}
            self._set("imageinfo", merged)

    def setcoordinates(self, coordsys: coordinatesystem) -> None:
        """Replace the coordinate system.

        Raises
        ------
        CoordinateError
            If it has not as many pixel axes as the image, or does not work.
        """
        if not hasattr(coordsys, "dict"):
            raise CoordinateError(f"wanted a coordinate system, got {type(coordsys).__name__}")
        self._set("coordinates", checked_system(coordsys, tuple(self.shape)))

    def addhistory(self, lines: str | Sequence[str]) -> None:
        """Append lines to the history.

        Examples
        --------
        >>> from jupimage import image
        >>> im = image("", shape=(2, 2))
        >>> im.addhistory("made for a test")
        >>> im.history()
        ['made for a test']
        """
        self._opened.store.add_history(self._opened, _as_lines(lines), _ORIGIN)
        self._known()

    def sethistory(self, lines: Sequence[str]) -> None:
        """Replace the history."""
        self._set("history", _as_lines(lines))

    def _set(self, name: str, value: Any) -> None:
        opened = self._opened
        with opened.store.changing():
            old = getattr(self._known(), name)
            setattr(opened, name, value)
            try:
                opened.store.save(opened, (name,))
            except BaseException:
                setattr(opened, name, old)
                raise


def _as_dict(info: Any, what: str) -> dict[str, Any]:
    if not isinstance(info, Mapping):
        raise DataTypeError(f"{what} must be a dictionary, got {type(info).__name__}")
    for key in info:
        if not isinstance(key, str) or not key:
            raise DataTypeError(f"names in {what} must be texts, got {key!r}")
    return deepcopy(dict(info))


def _as_lines(lines: Any) -> list[str]:
    try:
        given = [lines] if isinstance(lines, str) else list(lines)
    except TypeError:
        raise DataTypeError(f"history must be texts, got {type(lines).__name__}") from None
    for line in given:
        if not isinstance(line, str):
            raise DataTypeError(f"a line of history is a text, got {type(line).__name__}")
    return given
