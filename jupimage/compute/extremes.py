"""The smallest and the largest pixel, and where they are first found."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from jupimage.lattice import Box

__all__ = ["Extreme", "find_extremes", "first_of"]


class Extreme(NamedTuple):
    """A value, and the position of the first pixel that has it, slowest axis first."""

    value: float
    position: tuple[int, ...]


def find_extremes(values: NDArray[Any], box: Box) -> tuple[Extreme, Extreme] | None:
    """Return the smallest and the largest value that is not NaN; None if all are.

    Parameters
    ----------
    values
        The pixels of `box` in C order, in one axis.
    box
        Where they are, without strides.

    Examples
    --------
    >>> find_extremes(np.array([5.0, 1.0, 1.0, 7.0]), Box((2, 0), (4, 2)))
    (Extreme(value=1.0, position=(2, 1)), Extreme(value=7.0, position=(3, 1)))
    """
    low, high = np.fmin.reduce(values), np.fmax.reduce(values)
    if np.isnan(low):
        return None
    return _placed(low, values, box), _placed(high, values, box)


def _placed(value: Any, values: NDArray[Any], box: Box) -> Extreme:
    inner = np.unravel_index(int((values == value).argmax()), box.shape)
    position = tuple(a + int(k) for a, k in zip(box.start, inner, strict=True))
    return Extreme(float(value), position)


def first_of(found: Iterable[Extreme], *, largest: bool) -> Extreme:
    """Return the most extreme of some, and of equal ones the first in C order."""
    sign = -1.0 if largest else 1.0
    return min(found, key=lambda extreme: (sign * extreme.value, extreme.position))
