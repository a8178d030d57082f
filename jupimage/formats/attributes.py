"""Attribute groups: small tables that travel with an image.

A group has columns (attributes) and rows. A column takes the type of the first value put
into it; later values must convert to that. Putting a value in the row after the last adds a
row, in which the other attributes hold nothing yet: an empty string, 0 or False.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from jupimage.errors import ArgumentError, DataTypeError

__all__ = ["Attribute", "AttributeTable"]

_KINDS = {"b": "Bool", "i": "Int", "u": "Int", "f": "double", "c": "DComplex", "U": "String"}
_DTYPES: dict[str, np.dtype[Any]] = {
    "Bool": np.dtype(bool),
    "Int": np.dtype(np.int32),
    "float": np.dtype(np.float32),
    "double": np.dtype(np.float64),
    "Complex": np.dtype(np.complex64),
    "DComplex": np.dtype(np.complex128),
    "String": np.dtype(str),
}


@dataclass(slots=True)
class Attribute:
    """One column of a group.

    Parameters
    ----------
    type
        ``Bool Int float double Complex DComplex String``, of the elements if it holds arrays.
    array
        Whether its values are arrays (of any shape).
    values
        One for each row; None where an array was never put.
    unit
        Units, empty if none is known.
    measure
        Type and reference frame of a measure, or empty.
    """

    type: str
    array: bool
    values: list[Any] = field(default_factory=list)
    unit: tuple[str, ...] = ()
    measure: tuple[str, ...] = ()

    @property
    def nothing(self) -> Any:
        """What a row holds before a value is put into it."""
        return None if self.array else _DTYPES[self.type].type().item()

    def convert(self, value: Any, name: str) -> Any:
        """Return `value` as this column holds it; one alone is an array of one, where it needs be.

        Raises
        ------
        DataTypeError
            If it has another kind, or would lose its sense.
        """
        array = _as_array(value, name)
        target = _DTYPES[self.type]
        if self.array and not array.ndim:
            array = array.reshape(1)
        if (array.ndim > 0) != self.array or not self._takes(array):
            what = f"array of {self.type}" if self.array else self.type
            raise DataTypeError(f"attribute {name!r} holds {what}, got {value!r:.60}")
        if self.type == "String":
            return array.tolist() if array.ndim < 2 else array
        converted = array.astype(target)
        if self.type == "Int" and (converted != array).any():
            warnings.warn(
                f"attribute {name!r} holds whole numbers: {value!r:.60} is cut", stacklevel=5
            )
        return converted if self.array else converted[()].item()

    def _takes(self, array: np.ndarray[Any, Any]) -> bool:
        """Tell whether values of that kind go into this column."""
        kind = array.dtype.kind
        if self.type in ("String", "Bool") and self.array:
            return bool(kind == ("U" if self.type == "String" else "b"))
        if self.type == "String":
            return bool(kind == "U")
        if self.type == "Bool":
            return kind in "biuf"
        if self.type == "Int":
            return kind in "biuf" and _in_int32(array)
        return kind in ("biufc" if self.type.endswith("omplex") else "biuf")


@dataclass(slots=True)
class AttributeTable:
    """One group of attributes.

    Examples
    --------
    >>> group = AttributeTable()
    >>> group.put("STATION", 0, "CS001")
    >>> group.put("FREQ", 0, 1.5e8, unit=("Hz",))
    >>> group.put("STATION", 1, "CS002")
    >>> group.rows, group.columns["FREQ"].values
    (2, [150000000.0, 0.0])
    """

    columns: dict[str, Attribute] = field(default_factory=dict)
    rows: int = 0

    def copy(self) -> AttributeTable:
        """Return a copy that shares nothing."""
        return deepcopy(self)

    def put(
        self,
        name: str,
        row: int,
        value: Any,
        *,
        unit: Sequence[str] = (),
        measure: Sequence[str] = (),
    ) -> None:
        """Put a value into a row, which may be the one after the last.

        Unit and measure count only when the attribute is new.

        Raises
        ------
        ArgumentError
            If the row lies beyond that, or a measure is not a type and a frame.
        DataTypeError
            If the value is of a type that no attribute has, or not of this one's.
        """
        if not 0 <= row <= self.rows:
            raise ArgumentError(f"row {row} lies outside 0..{self.rows}")
        if len(measure) not in (0, 2):
            raise ArgumentError(f"a measure is a type and a frame, got {list(measure)}")
        column = self.columns.get(name)
        if column is None:
            column = _new_attribute(name, value)
            column.unit, column.measure = tuple(unit), tuple(measure)
            column.values = [column.nothing] * self.rows
        converted = column.convert(value, name)
        self.columns[name] = column
        if row == self.rows:
            self.rows += 1
            for other in self.columns.values():
                other.values.append(other.nothing)
        column.values[row] = converted


def _new_attribute(name: str, value: Any) -> Attribute:
    array = _as_array(value, name)
    if array.dtype == np.float32:
        kind = "float"
    elif array.dtype == np.complex64:
        kind = "Complex"
    else:
        kind = _KINDS[array.dtype.kind]
    if kind == "Int" and not _in_int32(array):
        raise DataTypeError(f"attribute {name!r} can hold ints of 32 bits, got {value!r:.60}")
    return Attribute(kind, array.ndim > 0)


def _as_array(value: Any, name: str) -> np.ndarray[Any, Any]:
    try:
        array = np.asarray(value)
    except (ValueError, TypeError, OverflowError) as error:
        raise DataTypeError(f"attribute {name!r} cannot hold {value!r:.60}: {error}") from error
    if array.dtype.kind not in _KINDS:
        raise DataTypeError(
            f"an attribute holds Bools, numbers, strings or arrays of them, "
            f"got {type(value).__name__} for {name!r}"
        )
    return array


def _in_int32(array: np.ndarray[Any, Any]) -> bool:
    if not array.size:
        return True
    limits = np.iinfo(np.int32)
    return bool(array.min() >= limits.min and array.max() <= limits.max)
