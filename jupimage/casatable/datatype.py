"""The types of values in casacore tables: name, number, how many bytes.

Scalars have the numbers below, arrays of them thirteen more (`Int64` was added later: 29 and 30).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from jupimage.errors import DataTypeError, FormatError

__all__ = ["RECORD_TYPE", "TABLE_TYPE", "TYPES", "DataType", "type_named", "type_of"]

TABLE_TYPE = 12
"""Number of a reference to a sub-table."""

RECORD_TYPE = 25
"""Number of a record."""


@dataclass(frozen=True, slots=True)
class DataType:
    """One type of values.

    Attributes
    ----------
    name
        As column descriptions spell it.
    number
        Of a scalar of this type.
    code
        Of the numpy type in native order; ``U`` for strings.
    size
        Bytes of one value in a data file; 0 for strings. Several Bools take one bit each.
    array_name
        Type name of the object that holds an array of them.
    """

    name: str
    number: int
    code: str
    size: int
    array_name: str

    @property
    def array_number(self) -> int:
        """Number of an array of this type."""
        return 30 if self.number == 29 else self.number + 13

    @property
    def dtype(self) -> np.dtype[np.generic]:
        """Type of a numpy array of such values."""
        return np.dtype(self.code)


TYPES: dict[str, DataType] = {
    found.name: found
    for found in (
        DataType("Bool", 0, "?", 1, "Array<void>"),
        DataType("Char", 1, "i1", 1, "Array<Char>"),
        DataType("uChar", 2, "u1", 1, "Array<uChar>"),
        DataType("Short", 3, "i2", 2, "Array<short>"),
        DataType("uShort", 4, "u2", 2, "Array<uShort>"),
        DataType("Int", 5, "i4", 4, "Array<Int>"),
        DataType("uInt", 6, "u4", 4, "Array<uInt>"),
        DataType("float", 7, "f4", 4, "Array<float>"),
        DataType("double", 8, "f8", 8, "Array<double>"),
        DataType("Complex", 9, "c8", 8, "Array<void>"),
        DataType("DComplex", 10, "c16", 16, "Array<void>"),
        DataType("String", 11, "U", 0, "Array<String>"),
        DataType("Int64", 29, "i8", 8, "Array<Int64>"),
    )
}
"""All types of values, by name."""

# Systems name some types twice: `int64` is "l" or "q".
_BY_SIZE = {(np.dtype(found.code).kind, found.size): found for found in TYPES.values()}


def type_named(name: str, where: str) -> DataType:
    """Return the type of that name.

    Raises
    ------
    FormatError
        If there is none; `where` says which file names it.
    """
    try:
        return TYPES[name]
    except KeyError:
        raise FormatError(
            f"{where}: wanted one of the types {', '.join(TYPES)}, got {name!r}"
        ) from None


def type_of(dtype: np.dtype[np.generic]) -> DataType:
    """Return the type that holds values of a numpy type.

    Examples
    --------
    >>> type_of(np.dtype(">f4")).name
    'float'

    Raises
    ------
    DataTypeError
        If no type does.
    """
    if dtype.kind in "UT":
        return TYPES["String"]
    try:
        return _BY_SIZE[dtype.kind, dtype.itemsize]
    except KeyError:
        raise DataTypeError(f"no table column or keyword holds values of type {dtype}") from None
