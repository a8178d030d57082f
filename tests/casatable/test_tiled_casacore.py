"""Arrays in tiles that casacore wrote are read here, and those written here are read there."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from jupimage.casatable import (
    Column,
    Manager,
    TableData,
    TableInfo,
    read_table,
    write_info,
    write_table,
)
from jupimage.casatable.tiled import create_cell, read_cube
from jupimage.casatable.tiledarray import TiledArray
from jupimage.casatable.tiledcube import TiledCube
from jupimage.casatable.tiledwriting import TiledWriter
from jupimage.errors import FormatError
from jupimage.files import open_storage
from tests.casatable.realtables import DATA as REAL
from tests.casatable.realtables import IMAGES, unpack
from tests.casatable.tiledfiles import full
from tests.conftest import Oracle

# Name of a type in a table, in casacore.tables (which cannot open tables of uShort), in numpy.
KINDS = {
    "Bool": ("boolean", "?"),
    "uChar": ("uchar", "u1"),
    "Short": ("short", "i2"),
    "Int": ("int", "i4"),
    "uInt": ("uint", "u4"),
    "Int64": ("int64", "i8"),
    "float": ("float", "f4"),
    "double": ("double", "f8"),
    "Complex": ("complex", "c8"),
    "DComplex": ("dcomplex", "c16"),
}
MANAGERS = ("TiledCellStMan", "TiledShapeStMan", "TiledColumnStMan")
SHAPES = [(9, 13), (9, 13), (7, 6), (9, 13), (7, 6)]


def pixels_of(kind: str, shape: tuple[int, ...], seed: int = 0) -> NDArray[Any]:
    found = np.random.default_rng(seed).integers(0, 2 if kind == "Bool" else 100, shape)
    return found.astype(KINDS[kind][1])


def casacore_table(
    oracle: Oracle, path: str, kind: str, manager: str, endian: str, cells: list[NDArray[Any]]
) -> None:
    """Let casacore write a table with an array in each row, and one row without."""
    fixed = {"shape": list(cells[0].shape), "options": 5} if manager == MANAGERS[2] else {}
    column = oracle.tables.makearrcoldesc(
        "map", False if kind == "Bool" else 0, ndim=2, valuetype=KINDS[kind][0], **fixed
    )
    tile = [5, 4] if manager == MANAGERS[0] else [5, 4, 2]
    spec = {"TYPE": manager, "NAME": "map", "SEQNR": 0, "COLUMNS": ["map"]}
    spec["SPEC"] = {"DEFAULTTILESHAPE": tile}
    with oracle.tables.table(
        path,
        oracle.tables.maketabdesc(column),
        nrow=len(cells) + 1,
        dminfo={"*1": spec},
        endian=endian,
        ack=False,
    ) as table:
        for row, cell in enumerate(cells):
            table.putcell("map", row, cell)


def read_cell(path: str, row: int = 0, column: str = "map") -> NDArray[Any]:
    cube = read_cube(path, read_table(path), column, row)
    storage = open_storage(cube.path)
    try:
        return TiledArray(cube, storage).read(full(cube.shape))
    finally:
        storage.close()


def write_cell(cube: TiledCube, values: NDArray[Any], box: tuple[slice, ...] | None = None) -> None:
    descriptor = os.open(cube.path, os.O_RDWR)
    try:
        TiledWriter(cube, descriptor).write(box or full(cube.shape), values)
    finally:
        os.close(descriptor)


@pytest.mark.parametrize("name", [*IMAGES, "bool_array"])
def test_pixels_and_masks_are_those_that_casacore_reads(name: str, tmp_path: Path) -> None:
    folder = unpack(name, tmp_path)
    known = np.load(REAL / f"{name}.npz")
    column = "PagedArray" if name == "bool_array" else "map"
    found = read_cell(folder, column=column)
    assert found.dtype == known["data"].dtype
    assert found.tobytes() == known["data"].tobytes()
    for mask in known.files:
        part = os.path.join(folder, mask.removeprefix("pixelmask_"))
        if mask.startswith("pixelmask_") and os.path.isdir(part):
            assert np.array_equal(read_cell(part, column="PagedArray"), known[mask])


@pytest.mark.parametrize("name", IMAGES)
def test_new_headers_are_those_of_casacore(name: str, tmp_path: Path) -> None:
    folder = unpack(name, tmp_path)
    data = read_table(folder)
    if data.managers[0].type != MANAGERS[0]:
        assert name.startswith("tsm_")
        return
    cube = read_cube(folder, data, "map")
    (tmp_path / "new").mkdir()
    made = create_cell(
        str(tmp_path / "new"),
        shape=cube.shape,
        tile=cube.tile,
        type=cube.type,
        big_endian=cube.big_endian,
    )
    header = (tmp_path / "new" / "table.f0").read_bytes()
    assert header == Path(folder, "table.f0").read_bytes()
    assert os.path.getsize(made.path) == os.path.getsize(cube.path)


@pytest.mark.parametrize("endian", ["little", "big"])
@pytest.mark.parametrize("manager", MANAGERS)
@pytest.mark.parametrize("kind", KINDS)
def test_cells_of_casacore_are_read_and_rewritten(
    kind: str, manager: str, endian: str, tmp_path: Path, oracle: Oracle
) -> None:
    path = str(tmp_path / "table")
    shapes = [SHAPES[0]] * 5 if manager == MANAGERS[2] else SHAPES
    cells = [pixels_of(kind, shape, row) for row, shape in enumerate(shapes)]
    casacore_table(oracle, path, kind, manager, endian, cells)
    for row, cell in enumerate(cells):
        found = read_cell(path, row)
        assert found.dtype == cell.dtype
        assert np.array_equal(found, cell)
    data = read_table(path)
    for row in (0, 2, 3):
        cells[row] = pixels_of(kind, shapes[row], row + 10)
        write_cell(read_cube(path, data, "map", row), cells[row])
        part = (slice(1, 6, 2), slice(2, 6, 1))
        cells[row][part] = pixels_of(kind, (3, 4), row + 20)
        write_cell(read_cube(path, data, "map", row), cells[row][part], part)
    with oracle.tables.table(path, ack=False) as table:
        for row, cell in enumerate(cells):
            assert np.array_equal(table.getcell("map", row), cell)
    oracle.count(10)


@pytest.mark.parametrize("manager", MANAGERS[:2])
def test_cell_without_array_is_an_error(manager: str, tmp_path: Path, oracle: Oracle) -> None:
    path = str(tmp_path / "table")
    casacore_table(oracle, path, "float", manager, "little", [pixels_of("float", (9, 13))])
    data = read_table(path)
    with pytest.raises(FormatError, match="wanted an array in row 1, got none"):
        read_cube(path, data, "map", 1)
    with pytest.raises(FormatError, match="wanted row 2, got a table of 2 rows"):
        read_cube(path, data, "map", 2)


@pytest.mark.parametrize("big_endian", [False, True])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("shape", "tile"),
    [
        pytest.param((17,), (5,), id="1d"),
        pytest.param((9, 13), (4, 13), id="2d"),
        pytest.param((5, 6, 7), (2, 6, 3), id="3d"),
        pytest.param((3, 4, 5, 3), (1, 3, 4, 2), id="4d"),
        pytest.param((2, 3, 2, 3, 5), (1, 1, 1, 1, 1), id="one pixel to the tile"),
    ],
)
def test_casacore_reads_and_rewrites_new_cells(
    kind: str,
    big_endian: bool,
    shape: tuple[int, ...],
    tile: tuple[int, ...],
    tmp_path: Path,
    oracle: Oracle,
) -> None:
    path = str(tmp_path)
    cube = create_cell(path, shape=shape, tile=tile, type=kind, big_endian=big_endian)
    column = Column("map", kind, array=True, ndim=len(shape), manager_type=MANAGERS[0])
    names = {"data": ["map"], "coord": np.array([], "U1"), "id": np.array([], "U1")}
    data = TableData(
        rows=1,
        big_endian=big_endian,
        columns=[column],
        managers=[Manager(MANAGERS[0], 0)],
        private_keywords={"Hypercolumn_map": {"ndim": np.uint32(len(shape)), **names}},
        next_sequence=1,
    )
    write_info(path, TableInfo(""))
    write_table(path, data)
    assert read_cube(path, read_table(path), "map") == cube
    pixels = pixels_of(kind, shape)
    write_cell(cube, pixels)
    with oracle.tables.table(path, readonly=False, ack=False) as table:
        assert np.array_equal(table.getcell("map", 0), pixels)
        start, stop = [n // 3 for n in shape], [n - 1 for n in shape]
        part = tuple(slice(low, high + 1) for low, high in zip(start, stop, strict=True))
        assert np.array_equal(table.getcellslice("map", 0, start, stop), pixels[part])
        pixels[part] = pixels_of(kind, pixels[part].shape, 1)
        table.putcellslice("map", 0, pixels[part], start, stop)
    assert np.array_equal(read_cell(path), pixels)
    oracle.count(4)
