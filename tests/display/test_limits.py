from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from jupimage.display import auto_limits

NAN, INF = np.nan, np.inf


@pytest.mark.parametrize(
    "values",
    [
        np.full((4, 4), 3.0),
        np.full((4, 4), -1e300),
        np.full((4, 4), NAN),
        np.full((4, 4), INF),
        np.array([INF, -INF, 1.0]),
        np.zeros((0, 3)),
        np.array([1e308, -1e308]),
        np.array([5e-324, 0.0]),
        np.array([1.0, np.nextafter(1.0, 2)]),
        np.array([True, False]),
        np.arange(10, dtype=np.uint8),
        np.zeros((3, 3), np.float16),
    ],
    ids=[
        "constant", "huge constant", "NaN", "infinite", "one finite", "empty", "huge range",
        "tiny range", "neighbouring floats", "bool", "integers", "half precision",
    ],
)  # fmt: skip
def test_limits_are_finite_and_ordered(values: NDArray[Any]) -> None:
    low, high = auto_limits(values, None)
    assert np.isfinite([low, high]).all()
    assert low < high


def test_bad_pixels_are_left_out() -> None:
    values = np.array([0.0, 1.0, 2.0, 1e9])
    good = np.array([True, True, True, False])
    assert auto_limits(values, good, fraction=1.0) == (0.0, 2.0)


def test_all_bad_pixels_give_limits() -> None:
    assert auto_limits(np.ones(3), np.zeros(3, bool)) == (0.0, 1.0)


def test_few_outliers_do_not_matter() -> None:
    noise = np.random.default_rng(1).normal(size=(1000, 1000)).astype(np.float32)
    noise[::100, ::100] = 1e6
    low, high = auto_limits(noise)
    assert -3.2 < low < -2.5
    assert 2.5 < high < 3.2


def test_few_good_pixels_are_all_looked_at() -> None:
    values = np.full((1000, 1000), np.nan)
    values[500, 100:200] = np.arange(100.0)
    assert auto_limits(values, fraction=1.0) == (0.0, 99.0)


def test_columns_are_sampled_evenly() -> None:
    values = np.tile(np.arange(1024.0), (1024, 1))
    low, high = auto_limits(values, fraction=1.0)
    assert low < 10
    assert high > 1013
