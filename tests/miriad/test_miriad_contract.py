"""Miriad images keep the contract of a format."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from jupimage import options
from jupimage.coordinates import default_system
from jupimage.formats import Blueprint, find_format
from jupimage.lattice import Box
from tests.formats.contract import FormatContract
from tests.miriad.miriadfiles import write


class TestMasked(FormatContract):
    def make(self, folder: Path, pixels: NDArray[np.float32]) -> str:
        return write(folder / "a.mir", pixels, good=~np.isnan(pixels))


class TestUnmasked(FormatContract):
    def make(self, folder: Path, pixels: NDArray[np.float32]) -> str:
        return write(folder / "a.mir", pixels)


class TestOrdinaryReads(TestMasked):
    @pytest.fixture(autouse=True)
    def no_map(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(options, "map", False)
        monkeypatch.setattr("jupimage.miriad.lattice._SPAN", 50)


class TestManyThreads(TestMasked):
    @pytest.fixture(autouse=True)
    def threads(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(options, "threads", 3)
        monkeypatch.setattr("jupimage.miriad.lattice._SHARE", 1)
        monkeypatch.setattr("jupimage.miriad.lattice._PIECE", 10)


class TestOwnFiles(FormatContract):
    def make(self, folder: Path, pixels: NDArray[np.float32]) -> str:
        path = str(folder / "a.mir")
        plan = Blueprint(
            pixels.shape, np.dtype(np.float32), default_system(pixels.shape), mask="mask"
        )
        draft = find_format("miriad").create(path, plan)
        draft.lattice.write(Box.whole(pixels.shape), pixels, ~np.isnan(pixels))
        draft.commit()
        return path
