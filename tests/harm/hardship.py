"""Circumstances in which files cannot be written, for jobs of a server."""

from __future__ import annotations

import ctypes
import importlib
import os
import shutil
import sys
from collections.abc import Iterator
from typing import Any

__all__ = ["changed_while_open", "full_disk", "links_followed", "no_rights", "run"]


def run(function: str, arguments: tuple[Any, ...]) -> Any:
    """Call ``module:name``, a function or one with a ``yield`` in it, to its end."""
    module, _, name = function.partition(":")
    called = getattr(importlib.import_module(module), name)(*arguments)
    if not isinstance(called, Iterator):
        return called
    for _ in called:
        pass
    return None


def full_disk(size: int, function: str, *arguments: Any) -> Any:
    """Call a function while no file can grow beyond, or be written behind, `size` bytes."""
    import resource
    import signal

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
    try:
        return run(function, arguments)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)


def no_rights(function: str, *arguments: Any) -> Any:
    """Call a function without the right of a superuser to write what is read-only."""
    if sys.platform == "linux" and os.geteuid() == 0:
        _drop_override()
    return run(function, arguments)


def _drop_override() -> None:
    """Give up the capabilities that make the modes of files void (numbers 1 and 2)."""
    libc = ctypes.CDLL(None, use_errno=True)
    version = 0x20080522  # two words for each set
    head = (ctypes.c_uint32 * 2)(version, 0)
    sets = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable; then their upper halves
    if libc.capget(head, sets):
        raise OSError(ctypes.get_errno(), "capget")
    sets[0] &= ~0b110
    if libc.capset(head, sets):
        raise OSError(ctypes.get_errno(), "capset")


def links_followed(function: str, *arguments: Any) -> Any:
    """Call a function with `options.follow_links`."""
    from jupimage import options

    options.follow_links = True
    return run(function, arguments)


def changed_while_open(path: str, change: str, file: str = "") -> list[str]:
    """Open an image, read from it, have its files changed, and go on; tell what comes of that.

    Parameters
    ----------
    path
        Of the image.
    change
        ``cut``: the file loses its second half; ``removed``; ``garbage``: other bytes;
        ``replaced``: another file of the same content; ``gone``: the whole image goes.
    file
        Which file in the folder of the image; empty if the image is a file.

    Returns
    -------
    list of str
        What each way to use it gave: ``same``, ``other``, or the name of an error and its message.
    """
    import numpy as np

    from jupimage import image

    im = image(path)
    before = {name: ask(im) for name, ask in _QUESTIONS.items() if name != "reopened"}
    _change(path, change, file)
    told = []
    for name, ask in _QUESTIONS.items():
        try:
            now = ask(im)
        except Exception as error:
            known = ",".join(kind.__name__ for kind in type(error).__mro__)
            told.append(f"{name}: {known}: {error}")
        else:
            same = np.array_equal(before.get(name, now), now, equal_nan=name == "pixels")
            told.append(f"{name}: {'same' if same else 'other'}")
    return told


def _reopened(im: Any) -> Any:
    from jupimage import image

    return image(im.name()).getdata().shape


_QUESTIONS: dict[str, Any] = {
    "pixels": lambda im: im.getdata(),
    "mask": lambda im: im.getmask(),
    "unit": lambda im: im.unit(),
    "history": lambda im: im.history(),
    "reopened": _reopened,
}


def _change(path: str, change: str, file: str) -> None:
    name = os.path.join(path, file) if file else path
    if change == "gone":
        shutil.rmtree(path) if os.path.isdir(path) else os.unlink(path)
        return
    with open(name, "rb") as stream:
        content = stream.read()
    if change == "cut":
        os.truncate(name, len(content) // 2)
    elif change == "garbage":
        with open(name, "r+b") as stream:
            stream.write(bytes(byte ^ 0x5A for byte in content))
    elif change == "removed":
        os.unlink(name)
    elif change == "replaced":
        with open(name + ".new", "wb") as stream:
            stream.write(content)
        os.replace(name + ".new", name)
