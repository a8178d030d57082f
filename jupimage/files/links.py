"""Paths that a file or a folder from elsewhere leads to.

Somebody else's image may hold names such as ``../../.ssh/id``, symbolic links, or a FIFO in the
place of a file, and a program that follows them reads, writes or waits where its user never meant
it to. `jupimage.options.follow_links` allows links and names that lead elsewhere; what is no
regular file is refused in any case.
"""

from __future__ import annotations

import errno
import os
import stat

from jupimage import options
from jupimage.errors import FormatError, MissingImageError, ReadOnlyError

__all__ = ["open_regular", "path_inside"]

QUIET = getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
"""Flags that open any file without waiting and without changing bytes."""


def path_inside(folder: str, name: str) -> str:
    """Return the path of something in a folder, after a check that it does lie there.

    Parameters
    ----------
    folder
        Which may itself be reached by a symbolic link.
    name
        As it was found in a file, with ``/`` between folders. It need not exist.

    Raises
    ------
    FormatError
        If the name, or a symbolic link on its way, leads out of the folder.

    Examples
    --------
    >>> path_inside("a.img", "../b.img")
    Traceback (most recent call last):
    jupimage.errors.FormatError: wanted a name inside a.img, got '../b.img'
    """
    if "\0" in name:
        raise FormatError(f"wanted a name inside {folder}, got {name[:80]!r}")
    path = os.path.join(folder, *name.split("/"))
    if options.follow_links:
        return path
    if not _is_plain(name) or not _is_below(os.path.realpath(path), os.path.realpath(folder)):
        raise FormatError(f"wanted a name inside {folder}, got {name[:80]!r}")
    return path


def _is_plain(name: str) -> bool:
    """Whether a name goes downwards only, whatever the system."""
    parts = name.split("/")
    return not ({"", ".."} & set(parts) or "\\" in name or (len(name) > 1 and name[1] == ":"))


def _is_below(path: str, folder: str) -> bool:
    return path.startswith(folder if folder.endswith(os.sep) else folder + os.sep)


def open_regular(path: str, flags: int = os.O_RDONLY, *, mode: int = 0o666) -> int:
    """Open a file that has to be a regular one, and return the descriptor.

    A FIFO is not waited for, a device not touched. The last part of the path may be a symbolic
    link only if that does not leave the folder, or `jupimage.options.follow_links` says so.

    Parameters
    ----------
    path
        Of the file.
    flags
        As those of `os.open`.
    mode
        Of a file that is made.

    Raises
    ------
    MissingImageError
        If there is no file of that name.
    ReadOnlyError
        If it is to be written, and that is not allowed.
    FormatError
        If it is no regular file, or cannot be opened.
    """
    try:
        if os.path.islink(path) and not options.follow_links:
            path = path_inside(os.path.dirname(path) or os.curdir, os.path.basename(path))
            path = os.path.realpath(path)
        _refuse_irregular(path, follow=options.follow_links)
        descriptor = os.open(path, flags | QUIET | _no_links(), mode)
    except OSError as error:
        if isinstance(error, FormatError):
            raise
        raise _named(error, path, flags) from error
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise FormatError(f"{path}: wanted a regular file, got something else")
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _refuse_irregular(path: str, *, follow: bool) -> None:
    """Refuse what exists and is no file, because opening a device may do something already."""
    try:
        kind = os.stat(path, follow_symlinks=follow).st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISREG(kind):
        raise FormatError(f"{path}: wanted a regular file, got {_word(kind)}")


def _word(kind: int) -> str:
    words = {
        stat.S_IFDIR: "a folder",
        stat.S_IFLNK: "a symbolic link",
        stat.S_IFIFO: "a pipe",
        stat.S_IFSOCK: "a socket",
    }
    return words.get(stat.S_IFMT(kind), "a device")


def _no_links() -> int:
    return 0 if options.follow_links else getattr(os, "O_NOFOLLOW", 0)


def _named(error: OSError, path: str, flags: int) -> FormatError | ReadOnlyError:
    """Return the error of this package for one of the system."""
    problem = (error.strerror or str(error)).lower()
    if isinstance(error, FileNotFoundError):
        return MissingImageError(f"there is no file {path}")
    if not flags & (os.O_WRONLY | os.O_RDWR):
        return FormatError(f"cannot read {path}: {problem}")
    forbidden = error.errno in (errno.EACCES, errno.EPERM, errno.EROFS)
    return (ReadOnlyError if forbidden else FormatError)(f"cannot write {path}: {problem}")
