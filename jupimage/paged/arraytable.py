"""A new table that holds one array: the pixels of an image, or a mask.

Files with data come first, the description last: without it nobody takes the folder for a table.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import numpy as np

from jupimage.casatable import (
    Column,
    Manager,
    Sync,
    TableData,
    TableInfo,
    lock_bytes,
    replace_file,
    write_info,
    write_table,
)
from jupimage.casatable.tiled import create_cell
from jupimage.casatable.tileshape import default_tile

__all__ = ["IMAGE_COLUMN", "MASK_COLUMN", "begin_table", "finish_table", "tile_for"]

IMAGE_COLUMN = "map"
MASK_COLUMN = "PagedArray"


def tile_for(shape: tuple[int, ...], tile: tuple[int, ...] | None) -> tuple[int, ...]:
    """Return a tile, slowest axis first: the one asked for, or one that suits the shape."""
    return default_tile(shape) if tile is None else tile


def begin_table(
    folder: str,
    column: str,
    kind: str,
    shape: tuple[int, ...],
    tile: tuple[int, ...],
    *,
    big_endian: bool,
) -> TableData:
    """Make a folder with the pixels of an array, all zero, and return its description.

    Parameters
    ----------
    folder
        Where; it is made.
    column
        Name of the column.
    kind
        Type of the values, as casacore names it.
    shape, tile
        Of the array and of its tiles, slowest axis first.
    big_endian
        Byte order of the values.
    """
    os.mkdir(folder)
    create_cell(folder, shape=shape, tile=tile, type=kind, big_endian=big_endian, name=column)
    empty = np.array([], "U1")
    return TableData(
        rows=1,
        big_endian=big_endian,
        columns=[
            Column(
                column,
                kind,
                array=True,
                ndim=len(shape),
                comment="version 4.0",
                manager_type="TiledShapeStMan",
                manager_group=column,
            )
        ],
        managers=[Manager("TiledCellStMan", 0)],
        private_keywords={
            f"Hypercolumn_{column}": {
                "ndim": np.uint32(len(shape)),
                "data": [column],
                "coord": empty,
                "id": empty,
            }
        },
        next_sequence=1,
    )


def finish_table(folder: str, data: TableData, kind: str, keywords: Mapping[str, Any]) -> None:
    """Write what makes a folder with data files a table: its info, its lock, its description.

    Parameters
    ----------
    folder
        Of the table.
    data
        Its description.
    kind
        Of the table: ``Image``, ``Paged Array``.
    keywords
        Of the table.
    """
    write_info(folder, TableInfo(kind))
    replace_file(folder, "table.lock", lock_bytes(Sync(1, 1, 1, 1, (1,))))
    data.keywords = dict(keywords)
    write_table(folder, data)
