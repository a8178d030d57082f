"""Pixels are found by their rank exactly, whatever they are and however little memory there is."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from jupimage import options
from jupimage.compute.brackets import plan_brackets, rank_bracket
from jupimage.compute.eligibility import Eligibility
from jupimage.compute.ranks import find_ranks, middle_ranks
from jupimage.compute.sample import take_sample
from jupimage.compute.sieve import Haul, catch
from jupimage.compute.sortedrows import SortedRows, quarter_rank
from jupimage.compute.strata import Stratum, deviation_at, stratum_of
from jupimage.compute.walk import Walk
from jupimage.errors import CancelledError
from jupimage.lattice import MemoryLattice

SHAPE = (12, 100, 130)
NOISE = np.random.default_rng(1).normal(size=SHAPE)


def wanted_ranks(count):
    return (
        *middle_ranks(count),
        quarter_rank(0.25, count),
        quarter_rank(0.75, count),
        0,
        count - 1,
        count // 1000,
    )


def check(values, good=None):
    passes = []
    walk = Walk(lambda done, total: passes.append((done, total)))
    lattice = MemoryLattice(values, good, copy=False)
    found = find_ranks(lattice, Eligibility(), wanted_ranks, walk, deviation=True)
    chosen = values if good is None else values[good]
    ordered = np.sort(chosen.ravel().astype(np.float64))
    assert found.values == {rank: ordered[rank] for rank in set(wanted_ranks(ordered.size))}
    middle = sum(ordered[list(middle_ranks(ordered.size))]) / 2
    if math.isfinite(middle):
        distances = np.sort(np.abs(ordered - middle))
        assert found.deviation == sum(distances[list(middle_ranks(ordered.size))]) / 2
    return passes


IMAGES = {
    "noise": NOISE,
    "noise on a level": NOISE + 1e5,
    "rising": np.sort(NOISE.ravel()).reshape(SHAPE),
    "falling": np.sort(NOISE.ravel())[::-1].reshape(SHAPE),
    "a level in each plane": NOISE + np.arange(12.0)[:, None, None],
    "constant": np.full(SHAPE, 3.25),
    "zeros and a little noise": np.where(np.arange(12)[:, None, None] > 9, NOISE, 0.0),
    "half zeros": np.where(NOISE > 0.01, NOISE, 0.0),
    "few values": np.round(NOISE * 2),
    "two values": np.where(NOISE > 0, 1.0, -1.0),
    "one pixel differs": np.where(np.arange(SHAPE[2]) == 7, 1.0, 0.0) * np.ones(SHAPE),
    "many decades": np.exp(NOISE * 9),
    "infinities": np.where(NOISE > 1, np.inf, np.where(NOISE < -1.5, -np.inf, NOISE)),
    "comb": np.where(np.arange(SHAPE[2]) % 2 == 0, NOISE, NOISE + 50),
}


@pytest.mark.parametrize("memory", [96e6, 1e6, 1e4], ids=["ample", "scarce", "hardly any"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["single", "double"])
@pytest.mark.parametrize("name", IMAGES)
def test_ranks_are_exact(monkeypatch, name, dtype, memory):
    monkeypatch.setattr(options, "memory", memory)
    values = IMAGES[name].astype(dtype)
    if memory < 1e5:
        values = np.ascontiguousarray(values[-1:])
    check(values)


@pytest.mark.parametrize("share", [0.0001, 0.3, 0.99], ids=["few good", "some good", "most good"])
def test_ranks_of_good_pixels_are_exact(monkeypatch, share):
    monkeypatch.setattr(options, "memory", 1e6)
    good = np.random.default_rng(2).random(SHAPE) < share
    good[0, 0, 0] = True
    check(NOISE.astype(np.float32), good)


@given(arrays.arrays(np.float32, st.integers(1, 300), elements=st.floats(-10, 10, width=16)))
@settings(max_examples=60)
def test_ranks_of_any_pixels_are_exact(values):
    check(values)


def test_noise_takes_one_pass_even_where_it_does_not_fit_memory(monkeypatch):
    monkeypatch.setattr(options, "memory", 1.5e6)
    passes = check(NOISE.astype(np.float32))
    assert passes[-1][0] == passes[-1][1]
    assert [done for done, _ in passes] == list(range(1, len(passes) + 1))


def test_a_sample_that_misleads_costs_passes_and_no_more():
    values = np.zeros(SHAPE, np.float32)
    strata = [Stratum(-math.inf, math.inf, 0, 100_000, np.zeros(1000, np.float32), False)]
    low, high, heavy = rank_bracket(strata, 50_000, 1.0)
    assert (low, high, heavy) == (0.0, 0.0, [0.0])
    brackets = plan_brackets([(low, high)], heavy, strata, values.dtype, 1000)
    haul = Haul(brackets, 1000)
    haul.add(catch(np.arange(1, 100_001, dtype=np.float32), brackets))
    known = haul.strata(100_000, strata)
    assert stratum_of(known, 50_000).low > 0
    assert not stratum_of(known, 50_000).complete


def test_what_is_kept_stays_within_its_bounds():
    brackets = plan_brackets([(-1.0, 1.0)], [], [], np.dtype(np.float32), 5000)
    haul = Haul(brackets, 5000)
    rng = np.random.default_rng(5)
    for _ in range(40):
        haul.add(catch(rng.normal(size=4000).astype(np.float32), brackets))
    known = haul.strata(160_000, [])
    inner = next(s for s in known if s.low == -1)
    assert not inner.complete
    assert 2000 < len(inner.values) <= 5000
    assert abs(np.median(inner.values)) < 0.1
    assert [s.below for s in known] == sorted(s.below for s in known)
    assert sum(s.inside for s in known) == 160_000


def test_distances_are_not_told_while_they_are_in_doubt():
    known = [
        Stratum(-math.inf, -1.0, 0, 50, np.empty(0), False),
        Stratum(-1.0, 1.0, 50, 50, np.linspace(-1, 1, 50), True),
    ]
    assert deviation_at(known, 0.0, (49,), 0.9) == [1.0]
    assert deviation_at(known, 0.0, (60,), 2.0) is None


def test_brackets_are_apart_and_hold_all_that_was_asked_for():
    wanted = [(0.1, 0.4), (0.3, 0.7), (2.0, 2.0), (1.5, 3.0)]
    brackets = plan_brackets(wanted, [2.0, 9.0], [], np.dtype(np.float32), 100)
    for first, second in pairwise(brackets):
        assert first.low <= first.high < second.low <= second.high
    for low, high in wanted:
        assert any(b.low <= low <= b.high for b in brackets)
        assert any(b.low <= high <= b.high for b in brackets)
    assert any(b.low == b.high == 2 for b in brackets)


def test_a_sample_tells_how_little_smooth_images_tell():
    smooth = np.repeat(np.random.default_rng(3).normal(size=(12, 100, 1)), 130, axis=2)
    spreads = [
        take_sample(MemoryLattice(np.tile(values, (6, 1, 1))), Eligibility(), Walk()).spread
        for values in (NOISE, smooth)
    ]
    assert spreads[0] < 3 < spreads[1]


def test_ranks_can_be_cancelled(monkeypatch):
    monkeypatch.setattr(options, "memory", 1e6)
    asked = []

    def cancelled():
        asked.append(0)
        return len(asked) > 3

    with pytest.raises(CancelledError, match="as asked"):
        find_ranks(MemoryLattice(NOISE), Eligibility(), wanted_ranks, Walk(None, cancelled))


@pytest.mark.parametrize(
    ("share", "count", "rank"),
    [(0.25, 4, 0), (0.25, 5, 1), (0.75, 4, 2), (0.75, 5, 3), (0.75, 1, 0), (0.1, 30, 2)],
)
def test_a_share_that_rounding_moves_off_a_whole_number_counts_as_that(share, count, rank):
    assert quarter_rank(share, count) == rank


@given(
    arrays.arrays(
        np.float64,
        st.tuples(st.integers(1, 4), st.integers(1, 20)),
        elements=st.integers(-4, 4).map(float),
    ),
    st.integers(0, 2**31),
)
def test_sorted_rows_know_medians_and_quantiles(values, seed):
    good = np.random.default_rng(seed).random(values.shape) < 0.7
    rows = SortedRows(np.where(good, values, np.nan), good.sum(axis=1))
    found = rows.median(), rows.deviation(), rows.quartile(), rows.quantile(0.3)
    for k in range(len(values)):
        chosen = np.sort(values[k][good[k]])
        if not chosen.size:
            assert all(np.isnan(array[k]) for array in found)
            continue
        middle = np.median(chosen)
        quarters = [chosen[quarter_rank(share, chosen.size)] for share in (0.25, 0.75)]
        assert found[0][k] == middle
        assert found[1][k] == np.median(np.abs(chosen - middle))
        assert found[2][k] == quarters[1] - quarters[0]
        assert found[3][k] == np.quantile(chosen, 0.3)
