"""Coordinates as objects: the same answers as the classes of casacore, getter by getter."""

from __future__ import annotations

import copy
import importlib
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import jupimage.coordinates
from jupimage.coordinates import coordinatesystem
from jupimage.coordinates.record import Record, assemble, linear_record, tabular_record
from jupimage.errors import CoordinateError
from tests.conftest import Oracle

SHAPE = (5, 3, 20, 30)


@pytest.fixture(scope="module")
def theirs(oracle: Oracle) -> ModuleType:
    """Return casacore's module of coordinates."""
    return importlib.import_module("casacore.images.coordinates")


@pytest.fixture(scope="module")
def stored(oracle: Oracle) -> Record:
    """Return the record of a cube with a sky, Stokes and frequencies."""
    record: Record = oracle.images.image("", shape=SHAPE).coordinates().dict()
    return record


def other_record() -> Record:
    """Return the record of linear axes and a table."""
    linear = linear_record(
        names=["a", "b"], units=["m", "s"], crval=[1, 2], cdelt=[3, 4], crpix=[0, 9]
    )
    table = tabular_record(np.arange(4.0), np.array([1.0, 2.0, 4.0, 8.0]), name="t", unit="d")
    return assemble([("linear", linear, (0, 1)), ("tabular", table, (2,))])


def assert_same(ours: Any, known: Any, where: str = "") -> None:
    """Compare values and types."""
    assert type(ours) is type(known), (where, ours, known)
    if isinstance(known, np.ndarray):
        assert ours.dtype == known.dtype, where
        np.testing.assert_array_equal(ours, known, err_msg=where)
    elif isinstance(known, list | tuple):
        assert len(ours) == len(known), where
        for mine, other in zip(ours, known, strict=True):
            assert_same(mine, other, where)
    elif isinstance(known, dict):
        assert list(ours) == list(known), where
        for key in known:
            assert_same(ours[key], known[key], f"{where}/{key}")
    else:
        assert ours == known, where


def pair(theirs: ModuleType, record: Record) -> tuple[coordinatesystem, Any]:
    """Return a system of ours and one of theirs, each with a record of its own."""
    return (
        coordinatesystem(copy.deepcopy(record)),
        theirs.coordinatesystem(copy.deepcopy(record)),
    )


def getters(thing: Any) -> list[str]:
    return sorted(
        name for name in dir(thing) if name.startswith("get_") and name != "get_coordinate"
    )


@pytest.mark.parametrize("which", ["cube", "other"])
def test_every_getter_answers_the_same(
    oracle: Oracle, theirs: ModuleType, stored: Record, which: str
) -> None:
    ours, known = pair(theirs, stored if which == "cube" else other_record())
    for name in getters(known):
        assert_same(getattr(ours, name)(), getattr(known, name)(), name)
        oracle.count()
    for mine, other in zip(ours, known, strict=True):
        assert type(mine).__name__ == type(other).__name__
        assert set(getters(mine)) >= set(getters(other))
        for name in getters(other):
            assert_same(getattr(mine, name)(), getattr(other, name)(), name)
            oracle.count()
        for axis in range(-4, 5):
            for name in ("get_axis_size", "get_image_axis"):
                assert_same(getattr(mine, name)(axis), getattr(other, name)(axis), name)
                oracle.count()
        assert str(mine) == str(other)
        assert_same(mine.dict(), other.dict())
    assert str(ours) == str(known)


def test_axis_that_is_none_has_no_length(theirs: ModuleType, stored: Record) -> None:
    ours, known = pair(theirs, stored)
    for axis in ("a", 1.5, 99, -99):
        assert_same(ours["direction"].get_axis_size(axis), known["direction"].get_axis_size(axis))


def test_lengths_of_axes_are_there_in_numpy_order_too(stored: Record) -> None:
    system = coordinatesystem(copy.deepcopy(stored))
    assert system.get_axis_lengths() == [[5], [3], [20, 30]]
    assert system["direction"].get_axis_lengths() == [20, 30]
    assert int(system["direction"].get_axis_size(0)) == 30


