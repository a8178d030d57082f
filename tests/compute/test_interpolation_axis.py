"""Interpolation along one axis against the rules, written out for one line at a time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from jupimage.compute.interpolation import Method
from jupimage.compute.interpolationaxis import AxisStencil, bridged


def bends(v: Any) -> Any:
    n = len(v)
    y2, t = np.zeros(n), np.zeros(n)
    for i in range(1, n - 1):
        delta = 4 - t[i - 1]
        t[i] = 1 / delta
        y2[i] = (6 * (v[i + 1] - 2 * v[i] + v[i - 1]) - y2[i - 1]) / delta
    for i in range(n - 2, 1, -1):
        y2[i] -= t[i] * y2[i + 1]
    return y2


def wanted(method: str, v: Any, x: float) -> float:
    n = len(v)
    w = next((i for i in range(n) if i >= x), n)
    if method == "nearest":
        if w in (0, n):
            return float(v[min(w, n - 1)])
        return float(v[w] if w - x < x - (w - 1) else v[w - 1])
    w = min(max(w, 1), n - 1)
    if method == "cubic":
        y2, a = bends(v), w - x
        b = 1 - a
        return float(a * v[w - 1] + b * v[w] + ((a**3 - a) * y2[w - 1] + (b**3 - b) * y2[w]) / 6)
    f = min(max(x - (w - 1), 0.0), 1.0)
    return float(v[w - 1] + f * (v[w] - v[w - 1]))


@pytest.mark.parametrize("method", ["nearest", "linear", "cubic", "lanczos"])
@pytest.mark.parametrize("count", [2, 3, 4, 17])
def test_rules(method: Method, count: int) -> None:
    rng = np.random.default_rng(count)
    lines = rng.normal(size=(count, 5))
    x = np.concatenate([rng.uniform(-3, count + 2, 60), np.arange(-2.0, count + 2, 0.5)])
    found = AxisStencil(method, x, count).values(lines)
    rule = "linear" if method == "lanczos" else method
    for k, at in enumerate(x):
        for line in range(5):
            assert found[k, line] == pytest.approx(wanted(rule, lines[:, line], at), abs=1e-12)


@pytest.mark.parametrize("method", ["nearest", "linear", "cubic", "lanczos"])
def test_one_pixel_goes_on_for_ever(method: Method) -> None:
    found = AxisStencil(method, np.array([-3.0, 0.0, 9.0]), 1).values(np.array([[7.0]]))
    assert found.ravel().tolist() == [7, 7, 7]


@pytest.mark.parametrize("method", ["nearest", "linear", "cubic"])
def test_positions_that_are_missing(method: Method) -> None:
    stencil = AxisStencil(method, np.array([0.5, np.nan, np.inf]), 4)
    lines = np.arange(1.0, 5.0)[:, None]
    assert stencil.values(lines)[1:].tolist() == [[0], [0]]
    assert stencil.clean(np.ones((4, 1), bool)).ravel().tolist() == [True, False, False]


def test_span_is_all_that_counts() -> None:
    x = np.array([5.2, 7.9])
    lines = np.random.default_rng(1).normal(size=(20, 3))
    for method in ("nearest", "linear"):
        stencil = AxisStencil(method, x, 20)
        first, end = stencil.span()
        assert end - first <= 5
        np.testing.assert_array_equal(
            stencil.values(lines[first:end], first=first), stencil.values(lines)
        )
    assert AxisStencil("cubic", x, 20).span() == (0, 20)
    for outside in (np.array([-7.0]), np.array([99.0])):
        first, end = AxisStencil("linear", outside, 20).span()
        assert 0 <= first < end <= 20
        assert end - first == 2


def test_exact_positions_do_not_see_their_neighbours() -> None:
    lines = np.array([1.0, np.nan, 3.0, np.inf, 5.0])[:, None]
    found = AxisStencil("linear", np.array([0.0, 2.0, 4.0]), 5).values(lines)
    assert found.ravel().tolist() == [1, 3, 5]


def test_precision_is_that_of_positions() -> None:
    lines = np.ones((4, 2), np.float32)
    assert AxisStencil("cubic", np.array([0.5], np.float32), 4).values(lines).dtype == np.float32


def test_bridges() -> None:
    rng = np.random.default_rng(3)
    lines, good = rng.normal(size=(30, 8)), rng.random((30, 8)) < 0.6
    good[:, 0], good[:, 1] = True, False
    found = bridged(np.where(good, lines, np.nan), good)
    for line in range(2, 8):
        at = np.flatnonzero(good[:, line])
        np.testing.assert_allclose(
            found[:, line], np.interp(np.arange(30), at, lines[at, line]), atol=1e-12
        )
    np.testing.assert_array_equal(found[:, 0], lines[:, 0])
    assert not found[:, 1].any()
