"""Columns of logs and attributes: what casacore wrote, what it reads of ours, and damage."""

from __future__ import annotations

import os
import random
import shutil
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from jupimage.casatable import (
    TYPES,
    AipsWriter,
    Column,
    Sync,
    TableInfo,
    count_rows,
    lock_bytes,
    parse_sync,
    read_columns,
    read_info,
    read_table,
    table_bytes,
    write_standard_table,
    write_table,
)
from jupimage.casatable.datafile import DataFile
from jupimage.casatable.standardarrays import IndirectArrays
from jupimage.casatable.standardheader import StandardHeader, parse_header
from jupimage.casatable.standardindex import read_indices
from jupimage.errors import ArgumentError, DataTypeError, FormatError, ShapeError
from tests.casatable.damage import damaged
from tests.casatable.realtables import IMAGES, assert_same, side_car, unpack

NUMBERS = {
    "Bool": "?",
    "uChar": "u1",
    "Short": "i2",
    "Int": "i4",
    "uInt": "u4",
    "Int64": "i8",
    "float": "f4",
    "double": "f8",
    "Complex": "c8",
    "DComplex": "c16",
}
LETTERS = list("abc äß漢\n")
ORDERS = pytest.mark.parametrize("big_endian", [True, False], ids=["big", "little"])
DAMAGES = 120


def columns_of(folder: str) -> dict[str, Any]:
    return read_columns(folder, read_table(folder))


@pytest.mark.parametrize("name", IMAGES)
def test_log_is_the_one_that_casacore_reads(name: str, tmp_path: Path) -> None:
    found = columns_of(unpack(name, tmp_path) + "/logtable")
    assert found["TIME"].dtype == np.float64
    assert {key: list(values) for key, values in found.items()} == side_car(name)["log_rows"]


def test_a_real_log_fills_several_buckets(tmp_path: Path) -> None:
    folder = unpack("longlog.img", tmp_path) + "/logtable"
    data = read_table(folder)
    assert data.rows == 0  # which is why nobody believes it
    assert count_rows(folder, data) == 1200
    some = read_columns(folder, data, rows=700)
    assert {len(values) for values in some.values()} == {700}
    with pytest.raises(FormatError, match=r"table\.f0: wanted 1201 rows, got 1200"):
        read_columns(folder, data, rows=1201)


def test_log_does_not_need_the_lock_file(tmp_path: Path) -> None:
    folder = unpack("longlog.img", tmp_path) + "/logtable"
    os.remove(folder + "/table.lock")
    assert count_rows(folder, read_table(folder)) == 1200


def test_attributes_are_those_that_casacore_reads(tmp_path: Path) -> None:
    folder = unpack("attrs.img", tmp_path)
    for group, theirs in side_car("attrs.img")["attrgroups"].items():
        found = columns_of(f"{folder}/{group}")
        assert list(found) == list(theirs["attrs"])
        for name, attribute in theirs["attrs"].items():
            assert len(found[name]) == theirs["nrows"]
            for ours, value in zip(found[name], attribute["values"], strict=True):
                assert_same(ours, value)


def texts(chance: np.random.Generator, sizes: Any) -> list[str]:
    return ["".join(chance.choice(LETTERS, size)) for size in sizes]


def some_values(kind: str, shape: tuple[int, ...], chance: np.random.Generator) -> Any:
    """Return random values of a type; the largest and the smallest among those of integers."""
    if kind == "String":
        found = np.empty(shape, object)
        found.flat[:] = texts(chance, chance.choice([0, 1, 8, 9, 12, 300], found.size))
        return found
    dtype = np.dtype(NUMBERS[kind])
    if dtype.kind in "iu":
        limits = np.iinfo(dtype)
        return chance.integers(limits.min, limits.max, shape, dtype, endpoint=True)
    values = chance.normal(size=shape)
    if kind == "Bool":
        return values > 0
    return (values + 1j * chance.normal(size=shape) if dtype.kind == "c" else values).astype(dtype)


