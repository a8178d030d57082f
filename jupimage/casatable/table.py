"""The description of a table: file ``table.dat``.

The file is replaced whole, by a rename, so that a reader finds the old one or the new one.
"""

from __future__ import annotations

import os

from jupimage.casatable.aipsio import AipsReader, AipsWriter
from jupimage.casatable.columndescription import read_column, write_column
from jupimage.casatable.folderfile import read_file, replace_file
from jupimage.casatable.records import read_record, write_record
from jupimage.casatable.tabledata import Column, Manager, TableData
from jupimage.errors import ArgumentError, FormatError

__all__ = ["parse_table", "read_table", "table_bytes", "write_table"]

FILE = "table.dat"
SEPARATE_FILES = -2
MOST_ROWS = 2**31 - 1


def read_table(folder: str) -> TableData:
    """Read the description of a table.

    Parameters
    ----------
    folder
        Of the table.

    Raises
    ------
    MissingImageError
        If there is no table.
    FormatError
        If the description is damaged, or that of a kind that images never are.
    """
    return parse_table(read_file(folder, FILE), os.path.join(folder, FILE))


def parse_table(data: bytes, name: str) -> TableData:
    """Return the description of a table from the content of its file.

    Parameters
    ----------
    data
        The content.
    name
        Of the file, for messages.

    Examples
    --------
    >>> table = TableData(rows=1, keywords={"units": "Jy"})
    >>> parse_table(table_bytes(table), "table.dat").keywords
    {'units': 'Jy'}
    """
    reader = AipsReader(data, name)
    version, end = reader.begin("Table", (2, 3), outermost=True)
    rows = reader.unsigned() if version == 2 else reader.unsigned_long()
    if (order := reader.unsigned()) not in (0, 1):
        reader.fail(f"wanted a byte order 0 or 1, got {order}")
    if (kind := reader.text()) != "PlainTable":
        raise FormatError(f"{name}: wanted a table with data of its own, got a {kind[:40]}")
    table = TableData(rows, order == 0)
    _read_description(reader, table)
    _read_column_set(reader, table)
    reader.finish(end)
    if reader.position != len(data):
        reader.fail(f"wanted {reader.position} bytes, got {len(data)}")
    return table


def _read_description(reader: AipsReader, table: TableData) -> None:
    _, end = reader.begin("TableDesc", (2,))
    table.name, table.version, table.comment = reader.text(), reader.text(), reader.text()
    table.keywords = read_record(reader)
    table.private_keywords = read_record(reader)
    count = reader.unsigned()
    reader.need(count, 100)  # a column takes more
    table.columns = [read_column(reader) for _ in range(count)]
    names = {column.name for column in table.columns}
    if len(names) != count:
        reader.fail(f"wanted {count} columns of different names, got {len(names)} names")
    reader.finish(end)


def _read_column_set(reader: AipsReader, table: TableData) -> None:
    if (storage := reader.integer()) != SEPARATE_FILES:
        raise FormatError(
            f"{reader.name}: wanted a table that keeps the data of each manager in its own file "
            f"({SEPARATE_FILES}), got one of kind {storage}"
        )
    if (rows := reader.unsigned()) != table.rows:
        reader.fail(f"wanted {table.rows} rows also in the set of columns, got {rows}")
    table.next_sequence = reader.unsigned()
    count = reader.unsigned()
    reader.need(count, 8)
    table.managers = [Manager(reader.text(), reader.unsigned()) for _ in range(count)]
    for column in table.columns:
        _read_storage(reader, column)
    for manager in table.managers:
        manager.data = reader.raw(reader.unsigned())
    _check_sequences(reader, table)


def _read_storage(reader: AipsReader, column: Column) -> None:
    if (version := reader.unsigned()) != 2:
        reader.fail(f"wanted version 2 of column {column.name[:40]!r}, got {version}")
    stored = reader.text()
    column.stored_name = "" if stored == column.name else stored
    if (version := reader.unsigned()) != 1:
        reader.fail(f"wanted version 1 of the data of column {column.name[:40]!r}, got {version}")
    column.manager = reader.unsigned()
    if column.array and reader.boolean():
        column.stored_shape = reader.shape()[::-1]


def _check_sequences(reader: AipsReader, table: TableData) -> None:
    sequences = [manager.sequence for manager in table.managers]
    if len(set(sequences)) != len(sequences):
        reader.fail(f"wanted managers of different numbers, got {sequences[:20]}")
    for column in table.columns:
        if column.manager not in sequences:
            reader.fail(
                f"wanted one of the managers {sequences[:20]} for column {column.name[:40]!r}, "
                f"got {column.manager}"
            )


def table_bytes(data: TableData) -> bytes:
    """Return the content of the file that describes a table.

    Raises
    ------
    DataTypeError
        If keywords hold what records cannot.
    """
    if not 0 <= data.rows <= MOST_ROWS:
        raise ArgumentError(f"wanted at most {MOST_ROWS} rows, got {data.rows}")
    writer = AipsWriter()
    writer.begin("Table", 2, outermost=True)
    writer.unsigned(data.rows)
    writer.unsigned(0 if data.big_endian else 1)
    writer.text("PlainTable")
    _write_description(writer, data)
    _write_column_set(writer, data)
    writer.finish()
    return writer.data()


def _write_description(writer: AipsWriter, data: TableData) -> None:
    writer.begin("TableDesc", 2)
    for text in (data.name, data.version, data.comment):
        writer.text(text)
    write_record(writer, data.keywords)
    write_record(writer, data.private_keywords)
    writer.unsigned(len(data.columns))
    for column in data.columns:
        write_column(writer, column)
    writer.finish()


def _write_column_set(writer: AipsWriter, data: TableData) -> None:
    writer.integer(SEPARATE_FILES)
    writer.unsigned(data.rows)
    writer.unsigned(data.next_sequence)
    writer.unsigned(len(data.managers))
    for manager in data.managers:
        writer.text(manager.type)
        writer.unsigned(manager.sequence)
    for column in data.columns:
        writer.unsigned(2)
        writer.text(column.stored_name or column.name)
        writer.unsigned(1)
        writer.unsigned(column.manager)
        if column.array:
            writer.boolean(column.stored_shape is not None)
            if column.stored_shape is not None:
                writer.shape(column.stored_shape[::-1])
    for manager in data.managers:
        writer.unsigned(len(manager.data))
        writer.raw(manager.data)


def write_table(folder: str, data: TableData, *, durable: bool = False) -> None:
    """Write the description of a table, in place of the one that is there.

    Parameters
    ----------
    folder
        Of the table.
    data
        The description.
    durable
        Whether it has to survive a loss of power from now on.
    """
    replace_file(folder, FILE, table_bytes(data), durable=durable)
