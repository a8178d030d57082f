"""Two names in a file system that change places in one step.

Linux and macOS can do that, on most but not all file systems (NFS cannot). Nobody ever sees one
of the names missing, and a process that is killed leaves them as they were or exchanged.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from functools import cache

__all__ = ["exchange"]

EXCHANGE_LINUX = 2
SWAP_DARWIN = 2
HERE_LINUX = -100

INABILITIES = {
    getattr(errno, name)
    for name in ("EINVAL", "ENOSYS", "ENOTSUP", "EOPNOTSUPP", "EXDEV", "EPERM")
    if hasattr(errno, name)
}
"""What systems and file systems say that cannot do it."""

_allowed = True
"""False makes `exchange` say that the system cannot do it."""


def exchange(first: str, second: str) -> bool:
    """Exchange two names; return False, with nothing changed, where the system cannot.

    Parameters
    ----------
    first, second
        Two files or folders that exist, in the same file system.

    Raises
    ------
    OSError
        If one is missing, or may not be renamed.
    """
    function = _function() if _allowed else None
    if function is None:
        return False
    problem = function(os.fsencode(first), os.fsencode(second))
    if problem and problem not in INABILITIES:
        raise OSError(problem, os.strerror(problem), first, None, second)
    return not problem


@cache
def _function() -> Callable[[bytes, bytes], int] | None:
    """Find what the system offers: a function that returns an error number."""
    if sys.platform not in ("linux", "darwin"):
        return None
    import ctypes

    try:
        library = ctypes.CDLL(None, use_errno=True)
        call = library.renameat2 if sys.platform == "linux" else library.renamex_np
    except (OSError, AttributeError):
        return None
    name, number, flags = ctypes.c_char_p, ctypes.c_int, ctypes.c_uint
    if sys.platform == "linux":
        call.argtypes = [number, name, number, name, flags]
    else:
        call.argtypes = [name, name, flags]

    def run(first: bytes, second: bytes) -> int:
        if sys.platform == "linux":
            done = call(HERE_LINUX, first, HERE_LINUX, second, EXCHANGE_LINUX)
        else:
            done = call(first, second, SWAP_DARWIN)
        return ctypes.get_errno() if done else 0

    return run
