"""Records keep the types of their fields, and say what has no form in a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jupimage.errors import DataTypeError
from jupimage.formats import Attribute, AttributeTable, Blueprint, open_path
from jupimage.hdf5 import Hdf5Format
from jupimage.hdf5.recordwriting import check_record, storable
from tests.hdf5.hdf5files import make, pixels_of

FIELDS = {
    "bool": True,
    "uchar": np.uint8(200),
    "short": np.int16(-5),
    "int": -7,
    "uint": np.uint32(4_000_000_000),
    "int64": np.int64(2**40),
    "float": np.float32(1.5),
    "double": 2.25,
    "complex": np.complex64(1 - 2j),
    "dcomplex": 3 + 4j,
    "text": "hello wörld",
    "empty": "",
    "nuls": "FREQ\0\0\0",
    "bools": np.array([True, False]),
    "ints": np.arange(6, dtype=np.int32).reshape(2, 3),
    "complexes": np.array([[1j]], np.complex64),
    "texts": ["one", "", "three"],
    "grid": np.array([["a", "bb"], ["", "d"]]),
    "no numbers": np.zeros(0),
    "no texts": np.zeros(0, "U1"),
    "no plane": np.zeros((0, 0), np.int32),
    "record": {"a": 1, "deeper": {"b": "x"}, "nothing": {}},
}


def stored(record: dict[str, Any], folder: Path) -> dict[str, Any]:
    return open_path(make(folder / "a.h5", pixels_of((3, 4)), miscinfo=record)).miscinfo


def assert_same(ours: Any, theirs: Any, where: str = "") -> None:
    assert type(ours) is type(theirs), where
    if isinstance(theirs, dict):
        assert sorted(ours) == sorted(theirs), where
        for key, value in theirs.items():
            assert_same(ours[key], value, f"{where}.{key}")
    elif isinstance(theirs, np.ndarray):
        assert ours.shape == theirs.shape, where
        assert ours.dtype.kind == theirs.dtype.kind, where
        if theirs.dtype.kind != "U":
            assert ours.dtype == theirs.dtype, where
        np.testing.assert_array_equal(ours, theirs, err_msg=where)
    else:
        assert ours == theirs or (ours != ours and theirs != theirs), where


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_keeps_its_type(name: str, tmp_path: Path) -> None:
    assert_same(stored({name: FIELDS[name]}, tmp_path), {name: FIELDS[name]})


def test_fields_keep_their_order_and_records_follow(tmp_path: Path) -> None:
    record = {"z": 1, "record": {"b": 1}, "a": 2, "m": "text", "another": {}}
    assert list(stored(record, tmp_path)) == ["z", "a", "m", "another", "record"]


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (np.int8(-3), np.int16(-3)),
        (np.uint16(60000), 60000),
        (2**40, np.int64(2**40)),
        ([1, 2, 3], np.array([1, 2, 3], np.int32)),
        ((1.5, 2), np.array([1.5, 2.0])),
        (np.float64(2.5), 2.5),
        (np.str_("x"), "x"),
    ],
    ids=["char", "ushort", "long", "list", "tuple", "double", "numpy text"],
)
def test_values_of_other_types_are_stored_as_what_holds_them(
    value: Any, found: Any, tmp_path: Path
) -> None:
    assert_same(stored({"a": value}, tmp_path), {"a": found})


def test_strings_have_exactly_their_length(tmp_path: Path) -> None:
    # With room for a NUL, or filled up with NULs, other readers lose the last character.
    stored({"text": "J2000", "empty": ""}, tmp_path)
    with h5py.File(tmp_path / "a.h5") as file:
        for name, wanted in (("text", b"J2000"), ("empty", b"__empty__")):
            attribute = h5py.h5a.open(file["miscinfo"].id, name.encode())
            kind = attribute.get_type()
            assert kind.get_size() == len(wanted)
            assert kind.get_strpad() == h5py.h5t.STR_NULLTERM
            raw = np.zeros((), f"S{len(wanted)}")
            attribute.read(raw, mtype=kind)
            assert raw.tobytes() == wanted


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
numbers = (
    st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats()
    | st.complex_numbers(allow_nan=False)
)
names = st.text(
    st.characters(categories=["L", "N"], exclude_characters="/"), min_size=1, max_size=20
)
records = st.recursive(
    st.dictionaries(names, numbers | texts | st.lists(texts, min_size=1), max_size=6),
    lambda inner: st.dictionaries(names, inner | numbers, max_size=4),
    max_leaves=12,
)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(record=records)
def test_random_records(record: dict[str, Any], tmp_path: Path) -> None:
    found = stored(record, tmp_path)
    wide = {key: value for key, value in record.items() if type(value) is int}
    for key, value in wide.items():
        assert found[key] == value
    assert_same(
        {key: found[key] for key in found if key not in wide},
        {key: widened(value) for key, value in record.items() if key not in wide},
    )


def widened(value: Any) -> Any:
    """Return what Python integers of more than 32 bits come back as."""
    if isinstance(value, dict):
        return {key: widened(item) for key, item in value.items()}
    if type(value) is int and not -(2**31) <= value < 2**31:
        return np.int64(value)
    return value


LOST: dict[str, tuple[Any, str]] = {
    "large": (np.zeros((90, 90)), "a value of 64800 bytes, more than 64000"),
    "long text": ("x" * 70000, "a value of 70000 bytes"),
    "many texts": (["x"] * 4001, "an array of more than 4000 strings"),
    "nuls": (["a\0b"], "NULs in them"),
    "none": (None, "got NoneType"),
    "mixed": ([1, "a"], "got a mixture"),
    "too long": (2**70, "at most 64 bits"),
    "a/b": ({"c": 1}, "a name that nothing in a file can have"),
    "": (1, "a name that nothing in a file can have"),
    "half": ("\ud800", "UTF-8"),
}


@pytest.mark.parametrize("name", LOST)
def test_losses_are_named(name: str) -> None:
    value, message = LOST[name]
    kept, lost = storable({"good": 1, name: value, "deep": {name: value}}, "miscinfo")
    assert kept == {"good": 1, "deep": {}}
    assert len(lost) == 2
    assert message in lost[0]
    assert lost[0].startswith(f"miscinfo entry {name!r}, ")
    assert lost[1].startswith(f"miscinfo entry 'deep', entry {name!r}, ")
    with pytest.raises(DataTypeError, match="an HDF5 image cannot hold miscinfo entry"):
        check_record({name: value}, "miscinfo")


def test_records_too_deep_are_lost() -> None:
    record: dict[str, Any] = {}
    for _ in range(2000):
        record = {"a": record}
    _, lost = storable(record, "miscinfo")
    assert len(lost) == 1
    assert "in more than 50 others" in lost[0]


def test_format_names_all_losses_and_writes_the_rest(tmp_path: Path) -> None:
    from jupimage.coordinates import default_system

    group = AttributeTable()
    group.put("GOOD", 0, 1)
    group.put("BIG", 0, np.zeros(9000))
    group.put("GOOD_UNIT", 0, ["m"])
    later = AttributeTable({"A": Attribute("Int", array=False)})
    blueprint = Blueprint(
        (3, 4),
        np.dtype(np.float32),
        default_system((3, 4)),
        miscinfo={"good": 1, "bad": None},
        regions={"r": {"isRegion": 1, "big": np.zeros(9000)}},
        attributes={"G": group, "EMPTY": AttributeTable(), "LATER": later, "a/b": group},
        history=["with\0NUL"],
    )
    lost = Hdf5Format().losses(blueprint)
    assert [phrase.split(",")[0] for phrase in lost] == [
        "miscinfo entry 'bad'",
        "regions entry 'r'",
        "attribute 'GOOD_UNIT' of group 'G'",
        "attribute group 'G'",
        "the attributes of group 'LATER'",
        "attribute group 'a/b'",
    ]
    draft = Hdf5Format().create(str(tmp_path / "a.h5"), blueprint)
    draft.commit()
    opened = open_path(str(tmp_path / "a.h5"))
    assert opened.miscinfo == {"good": 1}
    assert opened.regions == {"r": {"isRegion": 1}}
    assert list(opened.store.attributes()) == ["EMPTY", "G", "LATER"]
    assert list(opened.store.attributes()["G"].columns) == ["GOOD"]
    assert list(opened.history) == ["with NUL"]
