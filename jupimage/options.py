"""Settings of a session: memory, threads, how files are read.

They are attributes of this module, checked when they are used, so that a notebook can
write ``jupimage.options.memory = 200e6``.

Examples
--------
>>> from jupimage import options
>>> options.memory
96000000
>>> options.workers() >= 1
True
"""

from __future__ import annotations

import os
import sys

__all__ = ["map", "memory", "threads", "workers"]

memory: float = 96_000_000
"""Bytes that work on a whole image may hold at one time (an explicit read is not bounded)."""

threads: int = 0
"""Threads for work on a whole image; 0 means one for each core that this process may use."""

map: bool = True
"""Read files through a memory map. False reads with ordinary reads instead: needed where
another process may shorten a file while it is open, which would end this process."""


def workers() -> int:
    """Return the number of threads that work on a whole image uses (at least one)."""
    if threads > 0:
        return threads
    if sys.platform == "emscripten":
        return 1
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return max(1, os.cpu_count() or 1)
