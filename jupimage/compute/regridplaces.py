"""Where the pixels of a new plane lie in the old one.

Positions are asked for by rows and columns of the new plane, any part of it at a time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "ASKED",
    "ExactPlaces",
    "Mapping",
    "NowherePlaces",
    "Places",
    "ReplicatedPlaces",
    "asked",
    "replicated",
]

Array = NDArray[np.float64]
Numbers = NDArray[Any]

ASKED = 1 << 16
"""Positions that the coordinates are asked for at a time."""

Mapping = Callable[[Array], Array]
"""Pixels (n, 2) of the new plane, column first, to those of the old one; NaN without answer."""


class Places(Protocol):
    """Positions in the old plane of pixels of the new one."""

    def at(self, rows: Numbers, columns: Numbers) -> tuple[Array, Array]:
        """Return columns and rows in the old plane, NaN where there is no position.

        Both arrays have a row for each of `rows` and a column for each of `columns`, which
        need not be whole numbers.
        """
        ...


@dataclass(frozen=True, slots=True)
class ExactPlaces:
    """Asks the coordinates for every pixel.

    Examples
    --------
    >>> places = ExactPlaces(lambda pixel: pixel / 2)
    >>> places.at(np.array([4]), np.array([0, 1]))
    (array([[0. , 0.5]]), array([[2., 2.]]))
    """

    mapping: Mapping

    def at(self, rows: Numbers, columns: Numbers) -> tuple[Array, Array]:
        """Return columns and rows in the old plane."""
        return asked(self.mapping, rows.astype(float), columns.astype(float))


@dataclass(frozen=True, slots=True)
class ReplicatedPlaces:
    """Spreads the old pixels evenly over the new ones, whatever the coordinates say.

    Parameters
    ----------
    old, new
        Rows and columns of the two planes.
    """

    old: tuple[int, int]
    new: tuple[int, int]

    def at(self, rows: Numbers, columns: Numbers) -> tuple[Array, Array]:
        """Return columns and rows in the old plane."""
        y = replicated(self.old[0], self.new[0], np.float64)[rows]
        x = replicated(self.old[1], self.new[1], np.float64)[columns]
        grid = (len(rows), len(columns))
        return np.broadcast_to(x, grid).copy(), np.broadcast_to(y[:, None], grid).copy()


@dataclass(frozen=True, slots=True)
class NowherePlaces:
    """Has no position for any pixel."""

    def at(self, rows: Numbers, columns: Numbers) -> tuple[Array, Array]:
        """Return NaN."""
        nothing = np.full((len(rows), len(columns)), np.nan)
        return nothing, nothing.copy()


def replicated(old: int, new: int, dtype: type[np.floating[Any]]) -> NDArray[Any]:
    """Return the positions among `old` pixels of `new` ones that lie evenly over them.

    Parameters
    ----------
    old, new
        Numbers of pixels.
    dtype
        What to compute with.

    Examples
    --------
    >>> replicated(2, 4, np.float64)
    array([-0.25,  0.25,  0.75,  1.25])
    """
    size = dtype(np.float32(new) / np.float32(old))
    half = dtype(0.5)
    positions: NDArray[Any] = np.arange(new).astype(dtype) / size + (half / size - half)
    return positions


def asked(mapping: Mapping, rows: Array, columns: Array) -> tuple[Array, Array]:
    """Return columns and rows in the old plane of a grid of pixels of the new one."""
    answer: Array = np.empty((len(rows), len(columns), 2))
    strip = max(1, ASKED // len(columns))
    for first in range(0, len(rows), strip):
        some = rows[first : first + strip]
        pixels: Array = np.empty((len(some), len(columns), 2))
        pixels[..., 0] = columns
        pixels[..., 1] = some[:, None]
        answer[first : first + strip] = mapping(pixels.reshape(-1, 2)).reshape(pixels.shape)
    return answer[..., 0], answer[..., 1]
