"""Positions along an axis in numbers and in words: ``1.41782 GHz · 552.0 km/s``, ``Stokes I``."""

from __future__ import annotations

import numpy as np

from jupimage.coordinates import spectralcoordinate
from jupimage.coordinates.text import format_value
from jupimage.formats import Opened

__all__ = ["AxisPositions"]


class AxisPositions:
    """World values of all pixels along one axis of an image, computed once.

    Parameters
    ----------
    opened
        The image.
    axis
        Axis, slowest = 0. The others are at their reference pixel, which has a position.

    Attributes
    ----------
    about : Axis
        What the axis is.
    world : ndarray
        World values in the unit of the coordinates, NaN where there is none.

    Examples
    --------
    >>> import jupimage
    >>> positions = AxisPositions(jupimage.samples.galaxy(channels=8, size=32)._opened, 0)
    >>> positions.label(3)
    '1.41791 GHz · 527 km/s'
    """

    def __init__(self, opened: Opened, axis: int) -> None:
        axes = opened.coordinates.axes()
        length = opened.lattice.shape[axis]
        pixels = np.tile([about.reference_pixel for about in axes], (length, 1))
        pixels[:, axis] = np.arange(length)
        self.about = axes[axis]
        self.world = opened.coordinates.toworld(pixels)[:, self.about.world]
        self._rest = _rest_frequency(opened) if self.about.kind == "spectral" else None

    def label(self, index: int) -> str:
        """Return the position of a pixel in words, resolved to a tenth of the step to the next.

        A frequency is followed by its radio velocity where the rest frequency is known.
        """
        value = float(self.world[index])
        if not np.isfinite(value):
            return "no position"
        step = abs(float(self.world[index - 1 if index else min(1, len(self.world) - 1)]) - value)
        text = format_value(self.about, value, step=step / 10 if step > 0 else None)
        if self._rest is None:
            return text
        return f"{text} · {self._rest.velocity(value):.{self._digits(step)}f} km/s"

    def _digits(self, step: float) -> int:
        """Return the decimals of velocities that a step in frequency needs."""
        assert self._rest is not None
        width = abs(self._rest.velocity(step) - self._rest.velocity(0.0))
        if not 0 < width < np.inf:
            return 1
        return int(np.clip(np.ceil(-np.log10(width)) + 1, 0, 6))


def _rest_frequency(opened: Opened) -> spectralcoordinate | None:
    """Return the spectral coordinate if it has a rest frequency and gives its values in Hz."""
    spectral = next((c for c in opened.coordinates if isinstance(c, spectralcoordinate)), None)
    if spectral is None or not spectral.restfrequency > 0 or spectral.get_unit() != "Hz":
        return None
    return spectral
