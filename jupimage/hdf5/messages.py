"""Messages that say how values are stored: extents, types, attributes."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from math import prod

import numpy as np

from jupimage.hdf5.source import Source

__all__ = [
    "Kind",
    "StoredAttribute",
    "StoredType",
    "number_type",
    "parse_attribute",
    "parse_space",
    "parse_type",
]

MOST_AXES = 32
MOST_MEMBERS = 3

_FLOATS = {
    4: (0, 32, 23, 8, 0, 23, 127, 31),
    8: (0, 64, 52, 11, 0, 52, 1023, 63),
}
"""Of numbers as IEEE 754 has them: offset, bits, place and size of exponent and mantissa, bias,
place of the sign."""


class Kind:
    """Classes of types."""

    INTEGER, FLOAT, STRING, COMPOUND, VARIABLE = 0, 1, 3, 6, 9


@dataclass(frozen=True, slots=True)
class StoredType:
    """Type of stored values.

    Parameters
    ----------
    kind
        Its class.
    size
        Bytes of a value.
    dtype
        Of a number, in the byte order of the file; None if it is none that numpy knows.
    filler
        Of a string of fixed length: the byte that fills it up, empty if it is never filled up.
    text
        Whether values of variable length are strings.
    members
        Of a compound: name, offset and type of each.
    """

    kind: int
    size: int
    dtype: np.dtype[np.generic] | None = None
    filler: bytes = b""
    text: bool = False
    members: tuple[tuple[bytes, int, StoredType], ...] = ()


_types: dict[bytes, StoredType] = {}
"""Types that were seen: there are few, and each attribute describes its own."""

_MOST_TYPES = 200


def parse_space(source: Source, data: bytes, what: str) -> tuple[int, ...] | None:
    """Return the extents of values, slowest axis first; None if there is no value at all."""
    if len(data) < 4:
        source.fail(f"the extents of {what} are cut off")
    version, rank = data[0], data[1]
    if version not in (1, 2) or rank > MOST_AXES:
        source.fail(f"{what} has {rank} axes, in version {version} of the form")
    start = 8 if version == 1 else 4
    if len(data) < start + 8 * rank:
        source.fail(f"the extents of {what} are cut off")
    if version == 2 and data[3] == 2:
        return None
    shape: tuple[int, ...] = struct.unpack_from(f"<{rank}Q", data, start)
    if prod(max(1, n) for n in shape) >= 2**60 or any(n >= 2**31 for n in shape):
        source.fail(f"{what} has the impossible shape {shape}")
    return shape


def parse_type(source: Source, data: bytes, what: str) -> StoredType:
    """Return a type."""
    known = _types.get(data)
    if known is None:
        known = _parse_type(source, data, what, 0)[0]
        if len(_types) >= _MOST_TYPES:
            _types.clear()
        _types[data] = known
    return known


def _parse_type(source: Source, data: bytes, what: str, level: int) -> tuple[StoredType, int]:
    """Return a type, and how many bytes describe it."""
    if len(data) < 8 or level > 2:
        source.fail(f"the type of {what} is cut off")
    kind, version = data[0] & 15, data[0] >> 4
    bits = int.from_bytes(data[1:4], "little")
    size = int.from_bytes(data[4:8], "little")
    if version not in (1, 2, 3) or not size:
        source.fail(f"{what} has a type of {size} bytes, in version {version} of the form")
    rest = data[8:]
    if kind == Kind.INTEGER:
        return _integer(source, bits, size, rest, what), 12
    if kind == Kind.FLOAT:
        return _float(source, bits, size, rest, what), 20
    if kind == Kind.STRING:
        if bits & 15 > 2:
            source.fail(f"{what} is filled up in an unknown way")
        return StoredType(kind, size, filler=(b"", b"\0", b" ")[bits & 15]), 8
    if kind == Kind.COMPOUND:
        members, length = _members(source, bits & 0xFFFF, version, size, rest, what, level)
        return StoredType(kind, size, members=members), 8 + length
    if kind == Kind.VARIABLE:
        _, length = _parse_type(source, rest, what, level + 1)
        if size != 16:
            source.fail(f"{what} has references of {size} bytes")
        return StoredType(kind, size, text=bits & 15 == 1), 8 + length
    return StoredType(kind, size), len(data)


def _integer(source: Source, bits: int, size: int, rest: bytes, what: str) -> StoredType:
    if len(rest) < 4:
        source.fail(f"the type of {what} is cut off")
    whole = struct.unpack_from("<2H", rest) == (0, 8 * size)
    dtype = None
    if whole and size in (1, 2, 4, 8):
        dtype = np.dtype(f"{'>' if bits & 1 else '<'}{'i' if bits & 8 else 'u'}{size}")
    return StoredType(Kind.INTEGER, size, dtype)


def _float(source: Source, bits: int, size: int, rest: bytes, what: str) -> StoredType:
    if len(rest) < 12:
        source.fail(f"the type of {what} is cut off")
    form = (*struct.unpack_from("<2H4BI", rest), (bits >> 8) & 0xFF)
    plain = _FLOATS.get(size) == form and bits & 0x40 == 0 and (bits >> 4) & 3 == 2
    dtype = np.dtype(f"{'>' if bits & 1 else '<'}f{size}") if plain else None
    return StoredType(Kind.FLOAT, size, dtype)


def _members(
    source: Source, count: int, version: int, size: int, data: bytes, what: str, level: int
) -> tuple[tuple[tuple[bytes, int, StoredType], ...], int]:
    if not 0 < count <= MOST_MEMBERS:
        return (), len(data)
    width = max(1, (size.bit_length() + 7) // 8) if version == 3 else 4
    found = []
    position = 0
    for _ in range(count):
        end = data.find(b"\0", position)
        if end < 0:
            source.fail(f"the type of {what} is cut off")
        name = data[position:end]
        position = end + 1 if version == 3 else position + (end - position) // 8 * 8 + 8
        offset = int.from_bytes(data[position : position + width], "little")
        position += width + (28 if version == 1 else 0)
        if version == 1 and any(data[position - 28 : position - 27]):
            source.fail(f"{what} has arrays as parts")
        member, length = _parse_type(source, data[position:], what, level + 1)
        position += length
        if offset + member.size > size:
            source.fail(f"a part of {what} lies outside it")
        found.append((name, offset, member))
    return tuple(found), position


@dataclass(frozen=True, slots=True)
class StoredAttribute:
    """An attribute: a name and values.

    Parameters
    ----------
    name
        As it is stored.
    type, shape
        Of the values; the shape is None if there are none.
    data
        Their bytes.
    """

    name: bytes
    type: StoredType
    shape: tuple[int, ...] | None
    data: bytes


def parse_attribute(source: Source, data: bytes, what: str) -> StoredAttribute:
    """Return an attribute."""
    if len(data) < 8:
        source.fail(f"an attribute of {what} is cut off")
    version, flags, *sizes = struct.unpack_from("<2B3H", data)
    if version not in (1, 2, 3):
        source.fail(f"an attribute of {what} has version {version} of the form")
    if version > 1 and flags & 3:
        source.fail(f"an attribute of {what} shares its type with others, which images do not")
    position = 9 if version == 3 else 8
    parts = []
    for size in sizes:
        parts.append(data[position : position + size])
        position += -(-size // 8) * 8 if version == 1 else size
    name = parts[0][:-1]
    if position > len(data) or parts[0][-1:] != b"\0":
        source.fail(f"an attribute of {what} is cut off")
    source.check_name(name, what)
    label = f"{what}.{name[:60].decode('latin-1')}"
    kind = parse_type(source, parts[1], label)
    shape = parse_space(source, parts[2], label)
    count = 0 if shape is None else prod(shape) * kind.size
    if not 0 <= len(data) - position - count < 8:  # messages are filled up to multiples of 8
        source.fail(f"{label} needs {count} bytes, there are {len(data) - position}")
    return StoredAttribute(name, kind, shape, data[position : position + count])


def number_type(kind: StoredType) -> np.dtype[np.generic] | None:
    """Return the numpy type of stored numbers, None if they are none."""
    if kind.kind != Kind.COMPOUND:
        return kind.dtype
    if len(kind.members) != 2:
        return None
    (_, first, real), (_, second, imaginary) = kind.members
    part = real.dtype
    whole = (first, second, kind.size) == (0, real.size, 2 * real.size)
    if part is None or part.kind != "f" or part != imaginary.dtype or not whole:
        return None
    return np.dtype(f"{part.byteorder}c{kind.size}")
