"""From stored numbers to pixel values and their validity.

Pixels are float32 whatever the file holds, as in casacore, which also does the scaling in
float32: stored number, times BSCALE, plus BZERO. (Numbers stored as float64 are scaled before
they are narrowed. casacore ignores BSCALE and BZERO of stored floats; the FITS standard does not.)
Integers that equal BLANK, and NaN among floats, are bad; their value is NaN.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.errors import FormatError
from jupimage.fits.cards import FitsHeader

__all__ = ["PIXEL", "Encoding"]

PIXEL = np.dtype(np.float32)

_STORED = {8: "u1", 16: ">i2", 32: ">i4", 64: ">i8", -32: ">f4", -64: ">f8"}


@dataclass(frozen=True, slots=True)
class Encoding:
    """How the numbers in the file stand for pixels.

    Parameters
    ----------
    stored
        Type of the numbers, big-endian.
    scale, zero
        A pixel is ``stored * scale + zero``.
    blank
        The stored integer that stands for no value, if there is one.

    Examples
    --------
    >>> encoding = Encoding(np.dtype(">i2"), 0.5, 10.0, -1)
    >>> values, good = np.empty(3, np.float32), np.empty(3, bool)
    >>> encoding.decode(np.array([0, 1, -1], ">i2"), values, good)
    >>> values, good
    (array([10. , 10.5,  nan], dtype=float32), array([ True,  True, False]))
    """

    stored: np.dtype[Any]
    scale: float = 1.0
    zero: float = 0.0
    blank: int | None = None

    @classmethod
    def of(cls, header: FitsHeader, *, bitpix: str = "BITPIX", blank: str = "BLANK") -> Encoding:
        """Read the encoding from a header; the names of two cards differ in compressed images."""
        bits = header.integer(bitpix)
        if bits not in _STORED:
            raise FormatError(f"{bitpix} must be one of {tuple(_STORED)}, got {bits}")
        stored = np.dtype(_STORED[bits])
        header.check("BSCALE", "BZERO", *((blank,) if stored.kind in "iu" else ()))
        scale, zero = header.real("BSCALE"), header.real("BZERO")
        value = header.real(blank) if stored.kind in "iu" else None
        return cls(
            stored,
            1.0 if scale is None else scale,
            0.0 if zero is None else zero,
            None if value is None or not value.is_integer() else header.integer(blank),
        )

    @property
    def masked(self) -> bool:
        """Whether a pixel can be bad: always for floats, else only if there is a BLANK."""
        return self.stored.kind == "f" or self.blank is not None

    def decode(
        self,
        raw: NDArray[Any],
        values: NDArray[np.float32] | None,
        good: NDArray[np.bool_] | None,
    ) -> None:
        """Turn stored numbers into pixels, in place in arrays of the same shape.

        Parameters
        ----------
        raw
            Stored numbers. A piece of about a megabyte stays in the processor's cache.
        values, good
            Where pixels and validity go, if they are wanted.
        """
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            if values is not None:
                self._scale(raw, values)
            if self.stored.kind == "f":
                if good is not None:
                    np.isnan(raw if values is None else values, out=good)
                    np.logical_not(good, out=good)
            elif self.blank is not None:
                valid = np.empty(raw.shape, np.bool_) if good is None else good
                np.not_equal(raw, self.blank, out=valid)
                if values is not None:
                    np.copyto(values, np.float32(np.nan), where=~valid)

    def _scale(self, raw: NDArray[Any], values: NDArray[np.float32]) -> None:
        plain = self.scale == 1.0 and self.zero == 0.0
        if self.stored.itemsize == 8 and self.stored.kind == "f" and not plain:
            np.copyto(values, raw * self.scale + self.zero, casting="same_kind")
            return
        np.copyto(values, raw, casting="unsafe")
        if self.scale != 1.0:
            values *= np.float32(self.scale)
        if self.zero != 0.0:
            values += np.float32(self.zero)
