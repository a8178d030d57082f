"""Where a new image file may go: nothing that is not an image is ever replaced."""

from __future__ import annotations

import os
import stat

from jupimage.errors import ArgumentError, FormatError, ImageError

__all__ = ["check_destination"]


def check_destination(name: str | os.PathLike[str], *, overwrite: bool, folder: bool) -> str:
    """Return the absolute path of a new image, if it may be made there.

    Parameters
    ----------
    name
        What the user called it. A symbolic link stays: the image goes where it points.
    overwrite
        Whether an image of that name may be replaced.
    folder
        Whether the new image is a folder. A folder that is no image is not replaced; the new
        files go into it beside those that are there.

    Raises
    ------
    ArgumentError
        If the name is empty.
    FormatError
        If something is there that may not be replaced, or the folder around it is missing.
    """
    text = os.fspath(name)
    if not text:
        raise ArgumentError("a file name is needed to save an image, got an empty one")
    if "\0" in text:
        raise FormatError(f"a file name cannot hold a null character, got {text!r}")
    path = os.path.realpath(os.path.expanduser(text))
    parent = os.path.dirname(path)
    if not os.path.isdir(parent):
        raise FormatError(f"cannot make {path}: there is no folder {parent}")
    try:
        status = os.stat(path)
    except FileNotFoundError:
        return path
    except OSError as error:
        raise FormatError(f"cannot make {path}: {str(error.strerror).lower()}") from error
    if not overwrite:
        raise FormatError(f"{path} exists already; overwrite=True would replace it")
    _check_replaceable(path, status, folder)
    return path


def _check_replaceable(path: str, status: os.stat_result, folder: bool) -> None:
    if stat.S_ISDIR(status.st_mode):
        if not folder:
            raise FormatError(f"{path} is a folder, which a file cannot replace")
        return
    if not stat.S_ISREG(status.st_mode):
        raise FormatError(f"{path} is a device or a pipe, which an image cannot replace")
    if folder:
        raise FormatError(f"{path} is a file, which a folder cannot replace; remove it first")
    if status.st_size and not _is_image(path):
        raise FormatError(f"{path} is not an image, so it is not replaced; remove it first")


def _is_image(path: str) -> bool:
    """Return whether some format takes the file for its own."""
    from jupimage.formats.registry import recognise

    try:
        return recognise(path) is not None
    except ImageError:
        return False
