"""Kernels of several pixels a side: cubic and Lanczos, and a door to all kinds of stencils."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from jupimage.compute.interpolation import Method
from jupimage.compute.interpolationplane import (
    Linear,
    Nearest,
    Stencil,
    Window,
    flat_index,
    squares_good,
)

__all__ = ["make_stencil"]

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]


class _Kernel(Stencil):
    """A square of pixels with weights that are a product of one for x and one for y."""

    side = 0
    before = 0.0
    after = 0.0

    def __init__(self, x: Array, y: Array, window: Window) -> None:
        inner = None
        column, row = np.floor(x), np.floor(y)
        across, down = x - column, y - row
        if not window.holds(self.before, self.after):
            rows, columns = window.plane
            inner = (x >= self.before) & (x < columns - self.after)
            inner &= (y >= self.before) & (y < rows - self.after)
            column = np.where(inner, column, window.column)
            row = np.where(inner, row, window.row)
            across, down = np.where(inner, across, 0.0), np.where(inner, down, 0.0)
        super().__init__(window.columns, inner)
        self.inner = self.computed
        # Counting starts at a corner of the square.
        corner = self.side // 2 - 1
        self._index = flat_index(column - corner, row - corner, window)
        self._across, self._down = self.weights(across), self.weights(down)

    @staticmethod
    def weights(fraction: Array) -> list[Array]:
        """Return the weights of the pixels of a row for positions between the middle two."""
        raise NotImplementedError

    def values(self, flat: Array) -> Array:
        index, width = self._index, self.width
        total = np.zeros(index.shape)
        line, term = np.empty(index.shape), np.empty(index.shape)
        for j, down in enumerate(self._down):
            for i, across in enumerate(self._across):
                into = term if i else line
                flat[j * width + i :].take(index, mode="clip", out=into)
                into *= across
                if i:
                    line += term
            line *= down
            total += line
        return total

    def clean(self, good: Bools) -> Bools:
        return squares_good(good, self.width, self.side).take(self._index, mode="clip")


class Cubic(_Kernel):
    """Catmull-Rom; linear where the square of 4 x 4 does not fit into the plane."""

    side, before, after = 4, 1.0, 2.0

    def __init__(self, x: Array, y: Array, window: Window) -> None:
        super().__init__(x, y, window)
        self._edge = np.flatnonzero(~self.inner) if self.inner is not None else None
        if self.inner is not None and self._edge is not None:
            self._linear = Linear(x[self._edge], y[self._edge], window)
            computed = self.inner.copy()
            computed[self._edge] = True if self._linear.computed is None else self._linear.computed
            self.computed = None if computed.all() else computed

    @staticmethod
    def weights(fraction: Array) -> list[Array]:
        """Return the weights of Catmull and Rom."""
        s = fraction
        return [
            s * (s * (1.0 - 0.5 * s) - 0.5),
            s * s * (1.5 * s - 2.5) + 1.0,
            s * (s * (2.0 - 1.5 * s) + 0.5),
            s * s * (0.5 * s - 0.5),
        ]

    def values(self, flat: Array) -> Array:
        """Return the values of a plane, given as its flattened window."""
        if self._edge is not None and self._edge.size == self._index.size:
            return self._linear.values(flat)
        values = super().values(flat)
        values[np.isinf(values)] = np.nan  # as differences of infinite pixels are
        if self._edge is not None:
            values[self._edge] = self._linear.values(flat)
        return values

    def clean(self, good: Bools) -> Bools:
        """Return where all pixels that count are good; the window's good pixels, flattened."""
        clean = super().clean(good)
        if self._edge is not None:
            clean[self._edge] = self._linear.clean(good)
        return clean


class Lanczos(_Kernel):
    """The kernel of three lobes, not normalised; nothing within three pixels of the edges."""

    side, before, after = 6, 3.0, 3.0

    @staticmethod
    def weights(fraction: Array) -> list[Array]:
        """Return sinc(s) sinc(s / 3) for s = fraction + 2, + 1 ... - 3."""
        # The sine of pi s only changes its sign from one to the next.
        wave = np.sin(np.pi * fraction)
        third = np.pi / 3 * fraction
        sine, cosine = np.sin(third), np.cos(third)
        found = []
        for shift in (2, 1, 0, -1, -2, -3):
            at = fraction + shift
            slow = sine * np.cos(np.pi / 3 * shift) + cosine * np.sin(np.pi / 3 * shift)
            with np.errstate(invalid="ignore", divide="ignore"):
                weight = wave * slow * ((3 / np.pi**2) * (-1) ** shift) / (at * at)
            found.append(np.where(np.abs(at) < 1e-9, 1.0, weight))
        return found


_STENCILS: dict[str, Callable[[Array, Array, Window], Stencil]] = {
    "nearest": Nearest,
    "linear": Linear,
    "cubic": Cubic,
    "lanczos": Lanczos,
}


def make_stencil(method: Method, x: Array, y: Array, window: Window) -> Stencil:
    """Return the stencil of positions in a plane.

    Parameters
    ----------
    method
        How to interpolate.
    x, y
        Columns and rows, flat; NaN where there is no position.
    window
        The part of the plane that values will come from.

    Examples
    --------
    >>> from jupimage.compute.interpolationplane import window_of
    >>> x, y = np.array([0.5, 9.0]), np.array([1.0, 1.0])
    >>> stencil = make_stencil("linear", x, y, window_of(x, y, (3, 4)))
    >>> stencil.apply(np.arange(12.0), None)
    (array([4.5, 0. ]), array([ True, False]))
    """
    return _STENCILS[method](x, y, window)
