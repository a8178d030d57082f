"""What is known about an HDF5 image, kept in its file."""

from __future__ import annotations

import time
import warnings
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from jupimage.formats.attributes import AttributeTable
from jupimage.formats.entry import Entry
from jupimage.formats.store import Layout
from jupimage.hdf5 import editing, maskediting
from jupimage.hdf5.attributegroups import read_groups
from jupimage.hdf5.description import Description, describe
from jupimage.hdf5.handles import FileHandle
from jupimage.hdf5.lattice import Hdf5Lattice, stored_mask
from jupimage.lattice import Lattice

if TYPE_CHECKING:
    from jupimage.formats.opened import Opened

__all__ = ["Hdf5Store"]

EPOCH = 40587 * 86400.0
"""Start of the Unix time as a modified Julian date, in seconds."""

_FIELDS = ("unit", "imageinfo", "miscinfo", "coordinates", "default_mask", "regions", "history")


class Hdf5Store:
    """Keeps what is known about an HDF5 image.

    Parameters
    ----------
    handle
        Of the file.
    lattice
        Its pixels.
    """

    def __init__(self, handle: FileHandle, lattice: Hdf5Lattice) -> None:
        self._handle = handle
        self._lattice = lattice
        self._version = -1
        self._problems: tuple[str, ...] = ()

    @property
    def writable(self) -> bool:
        """Whether the image can be changed."""
        return self._handle.file.writable

    @property
    def layout(self) -> Layout | None:
        """How the pixels lie in the file."""
        pixels = self._lattice.pixels
        if pixels.place.chunk is None:
            return Layout("contiguous HDF5", None, pixels.dtype.itemsize)
        packed = "" if pixels.place.simple else ", packed"
        return Layout(f"chunked HDF5{packed}", pixels.tile, pixels.dtype.itemsize)

    def describe(self) -> Description:
        """Return what the file says now, and warn of what is new among its problems."""
        file = self._handle.file
        with file.reading() as root:
            version = file.version
            found = describe(root, file.path, self._lattice.shape)
        self._version = version
        for problem in found.problems:
            if problem not in self._problems:
                warnings.warn(f"{file.path}: {problem}", UserWarning, stacklevel=2)
        self._problems = found.problems
        return found

    def renew(self, opened: Opened) -> None:
        """Bring the fields of `opened` up to date, if the file has changed."""
        file = self._handle.file
        with file.reading():
            if file.version == self._version:
                return
        found = self.describe()
        for name in _FIELDS:
            setattr(opened, name, getattr(found, name))
        opened.masks = tuple(found.masks)

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Return a context in which nobody else changes the image."""
        with self._handle.file.writing():
            yield

    def save(self, opened: Opened, fields: Collection[str]) -> None:
        """Write the named fields of `opened`."""
        editing.save_fields(self._handle.file, opened, fields)

    def add_history(self, opened: Opened, lines: Sequence[str], origin: str) -> None:
        """Append lines to the history, with the time if they know of none."""
        now = time.time() + EPOCH
        editing.add_history(self._handle.file, [_dated(line, now, origin) for line in lines])

    def masked(self, name: str) -> Lattice:
        """Return the pixels under the stored mask `name`; under none if it is empty."""
        lattice = self._lattice
        mask = stored_mask(self._handle, lattice.shape, name) if name else None
        return Hdf5Lattice(self._handle, lattice.pixels, mask, name)

    def add_mask(self, name: str) -> None:
        """Store a new mask, all good."""
        lattice = self._lattice
        maskediting.add_mask(
            self._handle.file, name, lattice.shape, lattice.pixels.tile, default=False
        )

    def remove_mask(self, name: str) -> None:
        """Delete a stored mask."""
        maskediting.remove_mask(self._handle.file, name)

    def attributes(self) -> dict[str, AttributeTable]:
        """Return the attribute groups, sorted by name."""
        file = self._handle.file
        with file.reading() as root:
            return read_groups(root, file.path)

    def save_attributes(self, group: str, table: AttributeTable) -> None:
        """Store a group, in place of the one of that name if there is one."""
        editing.save_group(self._handle.file, group, table)

    def lock(self, write: bool, attempts: int) -> None:
        """Do nothing: the file is locked for the moment of each reading and writing."""

    def unlock(self) -> None:
        """Do nothing."""

    def haslock(self, write: bool) -> bool:
        """Return True: each reading and writing takes the lock that it needs."""
        return True


def _dated(line: str, now: float, origin: str) -> Entry:
    entry = Entry.of(line)
    if entry.time is not None:
        return entry
    return Entry(
        str(entry),
        time=now,
        priority=entry.priority or "NORMAL",
        location=entry.location or origin,
        object_id=entry.object_id,
    )
