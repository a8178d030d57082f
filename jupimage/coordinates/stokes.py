"""Names and numbers of polarisation products and data qualities."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from jupimage.errors import CoordinateError

__all__ = [
    "FITS_CODES",
    "QUALITY_CODES",
    "STOKES_CODES",
    "STOKES_NAMES",
    "LabelTransform",
    "default_stokes",
]

Array = NDArray[np.float64]

_SAME = 1e-6  # a number between two names is none

STOKES_NAMES: tuple[str, ...] = (
    "??", "I", "Q", "U", "V", "RR", "RL", "LR", "LL", "XX", "XY", "YX", "YY", "RX", "RY", "LX",
    "LY", "XR", "XL", "YR", "YL", "PP", "PQ", "QP", "QQ", "RCircular", "LCircular", "Linear",
    "Ptotal", "Plinear", "PFtotal", "PFlinear", "Pangle",
)  # fmt: skip
"""Names in the order of their numbers: the world value of a name is its place here."""

STOKES_CODES: dict[str, int] = {name: code for code, name in enumerate(STOKES_NAMES)}

QUALITY_CODES: dict[str, int] = {"DATA": 1, "ERROR": 2}

FITS_CODES: dict[int, str] = {
    1: "I", 2: "Q", 3: "U", 4: "V",
    -1: "RR", -2: "LL", -3: "RL", -4: "LR",
    -5: "XX", -6: "YY", -7: "XY", -8: "YX",
    5: "PFlinear", 6: "PFlinear", 7: "Pangle",
}  # fmt: skip
"""Names of the numbers that FITS headers use; others are 100 plus the number used here."""


def default_stokes(length: int) -> tuple[str, ...]:
    """Return the products on an axis about which only its length is known (1 to 4).

    Examples
    --------
    >>> default_stokes(2)
    ('I', 'Q')
    """
    return STOKES_NAMES[1 : length + 1]


class LabelTransform:
    """Pixels that are names, each with a number: Stokes parameters, or data and error.

    Parameters
    ----------
    names
        What is at pixel 0, 1, ...
    codes
        The number of each name, which is its world value.

    Examples
    --------
    >>> iv = LabelTransform(["I", "V"], STOKES_CODES)
    >>> iv.toworld(np.array([[0.6], [2.0]]))
    array([[ 4.],
           [nan]])
    """

    separable = True

    def __init__(self, names: Sequence[str], codes: dict[str, int]) -> None:
        unknown = [name for name in names if name not in codes]
        if unknown or not len(names):
            raise CoordinateError(
                f"an axis of names needs names out of {', '.join(codes)}, got {unknown[:4]}"
            )
        self._codes = np.array([codes[name] for name in names], float)
        self._list: list[float] = self._codes.tolist()

    def toworld(self, pixel: Array) -> Array:
        """Return the numbers of the names nearest to the pixels; NaN where there is none."""
        # floor(x + 0.5), because rounding to even would treat 0.5 and 1.5 differently
        with np.errstate(invalid="ignore"):
            index = np.floor(pixel + 0.5)
            inside = (index >= 0) & (index < len(self._codes))
        world: Array = np.full(pixel.shape, np.nan)
        world[inside] = self._codes[index[inside].astype(np.intp)]
        return world

    def topixel(self, world: Array) -> Array:
        """Return the pixels that hold names of the given numbers; NaN where none does."""
        with np.errstate(invalid="ignore"):
            found = np.abs(world[..., None] - self._codes) < _SAME
        pixel: Array = np.where(found.any(-1), found.argmax(-1), np.nan)
        return pixel

    def world_at(self, pixel: list[float]) -> list[float]:
        """Return the number of the name nearest to one pixel."""
        index = pixel[0] + 0.5
        return [self._list[int(index)] if 0 <= index < len(self._list) else math.nan]

    def pixel_at(self, world: list[float]) -> list[float]:
        """Return the pixel that holds the name of one number."""
        for index, code in enumerate(self._list):
            if abs(world[0] - code) < _SAME:
                return [float(index)]
        return [math.nan]
