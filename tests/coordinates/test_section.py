"""Coordinates of parts of images, also of those that lose axes."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from jupimage.coordinates import coordinatesystem, default_system
from jupimage.coordinates.record import (
    assemble,
    direction_record,
    linear_record,
    spectral_record,
    stokes_record,
)
from jupimage.errors import CoordinateError
from jupimage.lattice import Box

SHAPE = (8, 4, 20, 30)


def whole(pc: Any = None, table: bool = False) -> coordinatesystem:
    sky = direction_record(
        crval=(30.0, 50.0), cdelt=(-0.1, 0.15), crpix=(15.0, 8.0), units=("deg", "deg"), pc=pc
    )
    if table:
        steps = np.cumsum(np.arange(8.0) + 1)
        spectral = spectral_record(table=(np.arange(8.0), 1e9 + 1e6 * steps))
    else:
        spectral = spectral_record(crval=1.4e9, cdelt=1e6, crpix=3.5)
    return coordinatesystem(
        assemble(
            [
                ("direction", sky, (0, 1)),
                ("stokes", stokes_record(["I", "Q", "U", "V"]), (2,)),
                ("spectral", spectral, (3,)),
            ]
        )
    )


ROTATED = [[0.8, -0.6], [0.6, 0.8]]
QUARTER = [[0.0, -1.0], [1.0, 0.0]]


@pytest.mark.parametrize("pc", [None, ROTATED, QUARTER], ids=["straight", "rotated", "quarter"])
@pytest.mark.parametrize("table", [False, True], ids=["linear", "table"])
def test_every_pixel_keeps_its_world_value(pc: Any, table: bool) -> None:
    system = whole(pc, table)
    box = Box((1, 1, 3, 5), (8, 4, 20, 29), (2, 2, 3, 4))
    part = system.section(box)
    inner = np.array(list(itertools.product(*(range(min(n, 3)) for n in box.shape))), float)
    outer = np.array(box.start) + inner * np.array(box.step)
    np.testing.assert_allclose(part.toworld(inner), system.toworld(outer), rtol=1e-13)
    np.testing.assert_allclose(part.topixel(part.toworld(inner)), inner, atol=1e-9)
    assert part["stokes"].get_stokes() == ["Q", "V"]
    assert part["direction"].get_axis_size(0) == box.shape[3]
    assert system["direction"].get_referencepixel().tolist() == [8.0, 15.0]


@pytest.mark.parametrize("pc", [None, ROTATED, QUARTER], ids=["straight", "rotated", "quarter"])
@pytest.mark.parametrize("gone", [2, 3], ids=["no y", "no x"])
def test_strip_of_sky_keeps_its_world_values(pc: Any, gone: int) -> None:
    system = whole(pc)
    start, stop = [2, 1, 4, 6], [3, 2, 20, 29]
    stop[gone] = start[gone] + 1
    box = Box(tuple(start), tuple(stop))
    strip = system.section(box, drop=(0, 1, gone))
    assert strip.ndim == strip.world_ndim == 1
    assert strip.get_names() == ["direction"]
    assert strip.direction_axes() is None
    (axis,) = strip.axes()
    place = {"Declination": 2, "Right Ascension": 3}[axis.name]
    left = 5 - gone
    for offset in (0, 3, 11.5):
        outer = np.array(start, float)
        outer[left] += offset
        world = strip.toworld([offset])
        assert world == pytest.approx([system.toworld(outer)[place]], rel=1e-13)
        assert strip.topixel(world) == pytest.approx([offset], abs=1e-8)
    again = strip.section(Box((4,), (10,), (2,)))
    assert again.toworld([2]) == pytest.approx(strip.toworld([8]), rel=1e-13)


def test_strip_in_a_cube_keeps_the_other_axes() -> None:
    system = whole()
    strip = system.section(Box((0, 0, 5, 0), (8, 4, 6, 30)), drop=(2,))
    assert [axis.name for axis in strip.axes()] == ["Frequency", "Stokes", "Right Ascension"]
    world = system.toworld([2, 1, 5, 7])
    assert strip.toworld([2, 1, 7]) == pytest.approx([world[0], world[1], world[3]])
    assert strip.topixel([world[0], world[1], world[3]]) == pytest.approx([2, 1, 7])
    table = strip.toworld(np.array([[2.0, 1.0, 7.0], [2.0, 9.0, 7.0]]))
    assert np.isnan(table[1]).all()
    # one replacement value, that of the latitude at the reference longitude
    assert strip.dict()["worldreplace0"][1] == pytest.approx(system.toworld([0, 0, 5, 15])[2])


def test_replacement_of_a_strip_comes_from_the_right_axis_with_axes_behind() -> None:
    system = whole()
    record = system.dict()
    for key in ("pixelmap", "worldmap"):  # the sky slowest
        record[f"{key}0"], record[f"{key}1"], record[f"{key}2"] = (
            np.array([2, 3]), np.array([0]), np.array([1])
        )  # fmt: skip
    strip = system.section(Box((3, 0, 0, 0), (4, 30, 8, 4)), drop=(0,))
    full = system.toworld([3, 7, 2, 1])
    assert strip.toworld([7, 2, 1]) == pytest.approx(full[1:])
    assert strip.topixel(full[1:]) == pytest.approx([7, 2, 1])


def test_coordinates_without_axes_disappear_and_the_others_are_renumbered() -> None:
    system = whole()
    spectrum = system.section(Box((0, 2, 3, 4), (8, 3, 4, 5)), drop=(1, 2, 3))
    keys = [key for key in spectrum.dict() if key[-1].isdigit()]
    assert keys == ["spectral0", "worldmap0", "worldreplace0", "pixelmap0", "pixelreplace0"]
    assert spectrum.toworld([2.5]) == [1.399e9]
    assert spectrum.get_telescope() == "UNKNOWN"


def test_linear_axes_that_hang_together_are_solved() -> None:
    pc = [[1.0, 0.3, 0.1], [0.0, 1.0, 0.2], [0.4, 0.0, 1.0]]
    record = linear_record(
        names=["a", "b", "c"], units=["", "", ""], crval=[1, 2, 3], cdelt=[1, 2, 3],
        crpix=[0, 0, 0], pc=pc,
    )  # fmt: skip
    system = coordinatesystem(assemble([("linear", record, (0, 1, 2))]))
    part = system.section(Box((0, 4, 0), (9, 5, 9)), drop=(1,))
    world = system.toworld([3, 4, 5])
    assert part.toworld([3, 5]) == pytest.approx([world[0], world[2]])
    assert part.topixel([world[0], world[2]]) == pytest.approx([3, 5])


def test_stokes_section_beyond_the_axis_is_refused() -> None:
    with pytest.raises(CoordinateError, match="leaves nothing of the stokes axis"):
        whole().section(Box((0, 5, 0, 0), (1, 6, 1, 1)))


def test_last_axis_cannot_be_dropped() -> None:
    with pytest.raises(CoordinateError, match="has to keep an axis"):
        default_system((1, 1)).section(Box((0, 0), (1, 1)), drop=(0, 1))


def test_long_axis_cannot_be_dropped() -> None:
    with pytest.raises(CoordinateError, match="only an axis of length 1 can be dropped"):
        whole().section(Box.whole(SHAPE), drop=(0,))


def test_section_of_another_number_of_axes_is_refused() -> None:
    with pytest.raises(CoordinateError, match="a section of 2 axes of coordinates of 4"):
        whole().section(Box((0, 0), (1, 1)))


def test_removed_axis_as_other_programs_write_it() -> None:
    # in memory any negative number may stand for a removed axis
    system = whole()
    record = system.section(Box((0, 0, 5, 0), (1, 1, 6, 30)), drop=(0, 1, 2)).dict()
    expected = coordinatesystem(record).toworld([3])
    for key in ("pixelmap0", "worldmap0"):
        record[key] = np.array([0, -2])
    assert coordinatesystem(record).toworld([3]) == expected
