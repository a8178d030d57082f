"""Which type of field a Python value becomes in a record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from jupimage.casatable.datatype import RECORD_TYPE, TABLE_TYPE, TYPES, DataType, type_of
from jupimage.casatable.tablename import TableName
from jupimage.errors import DataTypeError

__all__ = ["Field", "field_of"]

# Types that records hold none of, and the next wider one.
_WIDER = {"i1": "i2", "u2": "i4", "f2": "f4", "u8": "i8", "f16": "f8", "c32": "c16"}


@dataclass(frozen=True, slots=True)
class Field:
    """A field about to be written.

    Attributes
    ----------
    name
        Of the field.
    where
        Path of the field from the outermost record, for messages.
    number
        Of its type.
    value
        As it is to be written.
    kind
        Type of the value or of an array's elements; None for records and tables.
    array
        Whether it is an array.
    """

    name: str
    where: str
    number: int
    value: Any
    kind: DataType | None = None
    array: bool = False


def field_of(name: object, value: Any, where: str = "") -> Field:
    """Return the field that holds a value.

    Examples
    --------
    >>> field_of("n", 3).kind.name, field_of("n", 2**31).kind.name
    ('Int', 'Int64')
    >>> field_of("names", ["a", "b"]).number
    24
    >>> field_of("extra", None, "miscinfo")
    Traceback (most recent call last):
    jupimage.errors.DataTypeError: miscinfo.extra: wanted a number, text, an array or a dict, \
got NoneType

    Raises
    ------
    DataTypeError
        If records hold no such values.
    """
    path = f"{where}.{name}" if where else str(name)
    if not isinstance(name, str):
        raise DataTypeError(f"{path[:200]}: wanted a text as name of a field, got {name!r}")
    match value:
        case TableName():
            return Field(name, path, TABLE_TYPE, value)
        case Mapping():
            return Field(name, path, RECORD_TYPE, value)
        case list() | tuple():
            return _array_field(name, path, _array_of(value, path))
        case np.ndarray() if value.ndim:
            return _array_field(name, path, value)
        case np.ndarray():
            value = value[()]
    kind = _scalar_type(value, path)
    return Field(name, path, kind.number, value, kind)


def _scalar_type(value: Any, path: str) -> DataType:
    match value:
        case bool() | np.bool_():
            return TYPES["Bool"]
        case str():
            return TYPES["String"]
        case int():
            return TYPES[_integer_type(value, value, path)]
        case float():
            return TYPES["double"]
        case complex():
            return TYPES["DComplex"]
        case np.number():
            return _element_type(np.asarray(value), path)
    _refuse(path, f"a number, text, an array or a dict, got {type(value).__name__}")


def _integer_type(least: int, most: int, path: str) -> str:
    if least < -(2**63) or most >= 2**63:
        _refuse(path, f"integers of at most 64 bits, got {least if least < 0 else most}")
    return "Int" if least >= -(2**31) and most < 2**31 else "Int64"


def _element_type(values: NDArray[Any], path: str) -> DataType:
    code = f"{values.dtype.kind}{values.dtype.itemsize}"
    if code == "u8" and values.size:
        _integer_type(0, int(values.max()), path)
    try:
        return type_of(np.dtype(_WIDER[code]) if code in _WIDER else values.dtype)
    except DataTypeError:
        _refuse(path, f"numbers, texts or Bools, got values of type {values.dtype}")


def _array_of(values: list[Any] | tuple[Any, ...], path: str) -> NDArray[Any]:
    if any(isinstance(value, str) for value in values):
        made = np.empty(len(values), object)  # keeps trailing NULs, and costs what the texts cost
        made[:] = values
        return made
    try:
        made = np.asarray(values)
    except (ValueError, OverflowError):
        _refuse(path, "a list of numbers or texts of one shape, got a ragged one")
    if made.dtype.kind == "i" and made.size:
        least, most = int(made.min()), int(made.max())
        return made.astype(TYPES[_integer_type(least, most, path)].dtype)
    return made


def _array_field(name: str, path: str, values: NDArray[Any]) -> Field:
    if values.dtype.kind == "O":
        if not all(isinstance(value, str) for value in values.flat):
            _refuse(path, "numbers or texts of one type, got a mixture")
        kind = TYPES["String"]
    else:
        kind = _element_type(values, path)
    return Field(name, path, kind.array_number, values, kind, array=True)


def _refuse(path: str, problem: str) -> NoReturn:
    raise DataTypeError(f"{path[:200]}: wanted {problem}")
