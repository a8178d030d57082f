"""Locks on bytes of a file, which other processes respect if they ask.

They are the record locks of POSIX, the kind that casacore takes. Three properties shape
everything that is built on them: they belong to the process, not to the descriptor or the
thread; they all go when the process closes *any* descriptor of that file; and a child made by a
fork has none of them. They also go when the process ends in whatever way, so no lock outlives
its owner.

Some systems have no such locks (Windows, a browser), some file systems refuse them (NFS without
its lock service). Then nobody can hold one either, so asking for a lock counts as getting it:
the answer is `Grant.UNLOCKABLE`, which is true.
"""

from __future__ import annotations

import errno
import struct
import sys
import time
from collections.abc import Iterable
from enum import IntEnum

__all__ = ["Grant", "blocker", "lock_range", "lock_range_in_time", "unlock_range"]

REFUSALS = {errno.EACCES, errno.EAGAIN}

NO_LOCKS = {
    getattr(errno, name)
    for name in ("ENOLCK", "ENOSYS", "EOPNOTSUPP", "ENOTSUP", "EINVAL")
    if hasattr(errno, name)
}
"""What systems and file systems without record locks say."""


class Grant(IntEnum):
    """Answer to the wish for a lock; all but a refusal count as true.

    Examples
    --------
    >>> bool(Grant.REFUSED), bool(Grant.TAKEN), bool(Grant.UNLOCKABLE)
    (False, True, True)
    """

    REFUSED = 0
    TAKEN = 1
    UNLOCKABLE = 2


def lock_range(descriptor: int, start: int, length: int, *, write: bool) -> Grant:
    """Ask once for a lock; one that this process has there already is changed to the new kind.

    Parameters
    ----------
    descriptor
        Of a file that is open for reading (read lock) or writing (write lock).
    start, length
        The bytes; they need not exist.
    write
        Whether nobody else may hold a lock there, or just no write lock.

    Raises
    ------
    OSError
        For any other reason than somebody's lock.
    """
    try:
        import fcntl
    except ImportError:
        return Grant.UNLOCKABLE
    kind = fcntl.LOCK_EX if write else fcntl.LOCK_SH
    try:
        fcntl.lockf(descriptor, kind | fcntl.LOCK_NB, length, start)
    except OSError as error:
        if error.errno in REFUSALS:
            return Grant.REFUSED
        if error.errno in NO_LOCKS:
            return Grant.UNLOCKABLE
        raise
    return Grant.TAKEN


def lock_range_in_time(
    descriptor: int, start: int, length: int, *, write: bool, pauses: Iterable[float]
) -> Grant:
    """Ask for a lock, and again after each of the pauses, until it is given.

    A wait inside the system would keep Ctrl-C and other threads waiting, hence the pauses.

    Parameters
    ----------
    descriptor, start, length, write
        As those of `lock_range`.
    pauses
        Seconds between the attempts; one attempt more than there are pauses.
    """
    grant = lock_range(descriptor, start, length, write=write)
    for pause in pauses:
        if grant:
            break
        time.sleep(pause)
        grant = lock_range(descriptor, start, length, write=write)
    return grant


def unlock_range(descriptor: int, start: int, length: int) -> None:
    """Give up the locks that this process has on bytes; none there is no error."""
    try:
        import fcntl
    except ImportError:
        return
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_UN, length, start)
    except OSError as error:
        if error.errno not in NO_LOCKS:
            raise


def blocker(descriptor: int, start: int, length: int, *, write: bool) -> int | None:
    """Return a process whose lock is in the way of one, None if there is none or it is unknown.

    The number is that of the process on its own machine, and 0 where the system does not tell.
    """
    layout = _layout()
    if layout is None:
        return None
    import fcntl

    form, order = layout
    kind = fcntl.F_WRLCK if write else fcntl.F_RDLCK
    wanted = {"type": kind, "whence": 0, "start": start, "length": length, "pid": 0}
    packed = struct.pack(form, *(wanted[name] for name in order))
    try:
        answer = fcntl.fcntl(descriptor, fcntl.F_GETLK, packed)
    except OSError:
        return None
    found = dict(zip(order, struct.unpack(form, answer), strict=True))
    return None if found["type"] == fcntl.F_UNLCK else max(found["pid"], 0)


def _layout() -> tuple[str, list[str]] | None:
    """Return how the system lays out its description of a lock, None where it is not known."""
    if struct.calcsize("P") != 8:
        return None
    if sys.platform == "linux":
        return "@hhqqi4x", ["type", "whence", "start", "length", "pid"]
    if sys.platform == "darwin":
        return "@qqihh", ["start", "length", "pid", "type", "whence"]
    return None
