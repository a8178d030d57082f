"""Small files of a table's folder, read and replaced whole."""

from __future__ import annotations

import contextlib
import errno
import os

from jupimage import options
from jupimage.errors import FormatError, ImageError, ReadOnlyError
from jupimage.files import open_regular, read_at

__all__ = ["file_size", "read_file", "replace_file"]

MOST_BYTES = 2**28


def file_size(folder: str, name: str) -> int:
    """Return the size of a regular file of a folder; errors as those of `read_file`."""
    descriptor = open_regular(os.path.join(folder, name))
    try:
        return os.fstat(descriptor).st_size
    finally:
        os.close(descriptor)


def read_file(folder: str, name: str, *, most: int = MOST_BYTES) -> bytes:
    """Return the content of a small file.

    Parameters
    ----------
    folder, name
        Where it is.
    most
        A file of more bytes is refused.

    Raises
    ------
    MissingImageError
        If there is none of that name.
    FormatError
        If it is no regular file, lies elsewhere, or cannot be read.
    """
    path = os.path.join(folder, name)
    descriptor = open_regular(path)
    try:
        size = os.fstat(descriptor).st_size
        if size > most:
            raise FormatError(f"{path}: wanted at most {most} bytes, got {size}")
        return read_at(descriptor, size, 0)
    except OSError as error:
        if isinstance(error, ImageError):
            raise
        raise FormatError(
            f"cannot read {path}: {(error.strerror or str(error)).lower()}"
        ) from error
    finally:
        os.close(descriptor)


def replace_file(folder: str, name: str, data: bytes, *, durable: bool = False) -> None:
    """Put a file in place of the one of that name, so that one of the two is always there.

    Parameters
    ----------
    folder, name
        Where it is; ``_tmp`` is added to the name while the file grows.
    data
        The whole content.
    durable
        Whether it has to survive a loss of power from now on, also if
        `jupimage.options.durable` does not ask for that.

    Raises
    ------
    ReadOnlyError
        If the folder cannot be written.
    FormatError
        If the file cannot be written for another reason.
    """
    path = os.path.join(folder, name)
    growing = path + "_tmp"
    try:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(growing)  # left by a killed process; never written through a link
        _write_new(growing, data, durable=durable or options.durable)
        os.replace(growing, path)
        if durable or options.durable:
            _sync_folder(folder)
    except OSError as error:
        with contextlib.suppress(OSError):
            os.unlink(growing)
        forbidden = error.errno in (errno.EACCES, errno.EPERM, errno.EROFS)
        kind = ReadOnlyError if forbidden else FormatError
        raise kind(f"cannot write {path}: {(error.strerror or str(error)).lower()}") from error


def _write_new(path: str, data: bytes, *, durable: bool) -> None:
    with open(path, "xb", buffering=0) as file:
        view = memoryview(data)
        while view:
            view = view[file.write(view) or 0 :]
        if durable:
            os.fsync(file.fileno())


def _sync_folder(folder: str) -> None:
    if not hasattr(os, "O_DIRECTORY"):
        return  # a system without descriptors of folders
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
