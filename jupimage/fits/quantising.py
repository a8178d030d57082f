"""Pixels as 16-bit integers, as casacore makes them: scaled from the least to the greatest.

A pixel's integer is ``(value - zero) / scale``, computed in double precision and cut off
towards zero; of single-precision pixels the distance of the limits has single precision.
Where pixels can be blank the integer -32768 stands for that, and the scale is wider by one
step. What lies outside the limits becomes the integer at that end.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.errors import ArgumentError, FormatError

__all__ = ["BLANK", "Quantiser"]

BLANK = -32768
_HIGHEST = 32767
_SINGLE: np.dtype[Any] = np.dtype(np.float32)


@dataclass(frozen=True, slots=True)
class Quantiser:
    """How values become integers.

    Parameters
    ----------
    low, high
        The limits.
    blanks
        Whether pixels can be blank.
    zero, scale
        A value is ``integer * scale + zero``.
    clipped
        Whether values can lie outside the limits.

    Examples
    --------
    >>> steps = Quantiser.between(0.0, 65535.0, blanks=False)
    >>> steps.encode(np.array([0.0, 1.5, 70000.0]), None)
    array([-32768, -32766,  32767], dtype='>i2')
    """

    low: float
    high: float
    blanks: bool
    zero: float
    scale: float
    clipped: bool = True

    @classmethod
    def between(
        cls,
        low: float,
        high: float,
        *,
        blanks: bool,
        clipped: bool = True,
        dtype: np.dtype[Any] = _SINGLE,
    ) -> Quantiser:
        """Return the scale for values of a type between two limits.

        Raises
        ------
        ArgumentError
            If a limit is not finite.
        """
        if not (math.isfinite(low) and math.isfinite(high)):
            raise ArgumentError(
                f"16-bit integers need finite limits, the pixels lie between {low} and {high}: "
                "give minpix and maxpix, or write floats (bitpix=-32)"
            )
        low, high = (dtype.type(limit).item() for limit in (low, high))
        if low == high:
            low, high = _widened(low, dtype)
        with np.errstate(over="ignore"):
            span = (dtype.type(high) - dtype.type(low)).item()
        scale = span / (_HIGHEST - BLANK - blanks)
        if not scale or not math.isfinite(scale):
            raise ArgumentError(f"16-bit integers cannot span the values from {low} to {high}")
        return cls(low, high, blanks, low + scale * (-BLANK - blanks), scale, clipped)

    @classmethod
    def of_nothing(cls) -> Quantiser:
        """Return the scale for an image without a good pixel."""
        return cls(-math.inf, math.inf, True, 0.0, 1.0, clipped=False)

    def encode(self, values: NDArray[Any], good: NDArray[np.bool_] | None) -> NDArray[Any]:
        """Return the integers of values, big-endian.

        Raises
        ------
        FormatError
            If a pixel is blank that cannot be.
        """
        numbers = values.astype(np.float64)
        bad = np.isnan(numbers)
        if good is not None:
            bad |= ~good
        blank = bool(bad.any())
        if blank and not self.blanks:
            raise FormatError("the image changed while it was saved: it has bad pixels now")
        lowest = BLANK + self.blanks
        with np.errstate(over="ignore", invalid="ignore"):
            outside = (numbers > self.high, numbers < self.low) if self.clipped else ()
            numbers -= self.zero
            numbers /= self.scale
            for where, end in zip(outside, (_HIGHEST, lowest), strict=False):
                np.copyto(numbers, end, where=where)
            np.maximum(numbers, lowest, out=numbers)
            np.minimum(numbers, _HIGHEST, out=numbers)
        if blank:
            np.copyto(numbers, BLANK, where=bad)
        return numbers.astype(np.int16).astype(">i2")


def _widened(value: float, dtype: np.dtype[Any]) -> tuple[float, float]:
    """Return limits around the only value there is: wider by 1%."""
    with np.errstate(over="ignore", under="ignore"):
        wide = (dtype.type(value) * dtype.type(1.01)).item()
    if not value or wide == value:
        return value, value + 1.0
    return min(value, wide), max(value, wide)
