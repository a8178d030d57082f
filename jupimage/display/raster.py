"""Pixel values into colours, and into the 16-bit codes that travel to the browser.

The work is done in pieces that stay in the processor's cache: arithmetic on a whole plane at
once would spend its time waiting for memory, and these functions run for every frame.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.errors import ShapeError

__all__ = ["BAD", "CODES", "quantise", "shrink", "to_levels", "to_rgb"]

BAD = (208, 208, 212)
"""Colour of pixels without a value: a grey that no colour map holds next to its ends."""

CODES = 65_533
"""Steps between the lowest and the highest code of `quantise`."""

_PIECE = 32_768
_HUGE = 8.5e307


def quantise(
    values: NDArray[Any], good: NDArray[np.bool_] | None = None
) -> tuple[NDArray[np.uint16], float, float]:
    """Pack real pixels into 16 bits: codes, scale and offset.

    A pixel's value is ``offset + scale * (code - 2)``, to within half a `scale`. Code 0 is NaN
    and 1 is a masked pixel; infinities get the nearest code of a finite value.

    Parameters
    ----------
    values
        Pixels of any shape.
    good
        True where a pixel is valid; None means all are.

    Returns
    -------
    codes
        Unsigned 16-bit integers in the shape of `values`, C-contiguous.
    scale, offset
        The line from codes to values; `scale` is positive.

    Examples
    --------
    >>> codes, scale, offset = quantise(np.array([0.0, 1.0, np.nan, 3.0]))
    >>> codes.tolist()
    [2, 21846, 0, 65535]
    >>> round(offset + scale * (int(codes[1]) - 2), 4)
    1.0
    """
    flat, valid = _flat(values, good)
    with np.errstate(all="ignore"):
        low, high, content = _range(flat, valid)
        scale = (high - low) / CODES
        if np.isinf(scale):  # the range is more than a float holds: cut both ends
            codes, scale, low = quantise(np.clip(flat, -_HUGE, _HUGE), valid)
            return codes.reshape(values.shape), scale, low
        if flat.dtype == np.float32 and not 1e-36 < scale < 1e32:
            flat = flat.astype(np.float64)
        scale = scale if scale > 1e-300 else 1.0
        codes = np.empty(flat.size, np.uint16)
        for piece in _pieces(flat.size):
            some = None if valid is None else valid[piece]
            _encode(flat[piece], some, (low, scale), codes[piece], content=content)
    return codes.reshape(values.shape), scale, low


def _encode(
    values: NDArray[Any],
    good: NDArray[np.bool_] | None,
    line: tuple[float, float],
    out: NDArray[np.uint16],
    *,
    content: str,
) -> None:
    low, scale = line
    level = values - values.dtype.type(low)
    level *= values.dtype.type(1 / scale)
    level += values.dtype.type(2.5)  # code 2 is the lowest value; the cast cuts, so half rounds
    if content == "infinite":
        np.clip(level, 2, CODES + 2, out=level)
    np.copyto(out, level, casting="unsafe")
    # Multiplying by what is True costs a tenth of an assignment under a scattered mask.
    if content != "clean":
        out *= ~np.isnan(values)
    if good is not None:
        out *= good
        out += ~good


def _flat(
    values: NDArray[Any], good: NDArray[np.bool_] | None
) -> tuple[NDArray[Any], NDArray[np.bool_] | None]:
    """Flatten to one dimension of a float type that can hold the differences."""
    if good is not None and good.shape != values.shape:
        raise ShapeError(f"values of shape {values.shape} and a mask of shape {good.shape}")
    flat = np.ascontiguousarray(values).reshape(-1)
    if flat.dtype not in (np.float32, np.float64):
        flat = flat.astype(np.float64)
    return flat, None if good is None else np.ascontiguousarray(good).reshape(-1)


def _range(flat: NDArray[Any], valid: NDArray[np.bool_] | None) -> tuple[float, float, str]:
    """Finite range of the good pixels, and what else there is: clean, blank or infinite."""
    if flat.size == 0:
        return 0.0, 0.0, "clean"
    if valid is None:
        low, high = float(flat.min()), float(flat.max())  # NaN if there is one
        if np.isfinite(high - low):
            return low, high, "clean"
    low, high, content = np.inf, -np.inf, "blank"
    for piece in _pieces(flat.size):
        values = flat[piece]
        if valid is not None:
            values = _blanked(values, valid[piece])
        least, most = np.fmin.reduce(values), np.fmax.reduce(values)
        if np.isinf(least) or np.isinf(most):
            content = "infinite"
            values = _blanked(values, ~np.isinf(values))
            least, most = np.fmin.reduce(values), np.fmax.reduce(values)
        low, high = np.fmin(low, least), np.fmax(high, most)
    return (float(low), float(high), content) if low <= high else (0.0, 0.0, content)


def _blanked(values: NDArray[Any], good: NDArray[np.bool_]) -> NDArray[Any]:
    """Copy `values` with NaN where they are bad: all bits set, faster than a choice."""
    bits = f"u{values.itemsize}"
    fill = good.astype(bits)
    fill -= 1
    fill |= values.view(bits)
    return fill.view(values.dtype)


def to_levels(
    values: NDArray[Any],
    limits: tuple[float, float],
    *,
    levels: int = 256,
) -> NDArray[np.uint8]:
    """Return which of a number of equal steps between two limits each value falls into.

    Values beyond a limit get the first or last step, NaN the first. The limits may be given
    high first: the steps then run down.

    Examples
    --------
    >>> to_levels(np.array([-1.0, 0.0, 0.3, 1.0, 9.0]), (0.0, 1.0), levels=4)
    array([0, 0, 1, 3, 3], dtype=uint8)
    """
    low, high = limits
    flat, _ = _flat(values, None)
    out = np.empty(flat.size, np.uint8)
    factor = levels / ((high - low) or 1.0)
    with np.errstate(all="ignore"):
        for piece in _pieces(flat.size):
            level = (flat[piece] - low) * factor
            np.clip(level, 0, levels - 1, out=level)
            np.copyto(level, 0, where=np.isnan(level))
            np.copyto(out[piece], level, casting="unsafe")
    return out.reshape(values.shape)


def shrink(
    values: NDArray[np.float32], good: NDArray[np.bool_] | None, size: tuple[int, int]
) -> tuple[NDArray[np.float32], NDArray[np.bool_] | None]:
    """Average a plane down to `size` (width, height), leaving bad pixels out of the averages.

    A pixel of the result is good if any part of it was; along an axis that `size` does not
    shorten, the pixels are interpolated.

    Examples
    --------
    >>> plane = np.array([[1, 3, np.nan, 7]], np.float32)
    >>> shrink(plane, ~np.isnan(plane), (2, 1))[0]
    array([[2., 7.]], dtype=float32)
    """
    from PIL import Image

    height, width = values.shape
    smooth = size[0] > width or size[1] > height
    method = Image.Resampling.BILINEAR if smooth else Image.Resampling.BOX

    def resized(plane: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.asarray(Image.fromarray(plane).resize(size, method), np.float32)

    if good is None:
        return resized(np.ascontiguousarray(values, np.float32)), None
    weight = resized(good.astype(np.float32))
    total = resized(np.where(good, values, np.float32(0)))
    some = weight > (0.5 if smooth else 0.001)
    return np.divide(total, weight, out=np.zeros_like(total), where=some), some


def to_rgb(
    values: NDArray[Any],
    good: NDArray[np.bool_] | None,
    limits: tuple[float, float],
    lut: NDArray[np.uint8],
    *,
    bad: tuple[int, int, int] = BAD,
) -> NDArray[np.uint8]:
    """Colour a plane: rows of red, green and blue, the first row at the top as in a picture file.

    Parameters
    ----------
    values, good
        The plane as `read_plane` gives it: the first row is the lowest.
    limits
        Values that get the first and the last colour.
    lut
        Colours, shape (n, 3), from `colormap`.
    bad
        Colour of pixels that are masked or NaN.

    Examples
    --------
    >>> to_rgb(np.array([[0.0], [np.nan]]), None, (0, 1), np.array([[7, 8, 9]], np.uint8)).tolist()
    [[[208, 208, 212]], [[7, 8, 9]]]
    """
    picture = lut[to_levels(values, limits, levels=len(lut))]
    blank = np.isnan(values) if values.dtype.kind == "f" else np.zeros(values.shape, bool)
    if good is not None:
        blank |= ~good
    picture[blank] = bad
    return picture[::-1]


def _pieces(size: int) -> Iterator[slice]:
    for start in range(0, size, _PIECE):
        yield slice(start, min(start + _PIECE, size))
