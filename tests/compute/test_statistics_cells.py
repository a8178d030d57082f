"""Sums, extremes and cells: right to the last digits, in any layout, in bounded memory."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupimage import options
from jupimage.compute.batches import map_boxes
from jupimage.compute.cells import Cells, lay_out
from jupimage.compute.eligibility import Eligibility, voided, zeroed
from jupimage.compute.imagestatistics import image_statistics
from jupimage.compute.statistics import describe_cells
from jupimage.compute.sums import sum_all, sum_rows
from jupimage.compute.walk import Walk
from jupimage.lattice import Box, MemoryLattice


class Tiled(MemoryLattice):
    """Pixels in memory that claim a tile shape of their own."""

    tile = (3, 4, 5)


@pytest.mark.parametrize("level", [0.0, 1e3, 1e7], ids=["none", "high", "very high"])
@pytest.mark.parametrize("size", [1, 5, 4096, 4097, 70_001])
def test_a_level_does_not_harm_the_scatter(size, level):
    values = np.random.default_rng(1).normal(size=size) + level
    for good in (None, np.random.default_rng(2).random(size) < 0.6):
        sums = sum_all(values, good)
        chosen = (values if good is None else values[good]).astype(np.longdouble)
        if not chosen.size:
            continue
        exact = float(np.square(chosen - chosen.mean()).sum())
        assert math.isclose(sums.scatter, exact, rel_tol=1e-7, abs_tol=1e-12)
        assert math.isclose(
            sums.total,
            math.fsum(values if good is None else values[good]),
            rel_tol=1e-13,
            abs_tol=1e-9,
        )


def test_large_singles_do_not_overflow_when_they_are_squared():
    found = image_statistics(MemoryLattice(np.full(3, 1e30, np.float32)), (), Eligibility())
    np.testing.assert_allclose(found["sumsq"], 3e60, rtol=1e-6)
    np.testing.assert_allclose(found["rms"], 1e30, rtol=1e-6)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_bad_pixels_are_blanked_by_their_bits(dtype):
    values = np.array([1.5, np.nan, -np.inf, -0.0, 7], dtype)
    good = np.array([True, False, False, True, True])
    np.testing.assert_array_equal(zeroed(values, good), np.array([1.5, 0, 0, 0, 7], dtype))
    np.testing.assert_array_equal(voided(values, good), [1.5, np.nan, np.nan, 0, 7])


@given(st.tuples(*[st.integers(1, 9)] * 3), st.sets(st.integers(0, 2)), st.integers(20, 3000))
def test_boxes_of_cells_cover_the_image_and_fit_memory(shape, axes, memory):
    lattice = Tiled(np.zeros(shape, np.float32))
    cells = Cells(shape, tuple(sorted(axes)))
    before = options.memory
    options.memory = memory * 64
    try:
        boxes = cells.boxes(lattice)
    finally:
        options.memory = before
    if boxes is None:
        assert cells.length > 4 * memory
        return
    count = np.zeros(shape, int)
    for box in boxes:
        count[box.slices] += 1
        assert box.size <= max(memory, cells.length) <= 4 * memory
        assert all(box.shape[axis] == shape[axis] for axis in axes)
    assert (count == 1).all()


@given(st.integers(1, 4).flatmap(lambda n: st.tuples(*[st.integers(1, 12)] * n)), st.data())
def test_cells_are_laid_out_as_rows(shape, data):
    axes = tuple(sorted(data.draw(st.sets(st.integers(0, len(shape) - 1), min_size=1))))
    values = np.arange(math.prod(shape)).reshape(shape)
    kept = [axis for axis in range(len(shape)) if axis not in axes]
    rows = lay_out(values, axes)
    wanted = np.moveaxis(values, kept, range(len(kept)))
    np.testing.assert_array_equal(rows, wanted.reshape(rows.shape))
    assert rows.flags.c_contiguous


@pytest.mark.parametrize("axes", [(0,), (1, 2), (0, 2), (2,)], ids=str)
@pytest.mark.parametrize("robust", [True, False], ids=["robust", "plain"])
def test_cells_too_large_for_memory_have_the_same_figures(monkeypatch, axes, robust):
    rng = np.random.default_rng(6)
    values = rng.normal(size=(8, 12, 11)).astype(np.float32)
    values[rng.random(values.shape) < 0.01] = np.nan
    lattice = Tiled(values, rng.random(values.shape) < 0.8)
    ample = describe_cells(lattice, axes, Eligibility(), Walk(), robust=robust).parts()
    monkeypatch.setattr(options, "memory", 16 * 5 * 1.0)
    assert Cells(lattice.shape, axes).boxes(lattice) is None
    scarce = describe_cells(lattice, axes, Eligibility(), Walk(), robust=robust).parts()
    assert list(ample) == list(scarce)
    for name, array in ample.items():
        np.testing.assert_allclose(scarce[name], array, rtol=1e-9, atol=1e-9, err_msg=name)


def test_results_are_the_same_on_any_number_of_threads(monkeypatch):
    values = np.random.default_rng(7).normal(size=(30, 128, 130)).astype(np.float32)
    lattice = MemoryLattice(values, values < 1)
    found = []
    for threads in (1, 2, 5):
        monkeypatch.setattr(options, "threads", threads)
        for axes in ((), (0,), (1, 2)):
            found.append((axes, image_statistics(lattice, axes, Eligibility())))
    for axes, one in found[:3]:
        for other in (record for asked, record in found if asked == axes):
            assert all(np.array_equal(one[name], other[name]) for name in one)


def test_rows_without_pixels_leave_no_trace():
    sums = sum_rows(np.array([[np.nan, np.inf], [1.0, 3.0]]), np.array([[False] * 2, [True] * 2]))
    assert sums.joined().mean == 2
    assert sums.number.tolist() == [0, 2]


def test_boxes_are_read_in_their_order():
    lattice = MemoryLattice(np.arange(100))
    boxes = [Box((k,), (k + 3,)) for k in (50, 3, 96, 4)]
    seen = []
    firsts = list(
        map_boxes(
            lambda box, block: (box.start[0], int(block.values[0])),
            lattice,
            boxes,
            progress=lambda *report: seen.append(report),
        )
    )
    assert firsts == [(50, 50), (3, 3), (96, 96), (4, 4)]
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_progress_of_parts_adds_up():
    seen = []
    walk = Walk(lambda done, total: seen.append(done / total))
    lattice = MemoryLattice(np.zeros(5))
    for number in range(4):
        list(walk.part(number, 4).blocks(lambda box, block: 0, lattice))
    assert seen == [0.25, 0.5, 0.75, 1.0]


def test_complex_pixels_have_the_statistics_of_their_parts():
    rng = np.random.default_rng(8)
    values = rng.normal(size=(5, 6)) + 1j * rng.normal(size=(5, 6))
    found = image_statistics(MemoryLattice(values), (1,), Eligibility())
    real = image_statistics(MemoryLattice(values.real), (1,), Eligibility())
    imaginary = image_statistics(MemoryLattice(values.imag), (1,), Eligibility())
    assert list(found) == list(real)
    assert found["npts"].dtype == np.float64
    for name in list(real)[1:]:
        np.testing.assert_array_equal(found[name], real[name] + 1j * imaginary[name])
    whole = image_statistics(MemoryLattice(values), (), Eligibility())
    assert whole["maxpos"].shape == (2, 2)
    assert values.real[whole.maxpixel[0]] == values.real.max()
    assert values.imag[whole.maxpixel[1]] == values.imag.max()


def test_the_range_of_complex_pixels_is_that_of_their_amplitude():
    values = np.array([3 + 4j, 1 + 1j, -6 + 8j])
    found = image_statistics(MemoryLattice(values), (), Eligibility(4.0, 6.0))
    assert found["npts"] == 1
    assert found["mean"] == 3 + 4j
