"""Types of values, as the HDF5 library describes them.

New values are little endian; a Bool is a signed byte, a complex number is a compound of the
members ``re`` and ``im``. Compounds are made by hand, because h5py would
call their members by the names of a setting that belongs to the whole process.
"""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["compound", "file_type", "memory_type", "stored_dtype"]


def file_type(dtype: np.dtype[Any]) -> Any:
    """Return the type in which values are stored.

    Examples
    --------
    >>> file_type(np.dtype(np.complex64)).get_member_name(1)
    b'im'
    >>> file_type(np.dtype(bool)).get_size()
    1
    """
    from h5py import h5t

    if dtype.kind == "c":
        part = h5t.IEEE_F32LE if dtype.itemsize == 8 else h5t.IEEE_F64LE
        return compound((b"re", b"im"), part)
    return {
        "?": h5t.STD_I8LE,
        "u1": h5t.STD_U8LE,
        "i2": h5t.STD_I16LE,
        "u2": h5t.STD_U16LE,
        "i4": h5t.STD_I32LE,
        "u4": h5t.STD_U32LE,
        "i8": h5t.STD_I64LE,
        "f4": h5t.IEEE_F32LE,
        "f8": h5t.IEEE_F64LE,
    }[_code(dtype)]


def stored_dtype(stored: Any) -> np.dtype[Any] | None:
    """Return the numpy type of stored numbers, in their byte order; None if they are none.

    Parameters
    ----------
    stored
        Type of an attribute or a dataset.

    Examples
    --------
    >>> from h5py import h5t
    >>> stored_dtype(h5t.STD_I16BE), stored_dtype(h5t.IEEE_F16LE)
    (dtype('>i2'), None)
    """
    from h5py import h5t

    kind, size = stored.get_class(), stored.get_size()
    if kind == h5t.INTEGER and size in (1, 2, 4, 8) and stored.get_precision() == 8 * size:
        order = ">" if stored.get_order() == h5t.ORDER_BE else "<"
        return np.dtype(f"{order}{'i' if stored.get_sign() == h5t.SGN_2 else 'u'}{size}")
    if kind == h5t.FLOAT and _is_plain_float(stored):
        return np.dtype(f"{'>' if stored.get_order() == h5t.ORDER_BE else '<'}f{size}")
    if kind == h5t.COMPOUND and size in (8, 16) and stored.get_nmembers() == 2:
        parts = [stored_dtype(stored.get_member_type(number)) for number in range(2)]
        offsets = [stored.get_member_offset(number) for number in range(2)]
        part = parts[0]
        if part is None or part.kind != "f" or part != parts[1]:
            return None
        whole = offsets == [0, part.itemsize] and size == 2 * part.itemsize
        return np.dtype(f"{part.byteorder}c{size}") if whole else None
    return None


def _is_plain_float(stored: Any) -> bool:
    from h5py import h5t

    plain = (h5t.IEEE_F32LE, h5t.IEEE_F32BE, h5t.IEEE_F64LE, h5t.IEEE_F64BE)
    return stored.get_class() == h5t.FLOAT and any(stored.equal(other) for other in plain)


def memory_type(stored: Any, dtype: np.dtype[Any]) -> Any:
    """Return the type of values in memory that the library converts stored ones to and from.

    Parameters
    ----------
    stored
        Type of the attribute or dataset; a compound keeps its names of members.
    dtype
        Of the values in memory; Bools travel as signed bytes.
    """
    from h5py import h5t

    if dtype.kind == "c":
        part = h5t.NATIVE_FLOAT if dtype.itemsize == 8 else h5t.NATIVE_DOUBLE
        return compound(tuple(stored.get_member_name(number) for number in range(2)), part)
    return {
        "?": h5t.NATIVE_INT8,
        "i1": h5t.NATIVE_INT8,
        "u1": h5t.NATIVE_UINT8,
        "i2": h5t.NATIVE_INT16,
        "u2": h5t.NATIVE_UINT16,
        "i4": h5t.NATIVE_INT32,
        "u4": h5t.NATIVE_UINT32,
        "i8": h5t.NATIVE_INT64,
        "f4": h5t.NATIVE_FLOAT,
        "f8": h5t.NATIVE_DOUBLE,
    }[_code(dtype)]


def _code(dtype: np.dtype[Any]) -> str:
    return "?" if dtype.kind == "b" else f"{dtype.kind}{dtype.itemsize}"


def compound(names: tuple[bytes, ...], part: Any) -> Any:
    """Return a compound whose members, all of one type, follow each other without gaps.

    Parameters
    ----------
    names
        Of the members.
    part
        Their type.
    """
    from h5py import h5t

    made = h5t.create(h5t.COMPOUND, part.get_size() * len(names))
    for number, name in enumerate(names):
        made.insert(name, number * part.get_size(), part)
    return made
