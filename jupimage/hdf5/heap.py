"""Strings of variable length: each is an object in a collection somewhere in the file."""

from __future__ import annotations

from jupimage.hdf5.source import Source

__all__ = ["HeapReader"]

_HEAD = 16


class HeapReader:
    """Finds strings by collection and number; collections that were read are kept.

    Parameters
    ----------
    source
        The file.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._collections: dict[int, dict[int, bytes]] = {}

    def text(self, reference: bytes, what: str) -> bytes:
        """Return a string.

        Parameters
        ----------
        reference
            Its length, the address of the collection and its number there: 16 bytes.
        what
            What it is called in messages.

        Raises
        ------
        FormatError
            If there is none.
        """
        length = int.from_bytes(reference[:4], "little")
        place = int.from_bytes(reference[4:12], "little")
        number = int.from_bytes(reference[12:], "little")
        if not length and not number:
            return b""
        if place not in self._collections:
            self._collections[place] = self._read(place, what)
        self._source.spend(length)
        found = self._collections[place].get(number)
        if not length and found is not None and len(found) <= 1:
            return b""  # nothing takes the place of a byte
        if found is None or len(found) != length or b"\0" in found:
            self._source.fail(f"wanted a text of {length} bytes in {what}, got {found!r:.60}")
        return found

    def _read(self, address: int, what: str) -> dict[int, bytes]:
        source = self._source
        signature, version, size = source.unpack("<4sB3xQ", address, f"the text of {what}")
        if signature != b"GCOL" or version != 1 or size < _HEAD:
            source.fail(f"wanted the text of {what} at {address}, got something else")
        data = source.read(address, size, f"the text of {what}")
        found: dict[int, bytes] = {}
        position = _HEAD
        while position + _HEAD <= size:
            number = int.from_bytes(data[position : position + 2], "little")
            length = int.from_bytes(data[position + 8 : position + 16], "little")
            if not number:
                break  # what is left is free
            position += _HEAD
            if position + length > size or number in found:
                source.fail(f"the text of {what} lies outside its collection")
            found[number] = data[position : position + length]
            position += -(-length // 8) * 8
        return found
