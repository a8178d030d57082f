"""Views read what numpy would give, however they are chained."""

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupimage.errors import (
    BoxError,
    ClosedError,
    DataTypeError,
    MaskError,
    ReadOnlyError,
    ShapeError,
)
from jupimage.lattice import Box, ConcatView, MaskedView, MemoryLattice, SectionView


def read(lattice):
    return lattice.read(Box.whole(lattice.shape))


def random_lattice(seed, shape, masked):
    rng = np.random.default_rng(seed)
    values = rng.normal(size=shape)
    good = rng.random(shape) > 0.3 if masked else None
    return MemoryLattice(values, good), values, good


@given(st.data())
def test_random_chains_of_views_agree_with_numpy(data):
    shape = tuple(data.draw(st.lists(st.integers(1, 6), min_size=1, max_size=4)))
    lattice, values, good = random_lattice(data.draw(st.integers(0, 99)), shape, True)
    for _ in range(data.draw(st.integers(0, 4))):
        if data.draw(st.booleans()):
            axis = data.draw(st.integers(0, values.ndim - 1))
            lattice = ConcatView([lattice, lattice], axis=axis)
            values = np.concatenate([values, values], axis)
            good = np.concatenate([good, good], axis)
            continue
        start = tuple(data.draw(st.integers(0, n - 1)) for n in values.shape)
        stop = tuple(
            data.draw(st.integers(a + 1, n)) for a, n in zip(start, values.shape, strict=True)
        )
        step = tuple(data.draw(st.integers(1, 3)) for _ in start)
        box = Box(start, stop, step)
        units = [axis for axis, n in enumerate(box.shape) if n == 1]
        drop = tuple(data.draw(st.sets(st.sampled_from(units)))) if units else ()
        if len(drop) == box.ndim:
            drop = drop[1:]
        lattice = SectionView(lattice, box, drop=drop)
        values = values[box.slices].squeeze(drop)
        good = good[box.slices].squeeze(drop)
    block = read(lattice)
    np.testing.assert_array_equal(block.values, values)
    np.testing.assert_array_equal(block.good, good)
    assert len(lattice.tile) == len(lattice.shape) == values.ndim


def test_a_view_of_a_view_is_one_view():
    lattice, _, _ = random_lattice(1, (6, 5, 4), False)
    view = SectionView(SectionView(lattice, Box((1, 0, 0), (6, 5, 4))), Box((2, 1, 0), (3, 5, 4)))
    assert view.parent is lattice
    assert view.box == Box((3, 1, 0), (4, 5, 4))


def test_writing_a_view_changes_the_parent():
    lattice, values, good = random_lattice(2, (5, 4), True)
    view = SectionView(lattice, Box((1, 0), (2, 4), (1, 2)), drop=(0,))
    view.write(Box((0,), (2,)), np.array([7.0, 8.0]), np.array([False, True]))
    values[1, ::2] = [7, 8]
    good[1, ::2] = [False, True]
    np.testing.assert_array_equal(read(lattice).values, values)
    np.testing.assert_array_equal(read(lattice).good, good)


def test_writing_across_concatenated_parts_changes_each():
    parts = [MemoryLattice(np.zeros((2, 3))), MemoryLattice(np.zeros((3, 3)))]
    ConcatView(parts, axis=0).write(Box((1, 1), (5, 2), (2, 1)), np.array([[1.0], [2.0]]))
    assert read(parts[0]).values.tolist() == [[0, 0, 0], [0, 1, 0]]
    assert read(parts[1]).values.tolist() == [[0, 0, 0], [0, 2, 0], [0, 0, 0]]


def test_parts_without_mask_count_as_good():
    parts = [MemoryLattice([1.0, 2.0], [True, False]), MemoryLattice([3.0])]
    assert read(ConcatView(parts, axis=0)).good.tolist() == [True, False, True]


def test_concatenation_of_unmasked_parts_has_no_mask():
    view = ConcatView([MemoryLattice([1.0]), MemoryLattice([3.0])], axis=0)
    assert not view.masked
    assert read(view).good is None


def test_only_the_validity_is_read_when_asked():
    lattice, _, good = random_lattice(3, (4, 4), True)
    for view in (lattice, SectionView(lattice, Box.whole((4, 4))), ConcatView([lattice], axis=1)):
        block = view.read(Box.whole((4, 4)), values=False)
        assert block.values is None
        np.testing.assert_array_equal(block.good, good)


