"""A line that says how far long work is: in a terminal and in a notebook, nowhere else.

It appears once the work has taken a second, and is gone when the work is done. Output that
goes to a file or a pipe stays clean.
"""

from __future__ import annotations

import sys
import time
from typing import TextIO

__all__ = ["ProgressLine"]

_DELAY = 1.0
_INTERVAL = 0.1
_WIDTH = 30


class ProgressLine:
    """Shows the progress of one piece of work.

    Parameters
    ----------
    title
        What is being done, as in ``saving a.img``.
    stream
        Where to; standard error if None.

    Examples
    --------
    >>> with ProgressLine("saving a.img") as progress:
    ...     for done in range(3):
    ...         progress(done + 1, 3)
    """

    def __init__(self, title: str, stream: TextIO | None = None) -> None:
        self._title = title
        self._stream = sys.stderr if stream is None else stream
        self._live = _is_live(self._stream)
        self._start = time.monotonic()
        self._due = self._start + _DELAY
        self._shown = 0

    def __enter__(self) -> ProgressLine:
        return self

    def __exit__(self, *error: object) -> None:
        if self._shown:
            self._write(" " * self._shown + "\r")

    def __call__(self, done: int, total: int) -> None:
        """Note that `done` of `total` pieces are done."""
        now = time.monotonic()
        if not self._live or now < self._due:
            return
        self._due = now + _INTERVAL
        line = self._line(done, total, now - self._start)
        self._write(line.ljust(self._shown) + "\r")
        self._shown = len(line)

    def _line(self, done: int, total: int, elapsed: float) -> str:
        share = done / total if total else 1.0
        bar = ("#" * round(share * _WIDTH)).ljust(_WIDTH, ".")
        left = elapsed / share - elapsed if share else 0.0
        return f"{self._title} [{bar}] {share:4.0%}, {_duration(left)} left"

    def _write(self, text: str) -> None:
        try:
            self._stream.write("\r" + text)
            self._stream.flush()
        except (OSError, ValueError):
            self._live = False  # the terminal went away; the work goes on


def _is_live(stream: TextIO | None) -> bool:
    """Return whether somebody looks at the stream while it is written."""
    if stream is None:  # a program without a console
        return False
    if type(stream).__module__.startswith("ipykernel"):
        return True
    try:
        return stream.isatty()
    except (AttributeError, ValueError):
        return False


def _duration(seconds: float) -> str:
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min"
