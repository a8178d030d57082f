"""Records of image information: gaps filled, damage refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from jupimage.errors import ArgumentError, FormatError
from jupimage.formats.imagerecords import (
    IMAGE_TYPES,
    imageinfo_from_record,
    imageinfo_to_record,
    unit_from_field,
)


def quantity(value: Any, unit: Any = "arcsec") -> dict[str, Any]:
    return {"value": value, "unit": unit}


def beam(major: Any = 2.0, minor: Any = 1.0, angle: Any = 30.0) -> dict[str, Any]:
    return {
        "major": quantity(major),
        "minor": quantity(minor),
        "positionangle": quantity(angle, "deg"),
    }


@pytest.mark.parametrize("record", [None, {}, "text", {"other": 1}])
def test_without_a_record_an_image_is_of_intensity(record: Any) -> None:
    assert imageinfo_from_record(record) == {"imagetype": "Intensity", "objectname": ""}


@pytest.mark.parametrize("name", IMAGE_TYPES)
def test_types_are_known_in_any_case(name: str) -> None:
    assert imageinfo_from_record({"imagetype": name.upper()})["imagetype"] == name
    assert imageinfo_to_record({"imagetype": name.lower()})["imagetype"] == name


def test_unknown_type_reads_as_intensity_and_cannot_be_stored() -> None:
    assert imageinfo_from_record({"imagetype": "Nonsense"})["imagetype"] == "Intensity"
    with pytest.raises(ArgumentError, match=r"imagetype is one of Undefined.*got 'Nonsense'"):
        imageinfo_to_record({"imagetype": "Nonsense"})


def test_beam_in_a_record_of_its_own_name() -> None:
    wanted = {"imagetype": "Intensity", "objectname": "", "restoringbeam": beam()}
    assert imageinfo_from_record({"restoringbeam": {"restoringbeam": beam()}}) == wanted
    assert imageinfo_from_record({"restoringbeam": beam(2, np.int64(1), np.float32(30))}) == wanted


def test_beams_of_planes() -> None:
    beams = {"nChannels": np.uint32(2), "nStokes": 0, "*0": beam(), "*1": beam(3.0)}
    info = imageinfo_from_record({"perplanebeams": beams})
    assert info["perplanebeams"] == beams
    assert type(info["perplanebeams"]["nChannels"]) is int
    record = imageinfo_to_record(info)
    assert record["perplanebeams"]["nChannels"].dtype == np.uint32
    assert imageinfo_from_record(record) == info


@pytest.mark.parametrize(
    ("beams", "message"),
    [
        ({"nChannels": 1}, "nStokes: wanted an integer, got nothing"),
        ({"nChannels": -1, "nStokes": 1}, "wanted counts of beams"),
        ({"nChannels": 2**31, "nStokes": 2**31}, "wanted at most 10000000 beams"),
        ({"nChannels": 2, "nStokes": 1, "*0": beam()}, r"\*1: wanted a record, got nothing"),
        ({"nChannels": True, "nStokes": 1}, "wanted an integer"),
    ],
)
def test_damaged_beams_of_planes(beams: dict[str, Any], message: str) -> None:
    with pytest.raises(FormatError, match=message):
        imageinfo_from_record({"perplanebeams": beams})


@pytest.mark.parametrize(
    ("record", "message"),
    [
        (beam(1.0, 2.0), "wanted a major axis no shorter than the minor one"),
        (beam(float("nan")), "wanted a finite number"),
        (beam("x"), "wanted a number, got 'x'"),
        (beam(-1.0, -2.0), "wanted a major axis"),
        ({"major": quantity(1.0)}, "minor: wanted a record, got nothing"),
        (beam() | {"minor": quantity(1.0, "Jy")}, "wanted an angle"),
        (beam() | {"minor": quantity(1.0, "arcmin")}, "wanted a major axis"),
        (3, "wanted a record, got 3"),
    ],
)
def test_damaged_beam(record: Any, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        imageinfo_from_record({"restoringbeam": record})
    with pytest.raises(ArgumentError, match=message):
        imageinfo_to_record({"restoringbeam": record})


@pytest.mark.parametrize("unit", ["deg", "rad", "arcmin", "mas", "'", '"', "marcsec", "urad"])
def test_units_of_angle(unit: str) -> None:
    record = {part: quantity(1.0, unit) for part in ("major", "minor", "positionangle")}
    assert imageinfo_from_record({"restoringbeam": record})["restoringbeam"] == record


def test_equal_axes_in_two_units_are_a_circle() -> None:
    record = beam() | {"major": quantity(1 / 3600, "deg"), "minor": quantity(1.0)}
    assert imageinfo_from_record({"restoringbeam": record})["restoringbeam"] == record


def test_unit_is_a_text() -> None:
    assert [unit_from_field(value) for value in ("Jy", None, 3)] == ["Jy", "", ""]
