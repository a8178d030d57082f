"""A complete new file or folder takes the place of an old one.

A file is renamed over the old one. A folder cannot be, so it is exchanged with the old one where
the system can do that in one step. Elsewhere there are two steps: the old one becomes
``NAME.bak``, the new one ``NAME``; a process that is killed between them leaves no ``NAME``, and
`recover` undoes the first step. Since ``NAME.bak`` might as well be a copy that the user made,
a small note tells beforehand which folder is about to be renamed to what: only that folder is
ever removed, and another name is taken if ``NAME.bak`` is not free.

A reader may put the old folder back while the writer is between its two steps. The second step
then fails, because a folder never replaces one that holds something, and the writer starts again.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
from collections.abc import Callable, Iterator

from jupimage import options
from jupimage.errors import FormatError, ImageError, ReadOnlyError
from jupimage.files.leftovers import beside, is_alive, private_names, remove, this_machine
from jupimage.files.swap import exchange

__all__ = ["place", "recover"]

TRIES = 100

NOT_SO = {errno.ENOENT, errno.EEXIST, errno.ENOTEMPTY, errno.EISDIR, errno.ENOTDIR}
"""What systems say when a name is taken, or nothing has it."""


def _no_step(name: str) -> None:
    """Do nothing between two steps."""


_at_step: Callable[[str], None] = _no_step
"""Called between the steps: "ready", then "exchanged" or "moved" and "placed", then "done"."""


def place(new: str, target: str) -> None:
    """Put a complete file or folder in place of what has the name of the target, if anything has.

    Parameters
    ----------
    new
        The file or folder, beside the target, closed with all that is in it.
    target
        Its name from now on. What has that name is removed, so ask before.

    Raises
    ------
    ReadOnlyError
        If the system does not allow it; the old one is still there.
    FormatError
        If it cannot be done for another reason; likewise.
    """
    new, target = os.path.abspath(new), os.path.abspath(target)
    try:
        os.lstat(new)
        if options.durable:
            _sync_all(new)
        _recover_noted(target)
        _at_step("ready")
        if not (_by_rename(new, target) or _by_exchange(new, target)):
            _by_two_renames(new, target)
        if options.durable:
            _sync(os.path.dirname(target))
    except ImageError:
        raise
    except OSError as error:
        problem = (error.strerror or str(error)).lower()
        forbidden = error.errno in (errno.EACCES, errno.EPERM, errno.EROFS)
        kind = ReadOnlyError if forbidden else FormatError
        raise kind(f"cannot put a new {target} in place: {problem}") from error
    _at_step("done")


def _by_rename(new: str, target: str) -> bool:
    """Rename onto a file or onto nothing; return False if that is not how it goes."""
    if os.path.lexists(target) and (_is_folder(target) or _is_folder(new)):
        return False
    try:
        os.replace(new, target)
    except OSError as error:
        if error.errno in NOT_SO:
            return False  # somebody was faster
        raise
    return True


def _by_exchange(new: str, target: str) -> bool:
    try:
        done = exchange(new, target)
    except FileNotFoundError:
        return False
    if done:
        _at_step("exchanged")
        remove(new)
    return done


def _by_two_renames(new: str, target: str) -> None:
    for _ in range(TRIES):
        os.lstat(new)
        with _note(target) as spare:
            moved = _rename(target, spare)
            try:
                _at_step("moved")
                placed = _rename(new, target)
            except BaseException:
                _rename(spare, target)
                raise
            _at_step("placed")
            if not placed:
                _rename(spare, target)  # in vain if a reader did, or another writer was faster
            if moved and os.path.lexists(target):
                _throw_away(spare, target)
            if placed:
                return
    raise FormatError(f"cannot put a new {target} in place: others keep putting theirs")


@contextlib.contextmanager
def _note(target: str) -> Iterator[str]:
    """Choose a spare name for what is at the target, and keep a note of it meanwhile."""
    spare = next(name for name in _spare_names(target) if not os.path.lexists(name))
    note = beside(target, ending="note")
    with open(note, "x", encoding="utf-8") as file:
        file.write(f"{_identity(target)} {os.path.basename(spare)}")
    try:
        yield spare
    finally:
        remove(note)


def _spare_names(target: str) -> Iterator[str]:
    yield target + ".bak"
    yield from (f"{target}.bak{number}" for number in range(2, 1000))


def _identity(path: str) -> str:
    try:
        found = os.stat(path, follow_symlinks=False)
    except FileNotFoundError:
        return "none"
    return f"{found.st_dev}:{found.st_ino}"


def _rename(old: str, new: str) -> bool:
    """Rename to a name that is free; return False if it is not, or if there is no old one."""
    if not os.path.lexists(old) or (os.path.lexists(new) and not _is_folder(new)):
        return False
    try:
        os.rename(old, new)
    except OSError as error:
        if error.errno in NOT_SO:
            return False
        raise
    return True


def _throw_away(spare: str, target: str) -> None:
    """Remove what was replaced, under a name that nobody takes for the thing itself."""
    rest = beside(target)
    if _rename(spare, rest):
        remove(rest)


def recover(target: str) -> bool:
    """Put back what a killed writer moved away, if there is nothing at the target.

    Parameters
    ----------
    target
        The name that was to be opened.

    Returns
    -------
    bool
        Whether there is something of that name now.
    """
    target = os.path.abspath(target)
    if os.path.lexists(target):
        return True
    with contextlib.suppress(OSError):  # a folder that cannot be changed
        _recover_noted(target)
    return os.path.lexists(target)


def _recover_noted(target: str) -> None:
    """Undo, or finish, what writers have left notes of that are no longer there."""
    for note, machine, process in list(private_names(target, "note")):
        spare = _noted(note, target)
        gone = machine == this_machine() and not is_alive(process)
        if spare and not os.path.lexists(target):
            _rename(spare, target)
        elif spare and gone:
            _throw_away(spare, target)
        if gone:
            remove(note)


def _noted(note: str, target: str) -> str | None:
    """Return the name of the very folder that a note is about, if it has it."""
    try:
        with open(note, encoding="utf-8") as file:
            identity, _, name = file.read(1000).partition(" ")
    except (OSError, UnicodeDecodeError):
        return None
    for spare in _spare_names(target):
        if os.path.basename(spare) == name:
            return spare if _identity(spare) == identity else None
    return None


def _is_folder(path: str) -> bool:
    return os.path.isdir(path) and not os.path.islink(path)


def _sync_all(path: str) -> None:
    """Wait until a file, or a folder with all it holds, is on the disk."""
    if _is_folder(path):
        for entry in os.scandir(path):
            _sync_all(entry.path)
    _sync(path)


def _sync(path: str) -> None:
    kind = os.stat(path, follow_symlinks=False).st_mode
    folder = stat.S_ISDIR(kind)
    if not (stat.S_ISREG(kind) or (folder and hasattr(os, "O_DIRECTORY"))):
        return  # there are systems without descriptors of folders
    access = os.O_RDWR if sys.platform == "win32" else os.O_RDONLY  # it flushes no other there
    descriptor = os.open(path, access | getattr(os, "O_BINARY", 0))
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
