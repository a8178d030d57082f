"""Attribute groups of an image in memory; stored ones are tested with their formats."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from jupimage import image
from jupimage.errors import ArgumentError, BoxError, DataTypeError


@pytest.fixture
def im() -> image:
    made = image("", shape=(2, 3))
    made.attrcreategroup("STATIONS")
    return made


def test_a_new_image_has_no_groups() -> None:
    assert image("", shape=(2,)).attrgroupnames() == []


def test_groups_are_listed_by_name(im: image) -> None:
    im.attrcreategroup("ANTENNAS")
    assert im.attrgroupnames() == ["ANTENNAS", "STATIONS"]


def test_a_group_is_made_once(im: image) -> None:
    with pytest.raises(ArgumentError, match="has an attribute group 'STATIONS' already"):
        im.attrcreategroup("STATIONS")


VALUES = {
    "str": ("CS001", ""),
    "float": (1.5, 0.0),
    "complex": (1 + 2j, 0j),
    "bool": (True, False),
    "int": (7, 0),
}


@pytest.mark.parametrize("kind", VALUES)
def test_a_row_holds_nothing_until_put(im: image, kind: str) -> None:
    value, nothing = VALUES[kind]
    im.attrput("STATIONS", "A", 0, value)
    im.attrput("STATIONS", "B", 1, "x")
    assert im.attrgetcol("STATIONS", "A") == [value, nothing]
    assert im.attrnrows("STATIONS") == 2
    assert im.attrnames("STATIONS") == ["A", "B"]
    assert im.attrgetrow("STATIONS", 1) == {"A": nothing, "B": "x"}


ARRAYS: dict[str, Any] = {
    "floats": np.array([1.5, 2.5]),
    "ints": [1, 2, 3],
    "plane": np.arange(6.0).reshape(2, 3),
    "strings": ["I", "Q"],
}


@pytest.mark.parametrize("kind", ARRAYS)
def test_arrays_of_any_shape(im: image, kind: str) -> None:
    im.attrput("STATIONS", "A", 0, ARRAYS[kind])
    np.testing.assert_array_equal(im.attrget("STATIONS", "A", 0), ARRAYS[kind])


def test_values_convert_to_the_type_of_the_first(im: image) -> None:
    im.attrput("STATIONS", "FREQ", 0, 1.5)
    im.attrput("STATIONS", "FREQ", 1, 2)
    assert im.attrgetcol("STATIONS", "FREQ") == [1.5, 2.0]
    with pytest.raises(DataTypeError, match="'FREQ' holds double, got 'high'"):
        im.attrput("STATIONS", "FREQ", 0, "high")
    with pytest.raises(DataTypeError, match="'FREQ' holds double, got"):
        im.attrput("STATIONS", "FREQ", 0, [1.0, 2.0])


def test_a_refused_value_changes_nothing(im: image) -> None:
    im.attrput("STATIONS", "NAME", 0, "a")
    with pytest.raises(DataTypeError, match="'NAME' holds String"):
        im.attrput("STATIONS", "NAME", 1, 3.0)
    assert im.attrnrows("STATIONS") == 1
    with pytest.raises(DataTypeError, match="Bools, numbers, strings or arrays"):
        im.attrput("STATIONS", "OTHER", 0, None)
    assert im.attrnames("STATIONS") == ["NAME"]


def test_units_and_measures_belong_to_a_new_attribute(im: image) -> None:
    im.attrput("STATIONS", "TIME", 0, 5e9, "s", ["EPOCH", "UTC"])
    im.attrput("STATIONS", "TIME", 1, 6e9, "d")
    im.attrput("STATIONS", "NAME", 0, "a")
    assert im.attrgetunit("STATIONS", "TIME") == ["s"]
    assert im.attrgetmeas("STATIONS", "TIME") == ["EPOCH", "UTC"]
    assert im.attrgetunit("STATIONS", "NAME") == im.attrgetmeas("STATIONS", "NAME") == []
    with pytest.raises(ArgumentError, match="a measure is a type and a frame"):
        im.attrput("STATIONS", "B", 0, 1.0, [], ["EPOCH"])


def test_rows_are_found_by_value(im: image) -> None:
    for row, name in enumerate("abcb"):
        im.attrput("STATIONS", "NAME", row, name)
    assert im.attrfindrows("STATIONS", "NAME", "b") == [1, 3]
    assert im.attrgetrow("STATIONS", "NAME", "c") == {"NAME": "c"}
    for value in ("b", "z"):
        with pytest.raises(IndexError, match="wanted one row"):
            im.attrgetrow("STATIONS", "NAME", value)


def test_errors_name_what_there_is(im: image) -> None:
    im.attrput("STATIONS", "NAME", 0, "a")
    with pytest.raises(ArgumentError, match="no attribute group 'X'; it has STATIONS"):
        im.attrnames("X")
    with pytest.raises(ArgumentError, match="no attribute 'X'; it has NAME"):
        im.attrget("STATIONS", "X", 0)
    with pytest.raises(BoxError, match=r"row 1 lies outside 0\.\.0"):
        im.attrget("STATIONS", "NAME", 1)
    with pytest.raises(OverflowError, match="row -1"):
        im.attrget("STATIONS", "NAME", -1)
    with pytest.raises(BoxError, match="row 5 lies outside"):
        im.attrput("STATIONS", "NAME", 5, "b")


def test_answers_are_copies(im: image) -> None:
    im.attrput("STATIONS", "A", 0, np.zeros(3))
    im.attrget("STATIONS", "A", 0)[:] = 9
    assert im.attrget("STATIONS", "A", 0).max() == 0


def test_a_section_shows_the_groups_of_its_image(im: image) -> None:
    im.attrput("STATIONS", "NAME", 0, "a")
    assert im[0].attrgetcol("STATIONS", "NAME") == ["a"]
