"""Every projection, in every position that is odd: casacore has to agree about each pixel."""

from __future__ import annotations

import copy
import math
from typing import Any

import numpy as np
import pytest

from jupimage.coordinates import coordinatesystem
from jupimage.coordinates.projections import PROJECTIONS
from jupimage.coordinates.record import Record, assemble
from jupimage.errors import CoordinateError
from tests.conftest import Oracle

SHAPE = (20, 30)

PARAMETERS: dict[str, list[tuple[float, ...]]] = {
    "AZP": [(), (2.0, 30.0), (-2.0, 10.0)], "SZP": [(), (2.0, 180.0, 60.0)], "TAN": [()],
    "STG": [()], "SIN": [(), (0.2, -0.1)], "ARC": [()], "ZEA": [()], "AIR": [(), (45.0,)],
    "ZPN": [(0.0, 1.0, 0.0, -0.1, *(0.0,) * 16), (0.05, 0.95, -0.02, *(0.0,) * 17)],
    "CYP": [(), (0.5, 0.7)], "CEA": [(), (0.5,)], "CAR": [()], "MER": [()],
    "COP": [(45.0, 10.0), (-40.0, 20.0)], "COE": [(45.0, 10.0), (-40.0, 20.0)],
    "COD": [(45.0, 10.0), (60.0, 0.0)], "COO": [(45.0, 10.0), (-40.0, 20.0)],
    "SFL": [()], "GLS": [()], "PAR": [()], "MOL": [()], "AIT": [()], "BON": [(45.0,), (-30.0,)],
    "PCO": [()], "TSC": [()], "CSC": [()], "QSC": [()], "HPX": [(), (6.0, 3.0)],
}  # fmt: skip

UNKNOWN_THERE = {"NCP", "XPH"}

UNITS = {"rad": 1.0, "deg": 180 / math.pi, "'": 180 * 60 / math.pi, "arcsec": 180 * 3600 / math.pi}
LATITUDES = [0.0, math.pi / 2, -math.pi / 2, 1.5707, -1.5707, math.pi / 4, 0.3, -1.1]
LONGITUDES = [0.0, 2 * math.pi, math.pi, -math.pi, 1e-9, -1e-9, 6.283, 3.0, -2.0, 5.5]
POLES = [None, 180.0, 0.0, 90.0, -90.0, 37.5]


def test_table_holds_every_projection() -> None:
    assert set(PARAMETERS) | UNKNOWN_THERE == set(PROJECTIONS)


def random_record(rng: np.random.Generator, code: str, parameters: tuple[float, ...]) -> Record:
    """Return a record with a reference, poles, a matrix and a unit out of the tables."""
    unit = str(rng.choice(list(UNITS)))
    size, angle = UNITS[unit], rng.uniform(0, 2 * math.pi)
    rotation = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    skew = rng.normal(0, 0.2, (2, 2)) if rng.random() < 0.5 else 0.0
    poles = [POLES[i] if rng.random() < 0.4 else None for i in rng.integers(len(POLES), size=2)]
    step = 10 ** rng.uniform(-6, -1.2) * size
    system = str(rng.choice(["J2000", "B1950", "GALACTIC", "ICRS", "SUPERGAL", "ECLIPTIC", "APP"]))
    return {
        "system": system,
        "projection": code,
        "projection_parameters": np.array(parameters, float),
        "crval": np.array([rng.choice(LONGITUDES), rng.choice(LATITUDES)]) * size,
        "cdelt": np.array([-step, step * rng.uniform(0.5, 2)]),
        "crpix": rng.uniform(-5, 30, 2),
        "pc": rotation + skew,
        "axes": ["longitude", "latitude"],
        "units": [unit, unit],
        "conversionSystem": system,
        "longpole": 999.0 if poles[0] is None else poles[0],
        "latpole": 999.0 if poles[1] is None else poles[1],
    }


def answer(call: Any, values: list[float]) -> Any:
    """Return an answer, None if it is refused."""
    try:
        return call(values)
    except RuntimeError:
        return None


def assert_agrees(oracle: Oracle, image: Any, system: coordinatesystem, pixels: Any) -> None:
    """Compare single positions, both ways, and whole arrays with single positions."""
    table = system.toworld(pixels)
    scale = np.abs(system["direction"].get_increment()).min()
    for row, pixel in zip(table, pixels.tolist(), strict=True):
        oracle.count(2)
        world, ours = answer(image.toworld, pixel), answer(system.toworld, pixel)
        assert (world is None) == (ours is None) == np.isnan(row).any(), pixel
        if world is None:
            continue
        assert row.tolist() == ours
        np.testing.assert_allclose(ours, world, rtol=1e-9, atol=1e-9 * scale)
        back, found = answer(image.topixel, world), answer(system.topixel, world)
        assert (back is None) == (found is None), world
        if back is not None:
            np.testing.assert_allclose(found, back, rtol=1e-9, atol=1e-8)
            assert system.topixel(np.array([world]))[0].tolist() == found


