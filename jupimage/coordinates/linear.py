"""Axes that are linear, or tabulated: pixel to world and back."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from jupimage.coordinates.table import interpolate, is_monotonic
from jupimage.errors import CoordinateError

__all__ = ["LinearTransform", "TableTransform"]

Array = NDArray[np.float64]


class LinearTransform:
    """World = value + increment * (matrix @ (pixel - reference pixel)), as in FITS.

    Examples
    --------
    >>> axis = LinearTransform(np.array([10.0]), np.array([0.5]), np.array([1.0]), np.eye(1))
    >>> axis.toworld(np.array([[0.0], [3.0]]))
    array([[ 9.5],
           [11. ]])
    """

    def __init__(self, crval: Array, cdelt: Array, crpix: Array, pc: Array) -> None:
        n = len(crval)
        if cdelt.shape != (n,) or crpix.shape != (n,) or pc.shape != (n, n):
            raise CoordinateError(
                f"a linear coordinate of {n} axes needs crpix and cdelt of {n} values and a "
                f"matrix of {n} x {n}, got {crpix.shape}, {cdelt.shape} and {pc.shape}"
            )
        with np.errstate(all="ignore"):
            matrix = cdelt[:, None] * pc
        if not all(np.isfinite(part).all() for part in (matrix, crval, crpix)):
            raise CoordinateError("a linear coordinate holds values that are not finite")
        try:
            with np.errstate(all="ignore"):
                self._inverse = np.linalg.inv(pc) / cdelt
            if not np.isfinite(self._inverse).all():
                raise ZeroDivisionError
        except (np.linalg.LinAlgError, ZeroDivisionError):
            raise CoordinateError(
                f"the increments {cdelt.tolist()} and the matrix {pc.tolist()} of a linear "
                "coordinate cannot be inverted"
            ) from None
        self.separable = not np.any(pc - np.diag(np.diag(pc)))
        self._crval, self._crpix, self._matrix = crval, crpix, matrix
        # for single positions on one axis: plain numbers are quicker, and come out the same
        self._one = (float(crval[0]), float(crpix[0]), float(matrix[0, 0])) if n == 1 else None

    def toworld(self, pixel: Array) -> Array:
        """Return the world values of pixels (n, axes)."""
        if len(self._crval) == 1:
            world: Array = self._crval + self._matrix[0, 0] * (pixel - self._crpix)
            return world
        return self._crval + _apply(self._matrix, pixel - self._crpix)

    def topixel(self, world: Array) -> Array:
        """Return the pixels of world values (n, axes)."""
        if len(self._crval) == 1:
            pixel: Array = self._crpix + (world - self._crval) / self._matrix[0, 0]
            return pixel
        return self._crpix + _apply(self._inverse, world - self._crval)

    def world_at(self, pixel: list[float]) -> list[float]:
        """Return the world values of one pixel position."""
        if self._one is None:
            values: list[float] = self.toworld(np.array([pixel]))[0].tolist()
            return values
        crval, crpix, step = self._one
        return [crval + step * (pixel[0] - crpix)]

    def pixel_at(self, world: list[float]) -> list[float]:
        """Return the pixel position of one set of world values."""
        if self._one is None:
            values: list[float] = self.topixel(np.array([world]))[0].tolist()
            return values
        crval, crpix, step = self._one
        return [crpix + (world[0] - crval) / step]


def _apply(matrix: Array, vectors: Array) -> Array:
    """Multiply many vectors; each comes out the same, however many there are (BLAS differs)."""
    result: Array = np.zeros(vectors.shape)
    for j, column in enumerate(matrix.T):
        result += vectors[:, j : j + 1] * column
    return result


class TableTransform:
    """A table of pixels and their world values, linear in between and beyond the ends.

    Examples
    --------
    >>> axis = TableTransform(np.array([0.0, 1.0, 2.0]), np.array([10.0, 13.0, 20.0]))
    >>> axis.topixel(np.array([[16.5]]))
    array([[1.5]])
    """

    separable = True

    def __init__(self, pixels: Array, worlds: Array) -> None:
        if pixels.shape != worlds.shape or pixels.ndim != 1 or len(pixels) < 2:
            raise CoordinateError(
                "a table needs at least two pixels and as many world values, got "
                f"{pixels.shape} and {worlds.shape}"
            )
        if not (np.isfinite(pixels).all() and np.isfinite(worlds).all() and is_monotonic(pixels)):
            raise CoordinateError(
                "the pixels of a table must be finite and rise or fall throughout"
            )
        self._pixels, self._worlds = pixels, worlds

    def toworld(self, pixel: Array) -> Array:
        """Return the world values of pixels (n, 1)."""
        return interpolate(pixel, self._pixels, self._worlds)

    def topixel(self, world: Array) -> Array:
        """Return the pixels of world values (n, 1)."""
        return interpolate(world, self._worlds, self._pixels)

    def world_at(self, pixel: list[float]) -> list[float]:
        """Return the world value of one pixel."""
        return [float(interpolate(np.array(pixel), self._pixels, self._worlds)[0])]

    def pixel_at(self, world: list[float]) -> list[float]:
        """Return the pixel of one world value."""
        return [float(interpolate(np.array(world), self._worlds, self._pixels)[0])]
