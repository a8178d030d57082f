from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from jupimage.display.beam import Beam, find_beam, outline
from jupimage.display.plane import choose_plane
from jupimage.display.world import PlaneWorld

Make = Callable[..., Any]


def world_of(system: Any, shape: tuple[int, int]) -> PlaneWorld:
    plane = choose_plane(system, shape)
    return PlaneWorld(system, plane, (-0.5, -0.5, shape[1] - 0.5, shape[0] - 0.5))


def longest(offsets: Any) -> tuple[float, float]:
    """Length of the longest radius and its direction, from up towards the left, in degrees."""
    radius = np.hypot(*offsets.T)
    x, y = offsets[radius.argmax()]
    return float(radius.max()), float(np.rad2deg(np.arctan2(-x, y)) % 180)


@pytest.mark.parametrize(
    ("turn", "cell", "angle"),
    [(0, (-6, 6), 30), (0, (6, 6), 150), (20, (-6, 6), None)],
    ids=["east to the left", "east to the right", "turned"],
)
def test_beam_lies_as_the_sky_does(
    sky: Make, turn: float, cell: tuple[float, float], angle: float | None
) -> None:
    system = sky((200, 200), turn=turn, cell=(cell[0] / 3600, cell[1] / 3600))
    offsets = outline(Beam(120.0, 60.0, 30.0), world_of(system, (200, 200)), (99.5, 99.5))
    assert offsets is not None
    length, direction = longest(offsets)
    assert length == pytest.approx(10.0, rel=0.01)
    if angle is not None:
        assert direction == pytest.approx(angle, abs=3)
    # Whatever the turn: the end of the major axis lies 60 arcsec off, 30 degrees east of north.
    x, y = offsets[np.hypot(*offsets.T).argmax()]
    ends = np.asarray(system.toworld(np.array([[99.5, 99.5], [99.5 + y, 99.5 + x]])))
    north, east = np.diff(ends, axis=0)[0] * 3600
    east *= np.cos(np.deg2rad(ends[0, 0]))
    assert np.rad2deg(np.arctan2(east, north)) % 180 == pytest.approx(30.0, abs=3)


def test_plane_without_sky_has_no_outline() -> None:
    assert outline(Beam(1, 1, 0), world_of(None, (20, 20)), (9, 9)) is None


def quantity(value: float, unit: str) -> dict[str, Any]:
    return {"value": value, "unit": unit}


def test_each_plane_has_its_own_beam() -> None:
    def record(size: float) -> dict[str, Any]:
        return {"major": quantity(size, "arcsec"), "minor": quantity(1, "arcsec")}

    planes = {"nChannels": 2, "nStokes": 2, **{f"*{n}": record(n + 1.0) for n in range(4)}}
    info = {"perplanebeams": planes}
    found = [find_beam(info, channel=c, stokes=s) for s in (0, 1) for c in (0, 1)]
    assert [beam.major for beam in found if beam] == [1.0, 2.0, 3.0, 4.0]


@pytest.mark.parametrize(
    "info",
    [
        {},
        {"restoringbeam": "12 arcsec"},
        {"restoringbeam": {}},
        {"restoringbeam": {"major": quantity(np.nan, "arcsec"), "minor": quantity(1, "arcsec")}},
        {"restoringbeam": {"major": quantity(0, "arcsec"), "minor": quantity(0, "arcsec")}},
        {"restoringbeam": {"major": quantity(1, "furlong"), "minor": quantity(1, "furlong")}},
        {"restoringbeam": {"major": quantity(1, "arcsec"), "minor": {"value": "x", "unit": "deg"}}},
        {"perplanebeams": {"nChannels": 0, "nStokes": "?"}},
    ],
    ids=["none", "text", "empty", "NaN", "zero", "unit", "value", "planes"],
)
def test_senseless_beam_is_none(info: dict[str, Any]) -> None:
    assert find_beam(info) is None


@pytest.mark.parametrize(
    ("beam", "text"),
    [
        (Beam(7200, 3600, 0), "2° × 1°, PA 0°"),
        (Beam(5.25, 0.012, -12.5), "5.25″ × 12 mas, PA -12.5°"),
    ],
)
def test_beam_in_words(beam: Beam, text: str) -> None:
    assert str(beam) == text
