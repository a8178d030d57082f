"""The walker brings every pixel once, in order, within its budget, and stops when asked."""

import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupimage import options
from jupimage.errors import CancelledError
from jupimage.lattice import MemoryLattice, blocks, map_blocks, reduce_blocks


class Tiled(MemoryLattice):
    """Pixels in memory that claim a tile shape of their own."""

    tile = (4, 3, 5)


@given(st.tuples(*[st.integers(1, 30)] * 3), st.integers(200, 100_000))
def test_blocks_cover_every_pixel_once_on_tile_borders(shape, memory):
    lattice = Tiled(np.zeros(shape))
    count = np.zeros(shape, int)
    for piece in blocks(lattice, memory=memory):
        count[piece.slices] += 1
        if piece.size > 60:
            assert all(a % t == 0 for a, t in zip(piece.start, lattice.tile, strict=True))
    assert (count == 1).all()


def test_blocks_stay_inside_the_memory_budget():
    lattice = MemoryLattice(np.zeros((50, 60, 70)))
    for piece in blocks(lattice, memory=1e5):
        assert piece.size * 8 * 2 * options.workers() <= 1e5


@pytest.mark.parametrize("threads", [1, 2, 7])
def test_results_come_in_order_and_are_the_same_on_any_number_of_threads(monkeypatch, threads):
    values = np.random.default_rng(1).normal(size=(90, 64, 64))
    lattice = MemoryLattice(values)
    monkeypatch.setattr(options, "threads", threads)
    monkeypatch.setattr(options, "memory", 2e6 * threads)
    starts = list(map_blocks(lambda box, block: box.start, lattice))
    assert starts == sorted(starts)
    assert len(starts) > 2
    total = reduce_blocks(
        lambda box, block: np.array([block.values.sum()]), lambda a, b: a + b, lattice
    )
    np.testing.assert_allclose(total[0], values.sum(), rtol=1e-12)


def test_progress_counts_to_the_end(monkeypatch):
    monkeypatch.setattr(options, "memory", 1e6)
    seen = []
    lattice = MemoryLattice(np.zeros((40, 64, 64)))
    list(map_blocks(lambda b, k: 0, lattice, progress=lambda *p: seen.append(p)))
    assert seen == [(i + 1, len(seen)) for i in range(len(seen))]


def test_cancel_stops_before_the_next_block(monkeypatch):
    monkeypatch.setattr(options, "memory", 1e6)
    stop = threading.Event()
    lattice = MemoryLattice(np.zeros((40, 64, 64)))
    done = []

    def walk():
        for result in map_blocks(lambda box, block: box, lattice, cancelled=stop.is_set):
            done.append(result)
            stop.set()

    with pytest.raises(CancelledError, match="as asked"):
        walk()
    assert 0 < len(done) < len(blocks(lattice))


def test_an_error_in_the_function_reaches_the_caller():
    def fail(box, block):
        raise ZeroDivisionError("in the function")

    with pytest.raises(ZeroDivisionError, match="in the function"):
        list(map_blocks(fail, MemoryLattice(np.zeros((40, 64, 64)))))