def test_public_names_are_all_there(theirs: ModuleType) -> None:
    for name in (
        "coordinatesystem", "coordinate", "directioncoordinate", "spectralcoordinate",
        "linearcoordinate", "stokescoordinate", "tabularcoordinate",
    ):  # fmt: skip
        ours, known = getattr(jupimage.coordinates, name), getattr(theirs, name)
        public = {method for method in dir(known) if not method.startswith("_")}
        assert public <= set(dir(ours)), name


@pytest.mark.parametrize("kind", ["direction", "stokes", "linear", "tabular", ""])
def test_empty_record_answers_the_same(theirs: ModuleType, kind: str) -> None:
    name = f"{kind}coordinate"
    ours, known = getattr(jupimage.coordinates, name)({}), getattr(theirs, name)({})
    for method in getters(known):
        if method in ("get_stokes", "get_pixelvalues", "get_worldvalues"):
            continue
        assert_same(getattr(ours, method)(), getattr(known, method)(), method)
    assert str(ours) == str(known)


def test_empty_spectral_record_says_what_is_missing() -> None:
    axis = jupimage.coordinates.spectralcoordinate({})
    assert axis.get_unit() is axis.get_axes() is axis.get_restfrequency() is None
    with pytest.raises(CoordinateError, match="needs wcs or tabular"):
        axis.get_referencevalue()


SETTERS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "sky reference pixel": ("direction", lambda c: c.set_referencepixel([3.0, 4.0])),
    "sky reference value": ("direction", lambda c: c.set_referencevalue(np.array([60.0, -30.0]))),
    "sky increment": ("direction", lambda c: c.set_increment((2.0, -2.0))),
    "ZEA": ("direction", lambda c: c.set_projection("zea")),
    "TAN": ("direction", lambda c: c.set_projection("TAN")),
    "AIT": ("direction", lambda c: c.set_projection("AIT")),
    "frequency": ("spectral", lambda c: c.set_referencevalue(1e9)),
    "channel": ("spectral", lambda c: c.set_referencepixel(1.5)),
    "channel width": ("spectral", lambda c: c.set_increment(-2e3)),
    "stokes pixel": ("stokes", lambda c: c.set_referencepixel([0.0])),
}


@pytest.mark.parametrize("name", SETTERS)
def test_setter_has_the_same_effect(
    oracle: Oracle, theirs: ModuleType, stored: Record, name: str
) -> None:
    kind, change = SETTERS[name]
    ours, known = pair(theirs, stored)
    change(ours[kind])
    change(known[kind])
    for method in ("referencepixel", "referencevalue", "increment"):
        mine, other = (getattr(system, f"get_{method}")() for system in (ours, known))
        for one, two in zip(mine, other, strict=True):
            assert np.array_equal(one, two), method
    images = [
        oracle.images.image("", shape=SHAPE, coordsys=system)
        for system in (theirs.coordinatesystem(ours.dict()), known)
    ]
    for pixel in ([0, 0, 0, 0], [4, 2, 19, 29], [2, 1, 3.5, 7.25]):
        world = images[1].toworld(pixel)
        assert images[0].toworld(pixel) == pytest.approx(world, rel=1e-12)
        assert ours.toworld(pixel) == pytest.approx(world, rel=1e-9)
        assert ours.topixel(world) == pytest.approx(pixel, abs=1e-8)
        oracle.count(2)


