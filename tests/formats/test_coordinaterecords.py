"""Records of coordinates: complete after reading, refused where they are damaged."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import numpy as np
import pytest

from jupimage.coordinates import coordinatesystem, default_system
from jupimage.coordinates.record import assemble, linear_record, spectral_record, tabular_record
from jupimage.errors import CoordinateError, FormatError
from jupimage.formats.coordinaterecords import coordinates_from_record, coordinates_to_record
from tests.coordinates.sidecars import assert_same_record, load

SHAPE = (7, 2, 9, 8)
CASES = load("records.json")


def stored() -> dict[str, Any]:
    return coordinates_to_record(default_system(SHAPE))


@pytest.mark.parametrize("name", CASES)
def test_real_records_survive(name: str) -> None:
    shape = tuple(int(n) for n in CASES[name]["shape"])
    system = coordinatesystem(CASES[name]["coordinates"])
    found = coordinates_from_record(coordinates_to_record(system), shape)
    assert_same_record(found.dict(), CASES[name]["coordinates"])


def test_stored_records_know_nothing_of_one_image() -> None:
    system = default_system(SHAPE).with_axes(SHAPE)
    assert "_image_axes" in system.dict()["direction0"]
    assert "_image_axes" not in coordinates_to_record(system)["direction0"]
    assert "_image_axes" in system.dict()["direction0"]


@pytest.mark.parametrize(
    ("field", "default"),
    [
        ("telescope", "UNKNOWN"),
        ("observer", "UNKNOWN"),
        ("obsdate", {"type": "epoch", "refer": "LAST", "m0": {"value": 0.0, "unit": "d"}}),
        ("pointingcenter", {"value": [0.0, 0.0], "initial": True}),
    ],
)
def test_missing_information_takes_defaults(field: str, default: Any) -> None:
    record = stored()
    del record[field]
    found = coordinates_from_record(record, SHAPE).dict()[field]
    if field == "pointingcenter":
        found["value"] = found["value"].tolist()
    assert found == default


OPTIONAL = {
    "direction0": {"conversionSystem", "longpole", "latpole"},
    "spectral2": {"restfreqs", "velType", "nativeType", "velUnit", "waveUnit", "formatUnit",
                  "conversion"},
    "stokes1": {"crval", "crpix", "cdelt", "pc"},
}  # fmt: skip


@pytest.mark.parametrize("part", OPTIONAL)
def test_fields_are_required_unless_they_have_a_default(part: str) -> None:
    complete = stored()
    wanted = coordinates_from_record(complete, SHAPE).dict()
    for field in complete[part]:
        record = deepcopy(complete)
        del record[part][field]
        if field in OPTIONAL[part]:
            assert_same_record(coordinates_from_record(record, SHAPE).dict(), wanted)
        else:
            with pytest.raises(FormatError, match=rf"coords\.{part}\.\w+: wanted"):
                coordinates_from_record(record, SHAPE)


@pytest.mark.parametrize("field", ["worldmap1", "worldreplace1", "pixelmap1", "pixelreplace1"])
def test_maps_of_axes_are_required(field: str) -> None:
    record = stored()
    del record[field]
    with pytest.raises(FormatError, match=rf"coords\.{field}: wanted"):
        coordinates_from_record(record, SHAPE)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("direction0.system", "J2001", "wanted a known frame, got 'J2001'"),
        ("direction0.projection", "SIM", "wanted the code of a projection, got 'SIM'"),
        ("direction0.crval", np.array([0.0, np.nan]), "wanted finite numbers"),
        ("direction0.crval", np.zeros(3), r"wanted numbers of shape \(2,\), got an array \(3,\)"),
        ("direction0.pc", np.zeros(4), r"wanted numbers of shape \(2, 2\)"),
        ("direction0.units", ["rad", "Jy"], "unit of angle"),
        ("direction0.axes", ["a"], "wanted 2 strings"),
        ("direction0", 3, "wanted a record, got 3"),
        ("spectral2.system", "LSRX", "wanted a known frame"),
        ("spectral2.version", "2", "wanted an integer, got '2'"),
        ("spectral2.version", 3, "wanted version 1 or 2"),
        ("spectral2.unit", "m", "unit of frequency"),
        ("spectral2.wcs", {"crval": 1.0}, "wcs.crpix: wanted a number, got nothing"),
        ("stokes1.stokes", ["I", "Z"], "wanted known names"),
        ("stokes1.stokes", [], "wanted known names"),
        ("obsdate.refer", "UTX", "wanted a known frame, got 'UTX'"),
        ("obsdate.m0", {"value": 1.0, "unit": "\0"}, "wanted part 0 of a measure"),
        ("obsdate.m0", {"value": 1.0, "unit": "rcd"}, "wanted part 0 of a measure"),
        ("obsdate.type", "position", "wanted 'epoch'"),
        ("pointingcenter.initial", 1, "wanted True or False, got 1"),
        ("telescope", 1, "wanted a string, got 1"),
        ("worldmap0", np.array([0.0, 1.0]), "wanted integers"),
        ("pixelmap0", np.array([0, 2**40]), "wanted integers of 32 bits"),
        ("pixelmap0", np.array([1, 1]), "must name each axis once"),
    ],
)
def test_damaged_fields_are_refused(path: str, value: Any, message: str) -> None:
    record = stored()
    *names, last = path.split(".")
    inner = record
    for name in names:
        inner = inner[name]
    inner[last] = value
    with pytest.raises(FormatError, match=message):
        coordinates_from_record(record, SHAPE)


@pytest.mark.parametrize("record", [None, 3, {}, {"telescope": "x"}, {"coordsys0": {}}])
def test_what_is_no_coordinate_system(record: Any) -> None:
    with pytest.raises(FormatError, match="coords"):
        coordinates_from_record(record, SHAPE)


def test_number_of_axes_has_to_be_that_of_the_image() -> None:
    with pytest.raises(FormatError, match="wanted 3 pixel axes, got 4"):
        coordinates_from_record(stored(), (1, 2, 3))


def test_measures_may_be_relative_to_others_once() -> None:
    record = stored()
    record["obsdate"]["offset"] = deepcopy(record["obsdate"])
    assert "offset" in coordinates_from_record(record, SHAPE).dict()["obsdate"]
    record["obsdate"]["offset"]["offset"] = deepcopy(record["obsdate"]["offset"])
    with pytest.raises(FormatError, match="an offset without one of its own"):
        coordinates_from_record(record, SHAPE)


def test_old_names_and_frames_are_understood() -> None:
    record = stored()
    spectral = record["spectral2"]
    spectral["system"] = "LSR"
    del spectral["velType"], spectral["velUnit"]
    spectral |= {"prefVelType": np.int64(1), "prefVelUnit": "m/s", "waveUnit": "um"}
    found = coordinates_from_record(record, SHAPE).dict()["spectral2"]
    assert found["system"] == "LSRK"
    assert (found["velType"], found["velUnit"], found["waveUnit"]) == (1, "m/s", "mm")


def test_first_version_of_spectral_records() -> None:
    axis = {"crval": np.array([1e9]), "crpix": np.array([2.0]), "cdelt": np.array([1e6]),
            "pc": np.eye(1), "axes": ["Frequency"], "units": ["Hz"], "pixelvalues": np.zeros(0),
            "worldvalues": np.zeros(0)}  # fmt: skip
    record = assemble([("spectral", {"system": "TOPO", "restfreq": 5.0, "tabular": axis}, [0])])
    system = coordinates_from_record(record, (10,))
    assert system.toworld([4]) == [1.002e9]
    table = tabular_record(np.arange(3.0), np.array([1e9, 2e9, 4e9]), name="F", unit="Hz")
    record["spectral0"]["tabular"] = table
    assert coordinates_from_record(record, (3,)).toworld([1.5]) == [3e9]


def test_active_rest_frequency_is_one_of_all() -> None:
    record = assemble([("spectral", spectral_record(cdelt=1.0, restfrequency=1.4e9), [0])])
    record["spectral0"]["restfreqs"] = np.array([5e9, 6e9])
    found = coordinates_from_record(record, (3,)).dict()["spectral0"]
    assert found["restfreq"] == 5e9  # as casacore reads it
    kept = coordinates_to_record(coordinatesystem(record))["spectral0"]
    assert kept["restfreq"] == 1.4e9
    assert kept["restfreqs"].tolist() == [1.4e9, 5e9, 6e9]


def test_removed_axes_stay_removed() -> None:
    record = stored()
    record["pixelmap1"] = np.array([-1], np.int64)
    record["pixelmap2"] = np.array([2], np.int64)
    found = coordinates_from_record(record, (7, 9, 8)).dict()
    assert found["pixelmap1"].tolist() == [-1]
    assert found["pixelmap2"].dtype == np.int32


def test_missing_poles_are_those_of_the_projection() -> None:
    record = stored()
    record["direction0"]["longpole"] = 999.0
    del record["direction0"]["latpole"]
    found = coordinates_from_record(record, SHAPE).dict()["direction0"]
    assert (found["longpole"], found["latpole"]) == (180.0, 0.0)


def test_systems_made_by_hand_are_completed() -> None:
    linear = linear_record(names=["x"], units=["m"], crval=[1], cdelt=[2], crpix=[0])
    record = coordinates_to_record(coordinatesystem({"linear0": linear}))
    assert record["worldmap0"].tolist() == [0]
    assert record["linear0"]["crval"].dtype == np.float64
    with pytest.raises(CoordinateError, match=r"cannot be stored: coords\.linear0\.axes"):
        coordinates_to_record(coordinatesystem({"linear0": {**linear, "axes": [1]}}))


def test_nested_systems_are_refused() -> None:
    record = stored()
    record["coordsys3"] = {}
    with pytest.raises(FormatError, match="nested coordinates are not supported"):
        coordinates_from_record(record, SHAPE)
