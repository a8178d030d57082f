"""Regridded lattices: any box of them is a part of the whole, however it is computed."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupimage.compute import regridcoarse, regridplaces, regridplanes
from jupimage.compute.interpolation import Method
from jupimage.compute.regridaxis import AxisRegridView
from jupimage.compute.regridcoarse import (
    CoarsePlaces,
    coarse_steps,
    lies_outside,
    make_places,
)
from jupimage.compute.regridplaces import ExactPlaces, NowherePlaces, ReplicatedPlaces
from jupimage.compute.regridplanes import PlaneRegridView, whole_axes
from jupimage.compute.regridsums import FinePlaces, SummedView
from jupimage.lattice import Box, Lattice, MemoryLattice, blocks


def bent(at: Any) -> Any:
    """Map pixels so that every rule is needed: turned, bent, partly outside, partly nowhere."""
    x, y = at.T
    found = np.stack([0.8 * x - 0.3 * y + 4 + 0.01 * y * y, 0.3 * x + 0.9 * y - 3], axis=1)
    found[(x > 20) & (y > 30)] = np.nan
    return found


RNG = np.random.default_rng(1)
VALUES = RNG.normal(size=(3, 40, 2, 45)).astype(np.float32)
GOOD = RNG.random(VALUES.shape) < 0.95
SOURCE = MemoryLattice(VALUES, GOOD)
SHAPE = (3, 37, 2, 31)


def plane_view(method: Method = "cubic") -> PlaneRegridView:
    return PlaneRegridView(SOURCE, (1, 3), (37, 31), ExactPlaces(bent), method, masked=True)


def axis_view(method: Method = "cubic") -> AxisRegridView:
    return AxisRegridView(SOURCE, 1, np.linspace(-2, 42, 37), method, masked=True)


VIEWS: dict[str, Lattice] = {
    "plane": plane_view(),
    "axis": axis_view(),
    "both": AxisRegridView(plane_view(), 0, np.array([0.2, 1.7]), "cubic", masked=True),
    "summed": SummedView(
        PlaneRegridView(
            SOURCE, (1, 3), (36, 30), FinePlaces(ExactPlaces(bent), 3), "linear", areas=True,
            masked=True,
        ),
        (1, 3),
        3,
    ),
}  # fmt: skip


@st.composite
def sections(draw: st.DrawFn, shape: tuple[int, ...]) -> Box:
    start, stop, step = [], [], []
    for n in shape:
        a = draw(st.integers(0, n - 1))
        start.append(a)
        stop.append(draw(st.integers(a + 1, n)))
        step.append(draw(st.integers(1, 3)))
    return Box(tuple(start), tuple(stop), tuple(step))


@pytest.mark.parametrize("name", VIEWS)
@given(data=st.data())
def test_boxes_are_parts_of_the_whole(name: str, data: st.DataObject) -> None:
    view = VIEWS[name]
    whole = view.read(Box.whole(view.shape))
    box = data.draw(sections(view.shape))
    part = view.read(box)
    assert whole.values is not None
    assert whole.good is not None
    # The area of a pixel depends on its neighbours by the last digit.
    assert part.values is not None
    np.testing.assert_allclose(part.values, whole.values[box.slices], rtol=1e-6)
    np.testing.assert_array_equal(part.good, whole.good[box.slices])


@pytest.mark.parametrize("name", VIEWS)
def test_what_is_not_asked_for(name: str) -> None:
    view, box = VIEWS[name], Box.whole(VIEWS[name].shape)
    assert view.read(box, values=False).values is None
    assert view.read(box, good=False).good is None


@pytest.mark.parametrize("name", VIEWS)
def test_views_pickle(name: str) -> None:
    view = VIEWS[name]
    again = pickle.loads(pickle.dumps(view))
    box = Box.whole(view.shape)
    np.testing.assert_array_equal(again.read(box).values, view.read(box).values)


@pytest.mark.parametrize("method", ["nearest", "linear", "cubic", "lanczos"])
def test_small_pieces_give_the_same(method: Method, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = plane_view(method).read(Box.whole(SHAPE))
    monkeypatch.setattr(regridplanes, "_SQUARE", 10)
    monkeypatch.setattr(regridplanes, "_STRIP", 3)
    monkeypatch.setattr(regridplanes, "_ROOM", 300)
    pieces = plane_view(method).read(Box.whole(SHAPE))
    np.testing.assert_array_equal(pieces.values, whole.values)
    np.testing.assert_array_equal(pieces.good, whole.good)


def test_large_windows_are_quartered() -> None:
    """New pixels far apart in the old plane: what is held of that stays small."""
    sizes: list[int] = []

    class Watched(MemoryLattice):
        def read(self, box: Box, *, values: bool = True, good: bool = True) -> Any:
            sizes.append(box.size)
            return super().read(box, values=values, good=good)

    watched = Watched.zeros((4000, 4000), np.float32)
    view = PlaneRegridView(watched, (0, 1), (200, 200), ExactPlaces(lambda at: at * 20), "linear")
    view.read(Box.whole(view.shape))
    assert len(sizes) > 10
    assert max(sizes) <= 1 << 20


def test_without_a_mask_bad_planes_are_zero_and_bad_channels_count() -> None:
    plane = PlaneRegridView(SOURCE, (1, 3), (37, 31), ExactPlaces(bent), "linear")
    with_mask = plane_view("linear").read(Box.whole(SHAPE))
    assert with_mask.good is not None
    block = plane.read(Box.whole(SHAPE))
    assert block.values is not None
    assert block.good is None
    np.testing.assert_array_equal(block.values, with_mask.values)
    assert not block.values[~with_mask.good].any()
    axis = AxisRegridView(SOURCE, 1, np.arange(40.0), "linear").read(Box.whole(VALUES.shape))
    np.testing.assert_array_equal(axis.values, VALUES)


@pytest.mark.parametrize("name", VIEWS)
def test_tiles_fit_into_blocks(name: str) -> None:
    view = VIEWS[name]
    assert all(1 <= t <= n for t, n in zip(view.tile, view.shape, strict=True))
    assert blocks(view)[0].shape == view.tile


def test_splines_are_computed_in_whole() -> None:
    assert axis_view("cubic").tile[1] == 37
    assert whole_axes(axis_view("linear")) == ()
    over = PlaneRegridView(axis_view(), (0, 2), (3, 2), ReplicatedPlaces((3, 2), (3, 2)), "linear")
    assert over.whole_axes == (1,)
    assert over.tile[1] == 37
    again = AxisRegridView(over, 3, np.arange(45.0), "cubic")
    assert again.whole_axes == (3, 1)
    assert (again.tile[1], again.tile[3]) == (37, 45)


def test_huge_axes_are_cut() -> None:
    long = AxisRegridView(
        MemoryLattice.zeros((2, 5), np.float32), 1, np.zeros(1 << 20, np.float32), "linear"
    )
    assert long.tile == (1, 1 << 18)


def test_steps_of_the_coarse_grid() -> None:
    assert coarse_steps((100, 105), 10) == (11, 11)
    assert coarse_steps((19, 29), 10) == (1, 29)
    assert coarse_steps((100, 100), -3) == coarse_steps((100, 100), 1) == (1, 1)
    assert coarse_steps((1, 5), 10) == (1, 1)
    assert isinstance(make_places(bent, (19, 19), 10), ExactPlaces)
    assert isinstance(make_places(bent, (100, 19), 10), CoarsePlaces)


def test_coarse_grid_is_exact_where_positions_are_linear() -> None:
    def line(at: Any) -> Any:
        return at @ np.array([[0.9, 0.2], [-0.3, 1.1]]) + 3

    coarse, exact = CoarsePlaces(line, (109, 58), (12, 14)), ExactPlaces(line)
    rows, columns = np.arange(109), np.arange(58)
    np.testing.assert_allclose(coarse.at(rows, columns), exact.at(rows, columns), atol=1e-10)
    some = np.array([3, 50, 108]), np.array([0, 57])
    np.testing.assert_array_equal(coarse.at(*some)[0], coarse.at(rows, columns)[0][np.ix_(*some)])


def test_nodes_need_not_be_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    rows, columns = np.arange(30, 60), np.arange(7, 40)
    kept = CoarsePlaces(bent, (100, 100), (11, 11)).at(rows, columns)
    monkeypatch.setattr(regridcoarse, "_KEPT", 4)
    monkeypatch.setattr(regridplaces, "ASKED", 3)
    again = CoarsePlaces(bent, (100, 100), (11, 11)).at(rows, columns)
    np.testing.assert_array_equal(kept, again)


def test_single_node_gives_no_position() -> None:
    x, y = CoarsePlaces(bent, (25, 100), (25, 11)).at(np.arange(25), np.arange(100))
    assert np.isnan(x).all()
    assert np.isnan(y).all()


@pytest.mark.parametrize(
    ("shift", "wanted"),
    [((0, 0), False), ((9.4, 0), False), ((9.6, 0), True), ((0, -4.6), True), ((0, -4.4), False)],
)
def test_planes_that_lie_outside(shift: tuple[float, float], wanted: bool) -> None:
    places = ExactPlaces(lambda at: at + np.array(shift))
    assert lies_outside(places, (5, 5), (10, 10)) is wanted
    assert lies_outside(NowherePlaces(), (5, 5), (10, 10))


def test_hidden_overlap_is_found() -> None:
    """Only pixel 500, 501 lies inside: no sample sees it."""

    def mapping(at: Any) -> Any:
        inside = (at == [501, 500]).all(axis=1)
        return np.where(inside[:, None], 3.0, np.full(at.shape, -9.0))

    assert not lies_outside(ExactPlaces(mapping), (1000, 1000), (10, 10))


def test_stored_source_travels(tmp_path: Path) -> None:
    from jupimage import image

    made = image(tmp_path / "a.img", values=VALUES)
    made.unlock()
    view = AxisRegridView(made._opened.lattice, 1, np.linspace(0, 39, 7), "linear")
    data = pickle.dumps(view)
    assert len(data) < VALUES.nbytes / 4
    box = Box.whole(view.shape)
    np.testing.assert_array_equal(pickle.loads(data).read(box).values, view.read(box).values)
