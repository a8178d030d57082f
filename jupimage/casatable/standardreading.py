"""Reads a file of the standard storage manager."""

from __future__ import annotations

from typing import Any, NoReturn

from numpy.typing import NDArray

from jupimage.casatable.aipsio import AipsReader
from jupimage.casatable.datafile import DataFile
from jupimage.casatable.standardcells import CellReader
from jupimage.casatable.standardcolumn import CellLayout, layout_of
from jupimage.casatable.standardheader import HEADER_BYTES, parse_header
from jupimage.casatable.standardindex import read_indices
from jupimage.casatable.tabledata import Manager, TableData
from jupimage.errors import FormatError

__all__ = ["StandardFile", "parse_manager_data"]

MOST_BYTES = 2**30


class StandardFile:
    """A file of the standard storage manager.

    Parameters
    ----------
    folder
        Of the table.
    file
        The open file.
    data, manager
        Description of the table, and of the manager in it.

    Raises
    ------
    FormatError
        If the header or the index is damaged.
    """

    def __init__(self, folder: str, file: DataFile, data: TableData, manager: Manager) -> None:
        self._folder = folder
        self._file = file
        self._sequence = manager.sequence
        self._columns = [c for c in data.columns if c.manager == manager.sequence]
        self._header = parse_header(
            file.read_some(0, HEADER_BYTES), file.path, big_endian=data.big_endian, size=file.size
        )
        indices = read_indices(self._bucket, self._header, file.path)
        self._offsets, numbers = parse_manager_data(manager.data, len(self._columns), file.path)
        if max(numbers, default=0) >= len(indices):
            self._fail(f"wanted an index below {len(indices)}, got {max(numbers, default=0)}")
        self._indices = [indices[number] for number in numbers]
        counts = {index.rows for index in self._indices}
        if len(counts) > 1:
            self._fail(f"wanted as many rows in all columns, got {sorted(counts)}")
        self.rows = counts.pop() if counts else 0

    def _fail(self, problem: str) -> NoReturn:
        raise FormatError(f"{self._file.path} is damaged: {problem}")

    def _bucket(self, number: int) -> bytes:
        if not 0 <= number < self._header.buckets:
            self._fail(f"wanted a bucket below {self._header.buckets}, got {number}")
        size = self._header.bucket_size
        return self._file.read(HEADER_BYTES + number * size, size)

    def read(self, rows: int | None) -> dict[str, list[Any] | NDArray[Any]]:
        """Read the columns that this manager keeps; all rows for None."""
        rows = self.rows if rows is None else rows
        if not 0 <= rows <= self.rows:
            raise FormatError(f"{self._file.path}: wanted {rows} rows, got {self.rows}")
        layouts = [layout_of(column, self._file.path) for column in self._columns]
        self._check_areas(layouts, rows)
        with CellReader(
            self._folder, self._sequence, self._bucket, self._header, self._file.path
        ) as cells:
            parts = self._read_cells(cells, layouts, rows)
            return {
                column.name: cells.join(layout, part)
                for column, layout, part in zip(self._columns, layouts, parts, strict=True)
            }

    def _check_areas(self, layouts: list[CellLayout], rows: int) -> None:
        size = self._header.bucket_size
        for layout, index, offset in zip(layouts, self._indices, self._offsets, strict=True):
            end = offset + layout.area(index.rows_per_bucket)
            if end > size:
                self._fail(
                    f"wanted a column inside a bucket of {size} bytes, got one that ends at {end}"
                )
        total = sum(layout.area(rows) for layout in layouts)
        if total > MOST_BYTES:
            raise FormatError(
                f"{self._file.path}: wanted at most {MOST_BYTES} bytes in the rows, got {total}"
            )

    def _read_cells(
        self, cells: CellReader, layouts: list[CellLayout], rows: int
    ) -> list[list[Any]]:
        parts: list[list[Any]] = [[] for _ in layouts]
        for index in {id(index): index for index in self._indices}.values():
            columns = [k for k, other in enumerate(self._indices) if other is index]
            first = 0
            for last, number in zip(index.last_rows.tolist(), index.buckets.tolist(), strict=True):
                if first >= rows:
                    break
                bucket, count = self._bucket(number), min(last + 1, rows) - first
                for k in columns:
                    parts[k].append(cells.read(layouts[k], bucket, self._offsets[k], count))
                first = last + 1
        return parts


def parse_manager_data(data: bytes, columns: int, name: str) -> tuple[list[int], list[int]]:
    """Return where the area of each column starts in a bucket, and which index it has.

    Where columns were removed the lists in the file are longer; their ends mean nothing.
    """
    reader = AipsReader(data, f"{name}, as described in table.dat")
    _, end = reader.begin("SSM", (2,), outermost=True)
    reader.text()
    offsets, index_of = reader.block().tolist(), reader.block().tolist()
    reader.finish(end)
    if columns > min(len(offsets), len(index_of)):
        got = min(len(offsets), len(index_of))
        reader.fail(f"wanted the places of {columns} columns, got {got}")
    return offsets[:columns], index_of[:columns]
