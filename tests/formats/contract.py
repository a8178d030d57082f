"""What every format has to keep to; a test class of a format inherits it and makes the file."""

from __future__ import annotations

import os
import pickle
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from jupimage.errors import BoxError, ClosedError
from jupimage.formats import Opened, open_path
from jupimage.lattice import Box, Lattice

SHAPE = (5, 4, 7, 6)


class FormatContract:
    """Tests of one format. Override `make`, and `expected` where it cannot hold all values."""

    def make(self, folder: Path, pixels: NDArray[np.float32]) -> str:
        """Write an image of these pixels (NaN = bad where the format can say so)."""
        raise NotImplementedError

    def expected(self, pixels: NDArray[np.float32]) -> NDArray[Any]:
        """Return what reading has to give."""
        return pixels

    @pytest.fixture
    def pixels(self) -> NDArray[np.float32]:
        values = np.random.default_rng(3).integers(-100, 100, SHAPE).astype(np.float32)
        values[1, 2, 3, 4] = np.nan
        return values

    @pytest.fixture
    def path(self, tmp_path: Path, pixels: NDArray[np.float32]) -> str:
        return self.make(tmp_path, pixels)

    @pytest.fixture
    def opened(self, path: str) -> Opened:
        return open_path(path)

    @staticmethod
    def close(lattice: Lattice) -> None:
        lattice.close()  # type: ignore[attr-defined]

    def test_reads_what_was_written(self, opened: Opened, pixels: NDArray[np.float32]) -> None:
        block = opened.lattice.read(Box.whole(SHAPE))
        np.testing.assert_array_equal(block.values, self.expected(pixels))
        assert opened.lattice.shape == SHAPE
        assert opened.coordinates.ndim == len(SHAPE)

    def test_keeps_to_the_types_of_the_interface(self, opened: Opened) -> None:
        lattice = opened.lattice
        block = lattice.read(Box.whole(SHAPE))
        assert block.values is not None
        assert isinstance(lattice, Lattice)
        assert block.values.dtype == lattice.dtype
        assert lattice.dtype.isnative
        assert len(lattice.tile) == len(SHAPE)
        assert all(1 <= t <= n for t, n in zip(lattice.tile, SHAPE, strict=True))
        assert (block.good is not None) == lattice.masked
        assert os.path.isabs(opened.name)
        assert {"imagetype", "objectname"} <= set(opened.imageinfo)

    def test_marks_bad_pixels(self, opened: Opened, pixels: NDArray[np.float32]) -> None:
        block = opened.lattice.read(Box.whole(SHAPE))
        if block.good is not None:
            np.testing.assert_array_equal(block.good, ~np.isnan(self.expected(pixels)))

    def test_reads_only_what_is_asked_for(self, opened: Opened) -> None:
        box = Box.whole(SHAPE)
        whole = opened.lattice.read(box)
        only_values = opened.lattice.read(box, good=False)
        only_good = opened.lattice.read(box, values=False)
        assert only_values.good is None
        assert only_good.values is None
        np.testing.assert_array_equal(only_values.values, whole.values)
        if whole.good is not None:
            np.testing.assert_array_equal(only_good.good, whole.good)

    @pytest.mark.parametrize("seed", range(20))
    def test_reads_boxes_as_numpy_slices(
        self, opened: Opened, pixels: NDArray[np.float32], seed: int
    ) -> None:
        rng = np.random.default_rng(seed)
        start = [int(rng.integers(0, n)) for n in SHAPE]
        stop = [int(rng.integers(a + 1, n + 1)) for a, n in zip(start, SHAPE, strict=True)]
        box = Box(tuple(start), tuple(stop), tuple(int(s) for s in rng.integers(1, 4, len(SHAPE))))
        block = opened.lattice.read(box)
        np.testing.assert_array_equal(block.values, self.expected(pixels)[box.slices])

    def test_reads_an_empty_box(self, opened: Opened) -> None:
        block = opened.lattice.read(Box((0, 2, 0, 0), (5, 2, 7, 6)))
        assert block.values is not None
        assert block.values.shape == (5, 0, 7, 6)

    def test_refuses_a_box_outside(self, opened: Opened) -> None:
        with pytest.raises(BoxError, match="lies outside"):
            opened.lattice.read(Box((0, 0, 0, 0), (6, 4, 7, 6)))

    def test_gives_fresh_arrays(self, opened: Opened) -> None:
        box = Box.whole(SHAPE)
        first = opened.lattice.read(box)
        assert first.values is not None
        kept = first.values.copy()
        first.values[:] = 0
        if first.good is not None:
            first.good[:] = False
        np.testing.assert_array_equal(opened.lattice.read(box).values, kept)

    def test_can_be_read_from_many_threads(
        self, opened: Opened, pixels: NDArray[np.float32]
    ) -> None:
        boxes = [Box((k, 0, 0, 0), (k + 1, 4, 7, 6)) for k in range(5)] * 20
        with ThreadPoolExecutor(8) as pool:
            blocks = list(pool.map(opened.lattice.read, boxes))
        for box, block in zip(boxes, blocks, strict=True):
            np.testing.assert_array_equal(block.values, self.expected(pixels)[box.slices])

    def test_closed_lattice_refuses_to_read(self, opened: Opened) -> None:
        self.close(opened.lattice)
        self.close(opened.lattice)
        with pytest.raises(ClosedError, match="was closed"):
            opened.lattice.read(Box.whole(SHAPE))

    def test_arrays_outlive_the_file(
        self, opened: Opened, path: str, pixels: NDArray[np.float32]
    ) -> None:
        block = opened.lattice.read(Box.whole(SHAPE))
        self.close(opened.lattice)
        if os.path.isfile(path):
            os.remove(path)
        np.testing.assert_array_equal(block.values, self.expected(pixels))

    def test_pickles_as_its_path(self, opened: Opened, pixels: NDArray[np.float32]) -> None:
        packed = pickle.dumps(opened.lattice)
        assert len(packed) < 1000
        again = pickle.loads(packed)
        np.testing.assert_array_equal(again.read(Box.whole(SHAPE)).values, self.expected(pixels))
        self.close(again)
