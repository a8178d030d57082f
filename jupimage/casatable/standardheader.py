"""The first 512 bytes of a file of the standard storage manager.

What follows is cut into buckets of one size: rows of the columns, long strings, the index that
tells which rows are where. The numbers of the header are in the byte order of the table.
"""

from __future__ import annotations

from dataclasses import dataclass

from jupimage.casatable.aipsio import AipsReader, AipsWriter
from jupimage.errors import FormatError

__all__ = ["HEADER_BYTES", "StandardHeader", "header_bytes", "parse_header"]

HEADER_BYTES = 512
"""Where the buckets begin."""

LARGEST_BUCKET = 2**26


@dataclass(frozen=True, slots=True)
class StandardHeader:
    """How a file of the standard storage manager is cut up.

    Attributes
    ----------
    big_endian
        Byte order of everything that is not said to be canonical.
    bucket_size, buckets
        Bytes of one bucket, and how many there are.
    index_buckets, first_index_bucket
        Those that hold the index, and where it starts.
    index_offset
        Where in that bucket; 0 if the index fills a chain of buckets.
    index_length, indices
        Bytes of the index, and how many indices these are.
    last_string_bucket
        The bucket that takes the next long string; -1 if there is none.
    free_buckets, first_free_bucket
        Buckets that are not used, and the first one of their chain (-1: none).
    cache_size
        Buckets to be kept in memory, a wish.
    """

    big_endian: bool
    bucket_size: int
    buckets: int
    index_buckets: int = 1
    first_index_bucket: int = 0
    index_offset: int = 0
    index_length: int = 0
    indices: int = 1
    last_string_bucket: int = -1
    free_buckets: int = 0
    first_free_bucket: int = -1
    cache_size: int = 2


def parse_header(data: bytes, name: str, *, big_endian: bool, size: int) -> StandardHeader:
    """Return the header.

    Parameters
    ----------
    data
        The first bytes of the file.
    name
        Of the file, for messages.
    big_endian
        Byte order of the table.
    size
        Bytes of the whole file.

    Raises
    ------
    FormatError
        If it is damaged, or the file is too short for what it says.
    """
    reader = AipsReader(data[:HEADER_BYTES], name, big_endian=big_endian)
    version, end = reader.begin("StandardStMan", (1, 2, 3), outermost=True)
    if (reader.boolean() if version > 2 else True) != big_endian:
        raise FormatError(f"{name}: wanted the byte order of the table, got the other one")
    bucket_size, buckets, cache = reader.unsigned(), reader.unsigned(), reader.unsigned()
    free, first_free = reader.unsigned(), reader.integer()
    index_buckets, first_index = reader.unsigned(), reader.integer()
    offset = reader.unsigned() if version > 1 else 0
    last_string, length, indices = reader.integer(), reader.unsigned(), reader.unsigned()
    reader.finish(end)
    if not 0 < bucket_size <= LARGEST_BUCKET:
        reader.fail(f"wanted buckets of 1 to {LARGEST_BUCKET} bytes, got {bucket_size}")
    if (needed := HEADER_BYTES + buckets * bucket_size) > size:
        raise FormatError(f"{name} is cut off: wanted {needed} bytes, got {size}")
    return StandardHeader(
        big_endian,
        bucket_size,
        buckets,
        index_buckets,
        first_index,
        offset,
        length,
        indices,
        last_string,
        free,
        first_free,
        cache,
    )


def header_bytes(header: StandardHeader) -> bytes:
    """Return the bytes before the buckets.

    Examples
    --------
    >>> header = StandardHeader(True, 128, 0)
    >>> parse_header(header_bytes(header), "a file", big_endian=True, size=512) == header
    True
    """
    writer = AipsWriter(big_endian=header.big_endian)
    writer.begin("StandardStMan", 2 if header.big_endian else 3, outermost=True)
    if not header.big_endian:
        writer.boolean(False)
    writer.unsigned(header.bucket_size)
    writer.unsigned(header.buckets)
    writer.unsigned(header.cache_size)
    writer.unsigned(header.free_buckets)
    writer.integer(header.first_free_bucket)
    writer.unsigned(header.index_buckets)
    writer.integer(header.first_index_bucket)
    writer.unsigned(header.index_offset)
    writer.integer(header.last_string_bucket)
    writer.unsigned(header.index_length)
    writer.unsigned(header.indices)
    writer.finish()
    return writer.data().ljust(HEADER_BYTES, b"\0")
