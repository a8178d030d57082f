"""The byte stream: values, objects, and streams that are not what they say."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
import pytest

from jupimage.casatable.aipsio import MAGIC, AipsReader, AipsWriter, decode_text
from jupimage.casatable.datatype import TYPES, type_of
from jupimage.errors import ArgumentError, DataTypeError, FormatError

SAMPLES: dict[str, list[Any]] = {
    "Bool": [True, False, False, True, True, False, True, True, True],
    "Char": [-128, 127],
    "uChar": [0, 255],
    "Short": [-(2**15), 2**15 - 1],
    "uShort": [0, 2**16 - 1],
    "Int": [-(2**31), 2**31 - 1],
    "uInt": [0, 2**32 - 1],
    "Int64": [-(2**63), 2**63 - 1],
    "float": [1.5, -np.inf],
    "double": [1e300, 0.1],
    "Complex": [1 - 2j],
    "DComplex": [1e300 + 1e-300j],
    "String": ["", "a", "Größe 漢字", "with\0NUL\0"],
}


def reader_of(data: bytes, **options: Any) -> AipsReader:
    return AipsReader(data, "some file", **options)


@pytest.mark.parametrize("big_endian", [True, False], ids=["big", "little"])
@pytest.mark.parametrize("name", SAMPLES)
def test_values_come_back(name: str, big_endian: bool) -> None:
    kind, values = TYPES[name], SAMPLES[name]
    writer = AipsWriter(big_endian=big_endian)
    writer.values(kind, values)
    for value in values:
        writer.scalar(kind, value)
    reader = reader_of(writer.data(), big_endian=big_endian)
    assert list(reader.values(kind, len(values))) == values
    assert [reader.scalar(kind) for _ in values] == values
    assert reader.position == len(writer)


@pytest.mark.parametrize("name", [name for name in SAMPLES if name != "String"])
def test_arrays_are_in_native_order(name: str) -> None:
    writer = AipsWriter()
    writer.array(TYPES[name], np.array(SAMPLES[name]))
    assert reader_of(writer.data()).array(TYPES[name]).dtype == TYPES[name].dtype


def test_bools_are_packed_from_the_lowest_bit() -> None:
    writer = AipsWriter()
    writer.values(TYPES["Bool"], SAMPLES["Bool"])
    assert writer.data() == bytes([0b11011001, 0b1])


def test_text_that_is_not_utf8_is_latin1() -> None:
    assert decode_text("Größe".encode()) == "Größe"
    assert decode_text("Größe".encode("latin-1")) == "Größe"


def test_half_of_a_surrogate_pair_is_refused() -> None:
    with pytest.raises(DataTypeError, match="wanted text that UTF-8 can hold, got"):
        AipsWriter().text("a\udc80")


def test_objects_are_laid_out_as_casacore_does() -> None:
    writer = AipsWriter()
    writer.begin("outer", 2, outermost=True)
    writer.begin("in", 1)
    writer.unsigned(7)
    writer.finish()
    writer.finish()
    assert writer.data() == bytes.fromhex(
        "bebebebe 00000023 00000005 6f75746572 00000002 00000012 00000002 696e 00000001 00000007"
    )


def test_object_of_unknown_length_is_read() -> None:
    data = (
        struct.pack(">4I4sI", MAGIC, MAGIC, 4, 0, b"", 0)[:12] + b"sync" + struct.pack(">2I", 1, 5)
    )
    reader = reader_of(data)
    _, end = reader.begin("sync", outermost=True)
    assert reader.unsigned() == 5
    reader.finish(end)


def test_object_has_to_end_where_it_says() -> None:
    writer = AipsWriter()
    writer.begin("sync", 1)
    writer.unsigned(5)
    writer.finish()
    reader = reader_of(writer.data() + b"more")
    _, end = reader.begin("sync")
    with pytest.raises(FormatError, match="some file is damaged: wanted the end of an object at"):
        reader.finish(end)


HEADS = {
    "cut off": ("0000 0010 0000 0004 7379", "some file is cut off: wanted 4 bytes at byte 8"),
    "longer than the file": (
        "0000 0100 0000 0004 7379 6e63 0000 0001",
        "is cut off: wanted 256 bytes at byte 0, got 16",
    ),
    "other kind": ("0000 0010 0000 0004 7379 6e64 0000 0001", "wanted a sync .* got 'synd'"),
    "other version": (
        "0000 0010 0000 0004 7379 6e63 0000 0009",
        "some file: wanted sync version 1 or 2, got 9",
    ),
    "long name": ("0000 0010 ffff ffff 7379", "cut off: wanted 4294967295 bytes at byte 8"),
}


@pytest.mark.parametrize(("data", "message"), HEADS.values(), ids=HEADS)
def test_head_of_an_object_is_checked(data: str, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        reader_of(bytes.fromhex(data)).begin("sync", (1, 2))


def test_outermost_object_needs_its_magic_number() -> None:
    with pytest.raises(FormatError, match="wanted the magic number 0xbebebebe before a sync"):
        reader_of(bytes(20)).begin("sync", outermost=True)


@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (2**31, 5), (-1,)], ids=str)
def test_shapes_come_back(shape: tuple[int, ...]) -> None:
    writer = AipsWriter()
    writer.shape(shape)
    assert reader_of(writer.data()).shape() == shape


@pytest.mark.parametrize(
    "values",
    [
        np.arange(6.0).reshape(2, 3),
        np.zeros((0, 4), np.int32),
        np.ones((3, 1, 2), np.bool_),
        np.array([["a", "bc"], ["", "ä"]]),
        np.array([1 + 2j], np.complex64),
    ],
    ids=["double", "empty", "Bool", "String", "Complex"],
)
def test_arrays_come_back(values: Any) -> None:
    kind = type_of(values.dtype)
    writer = AipsWriter()
    writer.array(kind, values)
    np.testing.assert_array_equal(reader_of(writer.data()).array(kind), values)


def test_first_axis_in_the_file_is_the_last_here() -> None:
    writer = AipsWriter()
    writer.array(TYPES["Int"], np.arange(6).reshape(2, 3))
    assert struct.unpack(">3I", writer.data()[22:34]) == (2, 3, 2)


def test_old_array_with_origin_is_read() -> None:
    writer = AipsWriter()
    writer.begin("Array<Int>", 2)
    for number in (1, 0, 2, 2, 7, 8):  # one axis, its origin, its length, the count, the values
        writer.integer(number)
    writer.finish()
    assert reader_of(writer.data()).array(TYPES["Int"]).tolist() == [7, 8]


def test_trailing_nuls_survive_in_several_axes() -> None:
    writer = AipsWriter()
    writer.array(TYPES["String"], np.array([["a\0", "b"]], object))
    assert reader_of(writer.data()).array(TYPES["String"]).tolist() == [["a\0", "b"]]


def test_one_long_text_among_many_costs_no_more_than_they_do() -> None:
    values = np.full((2, 5000), "", object)
    values[0, 0] = "x" * 200_000
    writer = AipsWriter()
    writer.array(TYPES["String"], values)
    found = reader_of(writer.data()).array(TYPES["String"])
    assert found.dtype == object
    assert found.tolist() == values.tolist()


ARRAYS: dict[str, tuple[list[int], str]] = {
    "count": ([1, 3, 2, 0, 0], r"wanted the 2 values of an array, got the shape \[3\]"),
    "huge": ([1, 2**32 - 1, 2**32 - 1], "cut off: wanted 17179869180 bytes"),
    "axes": ([99], "wanted an array of at most 32 axes, got 99"),
    "no values on long axes": (
        [4, 0, 2**32 - 1, 2**32 - 1, 2**32 - 1, 0],
        "wanted the shape of an array",
    ),
}


@pytest.mark.parametrize(("numbers", "message"), ARRAYS.values(), ids=ARRAYS)
def test_damaged_array_is_refused(numbers: list[int], message: str) -> None:
    writer = AipsWriter()
    writer.begin("Array<Int>", 3)
    for number in numbers:
        writer.unsigned(number)
    writer.finish()
    with pytest.raises(FormatError, match=message):
        reader_of(writer.data()).array(TYPES["Int"])


def test_block_says_no_more_than_the_file_holds() -> None:
    writer = AipsWriter()
    writer.begin("Block", 1)
    writer.unsigned(2**30)
    writer.finish()
    with pytest.raises(FormatError, match="wanted 4294967296 bytes at byte 21, got 0"):
        reader_of(writer.data()).block()


def test_object_that_no_length_can_tell_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jupimage.casatable.aipswriter.MOST_BYTES", 10)
    writer = AipsWriter()
    writer.begin("Block", 1)
    with pytest.raises(ArgumentError, match="at most 10 bytes in one description, got 17"):
        writer.finish()


def test_types_that_no_table_has_are_refused() -> None:
    with pytest.raises(DataTypeError, match="holds values of type datetime64"):
        type_of(np.dtype("M8[s]"))
