"""The HDF5 files that this process has open, each once.

They are known by device and number, so that all names of a file lead to one object.
"""

from __future__ import annotations

import os
import threading

from jupimage.hdf5.hdf5file import Hdf5File

__all__ = ["is_file_open", "release_file", "share_file"]

Key = tuple[int, int] | str

_mutex = threading.RLock()
_files: dict[Key, Hdf5File] = {}
_counts: dict[Hdf5File, int] = {}


def share_file(path: str) -> Hdf5File:
    """Return the object for a file, and count it once more; `release_file` counts it less."""
    path = os.path.realpath(path)
    with _mutex:
        key = _key(path)
        found = _files.get(key)
        if found is None or not found.is_in_place():
            found = _files[key] = Hdf5File(path)
        _counts[found] = _counts.get(found, 0) + 1
        return found


def release_file(file: Hdf5File) -> None:
    """Count an object once less, and close the file if nobody has it any more."""
    with _mutex:
        left = _counts.pop(file, 1) - 1
        if left:
            _counts[file] = left
            return
        for key in [key for key, other in _files.items() if other is file]:
            del _files[key]
        file.close()


def is_file_open(path: str) -> bool:
    """Whether a handle of this process has a file open."""
    with _mutex:
        found = _files.get(_key(os.path.realpath(path)))
        return found is not None and found.is_in_place()


def _key(path: str) -> Key:
    try:
        found = os.stat(path)
    except OSError:
        return os.path.normcase(path)
    return (found.st_dev, found.st_ino) if found.st_ino else os.path.normcase(path)


def _forget_all() -> None:
    """Start anew in a child of this process: it shares descriptors, and so locks, with it."""
    global _mutex
    _mutex = threading.RLock()
    for file in _counts:
        file.start_anew()
    _files.clear()
    _counts.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_all)
