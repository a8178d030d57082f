"""The pixel arrays of an open table, and the files that hold them.

Each file is mapped once, however many cells it holds. Maps and descriptors stay until the table
is closed, or until somebody has made the file a different one.
"""

from __future__ import annotations

import os
import threading

from jupimage.casatable.tabledata import TableData
from jupimage.casatable.tiled import read_cube
from jupimage.casatable.tiledarray import TiledArray
from jupimage.casatable.tiledcube import TiledCube
from jupimage.casatable.tiledwriting import TiledWriter
from jupimage.errors import ClosedError, ImageError
from jupimage.files import Storage, open_regular, wrap_descriptor

__all__ = ["TableCells"]

Cell = tuple[str, int]


class TableCells:
    """Arrays and writers of cells, by column and row.

    Parameters
    ----------
    folder
        Of the table.
    """

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._mutex = threading.RLock()
        self._cubes: dict[Cell, TiledCube] = {}
        self._arrays: dict[Cell, TiledArray] = {}
        self._writers: dict[Cell, TiledWriter] = {}
        self._storages: dict[str, Storage] = {}
        self._descriptors: dict[str, int] = {}
        self._numbers: dict[str, int] = {}
        self._closed = False

    def move(self, folder: str) -> None:
        """Take note of the path that leads to the table now."""
        self._folder = folder

    def array(self, data: TableData, column: str, row: int) -> TiledArray:
        """Return the array of a cell."""
        found = self._arrays.get((column, row))
        if found is None:
            with self._mutex:
                cube = self._cube(data, column, row)
                found = TiledArray(cube, self._storage(cube.path))
                self._arrays[column, row] = found
        return found

    def writer(self, data: TableData, column: str, row: int) -> TiledWriter:
        """Return what writes into the array of a cell."""
        found = self._writers.get((column, row))
        if found is None:
            with self._mutex:
                cube = self._cube(data, column, row)
                found = TiledWriter(cube, self._descriptor(cube.path))
                self._writers[column, row] = found
        return found

    def _cube(self, data: TableData, column: str, row: int) -> TiledCube:
        if self._closed:
            raise ClosedError(f"table {self._folder} was closed")
        if (column, row) not in self._cubes:
            self._cubes[column, row] = read_cube(self._folder, data, column, row)
        return self._cubes[column, row]

    def _storage(self, path: str) -> Storage:
        if path not in self._storages:
            descriptor = self._noted(open_regular(path), path)
            self._storages[path] = wrap_descriptor(descriptor, path)
        return self._storages[path]

    def _descriptor(self, path: str) -> int:
        if path not in self._descriptors:
            self._descriptors[path] = self._noted(open_regular(path, os.O_RDWR), path)
        return self._descriptors[path]

    def _noted(self, descriptor: int, path: str) -> int:
        self._numbers[path] = os.fstat(descriptor).st_ino
        return descriptor

    def keep_valid(self, data: TableData) -> bool:
        """Forget all cells if one of them is no longer where it was, and return whether so."""
        with self._mutex:
            if all(self._is_valid(data, cell) for cell in self._cubes):
                return False
            self.release()
            return True

    def _is_valid(self, data: TableData, cell: Cell) -> bool:
        known = self._cubes[cell]
        try:
            return (
                read_cube(self._folder, data, *cell) == known
                and os.stat(known.path).st_ino == self._numbers[known.path]
            )
        except (ImageError, OSError):
            return False  # whoever asks for it next learns why

    def sync(self) -> None:
        """Wait until all that was written is on the disk."""
        with self._mutex:
            for descriptor in self._descriptors.values():
                os.fsync(descriptor)

    def release(self) -> None:
        """Close all files; cells that are asked for again open them again."""
        with self._mutex:
            storages, self._storages = self._storages, {}
            descriptors, self._descriptors = self._descriptors, {}
            self._cubes, self._arrays, self._writers, self._numbers = {}, {}, {}, {}
            for storage in storages.values():
                storage.close()
            for descriptor in descriptors.values():
                os.close(descriptor)

    def close(self) -> None:
        """Close all files for good."""
        with self._mutex:
            self._closed = True
            self.release()
