"""The description of one column, as bytes of a table's description."""

from __future__ import annotations

from jupimage.casatable.aipsio import AipsReader, AipsWriter
from jupimage.casatable.datatype import TYPES, type_named
from jupimage.casatable.records import read_record, write_record
from jupimage.casatable.tabledata import Column

__all__ = ["read_column", "write_column"]

ARRAY = "ArrayColumnDesc<"
SCALAR = "ScalarColumnDesc<"


def read_column(reader: AipsReader) -> Column:
    """Read the description of a column."""
    _expect_one(reader)
    array, type_name = _split_class(reader)
    _expect_one(reader)
    column = Column(reader.text(), type_name, array, comment=reader.text())
    column.manager_type = reader.text()
    column.manager_group = reader.text()
    if (number := reader.integer()) != TYPES[type_name].number:
        reader.fail(f"wanted values of type {TYPES[type_name].number} ({type_name}), got {number}")
    column.option = reader.integer()
    column.ndim = reader.integer()
    if array:
        column.shape = reader.shape()[::-1] or None
    column.max_length = reader.unsigned()
    column.keywords = read_record(reader)
    _expect_one(reader)
    if array:
        reader.boolean()
    else:
        value = reader.scalar(TYPES[type_name])
        column.default = value or None
    return column


def _expect_one(reader: AipsReader) -> None:
    if (version := reader.unsigned()) != 1:
        reader.fail(f"wanted a column description of version 1, got {version}")


def _split_class(reader: AipsReader) -> tuple[bool, str]:
    found = reader.text()
    for start in (ARRAY, SCALAR):
        if found.startswith(start):
            kind = type_named(found.removeprefix(start).rstrip(" "), reader.name)
            return start == ARRAY, kind.name
    reader.fail(f"wanted a column of scalars or arrays, got {found[:40]!r}")


def write_column(writer: AipsWriter, column: Column) -> None:
    """Write the description of a column."""
    kind = type_named(column.type, f"column {column.name!r}")
    writer.unsigned(1)
    writer.text((ARRAY if column.array else SCALAR) + kind.name.ljust(8))
    writer.unsigned(1)
    for text in (column.name, column.comment, column.manager_type, column.manager_group):
        writer.text(text)
    for number in (kind.number, column.option, column.ndim):
        writer.integer(number)
    if column.array:
        writer.shape((column.shape or ())[::-1])
    writer.unsigned(column.max_length)
    write_record(writer, column.keywords, where=column.name)
    writer.unsigned(1)
    if column.array:
        writer.boolean(False)
    else:
        empty = "" if kind.name == "String" else 0
        writer.scalar(kind, empty if column.default is None else column.default)
