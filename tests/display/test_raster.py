from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from jupimage.display import quantise, to_rgb
from jupimage.display.raster import CODES, shrink, to_levels
from jupimage.errors import ShapeError

NAN, INF = np.nan, np.inf


def restored(codes: NDArray[Any], scale: float, offset: float) -> NDArray[Any]:
    return offset + scale * (codes.astype(float) - 2)


@pytest.mark.parametrize("dtype", ["f4", "f8", "f2", "i2", "u1", "i8", "?"])
@pytest.mark.parametrize("masked", [False, True], ids=["no mask", "mask"])
@pytest.mark.parametrize("blank", [False, True], ids=["all finite", "NaN"])
def test_codes_give_the_values_back(dtype: str, masked: bool, blank: bool) -> None:
    random = np.random.default_rng(5)
    values = (random.normal(size=(300, 211)) * 50).astype(dtype)
    if blank and values.dtype.kind == "f":
        values[random.random(values.shape) < 0.1] = np.nan
    good = random.random(values.shape) > 0.2 if masked else None
    codes, scale, offset = quantise(values, good)
    assert codes.dtype == np.uint16
    assert scale > 0
    valid = np.ones(values.shape, bool) if good is None else good
    blanks = np.isnan(values.astype(float))
    np.testing.assert_array_equal(codes == 1, ~valid)
    np.testing.assert_array_equal(codes == 0, valid & blanks)
    usable = valid & ~blanks
    error = np.abs(restored(codes, scale, offset) - values.astype(float))[usable]
    assert error.max() <= 0.51 * scale


@pytest.mark.parametrize(
    "values",
    [
        [3e38, -3e38],
        [5e-324, 0.0],
        [1.4e9, 1.4e9 + 1e-6],
        [7.0, 7.0],
        [NAN, NAN],
        [INF, -INF],
        [INF, 1.0, 2.0, -INF, NAN],
        [],
    ],
    ids=str,
)
@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_extreme_values_give_usable_codes(values: list[float], dtype: str) -> None:
    with np.errstate(over="ignore"):
        pixels = np.array(values).astype(dtype)
    codes, scale, offset = quantise(pixels)
    assert np.isfinite([scale, offset]).all()
    assert scale > 0
    np.testing.assert_array_equal(codes == 0, np.isnan(pixels))
    assert not (codes == 1).any()
    finite = np.isfinite(pixels)
    error = np.abs(restored(codes, scale, offset) - pixels.astype(float))[finite]
    assert (error <= 0.51 * scale).all()


def test_range_beyond_a_float_is_cut() -> None:
    codes, scale, offset = quantise(np.array([-1e308, 0.0, 1e308]))
    assert codes[0] == 2
    assert codes[2] == 65535
    assert np.isfinite(restored(codes, scale, offset)).all()


def test_infinities_get_the_codes_of_the_extremes() -> None:
    codes, _, _ = quantise(np.array([INF, -INF, 0.0, 1.0]))
    assert codes.tolist() == [65535, 2, 2, 65535]


def test_bad_pixels_do_not_widen_the_range() -> None:
    values = np.array([0.0, 1.0, 1e30], np.float32)
    codes, scale, offset = quantise(values, np.array([True, True, False]))
    assert (codes.tolist(), offset) == ([2, 65535, 1], 0.0)
    assert scale == pytest.approx(1 / CODES)


def test_transposed_plane_keeps_its_shape() -> None:
    values = np.arange(6.0).reshape(2, 3).T
    codes, scale, offset = quantise(values)
    assert codes.flags.c_contiguous
    np.testing.assert_allclose(restored(codes, scale, offset), values, atol=scale)


def test_mask_of_another_shape_is_refused() -> None:
    with pytest.raises(ShapeError, match=r"\(2,\) and a mask of shape \(3,\)"):
        quantise(np.zeros(2), np.ones(3, bool))


@given(
    hnp.arrays(np.float32, hnp.array_shapes(max_dims=2, max_side=12), elements=st.floats(width=32))
)
def test_any_pixels_can_be_packed(values: NDArray[np.float32]) -> None:
    codes, scale, offset = quantise(values)
    finite = np.isfinite(values)
    error = np.abs(restored(codes, scale, offset) - values.astype(float))[finite]
    assert (error <= 0.51 * scale).all()


def test_first_row_of_a_picture_is_the_last_of_the_plane() -> None:
    lut = np.array([[0, 0, 0], [9, 9, 9]], np.uint8)
    picture = to_rgb(np.array([[0.0], [1.0]]), None, (0, 1), lut)
    assert picture[:, 0, 0].tolist() == [9, 0]


def test_masked_and_blank_pixels_get_the_bad_colour() -> None:
    lut = np.zeros((2, 3), np.uint8)
    good = np.array([[True, False, True]])
    picture = to_rgb(np.array([[0.0, 0.0, NAN]]), good, (0, 1), lut, bad=(1, 2, 3))
    assert picture[0].tolist() == [[0, 0, 0], [1, 2, 3], [1, 2, 3]]


def test_limits_may_be_given_high_first() -> None:
    assert to_levels(np.array([0.0, 1.0]), (1.0, 0.0), levels=10).tolist() == [9, 0]


def test_averages_leave_bad_pixels_out() -> None:
    values = np.array([[1, 99], [3, 5]], np.float32)
    good = np.array([[True, False], [True, True]])
    small, some = shrink(values, good, (1, 1))
    assert (small.tolist(), some is not None and some.tolist()) == ([[3.0]], [[True]])


def test_average_of_bad_pixels_is_bad() -> None:
    _, some = shrink(np.zeros((4, 4), np.float32), np.zeros((4, 4), bool), (2, 2))
    assert some is not None
    assert not some.any()
