"""Records: every type of value comes back as what it was, and damage is noticed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from jupimage import options
from jupimage.casatable import (
    AipsReader,
    AipsWriter,
    TableData,
    TableName,
    read_record,
    read_table,
    write_record,
    write_table,
)
from jupimage.errors import DataTypeError, FormatError
from tests.casatable.realtables import assert_same


def record_bytes(record: dict[Any, Any], kind: str = "TableRecord") -> bytes:
    writer = AipsWriter()
    write_record(writer, record, kind)
    return writer.data()


def read_bytes(data: bytes, kind: str = "TableRecord") -> dict[str, Any]:
    return read_record(AipsReader(data, "some file"), kind)


VALUES: dict[str, Any] = {
    "Bool": True,
    "uChar": np.uint8(200),
    "Short": np.int16(-3),
    "Int": 2**31 - 1,
    "negative Int": -(2**31),
    "uInt": np.uint32(2**32 - 1),
    "Int64": np.int64(5),
    "float": np.float32(0.1),
    "double": 0.1,
    "infinity": float("inf"),
    "Complex": np.complex64(1 - 2j),
    "DComplex": 0.1 + 3j,
    "String": "Größe\0\0",
    "empty String": "",
    "table": TableName("././mask0"),
    "record": {"a": {"b": {}}, "c": 1},
    "Bool array": np.array([[True, False, True]] * 3),
    "uChar array": np.arange(5, dtype=np.uint8),
    "Short array": np.arange(5, dtype=np.int16),
    "Int array": np.arange(6, dtype=np.int32).reshape(2, 3),
    "uInt array": np.arange(5, dtype=np.uint32),
    "Int64 array": np.arange(5, dtype=np.int64),
    "float array": np.linspace(0, 1, 5, dtype=np.float32),
    "double array": np.linspace(0, 1, 5),
    "Complex array": np.array([1j, 2], np.complex64),
    "DComplex array": np.array([[1j], [2]]),
    "String array": ["I", "Größe", ""],
    "no strings": np.array([], "U1"),
    "strings on two axes": np.array([["a", "bc"], ["d", "e"]]),
    "no numbers": np.array([], np.float64),
}


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_values_come_back_with_their_type(value: Any) -> None:
    found = read_bytes(record_bytes({"x": value}))["x"]
    assert type(found) is type(value)
    assert_same(found, value)
    if isinstance(value, np.ndarray):
        assert found.dtype == value.dtype


def test_order_of_fields_is_kept() -> None:
    record = dict(reversed(VALUES.items()))
    assert list(read_bytes(record_bytes(record))) == list(record)


OTHERS: dict[str, tuple[Any, Any]] = {
    "large int": (2**31, np.int64(2**31)),
    "numpy Bool": (np.bool_(True), True),
    "numpy double": (np.float64(2.5), 2.5),
    "numpy Int": (np.int32(7), 7),
    "numpy text": (np.str_("a"), "a"),
    "short float": (np.float16(0.5), np.float32(0.5)),
    "signed byte": (np.int8(-5), np.int16(-5)),
    "unsigned 16 bits": (np.uint16(5), 5),
    "unsigned 64 bits": (np.uint64(5), np.int64(5)),
    "no axes": (np.array(2.5), 2.5),
    "list of ints": ([1, 2], np.array([1, 2], np.int32)),
    "list of large ints": ([1, 2**40], np.array([1, 2**40])),
    "list of floats": ([1, 2.5], np.array([1, 2.5])),
    "list of lists": ([[1, 2], [3, 4]], np.array([[1, 2], [3, 4]], np.int32)),
    "list of Bools": ([True], np.array([True])),
    "tuple of texts": (("a", "b\0"), ["a", "b\0"]),
    "array of texts": (np.array(["a", "b"]), ["a", "b"]),
    "array of objects": (np.array(["a", "b"], object), ["a", "b"]),
    "empty list": ([], np.array([])),
    "other byte order": (np.array([1.5], ">f4"), np.array([1.5], np.float32)),
    "array of bytes": (np.array([-1], np.int8), np.array([-1], np.int16)),
    "array of unsigned 64 bits": (np.array([1], np.uint64), np.array([1])),
}


@pytest.mark.parametrize(("given", "found"), OTHERS.values(), ids=OTHERS)
def test_other_values_become_the_nearest_type(given: Any, found: Any) -> None:
    got = read_bytes(record_bytes({"x": given}))["x"]
    assert type(got) is type(found)
    assert_same(got, found)


class Unknown:
    """Something that no record holds."""


REFUSED: dict[str, tuple[Any, str]] = {
    "None": (None, "info.x: wanted a number, text, an array or a dict, got NoneType"),
    "bytes": (b"ab", "got bytes"),
    "object": (Unknown(), "got Unknown"),
    "too large": (2**63, "wanted integers of at most 64 bits, got 9223372036854775808"),
    "too small": (-(2**63) - 1, "integers of at most 64 bits, got -9223372036854775809"),
    "large unsigned": (np.array([2**63], np.uint64), "at most 64 bits, got 9223372036854775808"),
    "date": (np.datetime64("2020-01-01"), "got datetime64"),
    "dates": (np.array(["2020-01-01"], "M8[D]"), "got values of type datetime64"),
    "mixture": (["a", 1], "wanted numbers or texts of one type, got a mixture"),
    "ragged list": ([[1], [1, 2]], "wanted a list of numbers or texts of one shape"),
    "list of None": ([None], "got a mixture"),
    "list of dicts": ([{}], "got a mixture"),
    "surrogate": ("\ud800", r"info\.x: wanted text that UTF-8 can hold"),
}


@pytest.mark.parametrize(("value", "message"), REFUSED.values(), ids=REFUSED)
def test_other_values_are_refused(value: Any, message: str) -> None:
    with pytest.raises(DataTypeError, match=message):
        record_bytes({"info": {"x": value}})


def test_names_of_fields_are_texts() -> None:
    with pytest.raises(DataTypeError, match=r"a\.1: wanted a text as name of a field, got 1"):
        record_bytes({"a": {1: 2}})


def test_record_in_itself_is_refused() -> None:
    record: dict[str, Any] = {}
    record["again"] = record
    with pytest.raises(DataTypeError, match="wanted records at most 50 deep, got more"):
        record_bytes(record)


def nested(levels: int, start: bytes = b"") -> bytes:
    """Return a record that holds records, or only the descriptions of such."""
    writer = AipsWriter()
    for _ in range(levels):
        writer.begin("TableRecord", 1)
        writer.begin("RecordDesc", 2)
        writer.integer(1)
        writer.text("x")
        writer.integer(25)
        writer.begin("RecordDesc", 2)
        writer.integer(0)
        writer.finish()
        writer.text("")
        writer.finish()
        writer.integer(1)
    writer.begin("TableRecord", 1)
    writer.begin("RecordDesc", 2)
    writer.integer(0)
    writer.finish()
    writer.integer(1)
    for _ in range(levels + 1):
        writer.finish()
    return writer.data()


def test_records_are_read_down_to_fifty_levels() -> None:
    assert "x" in read_bytes(nested(50))
    with pytest.raises(FormatError, match="wanted records at most 50 deep, got more"):
        read_bytes(nested(1000))


def test_descriptions_are_read_down_to_fifty_levels() -> None:
    writer = AipsWriter()
    writer.begin("TableRecord", 1)
    for _ in range(200):
        writer.begin("RecordDesc", 2)
        writer.integer(1)
        writer.text("x")
        writer.integer(25)
    with pytest.raises(FormatError, match="wanted records at most 50 deep, got more"):
        read_bytes(finished(writer, 201))


def finished(writer: AipsWriter, objects: int) -> bytes:
    """Close the objects and return the bytes."""
    for _ in range(objects):
        writer.finish()
    return writer.data()


def test_record_whose_fields_are_described_outside_is_read() -> None:
    writer = AipsWriter()
    writer.begin("Record", 1)
    writer.begin("RecordDesc", 2)
    writer.integer(1)
    writer.text("outer")
    writer.integer(25)
    writer.begin("RecordDesc", 2)
    writer.integer(2)
    for name, number in (("n", 5), ("unit", 11)):
        writer.text(name)
        writer.integer(number)
        writer.text("")
    writer.finish()
    writer.text("")
    writer.finish()
    writer.integer(0)
    writer.integer(42)
    writer.text("Jy")
    assert read_bytes(finished(writer, 1), "Record") == {"outer": {"n": 42, "unit": "Jy"}}


def test_first_version_of_a_description_is_read() -> None:
    writer = AipsWriter()
    writer.begin("TableRecord", 1)
    writer.begin("RecordDesc", 1)
    writer.integer(1)
    writer.text("n")
    writer.integer(5)
    writer.finish()
    writer.integer(1)
    writer.integer(3)
    assert read_bytes(finished(writer, 1)) == {"n": 3}


def test_damage_in_a_record_is_noticed() -> None:
    good = record_bytes({"alpha": 1, "gamma": 2.5})
    assert read_bytes(good) == {"alpha": 1, "gamma": 2.5}
    for wrong, message in {
        good.replace(b"gamma", b"alpha"): "wanted each field of a record once, got 'alpha' twice",
        good.replace(
            b"alpha\0\0\0\x05", b"alpha\0\0\0\x63"
        ): "values for the field 'alpha', got 99",
        good.replace(b"TableRecord", b"TableRecore"): "wanted a TableRecord at byte 0",
        good.replace(b"Desc\0\0\0\2\0\0\0\2", b"Desc\0\0\0\2\x7f\xff\xff\xff"): "is cut off",
        good.replace(b"Desc\0\0\0\2\0\0\0\2", b"Desc\0\0\0\2\xff\xff\xff\xff"): "is cut off",
        good[:-1]: "is cut off",
        good[:3] + b"\xff" + good[4:]: "is cut off",
    }.items():
        assert wrong != good
        with pytest.raises(FormatError, match=message):
            read_bytes(wrong)


def test_very_old_keyword_sets_are_refused() -> None:
    writer = AipsWriter()
    writer.begin("ScalarKeywordSet", 1)
    with pytest.raises(FormatError, match=r"wanted a TableRecord .* got 'ScalarKeywordSet'"):
        read_bytes(finished(writer, 1))


def test_names_of_tables_lead_into_the_folder(tmp_path: Path) -> None:
    inside = tmp_path / "a.img" / "mask0"
    inside.mkdir(parents=True)
    parent = str(tmp_path / "a.img")
    assert TableName("././mask0").folder(parent) == str(inside)
    assert TableName.inside("mask0") == "././mask0"


OUTSIDE = [
    "././../b.img",
    "././",
    "././.",
    "././a/../../b",
    "./b.img",
    "/etc",
    "b.img",
    "x/.",
    "\0",
]


@pytest.mark.parametrize("name", OUTSIDE)
def test_names_of_tables_do_not_lead_out_of_it(name: str, tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"wanted (a|the) name .*inside .*a\.img, got"):
        TableName(name).folder(str(tmp_path / "a.img"))


def test_symbolic_links_do_not_lead_out_of_it(tmp_path: Path) -> None:
    parent = tmp_path / "a.img"
    parent.mkdir()
    try:
        os.symlink(tmp_path, parent / "mask0")
    except OSError:
        return  # a system where only administrators make links
    with pytest.raises(FormatError, match="wanted a name inside"):
        TableName("././mask0").folder(str(parent))


def test_names_of_tables_lead_anywhere_if_the_user_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parent = str(tmp_path / "a.img")
    beside = str(tmp_path / "b.img")
    assert TableName("./b.img").folder(parent, allow_outside=True) == beside
    monkeypatch.setattr(options, "follow_links", True)
    assert TableName("./b.img").folder(parent) == beside
    assert TableName("././m").folder(parent) == str(tmp_path / "a.img" / "m")
    assert TableName("/x/y").folder(parent) == "/x/y"
    assert TableName("b/.").folder(parent) == parent
    with pytest.raises(FormatError, match="wanted the name of a table"):
        TableName("a\0b").folder(parent)


def test_casacore_reads_our_records(tmp_path: Path, oracle: Any) -> None:
    folder = str(tmp_path / "t")
    os.mkdir(folder)
    record = {
        key: value
        for key, value in VALUES.items()
        if key != "table"  # which would have to exist
    }
    write_table(folder, TableData(keywords={"plain": 1, "all": record}))
    table = oracle.tables.table(folder, ack=False)
    theirs = table.getkeyword("all")
    table.close()
    assert list(theirs) == list(record)
    for key, value in record.items():
        got = theirs[key]
        if isinstance(got, dict) and "array" in got:  # strings on several axes, or none
            got = np.array(got["array"], "U").reshape(got["shape"])
        assert np.array_equal(np.asarray(got), np.asarray(value)), key
    oracle.count(len(record))


def test_we_read_records_of_casacore(tmp_path: Path, oracle: Any) -> None:
    folder = str(tmp_path / "t")
    table = oracle.tables.table(folder, {}, ack=False)
    given = {
        "flag": True,
        "int": 5,
        "large": 2**40,
        "double": 2.5,
        "complex": 1 - 2j,
        "text": "Größe",
        "list": ["a", "b"],
        "numbers": np.arange(6, dtype=np.float32).reshape(2, 3),
        "bools": np.array([[True, False]]),
        "record": {"inner": {"deep": "x"}},
    }
    table.putkeyword("all", given, makesubrecord=True)
    table.close()
    found = read_table(folder).keywords["all"]
    assert_same(found, given)
    oracle.count(len(given))
