"""Writes whole tables that the standard storage manager keeps: logs, attributes.

The file is made in one go: buckets of rows, buckets of strings, the index. A table that exists
is never changed here; whoever adds rows writes a new table, or a new file in place of the old.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping
from typing import Any

from jupimage.casatable.folderfile import replace_file
from jupimage.casatable.info import TableInfo, write_info
from jupimage.casatable.standardfiles import MANAGER, Columns, standard_files
from jupimage.casatable.sync import Sync, lock_bytes
from jupimage.casatable.table import write_table
from jupimage.casatable.tabledata import DIRECT, FIXED_SHAPE, Column, Manager, TableData
from jupimage.errors import ArgumentError

__all__ = ["write_standard_table"]


def write_standard_table(
    folder: str,
    columns: Columns,
    *,
    info: TableInfo,
    comment: str = "",
    keywords: Mapping[str, Any] | None = None,
    big_endian: bool = False,
    bucket_size: int | None = None,
    manager_name: str = MANAGER,
    durable: bool = False,
) -> TableData:
    """Write a new table.

    Parameters
    ----------
    folder
        Where; it is made if it is not there, and has to be empty otherwise.
    columns
        Each with a value for each row. Cells of arrays may be None (never written), unless
        they are of one shape. What the descriptions say of managers is set here.
    info
        The kind of the table.
    comment, keywords
        Of the table.
    big_endian
        Byte order of the data.
    bucket_size
        Bytes of a bucket; None takes a size that suits the rows.
    manager_name
        Name of the manager in this table.
    durable
        Whether all of it has to survive a loss of power from now on.

    Returns
    -------
    TableData
        The description that was written.

    Examples
    --------
    >>> import os, tempfile
    >>> from jupimage.casatable import Column, TableInfo, read_columns, read_table
    >>> folder = os.path.join(tempfile.mkdtemp(), "attributes")
    >>> columns = [(Column("NAME", "String"), ["CS001", "CS002"])]
    >>> written = write_standard_table(folder, columns, info=TableInfo())
    >>> read_columns(folder, read_table(folder))
    {'NAME': ['CS001', 'CS002']}
    """
    os.makedirs(folder, exist_ok=True)
    if os.listdir(folder):
        raise ArgumentError(f"wanted an empty folder for a new table, got {folder}")
    data = TableData(big_endian=big_endian, comment=comment, keywords=dict(keywords or {}))
    if columns:
        described = [(_described(column), values) for column, values in columns]
        files = standard_files(
            described, big_endian=big_endian, bucket_size=bucket_size, manager_name=manager_name
        )
        data.rows = len(columns[0][1])
        data.columns = [column for column, _ in described]
        data.managers = [Manager(MANAGER, 0, files.manager_data)]
        data.next_sequence = 1
        if files.arrays is not None:
            replace_file(folder, "table.f0i", files.arrays, durable=durable)
        replace_file(folder, "table.f0", files.table, durable=durable)
    write_info(folder, info, durable=durable)
    sync = Sync(data.rows, len(data.columns), 1, 1, (1,) * len(data.managers))
    replace_file(folder, "table.lock", lock_bytes(sync), durable=durable)
    write_table(folder, data, durable=durable)
    return data


def _described(column: Column) -> Column:
    option, ndim = column.option, column.ndim
    if column.array and column.shape is not None:
        option |= FIXED_SHAPE if option & FIXED_SHAPE else DIRECT | FIXED_SHAPE
        ndim = len(column.shape)
    elif column.array:
        ndim = ndim or -1
    return dataclasses.replace(
        column,
        manager_type=MANAGER,
        manager_group=MANAGER,
        manager=0,
        option=option,
        ndim=ndim,
        stored_shape=column.shape if column.array else None,
    )
