"""FITS in all its packings keeps the contract of a format."""

from __future__ import annotations

import bz2
import gzip
import lzma
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from jupimage import options
from tests.fits.fitsfiles import EMPTY_PRIMARY, image, write
from tests.formats.contract import FormatContract


class TestFloats(FormatContract):
    def make(self, folder: Path, pixels: NDArray[np.float32]) -> str:
        return write(folder / "a.fits", image(pixels))


class TestOrdinaryReads(TestFloats):
    @pytest.fixture(autouse=True)
    def no_map(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(options, "map", False)


class TestManyThreads(TestFloats):
    @pytest.fixture(autouse=True)
    def threads(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(options, "threads", 3)
        monkeypatch.setattr("jupimage.fits.lattice._SHARE", 1)
        monkeypatch.setattr("jupimage.fits.lattice._PIECE", 10)


class TestScaledIntegers(FormatContract):
    def make(self, folder: Path, pixels: NDArray[np.float32]) -> str:
        stored = np.where(np.isnan(pixels), -99, pixels * 2).astype(np.int16)
        return write(folder / "a.fits", image(stored, {"BSCALE": 0.5, "BZERO": 0.0, "BLANK": -99}))

    def expected(self, pixels: NDArray[np.float32]) -> NDArray[Any]:
        return np.where(pixels * 2 == -99, np.nan, pixels)


class TestExtension(FormatContract):
    def make(self, folder: Path, pixels: NDArray[np.float32]) -> str:
        parts = [
            EMPTY_PRIMARY,
            image(pixels + 1, {"EXTNAME": "SCI"}, extension=True),
            image(pixels, {"EXTNAME": "SCI", "EXTVER": 2}, extension=True),
        ]
        return write(folder / "a.fits", *parts) + "[sci, 2]"


class TestGzip(FormatContract):
    def make(self, folder: Path, pixels: NDArray[np.float32]) -> str:
        return write(folder / "a.fits.gz", gzip.compress(image(pixels)))


class TestGzipWithOrdinaryReads(TestGzip):
    @pytest.fixture(autouse=True)
    def no_map(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(options, "map", False)


class TestBzip2(FormatContract):
    def make(self, folder: Path, pixels: NDArray[np.float32]) -> str:
        return write(folder / "a.fits.bz2", bz2.compress(image(pixels)))


class TestXz(FormatContract):
    def make(self, folder: Path, pixels: NDArray[np.float32]) -> str:
        return write(folder / "a.fits.xz", lzma.compress(image(pixels)))


class TestTiles(FormatContract):
    def make(self, folder: Path, pixels: NDArray[np.float32]) -> str:
        from astropy.io import fits

        hdu = fits.CompImageHDU(
            pixels, compression_type="GZIP_2", quantize_level=0, tile_shape=(1, 2, 3, 4)
        )
        hdu.writeto(folder / "a.fits")
        return str(folder / "a.fits")


class TestIntegerTiles(FormatContract):
    def make(self, folder: Path, pixels: NDArray[np.float32]) -> str:
        from astropy.io import fits

        stored = np.where(np.isnan(pixels), -999, pixels).astype(np.int32)
        hdu = fits.CompImageHDU(stored, compression_type="RICE_1", tile_shape=(2, 1, 7, 6))
        hdu.header["BLANK"] = -999
        hdu.writeto(folder / "a.fits")
        return str(folder / "a.fits")


class TestPackedTiles(FormatContract):
    def make(self, folder: Path, pixels: NDArray[np.float32]) -> str:
        name = TestTiles().make(folder, pixels)
        return write(folder / "a.fits.gz", gzip.compress(Path(name).read_bytes()))
