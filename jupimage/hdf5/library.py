"""The HDF5 library, called through the low-level part of h5py.

Its own locks are not used (`jupimage.hdf5.locking` takes the same ones, for as short as possible),
and new files are in the oldest form of the format, which every version of the library reads. None
of h5py's global settings is touched. Whatever the library says of a file becomes a `FormatError`
with the name of the file and of the item in it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from jupimage.errors import FormatError, ImageError, LockError, ReadOnlyError

__all__ = ["access_list", "create_file", "open_file", "reading_errors", "writing_errors"]

_PROBLEMS = (
    OSError, RuntimeError, KeyError, IndexError, ValueError, TypeError, OverflowError,
    AttributeError, MemoryError, NotImplementedError,
)  # fmt: skip
"""What h5py raises for a damaged file, depending on where it notices."""


def access_list(*, block: int = 0) -> Any:
    """Return the settings with which files are opened.

    Parameters
    ----------
    block
        Bytes that are set aside at a time for anything but pixels; 0 for the usual number.
    """
    from h5py import h5f, h5p

    settings = h5p.create(h5p.FILE_ACCESS)
    settings.set_fclose_degree(h5f.CLOSE_STRONG)
    settings.set_libver_bounds(h5f.LIBVER_EARLIEST, h5f.LIBVER_V18)
    if "HDF5_USE_FILE_LOCKING" not in os.environ:
        settings.set_file_locking(False, True)
    if block:
        settings.set_meta_block_size(block)
    return settings


def open_file(path: str, *, write: bool = False, block: int = 0) -> Any:
    """Return the low-level handle of an HDF5 file; it has to be closed.

    Raises
    ------
    FormatError
        If it is no such file, or damaged.
    """
    from h5py import h5f

    mode = h5f.ACC_RDWR if write else h5f.ACC_RDONLY
    with reading_errors(path):
        return h5f.open(os.fsencode(path), mode, fapl=access_list(block=block))


def create_file(path: str) -> Any:
    """Make a new HDF5 file, which must not exist, and return its low-level handle."""
    from h5py import h5f

    with writing_errors(path):
        return h5f.create(os.fsencode(path), h5f.ACC_EXCL, fapl=access_list())


@contextmanager
def reading_errors(path: str, item: str = "") -> Iterator[None]:
    """Turn what the library raises while it reads into a `FormatError` that says where."""
    try:
        yield
    except ImageError as error:
        if path in str(error):
            raise
        raise FormatError(f"{path}, {item or 'root'}: {error}") from error
    except BlockingIOError as error:
        raise LockError(f"{path} is locked by another process: {_reason(error)}") from error
    except _PROBLEMS as error:
        where = f"{path}, {item}" if item else path
        raise FormatError(f"{where} cannot be read: {_reason(error)}") from error


@contextmanager
def writing_errors(path: str, item: str = "") -> Iterator[None]:
    """Turn what the library raises while it writes into a `FormatError`."""
    try:
        yield
    except ImageError:
        raise
    except BlockingIOError as error:
        raise LockError(f"{path} is locked by another process: {_reason(error)}") from error
    except PermissionError as error:
        raise ReadOnlyError(f"{path} cannot be written: {_reason(error)}") from error
    except _PROBLEMS as error:
        where = f"{path}, {item}" if item else path
        raise FormatError(f"{where} cannot be written: {_reason(error)}") from error


def _reason(error: BaseException) -> str:
    """Return what an error says, on one line of bounded length."""
    said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    text = " ".join(said.split()) or type(error).__name__
    return f"{text[:1].lower()}{text[1:300]}"
