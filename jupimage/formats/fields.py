"""Fields of a record from a file, each with the type that it has to have.

Integers come in several sizes and numbers may be stored as integers, so a reader asks for what
it needs and gets it in one form, or an error that names the field.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from jupimage.errors import FormatError

__all__ = ["Fields"]


class Fields:
    """A record, and how it is called in errors.

    Parameters
    ----------
    record
        The record.
    where
        Names that lead to it, for messages.

    Examples
    --------
    >>> fields = Fields({"crval": [1, 2], "system": "J2000"}, "direction0")
    >>> fields.numbers("crval", (2,)), fields.text("system")
    (array([1., 2.]), 'J2000')
    >>> fields.number("version")
    Traceback (most recent call last):
    jupimage.errors.FormatError: direction0.version: wanted a number, got nothing
    """

    def __init__(self, record: Any, where: str) -> None:
        self.where = where
        if not isinstance(record, Mapping):
            raise FormatError(f"{where}: wanted a record, got {_description(record)}")
        self._record = record

    def __contains__(self, name: str) -> bool:
        return name in self._record

    def text(self, name: str, default: str | None = None) -> str:
        """Return a string."""
        value = self._record.get(name, default)
        if not isinstance(value, str):
            self.fail(name, "a string")
        return str(value)

    def texts(self, name: str, count: int | None = None) -> list[str]:
        """Return a list of strings."""
        value = self._record.get(name)
        items = value.tolist() if isinstance(value, np.ndarray) else value
        if (
            not isinstance(items, list | tuple)
            or not all(isinstance(item, str) for item in items)
            or count not in (None, len(items))
        ):
            self.fail(name, "strings" if count is None else f"{count} strings")
        return [str(item) for item in items]

    def number(self, name: str, default: float | None = None) -> float:
        """Return a finite number."""
        value = self._record.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
            self.fail(name, "a number")
        if not np.isfinite(value):
            self.fail(name, "a finite number")
        return float(value)

    def integer(self, name: str, default: int | None = None) -> int:
        """Return an integer."""
        value = self._record.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int | np.integer):
            self.fail(name, "an integer")
        return int(value)

    def truth(self, name: str) -> bool:
        """Return True or False."""
        value = self._record.get(name)
        if not isinstance(value, bool | np.bool_):
            self.fail(name, "True or False")
        return bool(value)

    def numbers(self, name: str, shape: tuple[int, ...]) -> NDArray[np.float64]:
        """Return finite numbers; a length of -1 is any."""
        array = self._array(name, "iuf", shape, "numbers")
        if not np.isfinite(array).all():
            self.fail(name, "finite numbers")
        return np.array(array, np.float64, order="C")

    def integers(self, name: str, shape: tuple[int, ...]) -> NDArray[np.int32]:
        """Return integers of 32 bits."""
        array = self._array(name, "iu", shape, "integers")
        limits = np.iinfo(np.int32)
        if array.size and (array.min() < limits.min or array.max() > limits.max):
            self.fail(name, "integers of 32 bits")
        return np.array(array, np.int32, order="C")

    def fields(self, name: str) -> Fields:
        """Return a record in the record."""
        return Fields(self._record.get(name), f"{self.where}.{name}")

    def quantity(self, name: str) -> dict[str, Any]:
        """Return a number with its unit, the two in the order in which they are stored."""
        inner = self.fields(name)
        found = {"value": inner.number("value"), "unit": inner.text("unit")}
        return {key: found[key] for key in inner._record if key in found}

    def fail(self, name: str, wanted: str) -> NoReturn:
        """Say that a field is not what it has to be.

        Raises
        ------
        FormatError
            Always.
        """
        got = _description(self._record.get(name))
        raise FormatError(f"{self.where}.{name}: wanted {wanted}, got {got}")

    def _array(self, name: str, kinds: str, shape: tuple[int, ...], what: str) -> NDArray[Any]:
        value = self._record.get(name)
        wanted = f"{what} of shape {shape}" if -1 not in shape else f"a list of {what}"
        try:
            array = np.asarray(value if isinstance(value, np.ndarray | list | tuple) else None)
        except ValueError:
            self.fail(name, wanted)
        fits = array.ndim == len(shape) and all(
            n in (-1, got) for n, got in zip(shape, array.shape, strict=True)
        )
        # An empty list tells nothing of its type.
        if not fits or (array.size and array.dtype.kind not in kinds):
            self.fail(name, wanted)
        return array if array.size else np.zeros(array.shape)


def _description(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, np.ndarray):
        return f"an array {value.shape} of {value.dtype}"
    if isinstance(value, Mapping):
        return "a record"
    return f"{value!r:.60}"
