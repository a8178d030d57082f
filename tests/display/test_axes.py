from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from jupimage.coordinates import default_system
from jupimage.display.axes import Grid, lay_grid
from jupimage.display.lettering import Lettering
from jupimage.display.plane import choose_plane
from jupimage.display.world import PlaneWorld

Make = Callable[..., Any]

SIZE = (680, 680)
SMALL = Lettering(22)


def world_of(system: Any, shape: tuple[int, ...]) -> PlaneWorld:
    plane = choose_plane(system, shape)
    width, height = plane.size(shape)
    return PlaneWorld(system, plane, (-0.5, -0.5, width - 0.5, height - 0.5))


def grid_of(world: PlaneWorld, size: tuple[int, int] = SIZE) -> Grid:
    return lay_grid(world, size, measure=SMALL.width, line_height=SMALL.height)


def wrapped(difference: Any) -> Any:
    return (np.asarray(difference) + 180) % 360 - 180


SKIES: dict[str, dict[str, Any]] = {
    "plain": {},
    "turned by 30": {"turn": 30.0},
    "turned by 85": {"turn": 85.0},
    "turned by 180": {"turn": 180.0},
    "near the pole": {"centre": (10, 88.0), "cell": (-0.01, 0.01), "projection": "TAN"},
    "pole inside": {"centre": (10, 89.5), "cell": (-0.01, 0.01), "projection": "TAN"},
    "across zero": {"centre": (0.0, -5.0)},
    "milliarcseconds": {"cell": (-1e-7, 1e-7)},
    "galactic": {"frame": "GALACTIC", "centre": (0.0, 0.0), "projection": "CAR"},
    "mirrored": {"cell": (6 / 3600, 6 / 3600)},
    "whole sky": {"frame": "GALACTIC", "centre": (0, 0), "cell": (-1, 1), "projection": "CAR"},
}


@pytest.mark.parametrize("name", SKIES)
def test_ticks_stand_where_the_coordinates_say(sky: Make, name: str) -> None:
    shape = (180, 360) if name == "whole sky" else (300, 300)
    world = world_of(sky(shape, **SKIES[name]), shape)
    grid = grid_of(world)
    x0, y0, x1, y1 = world.extent
    turned = grid.bottom.title == world.y.title
    for side, along_x in ((grid.bottom, True), (grid.left, False)):
        assert len(side.ticks) >= 2
        at = np.array([tick.at for tick in side.ticks])
        x, y = (x0 + at * (x1 - x0), y0 + 0 * at) if along_x else (x0 + 0 * at, y0 + at * (y1 - y0))
        first = (along_x and not turned) or (not along_x and turned)
        found = world.at(x, y)[0 if first else 1]
        step = min(np.diff(sorted({tick.value for tick in side.ticks})), default=1.0)
        error = wrapped(found - [tick.value for tick in side.ticks])
        assert np.abs(error).max() < 0.02 * step


@pytest.mark.parametrize("name", SKIES)
def test_labels_do_not_overlap(sky: Make, name: str) -> None:
    shape = (180, 360) if name == "whole sky" else (300, 300)
    grid = grid_of(world_of(sky(shape, **SKIES[name]), shape))
    spans = [
        (tick.at * SIZE[0] - SMALL.width(tick.label) / 2, SMALL.width(tick.label))
        for tick in grid.bottom.ticks
    ]
    for (left, width), (following, _) in pairwise(spans):
        assert left + width < following
    heights = [tick.at * SIZE[1] for tick in grid.left.ticks]
    assert all(b - a > SMALL.size for a, b in pairwise(heights))


@pytest.mark.parametrize("name", SKIES)
def test_lines_follow_round_values(sky: Make, name: str) -> None:
    shape = (180, 360) if name == "whole sky" else (300, 300)
    world = world_of(sky(shape, **SKIES[name]), shape)
    grid = grid_of(world)
    x0, y0, x1, y1 = world.extent
    rulers = []
    for side in (grid.bottom, grid.left):
        values = sorted({tick.value for tick in side.ticks})
        rulers.append((values[0], min(np.diff(values))))
    if grid.bottom.title == world.y.title:
        rulers.reverse()
    middle = grid.lines.mean(axis=1)
    found = world.at(x0 + middle[:, 0] * (x1 - x0), y0 + middle[:, 1] * (y1 - y0))
    steps = [(v - first) / step for v, (first, step) in zip(found, rulers, strict=True)]
    off = [np.abs(n - np.rint(n)) for n in steps]  # each line follows one of the two
    assert len(grid.lines) > 100
    assert np.quantile(np.fmin(*off), 0.98) < 0.05


