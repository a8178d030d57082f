"""Statistics as scripts for casacore get them: a dict of arrays under fixed names.

The keys come in a fixed order, each value is an array of doubles over the axes that were not
collapsed, without those of length 1, and positions are fastest axis first. What else there is to
say is an attribute, or an answer to a key that is not listed, so that lists of the keys are those
that old scripts expect.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.compute.extremes import Extreme
from jupimage.compute.figures import Figures

__all__ = ["Statistics", "joined_parts", "statistics_record"]

Array = NDArray[Any]

_UNLISTED = {"minpixel": "minpos", "maxpixel": "maxpos"}


class Statistics(dict[str, Array]):
    """Statistics of pixels: a dict.

    Its keys are ``npts sum sumsq min max mean median medabsdevmed quartile sigma rms minpos
    maxpos``, in this order, less those that were not asked for or have no meaning. ``minpos`` and
    ``maxpos`` count from the fastest axis, as in casacore; `minpixel` and `maxpixel`, also as keys,
    are the same positions as numpy indices.

    Examples
    --------
    >>> from jupimage import image
    >>> found = image("", values=[[1.0, 2.0], [9.0, 4.0]]).statistics()
    >>> found["maxpos"], found.maxpixel, found["maxpixel"]
    (array([0, 1], dtype=int32), (1, 0), (1, 0))
    """

    nans: int = 0
    """How many of the pixels that counted are NaN."""

    @property
    def minpixel(self) -> Any:
        """Where the smallest pixel is, slowest axis first; None where that is not known."""
        return self._pixel("minpos")

    @property
    def maxpixel(self) -> Any:
        """Where the largest pixel is, slowest axis first; None where that is not known."""
        return self._pixel("maxpos")

    def _pixel(self, key: str) -> Any:
        if key not in self:
            return None
        position = self[key]
        if position.ndim == 1:
            return tuple(int(number) for number in position[::-1])
        return tuple(tuple(int(number) for number in row[::-1]) for row in position)

    def __missing__(self, key: str) -> Any:
        if _UNLISTED.get(key) in self:
            return self._pixel(_UNLISTED[key])
        raise KeyError(key)


def statistics_record(figures: Figures, extremes: tuple[Extreme, Extreme] | None) -> Statistics:
    """Return figures under their names.

    Parameters
    ----------
    figures
        Of all pixels, or of cells. If no cell has a pixel all arrays are empty; a cell without
        pixels has 0 for everything, and so has the scatter of a single pixel.
    extremes
        The smallest and the largest pixel, None where there are none or many cells.
    """
    sums = figures.sums
    listed = {
        "npts": sums.number,
        "sum": sums.total,
        "sumsq": sums.squares,
        "min": _spoiled(figures.low, figures),
        "max": _spoiled(figures.high, figures),
        "mean": sums.mean,
        "median": figures.median,
        "medabsdevmed": figures.deviation,
        "quartile": figures.quartile,
        "sigma": sums.deviation(),
        "rms": sums.rms(),
    }
    found = Statistics()
    found.nans = int(np.sum(figures.nans))
    nothing = not np.any(sums.number)
    empty = sums.number == 0
    some_empty = bool(np.any(empty))
    for name, values in listed.items():
        if values is None:
            continue
        if nothing:
            found[name] = np.zeros(0)
            continue
        # no copy but where it is needed: maps of a large image take much memory
        array = np.where(empty, 0.0, values) if some_empty else np.asarray(values)
        found[name] = array.reshape(_squeezed(array.shape))
    if extremes is not None and not nothing:
        for name, extreme in zip(("minpos", "maxpos"), extremes, strict=True):
            found[name] = np.array(extreme.position[::-1], np.int32)
    return found


def joined_parts(real: Statistics, imaginary: Statistics) -> Statistics:
    """Return the statistics of complex pixels: those of the parts, as real and imaginary part.

    The number of pixels is real, and positions have a row for each part.
    """
    found = Statistics()
    found.nans = real.nans
    for name, values in real.items():
        if name == "npts":
            found[name] = values
        elif name in ("minpos", "maxpos"):
            found[name] = np.stack([values, imaginary[name]])
        else:
            both = np.empty(values.shape, np.complex128)
            both.real, both.imag = values, imaginary[name]
            found[name] = both
    return found


def _spoiled(values: Array, figures: Figures) -> Array:
    """Return extremes, NaN where the first pixel is: nothing compares with it."""
    return np.where(figures.spoiled, np.nan, values) if np.any(figures.spoiled) else values


def _squeezed(shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(length for length in shape if length != 1) or (1,)
