"""Boxes name sections as numpy slices do."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupimage.errors import BoxError
from jupimage.lattice import Box


@st.composite
def boxes_in(draw, shape):
    start, stop, step = [], [], []
    for length in shape:
        a = draw(st.integers(0, length))
        start.append(a)
        stop.append(draw(st.integers(a, length)))
        step.append(draw(st.integers(1, length + 2)))
    return Box(tuple(start), tuple(stop), tuple(step))


shapes = st.lists(st.integers(1, 7), min_size=1, max_size=4).map(tuple)


@given(st.data())
def test_box_takes_what_the_same_numpy_slice_takes(data):
    shape = data.draw(shapes)
    box = data.draw(boxes_in(shape))
    array = np.arange(np.prod(shape)).reshape(shape)
    assert array[box.slices].shape == box.shape
    assert array[box.slices].size == box.size


@given(st.data())
def test_box_inside_a_box_is_one_box(data):
    shape = data.draw(shapes)
    outer = data.draw(boxes_in(shape))
    inner = data.draw(boxes_in(outer.shape))
    array = np.arange(np.prod(shape)).reshape(shape)
    expected = array[outer.slices][inner.slices]
    np.testing.assert_array_equal(array[outer.inside(inner).slices], expected)


@given(st.data())
def test_tiles_cover_a_box_once_and_stay_on_the_grid(data):
    shape = data.draw(shapes)
    tile = tuple(data.draw(st.integers(1, 5)) for _ in shape)
    start = tuple(data.draw(st.integers(0, n - 1)) for n in shape)
    count = np.zeros(shape, int)
    for piece in Box(start, shape).tiles(tile):
        count[piece.slices] += 1
        for a, b, t in zip(piece.start, piece.stop, tile, strict=True):
            assert a // t == (b - 1) // t
    assert (count[Box(start, shape).slices] == 1).all()
    assert count.sum() == Box(start, shape).size


def test_boxes_that_take_the_same_elements_are_equal():
    assert Box((0,), (10,), (4,)) == Box((0,), (9,), (4,))


@pytest.mark.parametrize(
    ("blc", "trc", "inc", "shape"),
    [((0, 0), (2, 1), (), (3, 2)), ((1,), (), (), (3, 3)), ((), (), (2, 2), (2, 2))],
    ids=["both corners", "missing axes run to the end", "stride only"],
)
def test_corners_include_both_ends(blc, trc, inc, shape):
    assert Box.from_corners(blc, trc, inc, shape=(4, 3)).shape == shape


@pytest.mark.parametrize(
    ("blc", "trc", "message"),
    [
        ((0,), (9,), r"corners 0\.\.9 on axis 0 lie outside 0\.\.3"),
        ((2, 2), (3, 1), r"corners 2\.\.1 on axis 1"),
        ((0, 0, 0), (), r"blc has 3 elements, the image has 2 axes"),
    ],
    ids=["beyond the end", "reversed", "too many"],
)
def test_corners_outside_the_shape_are_refused(blc, trc, message):
    with pytest.raises(BoxError, match=message):
        Box.from_corners(blc, trc, shape=(4, 3))


@pytest.mark.parametrize(
    "arguments",
    [((-1,), (3,)), ((0,), (3,), (0,)), ((0, 0), (3,))],
    ids=["negative start", "step 0", "lengths differ"],
)
def test_impossible_boxes_are_refused(arguments):
    with pytest.raises(BoxError):
        Box(*arguments)


def test_section_of_another_number_of_axes_is_refused():
    with pytest.raises(BoxError, match="a box of 1 axes was given for 2 axes"):
        Box((0,), (1,)).check((3, 3))
