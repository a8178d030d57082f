"""Moments are sums over an axis: integrals, weighted means, widths."""

import numpy as np
import pytest

from jupimage import options
from jupimage.compute.eligibility import Eligibility
from jupimage.compute.moments import AxisScale, as_orders, axis_scale, moments
from jupimage.compute.walk import Walk
from jupimage.coordinates import default_system
from jupimage.errors import ArgumentError, DataTypeError
from jupimage.lattice import MemoryLattice

ORDERS = (0, 1, 2, 3, 4)


def by_hand(values, good, x, widths, order):
    weights = values[good] * widths[good]
    total = weights.sum()
    if order == 0:
        return total
    mean = (weights * x[good]).sum() / total
    if order == 1:
        return mean
    power = (weights * (x[good] - mean) ** order).sum() / total
    return np.sqrt(power) if order == 2 else power


@pytest.mark.parametrize("memory", [96e6, 2e4], ids=["ample", "scarce"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("axis", [0, 1, 2])
def test_moments_are_those_of_each_line(monkeypatch, axis, dtype, memory):
    monkeypatch.setattr(options, "memory", memory)
    rng = np.random.default_rng(axis)
    values = rng.random((9, 8, 7)).astype(dtype)
    good = rng.random(values.shape) < 0.8
    x = np.sort(rng.normal(size=values.shape[axis])) * 100 + 4000
    scale = AxisScale(x, "km/s")
    found, valid = moments(MemoryLattice(values, good), axis, ORDERS, scale, Eligibility(), Walk())
    lines = np.moveaxis(values, axis, -1).reshape(-1, len(x)).astype(float)
    flags = np.moveaxis(good, axis, -1).reshape(-1, len(x))
    for k, order in enumerate(ORDERS):
        for line, flag, got, told in zip(
            lines, flags, found[k].ravel(), valid[k].ravel(), strict=True
        ):
            assert told == flag.any()
            if told:
                wanted = by_hand(line, flag, x, scale.widths, order)
                scatter = 1e-6 if dtype == np.float32 else 1e-9
                assert np.isclose(got, wanted, rtol=scatter, atol=scatter * 100**order)


def test_a_line_has_its_center_and_width():
    x = np.linspace(-100, 100, 401)
    line = np.exp(-((x - 12.5) ** 2) / (2 * 7.0**2)).reshape(-1, 1, 1)
    found, valid = moments(
        MemoryLattice(line), 0, ORDERS, AxisScale(x, "km/s"), Eligibility(), Walk()
    )
    assert valid.all()
    wanted = [7 * np.sqrt(2 * np.pi), 12.5, 7, 0, 3 * 7**4]
    np.testing.assert_allclose(found.ravel(), wanted, rtol=1e-6, atol=1e-6)


def test_noise_without_a_line_has_no_mean():
    values = np.array([[1.0, 0.0, 1.0], [-1.0, 0.0, 0.5], [0.0, 0.0, 0.0]])
    scale = AxisScale(np.array([1.0, 2.0, 3.0]), "km/s")
    found, valid = moments(MemoryLattice(values), 0, (0, 1, 2), scale, Eligibility(), Walk())
    assert valid.tolist() == [[True] * 3, [False, False, True], [False, False, True]]
    assert found[0].tolist() == [0, 0, 1.5]
    assert np.isnan(found[1][:2]).all()


def test_a_line_in_the_last_channel_counts():
    values = np.zeros((5, 1))
    values[4] = 0.1
    x = np.array([0.1, 0.2, 0.3, 0.4, 0.7])
    found, valid = moments(
        MemoryLattice(values), 0, (1, 2), AxisScale(x, ""), Eligibility(), Walk()
    )
    assert valid.all()
    np.testing.assert_allclose(found, [[0.7], [0.0]], atol=1e-9)


def test_units_of_moments_are_those_of_images():
    scale = AxisScale(np.arange(3.0), "km/s")
    units = [scale.unit_of(order, "Jy/beam") for order in (0, 1, 2, 3)]
    assert units == ["Jy/beam.km/s", "km/s", "km/s", "km3/s3"]
    assert AxisScale(np.arange(3.0), "").unit_of(0, "K") == "K"


def test_the_spectral_axis_is_a_velocity_where_a_rest_frequency_is_known():
    shape = (8, 5, 5)
    system = default_system(shape)
    scale = axis_scale(system, shape, 0)
    rest = system.get_coordinate("spectral").restfrequency
    frequencies = [system.toworld([k, 2, 2])[0] for k in range(8)]
    np.testing.assert_allclose(scale.values, 299792.458 * (1 - np.array(frequencies) / rest))
    optical = axis_scale(system, shape, 0, convention="optical")
    np.testing.assert_allclose(optical.values, 299792.458 * (rest / np.array(frequencies) - 1))
    assert scale.unit == optical.unit == "km/s"


def test_other_axes_have_their_world_values():
    shape = (8, 5, 6)
    system = default_system(shape)
    scale = axis_scale(system, shape, 1)
    assert scale.unit == "'"
    wanted = [system.toworld([3.5, k, 2.5])[1] for k in range(5)]
    np.testing.assert_allclose(scale.values, wanted)


def test_names_have_no_moments():
    shape = (4, 5, 5)
    with pytest.raises(ArgumentError, match="axis 0 holds I, Q, U, V"):
        axis_scale(default_system(shape), shape, 0)


def test_complex_pixels_have_no_moments():
    with pytest.raises(DataTypeError, match="take those of their amplitude"):
        moments(MemoryLattice([1j]), 0, (0,), AxisScale(np.ones(1), ""), Eligibility(), Walk())


@pytest.mark.parametrize("orders", [-1, 17, ()], ids=repr)
def test_orders_that_are_not_there_are_refused(orders):
    with pytest.raises((ArgumentError, DataTypeError), match="orders of moments must"):
        as_orders(orders)


def test_conventions_that_are_not_there_are_refused():
    shape = (8, 5, 5)
    with pytest.raises(ArgumentError, match=r"velocity must be one of .* got 'warp'"):
        axis_scale(default_system(shape), shape, 0, convention="warp")
