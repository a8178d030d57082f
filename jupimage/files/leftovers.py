"""Names for what grows beside the thing that it will replace, and the remains of killed writers.

A name says which process made it, and on which machine, so that the next writer of the same
thing can tell the remains of a killed process from the work of a living one: process numbers
mean nothing on another machine, or in another container. It begins with a dot, and is short
however long the name of the target is.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import platform
import re
import shutil
import sys
import zlib
from collections.abc import Iterable, Iterator
from functools import cache

__all__ = [
    "beside",
    "clean",
    "clean_folder",
    "is_alive",
    "private_names",
    "remove",
    "this_machine",
]

LONGEST = 40
"""Characters of the target's name that are kept, of up to four bytes each."""

_numbers = itertools.count()


def beside(target: str, *, ending: str = "tmp") -> str:
    """Return a new private name in the folder of a target, after `clean`.

    Parameters
    ----------
    target
        What will be replaced; it need not exist.
    ending
        Of the name; letters.
    """
    clean(target)
    folder, start = _beginning(target)
    number = next(_numbers)
    return os.path.join(folder, f"{start}{this_machine()}.{os.getpid()}.{number}.{ending}")


def clean(target: str) -> None:
    """Remove what killed processes of this machine left beside a target."""
    _remove_dead(private_names(target, "tmp"))


def clean_folder(folder: str) -> None:
    """Remove what killed processes of this machine left in a folder, beside whatever it was."""
    _remove_dead(_names(folder, rf"\..{{1,{LONGEST}}}\.[0-9a-f]{{8}}\.", "tmp"))


def _remove_dead(names: Iterable[tuple[str, str, int]]) -> None:
    for path, machine, process in names:
        if machine == this_machine() and not is_alive(process):
            remove(path)


def private_names(target: str, ending: str) -> Iterator[tuple[str, str, int]]:
    """Yield the private names beside a target: path, machine, process."""
    folder, start = _beginning(target)
    yield from _names(folder, re.escape(start), ending)


def _names(folder: str, start: str, ending: str) -> Iterator[tuple[str, str, int]]:
    form = re.compile(rf"{start}([0-9a-f]{{8}})\.([0-9]{{1,9}})\.[0-9]+\.{ending}", re.DOTALL)
    try:
        names = os.listdir(folder)
    except OSError:
        return
    for name in names:
        if found := form.fullmatch(name):
            yield os.path.join(folder, name), found[1], int(found[2])


def _beginning(target: str) -> tuple[str, str]:
    """Return the folder of a target, and how private names for it begin."""
    folder, name = os.path.split(os.path.abspath(target))
    return folder, f".{name[:LONGEST]}.{zlib.crc32(os.fsencode(name)):08x}."


@cache
def this_machine() -> str:
    """Return what tells apart the sets of process numbers that may meet in one folder."""
    try:
        space = os.readlink("/proc/self/ns/pid")
    except OSError:
        space = ""
    return f"{zlib.crc32(f'{platform.node()} {space}'.encode()):08x}"


def is_alive(process: int) -> bool:
    """Whether a process of this machine runs; true where that cannot be told.

    Examples
    --------
    >>> import os
    >>> is_alive(os.getpid())
    True
    """
    if process <= 0 or sys.platform == "emscripten":
        return True
    if sys.platform == "win32":
        return _is_alive_windows(process)
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass  # somebody else's
    return True


def _is_alive_windows(process: int) -> bool:
    """Ask the system for the process: `os.kill` would end it there."""
    import ctypes

    synchronize, still_runs, no_such_process = 0x100000, 0x102, 87
    system = ctypes.__dict__["WinDLL"]("kernel32", use_last_error=True)
    system.OpenProcess.restype = ctypes.c_void_p
    handle = system.OpenProcess(synchronize, False, process)
    if not handle:
        return bool(ctypes.__dict__["get_last_error"]() != no_such_process)
    try:
        return bool(system.WaitForSingleObject(ctypes.c_void_p(handle), 0) == still_runs)
    finally:
        system.CloseHandle(ctypes.c_void_p(handle))


def remove(path: str) -> None:
    """Remove a file, a link or a folder with all it holds, as far as that is possible."""
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path, ignore_errors=True)
        return
    with contextlib.suppress(OSError):
        os.unlink(path)
