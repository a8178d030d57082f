"""The index of a file of the standard storage manager: which rows are in which bucket.

A file has several indices if columns were added later: these have buckets of their own.
All lie one after the other, in part of one bucket or in a chain of buckets.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jupimage.casatable.aipsio import AipsReader, AipsWriter
from jupimage.casatable.datatype import TYPES
from jupimage.casatable.standardheader import StandardHeader
from jupimage.errors import FormatError

__all__ = ["LINK_BYTES", "StandardIndex", "index_bytes", "index_chain", "read_indices"]

LINK_BYTES = 8
"""Start of an index bucket: the number of the next one, twice, always big endian."""


@dataclass(frozen=True, slots=True)
class StandardIndex:
    """Which rows are in which bucket, for some of the columns.

    Attributes
    ----------
    rows_per_bucket
        Rows for which a bucket has room.
    columns
        How many columns have their data in these buckets.
    last_rows
        The last row in each bucket.
    buckets
        Their numbers.
    free
        Offset to length of the parts of a bucket that no column uses.
    """

    rows_per_bucket: int
    columns: int
    last_rows: NDArray[np.int64]
    buckets: NDArray[np.int64]
    free: dict[int, int]

    @property
    def rows(self) -> int:
        """Rows of the table."""
        return int(self.last_rows[-1]) + 1 if self.last_rows.size else 0


def read_indices(
    bucket: Callable[[int], bytes], header: StandardHeader, name: str
) -> list[StandardIndex]:
    """Return the indices of a file.

    Parameters
    ----------
    bucket
        Returns the content of a bucket.
    header
        Of the file.
    name
        Of the file, for messages.

    Raises
    ------
    FormatError
        If they are damaged or tell the impossible.
    """
    reader = AipsReader(_collect(bucket, header, name), name, big_endian=header.big_endian)
    reader.need(header.indices, 8)
    return [_parse(reader, header) for _ in range(header.indices)]


def _collect(bucket: Callable[[int], bytes], header: StandardHeader, name: str) -> bytes:
    length, first = header.index_length, header.first_index_bucket
    if not length:
        return b""
    if header.index_offset:
        stop = header.index_offset + length
        if stop > header.bucket_size:
            raise FormatError(
                f"{name} is damaged: wanted an index inside a bucket of {header.bucket_size} "
                f"bytes, got one that ends at {stop}"
            )
        return bucket(first)[header.index_offset : stop]
    parts: list[bytes] = []
    seen: set[int] = set()
    while length > 0:
        if first in seen:
            raise FormatError(f"{name} is damaged: its index runs in a circle (bucket {first})")
        seen.add(first)
        content = bucket(first)
        if len(content) <= LINK_BYTES:
            raise FormatError(f"{name}: wanted buckets with room for an index, got {len(content)}")
        parts.append(content[LINK_BYTES : LINK_BYTES + length])
        length -= len(parts[-1])
        first = struct.unpack_from(">i", content)[0]
    return b"".join(parts)


def _parse(reader: AipsReader, header: StandardHeader) -> StandardIndex:
    version, end = reader.begin("SSMIndex", (1, 2), outermost=True)
    used, rows_per_bucket, columns = reader.unsigned(), reader.unsigned(), reader.integer()
    free = _read_map(reader)
    last_rows = reader.block(TYPES["uInt" if version == 1 else "Int64"]).astype(np.int64)
    buckets = reader.block().astype(np.int64)
    reader.finish(end)
    if used > min(last_rows.size, buckets.size):
        reader.fail(f"wanted {used} buckets in the index, got {buckets.size}")
    index = StandardIndex(rows_per_bucket, columns, last_rows[:used], buckets[:used], free)
    _check(index, header, reader)
    return index


def _read_map(reader: AipsReader) -> dict[int, int]:
    _, end = reader.begin("SimpleOrderedMap")
    reader.integer()  # value of what is not in the map
    count = reader.unsigned()
    reader.unsigned()  # by how much the map once grew
    values = reader.values(TYPES["Int"], 2 * count).tolist()
    reader.finish(end)
    return dict(zip(values[::2], values[1::2], strict=True))


def _check(index: StandardIndex, header: StandardHeader, reader: AipsReader) -> None:
    if index.rows_per_bucket > 8 * header.bucket_size:
        reader.fail(
            f"wanted at most {8 * header.bucket_size} rows in a bucket of {header.bucket_size} "
            f"bytes, got {index.rows_per_bucket}"
        )
    counts = np.diff(index.last_rows, prepend=-1)
    if counts.size and not (counts.min() > 0 and counts.max() <= index.rows_per_bucket):
        wrong = counts.max() if counts.min() > 0 else counts.min()
        reader.fail(f"wanted 1 to {index.rows_per_bucket} rows in a bucket, got {wrong}")
    if np.any(index.buckets >= header.buckets):
        reader.fail(f"wanted buckets below {header.buckets}, got {index.buckets.max()}")
    if not np.all(np.diff(np.sort(index.buckets))):  # `np.unique` would load numpy.ma
        reader.fail("wanted other buckets for other rows, got the same one twice")


def index_bytes(index: StandardIndex, *, big_endian: bool) -> bytes:
    """Return an index as bytes."""
    writer = AipsWriter(big_endian=big_endian)
    writer.begin("SSMIndex", 1, outermost=True)
    writer.unsigned(index.buckets.size)
    writer.unsigned(index.rows_per_bucket)
    writer.integer(index.columns)
    writer.begin("SimpleOrderedMap", 1)
    writer.integer(0)
    writer.unsigned(len(index.free))
    writer.unsigned(1)
    writer.values(TYPES["Int"], [number for pair in index.free.items() for number in pair])
    writer.finish()
    writer.block(index.last_rows)
    writer.block(index.buckets)
    writer.finish()
    return writer.data()


def index_chain(raw: bytes, first: int, size: int) -> list[bytes]:
    """Return the buckets that hold an index.

    Parameters
    ----------
    raw
        The index.
    first
        Number of the first of these buckets; they follow each other.
    size
        Of a bucket.
    """
    room = size - LINK_BYTES
    pieces = [raw[start : start + room] for start in range(0, len(raw), room)]
    links = [*range(first + 1, first + len(pieces)), -1]
    return [
        (struct.pack(">2i", link, link) + piece).ljust(size, b"\0")
        for link, piece in zip(links, pieces, strict=True)
    ]
