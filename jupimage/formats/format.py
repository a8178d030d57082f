"""The seam behind which a file format lives: does this look like yours, and open it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from jupimage.formats.opened import Opened

__all__ = ["Format", "Target"]


@dataclass(frozen=True, slots=True)
class Target:
    """A file or directory that somebody wants to open, looked at once for all formats.

    Parameters
    ----------
    path
        Absolute path.
    selector
        What stood in brackets behind the name, as in ``a.fits[SCI,2]``; None without brackets.
    directory
        Whether it is a directory.
    start
        The first bytes of a file (at most `Target.START`), empty for a directory.
    size
        Bytes in the file, 0 for a directory.
    """

    START = 4096

    path: str
    selector: str | None
    directory: bool
    start: bytes
    size: int

    @property
    def name(self) -> str:
        """The path, with the selector if there was one."""
        return self.path if self.selector is None else f"{self.path}[{self.selector}]"


@runtime_checkable
class Format(Protocol):
    """A kind of image file."""

    @property
    def name(self) -> str:
        """What people call the format."""

    def sniff(self, target: Target) -> bool:
        """Tell whether `target` is of this format, from its first bytes or its file names."""

    def open(self, target: Target) -> Opened:
        """Open `target` without reading pixels.

        Raises
        ------
        FormatError
            If the file is damaged or holds no image.
        """
