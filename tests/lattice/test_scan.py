"""The walker brings every pixel once, in order, within its budget, and stops when asked."""

import threading
import time

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
        assert piece.size * 8 * 2 * 16 <= 1e5  # two arrays each, for as many as 16 threads


class Counting(MemoryLattice):
    """Pixels in memory that count how many blocks are in work."""

    def __init__(self, values):
        super().__init__(values)
        self.lock = threading.Lock()
        self.held = self.most = 0

    def read(self, box, **what):
        with self.lock:
            self.held += 1
            self.most = max(self.held, self.most)
        return super().read(box, **what)

    def done(self, box, block):
        time.sleep(0.001)
        with self.lock:
            self.held -= 1


@pytest.mark.parametrize("memory", [1e4, 2e5, 3e6])
def test_threads_that_would_not_fit_into_memory_do_not_work(monkeypatch, memory):
    monkeypatch.setattr(options, "threads", 40)
    monkeypatch.setattr(options, "memory", memory)
    lattice = Counting(np.zeros((20, 30, 40)))
    list(map_blocks(lattice.done, lattice))
    largest = max(piece.size for piece in blocks(lattice)) * 8
    assert 1 <= lattice.most <= max(1, memory / (2 * largest))


@given(st.tuples(*[st.integers(1, 30)] * 3), st.integers(1, 200))
def test_blocks_do_not_depend_on_the_number_of_threads(shape, threads):
    lattice = Tiled(np.zeros(shape))
    with pytest.MonkeyPatch.context() as patch:
        wanted = blocks(lattice, memory=1e5)
        patch.setattr(options, "threads", threads)
        assert blocks(lattice, memory=1e5) == wanted


@pytest.mark.parametrize("threads", [1, 2, 7, 100])
def test_results_come_in_order_and_are_the_same_on_any_number_of_threads(monkeypatch, threads):
    values = np.random.default_rng(1).normal(size=(90, 64, 64)).astype(np.float32)
    lattice = MemoryLattice(values)
    monkeypatch.setattr(options, "memory", 4e6)

    def sums():
        return reduce_blocks(
            lambda box, block: np.array([block.values.sum()]), lambda a, b: a + b, lattice
        )

    monkeypatch.setattr(options, "threads", 3)
    wanted = sums()
    monkeypatch.setattr(options, "threads", threads)
    starts = list(map_blocks(lambda box, block: box.start, lattice))
    assert starts == sorted(starts)
    assert len(starts) > 10
    assert sums().tobytes() == wanted.tobytes()
    np.testing.assert_allclose(wanted[0], values.sum(), rtol=1e-4)


def test_results_that_nobody_takes_do_not_pile_up(monkeypatch):
    monkeypatch.setattr(options, "threads", 2)
    monkeypatch.setattr(options, "memory", 1e6)
    done = []
    lattice = MemoryLattice(np.zeros((90, 64, 64)))
    walk = map_blocks(lambda box, block: done.append(box), lattice)
    for number, _ in enumerate(walk, 1):
        assert len(done) <= number + 2 * 2
    assert len(done) == len(blocks(lattice)) > 20


def scan_threads():
    return [thread for thread in threading.enumerate() if thread.name.startswith("jupimage-scan")]


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_an_interrupt_leaves_no_thread_and_starts_no_block(monkeypatch, error):
    monkeypatch.setattr(options, "threads", 2)
    monkeypatch.setattr(options, "memory", 1e6)
    done = []

    def stop(number, total):
        raise error

    with pytest.raises(error):
        list(
            map_blocks(
                lambda b, k: done.append(b), MemoryLattice(np.zeros((90, 64, 64))), progress=stop
            )
        )
    assert len(done) <= 5
    assert scan_threads() == []


def test_a_reader_who_stops_leaves_no_thread(monkeypatch):
    monkeypatch.setattr(options, "threads", 2)
    monkeypatch.setattr(options, "memory", 1e6)
    walk = map_blocks(lambda box, block: box, MemoryLattice(np.zeros((90, 64, 64))))
    next(walk)
    assert scan_threads()
    walk.close()
    assert scan_threads() == []


def test_one_thread_works_in_line(monkeypatch):
    monkeypatch.setattr(options, "threads", 1)
    monkeypatch.setattr(options, "memory", 1e6)
    lattice = MemoryLattice(np.zeros((90, 64, 64)))
    assert set(map_blocks(lambda box, block: threading.current_thread(), lattice)) == {
        threading.current_thread()
    }


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
