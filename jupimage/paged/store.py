"""What is known about a paged image, kept in its folder.

Every change is complete on the disk in one step, and where several files change, the order is
such that after each step the image is whole:

- keywords: a new ``table.dat`` takes the place of the old one by a rename;
- history, attribute group: a new small table takes the place of the old one; a group that is
  new is named by the keywords once its table is there;
- mask: the table of a new one is there before the keywords name it, that of a removed one goes
  after they have stopped naming it.

All this happens under the write lock of the image; the last step of each change removes what
killed writers left in the folder. Pixels are written in place.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from jupimage.casatable import TYPES, TableName
from jupimage.errors import ArgumentError, FormatError
from jupimage.files import path_inside
from jupimage.formats import AttributeTable, Layout
from jupimage.lattice import Lattice
from jupimage.paged.arraytable import IMAGE_COLUMN
from jupimage.paged.attributegroups import group_folders, read_group, write_group
from jupimage.paged.description import Description, describe
from jupimage.paged.handles import TableHandle, writing_errors
from jupimage.paged.keywords import changed_keywords, replace_keywords
from jupimage.paged.lattice import PagedLattice
from jupimage.paged.logtable import NAME as LOG
from jupimage.paged.logtable import History, append_log, replace_log
from jupimage.paged.masks import add_mask, drop_mask, open_mask
from jupimage.paged.subtables import Token, is_table_name, place_table, token_of

if TYPE_CHECKING:
    from jupimage.formats.opened import Opened

__all__ = ["PagedStore"]

ORIGIN = "jupimage"

_FIELDS = ("unit", "imageinfo", "miscinfo", "coordinates", "masks", "default_mask", "regions")


class PagedStore:
    """Keeps what is known about a paged image.

    Parameters
    ----------
    handle
        Of the image.
    lattice
        Its pixels.
    """

    def __init__(self, handle: TableHandle, lattice: PagedLattice) -> None:
        self._handle = handle
        self._shape = lattice.shape
        self._tile = lattice.tile
        self._is_image = handle.column == IMAGE_COLUMN
        self._version = -1
        self._problems: tuple[str, ...] = ()
        self._groups: dict[str, tuple[Token, AttributeTable]] = {}
        self.history = History(handle.folder)

    @property
    def writable(self) -> bool:
        """Whether the image can be changed."""
        return self._handle.table.writable

    @property
    def layout(self) -> Layout | None:
        """How the pixels lie in the file."""
        data = self._handle.table.data
        order = "big" if data.big_endian else "little"
        manager = data.manager(self._handle.column).type
        size = TYPES[data.column(self._handle.column).type].size
        return Layout(f"{manager}, {order} endian", self._tile, size)

    def describe(self) -> Description:
        """Return what the keywords say now, and warn of what is new among their problems."""
        table = self._handle.table
        with table.reading():
            version, data = table.version, table.data
        try:
            found = describe(data.keywords, self._shape, image=self._is_image)
        except FormatError as error:
            raise FormatError(f"{self._handle.folder}: {error}") from error
        self._version = version
        for problem in found.problems:
            if problem not in self._problems:
                warnings.warn(f"{self._handle.folder}: {problem}", UserWarning, stacklevel=2)
        self._problems = found.problems
        return found

    def renew(self, opened: Opened) -> None:
        """Bring the fields of `opened` up to date, if the keywords have changed."""
        table = self._handle.table
        with table.reading():
            if table.version == self._version:
                return
        found = self.describe()
        for name in _FIELDS:
            setattr(opened, name, getattr(found, name))

    def changing(self) -> AbstractContextManager[None]:
        """Return a context in which nobody else changes the image."""
        self._handle.check_writable()
        return self._handle.table.writing()

    def save(self, opened: Opened, fields: Collection[str]) -> None:
        """Write the named fields of `opened`."""
        self._handle.check_writable()
        folder, table = self._handle.folder, self._handle.table
        with writing_errors(folder), table.writing():
            others = [name for name in fields if name != "history"]
            keywords = changed_keywords(table.data.keywords, opened, others)
            if "history" in fields:
                lines = list(opened.history)
                replace_log(folder, lines, ORIGIN, big_endian=table.data.big_endian)
                opened.history = self.history
            replace_keywords(self._handle, self._with_log(keywords))

    def add_history(self, opened: Opened, lines: Sequence[str], origin: str) -> None:
        """Append lines to the history."""
        self._handle.check_writable()
        folder, table = self._handle.folder, self._handle.table
        with writing_errors(folder), table.writing():
            append_log(folder, lines, origin, big_endian=table.data.big_endian)
            replace_keywords(self._handle, self._with_log(table.data.keywords))

    @staticmethod
    def _with_log(keywords: Mapping[str, Any]) -> Mapping[str, Any]:
        if LOG in keywords:
            return keywords
        return {LOG: TableName.inside(LOG), **keywords}

    def masked(self, name: str) -> Lattice:
        """Return the pixels under the stored mask `name`; under none if it is empty."""
        mask = None
        if name:
            with self._handle.table.reading():
                pass  # others may have changed the masks
            mask = open_mask(self._handle, self._shape, name)
        return PagedLattice(self._handle, mask, name)

    def add_mask(self, name: str) -> None:
        """Store a new mask, all good."""
        add_mask(self._handle, name, self._shape, self._tile, default=False)

    def remove_mask(self, name: str) -> None:
        """Delete a stored mask."""
        drop_mask(self._handle, name)

    def attributes(self) -> dict[str, AttributeTable]:
        """Return the attribute groups, sorted by name."""
        table = self._handle.table
        with table.reading():
            keywords = table.data.keywords
        folders = group_folders(self._handle.folder, keywords)
        return {name: self._group(name, folder).copy() for name, folder in folders.items()}

    def _group(self, name: str, folder: str) -> AttributeTable:
        token = token_of(folder)
        known = self._groups.get(name)
        if known is None or known[0] != token or not token:
            known = self._groups[name] = (token, read_group(folder))
        return known[1]

    def save_attributes(self, group: str, table: AttributeTable) -> None:
        """Store a group, in place of the one of that name if there is one."""
        self._handle.check_writable()
        folder, image = self._handle.folder, self._handle.table
        with writing_errors(folder), image.writing():
            keywords = image.data.keywords
            known = group_folders(folder, keywords)
            target = known.get(group) or _new_group(folder, group)
            order = image.data.big_endian
            place_table(target, lambda new: _write_group(new, table, big_endian=order))
            if group not in known:
                groups = {**keywords.get("ATTRGROUPS", {}), group: TableName.inside(group)}
                keywords = {**keywords, "ATTRGROUPS": groups}
            replace_keywords(self._handle, keywords)

    def lock(self, write: bool, attempts: int) -> None:
        """Wait until nobody else writes (reads or writes, if `write`); 0 attempts: for ever."""
        self._handle.table.lock(write, attempts)

    def unlock(self) -> None:
        """Let others write."""
        self._handle.table.unlock()

    def haslock(self, write: bool) -> bool:
        """Return whether the image is locked for reading or writing by this process."""
        return self._handle.table.haslock(write)


def _write_group(folder: str, table: AttributeTable, *, big_endian: bool) -> None:
    write_group(folder, table, big_endian=big_endian)


def _new_group(folder: str, group: str) -> str:
    """Return where the table of a new group goes."""
    if not is_table_name(group):
        raise ArgumentError(f"wanted a name that a folder can have for a group, got {group!r:.80}")
    target = path_inside(folder, group)
    if os.path.lexists(target) and not _is_spare(target):
        raise ArgumentError(f"a group cannot be called {group!r}: {target} is something else")
    return target


def _is_spare(folder: str) -> bool:
    """Whether a folder is the table of a group that no keyword names: a change was cut off."""
    try:
        read_group(folder)
    except FormatError:
        return False
    return True
