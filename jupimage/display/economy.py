"""The pixels of a picture, as fine as a budget of bytes allows.

Smooth images compress well and are drawn with a cell for every device pixel and all colours.
Noise does not compress: there the cells become larger (averages, so the noise gets less) and
the colours fewer, step by step, until the file fits.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, log2
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.display.layout import RATIO
from jupimage.display.limits import auto_limits
from jupimage.display.raster import shrink, to_levels
from jupimage.display.sheet import BLANK, LEVELS
from jupimage.display.view import View

__all__ = ["Cells", "Pixels", "finest"]

Limits = tuple[float, float]

_LADDER = (
    (1.0, LEVELS), (1.0, 64), (1 / RATIO, LEVELS), (1 / RATIO, 64), (1 / RATIO, 40),
    (0.8 / RATIO, 40), (0.8 / RATIO, 28), (0.65 / RATIO, 40), (0.65 / RATIO, 28),
    (0.5 / RATIO, 40), (0.5 / RATIO, 28), (0.5 / RATIO, 20),
    (0.35 / RATIO, 24), (0.25 / RATIO, 16), (0.1 / RATIO, 8),
)  # fmt: skip
"""Cells per device pixel and number of colours, the finest first."""

_AROUND = 16_000
"""Bytes that labels and lines need, roughly."""

_TEXT = 14_000
"""Bytes of the labels alone."""


@dataclass(frozen=True, slots=True)
class Cells:
    """A picture at one fineness: levels for every device pixel (first row on top), `count` of
    them between the `limits`, and the mask of the lines over them."""

    levels: NDArray[np.uint8]
    lines: NDArray[np.uint8]
    count: int
    limits: Limits


@dataclass(frozen=True, slots=True)
class Pixels:
    """Values of a plane at the finest resolution that a picture can show.

    Parameters
    ----------
    values, good
        Cells, first row lowest, scaled so that `limits` are 0 and 1.
    size
        Width and height of the picture in device pixels.
    limits
        Pixel values at 0 and 1.
    lines
        Mask of the grid lines, for every device pixel, first row on top.
    automatic
        Whether the limits follow what is drawn: averaging makes noise less, and colours that
        fitted the single pixels would be lost on it.
    """

    values: NDArray[np.float32]
    good: NDArray[np.bool_] | None
    size: tuple[int, int]
    limits: Limits
    lines: NDArray[np.uint8]
    automatic: bool

    @classmethod
    def of(cls, view: View, lines: NDArray[np.uint8], limits: Limits | None) -> Pixels:
        """Average a plane to the cells of a picture with these lines; None: automatic limits."""
        size = lines.shape[1], lines.shape[0]
        rough = limits or auto_limits(view.values, view.good)
        scaled, good = _scaled(view.values, rough), view.good
        height, width = scaled.shape
        cells = _cells(width, size[0]), _cells(height, size[1])
        if cells != (width, height):
            scaled, good = shrink(scaled, good, cells)
        return cls(scaled, good, size, rough, lines, limits is None)

    def at(self, fineness: float, count: int) -> Cells:
        """Return the picture with so many cells per device pixel and so many colours."""
        values, good, (width, height) = self.values, self.good, self.size
        columns, rows = self._grid(fineness)
        if (rows, columns) != values.shape:
            values, good = shrink(values, good, (columns, rows))
        low, high = self._limits(values, good)
        levels = to_levels(values, (low, high), levels=count)
        if good is not None:
            levels[~good] = BLANK
        # Coarse pictures repeat whole screen pixels, lines included: repeated rows cost nothing.
        block = RATIO if fineness < 1 else 1
        up, right = _spread(rows, height, block)[::-1], _spread(columns, width, block)
        lines = self.lines if block == 1 else _coarse(self.lines)
        start, span = self.limits[0], self.limits[1] - self.limits[0]
        limits = (start + low * span, start + high * span) if (low, high) != (0, 1) else self.limits
        return Cells(levels[up[:, None], right], lines, count, limits)

    def _limits(self, values: NDArray[np.float32], good: NDArray[np.bool_] | None) -> Limits:
        if not self.automatic:
            return 0.0, 1.0
        low, high = auto_limits(values, good)
        return (low, high) if high - low > 1e-3 else (0.0, 1.0)

    def cost(self, fineness: float, count: int) -> float:
        """Return a measure of the bytes that a picture with noise in it needs."""
        columns, rows = self._grid(fineness)
        return columns * rows * log2(count)

    def _grid(self, fineness: float) -> tuple[int, int]:
        columns, rows = (max(1, ceil(length * fineness)) for length in self.size)
        return min(columns, self.values.shape[1]), min(rows, self.values.shape[0])


def finest(pixels: Pixels, draw: Callable[[Cells], bytes], *, budget: int) -> tuple[bytes, Limits]:
    """Return the finest drawing of at most `budget` bytes, and its limits.

    `draw` makes the file. If none fits, the coarsest is returned.
    """
    png, limits = b"", pixels.limits
    last, size = 0.0, 0.0
    for rung in _LADDER:
        cost, coarsest = pixels.cost(*rung), rung == _LADDER[-1]
        share = max(budget - _AROUND, 1) / max(size - _AROUND, 1)
        if size and not coarsest and (cost >= last or cost > 1.15 * last * share):
            continue  # no coarser than what did not fit, or not enough
        cells = pixels.at(*rung)
        last, size = cost, _estimate(cells.levels, cells.lines)
        if size > 0.98 * budget and not coarsest:
            continue
        png, limits = draw(cells), cells.limits
        size = len(png)
        if size <= budget:
            break
    return png, limits


def _estimate(levels: NDArray[np.uint8], lines: NDArray[np.uint8]) -> float:
    """Estimate the size of a file from bands of the picture, in a quarter of the time."""
    height = int(levels.shape[0])
    bands = [slice(top, top + 24) for top in range(0, height, 96)]
    rows = np.concatenate([levels[band] ^ (lines[band] & 0x80) for band in bands])
    size = len(zlib.compress(rows.tobytes(), 6))
    return _TEXT + 0.97 * size * height / int(rows.shape[0])


def _spread(cells: int, length: int, block: int) -> NDArray[np.intp]:
    """Which cell each of `length` pixels shows, where pixels come in blocks."""
    blocks = -(-length // block)
    spread: NDArray[np.intp] = np.repeat(np.arange(blocks) * cells // blocks, block)[:length]
    return spread


def _coarse(lines: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A mask of lines with one value in each block of screen pixels; as strong as before."""
    height, width = lines.shape
    padded = np.pad(lines, ((0, height % RATIO), (0, width % RATIO))).astype(np.uint16)
    blocks = padded.reshape(-1, RATIO, padded.shape[1] // RATIO, RATIO).sum(axis=(1, 3))
    strong = np.minimum(blocks * 2 // RATIO**2, 255).astype(np.uint8)
    coarse: NDArray[np.uint8] = strong.repeat(RATIO, axis=0).repeat(RATIO, axis=1)
    return coarse[:height, :width]


def _scaled(values: NDArray[Any], limits: Limits) -> NDArray[np.float32]:
    """Bring values to where the limits are 0 and 1, in single precision without overflow."""
    low, high = limits
    largest = max(abs(low), abs(high))
    with np.errstate(all="ignore"):
        safe = max(1e-6 * largest, 1e-30) < high - low < 1e30 > largest
        if values.dtype != np.float32 or not safe:
            values = values.astype(np.float64)
        scaled = values - values.dtype.type(low)
        scaled *= values.dtype.type(1 / (high - low))
        np.clip(scaled, -1e6, 1e6, out=scaled)
        single: NDArray[np.float32] = scaled.astype(np.float32, copy=False)
    return single


def _cells(length: int, pixels: int) -> int:
    """Cells along an axis: all image pixels where each fills two device pixels, else one each."""
    return length if length * 2 <= pixels or length == pixels else pixels
