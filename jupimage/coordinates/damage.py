"""Damaged records: what goes wrong while one is read is an error of the record."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from jupimage.errors import CoordinateError, ImageError

__all__ = ["reads_record"]

_Given = ParamSpec("_Given")
_Result = TypeVar("_Result")


def reads_record(function: Callable[_Given, _Result]) -> Callable[_Given, _Result]:
    """Make a function that takes a record apart say so where it is no record.

    Records are dicts that anyone may write, so there is no end to what can be in them.

    Examples
    --------
    >>> @reads_record
    ... def length(record):
    ...     return len(record["crval"])
    >>> length({"crval": 5.0})
    Traceback (most recent call last):
    ...
    jupimage.errors.CoordinateError: a coordinate record that cannot be read: TypeError: object \
of type 'float' has no len()
    """

    @wraps(function)
    def reading(*args: _Given.args, **kwargs: _Given.kwargs) -> _Result:
        try:
            return function(*args, **kwargs)
        except ImageError:
            raise
        except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
            raise CoordinateError(
                f"a coordinate record that cannot be read: {type(error).__name__}: "
                f"{str(error)[:100]}"
            ) from error

    return reading
