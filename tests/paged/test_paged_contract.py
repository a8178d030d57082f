"""Paged images keep the contract of a format."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from jupimage import options
from tests.formats.contract import FormatContract
from tests.paged.pagedfiles import make


class TestPaged(FormatContract):
    def make(self, folder: Path, pixels: NDArray[np.float32]) -> str:
        return make(folder / "a.img", pixels)


class TestPagedMasked(FormatContract):
    def make(self, folder: Path, pixels: NDArray[np.float32]) -> str:
        return make(folder / "a.img", pixels, ~np.isnan(pixels), tile=(2, 4, 3, 5))


class TestPagedBigEndian(FormatContract):
    def make(self, folder: Path, pixels: NDArray[np.float32]) -> str:
        return make(folder / "a.img", pixels, ~np.isnan(pixels), tile=(3, 1, 2, 6), big_endian=True)


class TestPagedOrdinaryReads(TestPagedMasked):
    @pytest.fixture(autouse=True)
    def no_map(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(options, "map", False)


class TestPagedDouble(FormatContract):
    def make(self, folder: Path, pixels: NDArray[np.float32]) -> str:
        return make(folder / "a.img", pixels.astype(np.float64), tile=(1, 1, 1, 1))

    def expected(self, pixels: NDArray[np.float32]) -> NDArray[Any]:
        return pixels.astype(np.float64)
