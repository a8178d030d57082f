"""Corners mean what casacore means by them, indices what numpy means."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupimage.errors import BoxError, DataTypeError
from jupimage.images.corners import box_for_value, box_from_corners, box_from_index

SHAPE = (4, 6, 5)


@pytest.mark.parametrize(
    ("blc", "trc", "inc", "expected"),
    [
        ((), (), (), np.s_[:, :, :]),
        (1, (), (), np.s_[1:, :, :]),
        (1, 1, (), np.s_[1:2, :, :]),
        ((0, 2), (-1, -2), (), np.s_[:, 2:5, :]),
        ([np.int64(1), True], [2, 3, 4], [1, 2, 9], np.s_[1:3, 1:4:2, ::9]),
    ],
    ids=["all", "an int runs to the end", "one plane", "negative trc", "lists and strides"],
)
def test_corners_take_what_numpy_takes(blc, trc, inc, expected):
    array = np.arange(120).reshape(SHAPE)
    box = box_from_corners(blc, trc, inc, shape=SHAPE)
    np.testing.assert_array_equal(array[box.slices], array[expected])


@pytest.mark.parametrize(
    "corner", [np.array([1]), None, "1", 1.0, slice(1), (1.0,), (None,)], ids=repr
)
def test_corners_must_be_ints(corner):
    with pytest.raises(DataTypeError, match="blc must be an int or a tuple or list of ints"):
        box_from_corners(corner, (), (), shape=SHAPE)


@pytest.mark.parametrize(
    ("blc", "trc"),
    [((4,), ()), ((), (0, 6)), ((2,), (1,)), ((0, 0, 0, 0), ()), ((), (-7,))],
    ids=["blc at the end", "trc at the end", "trc before blc", "too many", "trc below the start"],
)
def test_corners_outside_are_refused(blc, trc):
    with pytest.raises(BoxError):
        box_from_corners(blc, trc, (), shape=SHAPE)


def test_negative_start_and_stride_warn_and_are_clamped():
    with pytest.warns(UserWarning, match="a negative start means 0"):
        assert box_from_corners(-2, (), (), shape=SHAPE).start == (0, 0, 0)
    with pytest.warns(UserWarning, match="a stride below 1 means 1"):
        assert box_from_corners((), (), 0, shape=SHAPE).step == (1, 1, 1)


def test_a_value_with_fewer_axes_belongs_to_the_fastest():
    assert box_for_value((6, 5), 2, (), (), shape=SHAPE).shape == (1, 6, 5)
    assert box_for_value((), (1, 2, 3), (), (), shape=SHAPE).slices == np.s_[1:2:1, 2:3:1, 3:4:1]
    assert box_for_value((2,), (0, 0, 1), (), (1, 1, 3), shape=SHAPE).slices[2] == np.s_[1:5:3]


def test_a_corner_that_disagrees_with_the_value_is_told():
    with pytest.warns(UserWarning, match="trc is not used"):
        box_for_value((5,), 2, 3, (), shape=SHAPE)


@pytest.mark.parametrize(
    ("shape", "blc"), [((7,), ()), ((1, 1, 1, 1), ()), ((3,), (0, 0, 3))], ids=repr
)
def test_a_value_beyond_the_image_is_refused(shape, blc):
    with pytest.raises(BoxError):
        box_for_value(shape, blc, (), (), shape=SHAPE)


@given(st.data())
def test_indices_select_what_numpy_selects(data):
    array = np.arange(120).reshape(SHAPE)
    items = []
    for n in SHAPE[: data.draw(st.integers(0, 3))]:
        bound = st.one_of(st.none(), st.integers(-n - 1, n + 1))
        part = st.builds(slice, bound, bound, st.one_of(st.none(), st.integers(1, 4)))
        items.append(data.draw(st.one_of(st.integers(-n, n - 1), part)))
    if data.draw(st.booleans()):
        items.insert(data.draw(st.integers(0, len(items))), Ellipsis)
    index = tuple(items)
    try:
        expected = array[index]
    except IndexError:  # the ellipsis moved an int to a shorter axis
        with pytest.raises(BoxError, match="lies outside"):
            box_from_index(index, shape=SHAPE)
        return
    if 0 in expected.shape:
        with pytest.raises(BoxError, match="selects no pixel"):
            box_from_index(index, shape=SHAPE)
        return
    box, drop = box_from_index(index, shape=SHAPE)
    np.testing.assert_array_equal(array[box.slices].squeeze(drop), expected)


@pytest.mark.parametrize(
    ("index", "error", "message"),
    [
        (4, BoxError, r"index 4 on axis 0 lies outside -4\.\.3"),
        (np.s_[::-1], BoxError, r"a negative step \(-1\) on axis 0"),
        (np.s_[3:3], BoxError, "3:3 selects no pixel of the 4"),
        ((0, 0, 0, 0), BoxError, "4 indices were given for 3 axes"),
        ((..., ...), BoxError, "only one"),
        (None, DataTypeError, "got NoneType"),
        (True, DataTypeError, "got bool"),
        ([0, 1], DataTypeError, "got list"),
        (1.0, DataTypeError, "got float"),
    ],
    ids=repr,
)
def test_other_indices_are_refused(index, error, message):
    with pytest.raises(error, match=message):
        box_from_index(index, shape=SHAPE)
