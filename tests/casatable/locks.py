"""Which bytes of a file which process has locked, as the system sees it."""

from __future__ import annotations

from pathlib import Path

__all__ = ["locks_of"]


def locks_of(process: int, folder: Path) -> set[tuple[str, int, int]]:
    """Return the locks of a process on a table: kind, first byte and last byte."""
    number = (folder / "table.lock").stat().st_ino
    found = set()
    for line in Path("/proc/locks").read_text(encoding="ascii").splitlines():
        words = line.replace("->", "").split()
        if words[1] != "POSIX" or int(words[4]) != process:
            continue
        if int(words[5].rpartition(":")[2]) == number:
            found.add((words[3], int(words[6]), int(words[7])))
    return found
