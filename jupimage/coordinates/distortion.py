"""Distortions between the pixels of an image and the plane of its projection.

They are two polynomials in the distance from the reference pixel, by the convention of SIP:
added to the pixel position they give the position that an undistorted image would have. A
direction record holds them under ``distortion``: ``first`` and ``second`` with the coefficients
(powers of the first axis, powers of the second) for its two axes, and ``step``, the pixels of
the original image that one pixel of a strided section is.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.polynomial.polynomial import polyval2d
from numpy.typing import NDArray

from jupimage.errors import CoordinateError

__all__ = ["Distortion"]

Array = NDArray[np.float64]

_ROUNDS = 50
_CLOSE = 1e-10  # pixels


class Distortion:
    """Moves pixels (n, 2) to where an undistorted image has them, and back.

    Parameters
    ----------
    record
        The distortion of a direction record.
    crpix
        Its reference pixel.

    Examples
    --------
    >>> bent = Distortion({"first": [[0, 0, 0], [0, 0, 0], [0.01, 0, 0]], "second": [[0.0]],
    ...                    "step": [1, 1]}, np.array([2.0, 2.0]))
    >>> bent.straighten(np.array([[4.0, 5.0]]))
    array([[4.04, 5.  ]])
    >>> bent.bend(np.array([[4.04, 5.0]])).round(9)
    array([[4., 5.]])
    """

    def __init__(self, record: dict[str, Any], crpix: Array) -> None:
        self._first, self._second = (
            np.atleast_2d(np.array(record[name], float)) for name in ("first", "second")
        )
        self._step = np.array(record["step"], float)
        self._crpix = crpix
        finite = all(np.isfinite(part).all() for part in (self._first, self._second, self._step))
        if self._step.shape != (2,) or not finite or not self._step.all():
            raise CoordinateError(f"a distortion needs finite terms and two steps, got {record}")

    def straighten(self, pixel: Array) -> Array:
        """Return the undistorted positions of pixels."""
        x, y = ((pixel - self._crpix) * self._step).T
        with np.errstate(over="ignore", invalid="ignore"):
            moved = np.stack([polyval2d(x, y, self._first), polyval2d(x, y, self._second)], axis=1)
            result: Array = pixel + moved / self._step
        return result

    def bend(self, pixel: Array) -> Array:
        """Return the pixels of undistorted positions; NaN where none is found."""
        found: Array = np.array(pixel, float)
        with np.errstate(over="ignore", invalid="ignore"):
            for _ in range(_ROUNDS):
                miss = pixel - self.straighten(found)
                found += miss
                if not np.any(np.abs(miss) > _CLOSE):
                    return found
            found[~(np.abs(miss) < 1e-6).all(axis=1)] = np.nan
        return found
