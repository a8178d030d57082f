"""Makes the files of the standard storage manager for columns whose values are all known.

The file is made in one go: buckets of rows, buckets of strings, the index.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.casatable.aipsio import AipsWriter
from jupimage.casatable.standardcolumn import layout_of
from jupimage.casatable.standardheader import StandardHeader, header_bytes
from jupimage.casatable.standardindex import LINK_BYTES, StandardIndex, index_bytes, index_chain
from jupimage.casatable.standardpacking import ArrayPacker, StringPacker, pack_cells
from jupimage.casatable.standardplan import BucketPlan, plan_bucket, suitable_size
from jupimage.casatable.tabledata import Column
from jupimage.errors import ShapeError

__all__ = ["MANAGER", "Columns", "StandardFiles", "standard_files"]

MANAGER = "StandardStMan"
"""Type of the manager."""

Columns = Sequence[tuple[Column, Sequence[Any] | NDArray[Any]]]
"""Columns, each with a value for each row."""


@dataclass(frozen=True, slots=True)
class StandardFiles:
    """What the standard storage manager keeps of a table.

    Attributes
    ----------
    manager_data
        Its part of the table's description.
    table
        Content of ``table.f<n>``.
    arrays
        Content of ``table.f<n>i``; None if no column needs that file.
    """

    manager_data: bytes
    table: bytes
    arrays: bytes | None


def standard_files(
    columns: Columns,
    *,
    big_endian: bool,
    bucket_size: int | None = None,
    manager_name: str = MANAGER,
) -> StandardFiles:
    """Return the files that hold some columns.

    Parameters
    ----------
    columns
        Each with a value for each row.
    big_endian, bucket_size, manager_name
        As for `write_standard_table`.

    Raises
    ------
    ShapeError
        If columns differ in length, or arrays from the shape of their column.
    DataTypeError
        If values are not of their column's type.
    """
    rows = _count_rows(columns)
    layouts = [layout_of(column, f"column {column.name!r}") for column, _ in columns]
    plan = plan_bucket(layouts, bucket_size or suitable_size(layouts, rows))
    data_buckets = -(-rows // plan.rows)
    strings = StringPacker(plan.size, data_buckets, big_endian=big_endian)
    arrays = ArrayPacker(big_endian=big_endian)
    cells = [
        pack_cells(values, layout, strings, arrays, column.name)
        for (column, values), layout in zip(columns, layouts, strict=True)
    ]
    buckets = [
        _fill_bucket(cells, plan, first, big_endian=big_endian)
        for first in range(0, rows, plan.rows)
    ]
    buckets += strings.buckets()
    last_string = len(buckets) - 1 if len(buckets) > data_buckets else -1
    lasts = np.minimum(np.arange(1, data_buckets + 1) * plan.rows, rows) - 1
    index = StandardIndex(plan.rows, len(columns), lasts, np.arange(data_buckets), plan.free)
    return StandardFiles(
        _manager_data(plan, manager_name),
        _with_index(buckets, index, plan.size, last_string, big_endian=big_endian),
        arrays.data() if any(layout.storage == "array" for layout in layouts) else None,
    )


def _count_rows(columns: Columns) -> int:
    counts = {column.name: len(values) for column, values in columns}
    if len(set(counts.values())) > 1:
        raise ShapeError(f"wanted columns of one length, got {counts}")
    return next(iter(counts.values()), 0)


def _fill_bucket(
    cells: list[NDArray[Any]], plan: BucketPlan, first: int, *, big_endian: bool
) -> bytes:
    parts = []
    for column, layout in zip(cells, plan.layouts, strict=True):
        lines = column[first : first + plan.rows]
        if layout.storage == "values" and layout.kind.name == "Bool":
            raw = np.packbits(lines, bitorder="little").tobytes()
        else:
            raw = lines.astype(lines.dtype.newbyteorder(">" if big_endian else "<")).tobytes()
        parts.append(raw.ljust(layout.area(plan.rows), b"\0"))
    return b"".join(parts).ljust(plan.size, b"\0")


def _with_index(
    buckets: list[bytes], index: StandardIndex, size: int, last_string: int, *, big_endian: bool
) -> bytes:
    raw = index_bytes(index, big_endian=big_endian)
    first = len(buckets)
    # a short one leaves room for its successor in the same bucket
    short = len(raw) <= (size - LINK_BYTES) // 2
    chain = index_chain(raw, first, size)
    header = StandardHeader(
        big_endian,
        size,
        first + len(chain),
        index_buckets=len(chain),
        first_index_bucket=first,
        index_offset=LINK_BYTES if short else 0,
        index_length=len(raw),
        last_string_bucket=last_string,
    )
    return b"".join([header_bytes(header), *buckets, *chain])


def _manager_data(plan: BucketPlan, name: str) -> bytes:
    writer = AipsWriter()
    writer.begin("SSM", 2, outermost=True)
    writer.text(name)
    writer.block(plan.offsets)
    writer.block([0] * len(plan.offsets))
    writer.finish()
    return writer.data()
