"""Names that people type: paths, selectors in brackets, addresses of the web."""

from __future__ import annotations

import os
import re
import stat

from jupimage.errors import FormatError, MissingImageError
from jupimage.files import recover
from jupimage.formats.format import Target

__all__ = ["find_target"]

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_SELECTOR = re.compile(r"(?P<path>.*)\[(?P<selector>[^\[\]]*)\]", re.DOTALL)


def find_target(name: str) -> Target:
    """Find what `name` names, and read its first bytes.

    A name ends in a selector only if there is no file of that whole name.

    Parameters
    ----------
    name
        A path, perhaps followed by a part of the file in brackets.

    Raises
    ------
    MissingImageError
        If there is no such file.
    FormatError
        If it is the address of a page, cannot be read, or is neither file nor directory.
    """
    if _URL.match(name):
        raise FormatError(
            f"{name} is an address, not a file: download it first, then open the local copy"
        )
    if "\0" in name:
        raise FormatError(f"a file name cannot hold a null character, got {name!r}")
    path, selector = name, None
    match = _SELECTOR.fullmatch(name)
    if match and not os.path.lexists(name):
        path, selector = match["path"], match["selector"].strip()
    path = os.path.abspath(os.path.expanduser(path))
    try:
        if not os.path.lexists(path):
            recover(path)
        status = os.stat(path)
    except FileNotFoundError:
        raise MissingImageError(f"there is no file or directory {path}") from None
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    if stat.S_ISDIR(status.st_mode):
        return Target(path, selector, directory=True, start=b"", size=0)
    if not stat.S_ISREG(status.st_mode):
        # Opening a pipe would wait for somebody to write to it.
        raise FormatError(f"{path} is neither a file nor a directory, but a device or a pipe")
    try:
        with open(path, "rb") as file:
            start = file.read(Target.START)
    except OSError as error:
        raise _unreadable(path, error) from error
    return Target(path, selector, directory=False, start=start, size=status.st_size)


def _unreadable(path: str, error: OSError | ValueError) -> FormatError:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return FormatError(f"cannot read {path}: {reason.lower()}")
