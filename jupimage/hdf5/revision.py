"""Changes of what describes an image, each whole or not at all.

A change makes a new root group, after all that is in the file: what stays is linked to, what
changes is written anew. All this is appended to the file, which goes on to say what it said. Then
the superblock is given the address of the new root group, in one write of fewer bytes than any
system tears apart. A process that is killed at any moment leaves the old description or the new
one, and the pixels are never moved. What is no longer used stays in the file, a few kilobytes for
each change.

The HDF5 library makes the new groups on top of the file (`jupimage.hdf5.overlay`). It changes the
old root group too, to link the new one there; that is left out. Before the superblock is written,
the new root group is read back as it will be.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import numpy as np

from jupimage import options
from jupimage.errors import FormatError
from jupimage.files import write_at
from jupimage.hdf5.hdf5file import Hdf5File
from jupimage.hdf5.items import open_group
from jupimage.hdf5.library import access_list, reading_errors, writing_errors
from jupimage.hdf5.newroot import Change, make_root
from jupimage.hdf5.overlay import Overlay
from jupimage.hdf5.pixelplace import PixelPlace
from jupimage.hdf5.source import NewerFormError, Source
from jupimage.hdf5.superblock import LONGEST, Superblock

__all__ = ["revise"]

_PIECE = 1 << 22


def revise(file: Hdf5File, changes: Mapping[str, Change | None], *, block: int = 0) -> None:
    """Replace items of the root group.

    Parameters
    ----------
    file
        The file.
    changes
        By name of the item; None removes it.
    block
        Bytes to set aside for the new groups, if they need many.

    Raises
    ------
    FormatError
        If the file cannot be read or written; it is as it was.
    ReadOnlyError, LockError
        As those of `Hdf5File.writing`.
    """
    with file.writing() as group:
        kept = {name: None for name in group.names() if name not in changes}
        wanted = {*kept, *(name for name, change in changes.items() if change is not None)}
        old = Superblock.parse(file.head, file.offset, file.path)
        if old.base and block:
            # versions of the library differ in what they say of places in such a file
            raise FormatError(f"{file.path} begins with {old.base} other bytes: no room for a mask")
        overlay = Overlay(file.descriptor, old.end)
        with writing_errors(file.path):
            root, masks = make_root(overlay, changes, file.path, block)
        end = _end(overlay, file)
        head = old.repointed(file.head, root, end)
        overlay.revert(old.end, file.offset, head)
        _check(overlay, root, old, wanted, file.path)
        with _appending(file.descriptor, file.path):
            _append(file.descriptor, overlay, old.end, end)
            for place in masks:
                _make_good(file, place)
            if options.durable:
                os.fsync(file.descriptor)
        file.forget()
        with writing_errors(file.path):
            write_at(file.descriptor, head, file.offset)
            if options.durable:
                os.fsync(file.descriptor)


def _end(overlay: Overlay, file: Hdf5File) -> int:
    data = overlay.look(file.offset, file.offset + LONGEST)
    return Superblock.parse(data, file.offset, file.path).end


def _check(overlay: Overlay, root: int, old: Superblock, wanted: set[str], path: str) -> None:
    """Read the new root group as it will be."""
    try:
        group = open_group(Source(overlay, overlay.size, path, old.base), root)
        for name in group.names():
            group.child(name)
        names = set(group.names())
    except NewerFormError:
        names = _names_by_library(overlay, path)
    if names != wanted:
        raise FormatError(f"{path} cannot be changed: its new root group is not what it should be")


def _names_by_library(overlay: Overlay, path: str) -> set[str]:
    from h5py import h5f, h5fd, h5g

    settings = access_list()
    settings.set_fileobj_driver(h5fd.fileobj_driver, overlay)
    with reading_errors(path):
        handle = h5f.open(b"overlay", h5f.ACC_RDONLY, fapl=settings)
        try:
            names: list[bytes] = []
            h5g.open(handle, b"/").links.iterate(names.append)
            return {name.decode() for name in names}
        finally:
            handle.close()
            settings.close()


@contextmanager
def _appending(descriptor: int, path: str) -> Iterator[None]:
    """Take away what was appended if something goes wrong."""
    size = os.fstat(descriptor).st_size
    try:
        with writing_errors(path):
            yield
    except BaseException:
        os.ftruncate(descriptor, size)
        raise


def _append(descriptor: int, overlay: Overlay, start: int, end: int) -> None:
    """Write what is new; what was never written stays a hole."""
    if os.fstat(descriptor).st_size > start:
        os.ftruncate(descriptor, start)  # the rest of a change that was cut off
    os.ftruncate(descriptor, end)
    for offset, data in overlay.written(start):
        write_at(descriptor, data, offset)


def _make_good(file: Hdf5File, place: PixelPlace) -> None:
    """Make all pixels of a new mask good, in as long stretches as its chunks form."""
    places = place.places() if callable(place.places) else place.places
    assert places is not None
    starts = np.sort(places, axis=None)
    ends = np.flatnonzero(np.diff(starts) != place.length) + 1
    ones = memoryview(b"\1" * min(_PIECE, starts.size * place.length))
    for run in np.split(starts, ends):
        offset, stop = int(run[0]), int(run[-1]) + place.length
        while offset < stop:
            piece = ones[: stop - offset]
            write_at(file.descriptor, piece, offset)
            offset += len(piece)
