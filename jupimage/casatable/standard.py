"""Reads the columns that the standard storage manager keeps: logs, attributes.

Nothing in a file is believed: rows have to be in different buckets that exist, areas inside
their bucket, and all that the cells refer to may not be more than the file holds.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from numpy.typing import NDArray

from jupimage.casatable.datafile import DataFile
from jupimage.casatable.standardreading import StandardFile
from jupimage.casatable.tabledata import Column, Manager, TableData
from jupimage.errors import FormatError

__all__ = ["read_columns", "standard_rows"]


def read_columns(
    folder: str, data: TableData, *, rows: int | None = None
) -> dict[str, list[Any] | NDArray[Any]]:
    """Read all columns that the standard storage manager keeps.

    Parameters
    ----------
    folder
        Of the table.
    data
        Its description.
    rows
        How many rows; None for as many as the data files have. The description may be older.

    Returns
    -------
    dict
        Name to values, in the order of the columns. Scalars and arrays of one shape make one
        array, whose first axis is the row; strings a list. Other arrays make a list, with None
        for a cell that was never written; arrays of strings are lists if they have one axis.

    Raises
    ------
    FormatError
        If the files are damaged, or another manager keeps a column that is no pixel array.
    """
    found: dict[str, list[Any] | NDArray[Any]] = {}
    for manager in data.managers:
        columns = _columns_of(data, manager)
        if manager.type == "StandardStMan":
            with _open(folder, data, manager) as file:
                found.update(file.read(rows))
        elif columns and not manager.type.startswith("Tiled"):
            raise FormatError(
                f"{folder}: wanted columns kept by StandardStMan, got {manager.type[:40]!r}"
            )
    return {column.name: found[column.name] for column in data.columns if column.name in found}


def standard_rows(folder: str, data: TableData) -> int | None:
    """Return how many rows the data files of a table have; None if nothing there tells it."""
    for manager in data.managers:
        if manager.type == "StandardStMan" and _columns_of(data, manager):
            with _open(folder, data, manager) as file:
                return file.rows
    return None


def _columns_of(data: TableData, manager: Manager) -> list[Column]:
    return [column for column in data.columns if column.manager == manager.sequence]


@contextlib.contextmanager
def _open(folder: str, data: TableData, manager: Manager) -> Iterator[StandardFile]:
    with DataFile(folder, f"table.f{manager.sequence}") as file:
        yield StandardFile(folder, file, data, manager)
