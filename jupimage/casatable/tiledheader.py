"""Headers of the tiled storage managers: which arrays a table has, where their tiles are.

Three managers share them. TiledCellStMan, which images have, keeps each row's array as a *cube*
of its own; all lie in one file. TiledShapeStMan keeps arrays of equal shape as one cube that has
the rows as an additional, slowest axis, and a file for each shape; tables say which row is where.
TiledColumnStMan has a single such cube.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.casatable.aipsio import AipsReader, AipsWriter
from jupimage.casatable.datatype import TYPES
from jupimage.casatable.records import read_record, write_record

__all__ = [
    "CELL",
    "COLUMN",
    "LONGEST_AXIS",
    "SHAPE",
    "HeaderCube",
    "TiledHeader",
    "cell_header",
    "parse_header",
]

CELL = "TiledCellStMan"
COLUMN = "TiledColumnStMan"
SHAPE = "TiledShapeStMan"

LONGEST_AXIS = 2**31 - 1
WIDE = 2**31


@dataclass(frozen=True, slots=True)
class HeaderCube:
    """A cube as the header describes it.

    Attributes
    ----------
    shape, tile
        In numpy order, with the axis of rows if there is one.
    file
        Number of its file; negative if it has none.
    offset
        Of its first tile in the file.
    """

    shape: tuple[int, ...]
    tile: tuple[int, ...]
    file: int
    offset: int


@dataclass(frozen=True, slots=True)
class TiledHeader:
    """Content of ``table.f<n>``.

    Attributes
    ----------
    kind
        Type name of the manager.
    big_endian
        Byte order of the pixels.
    sequence, rows
        Number of the manager; rows of the table.
    types
        Number of the type of each column.
    ndim
        Axes of a cube.
    lengths
        Bytes of each file, by number.
    cubes
        In order.
    row_map, cube_map, position_map
        Of TiledShapeStMan: last row of each stretch of rows, its cube, position of that row on
        the axis of rows.
    """

    kind: str
    big_endian: bool
    sequence: int
    rows: int
    types: tuple[int, ...]
    ndim: int
    lengths: dict[int, int]
    cubes: tuple[HeaderCube, ...]
    row_map: NDArray[Any]
    cube_map: NDArray[Any]
    position_map: NDArray[Any]

    def place(self, row: int) -> tuple[int, int | None]:
        """Return the number of a row's cube, and where in it the row is (None: it is all of it).

        A cube of number -1 means that the row has no array.
        """
        if self.kind == CELL:
            return (row if row < len(self.cubes) else -1), None
        if self.kind == COLUMN:
            return (0 if self.cubes else -1), row
        stretch = int(np.searchsorted(self.row_map, row))
        if stretch == len(self.row_map) or not (cube := int(self.cube_map[stretch])):
            return -1, None
        position = int(self.position_map[stretch]) - (int(self.row_map[stretch]) - row)
        return (cube if cube < len(self.cubes) and position >= 0 else -1), position


def parse_header(data: bytes, name: str, kind: str) -> TiledHeader:
    """Return the header that a file holds.

    Parameters
    ----------
    data, name
        Content of the file, and its name for messages.
    kind
        Type name of the manager.

    Raises
    ------
    FormatError
        If there is no such header.
    """
    reader = AipsReader(data, name)
    _, end = reader.begin(kind, outermost=True)
    if kind != SHAPE:
        reader.shape()  # of tiles that casacore would give a new array
    fields = _read_tiled(reader)
    maps = _read_maps(reader) if kind == SHAPE else [np.empty(0, np.uint32)] * 3
    reader.finish(end)
    if reader.position != len(data):
        reader.fail(f"wanted {reader.position} bytes, got {len(data)}")
    return TiledHeader(kind, *fields, *maps)


def _read_maps(reader: AipsReader) -> list[NDArray[Any]]:
    reader.shape()
    used = reader.unsigned()
    maps = [reader.block() for _ in range(3)]
    if any(len(found) < used for found in maps):
        reader.fail(f"wanted {used} stretches of rows, got {min(map(len, maps))}")
    maps = [found[:used] for found in maps]
    if np.any(maps[0][1:] <= maps[0][:-1]):
        reader.fail("wanted stretches of rows in rising order")
    return maps


def _read_tiled(reader: AipsReader) -> tuple[Any, ...]:
    version, end = reader.begin("TiledStMan", (1, 2, 3))
    number = reader.unsigned_long if version == 3 else reader.unsigned
    big_endian = reader.boolean() if version > 1 else True
    sequence, rows = reader.unsigned(), number()
    columns = reader.unsigned()
    reader.need(columns, 4)
    types = tuple(reader.integer() for _ in range(columns))
    reader.text()  # name of the hypercolumn
    number()  # size of a cache
    ndim = reader.unsigned()
    lengths = _read_files(reader, number())
    count = number()
    reader.need(count, 60)
    cubes = tuple(_read_cube(reader) for _ in range(count))
    reader.finish(end)
    return big_endian, sequence, rows, types, ndim, lengths, cubes


def _read_files(reader: AipsReader, count: int) -> dict[int, int]:
    lengths: dict[int, int] = {}
    reader.need(count)
    for _ in range(count):
        if not reader.boolean():
            continue
        version = _read_version(reader)
        file = reader.unsigned()
        if file in lengths:
            reader.fail(f"wanted file {file} once, got it twice")
        lengths[file] = reader.unsigned() if version == 1 else reader.unsigned_long()
    return lengths


def _read_cube(reader: AipsReader) -> HeaderCube:
    version = _read_version(reader)
    read_record(reader, "Record")
    reader.boolean()  # whether it can grow
    ndim = reader.unsigned()
    shape, tile = reader.shape()[::-1], reader.shape()[::-1]
    if not len(shape) == len(tile) == ndim:
        reader.fail(f"wanted a cube and tiles of {ndim} axes, got {len(shape)} and {len(tile)}")
    if not all(1 <= n <= LONGEST_AXIS for n in (*shape, *tile)):
        reader.fail(f"wanted axes of 1 to {LONGEST_AXIS} pixels, got {shape} in tiles of {tile}")
    file = reader.integer()
    return HeaderCube(shape, tile, file, reader.unsigned() if version == 1 else reader.long())


def _read_version(reader: AipsReader) -> int:
    if (version := reader.unsigned()) not in (1, 2):
        reader.fail(f"wanted a file or cube of version 1 or 2, got {version}")
    return version


def cell_header(
    shape: tuple[int, ...],
    tile: tuple[int, ...],
    *,
    type: str,
    big_endian: bool,
    size: int,
    sequence: int = 0,
    name: str = "map",
) -> bytes:
    """Return the header of a TiledCellStMan for a table with one row.

    Parameters
    ----------
    shape, tile
        Of the array and of its tiles, in numpy order.
    type
        Of the pixels: a key of `jupimage.casatable.TYPES`.
    big_endian
        Byte order of the pixels.
    size
        Bytes of all tiles together.
    sequence
        Number of the manager.
    name
        Of the hypercolumn.

    Examples
    --------
    >>> data = cell_header((9, 5), (4, 2), type="float", big_endian=False, size=288)
    >>> parse_header(data, "table.f0", CELL).cubes
    (HeaderCube(shape=(9, 5), tile=(4, 2), file=0, offset=0),)
    """
    writer = AipsWriter()
    writer.begin(CELL, 1, outermost=True)
    writer.shape(tile[::-1])
    writer.begin("TiledStMan", 1 if big_endian else 2)
    if not big_endian:
        writer.boolean(False)
    for number in (sequence, 1, 1, TYPES[type].number):
        writer.unsigned(number)
    writer.text(name)
    for number in (0, len(shape), 1):  # no limit of a cache, axes, files
        writer.unsigned(number)
    writer.boolean(True)
    wide = size >= WIDE
    writer.unsigned(2 if wide else 1)
    writer.unsigned(0)
    (writer.unsigned_long if wide else writer.unsigned)(size)
    for number in (1, 1):  # cubes, version of the first
        writer.unsigned(number)
    write_record(writer, {}, "Record")
    writer.boolean(False)
    writer.unsigned(len(shape))
    writer.shape(shape[::-1])
    writer.shape(tile[::-1])
    writer.integer(0)
    writer.unsigned(0)
    writer.finish()
    writer.finish()
    return writer.data()
