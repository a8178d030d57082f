"""Attribute groups: a group of the file for each, and in it a record for each row.

Units and measures are repeated in every row, as arrays of strings under the attribute's name with
``_UNIT`` and ``_MEASINFO`` after it; those of the first row count. A row lacks what was never put
into it. A group without rows has no place there: its name is in a record of our own, which other
programs do not look at.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from jupimage.errors import FormatError
from jupimage.formats.attributes import Attribute, AttributeTable
from jupimage.hdf5.records import GroupLike

__all__ = ["ATTRIBUTES", "EMPTY_GROUPS", "empty_names", "group_rows", "read_groups"]

ATTRIBUTES = "ATTRGROUPS"
EMPTY_GROUPS = "emptygroups"
UNIT, MEASURE = "_UNIT", "_MEASINFO"

_KINDS = {
    "b": "Bool", "i2": "Int", "u1": "Int", "i4": "Int", "u4": "Int", "i8": "Int", "f4": "float",
    "f8": "double", "c8": "Complex", "c16": "DComplex",
}  # fmt: skip
_WIDER = ("Bool", "Int", "float", "double", "Complex", "DComplex")


def read_groups(root: GroupLike, path: str) -> dict[str, AttributeTable]:
    """Return the attribute groups of an image, sorted by name.

    Parameters
    ----------
    root
        The root group.
    path
        Of the file, for messages.

    Raises
    ------
    FormatError
        If one of them is damaged.
    """
    groups: Any = root.child(ATTRIBUTES)
    found = {name: AttributeTable() for name in empty_names(root, path)}
    for name in _names(groups, path) if groups is not None else ():
        rows: Any = groups.child(name)
        records = []
        for number, row in enumerate(sorted(_names(rows, path), key=lambda row: (len(row), row))):
            if row != f"{number:05d}":
                raise FormatError(f"{path}: {rows.where} lacks row {number}, it has {row[:20]!r}")
            record: Any = rows.child(row)
            if not hasattr(record, "attributes"):
                raise FormatError(f"{path}: {rows.where}/{row} is no record")
            records.append(dict(record.attributes()))
        found[name] = _table(records, f"{path}: {rows.where}")
    return dict(sorted(found.items()))


def empty_names(root: GroupLike, path: str) -> list[str]:
    """Return the names of the groups without rows."""
    group: Any = root.child(EMPTY_GROUPS)
    names = dict(group.attributes()).get("names", []) if hasattr(group, "attributes") else []
    if not isinstance(names, list):
        raise FormatError(f"{path}: wanted names of groups in {EMPTY_GROUPS}, got something else")
    return names


def _names(group: Any, path: str) -> list[str]:
    if not hasattr(group, "names"):
        raise FormatError(f"{path}: wanted groups of attributes, got something else")
    names: list[str] = group.names()
    return names


def _table(rows: list[dict[str, Any]], where: str) -> AttributeTable:
    names = dict.fromkeys(name for row in rows for name in row)
    # A unit without its attribute has lost it: then it is shown as one.
    names = {
        name: None
        for name in names
        if not any(
            name.endswith(end) and name.removesuffix(end) in names for end in (UNIT, MEASURE)
        )
    }
    first = rows[0] if rows else {}
    columns = {}
    for name in names:
        column = _column([row.get(name) for row in rows], f"{where}, attribute {name[:60]!r}")
        column.unit = _texts(first.get(name + UNIT, []), f"{where}: unit of {name[:60]!r}")
        column.measure = _texts(first.get(name + MEASURE, []), f"{where}: frame of {name[:60]!r}")
        columns[name] = column
    return AttributeTable(columns, len(rows))


def _texts(value: Any, where: str) -> tuple[str, ...]:
    texts = np.asarray(value)
    if texts.size and texts.dtype.kind != "U":
        raise FormatError(f"{where}: wanted strings, got {texts.dtype}")
    return tuple(str(text) for text in texts.flat)


def _column(values: list[Any], where: str) -> Attribute:
    """Return an attribute of the narrowest type that holds all its values."""
    given = [np.asarray(value) for value in values if value is not None]
    kinds = {_kind(value, where) for value in given}
    array = {value.ndim > 0 for value in given}
    if len(array) > 1 or ("String" in kinds and len(kinds) > 1):
        raise FormatError(f"{where}: wanted values of one kind, got several")
    kind = "String" if "String" in kinds else max(kinds, key=_WIDER.index)
    if "double" in kinds and kind == "Complex":
        kind = "DComplex"
    column = Attribute(kind, array.pop())
    column.values = [
        column.nothing if value is None else _value(value, kind, column.array) for value in values
    ]
    return column


def _kind(value: np.ndarray[Any, Any], where: str) -> str:
    if value.dtype.kind == "U":
        return "String"
    code = "b" if value.dtype.kind == "b" else f"{value.dtype.kind}{value.dtype.itemsize}"
    if code not in _KINDS:
        raise FormatError(f"{where}: attributes are no {value.dtype}")
    return _KINDS[code]


_DTYPES = {
    "Bool": np.dtype(bool),
    "Int": np.dtype(np.int32),
    "float": np.dtype(np.float32),
    "double": np.dtype(np.float64),
    "Complex": np.dtype(np.complex64),
    "DComplex": np.dtype(np.complex128),
}


def _value(value: Any, kind: str, array: bool) -> Any:
    if kind == "String":
        return value if array or isinstance(value, str) else str(value)
    dtype = _DTYPES[kind]
    if kind == "Int" and np.asarray(value).dtype.kind in "iu":
        wide = np.asarray(value, np.int64)
        limits = np.iinfo(np.int32)
        if wide.size and (wide.min() < limits.min or wide.max() > limits.max):
            dtype = np.dtype(np.int64)
    converted = np.asarray(value).astype(dtype)
    return converted if array else converted[()].item()


def group_rows(table: AttributeTable) -> list[dict[str, Any]]:
    """Return the record of each row of a group.

    Examples
    --------
    >>> group = AttributeTable()
    >>> group.put("TSYS", 0, 45.5, unit=["K"])
    >>> group_rows(group)
    [{'TSYS': 45.5, 'TSYS_UNIT': ['K']}]
    """
    return [_row(table.columns, number) for number in range(table.rows)]


def _row(columns: Mapping[str, Attribute], number: int) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for name, column in columns.items():
        value = column.values[number]
        if value is None:
            continue
        if column.type in ("float", "Complex") and not column.array:
            value = _DTYPES[column.type].type(value)  # Python has no such numbers
        row[name] = value
        if column.unit:
            row[name + UNIT] = list(column.unit)
        if column.measure:
            row[name + MEASURE] = list(column.measure)
    return row
