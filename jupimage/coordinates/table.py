"""Piecewise linear tables: pixels and world values that somebody wrote down one by one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from jupimage.errors import CoordinateError

__all__ = ["interpolate", "is_monotonic"]

Array = NDArray[np.float64]


def is_monotonic(values: Array) -> bool:
    """Return whether the values only rise or only fall, so that they can be looked up.

    Examples
    --------
    >>> is_monotonic(np.array([3.0, 2.0, 0.5])), is_monotonic(np.array([1.0, 1.0]))
    (True, False)
    """
    steps = np.diff(values)
    return bool(np.all(steps > 0) or np.all(steps < 0))


def interpolate(at: Array, x: Array, y: Array) -> Array:
    """Interpolate linearly in a table; its end segments go on beyond the ends.

    Parameters
    ----------
    at
        Where to look, of any shape; NaN gives NaN.
    x, y
        The table, at least two entries; `x` rises or falls strictly.

    Examples
    --------
    >>> interpolate(np.array([0.5, 3.0]), np.array([0.0, 1.0, 2.0]), np.array([0.0, 10.0, 30.0]))
    array([ 5., 50.])
    """
    if len(x) < 2 or not is_monotonic(x):
        raise CoordinateError(f"a table of {len(x)} values does not rise or fall throughout")
    if x[0] > x[-1]:
        x, y = x[::-1], y[::-1]
    low = np.clip(np.searchsorted(x, at, side="right") - 1, 0, len(x) - 2)
    fraction = (at - x[low]) / (x[low + 1] - x[low])
    result: Array = y[low] + fraction * (y[low + 1] - y[low])
    return result
