"""Whatever changes in a record is seen by the next conversion."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from jupimage.coordinates import coordinatesystem, default_system
from jupimage.coordinates.changes import Watch
from jupimage.coordinates.record import Record, assemble, measure, tabular_record
from jupimage.errors import ImageError
from jupimage.lattice import Box

PIXEL = [2.0, 1.0, 3.0, 5.0]


def cube() -> coordinatesystem:
    return default_system((7, 3, 20, 30))


def leaves(record: Record, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Give the way to everything in a record that is no record itself."""
    for key, value in record.items():
        if isinstance(value, dict):
            yield from leaves(value, (*path, key))
        else:
            yield (*path, key)


def at(record: Record, path: tuple[str, ...]) -> Record:
    for key in path[:-1]:
        record = record[key]
    return record


def answer(system: coordinatesystem) -> Any:
    try:
        return system.toworld(PIXEL)
    except ImageError as error:
        return type(error)


def changed(value: Any) -> list[Any]:
    """Return other values of the same kind."""
    if isinstance(value, np.ndarray):
        return [value + 1, value * 2, np.zeros_like(value)]
    if isinstance(value, float | int):
        return [value + 1, value * 2, 0.5]
    if isinstance(value, list):
        return [value[::-1], ["deg"] * len(value)]
    return ["GALACTIC", "TAN", "TOPO", ""]


PATHS = [path for path in leaves(default_system((7, 3, 20, 30)).dict())]


@pytest.mark.parametrize("path", PATHS, ids="/".join)
def test_replaced_value_is_seen(path: tuple[str, ...]) -> None:
    system = cube()
    answer(system)
    for value in changed(at(system.dict(), path)[path[-1]]):
        at(system.dict(), path)[path[-1]] = value
        assert answer(system) == answer(coordinatesystem(copy.deepcopy(system.dict())))


ARRAYS = [path for path in PATHS if isinstance(at(cube().dict(), path)[path[-1]], np.ndarray)]


@pytest.mark.parametrize("path", ARRAYS, ids="/".join)
def test_value_changed_inside_an_array_is_seen(path: tuple[str, ...]) -> None:
    system = cube()
    answer(system)
    array = at(system.dict(), path)[path[-1]]
    if not array.size:
        pytest.fail("an array without values would test nothing")
    for n in range(array.size):
        array.flat[n] += 1
        assert answer(system) == answer(coordinatesystem(copy.deepcopy(system.dict())))


@pytest.mark.parametrize("path", PATHS, ids="/".join)
def test_removed_value_is_seen(path: tuple[str, ...]) -> None:
    system = cube()
    answer(system)
    del at(system.dict(), path)[path[-1]]
    assert answer(system) == answer(coordinatesystem(copy.deepcopy(system.dict())))


def replace_by_equal(record: Record) -> None:
    record["spectral2"] = copy.deepcopy(record["spectral2"])
    record["spectral2"]["wcs"]["crval"] += 1e6


def replace_array_by_equal(record: Record) -> None:
    record["worldreplace1"] = record["worldreplace1"].copy()
    record["stokes1"]["crval"] = record["stokes1"]["crval"].copy()
    record["stokes1"]["stokes"][:] = ["XX", "YY", "XY"]


def ask_for_a_conversion(record: Record) -> None:
    record["spectral2"]["conversion"] |= {
        "system": "BARY",
        "direction": measure("direction", "J2000", (1.0, "rad"), (0.5, "rad")),
    }


def add_a_coordinate(record: Record) -> None:
    table = tabular_record(np.arange(3.0), np.arange(3.0) ** 2, name="t", unit="s")
    record.update(assemble([("tabular", table, (4,))], {}))
    record["tabular3"] = record.pop("tabular0")
    for key in ("worldmap", "worldreplace", "pixelmap", "pixelreplace"):
        record[f"{key}3"], record[f"{key}0"] = record[f"{key}0"], cube().dict()[f"{key}0"]


@pytest.mark.parametrize(
    "change", [replace_by_equal, replace_array_by_equal, ask_for_a_conversion, add_a_coordinate]
)
def test_larger_change_is_seen(change: Callable[[Record], None]) -> None:
    system = cube()
    before = answer(system)
    change(system.dict())
    assert answer(system) == answer(coordinatesystem(copy.deepcopy(system.dict()))) != before


def test_change_of_a_conversion_under_way_is_seen() -> None:
    system = cube()
    ask_for_a_conversion(system.dict())
    before = answer(system)
    system.dict()["spectral2"]["conversion"]["direction"]["m0"]["value"] = 2.0
    assert answer(system) != before


def test_what_does_not_matter_is_no_change() -> None:
    system = cube()
    watch = Watch(system.dict())
    system.dict()["telescope"] = "ALMA"
    system.dict()["obsdate"]["m0"]["value"] = 5.0
    system.dict()["spectral2"]["conversion"]["epoch"]["m0"]["value"] = 5.0
    assert watch.unchanged()


def test_arrays_with_gaps_are_no_trouble() -> None:
    system = cube()
    record = system.dict()["direction0"]
    record["crval"] = np.array([1.0, 9.0, 2.0])[::2]
    before = answer(system)
    record["crval"][1] = 60.0
    assert answer(system) != before


def test_conversion_stays_what_it_was() -> None:
    system = cube()
    conversion = system.conversion()
    before = conversion.toworld(PIXEL)
    system["direction"].set_referencevalue([1.0, 2.0])
    assert conversion.toworld(PIXEL) == before != system.toworld(PIXEL)
    assert system.conversion() is not conversion
    assert system.conversion() is system.conversion()


@pytest.mark.parametrize("path", ARRAYS, ids="/".join)
def test_conversion_is_not_touched_by_its_record(path: tuple[str, ...]) -> None:
    system = cube().section(Box((0, 0, 3, 4), (7, 3, 4, 30)), drop=(2,))
    conversion = system.conversion()
    pixels = np.random.default_rng(1).uniform(0, 2, (5, 3))
    before = conversion.toworld(pixels)
    array = at(system.dict(), path)[path[-1]]
    array += 1
    np.testing.assert_array_equal(conversion.toworld(pixels), before)


def test_settled_system_does_not_look_again() -> None:
    system = cube()
    settled = system.settled()
    before = settled.toworld(PIXEL)
    assert before == system.toworld(PIXEL)
    system["direction"].set_referencevalue([1.0, 2.0])
    settled["direction"].set_referencevalue([1.0, 2.0])
    assert settled.toworld(PIXEL) == before != system.toworld(PIXEL)
    assert settled.world_ndim == 4
    assert settled.copy().toworld(PIXEL) == system.toworld(PIXEL)
    assert pickle.loads(pickle.dumps(settled)).toworld(PIXEL) == system.toworld(PIXEL)