def test_a_view_can_hide_the_mask():
    lattice, values, _ = random_lattice(4, (4, 4), True)
    view = MaskedView(lattice, None)
    assert not view.masked
    assert read(view).good is None
    np.testing.assert_array_equal(read(view).values, values)


@pytest.mark.parametrize("dtype", ["f4", "f8", "c8", "c16"])
@pytest.mark.parametrize("order", ["<", ">"])
def test_memory_keeps_type_and_native_order(dtype, order):
    values = np.arange(6).reshape(2, 3).astype(order + dtype)
    lattice = MemoryLattice(values)
    assert lattice.dtype == np.dtype(dtype)
    assert lattice.dtype.isnative
    np.testing.assert_array_equal(read(lattice).values, values)


def test_what_was_read_is_the_readers_own():
    lattice, values, _ = random_lattice(5, (3, 3), True)
    read(lattice).values[:] = 0
    np.testing.assert_array_equal(read(lattice).values, values)


def test_lattice_in_memory_survives_pickling():
    lattice, values, good = random_lattice(6, (3, 3), True)
    copy = read(pickle.loads(pickle.dumps(lattice)))
    np.testing.assert_array_equal(copy.values, values)
    np.testing.assert_array_equal(copy.good, good)


class ReadOnly:
    """A lattice that has no way to write."""

    shape = (2,)
    dtype = np.dtype(float)
    tile = (2,)
    masked = False

    def read(self, box, *, values=True, good=True):
        return MemoryLattice(np.zeros(2)).read(box, values=values, good=good)


@pytest.mark.parametrize(
    ("action", "error", "message"),
    [
        (lambda: ConcatView([], axis=0), ShapeError, "at least one image"),
        (
            lambda: ConcatView([MemoryLattice(np.zeros(3))], axis=1),
            BoxError,
            r"axis 1 lies outside 0\.\.0",
        ),
        (
            lambda: ConcatView(
                [MemoryLattice(np.zeros((2, 3))), MemoryLattice(np.zeros((2, 4)))], axis=0
            ),
            ShapeError,
            r"\(2, 3\) and, for number 1, \(2, 4\)",
        ),
        (
            lambda: ConcatView(
                [MemoryLattice(np.zeros(2)), MemoryLattice(np.zeros(2, "f4"))], axis=0
            ),
            DataTypeError,
            "float64 and, for number 1, float32",
        ),
        (
            lambda: MaskedView(MemoryLattice(np.zeros(2)), MemoryLattice([True])),
            ShapeError,
            r"a mask of shape \(1,\)",
        ),
        (lambda: MemoryLattice(np.zeros(2), [True]), ShapeError, r"a mask of shape \(1,\)"),
        (lambda: MemoryLattice(["a"]), DataTypeError, "pixels must be numbers"),
        (
            lambda: SectionView(MemoryLattice(np.zeros((2, 2))), Box((0, 0), (2, 1)), drop=(0,)),
            BoxError,
            "only an axis of length 1",
        ),
        (
            lambda: SectionView(ReadOnly(), Box((0,), (2,))).write(Box((0,), (1,)), np.ones(1)),
            ReadOnlyError,
            "cannot be written",
        ),
        (
            lambda: ConcatView([ReadOnly()], axis=0).write(Box((0,), (1,)), np.ones(1)),
            ReadOnlyError,
            "cannot be written",
        ),
        (
            lambda: MemoryLattice([1.0]).write(Box((0,), (1,)), None, np.array([True])),
            MaskError,
            "no mask to write to",
        ),
        (
            lambda: MemoryLattice([1.0]).read(Box((0,), (2,))),
            BoxError,
            "section 0:2 on axis 0 lies outside 0:1",
        ),
    ],
    ids=[
        "nothing to join",
        "no such axis",
        "shapes differ",
        "types differ",
        "mask of another shape",
        "mask of another shape in memory",
        "text as pixels",
        "dropping a long axis",
        "section of a read-only image",
        "read-only part",
        "no mask",
        "beyond the end",
    ],
)
def test_what_cannot_be_is_refused(action, error, message):
    with pytest.raises(error, match=message):
        action()


def test_a_write_that_one_part_refuses_changes_none():
    first = MemoryLattice(np.zeros(2))
    with pytest.raises(ReadOnlyError):
        ConcatView([first, ReadOnly()], axis=0).write(Box((0,), (4,)), np.ones(4))
    assert read(first).values.tolist() == [0, 0]


def test_a_closed_lattice_says_so():
    lattice = MemoryLattice([1.0])
    lattice.close()
    assert lattice.shape == (1,)
    with pytest.raises(ClosedError, match="closed"):
        read(lattice)
