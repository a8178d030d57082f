"""The arrays of tables that are stored in tiles: finding them, making new ones."""

from __future__ import annotations

import os
from dataclasses import replace

from jupimage.casatable.datatype import TYPES
from jupimage.casatable.folderfile import file_size, read_file
from jupimage.casatable.tabledata import TableData
from jupimage.casatable.tiledcube import TiledCube
from jupimage.casatable.tiledheader import (
    CELL,
    COLUMN,
    LONGEST_AXIS,
    SHAPE,
    HeaderCube,
    TiledHeader,
    cell_header,
    parse_header,
)
from jupimage.errors import ArgumentError, FormatError, ShapeError

__all__ = ["TiledCube", "create_cell", "read_cube"]

MOST_AXES = 30
"""numpy allows 64, and each axis needs two: tiles, and pixels in a tile."""

LARGEST_FILE = 2**62
MOST_HEADER = 2**26


def read_cube(folder: str, data: TableData, column: str, row: int = 0) -> TiledCube:
    """Find the array of one cell of a table.

    Parameters
    ----------
    folder
        Of the table.
    data
        Its description.
    column, row
        Which cell.

    Raises
    ------
    FormatError
        If the column is not stored in tiles, its header does not fit the table or is damaged,
        the cell is empty, or the file is too short.
    """
    manager = data.manager(column)
    if manager.type not in (CELL, COLUMN, SHAPE):
        raise FormatError(
            f"{folder}: wanted column {column!r} in a tiled storage manager, got {manager.type}"
        )
    file = f"table.f{manager.sequence}"
    name = os.path.join(folder, file)
    header = parse_header(read_file(folder, file, most=MOST_HEADER), name, manager.type)
    _check_header(header, data, column, name)
    if not 0 <= row < header.rows:
        raise FormatError(f"{name}: wanted row {row}, got a table of {header.rows} rows")
    number, position = header.place(row)
    if number < 0 or not header.cubes[number].shape:
        raise FormatError(f"{name}: wanted an array in row {row}, got none")
    found = header.cubes[number]
    tiles_file = f"{file}_TSM{found.file}"
    _check_cube(found, position, header, name)
    whole = TiledCube(
        os.path.join(folder, tiles_file),
        found.offset,
        found.shape,
        found.tile,
        data.column(column).type,
        header.big_endian,
    )
    _check_length(header, whole, found.file, name)
    _check_size(whole, file_size(folder, tiles_file))
    return whole if position is None else whole.at_row(position)


def _check_header(header: TiledHeader, data: TableData, column: str, name: str) -> None:
    kind = TYPES[data.column(column).type]
    if kind.name == "String" or header.types != (kind.number,):
        raise FormatError(
            f"{name}: wanted one column of type {kind.number} ({kind.name}), "
            f"got types {header.types[:10]}"
        )
    if header.big_endian != data.big_endian:
        raise FormatError(
            f"{name}: wanted big_endian {data.big_endian} as in the table, got {header.big_endian}"
        )
    if data.rows and header.rows != data.rows:
        raise FormatError(f"{name}: wanted {data.rows} rows as in the table, got {header.rows}")
    if header.sequence != data.manager(column).sequence:
        raise FormatError(
            f"{name}: wanted the header of manager {data.manager(column).sequence}, "
            f"got that of {header.sequence}"
        )


def _check_cube(cube: HeaderCube, position: int | None, header: TiledHeader, name: str) -> None:
    axes = len(cube.shape) - (position is not None)
    if not (len(cube.shape) == header.ndim and 0 < axes <= MOST_AXES):
        raise FormatError(
            f"{name}: wanted a cube of {header.ndim} axes, an array of 1 to {MOST_AXES}, "
            f"got {len(cube.shape)} and {axes}"
        )
    if position is not None and position >= cube.shape[0]:
        raise FormatError(f"{name}: wanted position {position} in a cube of {cube.shape[0]} rows")


def _check_length(header: TiledHeader, cube: TiledCube, file: int, name: str) -> None:
    """Compare the cubes of a file with the length noted for it.

    The last one ends there; anything else means that some number in the header is wrong.
    """
    ends = [
        found.offset + replace(cube, shape=found.shape, tile=found.tile).size
        for found in header.cubes
        if found.file == file and found.shape
    ]
    if header.lengths.get(file) != max(ends) or cube.offset < 0:
        raise FormatError(
            f"{name}: wanted tiles up to byte {header.lengths.get(file)} of file {file}, "
            f"got shape {cube.shape} in tiles of {cube.tile} from byte {cube.offset} on, "
            f"the last of all up to byte {max(ends)}"
        )


def _check_size(cube: TiledCube, size: int) -> None:
    if size < cube.offset + cube.size:
        raise FormatError(
            f"{cube.path} is cut off: wanted {cube.offset + cube.size} bytes for "
            f"shape {cube.shape} in tiles of {cube.tile}, got {size}"
        )


def create_cell(
    folder: str,
    *,
    shape: tuple[int, ...],
    tile: tuple[int, ...],
    type: str,
    big_endian: bool = False,
    sequence: int = 0,
    name: str = "map",
) -> TiledCube:
    """Make the files of a TiledCellStMan for a table with one row; all pixels are zero.

    Parameters
    ----------
    folder
        Of the table; it exists, and has no such files yet.
    shape, tile
        Of the array and of its tiles.
    type
        Of the pixels: a key of `jupimage.casatable.TYPES`.
    big_endian
        Byte order of the pixels, which has to be that of the table.
    sequence
        Number of the manager.
    name
        Of the hypercolumn.

    Raises
    ------
    ShapeError
        If there is no such array or tile.
    FormatError
        If the files cannot be made.
    """
    file = f"table.f{sequence}"
    path = os.path.join(folder, f"{file}_TSM0")
    _check_shapes(shape, tile)
    if type not in TYPES or type == "String":
        raise ArgumentError(f"wanted a type of pixels, got {type!r}")
    cube = TiledCube(path, 0, shape, tile, type, big_endian)
    if cube.size > LARGEST_FILE:
        raise ShapeError(f"wanted at most {LARGEST_FILE} bytes, got shape {shape}")
    header = cell_header(
        shape,
        tile,
        type=type,
        big_endian=big_endian,
        size=cube.size,
        sequence=sequence,
        name=name,
    )
    try:
        with open(path, "xb") as tiles:
            tiles.truncate(cube.size)
        with open(os.path.join(folder, file), "xb") as described:
            described.write(header)
    except OSError as error:
        problem = (error.strerror or str(error)).lower()
        raise FormatError(f"cannot make {path} of {cube.size} bytes: {problem}") from error
    return cube


def _check_shapes(shape: tuple[int, ...], tile: tuple[int, ...]) -> None:
    if not 0 < len(shape) <= MOST_AXES or len(shape) != len(tile):
        raise ShapeError(
            f"wanted 1 to {MOST_AXES} axes, as many of a tile, got {len(shape)} and {len(tile)}"
        )
    for length, part in zip(shape, tile, strict=True):
        if not 1 <= part <= length <= LONGEST_AXIS:
            raise ShapeError(
                f"wanted a tile that fits a shape of up to {LONGEST_AXIS} pixels on each axis, "
                f"got {tile} for {shape}"
            )