def some_columns(rows: int, chance: np.random.Generator) -> list[tuple[Column, Any]]:
    """Return a column of each type and of each way to store it."""
    found: list[tuple[Column, Any]] = []
    for kind in [*NUMBERS, "String"]:
        scalars = some_values(kind, (rows,), chance)
        direct, fixed = (
            some_values(kind, (rows, 2, 3), chance),
            some_values(kind, (rows, 3), chance),
        )
        shapes = [tuple(chance.integers(1, 4, 1 + row % 3).tolist()) for row in range(rows)]
        varying = [some_values(kind, shape, chance) for shape in shapes]
        found += [
            (Column(f"scalar_{kind}", kind), scalars),
            (Column(f"direct_{kind}", kind, array=True, shape=(2, 3)), direct),
            (Column(f"fixed_{kind}", kind, array=True, shape=(3,), option=4), list(fixed)),
            (Column(f"varying_{kind}", kind, array=True), varying),
        ]
    sizes = chance.choice([0, 8, 9, 1000, 40_000], rows, p=[0.1, 0.2, 0.3, 0.3, 0.1])
    found.append((Column("long", "String"), texts(chance, sizes)))
    found.append((Column("short", "String", max_length=7), [f"{row}"[-7:] for row in range(rows)]))
    return found


def assert_cells(ours: Any, theirs: Any, where: str) -> None:
    """Compare the cells of a column, which may be arrays in any dress."""
    assert len(ours) == len(theirs), where
    for row, (our, their) in enumerate(zip(ours, theirs, strict=True)):
        if isinstance(their, dict):  # how casacore gives strings on several axes
            their = np.array(their["array"], object).reshape(their["shape"])
        np.testing.assert_array_equal(
            np.asarray(our), np.asarray(their), err_msg=f"{where}, row {row}", strict=False
        )
        assert np.shape(our) == np.shape(their), where


@ORDERS
@pytest.mark.parametrize("rows", [0, 1, 33, 150])
def test_columns_come_back(rows: int, big_endian: bool, tmp_path: Path) -> None:
    folder = str(tmp_path / "t")
    columns = some_columns(rows, np.random.default_rng(rows))
    written = write_standard_table(folder, columns, info=TableInfo(), big_endian=big_endian)
    data = read_table(folder)
    assert data == written
    assert data.big_endian == big_endian
    assert data.rows == count_rows(folder, data) == rows
    found = read_columns(folder, data)
    assert list(found) == [column.name for column, _ in columns]
    for column, values in columns:
        assert_cells(found[column.name], values, column.name)
        if column.type != "String" and (not column.array or column.name.startswith("direct")):
            ours = np.asarray(found[column.name])
            assert ours.dtype == NUMBERS[column.type]
            assert ours.shape[1:] == (column.shape or ())


@ORDERS
@pytest.mark.parametrize(("rows", "size"), [(0, None), (1, None), (40, 1024), (60, 32768)])
def test_casacore_reads_our_columns(
    rows: int, size: int | None, big_endian: bool, tmp_path: Path, oracle: Any
) -> None:
    folder = str(tmp_path / "t")
    columns = some_columns(rows, np.random.default_rng(rows + 1))
    write_standard_table(
        folder,
        columns,
        info=TableInfo("kind", "of it", "text"),
        comment="of table",
        keywords={"a": {"b": [1.5]}},
        big_endian=big_endian,
        bucket_size=size,
    )
    table = oracle.tables.table(folder, ack=False)
    assert table.nrows() == rows
    assert table.getkeyword("a.b").tolist() == [1.5]
    assert table.info() == {"type": "kind", "subType": "of it", "readme": "text\n"}
    for column, values in columns:
        theirs = [table.getcell(column.name, row) for row in range(rows)]
        assert_cells(values, theirs, column.name)
    table.close()
    oracle.count(rows * len(columns))


