"""What the description of a table holds: columns, managers, keywords."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from jupimage.errors import FormatError

__all__ = ["DIRECT", "FIXED_SHAPE", "UNDEFINED_ALLOWED", "Column", "Manager", "TableData"]

DIRECT = 1
"""Option bit of a column: arrays lie in the rows themselves."""

UNDEFINED_ALLOWED = 2
"""Option bit of a column: cells may hold nothing."""

FIXED_SHAPE = 4
"""Option bit of a column: all arrays have the shape of the description."""


@dataclass(slots=True)
class Column:
    """One column of a table.

    Attributes
    ----------
    name
        Of the column.
    type
        Of a value, or of an array's elements: a key of `jupimage.casatable.TYPES`.
    array
        Whether a cell holds an array.
    ndim
        Axes of the arrays; -1 for any, 0 for scalars.
    shape
        Of all arrays, in numpy order, where the description fixes it.
    comment
        Of the column.
    manager_type, manager_group
        Wishes only: `manager` tells the truth.
    max_length
        Bytes of a string of fixed length; 0 for any length.
    option
        Bits `DIRECT`, `UNDEFINED_ALLOWED`, `FIXED_SHAPE`.
    keywords
        Of the column.
    manager
        Sequence number of the manager that stores the column.
    default
        Value of a scalar that was never written; None for zero, or an empty string.
    stored_name
        Name that the column had when it was made; empty for the present one.
    stored_shape
        Shape that the data manager was told, in numpy order.
    """

    name: str
    type: str
    array: bool = False
    ndim: int = 0
    shape: tuple[int, ...] | None = None
    comment: str = ""
    manager_type: str = ""
    manager_group: str = ""
    max_length: int = 0
    option: int = 0
    keywords: dict[str, Any] = field(default_factory=dict)
    manager: int = 0
    default: Any = None
    stored_name: str = ""
    stored_shape: tuple[int, ...] | None = None


@dataclass(slots=True)
class Manager:
    """A data manager of a table.

    Attributes
    ----------
    type
        As ``TiledCellStMan`` or ``StandardStMan``.
    sequence
        Its number, which is in the names of its files.
    data
        What it keeps in the description of the table.
    """

    type: str
    sequence: int
    data: bytes = b""


@dataclass(slots=True)
class TableData:
    """The description of a table.

    Attributes
    ----------
    rows
        As the description says; where rows were added since, other files know better.
    big_endian
        Byte order of the data files.
    columns
        In order.
    managers
        In order.
    keywords, private_keywords
        Of the table.
    comment
        Of the table.
    next_sequence
        Number of the manager that comes next.
    name, version
        Of the description, mostly empty.

    Examples
    --------
    >>> data = TableData(columns=[Column("map", "float", array=True, ndim=2)])
    >>> data.column("map").type
    'float'
    >>> data.column("mask")
    Traceback (most recent call last):
    jupimage.errors.FormatError: wanted a column 'mask', got map
    """

    rows: int = 0
    big_endian: bool = False
    columns: list[Column] = field(default_factory=list)
    managers: list[Manager] = field(default_factory=list)
    keywords: dict[str, Any] = field(default_factory=dict)
    private_keywords: dict[str, Any] = field(default_factory=dict)
    comment: str = ""
    next_sequence: int = 0
    name: str = ""
    version: str = ""

    def column(self, name: str) -> Column:
        """Return the column of that name."""
        for found in self.columns:
            if found.name == name:
                return found
        names = ", ".join(found.name for found in self.columns)[:200] or "a table without columns"
        raise FormatError(f"wanted a column {name!r}, got {names}")

    def manager(self, column: str) -> Manager:
        """Return the manager that stores a column."""
        sequence = self.column(column).manager
        for found in self.managers:
            if found.sequence == sequence:
                return found
        raise FormatError(f"wanted the data manager {sequence} of column {column!r}, got none")
