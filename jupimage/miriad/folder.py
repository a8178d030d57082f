"""The folder of a Miriad data set, and where in it each item lies.

An item is a file of its own name or an entry of the file ``header``. Whoever made the folder is
not trusted: nothing but regular files is opened, and symbolic links must not lead out of it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from itertools import islice

from jupimage.errors import FormatError, MissingImageError
from jupimage.files.links import open_regular
from jupimage.files.storage import Storage, wrap_descriptor
from jupimage.miriad.items import NAME, parse_header

__all__ = ["HEADER", "HISTORY", "IMAGE", "MASK", "ItemFolder", "Place", "open_place"]

HEADER, IMAGE, MASK, HISTORY = "header", "image", "mask", "history"

_MOST_HEADER = 1 << 20  # real ones have a few thousand bytes
_MOST_ENTRIES = 10_000


@dataclass(frozen=True, slots=True)
class Place:
    """Where the bytes of an item are: a file, a start in it, a length."""

    path: str
    start: int
    size: int


@dataclass(frozen=True, slots=True)
class ItemFolder:
    """An opened data set; nothing but its header was read.

    Parameters
    ----------
    path
        Of the folder.
    header
        Content of the file ``header``.
    small
        Start and length of each item in it.
    """

    path: str
    header: bytes
    small: dict[str, tuple[int, int]] = field(default_factory=dict)

    @classmethod
    def open(cls, path: str) -> ItemFolder:
        """Read the header of a data set.

        Raises
        ------
        FormatError
            If it is missing, too long or damaged.
        """
        content = _read(os.path.join(path, HEADER), _MOST_HEADER)
        return cls(path, content, parse_header(content))

    def place(self, name: str) -> Place | None:
        """Return where an item is, None if there is none of that name.

        Raises
        ------
        FormatError
            If something is in its place that is no file of this folder.
        """
        if name in self.small:
            start, size = self.small[name]
            return Place(os.path.join(self.path, HEADER), start, size)
        path = os.path.join(self.path, name)
        if not os.path.lexists(path):
            return None
        descriptor = open_regular(path)
        try:
            return Place(path, 0, os.fstat(descriptor).st_size)
        finally:
            os.close(descriptor)

    def read(self, name: str, most: int) -> bytes | None:
        """Return an item of at most `most` bytes; None if there is none.

        Raises
        ------
        FormatError
            If it is longer, or cannot be read.
        """
        if name in self.small:
            start, size = self.small[name]
            return self.header[start : start + size]
        try:
            return _read(os.path.join(self.path, name), most)
        except MissingImageError:
            return None

    def files(self) -> list[str]:
        """Return the names of items that are files of their own, without the header."""
        try:
            with os.scandir(self.path) as entries:
                names = [entry.name for entry in islice(entries, _MOST_ENTRIES) if entry.is_file()]
        except OSError as error:
            raise FormatError(f"cannot read {self.path}: {error.strerror}") from error
        return sorted(name for name in names if NAME.fullmatch(name) and name != HEADER)


def open_place(place: Place) -> Storage:
    """Open the file in which an item is.

    Raises
    ------
    FormatError
        If it has become shorter since it was looked at, or cannot be opened.
    """
    descriptor = open_regular(place.path)
    size = os.fstat(descriptor).st_size
    if size < place.start + place.size:
        os.close(descriptor)
        raise FormatError(f"{place.path}: wanted {place.start + place.size} bytes, got {size}")
    return wrap_descriptor(descriptor, place.path)


def _read(path: str, most: int) -> bytes:
    descriptor = open_regular(path)
    with open(descriptor, "rb", buffering=0) as file:
        size = os.fstat(descriptor).st_size
        if size > most:
            raise FormatError(f"{path}: wanted at most {most} bytes, got {size}")
        parts = []
        while size > 0 and (part := file.read(size)):
            parts.append(part)
            size -= len(part)
    return b"".join(parts)
