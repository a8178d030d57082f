"""A handle on the table of an open image.

All handles of a process share one open table; it is closed when the last handle is gone, whether
somebody closed it or just forgot it. The lattices and the store of one opened image share one
handle.
"""

from __future__ import annotations

import os
import weakref
from collections.abc import Iterator
from contextlib import contextmanager

from jupimage.casatable.opentable import OpenTable
from jupimage.errors import ClosedError, FormatError, ImageError, ReadOnlyError

__all__ = ["TableHandle", "writing_errors"]


class TableHandle:
    """One count of an open table, given back when it is closed or collected as garbage.

    Parameters
    ----------
    folder
        Of the table.
    column
        In which the pixels are.
    """

    def __init__(self, folder: str, column: str) -> None:
        self.folder = folder
        self.column = column
        table = OpenTable.open(folder)
        self._table: OpenTable | None = table
        self._finalizer = weakref.finalize(self, table.close)

    @property
    def table(self) -> OpenTable:
        """The open table.

        Raises
        ------
        ClosedError
            If the handle was closed.
        """
        table = self._table
        if table is None:
            raise ClosedError(f"{self.folder} was closed")
        return table

    @property
    def version(self) -> tuple[int, ...]:
        """What differs once somebody, here or in another process, has written pixels."""
        table = self.table
        with table.reading():
            found = os.stat(table.array(self.column).cube.path)
        return table.version, table.writes, found.st_mtime_ns, found.st_size

    def check_writable(self) -> None:
        """Raise a `ReadOnlyError` if the table cannot be written."""
        if not self.table.writable:
            raise ReadOnlyError(
                f"{self.folder} cannot be written: the folder or its files forbid it"
            )

    def close(self) -> None:
        """Give the count back; the handle is of no use afterwards."""
        self._table = None
        self._finalizer()


@contextmanager
def writing_errors(folder: str) -> Iterator[None]:
    """Turn what the system says while an image is written into errors of this package."""
    try:
        yield
    except ImageError:
        raise
    except PermissionError as error:
        raise ReadOnlyError(
            f"cannot write {folder}: {(error.strerror or str(error)).lower()}"
        ) from error
    except OSError as error:
        raise FormatError(
            f"cannot write {folder}: {(error.strerror or str(error)).lower()}"
        ) from error
