"""Records as groups: writing.

An attribute cannot take 64 KiB, and strings in an array take 16 bytes each there, wherever they
themselves are. What does not fit, or has no form in a file, is refused before anything is written;
`storable` says what that is, and returns a record without it.

A string is written with its own type as the type in memory, of exactly its length: with any other
type the library would keep room for a NUL at the end, and other readers lose the last character.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import prod
from typing import Any

import numpy as np

from jupimage.casatable.aipsio import text_bytes
from jupimage.casatable.datatype import RECORD_TYPE
from jupimage.casatable.fieldtype import Field, field_of
from jupimage.errors import DataTypeError
from jupimage.hdf5.datatypes import compound, file_type, memory_type
from jupimage.hdf5.records import MOST_LEVELS
from jupimage.hdf5.values import EMPTY, EMPTY_MEMBERS

__all__ = ["check_record", "storable", "write_record"]

Record = dict[str, Any]

MOST_BYTES = 64000
"""Of an attribute's value; the whole attribute has to stay under 64 KiB."""

LONGEST_NAME = 255

MOST_TEXTS = 4000
"""Strings in an array; other readers of images see no more."""

_STORED_AS = {"Char": "i2", "uShort": "i4"}
"""Numbers of these types have no form of their own, as a signed byte is a Bool."""


def storable(record: Mapping[str, Any], where: str) -> tuple[Record, list[str]]:
    """Return a record without what cannot be stored, and a phrase for each thing left out.

    Examples
    --------
    >>> storable({"good": 1, "bad": None}, "miscinfo")
    ({'good': 1}, ["miscinfo entry 'bad', wanted a number, text, an array or a dict, got NoneType"])
    """
    return _storable(record, where, 0)


def _storable(record: Mapping[str, Any], where: str, level: int) -> tuple[Record, list[str]]:
    found: Record = {}
    lost: list[str] = []
    for name, value in record.items():
        problem = _name_problem(name, group=isinstance(value, Mapping))
        if problem is None and isinstance(value, Mapping):
            if level < MOST_LEVELS:
                found[name], inner = _storable(value, f"{where} entry {name!r},", level + 1)
                lost += inner
                continue
            problem = f"a record in more than {MOST_LEVELS} others"
        problem = problem or _value_problem(value)
        if problem is None:
            found[name] = value
        else:
            lost.append(f"{where} entry {name!r:.60}, {problem}")
    return found, lost


def check_record(record: Mapping[str, Any], where: str) -> None:
    """Raise a `DataTypeError` unless all of a record can be stored."""
    _, lost = storable(record, where)
    if lost:
        raise DataTypeError(f"an HDF5 image cannot hold {'; '.join(lost)[:500]}")


def _value_problem(value: Any) -> str | None:
    """Return why a value cannot be stored, None if it can."""
    try:
        field = field_of("value", value)
        texts = _texts(field)
    except DataTypeError as error:
        return str(error).removeprefix("value: ")
    if field.array and texts is not None:
        many = len(texts) > MOST_TEXTS
        return f"an array of more than {MOST_TEXTS} strings" if many else None
    size = len(texts[0]) if texts else np.asarray(field.value).nbytes
    return f"a value of {size} bytes, more than {MOST_BYTES}" if size > MOST_BYTES else None


def _name_problem(name: Any, *, group: bool) -> str | None:
    """Return why a field cannot have a name, None if it can."""
    try:
        raw = text_bytes(name) if isinstance(name, str) else b""
    except DataTypeError:
        raw = b""
    if (
        not raw
        or b"\0" in raw
        or len(raw) > LONGEST_NAME
        or (group and (b"/" in raw or raw == b"."))
    ):
        return "a name that nothing in a file can have"
    return None


def _texts(field: Field) -> list[bytes] | None:
    """Return the bytes of strings, None for numbers."""
    if field.kind is not None and field.kind.name != "String":
        return None
    values: Iterable[Any] = np.asarray(field.value, object).flat if field.array else [field.value]
    texts = [text_bytes(str(value)) for value in values]
    # Only a string of its own can have a NUL: in an array the length is not written down.
    if field.array and any(b"\0" in text for text in texts):
        raise DataTypeError("strings in an array with NULs in them")
    return texts


def write_record(parent: Any, name: str, record: Mapping[str, Any]) -> Any:
    """Make a group that holds a record, and return its low-level handle.

    Parameters
    ----------
    parent
        Low-level handle of the group in which it will be.
    name
        Of the new group.
    record
        What it holds; `check_record` was called before.
    """
    from h5py import h5g

    group = h5g.create(parent, text_bytes(name))
    for key, value in record.items():
        field = field_of(key, value)
        if field.number == RECORD_TYPE:
            write_record(group, key, value)
        else:
            _write_field(group, field)
    return group


def _write_field(group: Any, field: Field) -> None:
    name = text_bytes(field.name)
    texts = _texts(field)
    if field.array and not np.size(field.value):
        _write_empty(group, name, field)
    elif texts is None:
        _write_numbers(group, name, field)
    elif field.array:
        _write_texts(group, name, texts, np.shape(field.value))
    else:
        _write_text(group, name, texts[0] or EMPTY.encode())


def _write_numbers(group: Any, name: bytes, field: Field) -> None:
    from h5py import h5a, h5s

    assert field.kind is not None
    dtype = np.dtype(_STORED_AS.get(field.kind.name, field.kind.code))
    values = np.require(field.value, dtype, "C")
    stored = file_type(dtype)
    space = h5s.create_simple(values.shape) if values.shape else h5s.create(h5s.SCALAR)
    attribute = h5a.create(group, name, stored, space)
    memory = memory_type(stored, dtype)
    attribute.write(values.view(np.int8) if dtype.kind == "b" else values, mtype=memory)


def _write_text(group: Any, name: bytes, text: bytes) -> None:
    from h5py import h5a, h5s, h5t

    kind = h5t.C_S1.copy()
    kind.set_size(len(text))
    attribute = h5a.create(group, name, kind, h5s.create(h5s.SCALAR))
    value = np.zeros((), f"S{len(text)}")
    value[()] = text
    attribute.write(value, mtype=kind)


def _write_texts(group: Any, name: bytes, texts: list[bytes], shape: tuple[int, ...]) -> None:
    from h5py import h5a, h5s, h5t

    kind = h5t.C_S1.copy()
    kind.set_size(h5t.VARIABLE)
    dtype = h5t.string_dtype("ascii")
    values = np.empty(prod(shape), dtype)
    values[:] = texts
    attribute = h5a.create(group, name, kind, h5s.create_simple(shape))
    attribute.write(values.reshape(shape))


def _write_empty(group: Any, name: bytes, field: Field) -> None:
    from h5py import h5a, h5s, h5t

    number = 11 if field.kind is None else field.kind.number
    stored = compound(EMPTY_MEMBERS, h5t.STD_I32LE)
    attribute = h5a.create(group, name, stored, h5s.create(h5s.SCALAR))
    note = np.zeros((), [("flag", "i4"), ("rank", "i4"), ("type", "i4")])
    note["flag"], note["rank"], note["type"] = 1, max(1, np.ndim(field.value)), number
    attribute.write(note, mtype=compound(EMPTY_MEMBERS, h5t.NATIVE_INT32))