@ORDERS
def test_casacore_changes_our_columns(big_endian: bool, tmp_path: Path, oracle: Any) -> None:
    folder = str(tmp_path / "t")
    chance = np.random.default_rng(5)
    columns = some_columns(20, chance)
    write_standard_table(folder, columns, info=TableInfo(), big_endian=big_endian)
    table = oracle.tables.table(folder, readonly=False, ack=False)
    table.addrows(70)
    for column, _ in columns[::2]:
        for row in range(0, 90, 7):
            if column.name in ("long", "short"):
                table.putcell(column.name, row, f"{row}" * (1 if column.name == "short" else 9000))
            elif column.name.startswith("scalar"):
                table.putcell(column.name, row, some_values(column.type, (1,), chance)[0])
            elif column.type != "String":
                shape = {"direct": (2, 3), "fixed": (3,)}.get(column.name.split("_")[0], (row + 1,))
                table.putcell(column.name, row, some_values(column.type, shape, chance))
    table.removerows([0, 1, 50, 51, 52, 53])
    table.removecols(["scalar_Int", "varying_String"])
    table.addcols(
        oracle.tables.maketabdesc(oracle.tables.makescacoldesc("added", "x", valuetype="string"))
    )
    table.putcol("added", [f"row {row}" for row in range(84)])
    table.flush()
    found = columns_of(folder)
    assert list(found) == table.colnames()
    for name in table.colnames():
        defined = [row for row in range(84) if table.iscelldefined(name, row)]
        theirs = [table.getcell(name, row) for row in defined]
        assert_cells([found[name][row] for row in defined], theirs, name)
        assert not name.startswith("varying") or len(defined) == sum(
            cell is not None for cell in found[name]
        )
    table.close()
    assert table_bytes(read_table(folder)) == Path(folder, "table.dat").read_bytes()
    assert count_rows(folder, read_table(folder)) == 84
    oracle.count(84 * len(found))


def test_table_without_columns_has_no_managers(tmp_path: Path, oracle: Any) -> None:
    folder = str(tmp_path / "group")
    data = write_standard_table(folder, [], info=TableInfo())
    assert sorted(os.listdir(folder)) == ["table.dat", "table.info", "table.lock"]
    assert data.managers == []
    assert columns_of(folder) == {}
    real = Path(unpack("attrs.img", tmp_path), "EMPTY_GROUP")
    for name in os.listdir(folder):
        assert Path(folder, name).read_bytes() == (real / name).read_bytes()
    table = oracle.tables.table(folder, ack=False)
    assert (table.nrows(), table.colnames()) == (0, [])
    table.close()
    oracle.count()


LOG = [
    Column("TIME", "double", comment="MJD in seconds", keywords={"UNIT": "s"}),
    Column("PRIORITY", "String", max_length=9),
    *(Column(name, "String") for name in ("MESSAGE", "LOCATION", "OBJECT_ID")),
]


def test_empty_log_has_the_bytes_of_a_real_one(tmp_path: Path) -> None:
    real = Path(unpack("f4_2d.img", tmp_path), "logtable")
    columns: list[tuple[Column, list[Any]]] = [
        (column, []) for column in read_table(str(real)).columns
    ]
    folder = str(tmp_path / "log")
    write_standard_table(
        folder,
        columns,
        info=read_info(str(real)),
        comment="Log message table",
        bucket_size=32768,
        manager_name="SSM",
    )
    for name in os.listdir(folder):
        ours, theirs = Path(folder, name).read_bytes(), (real / name).read_bytes()
        assert ours == theirs, name
    assert sorted(os.listdir(folder)) == sorted(os.listdir(real))


