"""Stencils against the rules, written out for one position at a time."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from jupimage.compute.interpolation import METHODS, Method, method_named
from jupimage.compute.interpolationkernels import make_stencil
from jupimage.compute.interpolationplane import Window, squares_good, window_of
from jupimage.errors import ArgumentError


def nearest(plane: Any, good: Any, x: float, y: float) -> float | None:
    rows, columns = plane.shape
    if not (-0.5001 <= x <= columns - 0.4999 and -0.5001 <= y <= rows - 0.4999):
        return None
    i = min(max(math.floor(x + 0.5), 0), columns - 1)
    j = min(max(math.floor(y + 0.5), 0), rows - 1)
    return float(plane[j, i]) if good[j, i] else None


def linear(plane: Any, good: Any, x: float, y: float) -> float | None:
    rows, columns = plane.shape
    i, j = int(x), int(y)
    i, j = i - (i == columns - 1), j - (j == rows - 1)
    if x <= -1 or y <= -1 or not (0 <= i < columns - 1 and 0 <= j < rows - 1):
        return None
    if not good[j : j + 2, i : i + 2].all():
        return None
    t, u = x - i, y - j
    weights = np.outer([1 - u, u], [1 - t, t])
    return float((weights * plane[j : j + 2, i : i + 2]).sum())


def cubic(plane: Any, good: Any, x: float, y: float) -> float | None:
    rows, columns = plane.shape
    i, j = int(x), int(y)
    if i <= 0 or j <= 0 or i >= columns - 2 or j >= rows - 2:
        return linear(plane, good, x, y)
    part = slice(j - 1, j + 3), slice(i - 1, i + 3)
    if not good[part].all():
        return None
    weights = [
        (-s / 2 + s**2 - s**3 / 2, 1 - 5 * s**2 / 2 + 3 * s**3 / 2,
         s / 2 + 2 * s**2 - 3 * s**3 / 2, -(s**2) / 2 + s**3 / 2)
        for s in (y - j, x - i)
    ]  # fmt: skip
    return float((np.outer(weights[0], weights[1]) * plane[part]).sum())


def lanczos(plane: Any, good: Any, x: float, y: float) -> float | None:
    rows, columns = plane.shape
    i, j = math.floor(x), math.floor(y)
    if i < 3 or j < 3 or i >= columns - 3 or j >= rows - 3:
        return None
    part = slice(j - 2, j + 4), slice(i - 2, i + 4)
    if not good[part].all():
        return None
    weights = [
        [np.sinc(at - k) * np.sinc((at - k) / 3) for k in range(first - 2, first + 4)]
        for at, first in ((y, j), (x, i))
    ]
    return float((np.outer(weights[0], weights[1]) * plane[part]).sum())


RULES = {"nearest": nearest, "linear": linear, "cubic": cubic, "lanczos": lanczos}


def check(method: Method, plane: Any, good: Any, x: Any, y: Any) -> None:
    wanted = [
        RULES[method](plane, good, a, b) if math.isfinite(a + b) else None
        for a, b in zip(x, y, strict=True)
    ]
    window = window_of(x, y, plane.shape)
    if window is None:
        assert not any(value is not None for value in wanted)
        return
    part = (
        slice(window.row, window.row + window.rows),
        slice(window.column, window.column + window.columns),
    )
    flat, marks = plane[part].ravel(), good[part].ravel()
    values, computed = make_stencil(method, x, y, window).apply(
        flat, None if marks.all() else marks
    )
    there = np.array([value is not None for value in wanted])
    np.testing.assert_array_equal(np.ones(len(x), bool) if computed is None else computed, there)
    numbers = [0.0 if value is None else value for value in wanted]
    np.testing.assert_allclose(values, numbers, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("shape", [(20, 23), (7, 8), (2, 9), (1, 5), (3, 3), (1, 1)], ids=str)
def test_rules(method: Method, shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(sum(shape))
    plane, all_good = rng.normal(size=shape), np.ones(shape, bool)
    for spread in (0.2, 3.0):
        x = rng.uniform(-spread, shape[1] - 1 + spread, 300)
        y = rng.uniform(-spread, shape[0] - 1 + spread, 300)
        x[:20], y[5:30] = np.round(x[:20]), np.round(y[5:30])
        x[40:45] = np.nan
        check(method, plane, all_good, x, y)
        check(method, plane, rng.random(shape) < 0.95, x, y)


@pytest.mark.parametrize("method", METHODS)
def test_positions_well_inside(method: Method) -> None:
    rng = np.random.default_rng(1)
    plane = rng.normal(size=(30, 40))
    x, y = rng.uniform(12, 25, 200), rng.uniform(10, 20, 200)
    check(method, plane, np.ones(plane.shape, bool), x, y)
    check(method, plane, rng.random(plane.shape) < 0.95, x, y)
    window = window_of(x, y, (30, 40))
    assert window is not None
    assert window.rows < 20
    assert window.columns < 22


@pytest.mark.parametrize("method", METHODS)
def test_edges(method: Method) -> None:
    rng = np.random.default_rng(2)
    plane = rng.normal(size=(9, 11))
    steps = np.array(
        [-1.0, -0.9999, -0.5002, -0.5001, -0.5, -1e-9, 0.0, 0.4999, 0.5, 1.0, 2.9, 3.0]
    )
    at = [np.concatenate([steps, n - 1 - steps]) for n in (9, 11)]
    y, x = (grid.ravel() for grid in np.meshgrid(*at, indexing="ij"))
    check(method, plane, np.ones(plane.shape, bool), x, y)


def test_nothing_in_reach() -> None:
    nan = np.full(3, np.nan)
    assert window_of(nan, nan, (5, 5)) is None
    assert window_of(np.full(3, 9.0), np.ones(3), (5, 5)) is None


def test_window_holds_distances() -> None:
    window = Window(0, 0, 9, 9, (10, 10), 1.5, 2.5)
    assert window.holds(1.5, 2.0)
    assert not window.holds(1.6, 2.0)
    assert not window.holds(1.0, 2.5)
    assert not Window(0, 0, 9, 9, (10, 10), math.nan, math.nan).holds(0, 0)


def test_squares_larger_than_the_plane() -> None:
    assert not squares_good(np.ones(6, bool), 3, 4).any()


@pytest.mark.parametrize("name", ["", "x", "spline", None, 3, b"linear"])
def test_unknown_methods(name: Any) -> None:
    with pytest.raises(ArgumentError, match="interpolation must be one of nearest, linear"):
        method_named(name)
