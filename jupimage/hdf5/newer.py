"""Groups and datasets of the newer form, read by the HDF5 library.

A library of version 2 or later, or one that was told to, makes files of this form. What matters of
such a file is read at once, as a copy in memory; then the library lets go of it. The copy has the
methods of `jupimage.hdf5.items`.

A link may be soft (a path inside the file) or lead to another file. A file from elsewhere could so
make its reader open what it should not, hence links are refused unless
`jupimage.options.follow_links` allows them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import prod
from typing import Any

import numpy as np

from jupimage import options
from jupimage.casatable.aipsio import decode_text
from jupimage.errors import FormatError
from jupimage.hdf5.chunks import MISSING, MOST_CHUNKS, grid_of
from jupimage.hdf5.datatypes import stored_dtype
from jupimage.hdf5.library import open_file, reading_errors
from jupimage.hdf5.newervalues import MOST_ITEMS, attributes_of, value_of
from jupimage.hdf5.pixelplace import PixelPlace, link_refusal
from jupimage.hdf5.records import MOST_LEVELS

__all__ = ["ROOT_NAMES", "CopiedGroup", "describe_dataset", "open_dataset", "read_newer"]

ROOT_NAMES = frozenset(
    {"map", "coordinfo", "imageinfo", "unitinfo", "miscinfo", "maskinfo", "masks", "ATTRGROUPS",
     "history", "emptygroups"}
)  # fmt: skip
"""What an image has in its root group; other things there are of no interest."""


@dataclass(slots=True)
class CopiedGroup:
    """A group in memory."""

    where: str
    address: int
    values: list[tuple[str, Any]] = field(default_factory=list)
    children: dict[str, Any] = field(default_factory=dict)

    def names(self) -> list[str]:
        """Return the names of what is in the group, sorted."""
        return list(self.children)

    def child(self, name: str) -> Any | None:
        """Return what has a name in the group, None if nothing has."""
        return self.children.get(name)

    def attributes(self) -> list[tuple[str, Any]]:
        """Return names and values of the attributes, in the order in which they were made."""
        return self.values


@dataclass(frozen=True, slots=True)
class CopiedDataset:
    """What is known of a dataset."""

    found: PixelPlace

    def place(self) -> PixelPlace:
        """Return what the dataset holds, and how."""
        return self.found


def read_newer(path: str, size: int, where: str = "") -> Any:
    """Return an item of a file with all that images have in it.

    Parameters
    ----------
    path
        Of the file.
    size
        Its length.
    where
        Names that lead to the item, with a slash before each; nothing for the root group.

    Raises
    ------
    FormatError
        If anything in it cannot be read.
    """
    from h5py import h5g

    handle = open_file(path)
    try:
        with reading_errors(path):
            # versions of the library differ in what they say of places after a user's block
            own = handle.get_create_plist().get_userblock() == 0
            reader = _Reader(path, size if own else 0)
            item = h5g.open(handle, b"/")
            names = where.split("/")[1:]
            for name in names:
                item = _child(item, name.encode(), where, path)
            return reader.copy(item, where, len(names))
    finally:
        handle.close()


class _Reader:
    """Copies groups; each once, lest it goes round in circles."""

    def __init__(self, path: str, size: int) -> None:
        self._path = path
        self._size = size
        self._seen: set[int] = set()

    def group(self, group: Any, where: str, level: int) -> CopiedGroup:
        from h5py import h5g

        address = int(h5g.get_objinfo(group).objno[0])
        if level > MOST_LEVELS or address in self._seen:
            raise FormatError(f"{self._path}: {where} lies too deep, or in itself")
        self._seen.add(address)
        copy = CopiedGroup(where, address)
        for name, attribute in attributes_of(group):
            with reading_errors(self._path, f"{where}.{name}"):
                copy.values.append((name, value_of(attribute)))
        if group.get_num_objs() > MOST_ITEMS:
            raise FormatError(f"{self._path}: {where} has more than {MOST_ITEMS} items")
        names: list[bytes] = []
        group.links.iterate(names.append)
        for raw in names:
            name = decode_text(raw)
            if level or name in ROOT_NAMES:
                copy.children[name] = self._item(group, raw, f"{where}/{name}", level)
            else:
                copy.children[name] = None
        return copy

    def _item(self, group: Any, name: bytes, where: str, level: int) -> Any:
        return self.copy(_child(group, name, where, self._path), where, level + 1)

    def copy(self, item: Any, where: str, level: int) -> Any:
        """Return a group or dataset in memory, None for anything else."""
        from h5py import h5d, h5g

        if isinstance(item, h5g.GroupID):
            return self.group(item, where, level)
        if isinstance(item, h5d.DatasetID):
            with reading_errors(self._path, where):
                return CopiedDataset(describe_dataset(item, where, self._path, self._size))
        return None


def open_dataset(handle: Any, names: tuple[str, ...], settings: Any, path: str) -> Any:
    """Return the low-level handle of a dataset, found by the names that lead to it.

    Parameters
    ----------
    handle
        Of the file.
    names
        From the root on.
    settings
        With which the dataset is opened.
    path
        Of the file, for messages.

    Raises
    ------
    FormatError
        If there is none, or a link on the way leads elsewhere.
    """
    from h5py import h5d, h5g

    group = h5g.open(handle, b"/")
    for name in names[:-1]:
        group = _child(group, name.encode(), name, path)
        if not isinstance(group, h5g.GroupID):
            raise FormatError(f"{path}: there is no group {name[:60]}")
    last = names[-1].encode()
    if not isinstance(_child(group, last, names[-1], path), h5d.DatasetID):
        raise FormatError(f"{path}: there is no dataset {names[-1][:60]}")
    return h5d.open(group, last, settings)


def _child(group: Any, name: bytes, where: str, path: str) -> Any:
    from h5py import h5l, h5o

    if group.links.get_info(name).type != h5l.TYPE_HARD and not options.follow_links:
        raise link_refusal(path, where)
    return h5o.open(group, name)


def describe_dataset(dataset: Any, where: str, path: str, size: int) -> PixelPlace:
    """Return what a dataset holds; its chunks are found by asking for each of them.

    Parameters
    ----------
    dataset
        Its low-level handle.
    where, path
        What it and the file are called in messages.
    size
        Of the file; 0 if places in it are not to be relied on.
    """
    from h5py import h5d

    made = dataset.get_create_plist()
    external, layout = made.get_external_count(), made.get_layout()
    if (external or layout == h5d.VIRTUAL) and not options.follow_links:
        raise link_refusal(path, where)
    shape = tuple(dataset.shape or ())
    stored = stored_dtype(dataset.get_type())
    fill = b""
    if stored is not None and made.fill_value_defined() == h5d.FILL_VALUE_USER_DEFINED:
        return PixelPlace(where, shape, stored, _chunk(made), None, fill, simple=False)
    simple = layout in (h5d.CONTIGUOUS, h5d.CHUNKED) and not external and not made.get_nfilters()
    simple = simple and size > 0
    if stored is None or not simple or not shape:
        return PixelPlace(where, shape, stored, _chunk(made), None, fill, simple=False)
    if layout == h5d.CONTIGUOUS:
        offset = dataset.get_offset()
        length = prod(shape) * stored.itemsize
        if offset is not None and offset + length > size:
            raise FormatError(f"wanted {length} bytes at {offset}, the file has {size}")
        places = np.full((1,) * len(shape), -1 if offset is None else offset, np.int64)
        return PixelPlace(where, shape, stored, None, places, fill, simple=True)
    chunk = tuple(made.get_chunk())
    grid = grid_of(shape, chunk)
    if prod(grid) > MOST_CHUNKS:
        return PixelPlace(where, shape, stored, chunk, None, fill, simple=False)
    places = np.full(grid, MISSING, np.int64)
    length = prod(chunk) * stored.itemsize

    def enter(info: Any) -> None:
        if info.byte_offset + length > size or info.size != length:
            raise FormatError(f"a chunk of {length} bytes at {info.byte_offset} is not in the file")
        index = tuple(int(n) // c for n, c in zip(info.chunk_offset, chunk, strict=True))
        places[index] = info.byte_offset

    dataset.chunk_iter(enter)
    return PixelPlace(where, shape, stored, chunk, places, fill, simple=True)


def _chunk(made: Any) -> tuple[int, ...] | None:
    from h5py import h5d

    return tuple(made.get_chunk()) if made.get_layout() == h5d.CHUNKED else None
