"""Descriptions of tables, their kinds and states: what casacore wrote, and damaged ones."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from jupimage import options
from jupimage.casatable import (
    AipsWriter,
    Column,
    Manager,
    Sync,
    TableData,
    TableInfo,
    TableName,
    count_rows,
    file_size,
    lock_bytes,
    parse_sync,
    parse_table,
    read_file,
    read_info,
    read_table,
    request_bytes,
    request_list,
    sync_bytes,
    table_bytes,
    write_info,
    write_table,
)
from jupimage.errors import ArgumentError, FormatError, MissingImageError, ReadOnlyError
from tests.casatable.damage import damaged
from tests.casatable.realtables import IMAGES, assert_same, side_car, tables, unpack

DAMAGES = 300


def test_there_are_real_images() -> None:
    assert len(IMAGES) > 40


@pytest.mark.parametrize("name", IMAGES)
def test_keywords_are_those_that_casacore_reads(name: str, tmp_path: Path) -> None:
    folder = unpack(name, tmp_path)
    theirs = side_car(name)
    table = read_table(folder)
    assert_same(table.keywords, theirs["keywords"])
    assert table.big_endian == (theirs.get("endian", "little") == "big")
    assert isinstance(table.keywords["logtable"], TableName)
    assert table.rows == 1
    assert table.column("map").array
    assert read_info(folder).type == "Image"


@pytest.mark.parametrize("name", [*IMAGES, "bool_array"])
def test_tables_are_written_as_casacore_writes_them(name: str, tmp_path: Path) -> None:
    found = tables(unpack(name, tmp_path))
    assert found
    for folder in found:
        assert table_bytes(read_table(folder)) == Path(folder, "table.dat").read_bytes()
        lock = Path(folder, "table.lock").read_bytes()
        sync = parse_sync(lock)
        assert sync is not None
        assert lock_bytes(sync) == lock
        info = Path(folder, "table.info").read_bytes()
        write_info(folder, read_info(folder))
        assert Path(folder, "table.info").read_bytes() == info


def sample() -> TableData:
    """Return a description in which nothing has its default value."""
    return TableData(
        rows=3,
        big_endian=True,
        columns=[
            Column(
                "map",
                "Complex",
                array=True,
                ndim=3,
                shape=(4, 3, 2),
                comment="of column",
                manager_type="TiledShapeStMan",
                manager_group="group",
                option=5,
                keywords={"UNIT": "Jy", "inner": {"x": [1, 2]}},
                manager=2,
                stored_shape=(4, 3, 2),
            ),
            Column("name", "String", max_length=9, manager=4, default="none", stored_name="old"),
            Column("n", "Int", option=2, manager=4, default=-7),
            Column("flag", "Bool", manager=4, default=True),
            Column("z", "DComplex", manager=4, default=1 - 2j),
        ],
        managers=[Manager("TiledCellStMan", 2), Manager("StandardStMan", 4, b"some data")],
        keywords={"logtable": TableName("././logtable")},
        private_keywords={"Hypercolumn_map": {"ndim": np.uint32(3)}},
        comment="of table",
        next_sequence=5,
        name="name",
        version="version",
    )


def test_descriptions_come_back() -> None:
    table = sample()
    found = parse_table(table_bytes(table), "some file")
    keywords = [column.keywords for column in found.columns]
    assert_same(keywords[0], {"UNIT": "Jy", "inner": {"x": np.array([1, 2], np.int32)}})
    for column in (*found.columns, *table.columns):
        column.keywords = {}
    assert found == table


def test_order_of_axes_in_the_file_is_the_reverse() -> None:
    data = table_bytes(sample())
    writer = AipsWriter()
    writer.shape((2, 3, 4))
    assert data.count(writer.data()) == 2


def test_manager_of_a_column_is_found() -> None:
    table = sample()
    assert table.manager("n").data == b"some data"
    with pytest.raises(FormatError, match="wanted a column 'x', got map, name, n, flag, z"):
        table.manager("x")
    table.managers = []
    with pytest.raises(FormatError, match="wanted the data manager 4 of column 'n', got none"):
        table.manager("n")


def test_table_is_replaced_in_one_step(tmp_path: Path) -> None:
    folder, victim = str(tmp_path / "t"), tmp_path / "victim"
    os.mkdir(folder)
    write_table(folder, TableData(rows=1))
    victim.write_text("precious")
    try:
        os.symlink(victim, tmp_path / "t" / "table.dat_tmp")
    except OSError:
        (tmp_path / "t" / "table.dat_tmp").write_text("left by a killed process")
    write_table(folder, TableData(rows=2), durable=True)
    assert read_table(folder).rows == 2
    assert os.listdir(folder) == ["table.dat"]
    assert victim.read_text() == "precious"


def test_failed_write_leaves_the_old_table(tmp_path: Path) -> None:
    folder = str(tmp_path)
    write_table(folder, TableData(rows=1))
    (tmp_path / "table.dat_tmp").mkdir()
    with pytest.raises((FormatError, ReadOnlyError), match=r"cannot write .*table\.dat: "):
        write_table(folder, TableData(rows=2))
    assert read_table(folder).rows == 1


def test_too_many_rows_are_refused() -> None:
    with pytest.raises(ArgumentError, match="wanted at most 2147483647 rows, got 2147483648"):
        table_bytes(TableData(rows=2**31))


def test_missing_table_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(MissingImageError, match=r"there is no file .*table\.dat"):
        read_table(str(tmp_path / "nothing"))
    with pytest.raises(MissingImageError, match=r"there is no file .*table\.info"):
        read_info(str(tmp_path))


def test_only_regular_files_are_read(tmp_path: Path) -> None:
    (tmp_path / "table.info").mkdir()
    with pytest.raises(FormatError, match=r"table\.info: wanted a regular file, got a folder"):
        read_info(str(tmp_path))
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "table.dat")
        with pytest.raises(FormatError, match=r"table\.dat: wanted a regular file, got a pipe"):
            read_table(str(tmp_path))


def test_links_out_of_the_folder_are_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "t"
    folder.mkdir()
    write_table(str(tmp_path), TableData(rows=7))
    try:
        os.symlink(tmp_path / "table.dat", folder / "table.dat")
    except OSError:
        return  # a system where only administrators make links
    with pytest.raises(FormatError, match="wanted a name inside"):
        read_table(str(folder))
    monkeypatch.setattr(options, "follow_links", True)
    assert read_table(str(folder)).rows == 7


def test_small_files_are_refused_when_they_are_large(tmp_path: Path) -> None:
    with open(tmp_path / "table.info", "wb") as file:
        file.truncate(2**40)
    with pytest.raises(FormatError, match="wanted at most 1048576 bytes, got 1099511627776"):
        read_info(str(tmp_path))
    assert file_size(str(tmp_path), "table.info") == 2**40
    os.replace(tmp_path / "table.info", tmp_path / "table.dat")
    with pytest.raises(FormatError, match="wanted at most 268435456 bytes, got 1099511627776"):
        read_table(str(tmp_path))


def replaced(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    def change(data: bytes) -> bytes:
        assert data.count(old) == 1
        return data.replace(old, new)

    return change


REFUSED: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "reference table": (
        replaced(b"\x0aPlainTable", b"\x0aRefTable.."),
        r"wanted a table with data of its own, got a RefTable..",
    ),
    "byte order": (
        replaced(b"\0\0\0\0\0\0\0\x0aPlain", b"\0\0\0\2\0\0\0\x0aPlain"),
        "order 0 or 1",
    ),
    "old version": (
        replaced(b"Table\0\0\0\2\0", b"Table\0\0\0\1\0"),
        "Table version 2 or 3, got 1",
    ),
    "other storage": (
        replaced(b"\xff\xff\xff\xfe\0", b"\xff\xff\xff\xfd\0"),
        r"keeps the data of each manager in its own file \(-2\), got one of kind -3",
    ),
    "old column set": (
        replaced(b"\xff\xff\xff\xfe\0", b"\0\0\0\2\0"),
        "got one of kind 2",
    ),
    "rows": (
        replaced(b"\xff\xff\xff\xfe\0\0\0\3", b"\xff\xff\xff\xfe\0\0\0\4"),
        "wanted 3 rows also in the set of columns, got 4",
    ),
    "more data": (lambda data: data + b"more", "is damaged: wanted .* bytes, got"),
    "kind of column": (replaced(b"ScalarColumnDesc<Int     ", b"ScalarColumnDesk<Int     "), "got"),
    "type of column": (
        replaced(b"ScalarColumnDesc<Int     ", b"ScalarColumnDesc<Inn     "),
        "wanted one of the types Bool, .* got 'Inn'",
    ),
    "number of type": (
        replaced(b"\0\0\0\x05\0\0\0\2\0\0\0\0", b"\0\0\0\x06\0\0\0\2\0\0\0\0"),
        r"wanted values of type 5 \(Int\), got 6",
    ),
    "names": (lambda data: data.replace(b"\1n\0", b"\1z\0"), "wanted 5 columns of different names"),
    "manager": (
        replaced(b"\1z\0\0\0\1\0\0\0\4", b"\1z\0\0\0\1\0\0\0\5"),
        r"wanted one of the managers \[2, 4\] for column 'z', got 5",
    ),
    "managers": (
        replaced(b"StandardStMan\0\0\0\4", b"StandardStMan\0\0\0\2"),
        r"wanted managers of different numbers, got \[2, 2\]",
    ),
    "columns": (
        replaced(b"\0\0\0\5\0\0\0\1\0\0\0\x18ArrayC", b"\x7f\0\0\5\0\0\0\1\0\0\0\x18ArrayC"),
        "is cut off: wanted 213070643700 bytes",
    ),
    "manager data": (replaced(b"\0\0\0\x09some", b"\xff\0\0\x09some"), "is cut off"),
}


@pytest.mark.parametrize(("change", "message"), REFUSED.values(), ids=REFUSED)
def test_tables_of_other_kinds_are_refused(change: Callable[[bytes], bytes], message: str) -> None:
    with pytest.raises(FormatError, match=message) as caught:
        parse_table(change(table_bytes(sample())), "some file")
    assert "some file" in str(caught.value)


def test_reference_table_of_casacore_is_refused(tmp_path: Path, oracle: Any) -> None:
    folder = unpack("longlog.img", tmp_path) + "/logtable"
    whole = oracle.tables.table(folder, ack=False)
    whole.query("TIME > 0", name=str(tmp_path / "ref"), columns="TIME").close()
    whole.close()
    with pytest.raises(FormatError, match="wanted a table with data of its own, got a RefTable"):
        read_table(str(tmp_path / "ref"))
    oracle.count()


@pytest.mark.parametrize("name", ["info.img", "regions.img", "attrs.img/LOFAR_ANTENNA"])
def test_damaged_description_is_read_or_refused(name: str, tmp_path: Path) -> None:
    image, _, inner = name.partition("/")
    data = Path(unpack(image, tmp_path), inner, "table.dat").read_bytes()
    chance = random.Random(name)
    refused = []
    for _ in range(DAMAGES):
        try:
            parse_table(damaged(data, chance), "some file")
        except FormatError as error:
            refused.append(str(error))
    assert len(refused) > DAMAGES // 2
    assert [message for message in refused if "some file" not in message] == []


def test_every_truncated_description_is_refused() -> None:
    data = table_bytes(sample())
    for length in range(len(data)):
        with pytest.raises(FormatError, match="some file"):
            parse_table(data[:length], "some file")


def test_kind_of_a_table_comes_back(tmp_path: Path) -> None:
    for info in (TableInfo("Image"), TableInfo("a", "b", "text\nof two lines"), TableInfo()):
        write_info(str(tmp_path), info, durable=True)
        assert read_info(str(tmp_path)) == info


def test_kind_of_a_table_is_read_from_anything(tmp_path: Path) -> None:
    for text, info in {
        b"": TableInfo(),
        b"Type = Image": TableInfo("Image"),
        b"\xff\xfe\0": TableInfo(),
        b"Type = Gr\xfc\xdfe\nSubType = x\n\n": TableInfo("Grüße", "x"),
    }.items():
        (tmp_path / "table.info").write_bytes(text)
        assert read_info(str(tmp_path)) == info


def test_kind_of_a_table_fits_into_a_line(tmp_path: Path) -> None:
    for kind in ("two\nlines", "x" * 1100):
        with pytest.raises(ArgumentError, match="wanted one line of at most 1013 bytes"):
            write_info(str(tmp_path), TableInfo(kind))


SYNCS = [
    Sync(0, 0, 1, 1, ()),
    Sync(7, 5, 2, 1, (2, 3)),
    Sync(2**33, 1, 2**32 - 1, 0, (9,)),
    Sync(12),
]


@pytest.mark.parametrize("sync", SYNCS, ids=str)
def test_state_of_a_table_comes_back(sync: Sync) -> None:
    assert parse_sync(lock_bytes(sync)) == sync


def test_counters_start_again_at_zero() -> None:
    found = parse_sync(lock_bytes(Sync(1, 1, 2**32, 2**32 + 1, (2**32 + 2,))))
    assert found == Sync(1, 1, 0, 1, (2,))


@pytest.mark.parametrize("length", [0, 3, 260, 263], ids=str)
def test_short_lock_file_has_no_state(length: int) -> None:
    assert parse_sync(bytes(length)) is None
    assert request_list(bytes(length)) == []


def test_lock_file_without_state_has_none() -> None:
    assert parse_sync(bytes(264)) is None


def test_damaged_state_is_refused() -> None:
    data = lock_bytes(Sync(7, 5, 2, 1, (2, 3)))
    for wrong, message in {
        data[:-1]: "is cut off: wanted 65 bytes at byte 264, got 64",
        data[:260] + b"\xff" + data[261:]: "is cut off: wanted",
        data.replace(b"sync", b"sink"): "wanted a sync",
        data[:263] + bytes([data[263] - 1]) + data[264:]: "wanted a block of 64 bytes, got one of",
    }.items():
        with pytest.raises(FormatError, match=message):
            parse_sync(wrong, "some file")


def test_processes_that_wait_come_back() -> None:
    assert len(request_bytes([])) == 260
    assert request_list(request_bytes([5, 77])) == [5, 77]
    assert request_list(request_bytes(range(1, 100))) == list(range(1, 33))
    with pytest.raises(FormatError, match="wanted 0 to 32 processes that wait, got 255"):
        request_list(b"\0\0\0\xff" + bytes(300))


def test_rows_are_those_that_the_last_writer_left(tmp_path: Path) -> None:
    folder = str(tmp_path)
    data = TableData(rows=2)
    lock = tmp_path / "table.lock"
    assert count_rows(folder, data) == 2
    lock.write_bytes(b"")
    assert count_rows(folder, data) == 2
    lock.write_bytes(lock_bytes(Sync(5, 1, 1, 1, ())))
    assert count_rows(folder, data) == 5
    lock.write_bytes(request_bytes([]) + sync_bytes(Sync(0, 1, 1, 1, ())))
    assert count_rows(folder, data) == 2
    lock.write_bytes(lock_bytes(Sync(5, 1, 1, 1, ()))[:-1])
    with pytest.raises(FormatError, match=r"table\.lock is cut off"):
        count_rows(folder, data)


def test_casacore_opens_our_description(tmp_path: Path, oracle: Any) -> None:
    folder = unpack("info.img", tmp_path)
    data = read_table(folder)
    data.keywords["miscinfo"]["added"] = {"text": "Größe", "numbers": np.arange(5)}
    data.columns[0].comment = "changed"
    write_table(folder, data)
    table = oracle.tables.table(folder, ack=False)
    assert table.getkeyword("miscinfo.added.text") == "Größe"
    assert table.getkeyword("miscinfo.added.numbers").tolist() == [0, 1, 2, 3, 4]
    assert table.getcoldesc("map")["comment"] == "changed"
    table.close()
    image = oracle.images.image(folder)
    assert image.shape() == side_car("info.img")["shape_numpy"]
    del image
    oracle.count(4)


def test_read_file_returns_the_content(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"abc\r\n\x1a")
    assert read_file(str(tmp_path), "x") == b"abc\r\n\x1a"
