"""The store of an image that is made of others: a section, a concatenation."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from jupimage.errors import MaskError, ReadOnlyError
from jupimage.formats.attributes import AttributeTable
from jupimage.formats.store import Layout, Store

if TYPE_CHECKING:
    from jupimage.formats.opened import Opened
    from jupimage.lattice.lattice import Lattice

__all__ = ["DerivedStore"]


class DerivedStore:
    """Passes locks and attributes on to the images that pixels come from.

    What describes the image was derived when it was made and is not written back: it
    describes another image than the one that is stored.

    Parameters
    ----------
    sources
        The images that the pixels come from. Attributes are those of the first.
    inherited
        Names of the fields that are the first source's own and follow it when it changes.
    """

    writable = False

    def __init__(self, sources: Sequence[Opened], inherited: Sequence[str] = ()) -> None:
        self._sources = tuple(sources)
        self._inherited = tuple(inherited)

    @property
    def layout(self) -> Layout | None:
        """How the pixels of the first source lie."""
        return self._first.layout

    @property
    def _first(self) -> Store:
        return self._sources[0].store

    def renew(self, opened: Opened) -> None:
        """Take over what the first source says now."""
        if not self._inherited:
            return
        source = self._sources[0]
        source.store.renew(source)
        for name in self._inherited:
            setattr(opened, name, getattr(source, name))

    def changing(self) -> AbstractContextManager[None]:
        """Return an empty context: nothing can be changed."""
        return nullcontext()

    def save(self, opened: Opened, fields: Collection[str]) -> None:
        """Refuse."""
        raise self._refusal()

    def add_history(self, opened: Opened, lines: Sequence[str], origin: str) -> None:
        """Refuse."""
        raise self._refusal()

    def masked(self, name: str) -> Lattice:
        """Refuse."""
        raise MaskError(f"a mask is chosen where {self._name} is opened, got {name!r} later")

    def add_mask(self, name: str) -> None:
        """Refuse."""
        raise MaskError(f"a mask belongs to a whole image: make {name!r} in {self._name}")

    def remove_mask(self, name: str) -> None:
        """Refuse."""
        raise MaskError(f"a mask belongs to a whole image: remove {name!r} from {self._name}")

    def attributes(self) -> dict[str, AttributeTable]:
        """Return the attribute groups of the first source."""
        return self._first.attributes()

    def save_attributes(self, group: str, table: AttributeTable) -> None:
        """Store a group in the first source."""
        self._first.save_attributes(group, table)

    def lock(self, write: bool, attempts: int) -> None:
        """Lock all sources, or none."""
        done: list[Store] = []
        try:
            for source in self._sources:
                source.store.lock(write, attempts)
                done.append(source.store)
        except BaseException:
            for store in done:
                store.unlock()
            raise

    def unlock(self) -> None:
        """Unlock all sources."""
        for source in self._sources:
            source.store.unlock()

    def haslock(self, write: bool) -> bool:
        """Return whether all sources are locked."""
        return all(source.store.haslock(write) for source in self._sources)

    @property
    def _name(self) -> str:
        return self._sources[0].name

    def _refusal(self) -> ReadOnlyError:
        return ReadOnlyError(
            f"this is made of {self._name}: change that image, or save a copy and change the copy"
        )
