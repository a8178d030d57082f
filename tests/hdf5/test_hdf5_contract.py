"""HDF5 images keep the contract of a format, however their chunks lie."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

import h5py
import numpy as np
import pytest
from numpy.typing import NDArray

from jupimage import options
from tests.formats.contract import FormatContract
from tests.hdf5.hdf5files import make


class TestPlain(FormatContract):
    def make(self, folder: Path, pixels: NDArray[np.float32]) -> str:
        return make(folder / "a.h5", pixels)


class TestMasked(FormatContract):
    def make(self, folder: Path, pixels: NDArray[np.float32]) -> str:
        return make(folder / "a.h5", pixels, ~np.isnan(pixels), tile=(2, 3, 2, 5))


class TestSinglePixels(FormatContract):
    def make(self, folder: Path, pixels: NDArray[np.float32]) -> str:
        return make(folder / "a.h5", pixels, ~np.isnan(pixels), tile=(1, 1, 1, 1))


class TestOrdinaryReads(TestMasked):
    @pytest.fixture(autouse=True)
    def no_map(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(options, "map", False)


class Replaced(FormatContract):
    """The pixels are put into another dataset, made by h5py."""

    settings: ClassVar[dict[str, Any]] = {}

    def make(self, folder: Path, pixels: NDArray[np.float32]) -> str:
        path = make(folder / "a.h5", pixels, ~np.isnan(pixels))
        with h5py.File(path, "r+") as file:
            del file["map"]
            file.create_dataset("map", data=pixels, **self.settings)
        return path


class TestContiguous(Replaced):
    pass


class TestBigEndian(Replaced):
    settings: ClassVar[dict[str, Any]] = {"dtype": ">f4", "chunks": (2, 2, 7, 3)}


class TestPacked(Replaced):
    settings: ClassVar[dict[str, Any]] = {
        "chunks": (2, 2, 7, 3),
        "compression": "gzip",
        "shuffle": True,
    }


class TestScattered(FormatContract):
    """Chunks that were written in another order lie in that order."""

    def make(self, folder: Path, pixels: NDArray[np.float32]) -> str:
        path = make(folder / "a.h5", pixels, ~np.isnan(pixels))
        with h5py.File(path, "r+") as file:
            del file["map"]
            dataset = file.create_dataset("map", pixels.shape, "<f4", chunks=(2, 3, 4, 5))
            for plane in (4, 0, 2, 1, 3):
                dataset[plane] = pixels[plane]
        return path


class TestPartlyWritten(FormatContract):
    """Pixels of chunks that were never written are zero."""

    def expected(self, pixels: NDArray[np.float32]) -> NDArray[Any]:
        found = np.zeros_like(pixels)
        found[:2, 2:] = pixels[:2, 2:]
        return found

    def make(self, folder: Path, pixels: NDArray[np.float32]) -> str:
        path = make(folder / "a.h5", pixels)
        with h5py.File(path, "r+") as file:
            del file["map"]
            dataset = file.create_dataset("map", pixels.shape, "<f4", chunks=(2, 2, 4, 5))
            dataset[:2, 2:] = pixels[:2, 2:]
        return path


class TestNewerForm(FormatContract):
    """What newer versions of the HDF5 library write, if they are let."""

    def make(self, folder: Path, pixels: NDArray[np.float32]) -> str:
        path = make(folder / "old.h5", pixels, ~np.isnan(pixels))
        with h5py.File(path) as old, h5py.File(folder / "a.h5", "w", libver="latest") as new:
            for name in old:
                old.copy(name, new)
        return str(folder / "a.h5")
