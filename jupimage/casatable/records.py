"""Keyword sets of casacore tables, as dictionaries.

A record is its description (the names and types of its fields) and then the values. Descriptions
repeat, from record to record and from image to image, so those seen are remembered: half the
time of opening an image would go into reading them again.

Reading gives `bool`, `int` (Int), `float` (double), `complex` (DComplex) and `str`; values of
other types are numpy scalars, so that they are written as what they were. Arrays have the numpy
shape (the reverse of the one in the file) and native byte order; one axis of strings is a list.
Records in records are dictionaries, references to tables are `TableName`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from jupimage.casatable.aipsio import AipsReader, AipsWriter, object_head
from jupimage.casatable.datatype import RECORD_TYPE, TABLE_TYPE, TYPES, DataType
from jupimage.casatable.fieldtype import Field, field_of
from jupimage.casatable.tablename import TableName
from jupimage.errors import DataTypeError

__all__ = ["read_record", "write_record"]

MOST_LEVELS = 50
LONGEST_REMEMBERED = 4096
MOST_REMEMBERED = 500

# Name, what reads the value (None: a record), fields of a record that are described here.
Description = tuple[tuple[str, Callable[[AipsReader], Any] | None, Any], ...]

_remembered: dict[bytes, Description] = {}


def _scalar_reader(kind: DataType) -> Callable[[AipsReader], Any]:
    quick = {
        "Bool": AipsReader.boolean,
        "Int": AipsReader.integer,
        "double": AipsReader.double,
        "String": AipsReader.text,
    }
    return quick.get(kind.name) or (lambda reader: reader.scalar(kind))


def _array_reader(kind: DataType) -> Callable[[AipsReader], Any]:
    return lambda reader: reader.array(kind)


_HEADS = {kind: object_head(kind, 1) for kind in ("TableRecord", "Record")}
_ARRAYS = {kind.array_number: _array_reader(kind) for kind in TYPES.values()}
_READERS: dict[int, Callable[[AipsReader], Any] | None] = {
    **{kind.number: _scalar_reader(kind) for kind in TYPES.values()},
    **_ARRAYS,
    TABLE_TYPE: lambda reader: TableName(reader.text()),
    RECORD_TYPE: None,
}


def read_record(reader: AipsReader, kind: str = "TableRecord") -> dict[str, Any]:
    """Read a record.

    Parameters
    ----------
    reader
        At the start of the record.
    kind
        Type name of the object: ``TableRecord`` in keyword sets, ``Record`` elsewhere.

    Examples
    --------
    >>> writer = AipsWriter()
    >>> write_record(writer, {"unit": "Jy", "beam": {"major": 2.5}, "n": 3})
    >>> read_record(AipsReader(writer.data(), "memory"))
    {'unit': 'Jy', 'beam': {'major': 2.5}, 'n': 3}

    Raises
    ------
    FormatError
        If the bytes are no such record.
    """
    return _read_object(reader, kind, 0)


def _read_object(reader: AipsReader, kind: str, level: int) -> dict[str, Any]:
    if level > MOST_LEVELS:
        reader.fail(f"wanted records at most {MOST_LEVELS} deep, got more")
    end = reader.enter(_HEADS.get(kind) or object_head(kind, 1)) or reader.begin(kind)[1]
    description = _read_description(reader, level)
    reader.integer()  # whether fields may be added: of no use here
    values = _read_values(reader, description, kind, level)
    if end != reader.position:
        reader.finish(end)
    return values


def _read_values(
    reader: AipsReader, description: Description, kind: str, level: int
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, read, fields in description:
        if read is not None:
            found[name] = read(reader)
        elif fields:
            found[name] = _read_values(reader, fields, kind, level + 1)
        else:
            found[name] = _read_object(reader, kind, level + 1)
    return found


def _read_description(reader: AipsReader, level: int) -> Description:
    start = reader.position
    length = reader.unsigned()
    key = reader.data[start : start + length] if length <= LONGEST_REMEMBERED else b""
    if reader.big_endian and (known := _remembered.get(key)) is not None:
        reader.position = start + length
        return known
    reader.position = start
    description = _parse_description(reader, level)
    if reader.big_endian and reader.position - start == len(key):
        if len(_remembered) >= MOST_REMEMBERED:
            _remembered.clear()
        _remembered[key] = description
    return description


def _parse_description(reader: AipsReader, level: int) -> Description:
    if level > MOST_LEVELS:
        reader.fail(f"wanted records at most {MOST_LEVELS} deep, got more")
    version, end = reader.begin("RecordDesc", (1, 2))
    count = reader.integer()
    reader.need(count, 8)
    found: dict[str, tuple[str, Any, Any]] = {}
    for _ in range(count):
        name = reader.text()
        if name in found:
            reader.fail(f"wanted each field of a record once, got {name[:40]!r} twice")
        number, fields = reader.integer(), None
        if number not in _READERS:
            reader.fail(f"wanted a type of values for the field {name[:40]!r}, got {number}")
        if number == RECORD_TYPE:
            fields = _read_description(reader, level + 1)
        elif number in _ARRAYS:
            reader.shape()
        elif number == TABLE_TYPE:
            reader.text()
        if version > 1:
            reader.text()
        found[name] = (name, _READERS[number], fields)
    reader.finish(end)
    return tuple(found.values())


def write_record(
    writer: AipsWriter, record: Mapping[str, Any], kind: str = "TableRecord", *, where: str = ""
) -> None:
    """Write a record.

    Parameters
    ----------
    writer
        Takes the bytes.
    record
        Name to value, in the order in which the fields are to stand. Python integers are
        written as Int where 32 bits hold them, otherwise as Int64.
    kind
        Type name of the object: ``TableRecord`` in keyword sets, ``Record`` elsewhere.
    where
        Path of the record, for messages.

    Raises
    ------
    DataTypeError
        If a value is of a type that records do not hold.
    """
    _write_object(writer, record, kind, where, 0)


def _write_object(
    writer: AipsWriter, record: Mapping[str, Any], kind: str, where: str, level: int
) -> None:
    if level > MOST_LEVELS:
        raise DataTypeError(f"{where[:80]}: wanted records at most {MOST_LEVELS} deep, got more")
    fields = [field_of(name, value, where) for name, value in record.items()]
    writer.begin(kind, 1)
    _write_description(writer, fields)
    writer.integer(1)
    for field in fields:
        if field.number == RECORD_TYPE:
            _write_object(writer, field.value, kind, field.where, level + 1)
        else:
            _write_value(writer, field)
    writer.finish()


def _write_description(writer: AipsWriter, fields: list[Field]) -> None:
    writer.begin("RecordDesc", 2)
    writer.integer(len(fields))
    for field in fields:
        writer.text(field.name)
        writer.integer(field.number)
        if field.number == RECORD_TYPE:
            _write_description(writer, [])
        elif field.number == TABLE_TYPE:
            writer.text("")
        elif field.array:
            writer.shape((-1,))
        writer.text("")
    writer.finish()


def _write_value(writer: AipsWriter, field: Field) -> None:
    try:
        if field.kind is None:
            writer.text(field.value)
        elif field.array:
            writer.array(field.kind, np.asarray(field.value))
        else:
            writer.scalar(field.kind, field.value)
    except DataTypeError as error:  # a text
        raise DataTypeError(f"{field.where[:200]}: {error}") from None