BAD: dict[str, Callable[[Any], Any]] = {
    "too few": lambda cs: cs["direction"].set_referencepixel([1.0]),
    "too many": lambda cs: cs["direction"].set_referencevalue([1.0, 2.0, 3.0]),
    "one number": lambda cs: cs["direction"].set_referencepixel(1.0),
    "projection": lambda cs: cs["direction"].set_projection("foo"),
    "frame": lambda cs: cs["direction"].set_frame("foo"),
    "velocity frame": lambda cs: cs["spectral"].set_frame("foo"),
    "conversion": lambda cs: cs["spectral"].set_conversion("foo", "x"),
    "other class": lambda cs: cs.set_coordinate("direction", cs["spectral"]),
    "no coordinate": lambda cs: cs.set_coordinate("direction", 3),
    "no such name": lambda cs: cs["linear"],
    "a number for a name": lambda cs: cs[0],
    "no such name to set": lambda cs: cs.set_coordinate("foo", cs["spectral"]),
    "list too short": lambda cs: cs.set_referencepixel([1.0]),
    "no list": lambda cs: cs.set_referencepixel(3),
    "length of a system": lambda cs: len(cs),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_refused_there_is_refused_here(
    oracle: Oracle, theirs: ModuleType, stored: Record, name: str
) -> None:
    ours, known = pair(theirs, stored)
    with pytest.raises(Exception) as expected:  # noqa: PT011
        BAD[name](known)
    before = copy.deepcopy(ours.dict())
    with pytest.raises(expected.type):
        BAD[name](ours)
    assert_same(ours.dict(), before)
    oracle.count()


@pytest.mark.parametrize("record", [{}, {"telescope": "VLA"}, {"foo0": {}}], ids=str)
def test_record_without_coordinates_is_refused_alike(theirs: ModuleType, record: Record) -> None:
    for kind in (coordinatesystem, theirs.coordinatesystem):
        with pytest.raises(LookupError):
            kind(record)


def test_setters_write_by_reference(stored: Record) -> None:
    record = copy.deepcopy(stored)
    system = coordinatesystem(record)
    assert system.dict() is record
    sky = system["direction"]
    sky.set_referencepixel([1, 2])
    assert record["direction0"]["crpix"].tolist() == [2.0, 1.0]
    assert record["direction0"]["crpix"].dtype == np.float64
    system.set_referencevalue([1.5e9, [1.0], [3, 4]])
    assert record["spectral2"]["wcs"]["crval"] == 1.5e9
    assert sky.get_referencevalue().tolist() == [3.0, 4.0]


def test_no_setter_leaves_lists_behind(stored: Record) -> None:
    system = coordinatesystem(copy.deepcopy(stored))
    system.set_referencepixel([np.float32(1), [0], (2, 3)])
    system.set_increment([np.array([1000]), np.array([1]), [1, -1]])
    assert_same(
        [type(value) for value in system.get_referencepixel()], [float, np.ndarray, np.ndarray]
    )
    assert all(c.get_referencepixel() is not None for c in system)
    assert system.get_increment()[0] == 1000.0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda cs: cs["direction"].set_increment([1.0]), "increment needs 2 values"),
        (lambda cs: cs["direction"].set_increment([0.0, 1.0]), "increment cannot be 0"),
        (lambda cs: cs["direction"].set_referencevalue([np.nan, 1.0]), "has to be finite"),
        (lambda cs: cs["direction"].set_referencevalue(["a", "b"]), "needs numbers"),
        (lambda cs: cs["spectral"].set_increment("a"), "increment needs numbers"),
        (lambda cs: cs["spectral"].set_increment(0), "increment cannot be 0"),
        (lambda cs: cs["spectral"].set_referencepixel([1.0, 2.0]), "needs one number"),
        (lambda cs: cs["spectral"].set_restfrequency(-1.0), "restfrequency has to be positive"),
        (lambda cs: cs["spectral"].set_restfrequency("x"), "restfrequency needs numbers"),
        (lambda cs: cs["spectral"].set_frame("HELIO"), "'HELIO' is not known; known are LSRK"),
        (lambda cs: cs["spectral"].set_conversion("epoch", object()), "an epoch is a measure"),
        (lambda cs: cs["spectral"].set_conversion("position", "garden"), "no place is known"),
        (lambda cs: cs["direction"].set_frame("FK9"), "'FK9' is not known; known are J2000"),
        (lambda cs: cs["direction"].set_projection("XXX"), "'XXX' is not known; known are AZP"),
        (lambda cs: cs["direction"].set_projection("COE"), "COE needs 2 parameters"),
        (lambda cs: cs["direction"].set_projection("TAN", [1, 2, 3]), "TAN has 0 parameters"),
        (lambda cs: cs["direction"].set_conversion("AZEL"), "'AZEL' is not one of J2000"),
        (lambda cs: cs["stokes"].set_stokes(["I", "I", "Q"]), "needs different names"),
        (lambda cs: cs["stokes"].set_stokes(["blue"]), "needs different names"),
    ],
)  # fmt: skip
def test_setter_names_what_is_wrong(
    stored: Record, change: Callable[[Any], Any], words: str
) -> None:
    system = coordinatesystem(copy.deepcopy(stored))
    before = copy.deepcopy(system.dict())
    with pytest.raises((CoordinateError, TypeError), match=words) as caught:
        change(system)
    assert isinstance(caught.value, RuntimeError)
    assert_same(system.dict(), before)


