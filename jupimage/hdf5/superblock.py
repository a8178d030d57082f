"""The superblock: where a file says what it is, how long it is, and where its root group lies.

All changes of what describes an image are made by writing a new root group after all that is
there, and then its address into the superblock: a few bytes that are written in one go, before
which the file is the old one and after which it is the new one.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from jupimage.errors import FormatError

__all__ = ["SIGNATURE", "Superblock", "find_superblock"]

SIGNATURE = b"\x89HDF\r\n\x1a\n"
LONGEST = 100
_UNDEFINED = 2**64 - 1
_MASK = 2**32 - 1


@dataclass(frozen=True, slots=True)
class Superblock:
    """What a superblock says.

    Parameters
    ----------
    offset
        Where it is in the file.
    version
        Of its form, 0 to 3.
    base
        Where addresses count from.
    end
        Length of the file, whatever addresses count from.
    root
        Address of the object header of the root group.
    """

    offset: int
    version: int
    base: int
    end: int
    root: int

    @classmethod
    def parse(cls, data: bytes, offset: int, name: str) -> Superblock:
        """Take a superblock apart.

        Parameters
        ----------
        data
            Bytes of the file from its signature on, `LONGEST` of them if there are so many.
        offset
            Where they are in the file.
        name
            Of the file, for messages.

        Raises
        ------
        FormatError
            If they are none, or of a form that is not known.
        """
        version = data[8] if len(data) > 8 else -1
        if not data.startswith(SIGNATURE) or version not in (0, 1, 2, 3):
            raise FormatError(f"{name} is no HDF5 file of a known version, got {version}")
        if len(data) < (48 if version > 1 else 96 + 4 * version):
            raise FormatError(f"{name} is damaged: it ends after {len(data)} bytes")
        sizes = data[9:11] if version > 1 else data[13:15]
        if tuple(sizes) != (8, 8):
            raise FormatError(f"{name}: wanted addresses of 8 bytes, got sizes {tuple(sizes)}")
        if version > 1:
            base, _, end, root = struct.unpack_from("<4Q", data, 12)
            if struct.unpack_from("<I", data, 44)[0] != checksum(data[:44]):
                raise FormatError(f"{name} is damaged: wrong checksum of the superblock")
        else:
            base, _, end, _, _, root = struct.unpack_from("<6Q", data, 24 + 4 * version)
        return cls(offset, version, base, end, root)

    def repointed(self, data: bytes, root: int, end: int) -> bytes:
        """Return the bytes of this superblock with another root group and another end.

        Parameters
        ----------
        data
            Its bytes as they are.
        root
            Address of the object header of the new root group.
        end
            New length of the file.
        """
        new = bytearray(data)
        if self.version > 1:
            struct.pack_into("<2Q", new, 28, end, root)
            struct.pack_into("<I", new, 44, checksum(bytes(new[:44])))
            return bytes(new[:48])
        start = 24 + 4 * self.version
        struct.pack_into("<Q", new, start + 16, end)
        # No name, and nothing about the group is repeated here: the library then looks there.
        struct.pack_into("<2QII2Q", new, start + 32, 0, root, 0, 0, 0, 0)
        return bytes(new[: start + 72])


def find_superblock(data: bytes) -> int | None:
    """Return where a file, of which these are the first bytes, has its superblock.

    Others may have put something before it, of 512 bytes, 1024, 2048 and so on.

    Examples
    --------
    >>> find_superblock(SIGNATURE), find_superblock(bytes(512) + SIGNATURE), find_superblock(b"")
    (0, 512, None)
    """
    offset = 0
    while offset + len(SIGNATURE) <= len(data):
        if data.startswith(SIGNATURE, offset):
            return offset
        offset = 2 * offset or 512
    return None


def checksum(data: bytes) -> int:
    """Return the checksum of metadata: the hash "lookup3" of Bob Jenkins, in the public domain.

    Examples
    --------
    >>> hex(checksum(b"Four score and seven years ago"))
    '0x17770551'
    """
    a = b = c = (0xDEADBEEF + len(data)) & _MASK
    blocks = [data[i : i + 12] for i in range(0, len(data), 12)]
    for block in blocks[:-1]:
        x, y, z = struct.unpack("<3I", block)
        a, b, c = _mix((a + x) & _MASK, (b + y) & _MASK, (c + z) & _MASK)
    if not blocks:
        return c
    x, y, z = struct.unpack("<3I", blocks[-1].ljust(12, b"\0"))
    return _final((a + x) & _MASK, (b + y) & _MASK, (c + z) & _MASK)


def _rotate(value: int, bits: int) -> int:
    return ((value << bits) | (value >> (32 - bits))) & _MASK


def _mix(a: int, b: int, c: int) -> tuple[int, int, int]:
    for bits in (4, 6, 8, 16, 19, 4):
        a = ((a - c) & _MASK) ^ _rotate(c, bits)
        c = (c + b) & _MASK
        a, b, c = b, c, a
    return a, b, c


def _final(a: int, b: int, c: int) -> int:
    for bits in (14, 11, 25, 16, 4, 14, 24):
        c = ((c ^ b) - _rotate(b, bits)) & _MASK
        a, b, c = b, c, a
    return b