def test_turned_sky_is_labelled_on_the_other_edges(sky: Make) -> None:
    world = world_of(sky((300, 300), turn=85.0), (300, 300))
    grid = grid_of(world)
    assert grid.bottom.title == "Declination (J2000)"
    assert grid.left.title == "Right Ascension (J2000)"


def test_whole_sky_is_labelled_inside(sky: Make) -> None:
    system = sky((180, 360), centre=(0, 0), cell=(-1, 1), projection="AIT", frame="GALACTIC")
    grid = grid_of(world_of(system, (180, 360)), (860, 430))
    assert grid.bottom.ticks == grid.left.ticks == ()
    labels = [entry.label for entry in grid.inside]
    assert {"0°", "45°", "315°", "+20°", "−20°"} <= set(labels)
    assert all(0 <= entry.x <= 1 and 0 <= entry.y <= 1 for entry in grid.inside)


def test_lines_stay_on_the_sky(sky: Make) -> None:
    system = sky((180, 360), centre=(0, 0), cell=(-1, 1), projection="AIT", frame="GALACTIC")
    world = world_of(system, (180, 360))
    middle = grid_of(world, (860, 430)).lines.mean(axis=1)
    values = world.at(-0.5 + middle[:, 0] * 360, -0.5 + middle[:, 1] * 180)
    assert np.isfinite(values[0]).mean() > 0.99


def test_spectral_axis_has_a_prefix_and_its_frame() -> None:
    grid = grid_of(world_of(default_system((500,)), (500,)))
    assert grid.bottom.title == "Frequency (GHz, LSRK)"
    assert [float(t.label) for t in grid.bottom.ticks] == [t.value for t in grid.bottom.ticks]


def test_stokes_pixels_are_named(sky: Make) -> None:
    record = sky((30, 4)).dict()
    del record["direction0"], record["worldmap0"]
    zeros = np.zeros(1)
    for number, axis in ((0, 0), (1, 1)):
        maps = {"worldmap": np.array([axis]), "pixelmap": np.array([axis])}
        maps |= {"worldreplace": zeros, "pixelreplace": zeros}
        record |= {f"{key}{number}": value for key, value in maps.items()}
    record["stokes0"] = {"axes": ["Stokes"], "stokes": ["I", "Q", "U", "V"]}
    record["linear1"] = {
        "crval": zeros, "crpix": zeros, "cdelt": np.ones(1), "pc": np.eye(1),
        "axes": ["Time"], "units": ["s"],
    }  # fmt: skip
    from jupimage.coordinates import coordinatesystem

    grid = grid_of(world_of(coordinatesystem(record), (30, 4)))
    assert [tick.label for tick in grid.bottom.ticks] == ["I", "Q", "U", "V"]
    assert [tick.at for tick in grid.bottom.ticks] == [0.125, 0.375, 0.625, 0.875]
    assert grid.left.title == "Time (s)"


def test_no_coordinates_give_pixel_numbers() -> None:
    grid = grid_of(world_of(None, (40, 50)))
    assert grid.bottom.title == "Axis 1 (pixels)"
    assert grid.left.title == "Axis 0 (pixels)"
    tick = grid.bottom.ticks[1]
    assert tick.at == pytest.approx((float(tick.label) + 0.5) / 50)


def test_coordinates_that_fail_give_pixel_numbers(sky: Make) -> None:
    system = sky((40, 50), centre=(0.0, 0.0), cell=(-90.0, 90.0))
    world = PlaneWorld(system, choose_plane(system, (40, 50)), (400.0, 400.0, 449.5, 439.5))
    assert world.sky is None
    assert "(pixels)" in grid_of(world).bottom.title
