"""Quantiles are those of numpy, with masks, in cells, and in little memory."""

import numpy as np
import pytest

from jupimage import options
from jupimage.compute.eligibility import Eligibility
from jupimage.compute.quantiles import as_shares, cell_quantiles, quantiles
from jupimage.compute.walk import Walk
from jupimage.errors import ArgumentError, DataTypeError
from jupimage.lattice import MemoryLattice

SHARES = np.array([0.0, 0.01, 1 / 3, 0.5, 0.75, 0.999, 1.0])


@pytest.mark.parametrize("memory", [96e6, 3e5], ids=["ample", "scarce"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("size", [1, 2, 3, 100, 150_001])
def test_quantiles_are_those_of_numpy(monkeypatch, size, dtype, memory):
    monkeypatch.setattr(options, "memory", memory)
    rng = np.random.default_rng(size)
    values = rng.normal(size=size).astype(dtype)
    found = quantiles(MemoryLattice(values), SHARES, Eligibility(), Walk())
    np.testing.assert_allclose(found, np.quantile(values.astype(float), SHARES), rtol=1e-14)
    good = rng.random(size) < 0.5
    good[0] = True
    found = quantiles(MemoryLattice(values, good), SHARES, Eligibility(), Walk())
    np.testing.assert_allclose(found, np.quantile(values[good].astype(float), SHARES), rtol=1e-14)


@pytest.mark.parametrize("axes", [(0,), (1,), (2,), (0, 1), (0, 2), (1, 2)], ids=str)
@pytest.mark.parametrize("memory", [96e6, 200.0], ids=["ample", "scarce"])
def test_quantiles_of_cells_are_those_of_numpy(monkeypatch, axes, memory):
    monkeypatch.setattr(options, "memory", memory)
    values = np.random.default_rng(1).normal(size=(9, 8, 7))
    found = cell_quantiles(MemoryLattice(values), axes, SHARES, Eligibility(), Walk())
    np.testing.assert_allclose(found, np.quantile(values, SHARES, axis=axes), rtol=1e-14)


def test_hundred_percentiles_at_once_are_exact(monkeypatch):
    monkeypatch.setattr(options, "memory", 1e6)
    values = np.random.default_rng(2).normal(size=(8, 100, 130)).astype(np.float32)
    shares = np.linspace(0, 1, 101)
    found = quantiles(MemoryLattice(values), shares, Eligibility(), Walk())
    np.testing.assert_allclose(found, np.quantile(values.astype(float), shares), rtol=1e-14)


def test_nothing_good_has_no_quantiles():
    lattice = MemoryLattice(np.ones((2, 3)), np.array([[False] * 3, [True] * 3]))
    found = cell_quantiles(lattice, (1,), np.array([0.5]), Eligibility(), Walk())
    np.testing.assert_array_equal(found, [[np.nan, 1.0]])
    empty = MemoryLattice(np.ones(4), np.zeros(4, bool))
    assert np.isnan(quantiles(empty, np.array([0.5]), Eligibility(), Walk())).all()


def test_nan_spoils_quantiles_unless_it_is_left_out():
    lattice = MemoryLattice([[1.0, np.nan, 3.0], [4.0, 5.0, 6.0]])
    half = np.array([0.5])
    assert np.isnan(quantiles(lattice, half, Eligibility(), Walk()))[0]
    assert quantiles(lattice, half, Eligibility(ignore_nan=True), Walk())[0] == 4
    found = cell_quantiles(lattice, (1,), half, Eligibility(), Walk())
    np.testing.assert_array_equal(found, [[np.nan, 5.0]])


def test_an_infinite_neighbour_is_no_harm():
    found = quantiles(
        MemoryLattice([1.0, np.inf, np.inf]), np.array([0.0, 1.0]), Eligibility(), Walk()
    )
    np.testing.assert_array_equal(found, [1.0, np.inf])


@pytest.mark.parametrize("wanted", [-0.1, 1.1, [0.5, np.nan]], ids=repr)
def test_shares_outside_are_refused(wanted):
    with pytest.raises(ArgumentError, match="q must lie between 0 and 1, got"):
        as_shares(wanted)


@pytest.mark.parametrize("wanted", ["half", None, [[1], [1, 2]], 1j], ids=repr)
def test_shares_that_are_no_numbers_are_refused(wanted):
    with pytest.raises(DataTypeError, match="p must be numbers between 0 and 100, got"):
        as_shares(wanted, whole=100, name="p")
