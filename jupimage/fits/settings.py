"""How a FITS file is to be written."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from jupimage.errors import ArgumentError, DataTypeError
from jupimage.fits.encoders import Encoder, FloatEncoder, IntegerEncoder
from jupimage.fits.quantising import Quantiser
from jupimage.formats import Blueprint

__all__ = ["Settings"]

_BITPIX = (-32, -64, 16)


@dataclass(frozen=True, slots=True)
class Settings:
    """What a user may choose.

    Parameters
    ----------
    velocity
        Write a spectral axis with a rest frequency as velocities instead of frequencies.
    optical
        Which velocity: optical or radio.
    bitpix
        -32 or -64 for floats, 16 for integers; None for the floats that hold all digits.
    minpix, maxpix
        Limits of the values if integers are written; none if the first is the larger.
    limits
        The least and the greatest good pixel, None if there is none; needed for integers
        without limits, together with `blanks`.
    blanks
        Whether there are pixels that are bad or NaN; None if nobody looked.
    """

    velocity: bool = False  # the axis of an image is one of frequency: nothing is lost
    optical: bool = True
    bitpix: int | None = None
    minpix: float = 1.0
    maxpix: float = -1.0
    limits: tuple[float, float] | None = None
    blanks: bool | None = None

    def __post_init__(self) -> None:
        if self.bitpix is not None and self.bitpix not in _BITPIX:
            raise ArgumentError(f"bitpix must be one of {_BITPIX}, got {self.bitpix!r}")

    @property
    def clipped(self) -> bool:
        """Whether the user gave limits."""
        return self.minpix <= self.maxpix

    @property
    def wants_limits(self) -> bool:
        """Whether the least and the greatest pixel have to be known before the start."""
        return self.bitpix == 16 and not self.clipped

    def bits(self, blueprint: Blueprint) -> int:
        """Return the BITPIX of an image.

        Raises
        ------
        DataTypeError
            If its pixels are complex.
        """
        if blueprint.dtype.kind == "c":
            raise DataTypeError(
                f"FITS images cannot hold complex pixels ({blueprint.dtype}): save their real and "
                "imaginary part, or amplitude and phase, as images of their own, or save a "
                "casacore or HDF5 image"
            )
        if self.bitpix is not None:
            return self.bitpix
        return -64 if blueprint.dtype.itemsize > 4 else -32

    def encoder(self, blueprint: Blueprint) -> Encoder:
        """Return what turns the pixels of an image into stored numbers.

        Raises
        ------
        ArgumentError
            If integers are wanted whose limits are not known, or not finite.
        """
        bits = self.bits(blueprint)
        if bits != 16:
            return FloatEncoder(np.dtype(f">f{-bits // 8}"))
        limits: tuple[float, float] | None = (self.minpix, self.maxpix)
        if not self.clipped:
            if self.blanks is None:
                raise ArgumentError(
                    "16-bit integers need the limits of the pixels: give minpix and maxpix"
                )
            limits = self.limits
        if limits is None:
            return IntegerEncoder(Quantiser.of_nothing())
        return IntegerEncoder(
            Quantiser.between(
                *limits,
                blanks=self.clipped or bool(self.blanks),
                clipped=self.clipped,
                dtype=blueprint.dtype,
            )
        )