CODES = {
    "AZP": [2.0, 30.0], "SZP": [2.0, 180.0, 60.0], "TAN": None, "STG": None, "SIN": [0.1, -0.2],
    "ARC": None, "ZPN": [0.0, 1.0, 0.0, -0.05], "ZEA": None, "AIR": [45.0], "CYP": [0.5, 0.7],
    "CEA": [0.5], "CAR": None, "MER": None, "COP": [45.0, 10.0], "COE": [45.0, 10.0],
    "COD": [45.0, 10.0], "COO": [45.0, 10.0], "SFL": None, "GLS": None, "PAR": None, "MOL": None,
    "AIT": None, "BON": [45.0], "PCO": None, "TSC": None, "CSC": None, "QSC": None, "HPX": None,
}  # fmt: skip


@pytest.mark.parametrize("code", CODES)
def test_projection_that_is_set_works_in_casacore(
    oracle: Oracle, theirs: ModuleType, stored: Record, code: str
) -> None:
    system = coordinatesystem(copy.deepcopy(stored))
    system["direction"].set_referencevalue([600.0, 1200.0])
    system["direction"].set_projection(code.lower(), CODES[code])
    assert system["direction"].get_projection() == ("SFL" if code == "GLS" else code)
    image = oracle.images.image("", shape=SHAPE, coordsys=theirs.coordinatesystem(system.dict()))
    for pixel in ([0, 0, 0, 0], [4, 2, 19, 29]):
        known = image.toworld(pixel)
        assert system.toworld(pixel) == pytest.approx(known, rel=1e-9)
        assert system.topixel(known) == pytest.approx(image.topixel(known), abs=1e-8)
        oracle.count()


def test_projection_can_be_changed_to_and_fro(stored: Record) -> None:
    sky = coordinatesystem(copy.deepcopy(stored))["direction"]
    sky.set_referencevalue([600.0, 1200.0])
    sky.set_projection("CAR")
    assert (sky.dict()["longpole"], sky.dict()["latpole"]) == (0.0, 80.0)
    sky.set_projection("SIN")
    assert (sky.dict()["longpole"], sky.dict()["latpole"]) == (180.0, 10.0)
    sky.set_projection("SIN", [0.1, 0.2])
    sky.set_projection("sin")
    assert sky.dict()["projection_parameters"].tolist() == [0.1, 0.2]


def test_ncp_works_here(stored: Record) -> None:
    system = coordinatesystem(copy.deepcopy(stored))
    system["direction"].set_referencevalue([3000.0, 60.0])
    system["direction"].set_projection("NCP")
    assert system["direction"].get_projection() == "NCP"
    assert system.topixel(system.toworld([1, 1, 5, 6])) == pytest.approx([1, 1, 5, 6])


FRAMES = ["J2000", "JMEAN", "JTRUE", "JNAT", "APP", "B1950", "B1950_VLA", "BMEAN", "BTRUE",
          "ICRS", "GALACTIC", "SUPERGAL", "ECLIPTIC", "MECLIPTIC", "TECLIPTIC", "ITRF", "TOPO",
          "HADEC", "AZEL", "AZELSW", "AZELGEO", "AZELSWGEO", "SUN",
          "MOON", "MARS"]  # fmt: skip


@pytest.mark.parametrize("frame", FRAMES)
def test_sky_frame_that_is_set_works_in_casacore(
    oracle: Oracle, theirs: ModuleType, stored: Record, frame: str
) -> None:
    system = coordinatesystem(copy.deepcopy(stored))
    system["direction"].set_frame(frame.lower())
    assert system["direction"].get_frame() == frame
    assert system["direction"].get_conversion() == frame
    image = oracle.images.image("", shape=SHAPE, coordsys=theirs.coordinatesystem(system.dict()))
    assert image.coordinates()["direction"].get_frame() == frame
    known = image.toworld([0, 0, 3, 4])
    assert system.toworld([0, 0, 3, 4]) == pytest.approx(known, rel=1e-9)
    oracle.count()


