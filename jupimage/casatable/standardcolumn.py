"""How the cells of a column lie in a bucket of the standard storage manager."""

from __future__ import annotations

import math
from dataclasses import dataclass

from jupimage.casatable.datatype import DataType, type_named
from jupimage.casatable.standardstrings import REFERENCE_BYTES
from jupimage.casatable.tabledata import DIRECT, Column
from jupimage.errors import FormatError

__all__ = ["CellLayout", "layout_of"]

ARRAY_OFFSET_BYTES = 8
LARGEST_CELL = 2**26


@dataclass(frozen=True, slots=True)
class CellLayout:
    """How the cells of a column lie in a bucket.

    Attributes
    ----------
    kind
        Type of the values.
    storage
        ``values``: they themselves; ``text``: strings of fixed length; ``string``: a reference to
        a string; ``strings``: one to the strings of an array; ``array``: the offset of an array
        in another file.
    bits
        That a cell takes.
    shape
        Of the values of a cell, where all have the same, in numpy order.
    """

    kind: DataType
    storage: str
    bits: int
    shape: tuple[int, ...] | None

    def area(self, rows: int) -> int:
        """Return the bytes that the cells of so many rows take."""
        return (rows * self.bits + 7) // 8


def layout_of(column: Column, where: str) -> CellLayout:
    """Return how the cells of a column lie in a bucket.

    Arrays of numbers are in the bucket only if the column has the option `DIRECT`: a fixed shape
    alone leaves them in the other file. Strings of an array carry its shape unless it is fixed.

    Examples
    --------
    >>> layout_of(Column("TIME", "double"), "a table").bits
    64
    >>> layout_of(Column("FLAGS", "Bool", array=True, shape=(3,), option=5), "a table").bits
    3
    """
    kind = type_named(column.type, where)
    if min(column.shape or (), default=1) < 0:
        raise FormatError(
            f"{where}: wanted a shape for column {column.name[:40]!r}, got {column.shape}"
        )
    if kind.name == "String":
        return _string_layout(column, kind, where)
    if column.array and not column.option & DIRECT:
        return CellLayout(kind, "array", 8 * ARRAY_OFFSET_BYTES, None)
    if column.array and column.shape is None:
        raise FormatError(f"{where}: wanted a shape for column {column.name[:40]!r}, got none")
    shape = column.shape if column.array and column.shape else ()
    count = _limited(math.prod(shape), where)
    bits = count if kind.name == "Bool" else 8 * _limited(count * kind.size, where)
    return CellLayout(kind, "values", bits, shape)


def _string_layout(column: Column, kind: DataType, where: str) -> CellLayout:
    if column.array:
        return CellLayout(kind, "strings", 8 * REFERENCE_BYTES, column.shape)
    if column.max_length:
        return CellLayout(kind, "text", 8 * _limited(column.max_length, where), ())
    return CellLayout(kind, "string", 8 * REFERENCE_BYTES, ())


def _limited(size: int, where: str) -> int:
    if size > LARGEST_CELL:
        raise FormatError(f"{where}: wanted cells of at most {LARGEST_CELL} bytes, got {size}")
    return size
