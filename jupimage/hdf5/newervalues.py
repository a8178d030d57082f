"""Attributes of the newer form, read by the HDF5 library."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.casatable.aipsio import decode_text
from jupimage.errors import FormatError
from jupimage.hdf5.datatypes import compound, memory_type, stored_dtype
from jupimage.hdf5.values import (
    EMPTY_MEMBERS,
    empty_value,
    native,
    number_value,
    text_value,
)

__all__ = ["MOST_ITEMS", "attributes_of", "value_of"]

MOST_ITEMS = 1_000_000
"""Attributes, or items of a group."""


def attributes_of(group: Any) -> list[tuple[str, Any]]:
    """Return names and handles of the attributes, in the order in which they were made."""
    from h5py import h5, h5a

    if h5a.get_num_attrs(group) > MOST_ITEMS:
        raise FormatError(f"wanted at most {MOST_ITEMS} attributes, got {h5a.get_num_attrs(group)}")
    names: list[bytes] = []
    try:
        h5a.iterate(group, names.append, index_type=h5.INDEX_CRT_ORDER)
    except (RuntimeError, OSError, ValueError, KeyError):
        names.clear()  # such groups know the order only if they were told to note it
        h5a.iterate(group, names.append, index_type=h5.INDEX_NAME)
    return [(decode_text(name), h5a.open(group, name)) for name in names]


def value_of(attribute: Any) -> Any:
    """Return the value of an attribute as records hold it."""
    from h5py import h5s, h5t

    stored, space = attribute.get_type(), attribute.get_space()
    extent = space.get_simple_extent_type()
    if extent not in (h5s.SCALAR, h5s.SIMPLE):
        raise FormatError("wanted a value or an array, got an attribute without one")
    shape = tuple(space.get_simple_extent_dims()) if extent == h5s.SIMPLE else ()
    if stored.get_class() == h5t.STRING:
        return text_value(_texts(attribute, stored, shape), shape)
    dtype = native(stored_dtype(stored))
    if dtype is None:
        return _empty(attribute, stored, shape)
    values = np.zeros(shape, np.int8 if dtype.kind == "b" else dtype)
    if values.size:
        attribute.read(values, mtype=memory_type(stored, dtype))
    return number_value(values)


def _texts(attribute: Any, stored: Any, shape: tuple[int, ...]) -> list[bytes]:
    from h5py import h5t

    if not prod(shape):
        return []
    if stored.is_variable_str():
        found = np.empty(shape, object)
        attribute.read(found, mtype=h5t.py_create(h5t.string_dtype("ascii")))
        return [bytes(item or b"") for item in found.flat]
    size = stored.get_size()
    fixed = np.zeros(shape, f"S{size}")
    attribute.read(fixed, mtype=stored)
    filler = {h5t.STR_NULLPAD: b"\0", h5t.STR_SPACEPAD: b" "}.get(stored.get_strpad(), b"")
    raw = fixed.tobytes()  # numpy would take NULs at the end for filling
    return [raw[start : start + size].rstrip(filler) for start in range(0, len(raw), size)]


def _empty(attribute: Any, stored: Any, shape: tuple[int, ...]) -> NDArray[Any]:
    from h5py import h5t

    members = range(stored.get_nmembers()) if stored.get_class() == h5t.COMPOUND else ()
    if tuple(stored.get_member_name(number) for number in members) != EMPTY_MEMBERS or shape:
        raise FormatError("wanted a number, a text or an array of them, got another type")
    note = np.zeros((), [("flag", "i4"), ("rank", "i4"), ("type", "i4")])
    attribute.read(note, mtype=compound(EMPTY_MEMBERS, h5t.NATIVE_INT32))
    return empty_value(int(note["rank"]), int(note["type"]))
