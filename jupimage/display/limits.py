"""Which pixel values get the two ends of the colours when nobody has said so.

Percentiles of a sample: a single bright or broken pixel must not turn the rest of a picture
black, and choosing limits must not cost more than drawing, since the viewer does it for every
channel that it shows.
"""

from __future__ import annotations

from math import gcd, nextafter
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["auto_limits"]

_SAMPLES = 16_384
_ENOUGH = 1_024
_LEAST = 1e-290  # below, the reciprocal of a range may not be a float


def auto_limits(
    values: NDArray[Any],
    good: NDArray[np.bool_] | None = None,
    *,
    fraction: float = 0.995,
) -> tuple[float, float]:
    """Return robust limits for the colours of a picture: finite, the first below the second.

    Parameters
    ----------
    values
        Pixels of any shape; real. NaN and infinities are left out.
    good
        True where a pixel is valid; None means all are.
    fraction
        Part of the good pixels between the limits; half of the rest lies below, half above.

    Examples
    --------
    >>> low, high = auto_limits(np.append(np.linspace(0, 1, 10_001), 1e6))
    >>> round(low, 2), round(high, 2)
    (0.0, 1.0)
    >>> auto_limits(np.full(4, np.nan))
    (0.0, 1.0)
    >>> auto_limits(np.full(4, 5.0))
    (4.5, 5.5)
    """
    sample = _sample(values, good)
    if sample.size == 0:
        return 0.0, 1.0
    last = sample.size - 1
    below = int(last * (1 - fraction) / 2)
    ordered = np.partition(sample, (below, last - below))
    return _open(float(ordered[below]), float(ordered[last - below]))


def _sample(values: NDArray[Any], good: NDArray[np.bool_] | None) -> NDArray[Any]:
    """Finite good pixels, a few thousand of them, spread over the picture."""
    flat = values.reshape(-1)
    step = _step(flat.size, values.shape[-1] if values.ndim else 1)
    some = _finite(flat[::step], None if good is None else good.reshape(-1)[::step])
    if some.size < _ENOUGH and step > 1:
        # Few of the pixels are good: look at all of them rather than draw a guess.
        some = _finite(flat, None if good is None else good.reshape(-1))
    return some


def _step(size: int, row: int) -> int:
    """A stride through the flattened picture that walks through the columns too."""
    step = max(1, size // _SAMPLES)
    while step > 1 and gcd(step, max(row, 1)) != 1:
        step += 1
    return step


def _finite(values: NDArray[Any], good: NDArray[np.bool_] | None) -> NDArray[Any]:
    if values.dtype.kind == "f":
        usable = np.isfinite(values)
        if good is not None:
            usable &= good
        return values if usable.all() else values[usable]
    values = values.astype(np.float64)
    return values if good is None else values[good]


def _open(low: float, high: float) -> tuple[float, float]:
    """Make room between limits that are equal, or too close for floats."""
    if high - low > max(4 * (abs(nextafter(high, np.inf) - high)), _LEAST):
        return low, high
    half = 0.1 * abs(low) if abs(low) > _LEAST else 0.5
    return low - half, high + half
