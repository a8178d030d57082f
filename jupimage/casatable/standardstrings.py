"""Strings of the standard storage manager.

A cell refers to a string by bucket, offset and length; up to eight bytes stand in the reference
itself. The others lie in string buckets: four numbers (the first one unused, bytes used, bytes
free, next bucket), always big endian, then the strings. One that does not fit goes on at the
start of the next bucket.
"""

from __future__ import annotations

import struct
from collections.abc import Callable

from jupimage.casatable.standardheader import StandardHeader
from jupimage.errors import FormatError

__all__ = ["HEAD_BYTES", "REFERENCE_BYTES", "SHORT_BYTES", "StringBuckets"]

HEAD_BYTES = 16
"""Before the strings of a bucket."""

REFERENCE_BYTES = 12
"""Of a reference."""

SHORT_BYTES = 8
"""Strings of at most this many bytes stand in the reference itself."""

KEPT_BYTES = 2**22


class StringBuckets:
    """Reads the strings of a file.

    Parameters
    ----------
    bucket
        Returns the content of a bucket.
    header
        Of the file.
    name
        Of the file, for messages.
    """

    def __init__(self, bucket: Callable[[int], bytes], header: StandardHeader, name: str) -> None:
        self._bucket = bucket
        self._name = name
        self._room = header.bucket_size - HEAD_BYTES
        # no string is referred to twice: damaged references cannot add up to more than the file
        self._left = header.buckets * header.bucket_size
        self._kept: dict[int, tuple[bytes, int, int]] = {}
        self._most_kept = max(1, KEPT_BYTES // header.bucket_size)

    def read(self, bucket: int, offset: int, length: int) -> bytes:
        """Return the bytes that a reference stands for."""
        if not length:
            return b""
        self._left -= length
        if bucket < 0 or offset < 0 or length < 0 or self._left < 0:
            self._fail(bucket, offset, length)
        content, used, _ = self._kept.get(bucket) or self._open(bucket)
        if offset + length <= used:  # nearly always
            return content[HEAD_BYTES + offset : HEAD_BYTES + offset + length]
        return self._read_on(bucket, offset, length)

    def _read_on(self, bucket: int, offset: int, length: int) -> bytes:
        parts = []
        while length:
            content, used, following = self._kept.get(bucket) or self._open(bucket)
            count = min(length, self._room - offset)
            if count <= 0 or offset + count > used:
                self._fail(bucket, offset, length)
            parts.append(content[HEAD_BYTES + offset : HEAD_BYTES + offset + count])
            length -= count
            bucket, offset = following, 0
        return b"".join(parts)

    def _open(self, number: int) -> tuple[bytes, int, int]:
        if self._room <= 0:
            raise FormatError(f"{self._name}: wanted buckets with room for strings, got none")
        content = self._bucket(number)
        _, used, _, following = struct.unpack_from(">4i", content)
        if len(self._kept) >= self._most_kept:
            self._kept.clear()
        self._kept[number] = content, min(used, self._room), following
        return self._kept[number]

    def _fail(self, bucket: int, offset: int, length: int) -> None:
        raise FormatError(
            f"{self._name} is damaged: wanted a string inside the file, got one of {length} bytes "
            f"at byte {offset} of bucket {bucket}"
        )
