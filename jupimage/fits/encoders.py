"""From pixel values and their validity to the numbers of a FITS file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from jupimage.fits.quantising import BLANK, Quantiser

__all__ = ["Encoder", "FloatEncoder", "IntegerEncoder"]


class Encoder(Protocol):
    """Turns values into stored numbers, and back."""

    @property
    def stored(self) -> np.dtype[Any]:
        """Type of the stored numbers, big-endian."""

    @property
    def masked(self) -> bool:
        """Whether a pixel can be bad."""

    @property
    def zero(self) -> bytes:
        """The stored number of the value 0."""

    def encode(self, values: NDArray[Any], good: NDArray[np.bool_] | None) -> NDArray[Any]:
        """Return the stored numbers of values; `good` None means that all are."""

    def decode(self, raw: NDArray[Any]) -> NDArray[Any]:
        """Return the values of stored numbers, NaN where they are bad."""


@dataclass(frozen=True, slots=True)
class FloatEncoder:
    """Floats as they are; a bad pixel has all bits set, which is a NaN.

    Examples
    --------
    >>> floats = FloatEncoder(np.dtype(">f4"))
    >>> floats.decode(floats.encode(np.array([1.5, 2.0]), np.array([True, False])))
    array([1.5, nan], dtype=float32)
    """

    stored: np.dtype[Any]

    masked = True

    @property
    def zero(self) -> bytes:
        """Zero bytes."""
        return bytes(self.stored.itemsize)

    def encode(self, values: NDArray[Any], good: NDArray[np.bool_] | None) -> NDArray[Any]:
        """Return the values, big-endian; where they are too large for the type, infinity."""
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            numbers = values.astype(self.stored)
        if good is not None and not good.all():
            bits = numbers.view(f"u{self.stored.itemsize}")
            np.copyto(bits, np.iinfo(bits.dtype).max, where=~good)
        return numbers

    def decode(self, raw: NDArray[Any]) -> NDArray[Any]:
        """Return the values."""
        return raw.astype(self.stored.newbyteorder("="))


@dataclass(frozen=True, slots=True)
class IntegerEncoder:
    """16-bit integers; a bad pixel is the integer BLANK."""

    steps: Quantiser

    @property
    def stored(self) -> np.dtype[Any]:
        """Big-endian integers."""
        return np.dtype(">i2")

    @property
    def masked(self) -> bool:
        """Whether there is a blank."""
        return self.steps.blanks

    @property
    def zero(self) -> bytes:
        """The integer nearest to the value 0."""
        return self.encode(np.zeros(1), None).tobytes()

    def encode(self, values: NDArray[Any], good: NDArray[np.bool_] | None) -> NDArray[Any]:
        """Return the integers."""
        return self.steps.encode(values, good)

    def decode(self, raw: NDArray[Any]) -> NDArray[Any]:
        """Return values, in double precision."""
        values: NDArray[Any] = raw * self.steps.scale + self.steps.zero
        if self.masked:
            values[raw == BLANK] = np.nan
        return values
