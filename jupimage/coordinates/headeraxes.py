"""Axes of a FITS header in the making."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from jupimage.coordinates.record import Entry
from jupimage.errors import CoordinateError

__all__ = ["Card", "Cards", "HeaderAxis", "HeaderPart"]

Array = NDArray[np.float64]
Card: TypeAlias = tuple[str, Any, str]
Cards: TypeAlias = list[Card]


@dataclass(frozen=True, slots=True)
class HeaderAxis:
    """One axis of a header.

    Parameters
    ----------
    number
        Counted from 1, the fastest first.
    ctype, cunit
        Its type and unit.
    crval, cdelt, crpix
        Value, increment and pixel of reference; pixels count from 1.
    name
        What people call it, if that is not its type.
    """

    number: int
    ctype: str
    crval: float
    cdelt: float
    crpix: float
    cunit: str = ""
    name: str = ""

    def __post_init__(self) -> None:
        for key in ("crval", "cdelt", "crpix"):
            if not math.isfinite(getattr(self, key)):
                raise CoordinateError(
                    f"{key} of axis {self.number} ({self.ctype}) is not finite: "
                    f"{getattr(self, key)}"
                )

    def cards(self) -> Iterator[Card]:
        """Give the cards of the axis, without its matrix."""
        yield f"CTYPE{self.number}", self.ctype, ""
        yield f"CRVAL{self.number}", float(self.crval), ""
        yield f"CDELT{self.number}", float(self.cdelt), ""
        yield f"CRPIX{self.number}", float(self.crpix), ""
        yield f"CUNIT{self.number}", self.cunit, ""
        if self.name:
            yield f"CNAME{self.number}", self.name, ""


@dataclass(slots=True)
class HeaderPart:
    """A coordinate, and what it becomes in a header.

    Parameters
    ----------
    entry
        The coordinate and its place in the system.
    numbers
        Numbers of its axes in the header.
    lengths
        Length of each axis of the image, fastest first.
    axes, matrix
        The axes and the part of the matrix that is theirs; filled in by a writer.
    frame, parameters, spectral
        Cards that come before the axes and behind them.
    losses
        What of the coordinate is not in the cards.
    """

    entry: Entry
    numbers: tuple[int, ...]
    lengths: tuple[int, ...]
    axes: list[HeaderAxis] = field(default_factory=list)
    matrix: Array = field(init=False)
    frame: Cards = field(default_factory=list)
    parameters: Cards = field(default_factory=list)
    spectral: Cards = field(default_factory=list)
    losses: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.matrix = np.eye(len(self.numbers))

    def length(self, axis: int) -> int:
        """Return how long an axis of the coordinate is; 1 if the image does not have it."""
        pixel = self.entry.pixelmap[axis]
        return self.lengths[pixel] if pixel >= 0 else 1

    def pixel(self, axis: int, crpix: float) -> float:
        """Return a reference pixel as a header counts it; the pixel of a dropped axis is 1."""
        if self.entry.pixelmap[axis] < 0:
            crpix -= float(self.entry.pixelreplace[axis])
        return float(crpix) + 1.0

    def values(self, key: str) -> list[float]:
        """Return the numbers of a field, one for each axis.

        Raises
        ------
        CoordinateError
            If they are missing, or there are more or fewer.
        """
        try:
            found = [float(value) for value in np.ravel(self.entry.record[key])]
        except (KeyError, TypeError, ValueError) as error:
            raise CoordinateError(f"{self.entry.key} has no numbers {key}") from error
        if len(found) != len(self.numbers):
            raise CoordinateError(
                f"{self.entry.key} needs {len(self.numbers)} values of {key}, got {len(found)}"
            )
        return found

    def set_matrix(self, values: Any) -> None:
        """Take over a matrix; it comes before the increments, as in a header."""
        matrix = np.atleast_2d(np.asarray(values, float))
        if matrix.shape != self.matrix.shape or not np.isfinite(matrix).all():
            raise CoordinateError(
                f"{self.entry.key} needs a matrix of {self.matrix.shape}, got {matrix.tolist()}"
            )
        self.matrix = matrix
