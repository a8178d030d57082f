"""What an image makes of a record that somebody changed: casacore's images make the same of it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from jupimage.coordinates import coordinatesystem
from jupimage.coordinates.record import Record
from jupimage.errors import CoordinateError
from tests.conftest import Oracle
from tests.coordinates.sidecars import assert_same_record

SHAPE = (5, 3, 20, 30)
SKY, STOKES, LINE = "direction0", "stokes1", "spectral2"


def drop(*path: str) -> Callable[[Record], None]:
    def change(record: Record) -> None:
        for key in path[:-1]:
            record = record[key]
        del record[path[-1]]

    return change


def put(key: str, **values: Any) -> Callable[[Record], None]:
    return lambda record: record[key].update(values)


def both_frames(frame: str) -> Callable[[Record], None]:
    def change(record: Record) -> None:
        record[LINE]["system"] = record[LINE]["conversion"]["system"] = frame

    return change


CHANGES: dict[str, Callable[[Record], None]] = {
    "nothing": lambda record: None,
    "reference value": put(SKY, crval=np.array([600.0, 300.0])),
    "sky frame in small letters": put(SKY, system="galactic", conversionSystem="galactic"),
    "sky frame": put(SKY, system="GALACTIC", conversionSystem="GALACTIC"),
    "sky frame, shown in another": put(SKY, system="GALACTIC"),
    "GLS": put(SKY, projection="GLS", longpole=999.0, latpole=999.0),
    "no parameters": put(SKY, projection="AZP", projection_parameters=np.array([])),
    "too few parameters": put(SKY, projection="SZP", projection_parameters=np.array([1.0])),
    "parameters": put(SKY, projection="COE", projection_parameters=np.array([45.0, 10.0])),
    "more parameters": put(SKY, projection_parameters=np.array([0.1, 0.2, 0.3])),
    "parameters of another": put(SKY, projection="TAN"),
    "open poles": put(SKY, projection="AIT", longpole=999.0, latpole=999.0),
    "no frame to show": drop(SKY, "conversionSystem"),
    "no pole": drop(SKY, "longpole"),
    "names of axes": put(SKY, axes=["x", "y"]),
    "Stokes": put(STOKES, stokes=["XX", "YY", "V"]),
    "Stokes in small letters": put(STOKES, stokes=["xx", "YY", "v"]),
    "Stokes elsewhere": put(STOKES, crpix=np.array([3.0]), cdelt=np.array([2.0])),
    "velocity frame": both_frames("TOPO"),
    "velocity frame in small letters": both_frames("topo"),
    "rest frequencies": put(LINE, restfreq=2e9, restfreqs=np.array([1e9, 2e9])),
    "no list of rest frequencies": drop(LINE, "restfreqs"),
    "no conversion": drop(LINE, "conversion"),
    "MHz": put(LINE, unit="MHz"),
    "types and units": put(LINE, nativeType=2, velType=1, velUnit="m/s", waveUnit="um"),
    "no native type": drop(LINE, "nativeType"),
    "no unit of velocities": drop(LINE, "velUnit"),
    "name of the axis": put(LINE, name="Freq"),
    "no telescope": drop("telescope"),
    "no observer": drop("observer"),
    "no date": drop("obsdate"),
    "no position": drop("telescopeposition"),
    "no pointing centre": drop("pointingcenter"),
}


def stored(oracle: Oracle) -> Record:
    record: Record = copy.deepcopy(oracle.images.image("", shape=SHAPE).coordinates().dict())
    return record


@pytest.mark.parametrize("name", CHANGES)
def test_record_is_completed_as_in_an_image_of_casacore(oracle: Oracle, name: str) -> None:
    record = stored(oracle)
    CHANGES[name](record)
    known = oracle.images.image("", shape=SHAPE, coordsys=coordinatesystem(copy.deepcopy(record)))
    before = coordinatesystem(record)
    system = before.completed()
    assert_same_record(system.with_axes(SHAPE).dict(), known.coordinates().dict(), rtol=1e-9)
    assert system.dict() is not record
    for pixel in ([0, 0, 0, 0], [4, 2, 19, 29]):
        world = known.toworld(pixel)
        # a frame shown in another one differs by the rounded matrices of casacore
        shown = 1e-3 if name == "sky frame, shown in another" else 0
        np.testing.assert_allclose(system.toworld(pixel), world, rtol=1e-9, atol=10 * shown)
        oracle.count()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (put(SKY, system="FK9"), "sky frame 'FK9' is not known"),
        (put(SKY, projection="XXX"), "projection 'XXX' is not known"),
        (put(SKY, units=["Jy", "Jy"]), "a direction needs a unit of angle, got 'Jy'"),
        (put(SKY, pc=np.zeros((2, 2))), "cannot be inverted"),
        (put(SKY, cdelt=np.array([0.0, 1.0])), "cannot be inverted"),
        (put(STOKES, stokes=["I", "I", "Q"]), "a Stokes axis needs different names"),
        (put(STOKES, stokes=["blue"]), "a Stokes axis needs different names"),
        (put(LINE, system="MARS"), "velocity frame 'MARS' is not known"),
        (drop(SKY, "crval"), "cannot be read: KeyError: 'crval'"),
    ],
)
def test_record_that_cannot_be_completed(
    oracle: Oracle, change: Callable[[Record], None], words: str
) -> None:
    record = stored(oracle)
    change(record)
    with pytest.raises(CoordinateError, match=words):
        coordinatesystem(record).completed()


def test_stokes_lie_where_casacore_has_them(oracle: Oracle) -> None:
    image = oracle.images.image("", shape=SHAPE)
    system = coordinatesystem(image.coordinates().dict())
    for pixel in (-0.49, 0.0, 0.49, 0.5, 1.49, 1.5, 2.49, 2.5, 3.0, 40.0):
        position = [0.0, pixel, 0.0, 0.0]
        try:
            known = image.toworld(position)[1]
        except RuntimeError:
            with pytest.raises(CoordinateError, match="has no world values"):
                system.toworld(position)
        else:
            assert system.toworld(position)[1] == known
        oracle.count()
    for code in (0.0, 0.6, 1.0, 1.4, 1.5, 2.0, 2.49, 3.0, 4.0):
        position = [1.415e9, code, 0.0, 0.0]
        try:
            known = image.topixel(position)[1]
        except RuntimeError:
            with pytest.raises(CoordinateError, match="has no pixel"):
                system.topixel(position)
        else:
            assert system.topixel(position)[1] == known
        oracle.count()
