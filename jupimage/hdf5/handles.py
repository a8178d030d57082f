"""A handle on an open HDF5 file.

All handles of a process share one object for a file; it is closed when the last handle is gone,
whether somebody closed it or just forgot it. The lattices and the store of one opened image share
one handle.
"""

from __future__ import annotations

import weakref

from jupimage.errors import ClosedError
from jupimage.hdf5.hdf5file import Hdf5File
from jupimage.hdf5.openfiles import release_file, share_file

__all__ = ["FileHandle"]


class FileHandle:
    """One count of an open file, given back when it is closed or collected as garbage.

    Parameters
    ----------
    path
        Of the file.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        file = share_file(path)
        self._file: Hdf5File | None = file
        self._finalizer = weakref.finalize(self, release_file, file)

    @property
    def file(self) -> Hdf5File:
        """The open file.

        Raises
        ------
        ClosedError
            If the handle was closed.
        """
        file = self._file
        if file is None:
            raise ClosedError(f"{self.path} was closed")
        return file

    def close(self) -> None:
        """Give the count back; the handle is of no use afterwards."""
        self._file = None
        self._finalizer()