@pytest.mark.parametrize(
    "frame", ["REST", "LSRK", "LSRD", "BARY", "GEO", "TOPO", "GALACTO", "LGROUP", "CMB"]
)
def test_velocity_frame_that_is_set_works_in_casacore(
    oracle: Oracle, theirs: ModuleType, stored: Record, frame: str
) -> None:
    system = coordinatesystem(copy.deepcopy(stored))
    system["spectral"].set_frame(frame.lower())
    assert system["spectral"].get_frame() == system["spectral"].get_conversion()["system"] == frame
    image = oracle.images.image("", shape=SHAPE, coordsys=theirs.coordinatesystem(system.dict()))
    known = image.coordinates()["spectral"]
    assert known.get_frame() == known.get_conversion()["system"] == frame
    assert system.toworld([3, 0, 0, 0]) == pytest.approx(image.toworld([3, 0, 0, 0]), rel=1e-9)
    oracle.count()


def test_frame_of_two_names_gets_one(stored: Record) -> None:
    system = coordinatesystem(copy.deepcopy(stored))
    system["direction"].set_frame("AZELNE")
    assert system["direction"].get_frame() == "AZEL"


def test_rest_frequency_that_is_set_is_kept_by_casacore(
    oracle: Oracle, theirs: ModuleType, stored: Record
) -> None:
    system = coordinatesystem(copy.deepcopy(stored))
    system["spectral"].set_restfrequency(1.3e9)
    image = oracle.images.image("", shape=SHAPE, coordsys=theirs.coordinatesystem(system.dict()))
    assert image.coordinates()["spectral"].get_restfrequency() == 1.3e9
    oracle.count()


def test_conversion_that_is_set_works_in_casacore(
    oracle: Oracle, theirs: ModuleType, stored: Record
) -> None:
    system = coordinatesystem(copy.deepcopy(stored))
    axis = system["spectral"]
    axis.set_conversion("direction", ["5h34m32s", "22d0m52s"])
    axis.set_conversion("position", "VLA")
    axis.set_conversion("epoch", "2020-05-01T12:00:00")
    for frame in ("BARY", "TOPO", "GEO", "CMB"):
        axis.set_conversion("system", frame)
        image = oracle.images.image(
            "", shape=SHAPE, coordsys=theirs.coordinatesystem(system.dict())
        )
        shift = system.toworld([0, 0, 0, 0])[0] - image.toworld([0, 0, 0, 0])[0]
        # casacore rounds the constants of its frames, and so is off by up to 2 m/s
        assert abs(shift / 1.4e9 * 299792458) < 2
        oracle.count()


def test_stokes_that_are_set_work_in_casacore(
    oracle: Oracle, theirs: ModuleType, stored: Record
) -> None:
    system = coordinatesystem(copy.deepcopy(stored))
    system["stokes"].set_stokes(["XX", "V", "Pangle"])
    image = oracle.images.image("", shape=SHAPE, coordsys=theirs.coordinatesystem(system.dict()))
    assert image.coordinates()["stokes"].get_stokes() == ["XX", "V", "Pangle"]
    for n in range(3):
        assert system.toworld([0, n, 0, 0])[1] == image.toworld([0, n, 0, 0])[1]
        oracle.count()


def test_tabulated_axis_answers_where_casacore_does_not(stored: Record) -> None:
    record = copy.deepcopy(stored)
    table = tabular_record(np.arange(5.0), 1e9 + np.arange(5.0) ** 2, name="Frequency", unit="Hz")
    del record["spectral2"]["wcs"]
    record["spectral2"]["tabular"] = table
    system = coordinatesystem(record)
    assert system.get_referencevalue()[0] == 1e9
    assert system["spectral"].get_increment() == 4.0
    assert "Reference Value : 1000000000.0 Hz" in str(system)


def test_table_is_set_and_checked() -> None:
    table = coordinatesystem(other_record())["tabular"]
    table.set_worldvalues([1, 3, 9, 27])
    table.set_pixelvalues((0, 2, 4, 6))
    assert table.get_worldvalues().tolist() == [1.0, 3.0, 9.0, 27.0]
    for values, words in (([1, 2], "needs 4 values"), ([0, 1, 1, 2], "rise or fall")):
        with pytest.raises(AssertionError, match=words):
            table.set_pixelvalues(values)