@pytest.mark.parametrize("code", PARAMETERS)
def test_projection_agrees_in_every_position(oracle: Oracle, code: str) -> None:
    rng = np.random.default_rng(sum(map(ord, code)))
    made = 0
    for parameters in PARAMETERS[code]:
        for _ in range(20):
            record = assemble([("direction", random_record(rng, code, parameters), (0, 1))])
            system = coordinatesystem(copy.deepcopy(record))
            try:
                image = oracle.images.image(
                    "", shape=list(SHAPE), coordsys=coordinatesystem(copy.deepcopy(record))
                )
            except RuntimeError as error:
                # far from its reference casacore refuses what wcslib can do
                if "cylindricalFix" not in str(error):
                    with pytest.raises(CoordinateError, match="cannot be used"):
                        system.toworld(np.zeros((1, 2)))
                continue
            made += 1
            known = image.coordinates().dict()["direction0"]
            done = system.completed().dict()["direction0"]
            for key in ("longpole", "latpole", "projection_parameters"):
                np.testing.assert_allclose(done[key], known[key], atol=1e-9, err_msg=key)
            assert done["projection"] == known["projection"]
            pixels = (rng.random((4, 2)) * 1.4 - 0.2) * np.array(SHAPE)
            assert_agrees(oracle, image, system, pixels)
    assert made > 5 * len(PARAMETERS[code])


WORDS = {
    "FOO": "projection 'FOO' is not known; known are AZP",
    "tan": "projection 'tan' is not known",
    "": "projection '' is not known",
    "COE": "COE needs 2 parameters",
    "BON": "BON needs 1 parameter",
    "ZPN": "ZPN needs 1 parameter",
}


@pytest.mark.parametrize("code", WORDS)
def test_projection_that_is_none_is_refused_alike(oracle: Oracle, code: str) -> None:
    record = random_record(np.random.default_rng(1), code, ())
    system = coordinatesystem(assemble([("direction", record, (0, 1))]))
    with pytest.raises(RuntimeError):
        oracle.images.image("", shape=list(SHAPE), coordsys=system)
    with pytest.raises(CoordinateError, match=WORDS[code]):
        system.toworld([0, 0])
    oracle.count()


@pytest.mark.parametrize("longitude", [0.0, 10.0, 350.0, 370.0, -10.0, -190.0, -0.0001])
def test_longitudes_run_as_the_reference_says(oracle: Oracle, longitude: float) -> None:
    """From 0 to 360 degrees, or down to -360 where the reference longitude is negative."""
    record = random_record(np.random.default_rng(2), "TAN", ())
    record |= {"units": ["deg", "deg"], "crval": np.array([longitude, 89.0]),
               "cdelt": np.array([-0.2, 0.2]), "longpole": 999.0, "latpole": 999.0,
               "crpix": np.array([15.0, 10.0])}  # fmt: skip
    system = coordinatesystem(assemble([("direction", record, (0, 1))]))
    image = oracle.images.image("", shape=list(SHAPE), coordsys=system)
    pixels = np.indices(SHAPE).reshape(2, -1).T[::7]
    world = system.toworld(pixels.astype(float))
    for pixel, row in zip(pixels.tolist(), world, strict=True):
        np.testing.assert_allclose(row, image.toworld(pixel), rtol=1e-9, atol=1e-10)
        oracle.count()
    if longitude >= 0:
        assert (world[:, 1] >= 0).all()
    else:
        assert (world[:, 1] <= 0).all()


PREFIXED = ["mrad", "urad", "mdeg", "mas", "uas", "arcmin", "arcsec", '"', "as"]


@pytest.mark.parametrize("unit", PREFIXED)
def test_units_are_those_of_casacore(oracle: Oracle, unit: str) -> None:
    record = random_record(np.random.default_rng(3), "SIN", ())
    record |= {"units": [unit, unit], "crval": np.array([3.0, 2.0]),
               "cdelt": np.array([-0.1, 0.1]), "longpole": 999.0, "latpole": 999.0}  # fmt: skip
    system = coordinatesystem(assemble([("direction", record, (0, 1))]))
    image = oracle.images.image("", shape=list(SHAPE), coordsys=system)
    for pixel in ([0.0, 0.0], [19.0, 29.0]):
        # angles of a few uas lose digits in any program that goes through degrees
        np.testing.assert_allclose(
            system.toworld(pixel), image.toworld(pixel), rtol=1e-9, atol=1e-4
        )
        oracle.count()


@pytest.mark.parametrize(
    "frame", ["B1950", "B1950_VLA", "ICRS", "GALACTIC", "SUPERGAL", "ECLIPTIC"]
)
def test_positions_in_another_frame(oracle: Oracle, frame: str) -> None:
    """Casacore's matrices are rounded: by 0.5" to the Galaxy, by 0.06" to the ecliptic."""
    record = random_record(np.random.default_rng(4), "SIN", ())
    record |= {"units": ["deg", "deg"], "crval": np.array([83.0, 22.0]), "system": "J2000",
               "cdelt": np.array([-0.1, 0.1]), "longpole": 999.0, "latpole": 999.0}  # fmt: skip
    record["conversionSystem"] = frame
    system = coordinatesystem(assemble([("direction", record, (0, 1))]))
    image = oracle.images.image("", shape=list(SHAPE), coordsys=system)
    limit = {"GALACTIC": 0.5, "SUPERGAL": 0.5, "ECLIPTIC": 0.06, "ICRS": 0.06}.get(frame, 0.3)
    for pixel in ([0.0, 0.0], [19.0, 29.0], [5.0, 25.0]):
        ours, known = system.toworld(pixel), image.toworld(pixel)
        assert -180 < ours[1] <= 180
        turn = math.cos(math.radians(known[0]))
        off = math.hypot(ours[0] - known[0], ((ours[1] - known[1] + 180) % 360 - 180) * turn)
        assert off * 3600 < limit
        np.testing.assert_allclose(system.topixel(ours), pixel, atol=1e-7)
        oracle.count()
