"""Coordinates as objects that are neither the sky nor frequency."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.coordinates.part import ArgumentError, coordinate, numbers
from jupimage.coordinates.stokes import STOKES_CODES
from jupimage.coordinates.table import is_monotonic

__all__ = ["linearcoordinate", "qualitycoordinate", "stokescoordinate", "tabularcoordinate"]

Array = NDArray[np.float64]


class linearcoordinate(coordinate):
    """Any number of axes that are linear together."""

    kind = "linear"


class stokescoordinate(coordinate):
    """Polarisation products."""

    kind = "stokes"

    def get_stokes(self) -> Any:
        """Return the names of the products, in the order of the pixels."""
        return self._coord["stokes"]

    def set_stokes(self, val: Sequence[str]) -> None:
        """Set the names of the products, in the order of the pixels.

        Examples
        --------
        >>> from jupimage.coordinates import default_system
        >>> axis = default_system((2, 8, 8))["stokes"]
        >>> axis.set_stokes(["XX", "YY"])
        >>> axis.get_stokes(), axis.get_referencevalue()
        (['XX', 'YY'], array([9.]))
        """
        names = [val] if isinstance(val, str) else list(val)
        unknown = [name for name in names if name not in STOKES_CODES]
        if unknown or not names or len(set(names)) < len(names):
            raise ArgumentError(
                f"stokes needs different names out of {', '.join(STOKES_CODES)}; got {names!r:.80}"
            )
        self._coord["stokes"] = names
        self._coord["crval"] = np.array([STOKES_CODES[names[0]]], float)


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
        """Set the pixels of the table, as many as there are; they rise or fall throughout."""
        self._set_table("pixelvalues", val)

    def set_worldvalues(self, val: Sequence[float] | Array) -> None:
        """Set the world values of the table, as many as there are."""
        self._set_table("worldvalues", val)

    def _set_table(self, key: str, values: Sequence[float] | Array) -> None:
        wanted = len(self._coord[key])
        array = numbers(values, key)
        if array.shape != (wanted,):
            raise ArgumentError(
                f"{key} needs {wanted} values, got {values!r:.60} of shape {array.shape}"
            )
        if key == "pixelvalues" and not is_monotonic(array):
            raise ArgumentError(f"{key} have to rise or fall throughout, got {values!r:.60}")
        self._coord[key] = array


class qualitycoordinate(coordinate):
    """Data and their errors."""

    kind = "quality"
