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
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from distributed import Client

__all__ = ["cluster", "durable", "follow_links", "map", "memory", "threads", "workers"]

memory: float = 96_000_000
"""Bytes that work on a whole image may hold at one time (an explicit read is not bounded)."""

threads: int = 0
"""Threads for work on a whole image; 0 means one for each core that this process may use."""

cluster: Client | None = None
"""A `dask.distributed.Client`: work on whole images in files is done on its cluster, with the same
results, instead of on threads of this process. Its workers open the files themselves, so all of
them have to see the files under the same names, and this package has to be installed there. Images
in memory stay in this process; a client that is not set here is never used.

>>> from dask.distributed import Client                # doctest: +SKIP
>>> options.cluster = Client("scheduler-address:8786")  # doctest: +SKIP
"""

map: bool = True
"""Read files through a memory map. False reads with ordinary reads instead: needed where
another process may shorten a file while it is open, which would end this process."""

durable: bool = False
"""Wait until a new or changed file is on the disk itself before it takes its place: slower, and
safe when the power fails. A process that is killed harms no file with either setting."""

follow_links: bool = False
"""Follow symbolic links inside the folder of an image, and names that lead out of it. Files of
others may use them to make a reader open what it should not."""


def workers() -> int:
    """Return the number of threads that work on a whole image uses (at least one)."""
    if threads > 0:
        return threads
    if sys.platform == "emscripten":
        return 1
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return max(1, os.cpu_count() or 1)
