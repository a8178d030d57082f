"""Attribute groups as tables in the folder of an image.

A group is a table, an attribute a column, an entry a row. The unit of a column is its keyword
``QuantumUnits``, type and frame of a measure are the fields of ``MEASINFO``.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np

from jupimage.casatable import Column, TableData, TableInfo, TableName, write_standard_table
from jupimage.errors import FormatError
from jupimage.formats import Attribute, AttributeTable
from jupimage.formats.slips import misspelt
from jupimage.paged.subtables import read_all

__all__ = ["group_folders", "read_group", "write_group"]

_TYPES = {
    "Bool": "Bool",
    "uChar": "Int",
    "Short": "Int",
    "uShort": "Int",
    "Int": "Int",
    "uInt": "Int",
    "Int64": "Int",
    "float": "float",
    "double": "double",
    "Complex": "Complex",
    "DComplex": "DComplex",
    "String": "String",
}


def group_folders(folder: str, keywords: Mapping[str, Any]) -> dict[str, str]:
    """Return where the table of each attribute group is, sorted by name of the group.

    Parameters
    ----------
    folder
        Of the image.
    keywords
        Of its table.

    Raises
    ------
    FormatError
        If a group has no table, or one outside the folder.
    """
    groups = keywords.get("ATTRGROUPS", {})
    if not isinstance(groups, Mapping):
        raise FormatError(f"{folder}: wanted a record ATTRGROUPS, got {type(groups).__name__}")
    found = {}
    for name in sorted(groups):
        if not isinstance(groups[name], TableName):
            raise FormatError(f"{folder}: wanted a table as attribute group {name[:60]!r}")
        found[name] = groups[name].folder(folder)
    return found


def read_group(folder: str) -> AttributeTable:
    """Return the attribute group in a table.

    Raises
    ------
    FormatError
        If the table is missing, damaged, or has columns that attributes cannot be.
    """
    data, values = read_all(folder)
    columns = {column.name: _attribute(column, values, folder) for column in data.columns}
    counts = {len(attribute.values) for attribute in columns.values()}
    if len(counts) > 1:
        raise FormatError(f"{folder}: wanted as many rows in all columns, got {sorted(counts)}")
    return AttributeTable(columns, counts.pop() if counts else 0)


def _attribute(column: Column, values: Mapping[str, Any], folder: str) -> Attribute:
    if column.type not in _TYPES or column.name not in values:
        raise FormatError(
            f"{folder}: a column of {column.type} cannot be the attribute {column.name[:60]!r}"
        )
    found = values[column.name]
    kind = _TYPES[column.type]
    attribute = Attribute(kind, column.array)
    if column.array:
        attribute.values = list(found)
    else:
        attribute.values = found.tolist() if isinstance(found, np.ndarray) else list(found)
    for slip in misspelt(column.keywords, ("QuantumUnits", "MEASINFO")):
        warnings.warn(f"{folder}, attribute {column.name!r}: {slip}", UserWarning, stacklevel=2)
    attribute.unit = _unit(column.keywords.get("QuantumUnits", ()))
    attribute.measure = _measure(column.keywords.get("MEASINFO"))
    if "MEASINFO" in column.keywords and not attribute.measure:
        told = f"{folder}, attribute {column.name!r}: MEASINFO has no type and Ref, it is left out"
        warnings.warn(told, UserWarning, stacklevel=2)
    return attribute


def _unit(found: Any) -> tuple[str, ...]:
    return (found,) if isinstance(found, str) else tuple(str(unit) for unit in found)


def _measure(found: Any) -> tuple[str, ...]:
    if not isinstance(found, Mapping) or not {"type", "Ref"} <= set(found):
        return ()
    return str(found["type"]), str(found["Ref"])


def write_group(folder: str, group: AttributeTable, *, big_endian: bool) -> TableData:
    """Make the table of an attribute group.

    Parameters
    ----------
    folder
        Where; it is made.
    group
        What it holds. Without attributes it is a table without columns.
    big_endian
        Byte order of the data.
    """
    columns = [
        (
            Column(
                name,
                attribute.type,
                attribute.array,
                ndim=-1 if attribute.array else 0,
                keywords=_column_keywords(attribute),
            ),
            attribute.values,
        )
        for name, attribute in group.columns.items()
    ]
    return write_standard_table(folder, columns, info=TableInfo(), big_endian=big_endian)


def _column_keywords(attribute: Attribute) -> dict[str, Any]:
    keywords: dict[str, Any] = {}
    if attribute.unit:
        keywords["QuantumUnits"] = list(attribute.unit)
    if attribute.measure:
        keywords["MEASINFO"] = {"type": attribute.measure[0], "Ref": attribute.measure[1]}
    return keywords