def test_casacore_adds_to_a_long_log(tmp_path: Path, oracle: Any) -> None:
    folder = str(tmp_path / "log")
    rows = 5000
    messages = [f"message {row} " * (1 + row % 7) for row in range(rows)]
    values: list[Any] = [
        np.arange(rows) * 1.5,
        ["NORMAL", "DEBUGGING"] * (rows // 2),
        messages,
        [""] * rows,
        ["größer"] * rows,
    ]
    write_standard_table(folder, list(zip(LOG, values, strict=True)), info=TableInfo())
    table = oracle.tables.table(folder, readonly=False, ack=False)
    assert table.getcol("MESSAGE") == messages
    assert table.getcol("TIME").tolist() == values[0].tolist()
    table.addrows(1000)
    table.putcol("MESSAGE", ["a new message"] * 1000, rows)
    table.close()
    found = columns_of(folder)
    assert found["MESSAGE"] == messages + ["a new message"] * 1000
    assert found["PRIORITY"] == values[1] + [""] * 1000
    oracle.count(6000)


def test_fixed_shape_of_casacore_is_in_the_bucket_only_if_direct(
    tmp_path: Path, oracle: Any
) -> None:
    folder = str(tmp_path / "t")
    described = [
        oracle.tables.makearrcoldesc(f"{kind}{option}", value, shape=[2], options=option)
        for kind, value in (("n", 0.5), ("b", True), ("s", ""))
        for option in (4, 5)
    ]
    table = oracle.tables.table(folder, oracle.tables.maketabdesc(described), nrow=3, ack=False)
    for row in range(2):
        for option in (4, 5):
            table.putcell(f"n{option}", row, [row, row + 0.5])
            table.putcell(f"b{option}", row, [row == 0, True])
            table.putcell(f"s{option}", row, ["text", "x" * row])
    table.close()
    found = columns_of(folder)
    for option in (4, 5):
        assert_cells(found[f"n{option}"][:2], [[0, 0.5], [1, 1.5]], "n")
        assert_cells(found[f"b{option}"][:2], [[True, True], [False, True]], "b")
        assert found[f"s{option}"] == [["text", ""], ["text", "x"], ["", ""]]
    assert found["n5"].shape == (3, 2)
    oracle.count(12)


def test_array_of_strings_whose_values_were_never_written_is_empty(
    tmp_path: Path, oracle: Any
) -> None:
    folder = str(tmp_path / "t")
    column = oracle.tables.makearrcoldesc("s", "", ndim=1, valuetype="string", maxlen=4)
    table = oracle.tables.table(folder, oracle.tables.maketabdesc(column), nrow=2, ack=False)
    with pytest.raises(RuntimeError, match="exceeds maximum length"):
        table.putcell("s", 0, ["ab", "longer", ""])
    table.close()
    assert columns_of(folder) == {"s": [["", "", ""], None]}
    oracle.count()


def test_other_managers_are_refused(tmp_path: Path, oracle: Any) -> None:
    folder = str(tmp_path / "t")
    column = oracle.tables.makescacoldesc("n", 1, datamanagertype="IncrementalStMan")
    oracle.tables.table(folder, oracle.tables.maketabdesc(column), nrow=2, ack=False).close()
    with pytest.raises(FormatError, match="kept by StandardStMan, got 'IncrementalStMan'"):
        columns_of(folder)
    oracle.count()


def test_columns_of_pixels_are_left_out(tmp_path: Path) -> None:
    assert columns_of(unpack("info.img", tmp_path)) == {}


WRONG: dict[str, tuple[list[tuple[Column, Any]], type[Exception], str]] = {
    "lengths": (
        [(Column("a", "Int"), [1]), (Column("b", "Int"), [1, 2])],
        ShapeError,
        "wanted columns of one length, got {'a': 1, 'b': 2}",
    ),
    "type": ([(Column("a", "Int"), [1.5])], DataTypeError, "column a: wanted values of type Int"),
    "Bool": ([(Column("a", "Bool"), [1])], DataTypeError, "values of type Bool, got int64"),
    "range": ([(Column("a", "Int"), [2**31])], DataTypeError, "wanted values from -2147483648 to"),
    "large": ([(Column("a", "Int64"), [2**70])], DataTypeError, "values of type Int64, got object"),
    "sign": ([(Column("a", "uInt"), [-1])], DataTypeError, "wanted values from 0 to 4294967295"),
    "ragged": ([(Column("a", "Int"), [[1], [1, 2]])], DataTypeError, "column a: wanted values of"),
    "text": ([(Column("a", "String"), [1])], DataTypeError, "column a: wanted text, got int"),
    "texts": (
        [(Column("a", "String", array=True), [[1.5]])],
        DataTypeError,
        "column a: wanted text, got float",
    ),
    "long": (
        [(Column("a", "String", max_length=3), ["abcd"])],
        ArgumentError,
        "column a: wanted texts of at most 3 bytes, got 4",
    ),
    "shape": (
        [(Column("a", "Int", array=True, shape=(2,)), [[1, 2, 3]])],
        ShapeError,
        r"column a: wanted arrays of shape \(2,\), got \(3,\)",
    ),
    "shape of texts": (
        [(Column("a", "String", array=True, shape=(2,)), [["b"]])],
        ShapeError,
        r"wanted arrays of shape \(2,\), got \(1,\)",
    ),
    "unknown type": ([(Column("a", "Quad"), [1])], FormatError, "wanted one of the types Bool"),
}


@pytest.mark.parametrize(("columns", "kind", "message"), WRONG.values(), ids=WRONG)
def test_values_that_do_not_fit_are_refused(
    columns: list[tuple[Column, Any]], kind: type[Exception], message: str, tmp_path: Path
) -> None:
    with pytest.raises(kind, match=message):
        write_standard_table(str(tmp_path / "t"), columns, info=TableInfo())
    assert not (tmp_path / "t" / "table.dat").exists()


def test_new_table_never_overwrites(tmp_path: Path) -> None:
    (tmp_path / "precious").touch()
    with pytest.raises(ArgumentError, match="wanted an empty folder for a new table"):
        write_standard_table(str(tmp_path), [], info=TableInfo())


def test_buckets_that_hold_no_row_are_refused(tmp_path: Path) -> None:
    wide = [(Column("a", "double", array=True, shape=(40,)), np.zeros((1, 40)))]
    with pytest.raises(ArgumentError, match="wanted buckets of at least 320 bytes, got 200"):
        write_standard_table(str(tmp_path / "t"), wide, info=TableInfo(), bucket_size=200)


def test_rows_wider_than_a_usual_bucket_are_written(tmp_path: Path) -> None:
    folder, values = str(tmp_path / "t"), np.arange(30_000.0).reshape(3, 10_000)
    column = Column("a", "double", array=True, shape=(10_000,))
    write_standard_table(folder, [(column, values)], info=TableInfo())
    np.testing.assert_array_equal(columns_of(folder)["a"], values)


def test_undefined_cells_stay_undefined(tmp_path: Path) -> None:
    folder = str(tmp_path / "t")
    numbers, strings = Column("n", "Int", array=True), Column("s", "String", array=True)
    write_standard_table(
        folder,
        [(numbers, [None, [1, 2]]), (strings, [["a"], None])],
        info=TableInfo(),
    )
    found = columns_of(folder)
    assert found["n"][0] is None
    assert found["n"][1].tolist() == [1, 2]
    assert found["s"] == [["a"], None]


def test_stale_lock_file_does_not_hide_rows(tmp_path: Path) -> None:
    folder = str(tmp_path / "t")
    data = write_standard_table(folder, [(Column("a", "Int"), [1, 2])], info=TableInfo())
    data.rows = 0
    write_table(folder, data)
    Path(folder, "table.lock").write_bytes(lock_bytes(Sync(1, 1, 1, 1, (1,))))
    assert columns_of(folder)["a"].tolist() == [1, 2]
    assert count_rows(folder, read_table(folder)) == 2


def test_lock_file_of_a_new_table_tells_its_rows(tmp_path: Path) -> None:
    folder = str(tmp_path / "t")
    write_standard_table(folder, [(Column("a", "Int"), [1, 2])], info=TableInfo())
    assert parse_sync(Path(folder, "table.lock").read_bytes()) == Sync(2, 1, 1, 1, (1,))


def test_other_byte_order_than_that_of_the_table_is_refused(tmp_path: Path) -> None:
    folder = str(tmp_path / "t")
    data = write_standard_table(folder, [(Column("a", "Int"), [1])], info=TableInfo())
    data.big_endian = True
    with pytest.raises(FormatError, match=r"table\.f0"):
        read_columns(folder, data)


def test_old_header_is_read(tmp_path: Path) -> None:
    folder = str(tmp_path / "t")
    columns = [(Column("a", "Int"), list(range(700)))]
    write_standard_table(folder, columns, info=TableInfo(), big_endian=True)
    path = Path(folder, "table.f0")
    data = path.read_bytes()
    new = parse_header(data, "some file", big_endian=True, size=len(data))
    writer = AipsWriter()
    writer.begin("StandardStMan", 1, outermost=True)
    for number in (new.bucket_size, new.buckets, 2, 0, -1, 1, new.first_index_bucket):
        writer.integer(number)
    for number in (-1, new.index_length, 1):
        writer.integer(number)
    writer.finish()
    path.write_bytes(writer.data().ljust(512, b"\0") + data[512:])
    assert columns_of(folder)["a"].tolist() == list(range(700))


def test_wide_index_is_read() -> None:
    writer = AipsWriter()
    writer.begin("SSMIndex", 2, outermost=True)
    for number in (1, 10, 1):
        writer.integer(number)
    writer.begin("SimpleOrderedMap", 1)
    for number in (0, 1, 1, 500, 12):
        writer.integer(number)
    writer.finish()
    writer.block([9], TYPES["Int64"])
    writer.block([3])
    writer.finish()
    content = writer.data()
    header = StandardHeader(
        True, 512, 4, first_index_bucket=2, index_offset=8, index_length=len(content)
    )
    (index,) = read_indices(lambda number: bytes(8) + content if number == 2 else b"", header, "x")
    assert (index.rows, index.buckets.tolist(), index.free) == (10, [3], {500: 12})


def test_index_that_runs_in_a_circle_is_refused() -> None:
    header = StandardHeader(True, 64, 4, first_index_bucket=2, index_length=1000)
    with pytest.raises(FormatError, match=r"its index runs in a circle \(bucket 3\)"):
        read_indices(lambda number: b"\0\0\0\3" * 16, header, "some file")


def test_counted_arrays_are_read(tmp_path: Path) -> None:
    path = tmp_path / "table.f0i"
    head = struct.pack("<Iqi", 1, 32, 0)
    path.write_bytes(head + struct.pack("<IIIhh", 2, 1, 2, 7, 8))
    with DataFile(str(tmp_path), "table.f0i") as file:
        arrays = IndirectArrays(file, big_endian=False)
        for _ in range(2):
            found = arrays.read(16, TYPES["Short"])
            assert found is not None
            assert found.tolist() == [7, 8]
        assert arrays.read(0, TYPES["Short"]) is None
        with pytest.raises(FormatError, match=r"array inside 32 bytes, got one at byte 40"):
            arrays.read(40, TYPES["Short"])
    path.write_bytes(struct.pack("<Iqi", 2, 32, 0))
    with (
        DataFile(str(tmp_path), "table.f0i") as file,
        pytest.raises(FormatError, match="wanted version 0 or 1, got 2"),
    ):
        IndirectArrays(file, big_endian=False)


def test_references_to_one_string_cannot_fill_the_memory(tmp_path: Path) -> None:
    folder = str(tmp_path / "t")
    values = ["x" * 30_000] + ["y" * 9] * 999
    write_standard_table(folder, [(Column("a", "String"), values)], info=TableInfo())
    path = Path(folder, "table.f0")
    data = bytearray(path.read_bytes())
    data[512 : 512 + 12_000] = data[512:524] * 1000
    path.write_bytes(data)
    with pytest.raises(FormatError, match="wanted a string inside the file, got one of 30000"):
        columns_of(folder)


def test_empty_strings_cannot_fill_the_memory(tmp_path: Path) -> None:
    folder = str(tmp_path / "t")
    column = Column("a", "String", array=True, shape=(2000,))
    data = write_standard_table(folder, [(column, [[""] * 2000] * 2)], info=TableInfo())
    data.columns[0].shape = (2**31 - 1,)
    path = Path(folder, "table.f0")
    path.write_bytes(path.read_bytes()[:512] + bytes(24) + path.read_bytes()[536:])
    with pytest.raises(FormatError, match="wanted at most 1048576 strings that were never written"):
        read_columns(folder, data)


@pytest.fixture(scope="module")
def victims(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Return folders of tables in which everything occurs."""
    folder = tmp_path_factory.mktemp("victims")
    big, little = str(folder / "big"), str(folder / "little")
    columns = some_columns(12, np.random.default_rng(1))
    write_standard_table(big, columns, info=TableInfo(), big_endian=True, bucket_size=2048)
    write_standard_table(little, columns[::3], info=TableInfo())
    image = unpack("attrs.img", folder)
    log = unpack("be_f4.img", folder) + "/logtable"
    return [big, little, image + "/LOFAR_ANTENNA", log]


@pytest.mark.parametrize("victim", range(4), ids=["big", "little", "attributes", "log"])
@pytest.mark.parametrize("name", ["table.dat", "table.f0", "table.f0i"])
def test_damaged_columns_are_read_or_refused(
    victim: int, name: str, victims: list[str], tmp_path: Path
) -> None:
    folder = str(tmp_path / "t")
    shutil.copytree(victims[victim], folder)
    if not os.path.exists(f"{folder}/{name}"):
        name = "table.f0"
    data = Path(folder, name).read_bytes()
    chance = random.Random(f"{victim} {name}")
    before = columns_of(folder)
    for _ in range(DAMAGES if name != "table.dat" else DAMAGES // 2):
        Path(folder, name).write_bytes(damaged(data, chance))
        try:
            found = columns_of(folder)
            count_rows(folder, read_table(folder))
        except FormatError as error:
            message = str(error)
        else:
            message = folder
            assert len(found) <= len(before)
        assert folder in message


def test_missing_data_file_is_noticed(tmp_path: Path) -> None:
    folder = str(tmp_path / "t")
    write_standard_table(folder, [(Column("a", "Int"), [1])], info=TableInfo())
    os.remove(folder + "/table.f0")
    with pytest.raises(FormatError, match=r"there is no file .*table\.f0"):
        columns_of(folder)
