from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from jupimage.coordinates import coordinatesystem, default_system
from jupimage.display import Plane, choose_plane, place_plane, plane_box, read_plane
from jupimage.errors import DisplayError
from jupimage.lattice import MemoryLattice

Make = Callable[..., Any]


def test_sky_axes_are_shown_with_longitude_to_the_right(sky: Make) -> None:
    assert choose_plane(sky((64, 20, 30)), (64, 20, 30)) == Plane(2, 1, (32, None, None))


def test_sky_axes_are_found_wherever_they_are(sky: Make) -> None:
    record = sky((64, 20, 30)).dict()
    record["pixelmap0"] = record["worldmap0"] = np.array([1, 2])
    record["pixelmap1"] = record["worldmap1"] = np.array([0])
    plane = choose_plane(coordinatesystem(record), (20, 30, 64))
    assert (plane.x_axis, plane.y_axis, plane.position) == (1, 0, (None, None, 32))


def test_stokes_i_is_shown_first() -> None:
    shape = (40, 3, 20, 30)
    plane = choose_plane(default_system(shape), shape)
    assert plane.position == (20, 0, None, None)


@pytest.mark.parametrize(
    ("shape", "shown"),
    [((7,), (0, -1)), ((1, 7), (1, 0)), ((5, 1, 7, 1), (2, 0)), ((1, 1, 1), (2, 1))],
    ids=["one axis", "one row", "two long axes", "one pixel"],
)
def test_without_coordinates_the_last_long_axes_are_shown(
    shape: tuple[int, ...], shown: tuple[int, int]
) -> None:
    plane = choose_plane(None, shape)
    assert (plane.x_axis, plane.y_axis) == shown


def test_spectrum_of_one_sky_pixel_is_shown_along_frequency(sky: Make) -> None:
    plane = choose_plane(sky((64, 1, 1)), (64, 1, 1))
    assert plane.x_axis == 0


def test_image_without_axes_is_refused() -> None:
    with pytest.raises(DisplayError, match="without axes"):
        choose_plane(None, ())


@pytest.mark.parametrize(
    "shape",
    [(16, 30_000, 40_000), (10**9,), (3, 10**9), (10**9, 2), (4_000_001, 1), (2000, 2001)],
    ids=str,
)
def test_read_stays_within_the_budget(shape: tuple[int, ...]) -> None:
    plane = choose_plane(None, shape)
    box = plane_box(plane, shape, budget=4_000_000)
    box.check(shape)
    assert 500_000 < box.size <= 4_000_000


def test_small_plane_is_read_without_stride() -> None:
    plane = choose_plane(None, (5, 20, 30))
    assert plane_box(plane, (5, 20, 30)).slices == (slice(2, 3), slice(0, 20), slice(0, 30)) or (
        plane_box(plane, (5, 20, 30)).step == (1, 1, 1)
    )


@pytest.mark.parametrize(
    ("window", "x", "y"),
    [
        ((-0.5, -0.5, 29.5, 19.5), (0, 30), (0, 20)),
        ((9.5, 4.5, 12.5, 6.5), (10, 13), (5, 7)),
        ((12.5, 6.5, 9.5, 4.5), (10, 13), (5, 7)),
        ((-100, -100, 1000, 1000), (0, 30), (0, 20)),
        ((10.1, 5.1, 10.2, 5.2), (10, 11), (5, 6)),
        ((500, 500, 600, 600), (29, 30), (19, 20)),
    ],
    ids=["all", "part", "turned round", "too large", "inside one pixel", "outside"],
)
def test_window_is_cut_to_whole_pixels(
    window: tuple[float, ...], x: tuple[int, int], y: tuple[int, int]
) -> None:
    box = plane_box(choose_plane(None, (20, 30)), (20, 30), window=window)
    assert ((box.start[1], box.stop[1]), (box.start[0], box.stop[0])) == (x, y)


def test_window_of_wrong_length_is_refused() -> None:
    with pytest.raises(DisplayError, match="x0, y0, x1, y1, got 3"):
        plane_box(choose_plane(None, (20, 30)), (20, 30), window=(0, 1, 2))


def test_window_that_is_not_finite_is_refused() -> None:
    with pytest.raises(DisplayError, match="finite edges"):
        plane_box(choose_plane(None, (20, 30)), (20, 30), window=(0, 0, np.nan, 5))


def test_position_replaces_indices_of_the_other_axes_only() -> None:
    plane = place_plane(choose_plane(None, (9, 20, 30)), (9, 20, 30), (2, 7, 7))
    assert plane.position == (2, None, None)


def test_position_outside_is_refused() -> None:
    with pytest.raises(DisplayError, match=r"index 9 on axis 0 lies outside 0\.\.8"):
        place_plane(choose_plane(None, (9, 20, 30)), (9, 20, 30), (9, None, None))


def test_position_of_wrong_length_is_refused() -> None:
    with pytest.raises(DisplayError, match="2 indices for 3 axes"):
        place_plane(choose_plane(None, (9, 20, 30)), (9, 20, 30), (1, None))


def test_rows_of_a_plane_are_its_y_axis() -> None:
    pixels = np.arange(24.0).reshape(4, 3, 2)
    lattice = MemoryLattice(pixels)
    plane = Plane(x_axis=0, y_axis=2, position=(None, 1, None))
    block = read_plane(lattice, plane, plane_box(plane, lattice.shape))
    np.testing.assert_array_equal(block.values, pixels[:, 1, :].T)


def test_mask_turns_with_the_pixels() -> None:
    mask = np.zeros((4, 3), bool)
    mask[3, 1] = True
    lattice = MemoryLattice(np.zeros((4, 3)), ~mask)
    plane = Plane(x_axis=0, y_axis=1, position=(None, None))
    block = read_plane(lattice, plane, plane_box(plane, lattice.shape))
    np.testing.assert_array_equal(block.good, ~mask.T)


def test_complex_pixels_become_amplitudes() -> None:
    lattice = MemoryLattice(np.array([[3 + 4j]]))
    plane = choose_plane(None, lattice.shape)
    block = read_plane(lattice, plane, plane_box(plane, lattice.shape))
    np.testing.assert_array_equal(block.values, [[5.0]])
