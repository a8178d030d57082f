"""Attribute groups of paged images."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from jupimage.errors import ArgumentError, FormatError
from jupimage.formats import AttributeTable, open_path
from tests.casatable.realtables import unpack
from tests.conftest import Oracle
from tests.paged.pagedfiles import make, pixels_of


def group_of(rows: int = 3) -> AttributeTable:
    """Return a group with attributes of all types."""
    group = AttributeTable()
    for row in range(rows):
        group.put("NAME", row, f"CS{row:03d}")
        group.put("NR", row, 10 * row)
        group.put("FLAG", row, bool(row % 2))
        group.put("TSYS", row, 100.5 + row, unit=("K",))
        group.put("GAIN", row, 1 + 1j * row)
        group.put("SHORT", row, np.float32(row) / 2)
        group.put(
            "POSITION",
            row,
            np.arange(3.0) * row,
            unit=("m", "m", "m"),
            measure=("position", "ITRF"),
        )
        group.put("NAMES", row, ["a" * row, "b"])
        group.put("MATRIX", row, np.arange(6, dtype=np.int32).reshape(2, 3) + row)
        group.put("FLAGS", row, np.array([True, False, bool(row)]))
    return group


def assert_same_groups(ours: AttributeTable, theirs: AttributeTable) -> None:
    assert (ours.rows, list(ours.columns)) == (theirs.rows, list(theirs.columns))
    for name, column in theirs.columns.items():
        mine = ours.columns[name]
        assert (mine.type, mine.array, mine.unit, mine.measure) == (
            column.type,
            column.array,
            column.unit,
            column.measure,
        )
        for one, other in zip(mine.values, column.values, strict=True):
            np.testing.assert_array_equal(one, other)


def compare_with_casacore(oracle: Oracle, path: str, name: str, group: AttributeTable) -> None:
    image = oracle.images.image(path)
    assert name in image.attrgroupnames()
    assert image.attrnames(name) == list(group.columns)
    assert image.attrnrows(name) == group.rows
    for attribute, column in group.columns.items():
        for row, value in enumerate(column.values):
            found = image.attrget(name, attribute, row)
            np.testing.assert_array_equal(found, value, err_msg=attribute)
        assert list(image.attrgetunit(name, attribute)) == list(column.unit)
        assert list(image.attrgetmeas(name, attribute)) == list(column.measure)
        oracle.count()


@pytest.fixture
def path(tmp_path: Path) -> str:
    return make(tmp_path / "a.img", pixels_of((3, 4)))


@pytest.mark.parametrize("big_endian", [False, True], ids=["little", "big"])
def test_first_group_is_made(big_endian: bool, oracle: Oracle, tmp_path: Path) -> None:
    path = make(tmp_path / "a.img", pixels_of((3, 4)), big_endian=big_endian)
    opened = open_path(path)
    assert opened.store.attributes() == {}
    opened.store.save_attributes("STATIONS", group_of())
    assert_same_groups(open_path(path).store.attributes()["STATIONS"], group_of())
    del opened
    compare_with_casacore(oracle, path, "STATIONS", group_of())


def test_first_group_of_an_image_without_the_keyword(oracle: Oracle, tmp_path: Path) -> None:
    path = unpack("f4_2d.img", tmp_path)
    opened = open_path(path)
    opened.store.save_attributes("STATIONS", group_of(1))
    del opened
    compare_with_casacore(oracle, path, "STATIONS", group_of(1))


def test_groups_come_with_a_new_image(oracle: Oracle, tmp_path: Path) -> None:
    groups = {"B": group_of(2), "A": AttributeTable()}
    path = make(tmp_path / "a.img", pixels_of((3, 4)), attributes=groups)
    found = open_path(path).store.attributes()
    assert list(found) == ["A", "B"]
    assert_same_groups(found["B"], groups["B"])
    compare_with_casacore(oracle, path, "B", groups["B"])


def test_casacore_creates_groups_in_a_new_image(oracle: Oracle, path: str) -> None:
    image = oracle.images.image(path)
    image.attrcreategroup("THEIRS")
    image.attrput("THEIRS", "NAME", 0, "x")
    image.attrput("THEIRS", "FREQ", 0, 1.5, ["Hz"])
    del image
    group = open_path(path).store.attributes()["THEIRS"]
    assert group.columns["FREQ"].values == [1.5]
    assert group.columns["FREQ"].unit == ("Hz",)
    oracle.count()


def test_group_of_casacore_is_changed_here_and_read_there(oracle: Oracle, tmp_path: Path) -> None:
    path = unpack("attrs.img", tmp_path)
    opened = open_path(path)
    group = opened.store.attributes()["LOFAR_ANTENNA"]
    group.put("NAME", 3, "CS003")
    group.put("NEW", 0, 7)
    opened.store.save_attributes("LOFAR_ANTENNA", group)
    found = opened.store.attributes()["LOFAR_ANTENNA"]
    assert found.columns["NAME"].values == ["CS000", "CS001", "CS002", "CS003"]
    assert found.columns["NEW"].values == [7, 0, 0, 0]
    assert found.columns["POSITION"].values[3] is None
    del opened
    image = oracle.images.image(path)
    assert image.attrget("LOFAR_ANTENNA", "NAME", 3) == "CS003"
    assert image.attrget("LOFAR_ANTENNA", "NEW", 0) == 7
    oracle.count(2)


def test_changing_what_is_given_changes_nothing(path: str) -> None:
    opened = open_path(path)
    opened.store.save_attributes("G", group_of())
    opened.store.attributes()["G"].put("NAME", 0, "other")
    assert opened.store.attributes()["G"].columns["NAME"].values[0] == "CS000"


def test_other_handle_sees_a_changed_group(path: str) -> None:
    mine, other = open_path(path), open_path(path)
    mine.store.save_attributes("G", group_of(1))
    assert other.store.attributes()["G"].rows == 1
    mine.store.save_attributes("G", group_of(4))
    assert other.store.attributes()["G"].rows == 4


@pytest.mark.parametrize("name", ["", "a/b", "..", "logtable", "table.f0", "mask0", "x" * 300])
def test_names_of_groups_that_cannot_be(tmp_path: Path, name: str) -> None:
    path = make(tmp_path / "a.img", pixels_of((3, 4)), np.ones((3, 4), bool))
    opened = open_path(path)
    before = sorted(Path(path).iterdir())
    with pytest.raises(ArgumentError, match="group"):
        opened.store.save_attributes(name, AttributeTable())
    assert sorted(Path(path).iterdir()) == before


def test_groups_outside_the_folder_are_refused(oracle: Oracle, path: str, tmp_path: Path) -> None:
    other = str(tmp_path / "other.tab")
    oracle.tables.table(other, oracle.tables.maketabdesc([]), ack=False).close()
    with oracle.tables.table(path, readonly=False, ack=False) as table:
        table.putkeyword("ATTRGROUPS", {"G": f"Table: {other}"})
    with pytest.raises(FormatError, match="wanted the name of a table inside"):
        open_path(path).store.attributes()


def test_undefined_cells_stay_undefined(tmp_path: Path) -> None:
    group = AttributeTable()
    group.put("A", 0, 1)
    group.put("B", 1, [1.0, 2.0])
    path = make(tmp_path / "a.img", pixels_of((3, 4)), attributes={"G": group})
    values: Any = open_path(path).store.attributes()["G"].columns["B"].values
    assert values[0] is None
    assert values[1].tolist() == [1.0, 2.0]
