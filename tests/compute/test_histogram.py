"""Histograms are those of numpy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from jupimage import options
from jupimage.compute.eligibility import Eligibility
from jupimage.compute.histogram import as_edges, histogram
from jupimage.compute.walk import Walk
from jupimage.errors import ArgumentError, DataTypeError
from jupimage.lattice import MemoryLattice

RULE = Eligibility()


def both(values, good=None, bins=10, limits=None):
    lattice = MemoryLattice(values, good)
    edges = as_edges(bins, limits, lattice, RULE, Walk())
    return histogram(lattice, edges, RULE, Walk()), edges


@given(
    arrays.arrays(
        st.sampled_from([np.float32, np.float64]),
        st.integers(1, 200),
        elements=st.floats(-100, 100, width=16),
    ),
    st.integers(1, 40),
)
def test_bins_between_the_extremes_are_those_of_numpy(values, bins):
    counts, edges = both(values, bins=bins)
    wanted, wanted_edges = np.histogram(values, bins)
    np.testing.assert_array_equal(edges, wanted_edges)
    np.testing.assert_array_equal(counts, wanted)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_large_masked_images_are_counted_block_by_block(monkeypatch, dtype):
    monkeypatch.setattr(options, "memory", 1e6)
    rng = np.random.default_rng(1)
    values = rng.normal(size=(5, 90, 100)).astype(dtype)
    good = rng.random(values.shape) < 0.7
    for bins, limits in ((100, None), (7, (-1, 2)), ([-3, -1, 0.5, 0.6], None)):
        counts, edges = both(values, good, bins, limits)
        wanted, wanted_edges = np.histogram(values[good], bins, limits)
        np.testing.assert_array_equal(edges, wanted_edges)
        np.testing.assert_array_equal(counts, wanted)


def test_nan_and_infinity_do_not_widen_the_bins():
    counts, edges = both(np.array([1.0, np.nan, np.inf, 3.0, -np.inf]), bins=2)
    assert edges.tolist() == [1, 2, 3]
    assert counts.tolist() == [1, 1]


def test_nothing_good_gives_empty_bins():
    counts, edges = both(np.ones(3), np.zeros(3, bool), bins=2)
    assert counts.tolist() == [0, 0]
    assert edges.tolist() == [0, 0.5, 1]


@pytest.mark.parametrize(
    ("bins", "limits", "message"),
    [
        (0, None, "number of bins must lie in 1..16777216, got 0"),
        (1 << 30, None, "number of bins must lie in"),
        ([1, 1], None, "edges of bins must rise"),
        ([1], None, "edges of bins must rise, at least two"),
        (3, (2, 1), "range must be two finite numbers, rising"),
        (3, (0, np.inf), "range must be two finite numbers"),
    ],
)
def test_bins_that_mean_nothing_are_refused(bins, limits, message):
    with pytest.raises(ArgumentError, match=message):
        both(np.ones(3), bins=bins, limits=limits)


@pytest.mark.parametrize(("bins", "limits"), [("ten", None), (1.5, None), (True, None), (3, 4)])
def test_bins_of_a_wrong_type_are_refused(bins, limits):
    with pytest.raises(DataTypeError, match="must be"):
        both(np.ones(3), bins=bins, limits=limits)
