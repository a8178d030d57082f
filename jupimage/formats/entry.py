"""One line of an image's history, with when and where it was written if that is known."""

from __future__ import annotations

from typing import Any, Self

__all__ = ["Entry"]


class Entry(str):
    """A message that also knows its time, priority and origin; otherwise a plain `str`.

    Parameters
    ----------
    message
        The text.
    time
        Modified Julian date times 86400, in UTC; None if it is not known.
    priority
        ``DEBUGGING INFO NORMAL WARN SEVERE``, or empty.
    location, object_id
        What wrote it, or empty.

    Examples
    --------
    >>> line = Entry("cleaned", priority="WARN")
    >>> line, line.priority, line.time
    ('cleaned', 'WARN', None)
    """

    __slots__ = ("location", "object_id", "priority", "time")

    time: float | None
    priority: str
    location: str
    object_id: str

    def __new__(
        cls,
        message: str,
        *,
        time: float | None = None,
        priority: str = "",
        location: str = "",
        object_id: str = "",
    ) -> Self:
        made = super().__new__(cls, message)
        made.time, made.priority = time, priority
        made.location, made.object_id = location, object_id
        return made

    @classmethod
    def of(cls, line: str) -> Entry:
        """Return a line as an entry; a plain text knows nothing more."""
        return line if isinstance(line, Entry) else cls(line)

    def __reduce__(self) -> tuple[Any, ...]:
        return _entry, (str(self), self.time, self.priority, self.location, self.object_id)


def _entry(message: str, time: float | None, priority: str, location: str, object_id: str) -> Entry:
    return Entry(message, time=time, priority=priority, location=location, object_id=object_id)
