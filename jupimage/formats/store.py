"""Where an image is kept, seen from everything but its pixels.

Pixels are read and written through a lattice. The rest (unit, header, history, masks,
attributes, locks) is small and belongs to the file as a whole: several handles on one file,
in this process and in others, share it. A store brings a handle up to date with the file
and writes what was changed, each change at once and whole.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from jupimage.errors import MaskError, ReadOnlyError
from jupimage.formats.attributes import AttributeTable

if TYPE_CHECKING:
    from jupimage.formats.opened import Opened
    from jupimage.lattice.lattice import Lattice

__all__ = ["Layout", "MemoryStore", "ReadOnlyStore", "Store"]


@dataclass(frozen=True, slots=True)
class Layout:
    """How the pixels lie in a file.

    Parameters
    ----------
    manager
        What keeps them, for people: ``TiledCellStMan, little endian``, ``chunked HDF5`` ...
    tile
        Shape of the unit that is read as a whole, slowest axis first; None if any run of
        pixels can be read by itself.
    itemsize
        Bytes of one stored pixel.
    """

    manager: str
    tile: tuple[int, ...] | None
    itemsize: int


class Store(Protocol):
    """Keeps what is known about an image."""

    @property
    def writable(self) -> bool:
        """Whether anything can be changed."""

    @property
    def layout(self) -> Layout | None:
        """How the pixels lie in the file, None for an image in memory."""

    def renew(self, opened: Opened) -> None:
        """Bring the fields of `opened` up to date, if the file has changed since they were read.

        Called before each answer about an image, so it has to be quick when nothing changed.
        """

    def changing(self) -> AbstractContextManager[None]:
        """Return a context in which nobody else changes the description: read, change, save."""

    def save(self, opened: Opened, fields: Collection[str]) -> None:
        """Write the named fields, which were just assigned to `opened`.

        They are among ``unit imageinfo miscinfo coordinates default_mask regions history``.

        Raises
        ------
        ReadOnlyError
            If the file cannot be written.
        """

    def add_history(self, opened: Opened, lines: Sequence[str], origin: str) -> None:
        """Append lines to the history, which `opened` shows when it is brought up to date."""

    def masked(self, name: str) -> Lattice:
        """Return the pixels under the stored mask `name`; under none if it is empty.

        Raises
        ------
        MaskError
            If there is no mask of that name.
        """

    def add_mask(self, name: str) -> None:
        """Store a new mask, all good. Nothing uses it yet."""

    def remove_mask(self, name: str) -> None:
        """Delete a stored mask; if it was the default one there is none afterwards."""

    def attributes(self) -> dict[str, AttributeTable]:
        """Return the attribute groups, sorted by name; changing them changes nothing."""

    def save_attributes(self, group: str, table: AttributeTable) -> None:
        """Store a group, in place of the one of that name if there is one."""

    def lock(self, write: bool, attempts: int) -> None:
        """Wait until nobody else writes (reads or writes, if `write`); 0 attempts: for ever."""

    def unlock(self) -> None:
        """Let others write."""

    def haslock(self, write: bool) -> bool:
        """Return whether the file is locked for reading or writing by this process."""


@dataclass(slots=True)
class MemoryStore:
    """The store of an image that lives in this process only."""

    groups: dict[str, AttributeTable] = field(default_factory=dict)

    writable = True
    layout = None

    def renew(self, opened: Opened) -> None:
        """Do nothing: the fields are the truth."""

    def changing(self) -> AbstractContextManager[None]:
        """Return an empty context."""
        return nullcontext()

    def save(self, opened: Opened, fields: Collection[str]) -> None:
        """Do nothing: the fields are the truth."""

    def add_history(self, opened: Opened, lines: Sequence[str], origin: str) -> None:
        """Append lines to the history of `opened`."""
        opened.history = [*opened.history, *lines]

    def masked(self, name: str) -> Lattice:
        """Refuse: a mask in memory has no choice of names."""
        raise MaskError(f"the image is not stored, so it has no mask called {name!r}")

    def add_mask(self, name: str) -> None:
        """Refuse, as `masked` does."""
        raise MaskError(f"the image is not stored: a second mask {name!r} has no place to be")

    def remove_mask(self, name: str) -> None:
        """Refuse, as `masked` does."""
        raise MaskError(f"the image is not stored, so it has no mask called {name!r}")

    def attributes(self) -> dict[str, AttributeTable]:
        """Return the attribute groups."""
        return {name: self.groups[name].copy() for name in sorted(self.groups)}

    def save_attributes(self, group: str, table: AttributeTable) -> None:
        """Keep a group."""
        self.groups[group] = table

    def lock(self, write: bool, attempts: int) -> None:
        """Do nothing: nobody else can reach the image."""

    def unlock(self) -> None:
        """Do nothing."""

    def haslock(self, write: bool) -> bool:
        """Return True: nobody else can reach the image."""
        return True


@dataclass(slots=True)
class ReadOnlyStore(MemoryStore):
    """The store of a file that is never changed: a FITS image, a Miriad image.

    Parameters
    ----------
    description
        What the file is called in errors.
    layout
        How its pixels lie.
    """

    description: str = "the image"
    layout: Layout | None = None  # type: ignore[assignment]

    writable = False

    def save(self, opened: Opened, fields: Collection[str]) -> None:
        """Refuse."""
        raise self._refusal()

    def add_history(self, opened: Opened, lines: Sequence[str], origin: str) -> None:
        """Refuse."""
        raise self._refusal()

    def save_attributes(self, group: str, table: AttributeTable) -> None:
        """Refuse."""
        raise self._refusal()

    def _refusal(self) -> ReadOnlyError:
        return ReadOnlyError(f"{self.description} cannot be written; save a copy and change that")
