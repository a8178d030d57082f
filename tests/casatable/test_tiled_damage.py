"""Headers and files of tiles that are damaged, or do not fit their table."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from jupimage.casatable import Column, Manager, TableData, read_table
from jupimage.casatable.tiled import create_cell, read_cube
from jupimage.casatable.tiledarray import TiledArray
from jupimage.casatable.tiledheader import cell_header
from jupimage.errors import ArgumentError, FormatError, MissingImageError, ShapeError
from jupimage.files import open_storage
from tests.casatable.damage import damaged
from tests.casatable.realtables import DATA, unpack
from tests.casatable.tiledfiles import full

DAMAGES = 400


def table_of(kind: str = "float", manager: str = "TiledCellStMan") -> TableData:
    return TableData(
        rows=1, columns=[Column("map", kind, array=True)], managers=[Manager(manager, 0)]
    )


def new_cell(folder: Path) -> TableData:
    create_cell(str(folder), shape=(9, 5), tile=(4, 2), type="float")
    return table_of()


@pytest.mark.parametrize("name", ["f8_edge.img", "tsm_shape.img", "tsm_column.img", "bool_array"])
def test_damaged_headers_are_errors(name: str, tmp_path: Path) -> None:
    folder = Path(unpack(name, tmp_path))
    data, column = read_table(str(folder)), read_table(str(folder)).columns[0].name
    intact = (folder / "table.f0").read_bytes()
    cube = read_cube(str(folder), data, column)
    chance = random.Random(1)
    refused = 0
    for _ in range(DAMAGES):
        (folder / "table.f0").write_bytes(damaged(intact, chance))
        try:
            found = read_cube(str(folder), data, column)
        except FormatError:
            refused += 1
            continue
        # what remains readable has the right tiles; the padding may pass for pixels
        assert found.grid == cube.grid
        assert found.tile == cube.tile
        storage = open_storage(found.path)
        TiledArray(found, storage).read(full(found.shape))
        storage.close()
    assert refused > DAMAGES // 2


def test_file_that_is_too_short_is_an_error(tmp_path: Path) -> None:
    data = new_cell(tmp_path)
    os.truncate(tmp_path / "table.f0_TSM0", 287)
    with pytest.raises(FormatError, match=r"TSM0 is cut off: wanted 288 bytes for shape \(9, 5\)"):
        read_cube(str(tmp_path), data, "map")


@pytest.mark.parametrize("name", ["table.f0", "table.f0_TSM0"])
def test_missing_file_is_named(tmp_path: Path, name: str) -> None:
    data = new_cell(tmp_path)
    (tmp_path / name).unlink()
    with pytest.raises(MissingImageError, match=f"there is no file .*{name}"):
        read_cube(str(tmp_path), data, "map")


def other_rows(data: TableData) -> None:
    data.rows = 2


def other_type(data: TableData) -> None:
    data.columns[0].type = "double"


def other_order(data: TableData) -> None:
    data.big_endian = True


def other_manager(data: TableData) -> None:
    data.managers[0].type = "StandardStMan"


def shared_manager(data: TableData) -> None:
    data.managers[0].type = "TiledShapeStMan"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param(other_rows, "wanted 2 rows as in the table, got 1", id="rows"),
        pytest.param(other_type, r"wanted one column of type 8 \(double\), got", id="type"),
        pytest.param(other_order, "wanted big_endian True as in the table, got False", id="order"),
        pytest.param(
            other_manager,
            "wanted column 'map' in a tiled storage manager, got StandardStMan",
            id="not tiled",
        ),
        pytest.param(shared_manager, "wanted a TiledShapeStMan at byte 4, got", id="manager"),
    ],
)
def test_header_that_does_not_fit_the_table_is_an_error(
    tmp_path: Path, change: Callable[[TableData], None], message: str
) -> None:
    data = new_cell(tmp_path)
    change(data)
    with pytest.raises(FormatError, match=message):
        read_cube(str(tmp_path), data, "map")


@pytest.mark.parametrize(
    ("shape", "tile", "message"),
    [
        pytest.param((9, 5), (4, 4), "wanted tiles up to byte 288 of file 0, got", id="tile"),
        pytest.param((9, 7), (4, 2), "the last of all up to byte 384", id="shape"),
        pytest.param((9, 0), (4, 2), "wanted axes of 1 to 2147483647 pixels, got", id="no pixels"),
        pytest.param((9, 5), (4, 0), "wanted axes of 1 to 2147483647 pixels, got", id="no tile"),
        pytest.param((2**31 - 1,) * 9, (2**20,) * 9, "up to byte 288", id="absurd"),
        pytest.param((1,) * 40, (1,) * 40, "an array of 1 to 30, got 40", id="axes"),
    ],
)
def test_sizes_that_contradict_the_file_are_errors(
    tmp_path: Path, shape: tuple[int, ...], tile: tuple[int, ...], message: str
) -> None:
    data = new_cell(tmp_path)
    header = cell_header(shape, tile, type="float", big_endian=False, size=288)
    (tmp_path / "table.f0").write_bytes(header)
    with pytest.raises(FormatError, match=message):
        read_cube(str(tmp_path), data, "map")


def test_header_that_goes_on_is_an_error(tmp_path: Path) -> None:
    data = new_cell(tmp_path)
    with open(tmp_path / "table.f0", "ab") as file:
        file.write(b"\0")
    with pytest.raises(FormatError, match=r"table.f0 is damaged: wanted \d+ bytes, got"):
        read_cube(str(tmp_path), data, "map")


@pytest.mark.parametrize(
    ("shape", "tile", "message"),
    [
        pytest.param((), (), "wanted 1 to 30 axes, as many of a tile, got 0 and 0", id="none"),
        pytest.param((4, 4), (4,), "as many of a tile, got 2 and 1", id="tile of other axes"),
        pytest.param(
            (4, 4), (4, 5), r"wanted a tile that fits a shape .* got \(4, 5\)", id="large"
        ),
        pytest.param((4, 4), (4, 0), "wanted a tile that fits", id="zero"),
        pytest.param((2**30, 2**30, 8), (1, 1, 1), "wanted at most .* bytes", id="too large"),
    ],
)
def test_impossible_cells_are_not_made(
    tmp_path: Path, shape: tuple[int, ...], tile: tuple[int, ...], message: str
) -> None:
    with pytest.raises(ShapeError, match=message):
        create_cell(str(tmp_path), shape=shape, tile=tile, type="float")
    assert not list(tmp_path.iterdir())


def test_cells_of_no_pixel_type_are_not_made(tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match="wanted a type of pixels, got 'String'"):
        create_cell(str(tmp_path), shape=(4,), tile=(4,), type="String")


def test_cells_are_not_made_over_others(tmp_path: Path) -> None:
    new_cell(tmp_path)
    with pytest.raises(FormatError, match=r"cannot make .*table.f0_TSM0 of 288 bytes: file exists"):
        new_cell(tmp_path)


def test_large_cells_take_no_room(tmp_path: Path) -> None:
    cube = create_cell(str(tmp_path), shape=(3000, 1000, 1000), tile=(10, 100, 100), type="float")
    assert os.path.getsize(cube.path) == 12_000_000_000
    assert read_cube(str(tmp_path), table_of(), "map") == cube
    storage = open_storage(cube.path)
    found = TiledArray(cube, storage).read((slice(2990, 3000, 1), slice(5, 6, 1), slice(7, 8, 1)))
    storage.close()
    assert np.array_equal(found, np.zeros((10, 1, 1)))


def test_there_are_real_tables() -> None:
    assert (DATA / "bool_array.tar.gz").exists()
