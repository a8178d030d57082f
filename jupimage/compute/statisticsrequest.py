"""What users say of axes and ranges of values, checked."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from jupimage.compute.eligibility import Eligibility
from jupimage.errors import ArgumentError, DataTypeError

__all__ = ["as_axes", "as_rule"]


def as_axes(axes: Any, ndim: int, *, name: str = "axes") -> tuple[int, ...]:
    """Return axis numbers, ascending, none of them negative.

    Parameters
    ----------
    axes
        A number or a sequence of them, slowest axis first; negative ones count from the end.
    ndim
        Number of axes that there are.
    name
        What the argument is called in messages.

    Raises
    ------
    DataTypeError
        If they are not ints.
    ArgumentError
        If there is no such axis, or one is given twice.

    Examples
    --------
    >>> as_axes((-1, 0), 3), as_axes(np.int64(1), 3), as_axes([], 3)
    ((0, 2), (1,), ())
    """
    numbers = _numbers(axes, name)
    for number in numbers:
        if not -ndim <= number < ndim:
            raise ArgumentError(
                f"{name} must lie in {-ndim}..{ndim - 1} for an image of {ndim} axes, got {number}"
            )
    found = sorted(number % ndim for number in numbers)
    if len(set(found)) < len(found):
        raise ArgumentError(f"{name} must name each axis once, got {axes!r}")
    return tuple(found)


def _numbers(axes: Any, name: str) -> list[int]:
    wanted = f"{name} must be an int or a sequence of ints"
    if isinstance(axes, str | bytes | dict | set | frozenset) or axes is None:
        raise DataTypeError(f"{wanted}, got {axes!r}")
    try:
        given = [axes] if np.ndim(axes) == 0 else list(axes)
    except (TypeError, ValueError):
        given = [axes]
    try:
        return [operator.index(number) for number in given]
    except TypeError:
        raise DataTypeError(f"{wanted}, got {axes!r}") from None


def as_rule(minmaxvalues: Any, exclude: Any = False, *, ignore_nan: bool = False) -> Eligibility:
    """Return which pixels count.

    Parameters
    ----------
    minmaxvalues
        Two numbers in any order; one, which stands for the range from minus to plus it; or
        nothing (None or an empty sequence) for all pixels.
    exclude
        Whether the range is what does not count.
    ignore_nan
        Whether NaN does not count.

    Raises
    ------
    DataTypeError
        If they are not real numbers, or `exclude` is no Bool.
    ArgumentError
        If there are more than two of them, or one is NaN.

    Examples
    --------
    >>> rule = as_rule(-3)
    >>> rule.low, rule.high
    (-3.0, 3.0)
    """
    if not isinstance(exclude, bool | np.bool_ | int | type(None)):
        raise DataTypeError(f"exclude must be a Bool, got {exclude!r}")
    limits = _limits(minmaxvalues)
    if limits is None:
        return Eligibility(ignore_nan=bool(ignore_nan))
    return Eligibility(limits[0], limits[1], bool(exclude), bool(ignore_nan))


def _limits(minmaxvalues: Any) -> tuple[float, float] | None:
    if minmaxvalues is None:
        return None
    wanted = "minmaxvalues must be one or two numbers, or empty"
    try:
        given = np.asarray(minmaxvalues)
    except ValueError:
        given = np.asarray(None)
    if given.size == 0 and given.ndim == 1:
        return None
    if given.dtype.kind not in "iuf":
        raise DataTypeError(f"{wanted}, got {minmaxvalues!r}")
    if given.ndim > 1 or given.size > 2:
        raise ArgumentError(f"{wanted}, got {minmaxvalues!r}")
    numbers = [float(number) for number in np.atleast_1d(given)]
    if any(np.isnan(number) for number in numbers):
        raise ArgumentError(f"{wanted}, none of them NaN, got {minmaxvalues!r}")
    if len(numbers) == 1:
        return -abs(numbers[0]), abs(numbers[0])
    return min(numbers), max(numbers)
